//! 待办: what waits for a person, what they started, decided and were copied in on.

use serde::Serialize;

use super::{
    App, Failure, Viewer, loading,
    shown::{Chip, Choice, Due, Paging, Tone, status_of, suspended},
    words,
};
use crate::{
    clock::Instant,
    definition::{Definition, Step},
    engine::{Case, Directory, deputy},
    language::Text,
    policy::calendar::Calendar,
    store::{
        self,
        inbox::{self, Filter, List},
    },
};

/// Which list of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// 待我办理
    ToDecide,
    /// 我发起的
    Mine,
    /// 我已办
    Decided,
    /// 抄送我的
    Copied,
    /// 下属逾期
    Late,
}

impl Tab {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [Self::ToDecide, Self::Mine, Self::Decided, Self::Copied, Self::Late];

    /// As it stands in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ToDecide => "to-decide",
            Self::Mine => "mine",
            Self::Decided => "decided",
            Self::Copied => "copied",
            Self::Late => "late",
        }
    }

    /// Reads an address; anything else is the first list.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or(Self::ToDecide)
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct InboxQuery {
    /// In which list.
    pub tab: Tab,
    /// Of which workflow; empty means any.
    pub workflow: String,
    /// With this in the number or the project's name; empty means any.
    pub text: String,
    /// Overdue ones alone.
    pub overdue: bool,
    /// Which page, from 1.
    pub page: u64,
}

/// The inbox.
#[derive(Debug, Clone, Serialize)]
pub struct Inbox {
    /// The list at hand.
    pub tab: Tab,
    /// The lists with their counts.
    pub tabs: Vec<TabView>,
    /// The workflows to choose from.
    pub workflows: Vec<Choice>,
    /// What was looked for.
    pub text: String,
    /// Whether overdue ones alone were.
    pub overdue: bool,
    /// How many of the tasks that wait are overdue.
    pub overdue_count: u64,
    /// Whether anything was looked for at all.
    pub filtered: bool,
    /// Whether this person may start a case.
    pub may_start: bool,
    /// Whether a change of the mandates waits for what this person says.
    pub mandates_wait: bool,
    /// What was found.
    pub rows: Vec<InboxRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One list with its count.
#[derive(Debug, Clone, Serialize)]
pub struct TabView {
    /// Which.
    pub tab: Tab,
    /// How many rows; `None` where nobody needs to know.
    pub count: Option<u64>,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct InboxRow {
    /// Where it leads.
    pub href: String,
    /// 流程编号
    pub number: String,
    /// The project's name.
    pub project_name: String,
    /// What the case is called.
    pub title: Text,
    /// The unit that runs it.
    pub unit: Text,
    /// The workflow.
    pub workflow: Text,
    /// The budget year.
    pub year: i32,
    /// The step at hand, where there is one.
    pub step: Option<Text>,
    /// Who started the case.
    pub initiator: String,
    /// When it arrived, was started, decided or copied.
    pub at: Instant,
    /// When it is due.
    pub due: Option<Due>,
    /// Where the case stands, or how this person decided.
    pub status: Option<Chip>,
    /// In whose place this person would act, when not in their own.
    pub instead_of: Option<String>,
    /// In the list of copies: whether this person has read it.
    pub read: Option<bool>,
    /// The case.
    pub case: crate::ids::CaseId,
}

/// Rows of a page of the inbox.
const ROWS_PER_PAGE: u64 = 20;

impl App {
    /// One list of the inbox with the counts of all.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn inbox(&self, viewer: &Viewer, query: &InboxQuery) -> Result<Inbox, Failure> {
        let (db, now) = (self.store().read(), self.now());
        let filter = Filter {
            workflow: query.workflow.clone(),
            text: query.text.clone(),
            due_before: query.overdue.then_some(now),
        };
        let list = list_of(query.tab);
        let total = inbox::count(db, &viewer.scope, list, &filter).await?;
        let paging = Paging::new(query.page, total, ROWS_PER_PAGE, &query.address());
        let offset = (paging.page - 1) * ROWS_PER_PAGE;
        let (directory, calendar) = (self.directory(db).await?, self.calendar(db).await?);
        let mut rows = Vec::new();
        for row in inbox::page(db, &viewer.scope, (list, &filter), ROWS_PER_PAGE, offset).await? {
            let definition = self.definition(db, &row.definition_hash).await?;
            let instead_of = if row.is_own == 1 { None } else { self.instead_of(viewer, &row, &definition).await? };
            if row.is_own == 0 && instead_of.is_none() {
                continue;
            }
            let mut row = row;
            if let Some(workflow) = &row.draft_of
                && let Some(title) = self.workflow_title(db, &workflow.as_str().into()).await?
            {
                row.project_name = title.zh;
            }
            let read = (query.tab == Tab::Copied).then_some(row.read_at.is_some());
            let shown = shown_row(row, &definition, &directory, (now, &calendar));
            // Whoever stands above reads the case; the task itself is for those who are late.
            let href = if query.tab == Tab::Late { format!("/cases/{}", shown.case) } else { shown.href };
            rows.push(InboxRow { read, instead_of, href, ..shown });
        }
        let mut tabs = Vec::new();
        for tab in Tab::ALL {
            let count = inbox::count(db, &viewer.scope, list_of(tab), &Filter::default()).await?;
            tabs.push(TabView { tab, count: (tab != Tab::Decided).then_some(count) });
        }
        let overdue = Filter { due_before: Some(now), ..Filter::default() };
        let workflows = self.workflow_choices(&query.workflow).await?;
        Ok(Inbox {
            tab: query.tab,
            tabs,
            workflows,
            text: query.text.clone(),
            overdue: query.overdue,
            overdue_count: inbox::count(db, &viewer.scope, List::ToDecide, &overdue).await?,
            filtered: query.overdue || !query.text.is_empty() || !query.workflow.is_empty(),
            may_start: viewer.holds_any(&["project-officer"]),
            mandates_wait: self.mandates_wait_for(viewer).await?,
            rows,
            paging,
        })
    }

    /// The name of the person in whose place `viewer` would act on the task of a row; `None` when they may not.
    async fn instead_of(
        &self,
        viewer: &Viewer,
        row: &inbox::InboxRow,
        definition: &Definition,
    ) -> Result<Option<String>, Failure> {
        let db = self.store().read();
        let (Some(found), Some(no)) = (store::cases::find(db, row.case_id).await?, row.no) else { return Ok(None) };
        let case: Case = serde_json::from_str(&found.state).map_err(Failure::broken)?;
        let Some(around) = loading::around(self, db, &case.subject).await? else { return Ok(None) };
        let task = (u32::try_from(no).unwrap_or_default(), viewer.person);
        let of = deputy::in_place_of(definition, &case, task, &around.surroundings(self));
        Ok(of.map(|person| words::person(&around.directory, person)))
    }

    /// How many tasks wait for a person.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn waiting(&self, viewer: &Viewer) -> Result<u64, Failure> {
        Ok(inbox::count(self.store().read(), &viewer.scope, List::ToDecide, &Filter::default()).await?)
    }

    /// The live workflows to choose from.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn workflow_choices(&self, present: &str) -> Result<Vec<Choice>, Failure> {
        let db = self.store().read();
        let mut choices = Vec::new();
        for row in store::definitions::all_current(db).await? {
            let definition = self.definition(db, &row.hash).await?;
            choices.push(Choice::new(&row.workflow, definition.title.clone(), present));
        }
        Ok(choices)
    }
}

impl InboxQuery {
    /// The address of this list up to the page number.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("tab", self.tab.code());
        for (name, value) in [("workflow", &self.workflow), ("text", &self.text)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if self.overdue {
            query.append_pair("overdue", "yes");
        }
        format!("/inbox?{}&", query.finish())
    }
}

const fn list_of(tab: Tab) -> List {
    match tab {
        Tab::ToDecide => List::ToDecide,
        Tab::Mine => List::Mine,
        Tab::Decided => List::Decided,
        Tab::Copied => List::Copied,
        Tab::Late => List::Late,
    }
}

fn is_receipt(definition: &Definition, step: Option<&str>) -> bool {
    step.and_then(|step| definition.step(&step.into())).is_some_and(Step::is_receipt)
}

fn shown_row(
    row: inbox::InboxRow,
    definition: &Definition,
    directory: &Directory,
    (now, calendar): (Instant, &Calendar),
) -> InboxRow {
    let item = row.item_zh.zip(row.item_en).map(|(zh, en)| Text::new(zh, en));
    let waits = row.decision.is_none() && row.no.is_some();
    let status = match &row.decision {
        Some(decision) if decision == "approve" && is_receipt(definition, row.step.as_deref()) => {
            Some(Chip::new(Tone::Good, Text::new("已签收", "Received")))
        }
        Some(decision) => Some(words::decided(definition, decision)),
        None if row.suspended_at.is_some() => Some(suspended()),
        None if waits => words::hands(directory, (row.asked.as_deref(), row.held_by, row.waits_for)),
        None => Some(status_of(row.outcome.as_deref())),
    };
    let project_name = match row.draft_of {
        None => row.project_name,
        Some(_) => format!("流程定义：{}", row.project_name),
    };
    InboxRow {
        href: match row.no {
            Some(no) if waits => format!("/cases/{}/tasks/{no}", row.case_id),
            Some(_) | None => format!("/cases/{}", row.case_id),
        },
        title: definition.title_of(&project_name, row.year, &row.number),
        number: row.number,
        project_name,
        unit: words::organisation(directory, &row.unit),
        workflow: definition.title.clone(),
        year: row.year,
        step: row.step.map(|step| words::step_of(definition, &step.as_str().into(), item.as_ref())),
        initiator: row.initiator_name,
        at: row.at,
        due: row.due_at.filter(|_| waits).map(|at| Due::seen(at, now).counted_by(row.counted_by, calendar)),
        status,
        read: None,
        instead_of: None,
        case: row.case_id,
    }
}
