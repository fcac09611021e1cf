//! The working-day calendar: read by everybody, kept by the workflow administrator through the door of the page.

mod keeping;

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    api::{
        said::{At, Caller},
        shapes::Words,
    },
    app::{
        App,
        calendar::{KeptYear, YearVersion, years_shown},
        recounting::Moved,
    },
    engine::{Refusal, who::day_of},
    http::{answer::Refused, routes::Routes, site::Site},
    ids::CaseId,
    policy::{
        calendar::Calendar,
        calendar_days::days_of,
        calendar_file::{Addition, AdditionIs, Holiday, Notice, Status},
    },
};

/// Registers the actions.
#[must_use]
pub fn register(routes: Routes) -> Routes {
    routes.api(routes!(years)).api(routes!(year, keeping::keep_year)).api(routes!(moved))
}

/// A year in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearLineBody {
    year: i32,
    /// `final`, or `provisional` while there is no notice.
    status: &'static str,
    working_days: usize,
    notice: Option<NoticeBody>,
}

/// A year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearBody {
    year: i32,
    /// `final`, or `provisional` while there is no notice: Monday to Friday count as working days.
    status: &'static str,
    /// Goes back as `seen` when it is saved; 0 for a year that nobody has entered.
    version: i64,
    /// What the year rests on.
    notice: Option<NoticeBody>,
    working_days: usize,
    /// By the notice.
    days_off: Vec<HolidayBody>,
    /// 调休: weekend days that are worked, by the notice.
    makeup_workdays: Vec<NaiveDate>,
    /// What the district has decided for itself; it goes before the notice.
    additions: Vec<AdditionBody>,
    /// Every day that is not what its weekday says, in order, whichever year's notice says so.
    special_days: Vec<DayBody>,
    office_hours: OfficeHoursBody,
    /// How the year came about, newest first.
    versions: Vec<YearVersionBody>,
}

/// A notice of the State Council.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeBody {
    title: String,
    /// 文号, where it has one.
    #[serde(default)]
    number: Option<String>,
    /// Its day.
    issued: NaiveDate,
}

/// A holiday.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayBody {
    holiday: String,
    /// In order.
    days: Vec<NaiveDate>,
}

/// A day that the district has decided for itself.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdditionBody {
    day: NaiveDate,
    is: AdditionIsBody,
    /// The document that says so.
    document: String,
}

/// What the district makes of a day.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AdditionIsBody {
    /// Off, though it would be worked.
    Off,
    /// Worked, though it would be off.
    Worked,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    day: NaiveDate,
    worked: bool,
    /// `off`, `makeup`, `local-off` or `local-work`.
    kind: &'static str,
    /// The holiday, or the document of the district.
    source: String,
}

/// When officials work on a working day; spans in working hours count through it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeHoursBody {
    periods: Vec<PeriodBody>,
    minutes: u32,
    /// The document that says so, and since when.
    source: Option<Words>,
}

/// A part of the working day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodBody {
    /// `08:30`, Asia/Shanghai.
    from: String,
    until: String,
}

/// A version of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearVersionBody {
    /// Counts over all years.
    version: i64,
    at: DateTime<Utc>,
    /// Absent where it came with the files.
    by: Option<String>,
    reason: String,
    /// How many deadlines it moved.
    moved: u64,
}

/// A deadline that moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedBody {
    #[schema(value_type = String)]
    case: CaseId,
    number: String,
    step: Words,
    due_before: DateTime<Utc>,
    due_after: DateTime<Utc>,
}

impl From<&Notice> for NoticeBody {
    fn from(notice: &Notice) -> Self {
        let Notice { title, number, issued } = notice.clone();
        Self { title, number, issued }
    }
}

impl From<&Holiday> for HolidayBody {
    fn from(off: &Holiday) -> Self {
        let Holiday { holiday, days } = off.clone();
        Self { holiday, days }
    }
}

impl From<&Addition> for AdditionBody {
    fn from(local: &Addition) -> Self {
        let Addition { day, is, document } = local.clone();
        let is = match is {
            AdditionIs::Off => AdditionIsBody::Off,
            AdditionIs::Worked => AdditionIsBody::Worked,
        };
        Self { day, is, document }
    }
}

impl From<YearVersion> for YearVersionBody {
    fn from(one: YearVersion) -> Self {
        let YearVersion { version, at, by, why, moved } = one;
        Self { version, at, by: (!by.is_empty()).then_some(by), reason: why, moved }
    }
}

impl From<Moved> for MovedBody {
    fn from(moved: Moved) -> Self {
        let Moved { case, number, step, before, after } = moved;
        Self { case, number, step: (&step).into(), due_before: before, due_after: after }
    }
}

impl YearLineBody {
    fn of(calendar: &Calendar, year: i32) -> Self {
        let notice = calendar.year(year).and_then(|sheet| sheet.notice.as_ref()).map(NoticeBody::from);
        Self { year, status: status(calendar, year), working_days: calendar.working_days_of(year), notice }
    }
}

impl YearBody {
    fn of(app: &App, kept: KeptYear) -> Self {
        let KeptYear { number, calendar, versions } = kept;
        let sheet = calendar.year(number);
        let YearLineBody { year, status, working_days, notice } = YearLineBody::of(&calendar, number);
        let special = days_of(number).filter_map(|day| {
            let (kind, source) = calendar.kind_of(day);
            let worked = calendar.is_working_day(day);
            kind.is_special().then(|| DayBody { day, worked, kind: kind.code(), source })
        });
        Self {
            year,
            status,
            version: versions.first().map_or(0, |last| last.version),
            notice,
            working_days,
            days_off: sheet.map(|sheet| sheet.days_off.iter().map(HolidayBody::from).collect()).unwrap_or_default(),
            makeup_workdays: sheet.map(|sheet| sheet.makeup_workdays.clone()).unwrap_or_default(),
            additions: sheet.map(|sheet| sheet.additions.iter().map(AdditionBody::from).collect()).unwrap_or_default(),
            special_days: special.collect(),
            office_hours: OfficeHoursBody {
                periods: calendar.office_hours.written().map(|(from, until)| PeriodBody { from, until }).collect(),
                minutes: calendar.office_hours.minutes(),
                source: app.office_hours_source(&calendar).as_ref().map(Words::from),
            },
            versions: versions.into_iter().map(YearVersionBody::from).collect(),
        }
    }
}

fn status(calendar: &Calendar, year: i32) -> &'static str {
    if calendar.years.contains(&year) { Status::Final.code() } else { Status::Provisional.code() }
}

/// The years of the calendar, from the first one with data to the last one that a deadline reaches.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "calendar",
    responses((status = 200, body = Vec<YearLineBody>)))]
pub async fn years(State(site): State<Site>, caller: Caller) -> Result<Json<Vec<YearLineBody>>, Refused> {
    let calendar = site.app.calendar(site.app.store().read()).await.map_err(|failure| caller.refused(failure))?;
    let years = years_shown(day_of(site.app.now()));
    Ok(Json(years.map(|year| YearLineBody::of(&calendar, year)).collect()))
}

/// A year: its days, what they rest on, what the district has added, and when officials work.
#[utoipa::path(get, path = "/api/v1/calendar/{year}", tag = "calendar",
    params(("year" = i32, Path, description = "Such as 2027")),
    responses((status = 200, body = YearBody)))]
pub async fn year(State(site): State<Site>, caller: Caller, At(year): At<i32>) -> Result<Json<YearBody>, Refused> {
    let kept = site.app.kept_year(year).await.map_err(|failure| caller.refused(failure))?;
    Ok(Json(YearBody::of(&site.app, kept)))
}

/// The deadlines that a version of a year has moved so far, in cases that the caller may see: 200 at most, the earliest
/// first.
#[utoipa::path(get, path = "/api/v1/calendar/{year}/versions/{version}/moved", tag = "calendar",
    params(
        ("year" = i32, Path, description = "The year"),
        ("version" = i64, Path, description = "The version of the year that moved them"),
    ),
    responses((status = 200, body = Vec<MovedBody>)))]
pub async fn moved(
    State(site): State<Site>,
    caller: Caller,
    At((year, version)): At<(i32, i64)>,
) -> Result<Json<Vec<MovedBody>>, Refused> {
    let refused = |failure| caller.refused(failure);
    let kept = site.app.kept_year(year).await.map_err(refused)?;
    if kept.versions.iter().all(|known| known.version != version) {
        return Err(refused(Refusal::NotFound.into()));
    }
    let moved = site.app.moved_deadlines(&caller.0, version).await.map_err(refused)?;
    Ok(Json(moved.into_iter().map(MovedBody::from).collect()))
}
