//! The working-day calendar: a year at a glance for everybody, and the form in which the administrator keeps it.

use axum::{
    Form,
    extract::{OriginalUri, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    frame::{self, Frame, Part, Told, told},
    render::View,
};
use crate::{
    app::{
        Failure, Problem,
        calendar::{KEEPS_CALENDAR, Saved, TypedYear, years_shown},
        recounting::Moved,
        shown::{Chip, Tone},
    },
    clock::Instant,
    engine::{Refusal, who::day_of},
    http::{answer::Refused, site::Site, visit::Visit},
    language::Text,
    policy::{calendar::Calendar, calendar_file::Year, calendar_lines},
};

/// A year.
#[derive(Debug, Clone, Serialize)]
pub struct CalendarView {
    /// Which.
    pub year: i32,
    /// The years one can look at.
    pub years: Vec<YearLink>,
    /// Relied on or provisional.
    pub state: Chip,
    /// The notice it rests on.
    pub notice: Option<String>,
    /// How many days are worked.
    pub working_days: usize,
    /// When officials work on a working day, such as `08:30–12:00 / 13:30–18:00`.
    pub hours: String,
    /// How many hours that are.
    pub hours_a_day: String,
    /// The document that says so, and since when.
    pub hours_by: Option<Text>,
    /// The twelve months.
    pub months: Vec<MonthView>,
    /// How it came about, newest first.
    pub versions: Vec<VersionView>,
    /// Deadlines that the version asked for has moved.
    pub moved: Vec<Moved>,
    /// That version; 0 when none was asked for.
    pub moved_by: i64,
    /// The form, for whoever may change it.
    pub form: Option<FormView>,
}

/// A year to look at.
#[derive(Debug, Clone, Serialize)]
pub struct YearLink {
    /// Which.
    pub year: i32,
    /// Whether it is the one on the page.
    pub here: bool,
}

/// A month.
#[derive(Debug, Clone, Serialize)]
pub struct MonthView {
    /// From 1.
    pub month: u32,
    /// Its weeks from Monday.
    pub weeks: Vec<Vec<DayView>>,
}

/// A day of the sheet.
#[derive(Debug, Clone, Serialize)]
pub struct DayView {
    /// Its number; 0 for a day of another month.
    pub no: u32,
    /// `work`, `free`, `off`, `makeup`, `local-off`, `local-work`, or nothing.
    pub kind: &'static str,
    /// What makes it so.
    pub title: String,
    /// Whether it is today.
    pub today: bool,
}

/// How a year came about.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// Counts over all years.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// By whom; empty for what came with the files.
    pub by: String,
    /// Why.
    pub why: String,
    /// How many deadlines it moved.
    pub moved: u64,
}

/// The form as it stands, or as it was typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormView {
    year: i32,
    seen: i64,
    notice: String,
    number: String,
    issued: String,
    days_off: String,
    makeup_workdays: String,
    additions: String,
    why: String,
    #[serde(skip_deserializing)]
    problems: Vec<Text>,
}

impl View for CalendarView {
    const TEMPLATE: &'static str = "calendar";
}

/// Which year.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: Option<i32>,
    moved: Option<i64>,
}

/// `GET /calendar`
///
/// # Errors
/// When something of ours fails.
pub async fn get(
    State(site): State<Site>,
    visit: Visit,
    Query(asked): Query<Asked>,
    Query(what): Query<Told>,
    uri: OriginalUri,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let year = asked.year.unwrap_or_else(|| day_of(site.app.now()).year());
    let view = view(&site, &visit, (year, asked.moved), None).await.map_err(failed)?;
    let frame = Frame::of(&site, &visit, Part::Calendar, &uri).await.map_err(failed)?;
    frame.telling(told(visit.viewer.lang, what.told.as_deref())).page(&view)
}

/// `POST /calendar`
///
/// # Errors
/// When something of ours fails.
pub async fn post(
    State(site): State<Site>,
    visit: Visit,
    uri: OriginalUri,
    Form(form): Form<FormView>,
) -> Result<Response, Refused> {
    let failed = |failure| frame::refused(failure, visit.viewer.lang);
    let saved = site.app.save_year(&visit.viewer, form.typed()).await;
    match saved.or_else(shown).map_err(failed)? {
        Saved::As(version) => {
            tracing::info!(actor.id = %visit.viewer.person, calendar.version = version, "the calendar was changed");
            // The fragment takes the place of the form's own, so that the page is read from its top.
            let address = format!("/calendar?year={}&moved={version}&told=calendar-saved#content", form.year);
            Ok(Redirect::to(&address).into_response())
        }
        Saved::Not(problems) => {
            let year = (form.year, None);
            let view = view(&site, &visit, year, Some((form, &problems))).await.map_err(failed)?;
            let frame = Frame::of(&site, &visit, Part::Calendar, &uri).await.map_err(failed)?;
            let status = problems.first().and_then(|problem| StatusCode::from_u16(problem.status).ok());
            Ok((status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), frame.page(&view)?).into_response())
        }
    }
}

/// A refusal about the calendar stands above the form, where what was typed is still there.
fn shown(failure: Failure) -> Result<Saved, Failure> {
    if let Failure::Refused(refusal @ Refusal::Calendar(_)) = &failure {
        return Ok(Saved::Not(vec![Problem::from(refusal)]));
    }
    Err(failure)
}

/// The page of `year` by `calendar`, without what is stored about it.
pub(super) fn drawn(calendar: &Calendar, year: i32, today: NaiveDate) -> CalendarView {
    let sheet = calendar.year(year);
    let hours = calendar.office_hours.written().map(|(from, until)| format!("{from}–{until}"));
    CalendarView {
        year,
        years: years_shown(today).map(|one| YearLink { year: one, here: one == year }).collect(),
        state: state_of(calendar, year),
        notice: sheet.and_then(|sheet| sheet.notice.as_ref()).map(|notice| {
            let number = notice.number.as_ref().map_or_else(String::new, |number| format!("（{number}）"));
            format!("{}{number} · {}", notice.title, notice.issued)
        }),
        working_days: calendar.working_days_of(year),
        hours: hours.collect::<Vec<_>>().join(" / "),
        hours_a_day: hours_of(calendar.office_hours.minutes()),
        hours_by: None,
        months: (1..=12).map(|month| month_of(calendar, (year, month), today)).collect(),
        versions: Vec::new(),
        moved: Vec::new(),
        moved_by: 0,
        form: None,
    }
}

async fn view(
    site: &Site,
    visit: &Visit,
    (year, moved_by): (i32, Option<i64>),
    typed: Option<(FormView, &[Problem])>,
) -> Result<CalendarView, Failure> {
    let (app, today) = (&site.app, day_of(site.app.now()));
    let years = years_shown(today);
    let year = year.clamp(*years.start(), *years.end());
    let calendar = app.calendar(app.store().read()).await?;
    let sheet = calendar.year(year);
    let versions = app.year_versions(year).await?;
    let moved_by = moved_by.filter(|asked| versions.iter().any(|known| known.version == *asked)).unwrap_or(0);
    let moved = if moved_by == 0 { Vec::new() } else { app.moved_deadlines(&visit.viewer, moved_by).await? };
    let form = visit.viewer.holds_any(KEEPS_CALENDAR).then(|| match typed {
        Some((form, problems)) => form.told(problems),
        None => FormView::of(year, sheet, versions.first().map_or(0, |last| last.version)),
    });
    let versions = versions.into_iter();
    let versions = versions.map(|one| VersionView {
        version: one.version,
        at: one.at,
        by: one.by,
        why: one.why,
        moved: one.moved,
    });
    let hours_by = app.office_hours_source(&calendar);
    let page = drawn(&calendar, year, today);
    Ok(CalendarView { versions: versions.collect(), moved, moved_by, form, hours_by, ..page })
}

/// Minutes as hours, with a half where there is one.
fn hours_of(minutes: u32) -> String {
    let hours = f64::from(minutes) / 60.0;
    format!("{hours:.1}").trim_end_matches(".0").to_owned()
}

fn state_of(calendar: &Calendar, year: i32) -> Chip {
    if calendar.years.contains(&year) {
        Chip::new(Tone::Good, Text::new("正式", "Final"))
    } else {
        Chip::new(Tone::Warn, Text::new("暂定", "Provisional"))
    }
}

fn month_of(calendar: &Calendar, (year, month): (i32, u32), today: NaiveDate) -> MonthView {
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
    let monday = first - Days::new(first.weekday().num_days_from_monday().into());
    let weeks = (0..6_u64).map(|week| monday + Days::new(week * 7));
    let weeks = weeks.filter(|start| (*start + Days::new(6)).month() == month || start.month() == month);
    let day = |day: NaiveDate| {
        if day.month() != month {
            return DayView { no: 0, kind: "", title: String::new(), today: false };
        }
        let (kind, title) = calendar.kind_of(day);
        DayView { no: day.day(), kind: kind.code(), title, today: day == today }
    };
    MonthView { month, weeks: weeks.map(|start| start.iter_days().take(7).map(day).collect()).collect() }
}

impl FormView {
    pub(super) fn of(year: i32, sheet: Option<&Year>, seen: i64) -> Self {
        let Some(sheet) = sheet else { return Self { year, seen, ..Self::default() } };
        let notice = sheet.notice.as_ref();
        Self {
            year,
            seen,
            notice: notice.map(|notice| notice.title.clone()).unwrap_or_default(),
            number: notice.and_then(|notice| notice.number.clone()).unwrap_or_default(),
            issued: notice.map(|notice| notice.issued.to_string()).unwrap_or_default(),
            days_off: calendar_lines::of_holidays(&sheet.days_off),
            makeup_workdays: calendar_lines::of_days(&sheet.makeup_workdays),
            additions: calendar_lines::of_additions(&sheet.additions),
            why: String::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn told(self, problems: &[Problem]) -> Self {
        let problems = problems
            .iter()
            .map(|problem| problem.fields.first().map_or(&problem.sentence, |field| &field.sentence))
            .cloned()
            .collect();
        Self { problems, ..self }
    }

    fn typed(&self) -> TypedYear {
        let text = |typed: &String| typed.clone();
        TypedYear {
            year: self.year,
            seen: self.seen,
            notice: text(&self.notice),
            number: text(&self.number),
            issued: text(&self.issued),
            days_off: text(&self.days_off),
            makeup_workdays: text(&self.makeup_workdays),
            additions: text(&self.additions),
            why: text(&self.why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::library, policy::Policy};

    #[test]
    fn a_month_begins_on_monday_and_names_its_days() {
        let calendar = Policy::read(&library::embedded()).unwrap().calendar;
        let today = NaiveDate::from_ymd_opt(2026, 2, 14).unwrap();
        let february = month_of(&calendar, (2026, 2), today);
        assert_eq!(february.weeks.len(), 5);
        assert_eq!(february.weeks[0].iter().map(|day| day.no).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 1]);
        let days: Vec<_> = february.weeks.iter().flatten().filter(|day| day.no > 0).collect();
        assert_eq!((days.len(), days[13].kind, days[13].today), (28, "makeup", true));
        assert_eq!((days[14].kind, days[14].title.as_str()), ("off", "春节"));
        assert_eq!((days[6].kind, days[8].kind), ("free", "work"));
    }

    #[test]
    fn the_form_holds_the_year_as_it_is() {
        let calendar = Policy::read(&library::embedded()).unwrap().calendar;
        let sheet = calendar.year(2026).unwrap();
        let form = FormView::of(2026, Some(sheet), 4);
        assert_eq!(calendar_lines::holidays(&form.days_off).unwrap(), sheet.days_off);
        assert_eq!(calendar_lines::days(&form.makeup_workdays).unwrap(), sheet.makeup_workdays);
    }
}
