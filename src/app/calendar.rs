//! The working-day calendar of the place: it comes with the files, and an administrator keeps it. A change moves the
//! deadlines that rest on it.

use std::{ops::RangeInclusive, sync::Arc};

use chrono::{Datelike as _, NaiveDate};

pub use super::calendar_year::{TypedYear, WantedYear};
use super::{App, Failure, Problem, Viewer, recounting};
use crate::{
    clock::Instant,
    engine::{CalendarRefusal, Refusal, who::day_of},
    language::Text,
    policy::{calendar::Calendar, calendar_file::read_year},
    store::{self, Source, calendar::NewYear},
};

/// Who keeps the calendar.
pub const KEEPS_CALENDAR: &[&str] = &["workflow-admin"];
/// The first year with data.
const FIRST_YEAR: i32 = 2023;
/// As far ahead as a deadline reaches.
pub(super) const YEARS_AHEAD: i32 = 5;

/// A year as it stands, with how it came about.
#[derive(Debug, Clone)]
pub struct KeptYear {
    /// Which.
    pub number: i32,
    /// The calendar that it is part of.
    pub calendar: Arc<Calendar>,
    /// Its versions, newest first; none for a year that nobody has entered.
    pub versions: Vec<YearVersion>,
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

/// From the first year with data to five years ahead, which is as far as a deadline reaches.
#[must_use]
pub fn years_shown(today: NaiveDate) -> RangeInclusive<i32> {
    FIRST_YEAR..=today.year() + YEARS_AHEAD
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

    /// Saves a year as an administrator typed it on the page, and has the deadlines counted again.
    ///
    /// # Errors
    /// As for [`Self::keep_year`].
    pub async fn save_year(&self, viewer: &Viewer, typed: TypedYear) -> Result<Saved, Failure> {
        match typed.read(day_of(self.now())) {
            Ok(wanted) => self.keep_year(viewer, wanted).await,
            Err(problems) => Ok(Saved::Not(problems)),
        }
    }

    /// Saves a year as an administrator wants it, and has the deadlines counted again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever does not keep the calendar, [`CalendarRefusal`].
    pub async fn keep_year(&self, viewer: &Viewer, wanted: WantedYear) -> Result<Saved, Failure> {
        if !viewer.holds_any(KEEPS_CALENDAR) {
            return Err(Refusal::NotFound.into());
        }
        let problems = wanted.problems(day_of(self.now()));
        if !problems.is_empty() {
            return Ok(Saved::Not(problems));
        }
        let WantedYear { year, seen, why } = wanted;
        let (number, source) = (year.year, year.to_yaml().map_err(Failure::broken)?);
        let (app, by) = (self.clone(), viewer.person);
        self.store()
            .write(move |tx| async move {
                store::calendar::lock(&tx).await?;
                let known = store::calendar::versions(&tx, number).await?;
                let last = known.first();
                if last.map_or(0, |row| row.version) != seen {
                    return Err(Refusal::from(CalendarRefusal::ChangedMeanwhile { year: number }).into());
                }
                if last.is_some_and(|row| row.source == source) {
                    return Err(Refusal::from(CalendarRefusal::Unchanged { year: number }).into());
                }
                let why = why.trim().to_owned();
                let new = NewYear { year: number, source, saved_at: app.now(), saved_by: Some(by), why };
                let version = store::calendar::save(&tx, new).await?;
                recounting::queue(&app, &tx, version, None).await?;
                Ok(Saved::As(version))
            })
            .await
    }

    /// The document that says when officials work, and since when; `None` where policy is silent.
    #[must_use]
    pub fn office_hours_source(&self, calendar: &Calendar) -> Option<Text> {
        let (document, from) = calendar.office_hours.source.as_ref()?;
        let title = self.policy().rules.get(document).map(|rule| &rule.title)?;
        let zh = format!("{}（{}起）", title.zh, from.format("%Y年%-m月%-d日"));
        Some(Text::new(zh, format!("{} (from {from})", title.en)))
    }

    /// A year as it stands; one outside of those that are shown is not there.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn kept_year(&self, number: i32) -> Result<KeptYear, Failure> {
        if !years_shown(day_of(self.now())).contains(&number) {
            return Err(Refusal::NotFound.into());
        }
        let calendar = self.calendar(self.store().read()).await?;
        Ok(KeptYear { number, calendar, versions: self.year_versions(number).await? })
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
