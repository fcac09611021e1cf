//! Both clocks of every project: an overview by lamp and quadrant, and what a project's page says of its monitoring.

use chrono::Datelike as _;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    App, Failure, Viewer,
    records::{Page, ROWS_MAX},
    shown::{Chip, Choice, Paging, Tone},
    words,
};
use crate::{
    clock::Instant,
    definition::{Lamp, Quadrant, registry},
    engine::{Directory, people::OrgKind, who::day_of},
    ids::{CaseId, ProjectId},
    language::Text,
    store::{
        self, Source,
        monitoring::{ReportRow, SuspensionRow},
        monitoring_reads::{self, Filter, Monitored},
    },
};

/// Rows of a page.
const ROWS_PER_PAGE: u64 = 20;

/// What is looked for; empty texts mean anything.
#[derive(Debug, Clone, Default)]
pub struct MonitoringQuery {
    /// The budget year; the present one where nothing is said.
    pub year: Option<i32>,
    /// The department's code.
    pub department: String,
    /// The lamp.
    pub lamp: String,
    /// The quadrant.
    pub quadrant: String,
    /// What became of it.
    pub state: String,
    /// Which page, from 1.
    pub page: u64,
}

/// The overview.
#[derive(Debug, Clone, Serialize)]
pub struct MonitoringPage {
    /// The budget year.
    pub year: i32,
    /// The years to choose from.
    pub years: Vec<i32>,
    /// Departments to choose from.
    pub departments: Vec<Choice>,
    /// Lamps to choose from.
    pub lamps: Vec<Choice>,
    /// Quadrants to choose from.
    pub quadrants: Vec<Choice>,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// How many projects there are by quadrant, each with its lamps.
    pub counts: Vec<QuadrantCount>,
    /// Whether anything was looked for at all.
    pub filtered: bool,
    /// What was found.
    pub rows: Vec<MonitoredRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// How many projects are in a quadrant.
#[derive(Debug, Clone, Serialize)]
pub struct QuadrantCount {
    /// The quadrant.
    pub title: Text,
    /// The list of them.
    pub href: String,
    /// How many.
    pub total: i64,
    /// How many by lamp, the worst first; only lamps that occur.
    pub lamps: Vec<LampCount>,
}

/// How many of them have a lamp.
#[derive(Debug, Clone, Serialize)]
pub struct LampCount {
    /// The lamp.
    pub lamp: Chip,
    /// How many.
    pub count: i64,
}

/// The latest report of a project.
#[derive(Debug, Clone, Serialize)]
pub struct MonitoredRow {
    /// The project.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit that runs it.
    pub unit: Text,
    /// The department above.
    pub department: Text,
    /// Both clocks.
    pub clocks: ClocksView,
    /// What became of it.
    pub states: Vec<Chip>,
}

/// Both clocks at the end of a round.
#[derive(Debug, Clone, Serialize)]
pub struct ClocksView {
    /// The round.
    pub round: Text,
    /// 目标完成率, such as `49.50%`; empty where nothing is measured.
    pub achievement: String,
    /// 预算执行率.
    pub rate: String,
    /// The lamp.
    pub lamp: Chip,
    /// How the clocks stand to one another.
    pub quadrant: Text,
    /// Whether anything warns.
    pub warned: bool,
    /// The case that reported it.
    pub case: CaseId,
    /// When.
    pub at: Instant,
}

/// What a project's page says of its monitoring in one year.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ProjectMonitoring {
    /// Every report, latest first.
    pub reports: Vec<ClocksView>,
    /// Since when, by whom and why funding is suspended, or was; latest first.
    pub suspensions: Vec<SuspensionView>,
    /// Rectifications, latest first.
    pub rectifications: Vec<RectificationView>,
    /// Whether this person could start a report now.
    pub may_start: bool,
}

/// A suspension of funding.
#[derive(Debug, Clone, Serialize)]
pub struct SuspensionView {
    /// The case that did it.
    pub case: CaseId,
    /// Who caused it: a person's decision, or the system by rule.
    pub by: Text,
    /// Since when.
    pub since: Instant,
    /// Until when; still suspended without it.
    pub until: Option<Instant>,
    /// Suspended, or resumed.
    pub state: Chip,
}

/// A rectification.
#[derive(Debug, Clone, Serialize)]
pub struct RectificationView {
    /// The case.
    pub case: CaseId,
    /// Since when.
    pub since: Instant,
    /// Accepted, or under way.
    pub state: Chip,
}

impl MonitoringQuery {
    fn parts(&self) -> [(&'static str, &str); 4] {
        [("department", &self.department), ("lamp", &self.lamp), ("quadrant", &self.quadrant), ("state", &self.state)]
    }

    fn address(&self, year: i32) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("year", &year.to_string());
        for (name, value) in self.parts().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/monitoring?{}&", query.finish())
    }
}

impl App {
    /// The overview of monitoring, over the projects that this person may see.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn monitoring_page(&self, viewer: &Viewer, query: &MonitoringQuery) -> Result<MonitoringPage, Failure> {
        let (db, scope) = (self.store().read(), &viewer.scope);
        let this_year = day_of(self.now()).year();
        let year = query.year.unwrap_or(this_year);
        let directory = self.directory(db).await?;
        let department = directory.organisations.get(&query.department.as_str().into());
        let org_path = department.map(|department| department.path.clone()).unwrap_or_default();
        let whole = Filter { year, org_path, ..Filter::default() };
        let filter = Filter {
            lamp: query.lamp.clone(),
            quadrant: query.quadrant.clone(),
            state: query.state.clone(),
            ..whole.clone()
        };
        let counted = monitoring_reads::by_lamp(db, scope, &whole).await?;
        let total = monitoring_reads::count(db, scope, &filter).await?;
        let paging = Paging::new(query.page, total, ROWS_PER_PAGE, &query.address(year));
        let rows = monitoring_reads::page(db, scope, &filter, ROWS_PER_PAGE, (paging.page - 1) * ROWS_PER_PAGE).await?;
        let departments = directory.organisations.values().filter(|org| org.kind == OrgKind::Department);
        let choices = |entries: &'static [registry::Entry], present: &str| -> Vec<Choice> {
            entries.iter().map(|it| Choice::new(it.name, Text::new(it.zh, it.en), present)).collect()
        };
        Ok(MonitoringPage {
            year,
            years: ((this_year - 1)..=(this_year + 1)).collect(),
            departments: departments
                .filter(|org| scope.covers(&org.path))
                .map(|org| Choice::new(org.code.as_str(), org.name.clone(), &query.department))
                .collect(),
            lamps: choices(registry::LAMPS, &query.lamp),
            quadrants: choices(registry::QUADRANTS, &query.quadrant),
            states: monitoring_reads::STATES
                .iter()
                .map(|state| Choice::new(state, state_chip(state).word, &query.state))
                .collect(),
            counts: counts(&counted, query, year),
            filtered: query.parts().iter().any(|(_, value)| !value.is_empty()),
            rows: rows.into_iter().map(|row| self.shown(row, &directory)).collect(),
            paging,
        })
    }

    /// The latest reports of a year, for programs.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn monitoring_records(
        &self,
        viewer: &Viewer,
        filter: Filter,
        limit: u64,
        offset: u64,
    ) -> Result<Page<Monitored>, Failure> {
        let (db, scope) = (self.store().read(), &viewer.scope);
        let rows = monitoring_reads::page(db, scope, &filter, limit.min(ROWS_MAX), offset).await?;
        Ok(Page { rows, total: monitoring_reads::count(db, scope, &filter).await? })
    }

    fn shown(&self, row: Monitored, directory: &Directory) -> MonitoredRow {
        let department = directory.department_of(&row.unit.as_str().into()).map(|department| department.name.clone());
        let states = [("undecided", row.undecided), ("rectifying", row.rectifying), ("suspended", row.suspended)];
        let figures = (row.rate_hundredths, row.achievement_hundredths);
        let said = (row.round.as_str(), row.lamp.as_str(), row.quadrant.as_str());
        MonitoredRow {
            clocks: self.clocks(said, figures, (row.warned, row.case_id, row.recorded_at)),
            states: states.into_iter().filter(|(_, is)| *is == 1).map(|(state, _)| state_chip(state)).collect(),
            id: row.id,
            code: row.code,
            name: row.name,
            unit: words::organisation(directory, &row.unit),
            department: department.unwrap_or_default(),
        }
    }

    fn clocks(
        &self,
        (round, lamp, quadrant): (&str, &str, &str),
        (rate, achievement): (i64, Option<i64>),
        (warned, case, at): (bool, CaseId, Instant),
    ) -> ClocksView {
        let known = self.policy().lamps.rounds(day_of(at)).find(|known| known.name == round);
        ClocksView {
            round: known.map_or_else(|| Text::new(round, round), |known| known.title.clone()),
            achievement: achievement.map(percent).unwrap_or_default(),
            rate: percent(rate),
            lamp: Lamp::from_word(lamp).map_or_else(|| Chip::new(Tone::Plain, Text::new(lamp, lamp)), words::lamp),
            quadrant: Quadrant::from_word(quadrant).map_or_else(|| Text::new(quadrant, quadrant), words::quadrant),
            warned,
            case,
            at,
        }
    }

    /// What a project's page says of its monitoring in `year`. Whoever may see the project may see it.
    pub(super) async fn project_monitoring(
        &self,
        db: &impl Source,
        directory: &Directory,
        (project, year): (ProjectId, i32),
    ) -> Result<ProjectMonitoring, Failure> {
        let reports = store::monitoring::reports(db, project).await?;
        let suspensions = store::monitoring::suspensions(db, project).await?;
        let rectifications = store::monitoring::rectifications(db, project).await?;
        let shown = |row: &ReportRow| {
            let figures = (row.rate_hundredths, row.achievement_hundredths);
            self.clocks((&row.round, &row.lamp, &row.quadrant), figures, (row.warned, row.case_id, row.recorded_at))
        };
        Ok(ProjectMonitoring {
            reports: reports.iter().filter(|row| row.year == year).map(shown).collect(),
            suspensions: suspensions
                .iter()
                .filter(|row| row.year == year)
                .map(|row| suspension(directory, row))
                .collect(),
            rectifications: rectifications
                .iter()
                .filter(|row| row.year == year)
                .map(|row| RectificationView {
                    case: row.case_id,
                    since: row.opened_at,
                    state: match row.accepted_at {
                        Some(_) => Chip::new(Tone::Good, Text::new("验收通过", "Accepted")),
                        None => Chip::new(Tone::Active, Text::new("整改中", "Under way")),
                    },
                })
                .collect(),
            may_start: false,
        })
    }
}

/// The journal's name of whoever caused it, in words.
fn suspension(directory: &Directory, row: &SuspensionRow) -> SuspensionView {
    let person = row.actor.split(' ').next().and_then(|person| person.parse().ok());
    let by = person.map_or_else(
        || Text::new("系统按规定（逾期未作决定）", "The system, by rule: nobody had decided in time"),
        |person| {
            let name = words::person(directory, person);
            Text::new(format!("{name}的决定"), format!("Decided by {name}"))
        },
    );
    let state = match row.resumed_at {
        Some(_) => Chip::new(Tone::Good, Text::new("已恢复拨款", "Resumed")),
        None => Chip::new(Tone::Bad, Text::new("暂停拨款", "Suspended")),
    };
    SuspensionView { case: row.case_id, by, since: row.suspended_at, until: row.resumed_at, state }
}

fn counts(counted: &[monitoring_reads::Counted], query: &MonitoringQuery, year: i32) -> Vec<QuadrantCount> {
    let of = |quadrant: &'static registry::Entry| {
        let here = || counted.iter().filter(|row| row.quadrant == quadrant.name);
        let lamps = registry::LAMPS.iter().filter_map(|lamp| {
            let count = here().find(|row| row.lamp == lamp.name)?.count;
            Some(LampCount { lamp: words::lamp(Lamp::from_word(lamp.name)?), count })
        });
        let one = MonitoringQuery {
            quadrant: quadrant.name.to_owned(),
            department: query.department.clone(),
            ..MonitoringQuery::default()
        };
        QuadrantCount {
            title: Text::new(quadrant.zh, quadrant.en),
            href: one.address(year).trim_end_matches('&').to_owned(),
            total: here().map(|row| row.count).sum(),
            lamps: lamps.collect(),
        }
    };
    registry::QUADRANTS.iter().map(of).collect()
}

/// What became of a report, in a word.
fn state_chip(state: &str) -> Chip {
    match state {
        "undecided" => Chip::new(Tone::Warn, Text::new("待作决定", "To be decided")),
        "rectifying" => Chip::new(Tone::Active, Text::new("整改中", "Being rectified")),
        _ => Chip::new(Tone::Bad, Text::new("暂停拨款", "Funding suspended")),
    }
}

/// `49.50%`: two decimals always, so that figures stand below one another.
fn percent(hundredths: i64) -> String {
    format!("{}%", Decimal::new(hundredths, 2))
}
