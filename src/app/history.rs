//! The journal of a case as people read it: who did what, at which step, in which words, and what followed.

use std::collections::BTreeMap;

use super::{
    Failure,
    case_page::Entry,
    deeds,
    shown::{Chip, Tone},
    words,
};
use crate::{
    definition::{
        Definition, Step, StepName,
        registry::{self, EFFECTS},
    },
    engine::{
        Decision, Directory, Event, Held, Item, Waiting,
        recount::MovedDue,
        refusal::{fact_title, value_title},
    },
    ids::PersonId,
    language::{Lang, Text},
    store::journal::JournalRow,
};

/// The history, latest first. Saved drafts are in the ledger and left out here.
///
/// # Errors
/// [`Failure::Broken`] when an entry cannot be read.
pub(super) fn told(
    journal: &[JournalRow],
    definition: &Definition,
    directory: &Directory,
) -> Result<Vec<Entry>, Failure> {
    let mut teller = Teller { definition, directory, steps: BTreeMap::new() };
    let mut entries = Vec::new();
    for row in journal {
        let events: Vec<Event> = serde_json::from_str(&row.events).map_err(Failure::broken)?;
        let entry = teller.entry(row, &events);
        if row.command != "save" {
            entries.push(entry);
        }
    }
    entries.reverse();
    Ok(entries)
}

struct Teller<'a> {
    definition: &'a Definition,
    directory: &'a Directory,
    /// The step of every task that was opened so far.
    steps: BTreeMap<u32, (StepName, Option<Text>)>,
}

/// What was done, by its drawing and colour.
pub(super) struct Deed {
    pub did: Text,
    pub icon: &'static str,
    pub tone: Tone,
    pub step: Option<(StepName, Option<Text>)>,
    pub reason: String,
}

impl Deed {
    pub(super) fn new(zh: &str, en: &str, icon: &'static str, tone: Tone) -> Self {
        Self { did: Text::new(zh, en), icon, tone, step: None, reason: String::new() }
    }
}

impl Teller<'_> {
    fn entry(&mut self, row: &JournalRow, events: &[Event]) -> Entry {
        let deed = self.deed(&row.command, events);
        let effects = events.iter().filter_map(|event| self.effect(event)).collect();
        Entry {
            at: row.at,
            who: self.who(&row.actor),
            did: Chip::new(deed.tone, deed.did),
            step: deed.step.map(|(step, item)| words::step_of(self.definition, &step, item.as_ref())),
            reason: deed.reason,
            effects,
            icon: deed.icon,
            tone: deed.tone,
        }
    }

    fn who(&self, actor: &str) -> Text {
        if let Ok(person) = actor.parse::<PersonId>() {
            let name = words::person(self.directory, person);
            return Text::new(name.clone(), name);
        }
        let both = actor.split_once(" for ").map(|(by, of)| (by.parse::<PersonId>(), of.parse::<PersonId>()));
        if let Some((Ok(by), Ok(of))) = both {
            let (by, of) = (words::person(self.directory, by), words::person(self.directory, of));
            return Text::new(format!("{by}（代{of}）"), format!("{by} for {of}"));
        }
        Text::new("系统", "The system")
    }

    fn completed(&self, task: u32) -> Deed {
        let step = self.steps.get(&task).cloned();
        let at = step.as_ref().and_then(|(step, _)| self.definition.step(step));
        let deed = if at.is_some_and(Step::is_answer) {
            Deed::new("书面答复", "Answered", "pencil-line", Tone::Good)
        } else {
            Deed::new("提交填报", "Filled in", "pencil-line", Tone::Plain)
        };
        Deed { step, ..deed }
    }

    fn deed(&self, command: &str, events: &[Event]) -> Deed {
        for event in events {
            if let Event::TaskDecided { task, decision, reason, .. } = event {
                let step = self.steps.get(task).cloned();
                let did = step.as_ref().map(|(step, _)| words::decision(self.definition, step, decision));
                let (icon, tone) = match decision {
                    Decision::Approve => ("check", Tone::Good),
                    Decision::Return { .. } => ("undo-2", Tone::Warn),
                    Decision::Reject => ("x", Tone::Bad),
                    Decision::Abstain => ("circle-dot", Tone::Plain),
                    Decision::Grade(grade) => {
                        let at = step.as_ref().and_then(|(step, _)| self.definition.step(step));
                        ("award", words::grade(at, grade.as_str()).tone)
                    }
                };
                return Deed { did: did.unwrap_or_default(), icon, tone, step, reason: reason.clone() };
            }
            if let Event::OnTask(event) = event {
                let (deed, task) = deeds::of_term(event, self.definition, self.directory);
                return Deed { step: self.steps.get(&task).cloned(), ..deed };
            }
            if let Event::TaskCompleted { task, .. } = event {
                return self.completed(*task);
            }
            if let Event::Suspended { reason, .. } = event {
                return Deed {
                    reason: reason.clone(), ..Deed::new("挂起办件", "Suspended", "hourglass", Tone::Warn)
                };
            }
            if let Event::Resumed { reason, .. } = event {
                return Deed {
                    reason: reason.clone(), ..Deed::new("恢复办理", "Resumed", "lock-open", Tone::Active)
                };
            }
            if let Event::Moved { reason, .. } = event {
                let deed = Deed::new("迁移到新版本", "Moved to a new version", "git-fork", Tone::Active);
                return Deed { reason: reason.clone(), ..deed };
            }
            if let Event::HandedOver { .. } = event {
                return handed_over(self.directory, events);
            }
            if let Some(deed) = reminding(event, events) {
                return Deed { step: deed.1.and_then(|task| self.steps.get(&task).cloned()), ..deed.0 };
            }
            if let Event::Recounted { .. } = event {
                let did = ("按新的工作日历重算期限", "Deadlines counted by the new calendar");
                return Deed::new(did.0, did.1, "clock", Tone::Plain);
            }
            if let Event::DeadlinePassed { step, .. } = event {
                let deed = Deed::new("逾期未作决定", "Nobody decided in time", "hourglass", Tone::Warn);
                return Deed { step: Some((step.clone(), None)), ..deed };
            }
            if let Event::FactRevoked { reason, .. } = event {
                let deed = Deed::new("撤销结论", "Took a conclusion back", "undo-2", Tone::Bad);
                return Deed { reason: reason.clone(), ..deed };
            }
        }
        let reason = events
            .iter()
            .find_map(|event| if let Event::Ended { reason, .. } = event { Some(reason.clone()) } else { None });
        Deed { reason: reason.unwrap_or_default(), ..by_command(command) }
    }

    /// What an event led to, when people care.
    #[expect(clippy::too_many_lines, reason = "one arm for each event, in the words people read")]
    fn effect(&mut self, event: &Event) -> Option<Text> {
        let step = |step: &StepName| words::step(self.definition, step);
        match event {
            Event::TaskOpened { task } => {
                self.steps.insert(task.no, (task.step.clone(), task.item.clone()));
                let step = words::step_of(self.definition, &task.step, task.item.as_ref());
                Some(Text::new(format!("转入“{}”", step.zh), format!("on to “{}”", step.en)))
            }
            Event::GatePassed { step: gate, .. } => {
                let gate = step(gate);
                Some(Text::new(format!("通过“{}”", gate.zh), format!("passed “{}”", gate.en)))
            }
            Event::WaitChanged { waiting: Waiting::Until { at }, .. } => {
                let at = words::moment(*at);
                Some(Text::new(format!("等待至{at}"), format!("waits until {at}")))
            }
            Event::WaitOver { step: wait } => {
                let wait = step(wait);
                Some(Text::new(format!("“{}”期满", wait.zh), format!("“{}” is over", wait.en)))
            }
            Event::DeadlinePassed { .. } => Some(Text::new(
                "系统按规定处理，决定仍须作出",
                "the system does what the rule says; it is still to be decided",
            )),
            Event::ChildStarted { child, .. } => {
                let step = step(&child.step);
                Some(Text::new(format!("发起子流程：{}", step.zh), format!("started: {}", step.en)))
            }
            Event::ChildEnded { step: started, outcome, .. } => {
                let (step, outcome) = (step(started), words::outcome(outcome));
                Some(Text::new(
                    format!("“{}”已办结：{}", step.zh, outcome.zh),
                    format!("“{}” ended: {}", step.en, outcome.en),
                ))
            }
            Event::ItemsListed { items, .. } => Some(listed(items)),
            Event::FactRecorded { fact, .. } => Some(self.fact("登记结论", "recorded", &fact.kind, &fact.value)),
            Event::FactRevoked { kind, value, .. } => Some(self.fact("撤销结论", "took back", kind, value)),
            Event::EffectDone { effect, .. } => {
                Some(words::entry(registry::find(EFFECTS, effect.as_str()), effect.as_str()))
            }
            Event::Recounted { due, .. } => Some(self.recounted(due)),
            Event::NobodyFound { step: held, .. } => {
                let held = step(held);
                let zh = format!("“{}”暂无人可办，已报流程管理员", held.zh);
                Some(Text::new(zh, format!("nobody may act at “{}”; the administrator was told", held.en)))
            }
            Event::CopyGiven { to, .. } => {
                let names: Vec<_> = to.iter().map(|person| words::person(self.directory, *person)).collect();
                let (zh, en) = (names.join("、"), names.join(", "));
                Some(Text::new(format!("抄送{zh}"), format!("copied to {en}")))
            }
            Event::ParentTakenOver { person } => {
                let name = words::person(self.directory, *person);
                let zh = format!("{name}接替上级办件的发起人，不再审批本办件");
                Some(Text::new(zh, format!("{name} took over the case that waits, and decides nothing in this one")))
            }
            Event::Remarked { asked: Some(asked), .. } => {
                let name = words::person(self.directory, *asked);
                Some(Text::new(format!("请{name}答复"), format!("{name} is asked to answer")))
            }
            Event::AskedInstead { step: held, .. } => {
                let held = step(held);
                let zh = format!("“{}”无人可办，改由流程指定的人员办理", held.zh);
                Some(Text::new(zh, format!("nobody may act at “{}”; those it names for that are asked", held.en)))
            }
            Event::VoteCounted { step: voted, tally, result, .. } => {
                Some(words::vote(self.definition, voted, tally, result.as_ref()))
            }
            Event::CopiedIn { to, .. } => {
                let zh = format!("抄送{}个对象", to.len());
                Some(Text::new(zh, format!("copied to {}", to.len())))
            }
            Event::Ended { outcome, .. } => {
                let outcome = words::outcome(outcome);
                Some(Text::new(format!("办结：{}", outcome.zh), format!("ended: {}", outcome.en)))
            }
            Event::Reminded { to, last, .. } => Some(self.reminded(to, *last)),
            Event::TaskEscalated { level, to, late, .. } => Some(self.escalated(*level, to, late)),
            Event::Remarked { asked: None, .. }
            | Event::ClocksSet { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. }
            | Event::Started { .. }
            | Event::StepEntered { .. }
            | Event::WaitChanged { .. }
            | Event::FieldsSaved { .. }
            | Event::PersonBarred { .. }
            | Event::SubstituteActed { .. }
            | Event::TaskCompleted { .. }
            | Event::TaskDecided { .. }
            | Event::TaskCancelled { .. }
            | Event::StepPassed { .. }
            | Event::StepCancelled { .. }
            | Event::Returned { .. }
            | Event::Moved { .. }
            | Event::HandedOver { .. }
            | Event::BranchChosen { .. }
            | Event::BranchFinished { .. }
            | Event::OnTask(_) => None,
        }
    }

    fn fact(
        &self,
        zh: &str,
        en: &str,
        kind: &crate::definition::FactName,
        value: &crate::definition::FactValue,
    ) -> Text {
        let said = |lang| (fact_title(kind, lang), value_title(kind, value, lang));
        let ((kind_zh, value_zh), (kind_en, value_en)) = (said(Lang::Zh), said(Lang::En));
        Text::new(format!("{zh}：{kind_zh}（{value_zh}）"), format!("{en}: {kind_en} ({value_en})"))
    }
}

/// Whose place whom took, once for everything that passed in one go.
fn handed_over(directory: &Directory, events: &[Event]) -> Deed {
    let passed = events.iter().find_map(|event| {
        let Event::HandedOver { what, step, from, to, reason, .. } = event else { return None };
        Some((what, step, words::person(directory, *from), words::person(directory, *to), reason))
    });
    let Some((what, step, from, to, reason)) = passed else {
        return Deed::new("移交", "Handed over", "send", Tone::Plain);
    };
    let step = (*what != Held::Start).then(|| (step.clone(), None));
    let (zh, en) = (format!("{from}离岗，移交给{to}"), format!("Handed over from {from}, who leaves, to {to}"));
    Deed { step, reason: reason.clone(), ..Deed::new(&zh, &en, "send", Tone::Active) }
}

impl Teller<'_> {
    fn recounted(&self, due: &[MovedDue]) -> Text {
        let moved =
            |between: &str, of: &dyn Fn(&MovedDue) -> String| due.iter().map(of).collect::<Vec<_>>().join(between);
        let step = |one: &MovedDue| match self.steps.get(&one.task) {
            Some((step, item)) => words::step_of(self.definition, step, item.as_ref()),
            None => Text::default(),
        };
        let days = |one: &MovedDue| (words::moment(one.before), words::moment(one.after));
        Text::new(
            moved("；", &|one| format!("“{}”期限由{}改为{}", step(one).zh, days(one).0, days(one).1)),
            moved("; ", &|one| format!("“{}” was due {}, is due {}", step(one).en, days(one).0, days(one).1)),
        )
    }
}

impl Teller<'_> {
    fn names(&self, people: &[PersonId]) -> Text {
        let names: Vec<_> = people.iter().map(|person| words::person(self.directory, *person)).collect();
        Text::new(names.join("、"), names.join(", "))
    }

    fn reminded(&self, to: &[PersonId], last: bool) -> Text {
        let names = self.names(to);
        let (zh, en) = if last {
            ("，这是最后一次，已报流程管理员", "; for the last time, and the administrator was told")
        } else {
            ("", "")
        };
        Text::new(format!("提醒{}{zh}", names.zh), format!("reminded {}{en}", names.en))
    }

    fn escalated(&self, level: usize, to: &[PersonId], late: &[PersonId]) -> Text {
        let (names, late) = (self.names(to), self.names(late));
        if to.is_empty() {
            return Text::new(
                format!("{}逾期，第{level}级没有找到上级，已报流程管理员", late.zh),
                format!("{} late; nobody was found at level {level}, and the administrator was told", late.en),
            );
        }
        Text::new(
            format!("{}逾期，第{level}级上报{}", late.zh, names.zh),
            format!("{} late; {} told at level {level}", late.en, names.en),
        )
    }
}

/// What a clock of a task did, and which task; an escalation says more than the reminder beside it.
fn reminding(event: &Event, events: &[Event]) -> Option<(Deed, Option<u32>)> {
    let escalates = |event: &Event| matches!(event, Event::TaskEscalated { .. });
    if let Event::TaskEscalated { task, .. } = event {
        return Some((Deed::new("逾期上报", "Escalated", "triangle-alert", Tone::Bad), Some(*task)));
    }
    let Event::Reminded { task, .. } = event else { return None };
    let remind = || (Deed::new("提醒办理", "Reminded", "bell", Tone::Warn), Some(*task));
    (!events.iter().any(escalates)).then(remind)
}

/// The items of a list that was fixed.
fn listed(items: &[Item]) -> Text {
    let names =
        |lang: Lang| items.iter().map(|item| item.label.get(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "));
    if items.is_empty() {
        return Text::new("列表为空，直接继续", "the list is empty; goes on");
    }
    Text::new(
        format!("逐项办理（{}项）：{}", items.len(), names(Lang::Zh)),
        format!("for each of {}: {}", items.len(), names(Lang::En)),
    )
}

/// What a command is called whose events say nothing more.
fn by_command(command: &str) -> Deed {
    match command {
        "start" => Deed::new("发起", "Started", "circle-plus", Tone::Plain),
        "terminate" => Deed::new("终止办件", "Terminated", "x", Tone::Bad),
        "copy-in" => Deed::new("抄送", "Copied in", "send", Tone::Plain),
        "remark" => Deed::new("沟通", "Remarked", "info", Tone::Plain),
        "withdraw" => Deed::new("撤销办件", "Withdrew", "undo-2", Tone::Warn),
        "child-ended" => {
            Deed::new("子流程办结，自动继续", "Went on after the case it started", "workflow", Tone::Active)
        }
        "parent-gone" => Deed::new("随上级办件终止", "Ended with the case that started it", "undo-2", Tone::Warn),
        "parent-taken-over" => {
            Deed::new("上级办件发起人变更", "The case that waits was taken over", "send", Tone::Plain)
        }
        "ring" => Deed::new("等待期满，自动继续", "Went on after its wait", "hourglass", Tone::Active),
        "recount" => Deed::new("按新的工作日历重算期限", "Deadlines counted by the new calendar", "clock", Tone::Plain),
        "wake" => Deed::new("自动继续", "Went on", "lock-open", Tone::Active),
        _ => Deed::new("办理", "Acted", "circle-dot", Tone::Plain),
    }
}
