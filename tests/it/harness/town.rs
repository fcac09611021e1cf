//! The demonstration's district as a place where stories happen: its officials act, its clock stands until it is moved,
//! and every mail that is queued must have been expected.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{TimeDelta, TimeZone as _, Utc};
use sea_orm::{ConnectionTrait as _, Database as Sql, DatabaseConnection, Statement};
use yumen::{
    app::{
        Answer, App, Caller, Failure, Request, Viewer, What, library,
        mandates::{Answer as MandateAnswer, Statement as MandateStatement},
        publishing::Publication,
    },
    clock::{Chance, Clock, Sources},
    definition::{FieldName, Form, Value, mandates},
    engine::{Action, Case, Decision, Principal, Refusal, who},
    ids::{CaseId, FactId, PersonId, ProjectId},
    language::Lang,
    money::Money,
    notify::compose::{MAIL, MailOrder},
    policy::Policy,
    store::{self, people, projects},
};

use super::{
    databases::{Database, Kind, fresh},
    settling::settle,
};

/// The seed of everything random in a story.
const SEED: u64 = 20_270_101;
/// The budget year of the stories.
pub const YEAR: i32 = 2027;

/// Who consents to other mandates for finance.
pub const FINANCE_LEADER: &str = "wu-siyuan";
/// Who consents to them for audit.
pub const AUDIT_ADMIN: &str = "zhu-kexin";

/// The shipped mandates and one more, which what is shipped keeps.
pub fn stricter_mandates() -> String {
    let (_, shipped) = library::named(&library::embedded(), mandates::FILE);
    format!(
        "{shipped}
  - mandate: no-budget-request-without-approval
    basis: {{ rule: wuqing-plan, clause: 二(二)1 }}
    before: {{ do: submit-budget-request }}
    needs: {{ approvals: 1 }}
"
    )
}

/// The district, running on a database of its own.
pub struct Town {
    /// The use cases.
    pub app: App,
    /// Time, which stands still.
    pub clock: Clock,
    /// The same database for looks and attacks with plain SQL.
    pub sql: DatabaseConnection,
    logins: BTreeMap<PersonId, String>,
    mails: Mutex<Mails>,
    database: Database,
}

#[derive(Default)]
struct Mails {
    /// Occurrences that were looked at.
    seen: Vec<String>,
    /// Mail and recipient, not expected yet.
    unexpected: Vec<(String, String)>,
}

impl Town {
    /// The district on its first morning: Monday 23 November 2026, ten o'clock, nothing done yet.
    pub async fn founded(kind: Kind) -> Arc<Self> {
        let clock = Clock::manual(Utc.with_ymd_and_hms(2026, 11, 23, 2, 0, 0).unwrap());
        Self::on(fresh(kind).await, Sources { clock, chance: Chance::seeded(SEED) }).await
    }

    /// The district on a migrated database, nothing done yet.
    pub async fn on(database: Database, sources: Sources) -> Arc<Self> {
        let (clock, files) = (sources.clock.clone(), library::embedded());
        let policy = Policy::read(&files).expect("the shipped policy reads");
        let app = App::new(database.store.clone(), sources, policy);
        app.take_calendar().await.unwrap();
        let published = app.publish(&files, "yumen").await.unwrap();
        assert!(matches!(&published, Publication::Live(live) if live.len() >= 3), "{published:?}");
        let logins = settle(&app).await;
        let sql = Sql::connect(&database.url).await.unwrap();
        Arc::new(Self { app, clock, sql, logins, mails: Mutex::default(), database })
    }

    /// The URL of the database.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// The official who signs in as `login`.
    pub fn official(self: &Arc<Self>, login: &str) -> Official {
        let person = self.logins.iter().find(|(_, known)| *known == login).expect(login);
        Official { town: Arc::clone(self), person: *person.0 }
    }

    /// The official who is that person.
    pub fn person(self: &Arc<Self>, person: PersonId) -> Official {
        Official { town: Arc::clone(self), person }
    }

    /// The id of the project with that code.
    pub async fn project(&self, code: &str) -> ProjectId {
        projects::by_code(self.app.store().read(), code).await.unwrap().expect(code).id
    }

    /// Puts other mandates into force, the way they get there: the file is brought along, and two people consent.
    pub async fn accepts_mandates(self: &Arc<Self>, source: &str) {
        let files = [(mandates::FILE.to_owned(), source.to_owned())];
        assert_eq!(self.app.publish(&files, "test").await.unwrap(), Publication::Live(Vec::new()));
        for (login, role) in [(FINANCE_LEADER, "finance-leader"), (AUDIT_ADMIN, "audit-admin")] {
            let open = store::mandates::open(self.app.store().read()).await.unwrap().expect("a proposal");
            let (role, reason) = (role.to_owned(), String::new());
            let statement = MandateStatement { no: open.no, role, answer: MandateAnswer::Consent, reason };
            self.app.speak_on_mandates(&self.official(login).viewer().await, statement).await.unwrap();
        }
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// These mails and no others were queued since the last look: the mail, and who gets it. Order does not matter.
    pub async fn expect_mails(&self, wanted: &[(&str, &str)]) {
        self.look_for_mails().await;
        let mut found = std::mem::take(&mut self.mails().unexpected);
        let mut wanted: Vec<_> = wanted.iter().map(|(mail, to)| ((*mail).to_owned(), (*to).to_owned())).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "mails queued (left) and expected (right)");
    }

    /// Whatever mails were queued since the last look are as they may be.
    pub async fn look_away(&self) {
        self.look_for_mails().await;
        self.mails().unexpected.clear();
    }

    /// What the database answers to a question that counts.
    pub async fn count(&self, question: &str) -> i64 {
        let statement = Statement::from_string(self.sql.get_database_backend(), question);
        self.sql.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// What the database answers to a question that counts, where `$1` is the time of the story.
    pub async fn count_now(&self, question: &str) -> i64 {
        let backend = self.sql.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, question, [self.app.now().into()]);
        self.sql.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// What the database answers to a question for texts.
    pub async fn texts(&self, question: &str) -> Vec<String> {
        let statement = Statement::from_string(self.sql.get_database_backend(), question);
        let rows = self.sql.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// What the queued jobs of a kind need, in the order in which they were queued.
    pub async fn payloads(&self, kind: &str) -> Vec<String> {
        let question = format!("SELECT payload FROM outbox WHERE kind = '{kind}' ORDER BY created_at, id");
        let statement = Statement::from_string(self.sql.get_database_backend(), question);
        let rows = self.sql.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get("", "payload").unwrap()).collect()
    }

    /// The name of a person.
    pub async fn name(&self, person: PersonId) -> String {
        people::find(self.app.store().read(), person).await.unwrap().unwrap().name
    }

    /// The login of the one person who may take a task.
    pub async fn only_candidate(&self, case: CaseId, no: u32) -> String {
        let row = store::cases::find(self.app.store().read(), case).await.unwrap().unwrap();
        let case: Case = serde_json::from_str(&row.state).unwrap();
        let [Principal::Person(person)] = case.tasks[&no].candidates[..] else { panic!("{:?}", case.tasks[&no]) };
        self.logins[&person].clone()
    }

    async fn look_for_mails(&self) {
        let question = format!("SELECT occurrence, payload FROM outbox WHERE kind = '{MAIL}' ORDER BY created_at");
        let statement = Statement::from_string(self.sql.get_database_backend(), question);
        for row in self.sql.query_all_raw(statement).await.unwrap() {
            let occurrence: String = row.try_get("", "occurrence").unwrap();
            let payload: String = row.try_get("", "payload").unwrap();
            let order: MailOrder = serde_json::from_str(&payload).unwrap();
            let mut mails = self.mails();
            if !mails.seen.contains(&occurrence) {
                mails.seen.push(occurrence);
                mails.unexpected.push((order.mail.name().to_owned(), self.logins[&order.person].clone()));
            }
        }
    }

    fn mails(&self) -> std::sync::MutexGuard<'_, Mails> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Town {
    /// A story that has expected mails once has to expect all of them.
    fn drop(&mut self) {
        let left = std::mem::take(&mut self.mails().unexpected);
        assert!(left.is_empty() || std::thread::panicking(), "mails that nobody expected: {left:?}");
    }
}

/// An official who acts.
pub struct Official {
    town: Arc<Town>,
    /// Who.
    pub person: PersonId,
}

impl Official {
    /// Who they are to the use cases, with today's appointments.
    pub async fn viewer(&self) -> Viewer {
        let app = &self.town.app;
        let directory = app.directory(app.store().read()).await.unwrap();
        Viewer::of(&directory, self.person, who::day_of(app.now()), Lang::Zh).unwrap()
    }

    /// Starts a case.
    pub async fn starts(&self, workflow: &str, project: ProjectId) -> Result<Answer, Refusal> {
        self.starts_for(workflow, project, YEAR).await
    }

    /// Starts a case for another budget year.
    pub async fn starts_for(&self, workflow: &str, project: ProjectId, year: i32) -> Result<Answer, Refusal> {
        self.does(What::Start { workflow: workflow.into(), project, year }).await
    }

    /// Completes the one open task of `step`.
    pub async fn completes(&self, case: CaseId, step: &str, fields: Form) -> Result<Answer, Refusal> {
        let task = self.task(case, step).await;
        self.does(What::Act { case, action: Action::Complete { task, fields, besides: Default::default() } }).await
    }

    /// Approves the one open task of `step`.
    pub async fn approves(&self, case: CaseId, step: &str) -> Result<Answer, Refusal> {
        self.decides(case, step, Decision::Approve, "").await
    }

    /// Gives a grade at `step`.
    pub async fn grades(&self, case: CaseId, step: &str, grade: &str) -> Result<Answer, Refusal> {
        self.decides(case, step, Decision::Grade(grade.into()), "理由充分。").await
    }

    /// Returns the case from `step` to another one.
    pub async fn returns(&self, case: CaseId, step: &str, to: &str, reason: &str) -> Result<Answer, Refusal> {
        self.decides(case, step, Decision::Return { to: to.into() }, reason).await
    }

    /// Decides the one open task of `step`.
    pub async fn decides(&self, case: CaseId, step: &str, decision: Decision, reason: &str) -> Result<Answer, Refusal> {
        let task = self.task(case, step).await;
        self.decides_task((case, task), decision, reason, Form::new()).await
    }

    /// Decides a task by its number, with what the decider writes.
    pub async fn decides_task(
        &self,
        (case, task): (CaseId, u32),
        decision: Decision,
        reason: &str,
        fields: Form,
    ) -> Result<Answer, Refusal> {
        let action = Action::Decide { task, decision, reason: reason.to_owned(), fields, besides: Default::default() };
        self.does(What::Act { case, action }).await
    }

    /// Takes back a fact.
    pub async fn revokes(&self, case: CaseId, fact: FactId, reason: &str) -> Result<Answer, Refusal> {
        self.does(What::Act { case, action: Action::RevokeFact { fact, reason: reason.to_owned() } }).await
    }

    /// Attaches a small PDF for the open task of `step`, and leaves it as the value of a field.
    pub async fn attaches(&self, case: CaseId, step: &str) -> Value {
        let task = self.task(case, step).await;
        let file =
            self.town.app.attach(&self.viewer().await, (case, task), "evidence.pdf", PDF.to_vec()).await.unwrap();
        Value::Files(vec![file])
    }

    /// Carries out what is wanted; anything but an answer or a refusal fails the test.
    pub async fn does(&self, what: What) -> Result<Answer, Refusal> {
        let by = Caller::Person(self.viewer().await);
        match self.town.app.execute(Request { by, what, key: None }).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(failure) => panic!("{failure:?}"),
        }
    }

    /// The number of the one open task of `step`.
    pub async fn task(&self, case: CaseId, step: &str) -> u32 {
        let tasks = store::tasks::of_case(self.town.app.store().read(), case).await.unwrap();
        let open: Vec<_> = tasks.iter().filter(|task| task.step == step && task.state == "open").collect();
        assert_eq!(open.len(), 1, "open tasks of {step} among {tasks:?}");
        u32::try_from(open[0].no).unwrap()
    }
}

/// A small file that is what it claims to be.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A form with these fields.
pub fn form<const N: usize>(fields: [(&str, Value); N]) -> Form {
    fields.into_iter().map(|(name, value)| (FieldName::from(name), value)).collect()
}

/// A text field.
pub fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

/// An amount in 万元.
pub fn wan(amount: i64) -> Value {
    Value::Money(Money::from_fen(amount * 1_000_000).unwrap())
}
