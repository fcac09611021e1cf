//! Keeping a year of the calendar.

use axum::{Json, extract::State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AdditionBody, AdditionIsBody, HolidayBody, NoticeBody};
use crate::{
    api::said::{At, Caller, Write},
    app::{
        Failure, Problem,
        calendar::{Saved, WantedYear},
    },
    engine::{Refusal, refusal::FieldProblem},
    http::{answer::Refused, site::Site},
    language::Text,
    policy::calendar_file::{Addition, AdditionIs, Holiday, Notice, Status, Year},
};

/// A year in full, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepYear {
    /// The version that it was made from; 0 for a year that nobody has entered. Another one is a conflict.
    seen: i64,
    /// Absent while there is none, which makes the year provisional.
    #[serde(default)]
    notice: Option<NoticeBody>,
    days_off: Vec<HolidayBody>,
    makeup_workdays: Vec<NaiveDate>,
    #[serde(default)]
    additions: Vec<AdditionBody>,
    /// Why.
    reason: String,
}

/// What was saved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct YearSavedBody {
    /// Its version; the deadlines that it moves are listed under it, as soon as they are counted.
    version: i64,
}

impl KeepYear {
    fn wanted(self, year: i32) -> WantedYear {
        let notice = self.notice.map(|NoticeBody { title, number, issued }| Notice { title, number, issued });
        let off = |HolidayBody { holiday, days }| Holiday { holiday, days };
        let local = |AdditionBody { day, is, document }| {
            let is = match is {
                AdditionIsBody::Off => AdditionIs::Off,
                AdditionIsBody::Worked => AdditionIs::Worked,
            };
            Addition { day, is, document }
        };
        let year = Year {
            year,
            status: Status::with(notice.as_ref()),
            notice,
            days_off: self.days_off.into_iter().map(off).collect(),
            makeup_workdays: self.makeup_workdays,
            additions: self.additions.into_iter().map(local).collect(),
        };
        WantedYear { year, seen: self.seen, why: self.reason }
    }
}

/// Saves a year; every open deadline is counted again by it. What is wrong comes back by field. For the workflow
/// administrator.
#[utoipa::path(post, path = "/api/v1/calendar/{year}", tag = "calendar", request_body = KeepYear,
    params(("year" = i32, Path, description = "Such as 2027")),
    responses((status = 200, body = YearSavedBody)))]
pub async fn keep_year(
    State(site): State<Site>,
    caller: Caller,
    At(year): At<i32>,
    write: Write<KeepYear>,
) -> Result<Json<YearSavedBody>, Refused> {
    let keep = async {
        match site.app.keep_year(&caller.0, write.said.wanted(year)).await? {
            Saved::As(version) => Ok(YearSavedBody { version }),
            Saved::Not(problems) => Err(wrong(problems)),
        }
    };
    let saved = site.app.once(caller.0.person, write.key, keep).await.map_err(|failure| caller.refused(failure))?;
    tracing::info!(actor.id = %caller.0.person, calendar.version = saved.version, "the calendar was changed");
    Ok(Json(saved))
}

fn wrong(problems: Vec<Problem>) -> Failure {
    let faults = problems.into_iter().flat_map(|problem| problem.fields).map(|fault| {
        let title = Text::new(fault.field.as_str(), fault.field.as_str());
        FieldProblem { field: fault.field, title, problem: fault.sentence }
    });
    Refusal::Fields { problems: faults.collect() }.into()
}
