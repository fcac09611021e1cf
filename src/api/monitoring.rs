//! Both clocks of projects.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::said::{Asked, Caller};
use crate::{
    clock::Instant,
    http::{answer::Refused, site::Site},
    ids::{CaseId, ProjectId},
    store::monitoring_reads::Filter,
};

/// Which reports.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The budget year; 0 is the present one.
    pub year: i32,
    /// `red`, `yellow`, `green` or `blue`.
    pub lamp: String,
    /// `on-track`, `money-ahead`, `results-ahead` or `both-behind`.
    pub quadrant: String,
    /// `undecided`, `rectifying` or `suspended`.
    pub state: String,
    /// Rows at most, up to 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: u64,
    /// Rows to pass over.
    pub offset: u64,
}

impl Default for Which {
    fn default() -> Self {
        let none = String::new;
        Self { year: 0, lamp: none(), quadrant: none(), state: none(), limit: 50, offset: 0 }
    }
}

/// A part of the projects with a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonitoringBody {
    /// How many there are in all.
    total: u64,
    projects: Vec<MonitoredBody>,
}

/// The latest report of a project in the year.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonitoredBody {
    #[schema(value_type = String)]
    project: ProjectId,
    code: String,
    name: String,
    /// The code of the unit that runs it.
    unit: String,
    round: String,
    lamp: String,
    quadrant: String,
    /// 预算执行率, in hundredths of a per cent.
    rate_hundredths: i64,
    /// 目标完成率, in hundredths of a per cent; absent where nothing is measured.
    achievement_hundredths: Option<i64>,
    warned: bool,
    /// Whether a warned report waits for its decision.
    undecided: bool,
    /// Whether a rectification is under way.
    rectifying: bool,
    /// Whether funding is suspended.
    suspended: bool,
    /// The case that reported it.
    #[schema(value_type = String)]
    case: CaseId,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
}

/// The latest report of every project that the caller may see, the worst lamp first.
#[utoipa::path(get, path = "/api/v1/monitoring", tag = "projects", params(Which),
    responses((status = 200, body = MonitoringBody)))]
pub async fn monitoring(
    State(site): State<Site>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<MonitoringBody>, Refused> {
    let year = if which.year == 0 { site.app.budget_year() - 1 } else { which.year };
    let Which { lamp, quadrant, state, limit, offset, .. } = which;
    let filter = Filter { year, lamp, quadrant, state, ..Filter::default() };
    let page = site.app.monitoring_records(&caller.0, filter, limit, offset).await;
    let page = page.map_err(|failure| caller.refused(failure))?;
    let projects = page.rows.into_iter().map(|row| MonitoredBody {
        project: row.id,
        code: row.code,
        name: row.name,
        unit: row.unit,
        round: row.round,
        lamp: row.lamp,
        quadrant: row.quadrant,
        rate_hundredths: row.rate_hundredths,
        achievement_hundredths: row.achievement_hundredths,
        warned: row.warned,
        undecided: row.undecided == 1,
        rectifying: row.rectifying == 1,
        suspended: row.suspended == 1,
        case: row.case_id,
        recorded_at: row.recorded_at,
    });
    Ok(Json(MonitoringBody { total: page.total, projects: projects.collect() }))
}
