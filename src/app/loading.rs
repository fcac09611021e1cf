//! What a decision looks at, read in the transaction that will save its result.

use std::{ops::RangeInclusive, sync::Arc};

use super::{App, Failure};
use crate::{
    clock::Instant,
    definition::{
        Definition, WorkflowName, check,
        condition::{Names, Term},
    },
    engine::{
        Appointment, Directory, Draft, Fact, Matter, Organisation, Person, Project, Refusal, Subject, Surroundings,
        deputy::Substitution, people::OrgKind, who,
    },
    ids::{DraftId, ProjectId},
    language::Text,
    policy::calendar::Calendar,
    store::{self, Source},
};

/// The surroundings of one case, owned.
pub(super) struct Around {
    pub matter: Matter,
    /// The name of the project, or the workflow that a draft is to be a version of.
    pub name: String,
    pub org_path: String,
    /// The budget years in which the project asks for money; every year for a draft.
    pub years: RangeInclusive<i32>,
    pub directory: Arc<Directory>,
    pub now: Instant,
    pub calendar: Arc<Calendar>,
    facts: Vec<Fact>,
    names: Names,
}

impl Around {
    /// The project asks for money in that year.
    pub fn check_year(&self, year: i32) -> Result<(), Refusal> {
        if self.years.contains(&year) {
            return Ok(());
        }
        Err(Refusal::YearOutside { year, from: *self.years.start(), until: *self.years.end() })
    }

    pub fn surroundings<'a>(&'a self, app: &'a App) -> Surroundings<'a> {
        Surroundings {
            now: self.now,
            people: &self.directory,
            matter: &self.matter,
            facts: &self.facts,
            names: &self.names,
            calendar: &self.calendar,
            policy: app.policy(),
        }
    }
}

/// Reads what a case is about; `None` when there is no such thing.
pub(super) async fn around(app: &App, source: &impl Source, subject: &Subject) -> Result<Option<Around>, Failure> {
    match subject {
        Subject::Project(project) => around_project(app, source, *project).await,
        Subject::Draft { draft, .. } => around_draft(app, source, *draft).await,
    }
}

/// Reads a draft with the text it has now. It belongs to the whole district, and no facts are about it.
pub(super) async fn around_draft(app: &App, source: &impl Source, id: DraftId) -> Result<Option<Around>, Failure> {
    let Some(row) = store::drafts::find(source, id).await? else {
        return Ok(None);
    };
    let directory = app.directory(source).await?;
    let workflow: WorkflowName = row.workflow.as_str().into();
    let now = app.now();
    Ok(Some(Around {
        name: app.workflow_title(source, &workflow).await?.map_or_else(|| row.workflow.clone(), |title| title.zh),
        org_path: district_path(&directory),
        years: i32::MIN..=i32::MAX,
        matter: Matter::Draft(Draft { id, workflow, text: check::hash(&row.source) }),
        directory,
        now,
        calendar: app.calendar(source).await?,
        facts: Vec::new(),
        names: app.policy().thresholds.names(who::day_of(now)),
    }))
}

/// The path above every other.
fn district_path(directory: &Directory) -> String {
    let district = directory.organisations.values().find(|org| org.kind == OrgKind::District);
    district.map_or_else(|| "/".to_owned(), |district| district.path.clone())
}

/// Reads the project with its standing facts; `None` when there is no such project.
pub(super) async fn around_project(
    app: &App,
    source: &impl Source,
    project: ProjectId,
) -> Result<Option<Around>, Failure> {
    let Some(found) = store::project_around::find(source, project).await? else {
        return Ok(None);
    };
    let row = found.project;
    let directory = app.directory_at(source, found.directory_version).await?;
    let calendar = app.calendar_at(source, found.calendar_version).await?;
    let facts = found.facts.into_iter().map(fact).collect();
    let now = app.now();
    let mut names = app.policy().thresholds.names(who::day_of(now));
    names.extend(project_names(&row, &directory));
    let years = row.start_year..=row.end_year;
    let matter = Matter::Project(Project { id: row.id, unit: row.unit.as_str().into() });
    Ok(Some(Around { matter, name: row.name, org_path: row.org_path, years, directory, now, calendar, facts, names }))
}

fn fact(row: store::facts::FactRow) -> Fact {
    Fact {
        id: row.id,
        kind: row.kind.as_str().into(),
        project: row.project_id,
        year: row.year,
        value: row.value.as_str().into(),
        cap: row.cap(),
    }
}

pub(super) fn project_names(row: &store::projects::ProjectRow, directory: &Directory) -> Names {
    let department = directory.department_of(&row.unit.as_str().into()).map(|department| department.code.to_string());
    Names::from([
        ("project.nature".into(), Term::Text(row.nature.clone())),
        ("project.category".into(), Term::Text(row.category.clone())),
        ("project.instrument".into(), Term::Text(row.instrument.clone())),
        ("project.is_new_major".into(), Term::Flag(row.is_new_major)),
        ("project.total".into(), Term::Money(row.total_fen)),
        ("project.unit".into(), Term::Text(row.unit.clone())),
        ("project.department".into(), Term::Text(department.unwrap_or_default())),
    ])
}

impl App {
    /// The organisation as it is now: kept until its version moves.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn directory(&self, source: &impl Source) -> Result<Arc<Directory>, Failure> {
        self.directory_at(source, store::directory::version(source).await?).await
    }

    /// The organisation of that version, which `source` has just told.
    async fn directory_at(&self, source: &impl Source, version: i64) -> Result<Arc<Directory>, Failure> {
        if let Some(kept) = self.kept_directory(version) {
            return Ok(kept);
        }
        let directory = Arc::new(directory_of(store::directory::load(source).await?));
        self.keep_directory(version, &directory);
        Ok(directory)
    }

    /// The definition that a case is pinned to.
    ///
    /// # Errors
    /// [`Failure::Broken`] when it is gone or no longer reads: a defect.
    pub async fn definition(&self, source: &impl Source, hash: &str) -> Result<Arc<Definition>, Failure> {
        if let Some(kept) = self.kept_definition(hash) {
            return Ok(kept);
        }
        let row = store::definitions::by_hash(source, hash).await?;
        let row = row.ok_or_else(|| Failure::broken(format!("no definition {hash}")))?;
        self.read_definition(&row.source)
    }

    /// The version of `workflow` with which new cases start; `None` when there is no such workflow.
    ///
    /// # Errors
    /// As [`App::definition`].
    pub async fn current_definition(
        &self,
        source: &impl Source,
        workflow: &WorkflowName,
    ) -> Result<Option<Arc<Definition>>, Failure> {
        match store::definitions::current(source, workflow.as_str()).await? {
            None => Ok(None),
            Some(row) => match self.kept_definition(&row.hash) {
                Some(kept) => Ok(Some(kept)),
                None => self.read_definition(&row.source).map(Some),
            },
        }
    }

    /// The title of a workflow as its live version has it; `None` while none is live.
    ///
    /// # Errors
    /// As [`App::definition`].
    pub async fn workflow_title(&self, source: &impl Source, workflow: &WorkflowName) -> Result<Option<Text>, Failure> {
        Ok(self.current_definition(source, workflow).await?.map(|definition| definition.title.clone()))
    }

    fn read_definition(&self, source: &str) -> Result<Arc<Definition>, Failure> {
        let definition = check::read_published(source, self.vocabulary())
            .map_err(|problems| Failure::broken(format!("a published definition has {} problems", problems.len())))?;
        let definition = Arc::new(definition);
        self.keep_definition(&definition);
        Ok(definition)
    }
}

fn directory_of(rows: store::directory::DirectoryRows) -> Directory {
    let organisations = rows.organisations.into_iter().map(|row| {
        let organisation = Organisation {
            code: row.code.as_str().into(),
            parent: row.parent.as_deref().map(Into::into),
            kind: match row.kind.as_str() {
                "district" => OrgKind::District,
                "department" => OrgKind::Department,
                "section" => OrgKind::Section,
                _ => OrgKind::Unit,
            },
            name: Text::new(row.name_zh, row.name_en),
            path: row.path,
        };
        (organisation.code.clone(), organisation)
    });
    let people = rows.people.into_iter().map(|row| {
        let person = Person { id: row.id, login: row.login, name: row.name, active: row.active };
        (person.id, person)
    });
    let appointments = rows.appointments.into_iter().map(|row| Appointment {
        person: row.person_id,
        role: row.role.as_str().into(),
        org: row.org.as_str().into(),
        from: row.from_day,
        until: row.until_day,
    });
    let substitutions = rows.substitutes.into_iter().map(|row| Substitution {
        person: row.person_id,
        deputy: row.deputy,
        workflows: row.workflows.split_whitespace().map(Into::into).collect(),
        from: row.from_day,
        until: row.until_day,
    });
    Directory {
        organisations: organisations.collect(),
        people: people.collect(),
        appointments: appointments.collect(),
        substitutions: substitutions.collect(),
    }
}
