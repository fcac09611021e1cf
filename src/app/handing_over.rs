//! 离岗移交: everything that somebody holds who leaves passes to successors in one go, each case in a transaction of its own.
//!
//! What is wanted is written down first, as a row of the outbox; so whatever crashes when, it is carried on. Doing it twice
//! is doing it once: what has passed is not held any more. Each successor gets one letter at the end.

mod report;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use report::{HandoverView, ItemView, PostView, Verdict};

use super::{
    App, Caller, Failure, Problem, Request, Viewer, What, loading,
    sign_in::{NotLetIn, login_of},
    substitutes, words,
};
use crate::{
    definition::Definition,
    engine::{
        Action, Case, HandingOverRefusal, Held, Principal, Refusal,
        handing_over::{self, HANDS_OVER},
        who::day_of,
    },
    ids::{CaseId, DispatchId, PersonId, SubstituteId},
    language::{Lang, Text},
    store::{self, outbox::NewDispatch},
};

/// The kind of an outbox row that hands over.
pub const HAND_OVER: &str = "hand-over";
/// The kind of an incident about what could not be handed over.
const NOT_HANDED_OVER: &str = "not-handed-over";

/// What is wanted, as typed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Who leaves, by login.
    pub login: String,
    /// Who succeeds them, by login; may be empty where each post has its own.
    pub to: String,
    /// Who succeeds them in a post (`role@organisation`), by login.
    pub posts: BTreeMap<String, String>,
    /// Why.
    pub reason: String,
}

/// What is to be carried out, as the outbox keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: DispatchId,
    /// Which administrator wants it.
    pub by: PersonId,
    /// Who leaves.
    pub from: PersonId,
    /// Why.
    pub reason: String,
    /// What passes to whom.
    pub moves: Vec<Move>,
    /// In which substitutions who stands for them instead.
    pub substitutes: Vec<(SubstituteId, PersonId)>,
}

/// One thing that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The case.
    pub case: CaseId,
    /// What.
    pub held: Held,
    /// To whom.
    pub to: PersonId,
}

/// A case, read whole.
pub(super) struct Looked {
    row: store::cases::CaseRow,
    case: Case,
    definition: std::sync::Arc<Definition>,
    around: loading::Around,
}

/// Who leaves and who succeeds them, found.
struct Parties {
    from: PersonId,
    to: Option<PersonId>,
    posts: BTreeMap<String, PersonId>,
}

impl Parties {
    fn successor(&self, post: Option<&str>) -> Option<PersonId> {
        post.and_then(|post| self.posts.get(post)).copied().or(self.to)
    }
}

/// What somebody holds, and what would become of it.
///
/// # Errors
/// [`NotLetIn::Told`] with the field that needs attention, and where the viewer is no such administrator.
pub async fn look(app: &App, viewer: &Viewer, wanted: &Wanted) -> Result<HandoverView, NotLetIn> {
    let parties = parties(app, viewer, wanted).await?;
    let order = ordered(app, viewer, wanted, &parties).await?;
    Ok(report::of(app, viewer, &parties, wanted, &order).await?)
}

/// Hands over. What cannot pass stays, is told in the report and raises an incident. With the key of a request that came
/// before it is carried on as it was wanted then.
///
/// # Errors
/// As [`look`]; [`NotLetIn::Told`] where there is no reason or no successor.
pub async fn hand_over(
    app: &App,
    viewer: &Viewer,
    wanted: &Wanted,
    key: Option<&str>,
) -> Result<HandoverView, NotLetIn> {
    let parties = parties(app, viewer, wanted).await?;
    if parties.to.is_none() && parties.posts.is_empty() {
        return Err(field("to", "请选择接收人。", "Choose a successor.").into());
    }
    if wanted.reason.trim().is_empty() {
        return Err(field("reason", "请填写移交的理由。", "Say why.").into());
    }
    let mut order = ordered(app, viewer, wanted, &parties).await?;
    if let Some(key) = key {
        order.id = viewer.person.derive(&format!("hand-over/{key}"));
    }
    let order = app.write_down(order).await?;
    app.carry_out(&order).await?;
    Ok(report::of(app, viewer, &parties, wanted, &order).await?)
}

async fn parties(app: &App, viewer: &Viewer, wanted: &Wanted) -> Result<Parties, NotLetIn> {
    if !viewer.holds_any(&HANDS_OVER) {
        return Err(Problem::not_found().into());
    }
    let directory = app.directory(app.store().read()).await?;
    let find = |login: &str| directory.by_login(&login_of(login)).map(|person| person.id);
    let named = |name: &'static str, login: &str| {
        find(login).ok_or_else(|| field(name, "没有这个账号，请核对。", "Nobody has this login. Check it."))
    };
    let from = find(&wanted.login).ok_or_else(Problem::not_found)?;
    let to = if wanted.to.trim().is_empty() { None } else { Some(named("to", &wanted.to)?) };
    let mut posts = BTreeMap::new();
    for (post, login) in wanted.posts.iter().filter(|(_, login)| !login.trim().is_empty()) {
        posts.insert(post.clone(), named("to", login)?);
    }
    Ok(Parties { from, to, posts })
}

/// Everything that is held, with whoever is to have it.
async fn ordered(app: &App, viewer: &Viewer, wanted: &Wanted, parties: &Parties) -> Result<Order, Failure> {
    let mut moves = Vec::new();
    for looked in app.cases_of(parties.from).await? {
        for held in looked.held_by(app, parties.from) {
            let post = looked.post(app, held, parties.from);
            // Where nobody is named yet, it stays with whoever has it.
            let to = parties.successor(post.as_deref()).unwrap_or(parties.from);
            moves.push(Move { case: looked.case.id, held, to });
        }
    }
    let standing = app.standing_substitutes().await?;
    let to = parties.to.unwrap_or(parties.from);
    let substitutes = standing.into_iter().filter(|one| one.deputy == parties.from).map(|one| (one.id, to)).collect();
    let reason = wanted.reason.trim().to_owned();
    Ok(Order { id: app.sources().new_id(), by: viewer.person, from: parties.from, reason, moves, substitutes })
}

impl App {
    async fn write_down(&self, order: Order) -> Result<Order, Failure> {
        let now = self.now();
        let row = NewDispatch {
            id: order.id,
            occurrence: format!("{}/{HAND_OVER}", order.id),
            kind: HAND_OVER.to_owned(),
            case_id: None,
            person: None,
            payload: serde_json::to_string(&order).map_err(Failure::broken)?,
        };
        self.store()
            .write(move |tx| async move {
                store::outbox::put(&tx, vec![row], now).await?;
                match store::outbox::get(&tx, order.id).await? {
                    Some(row) => serde_json::from_str(&row.payload).map_err(Failure::broken),
                    None => Ok(order),
                }
            })
            .await
    }

    /// Carries out what has been written down, and tells the successors. Safe to repeat.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn finish_handing_over(&self, order: &Order) -> Result<(), Failure> {
        self.carry_out(order).await?;
        self.tell_successors(order).await
    }

    /// Passes on what can be, case by case, and raises an incident for what stays.
    async fn carry_out(&self, order: &Order) -> Result<(), Failure> {
        let viewer = self.viewer(order.by).await?;
        let mut groups: BTreeMap<(CaseId, PersonId), Vec<Held>> = BTreeMap::new();
        for one in order.moves.iter().filter(|one| one.to != order.from) {
            groups.entry((one.case, one.to)).or_default().push(one.held);
        }
        let cases: BTreeSet<_> = groups.keys().map(|(case, _)| *case).collect();
        let mut refused: BTreeMap<CaseId, Refusal> = BTreeMap::new();
        for ((case, to), held) in groups {
            let action = Action::HandOver { from: order.from, to, held, reason: order.reason.clone() };
            let done = match &viewer {
                Some(viewer) => {
                    let by = Caller::Person(viewer.clone());
                    self.execute(Request { by, what: What::Act { case, action }, key: None }).await.map(drop)
                }
                // Whoever wanted it has left since.
                None => Err(Refusal::from(HandingOverRefusal::NotAdministrator).into()),
            };
            match done {
                // A case that is over holds nothing.
                Ok(()) | Err(Failure::Refused(Refusal::CaseEnded)) => {}
                Err(Failure::Refused(refusal)) => {
                    refused.insert(case, refusal);
                }
                Err(failure) => return Err(failure),
            }
        }
        self.pass_substitutes(order).await?;
        for case in cases {
            self.note_what_stays(case, order, refused.remove(&case)).await?;
        }
        Ok(())
    }

    async fn pass_substitutes(&self, order: &Order) -> Result<(), Failure> {
        for (id, to) in order.substitutes.iter().filter(|(_, to)| *to != order.from) {
            match substitutes::pass_on(self, order.by, (*id, *to)).await {
                // A substitution that ended meanwhile is nobody's; one that cannot pass stays, and runs out by itself.
                Ok(()) | Err(NotLetIn::Told(_)) => {}
                Err(NotLetIn::Failed(failure)) => return Err(failure),
            }
        }
        Ok(())
    }

    /// One letter to each successor, of everything that they have now.
    async fn tell_successors(&self, order: &Order) -> Result<(), Failure> {
        let mut by_successor: BTreeMap<PersonId, Vec<report::Passed>> = BTreeMap::new();
        for one in &order.moves {
            if let Some(looked) = self.looked_at(one.case).await?
                && looked.has(self, one)
            {
                by_successor.entry(one.to).or_default().push(looked.passed(one.held));
            }
        }
        let now = self.now();
        for (to, passed) in by_successor {
            let Some((letter, notice)) = report::letter(self, order, (to, passed)).await? else { continue };
            let row = NewDispatch {
                id: letter.id,
                occurrence: letter.occurrence,
                kind: letter.kind.to_owned(),
                case_id: None,
                person: letter.person,
                payload: letter.payload.to_string(),
            };
            let told = move |tx| async move {
                store::notices::put(&tx, vec![notice]).await?;
                store::outbox::put(&tx, vec![row], now).await
            };
            self.store().write(told).await?;
        }
        Ok(())
    }

    /// What stays with somebody who leaves is an administrator's business until it is theirs no more.
    async fn note_what_stays(&self, id: CaseId, order: &Order, refused: Option<Refusal>) -> Result<(), Failure> {
        let Some(looked) = self.looked_at(id).await? else { return Ok(()) };
        let stays = looked.held_by(self, order.from);
        let (app, occurrence) = (self.clone(), format!("{id}/{}/{NOT_HANDED_OVER}", order.from));
        let to = order.moves.iter().find(|one| one.case == id && stays.contains(&one.held)).copied();
        let why = to.and_then(|one| looked.may_pass(self, (one.held, order.from, one.to)).err()).or(refused);
        let (number, name) = (looked.row.number, words::person(&looked.around.directory, order.from));
        let from = order.from;
        self.store()
            .write(move |tx| async move {
                let Some(why) = why.filter(|_| !stays.is_empty()) else {
                    return Ok(store::incidents::close(&tx, &occurrence, app.now()).await?);
                };
                let (count, zh, en) = (stays.len(), why.sentence(Lang::Zh), why.sentence(Lang::En));
                let incident = store::incidents::NewIncident {
                    id: app.sources().new_id(),
                    occurrence,
                    kind: NOT_HANDED_OVER.to_owned(),
                    case_id: Some(id),
                    summary_zh: format!("{name}离岗，办件{number}中有{count}项未能移交：{zh}"),
                    summary_en: format!(
                        "{name} leaves, and {count} of their tasks in case {number} did not pass: {en}"
                    ),
                    detail: from.to_string(),
                    opened_at: app.now(),
                };
                Ok(store::incidents::keep(&tx, incident).await?)
            })
            .await
    }

    /// Closes what was raised about things that nobody holds any more.
    pub(super) async fn settle_not_handed_over(&self) -> Result<(), Failure> {
        for incident in store::incidents::open_of_kind(self.store().read(), NOT_HANDED_OVER).await? {
            let (Some(case), Ok(person)) = (incident.case_id, incident.detail.parse()) else { continue };
            let looked = self.looked_at(case).await?;
            if looked.is_some_and(|looked| !looked.held_by(self, person).is_empty()) {
                continue;
            }
            let now = self.now();
            self.store()
                .write(move |tx| async move { store::incidents::close(&tx, &incident.occurrence, now).await })
                .await?;
        }
        Ok(())
    }

    /// Whether somebody holds anything that would stay undone without them.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::Broken`].
    pub async fn holds_anything(&self, person: PersonId) -> Result<bool, Failure> {
        Ok(self.cases_of(person).await?.iter().any(|looked| !looked.held_by(self, person).is_empty()))
    }

    /// The running cases in which somebody may hold something.
    async fn cases_of(&self, person: PersonId) -> Result<Vec<Looked>, Failure> {
        let mut found = Vec::new();
        for row in store::cases::naming(self.store().read(), person).await? {
            found.extend(self.look_at(row).await?);
        }
        Ok(found)
    }

    async fn looked_at(&self, id: CaseId) -> Result<Option<Looked>, Failure> {
        match store::cases::find(self.store().read(), id).await? {
            Some(row) => self.look_at(row).await,
            None => Ok(None),
        }
    }

    async fn look_at(&self, row: store::cases::CaseRow) -> Result<Option<Looked>, Failure> {
        let db = self.store().read();
        let case: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
        let definition = self.definition(db, &row.definition_hash).await?;
        let around = loading::around(self, db, &case.subject).await?;
        Ok(around.map(|around| Looked { row, case, definition, around }))
    }
}

impl Looked {
    fn held_by(&self, app: &App, person: PersonId) -> Vec<Held> {
        handing_over::held_by(&self.definition, &self.case, person, &self.around.surroundings(app))
    }

    fn may_pass(&self, app: &App, of: (Held, PersonId, PersonId)) -> Result<(), Refusal> {
        handing_over::may_pass(&self.definition, &self.case, of, &self.around.surroundings(app))
    }

    fn has(&self, app: &App, one: &Move) -> bool {
        handing_over::has(&self.definition, &self.case, (one.held, one.to), &self.around.surroundings(app))
    }

    /// The post for which somebody holds something: the latest they had of those that the definition means there.
    fn post(&self, app: &App, held: Held, person: PersonId) -> Option<String> {
        let s = self.around.surroundings(app);
        let meant = handing_over::meant_at(&self.definition, &self.case, held, &s);
        let today = day_of(self.around.now);
        let own = self.around.directory.appointments.iter().filter(|held| held.person == person && held.from <= today);
        let mut fitting: Vec<_> = own
            .filter(|own| {
                let bound = Principal::Role(own.role.clone(), Some(own.org.clone()));
                meant.contains(&bound) || meant.contains(&Principal::Role(own.role.clone(), None))
            })
            .collect();
        fitting.sort_by_key(|own| own.until.unwrap_or(chrono::NaiveDate::MAX));
        fitting.last().map(|own| format!("{}@{}", own.role, own.org))
    }
}

fn field(name: &'static str, zh: &str, en: &str) -> Problem {
    Problem::field(name, Text::new(zh, en))
}
