//! What Yumen does by itself at certain times: `workflows/policy/schedules.yaml` says when.

use serde::Deserialize;

use super::{
    problem::{PolicyProblem, Problems},
    yaml,
};
use crate::{
    definition::schedule::{Cron, Missed, Timing},
    language::Text,
};

/// Something that Yumen does at certain times, whether a place writes it down or not.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// Its name: the kind of the outbox row that does it, whose payload is `{}`.
    pub name: &'static str,
    zh: &'static str,
    en: &'static str,
    /// When, unless the place says otherwise.
    cron: &'static str,
}

const fn job(name: &'static str, cron: &'static str, zh: &'static str, en: &'static str) -> Job {
    Job { name, zh, en, cron }
}

/// All of it, one line each.
pub const JOBS: &[Job] = &[
    job("wake-held", "5 0 * * *", "无人可办的办件重新查找办理人", "Cases that had found nobody look again"),
    job("check-people", "30 1 * * *", "检查各环节是否有人可办", "Look whether every step has people enough"),
    job("tidy-notices", "0 3 * * *", "清理过期的消息", "Forget old notices"),
];

/// When Yumen does what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedules(Vec<JobTiming>);

/// When it does one of its jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTiming {
    /// The job.
    pub name: &'static str,
    /// What people read.
    pub title: Text,
    /// When.
    pub timing: Timing,
}

impl Default for Schedules {
    fn default() -> Self {
        let timing = |job: &Job| {
            let cron = Cron::parse(job.cron).ok()?;
            let timing = Timing { cron, moves_off_days_off: false, missed: Missed::Once };
            Some(JobTiming { name: job.name, title: Text::new(job.zh, job.en), timing })
        };
        Self(JOBS.iter().filter_map(timing).collect())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schedules: Vec<RawTiming>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTiming {
    job: String,
    cron: String,
    missed: String,
}

impl Schedules {
    /// Each job with its times.
    pub fn iter(&self) -> impl Iterator<Item = &JobTiming> {
        self.0.iter()
    }

    pub(super) fn read(file: &str, source: &str) -> Result<Self, Vec<PolicyProblem>> {
        let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
        let (mut problems, mut schedules) = (Problems::of(file), Self::default());
        let mut named = Vec::new();
        for RawTiming { job, cron, missed } in raw.schedules {
            if named.contains(&job) {
                problems.push(format!("“{job}”写了两次"), format!("“{job}” stands twice"));
            }
            let known = schedules.0.iter_mut().find(|known| known.name == job);
            let timing = timing(&job, (&cron, &missed), &mut problems);
            match (known, timing) {
                (Some(known), Some(timing)) => known.timing = timing,
                (None, _) => {
                    let known: Vec<_> = JOBS.iter().map(|job| job.name).collect();
                    problems.push(
                        format!("没有名为“{job}”的系统任务；有：{}", known.join("、")),
                        format!("Yumen has no job “{job}”; it has {}", known.join(", ")),
                    );
                }
                (Some(_), None) => {}
            }
            named.push(job);
        }
        let found = problems.found();
        if found.is_empty() { Ok(schedules) } else { Err(found) }
    }
}

fn timing(job: &str, (cron, missed): (&str, &str), problems: &mut Problems<'_>) -> Option<Timing> {
    let times = Cron::parse(cron).ok().filter(Cron::ever_fires);
    if times.is_none() {
        problems.push(
            format!("“{job}”的时间表“{cron}”不能用：应为 分 时 日 月 星期 五项，星期写名称（MON）"),
            format!("“{cron}” of “{job}” says no times: minute, hour, day, month, weekday by name (MON)"),
        );
    }
    // Nobody wants a nightly job done for every night of an outage.
    let policy = Missed::from_word(missed).filter(|missed| *missed != Missed::All);
    if policy.is_none() {
        problems.push(
            format!("“{job}”的 missed 只能是 skip 或 once，不是“{missed}”"),
            format!("missed of “{job}” is skip or once, not “{missed}”"),
        );
    }
    Some(Timing { cron: times?, moves_off_days_off: false, missed: policy? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "policy/schedules.yaml";

    #[test]
    fn every_job_has_its_times_whether_a_place_writes_them_down_or_not() {
        assert_eq!(Schedules::default().iter().count(), JOBS.len());
        let own = "schedules:\n  - { job: check-people, cron: \"0 4 * * SUN\", missed: skip }\n";
        let read = Schedules::read(FILE, own).unwrap();
        assert_eq!(read.iter().count(), JOBS.len());
        let own = read.iter().find(|job| job.name == "check-people").unwrap();
        assert_eq!((own.timing.rule().as_str(), own.timing.missed), ("0 4 * * SUN", Missed::Skip));
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        let wrong = "schedules:\n  - { job: check-peple, cron: \"0 4 * * *\", missed: once }\n  \
             - { job: check-people, cron: \"0 4 * * 7\", missed: all }\n  \
             - { job: check-people, cron: \"0 4 30 2 *\", missed: once }\n";
        let told: Vec<_> = Schedules::read(FILE, wrong).unwrap_err().into_iter().map(|p| p.text.en).collect();
        assert_eq!(told.len(), 5, "{told:#?}");
        assert!(told[0].contains("check-people"), "{told:#?}");
    }
}
