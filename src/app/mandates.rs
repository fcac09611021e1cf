//! The mandates in force, and how they change: a changed file is proposed, and takes effect when the finance leader and
//! the audit administrator, two people, have consented.

use super::{
    App, Failure, Viewer, library,
    library::LibraryFile,
    mandate_journal::{MandateEvent, Register},
    mandate_proofs::{keep, proofs},
};
use crate::{
    definition::{
        check,
        mandates::{self, Mandates},
    },
    engine::{MandateRefusal, Refusal},
    ids::{MandateSetId, PersonId},
    store::{
        self, Source,
        incidents::NewIncident,
        mandates::{ACCEPTED, CONSENT, ConsentRow, DECLINE, DECLINED, PROPOSED, SUPERSEDED, SetRow},
    },
};

/// Who reads how the mandates came about and what is proposed.
pub const SEES_MANDATES: &[&str] = &["workflow-admin", "finance-leader", "audit-admin", "auditor"];
/// Whose consent a change needs: one person of each role.
pub const CONSENTS_TO_MANDATES: &[&str] = &["finance-leader", "audit-admin"];
/// The kind of an incident about a proposal.
pub const MANDATES_PROPOSED: &str = "mandates-proposed";
/// Characters of a reason at most.
const REASON_CHARS_MAX: usize = 500;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The proposal may take effect.
    Consent,
    /// It may not, and that settles it.
    Decline,
}

/// What somebody says about a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The number of the set.
    pub no: i64,
    /// As whom: one of [`CONSENTS_TO_MANDATES`].
    pub role: String,
    /// Yes or no.
    pub answer: Answer,
    /// Why; a no needs it.
    pub reason: String,
}

/// The mandates with which files go live.
#[derive(Debug, Clone)]
pub(super) struct Brought {
    /// What is in force, or will be where nothing is yet.
    pub(super) in_force: LibraryFile,
    /// What the files say.
    pub(super) own: Option<LibraryFile>,
}

impl App {
    /// The mandates by which every definition is proven here: the one door to them.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn mandates(&self, source: &impl Source) -> Result<LibraryFile, Failure> {
        let in_force = store::mandates::in_force(source).await?;
        Ok(in_force.map_or_else(|| library::named(self.files(), mandates::FILE), |set| file(set.source)))
    }

    /// The mandates for files that are to go live: what is in force, or else what they bring along.
    pub(super) async fn brought(&self, files: &[LibraryFile]) -> Result<Brought, Failure> {
        let own = files.iter().find(|(path, _)| path == mandates::FILE).cloned();
        let in_force = match (store::mandates::in_force(self.store().read()).await?, &own) {
            (Some(set), _) => file(set.source),
            (None, Some(own)) => own.clone(),
            (None, None) => library::named(self.files(), mandates::FILE),
        };
        Ok(Brought { in_force, own })
    }

    /// Consents to a proposal, or declines it. The second consent puts it into force; one decline settles it. Saying the
    /// same again changes nothing. Gives back where the set stands then.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for whoever does not hold the role, [`Refusal::ReasonNeeded`] for a no without one,
    /// [`MandateRefusal`].
    pub async fn speak_on_mandates(&self, viewer: &Viewer, statement: Statement) -> Result<String, Failure> {
        let Statement { no, role, answer, reason } = statement;
        if !CONSENTS_TO_MANDATES.contains(&role.as_str()) || !viewer.holds_any(&[role.as_str()]) {
            return Err(Refusal::NotFound.into());
        }
        let reason = reason.trim().to_owned();
        if answer == Answer::Decline && reason.is_empty() {
            return Err(Refusal::ReasonNeeded.into());
        }
        if reason.chars().count() > REASON_CHARS_MAX {
            return Err(Refusal::TooLong { at_most: REASON_CHARS_MAX }.into());
        }
        let (app, person) = (self.clone(), viewer.person);
        self.store()
            .write(move |tx| async move {
                let mut register = Register::open(&app, &tx, person.to_string()).await?;
                let set = store::mandates::by_no(&tx, no).await?.ok_or(Refusal::NotFound)?;
                let said = store::mandates::said_of(&tx, set.id).await?;
                let decision = match answer {
                    Answer::Consent => CONSENT,
                    Answer::Decline => DECLINE,
                };
                if said.iter().any(|row| row.role == role && row.person_id == person && row.decision == decision) {
                    return Ok(set.state);
                }
                if let Some(refusal) = refusal(&set, &said, (&role, person)) {
                    return Err(Refusal::from(refusal).into());
                }
                let decision = decision.to_owned();
                let row = ConsentRow { set_id: set.id, role, person_id: person, decision, reason, at: app.now() };
                match answer {
                    Answer::Consent => register.consent(&set, row, said.len()).await,
                    Answer::Decline => register.decline(&set, row).await,
                }
            })
            .await
    }

    /// Whether an open proposal waits for what `viewer` says.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn mandates_wait_for(&self, viewer: &Viewer) -> Result<bool, Failure> {
        if !viewer.holds_any(CONSENTS_TO_MANDATES) {
            return Ok(false);
        }
        let db = self.store().read();
        let Some(open) = store::mandates::open(db).await? else { return Ok(false) };
        let said = store::mandates::said_of(db, open.id).await?;
        Ok(!open_roles(viewer, &said).is_empty())
    }

    pub(super) fn read_mandates(&self, source: &str) -> Result<Mandates, Failure> {
        check::read_mandates(source, self.vocabulary())
            .map_err(|problems| Failure::broken(format!("kept mandates have {} problems", problems.len())))
    }
}

/// Why nothing more is said about a set by `person` as `role`.
fn refusal(set: &SetRow, said: &[ConsentRow], (role, person): (&str, PersonId)) -> Option<MandateRefusal> {
    if set.state != PROPOSED {
        Some(MandateRefusal::ProposalClosed)
    } else if said.iter().any(|row| row.role == role) {
        Some(MandateRefusal::RoleHasSpoken)
    } else if said.iter().any(|row| row.person_id == person) {
        Some(MandateRefusal::SamePersonTwice)
    } else {
        None
    }
}

/// The roles as which `viewer` may still speak on a proposal about which that was said.
pub(super) fn open_roles(viewer: &Viewer, said: &[ConsentRow]) -> Vec<&'static str> {
    if said.iter().any(|row| row.person_id == viewer.person) {
        return Vec::new();
    }
    let is_open = |role: &&&str| viewer.holds_any(&[**role]) && !said.iter().any(|row| row.role == **role);
    CONSENTS_TO_MANDATES.iter().filter(is_open).copied().collect()
}

impl Register<'_> {
    /// Founds the first set, or proposes what the files bring where it differs; what was checked by other mandates than
    /// those in force is to be checked anew.
    pub(super) async fn take(&mut self, brought: Brought) -> Result<(), Failure> {
        let Brought { in_force: (_, source), own } = brought;
        match store::mandates::in_force(self.tx).await? {
            None => self.found(source).await,
            Some(set) if set.source != source => Err(store::Error::Stale("the mandates in force").into()),
            Some(set) => match own {
                Some((_, own)) => self.propose(&set, own).await,
                None => Ok(()),
            },
        }
    }

    async fn found(&mut self, source: String) -> Result<(), Failure> {
        let hash = check::hash(&source);
        let row = SetRow { founding: true, state: ACCEPTED.to_owned(), ..self.new_set(1, source) };
        let row = SetRow { decided_at: Some(row.proposed_at), ..row };
        let set = row.id;
        store::mandates::insert(self.tx, row).await?;
        self.record(&MandateEvent::Founded { set, hash }).await
    }

    /// A file that says what is in force takes an open proposal back; one that was declined last is not proposed again.
    async fn propose(&mut self, in_force: &SetRow, source: String) -> Result<(), Failure> {
        let hash = check::hash(&source);
        let open = store::mandates::open(self.tx).await?;
        if open.as_ref().is_some_and(|open| open.hash == hash) {
            return Ok(());
        }
        if let Some(open) = open {
            store::mandates::settle(self.tx, open.id, SUPERSEDED, self.app.now()).await?;
            self.record(&MandateEvent::Superseded { set: open.id }).await?;
            self.close_incident(open.id).await?;
        }
        let last = store::mandates::all(self.tx).await?.into_iter().next();
        let declined = last.as_ref().is_some_and(|last| last.state == DECLINED && last.hash == hash);
        if hash == in_force.hash || declined {
            return Ok(());
        }
        let row = self.new_set(last.map_or(1, |last| last.no + 1), source);
        let (set, no) = (row.id, row.no);
        store::mandates::insert(self.tx, row).await?;
        self.record(&MandateEvent::Proposed { set, hash }).await?;
        store::incidents::raise(self.tx, self.incident(set, no)).await?;
        tracing::info!(mandates.no = no, "changed mandates were proposed; those in force stay until two consent");
        Ok(())
    }

    fn new_set(&self, no: i64, source: String) -> SetRow {
        SetRow {
            id: self.app.sources().new_id(),
            no,
            hash: check::hash(&source),
            source,
            founding: false,
            state: PROPOSED.to_owned(),
            proposed_at: self.app.now(),
            proposed_by: self.actor().to_owned(),
            decided_at: None,
        }
    }

    async fn consent(&mut self, set: &SetRow, row: ConsentRow, before: usize) -> Result<String, Failure> {
        let mandates = self.app.read_mandates(&set.source)?;
        let proofs = proofs(self.app, self.tx, &mandates).await?;
        let failing: Vec<_> = proofs.iter().filter(|proof| proof.result.is_err()).map(|p| p.title.clone()).collect();
        if !failing.is_empty() {
            return Err(Refusal::from(MandateRefusal::LiveWorkflowFails { workflows: failing }).into());
        }
        self.keep(set, row).await?;
        if before + 1 < CONSENTS_TO_MANDATES.len() {
            return Ok(PROPOSED.to_owned());
        }
        store::mandates::replace(self.tx).await?;
        store::mandates::settle(self.tx, set.id, ACCEPTED, self.app.now()).await?;
        let proven = proofs.iter().map(|proof| proof.row.hash.clone()).collect();
        self.record(&MandateEvent::Accepted { set: set.id, proven }).await?;
        for proof in &proofs {
            keep(self.app, self.tx, proof).await?;
        }
        self.close_incident(set.id).await?;
        Ok(ACCEPTED.to_owned())
    }

    async fn decline(&mut self, set: &SetRow, row: ConsentRow) -> Result<String, Failure> {
        self.keep(set, row).await?;
        store::mandates::settle(self.tx, set.id, DECLINED, self.app.now()).await?;
        self.record(&MandateEvent::Declined { set: set.id }).await?;
        self.close_incident(set.id).await?;
        Ok(DECLINED.to_owned())
    }

    async fn keep(&mut self, set: &SetRow, row: ConsentRow) -> Result<(), Failure> {
        let (role, decision, reason) = (row.role.clone(), row.decision.clone(), row.reason.clone());
        store::mandates::speak(self.tx, row).await?;
        self.record(&MandateEvent::Spoke { set: set.id, role, decision, reason }).await
    }

    async fn close_incident(&self, set: MandateSetId) -> Result<(), Failure> {
        Ok(store::incidents::close(self.tx, &occurrence(set), self.app.now()).await?)
    }

    fn incident(&self, set: MandateSetId, no: i64) -> NewIncident {
        NewIncident {
            id: self.app.sources().new_id(),
            occurrence: occurrence(set),
            kind: MANDATES_PROPOSED.to_owned(),
            case_id: None,
            summary_zh: format!(
                "强制性规定文件有修改（第{no}版），须财政局分管领导和审计管理员在“流程定义”的“强制性规定”页面同意后才生效；在此之前仍按现行规定证明。请通知两人。"
            ),
            summary_en: format!(
                "The file of mandates was changed (set {no}). It takes effect when the finance leader and the audit administrator have consented on the page “Mandates” below “Definitions”; until then what is in force goes on. Tell both."
            ),
            detail: mandates::FILE.to_owned(),
            opened_at: self.app.now(),
        }
    }
}

fn occurrence(set: MandateSetId) -> String {
    format!("mandates/{set}")
}

fn file(source: String) -> LibraryFile {
    (mandates::FILE.to_owned(), source)
}
