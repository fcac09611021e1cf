//! The working-day calendar of the place: it comes with the files, and an administrator keeps it. A change moves the
//! deadlines that rest on it.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{App, Failure, Problem, Viewer, recounting};
use crate::{
    clock::Instant,
    engine::who::day_of,
    language::Text,
    policy::{
        PolicyProblem,
        calendar::Calendar,
        calendar_file::{Notice, Status, Year, read_year},
        calendar_lines,
    },
    store::{self, Source, calendar::NewYear},
};

/// Who keeps the calendar.
pub const KEEPS_CALENDAR: &[&str] = &["workflow-admin"];
/// The words of a reason at most.
const REASON_CHARS_MAX: usize = 500;

/// A year as somebody types it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedYear {
    /// Which.
    pub year: i32,
    /// The version that they saw; 0 for a year that was not there. Another one is refused.
    pub seen: i64,
    /// The title of the notice; empty while there is none, which makes the year provisional.
    pub notice: String,
    /// Its number, where it has one.
    pub number: String,
    /// The day of the notice.
    pub issued: String,
    /// Holidays, one to a line.
    pub days_off: String,
    /// Weekend days that are worked.
    pub makeup_workdays: String,
    /// What the place adds, one day to a line.
    pub additions: String,
    /// Why it is changed.
    pub why: String,
}

/// What came of saving.
#[derive(Debug)]
pub enum Saved {
    /// It is the calendar from now on, by this version.
    As(i64),
    /// Nothing was changed, because of these.
    Not(Vec<Problem>),
}

/// A version of a year.
#[derive(Debug, Clone)]
pub struct YearVersion {
    /// Counts over all years.
    pub version: i64,
    /// When it was saved.
    pub at: Instant,
    /// By whom; empty where it came with the files.
    pub by: String,
    /// Why.
    pub why: String,
    /// How many deadlines it moved.
    pub moved: u64,
}

impl App {
    /// The calendar as it is now: kept until its version moves.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn calendar(&self, source: &impl Source) -> Result<Arc<Calendar>, Failure> {
        self.calendar_at(source, store::calendar::version(source).await?).await
    }

    /// The calendar of that version, which `source` has just told.
    pub(super) async fn calendar_at(&self, source: &impl Source, version: i64) -> Result<Arc<Calendar>, Failure> {
        if let Some(kept) = self.kept_calendar(version) {
            return Ok(kept);
        }
        let mut calendar = self.policy().calendar.clone();
        calendar.version = version;
        for row in store::calendar::current(source).await? {
            let year = read_year(&format!("/{}.yaml", row.year), &row.source)
                .map_err(|problems| Failure::broken(format!("a saved year has {} problems", problems.len())))?;
            calendar.set_year(year);
        }
        let calendar = Arc::new(calendar);
        self.keep_calendar(&calendar);
        Ok(calendar)
    }

    /// Takes over the years that came with the files, unless somebody has changed them here: what administrators decided
    /// is not undone by a restart. Nodes that start together do it once.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn take_calendar(&self) -> Result<(), Failure> {
        let mut shipped = Vec::new();
        for year in self.policy().calendar.entered() {
            shipped.push((year.year, year.to_yaml().map_err(Failure::broken)?));
        }
        let known = store::calendar::current(self.store().read()).await?;
        let is_new = |(year, source): &(i32, String)| match known.iter().find(|row| row.year == *year) {
            Some(row) => row.saved_by.is_none() && row.source != *source,
            None => true,
        };
        if !shipped.iter().any(is_new) {
            return Ok(());
        }
        let app = self.clone();
        self.store()
            .write(move |tx| async move {
                store::calendar::lock(&tx).await?;
                let known = store::calendar::current(&tx).await?;
                let counts = !store::calendar::cases_on_time(&tx, None, 1).await?.is_empty();
                for (year, source) in shipped {
                    let row = known.iter().find(|row| row.year == year);
                    if row.is_some_and(|row| row.saved_by.is_some() || row.source == source) {
                        continue;
                    }
                    let why = "随系统文件".to_owned();
                    let new = NewYear { year, source, saved_at: app.now(), saved_by: None, why };
                    let version = store::calendar::save(&tx, new).await?;
                    if counts {
                        recounting::queue(&app, &tx, version, None).await?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Saves a year as an administrator typed it, and has the deadlines counted again.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn save_year(&self, viewer: &Viewer, typed: TypedYear) -> Result<Saved, Failure> {
        let year = match read(&typed, day_of(self.now())) {
            Ok(year) => year,
            Err(problems) => return Ok(Saved::Not(problems)),
        };
        let source = year.to_yaml().map_err(Failure::broken)?;
        let (app, by) = (self.clone(), viewer.person);
        self.store()
            .write(move |tx| async move {
                store::calendar::lock(&tx).await?;
                let known = store::calendar::versions(&tx, year.year).await?;
                let last = known.first();
                if last.map_or(0, |row| row.version) != typed.seen {
                    return Ok(Saved::Not(vec![stale(year.year)]));
                }
                if last.is_some_and(|row| row.source == source) {
                    return Ok(Saved::Not(vec![unchanged(year.year)]));
                }
                let why = typed.why.trim().to_owned();
                let new = NewYear { year: year.year, source, saved_at: app.now(), saved_by: Some(by), why };
                let version = store::calendar::save(&tx, new).await?;
                recounting::queue(&app, &tx, version, None).await?;
                Ok(Saved::As(version))
            })
            .await
    }

    /// The versions of a year, newest first.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn year_versions(&self, year: i32) -> Result<Vec<YearVersion>, Failure> {
        let read = self.store().read();
        let directory = self.directory(read).await?;
        let mut versions = Vec::new();
        for row in store::calendar::versions(read, year).await? {
            versions.push(YearVersion {
                version: row.version,
                at: row.saved_at,
                by: row.saved_by.map_or_else(String::new, |person| super::words::person(&directory, person)),
                why: row.why,
                moved: store::calendar::moves_of(read, row.version).await?,
            });
        }
        Ok(versions)
    }
}

/// A year from what was typed; or everything that is wrong with it.
fn read(typed: &TypedYear, today: NaiveDate) -> Result<Year, Vec<Problem>> {
    use chrono::Datelike as _;
    let mut problems = Vec::new();
    let mut told = |field: &'static str, wrong: Vec<PolicyProblem>| {
        problems.extend(wrong.into_iter().map(|problem| Problem::field(field, problem.text)));
    };
    let days_off = calendar_lines::holidays(&typed.days_off).map_err(|wrong| told("days_off", wrong)).ok();
    let makeup = calendar_lines::days(&typed.makeup_workdays).map_err(|wrong| told("makeup_workdays", wrong)).ok();
    let additions = calendar_lines::additions(&typed.additions).map_err(|wrong| told("additions", wrong)).ok();
    let notice = notice_of(typed).map_err(|problem| problems.push(problem)).ok().flatten();
    if !(2000..=today.year() + 5).contains(&typed.year) {
        let zh = format!("年份须在2000年至{}年之间。", today.year() + 5);
        problems.push(Problem::field("year", Text::new(zh, format!("A year from 2000 to {}.", today.year() + 5))));
    }
    let why = typed.why.trim();
    if why.is_empty() || why.chars().count() > REASON_CHARS_MAX {
        let zh = format!("请写明修改原因，不超过{REASON_CHARS_MAX}字。");
        let en = format!("Say why, in at most {REASON_CHARS_MAX} characters.");
        problems.push(Problem::field("why", Text::new(zh, en)));
    }
    let (Some(days_off), Some(makeup_workdays), Some(additions), true) =
        (days_off, makeup, additions, problems.is_empty())
    else {
        return Err(problems);
    };
    let status = if notice.is_some() { Status::Final } else { Status::Provisional };
    let year = Year { year: typed.year, status, notice, days_off, makeup_workdays, additions };
    let wrong = year.problems();
    if wrong.is_empty() {
        Ok(year)
    } else {
        Err(wrong.into_iter().map(|problem| Problem::field("days_off", problem.text)).collect())
    }
}

fn notice_of(typed: &TypedYear) -> Result<Option<Notice>, Problem> {
    let title = typed.notice.trim();
    if title.is_empty() {
        return Ok(None);
    }
    let issued = typed.issued.trim().parse().map_err(|_: chrono::ParseError| {
        Problem::field("issued", Text::new("请填写通知的印发日期。", "Give the day of the notice."))
    })?;
    let number = Some(typed.number.trim().to_owned()).filter(|number| !number.is_empty());
    Ok(Some(Notice { title: title.to_owned(), number, issued }))
}

fn stale(year: i32) -> Problem {
    let zh = format!("{year}年的日历刚刚由他人修改过。请刷新页面，核对后再保存。");
    let en = format!("Somebody has just changed {year}. Reload the page, look again and save.");
    Problem::field("year", Text::new(zh, en))
}

fn unchanged(year: i32) -> Problem {
    let en = format!("{year} is like that already; nothing was saved.");
    Problem::field("year", Text::new(format!("{year}年的日历没有变化，未保存。"), en))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn typed() -> TypedYear {
        TypedYear {
            year: 2027,
            notice: "国务院办公厅关于2027年部分节假日安排的通知".to_owned(),
            issued: "2026-11-20".to_owned(),
            days_off: "元旦：2027-01-01 至 2027-01-03".to_owned(),
            makeup_workdays: "2027-01-09".to_owned(),
            why: "通知已印发".to_owned(),
            ..TypedYear::default()
        }
    }

    #[test]
    fn a_year_without_a_notice_is_provisional() {
        assert_eq!(read(&typed(), today()).unwrap().status, Status::Final);
        let expected = TypedYear { notice: String::new(), ..typed() };
        let year = read(&expected, today()).unwrap();
        assert_eq!((year.status, year.notice), (Status::Provisional, None));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let wrong = TypedYear {
            year: 1999,
            issued: "十一月".to_owned(),
            days_off: "春节".to_owned(),
            makeup_workdays: "2027-02-30".to_owned(),
            additions: "2027-07-01 放假".to_owned(),
            why: " ".to_owned(),
            ..typed()
        };
        let problems = read(&wrong, today()).unwrap_err();
        assert_eq!(problems.len(), 6, "{problems:?}");
        let weekday = TypedYear { makeup_workdays: "2027-01-11".to_owned(), ..typed() };
        assert_eq!(read(&weekday, today()).unwrap_err().len(), 1, "a Monday is no make-up day");
    }
}
