//! What people do among themselves while a case is open: everything that a definition with such a kind of term can see.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    engine::{
        Action, Case, Task, Term,
        tasks::{Advice, Holding, Placing},
    },
    ids::PersonId,
    worlds::id,
};

/// A kind of term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKind {
    /// The last decider takes the decision back.
    TakeBack,
    /// A task is given to somebody else for good.
    Transfer,
    /// An opinion is asked for, and called back.
    Delegate,
    /// Signers are added before, and removed.
    SignersBefore,
    /// Signers are added after, and removed.
    SignersAfter,
    /// Signers are added beside, and removed.
    SignersParallel,
    /// Two people have substitutes.
    Substitutes,
    /// A task is claimed and put back.
    Claim,
    /// The case is suspended and goes on.
    Suspend,
    /// The case is withdrawn or terminated.
    Ends,
}

impl TermKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::TakeBack,
        Self::Transfer,
        Self::Delegate,
        Self::SignersBefore,
        Self::SignersAfter,
        Self::SignersParallel,
        Self::Substitutes,
        Self::Claim,
        Self::Suspend,
        Self::Ends,
    ];

    const fn placing(self) -> Option<Placing> {
        match self {
            Self::SignersBefore => Some(Placing::Before),
            Self::SignersAfter => Some(Placing::After),
            Self::SignersParallel => Some(Placing::Parallel),
            Self::TakeBack
            | Self::Transfer
            | Self::Delegate
            | Self::Substitutes
            | Self::Claim
            | Self::Suspend
            | Self::Ends => None,
        }
    }
}

/// Whoever may be brought in: somebody who is asked in both kinds of approvals, and somebody who is asked in none.
const COLLEAGUES: [u128; 2] = [302, 400];
const ADMINISTRATOR: u128 = 900;
const INITIATOR: u128 = 100;

/// What somebody may do with a task besides settling it.
#[must_use]
pub fn on_task(kinds: &BTreeSet<TermKind>, task: &Task) -> Vec<Action> {
    let reason = || "理由".to_owned();
    let mut terms = Vec::new();
    let to = COLLEAGUES.map(id);
    for kind in kinds {
        match kind {
            TermKind::Transfer => terms.extend(to.map(|to| Term::Transfer { to, reason: reason() })),
            TermKind::Delegate => {
                terms.extend(to.map(|to| Term::Delegate { to, reason: reason() }));
                terms.push(Term::CallBack);
                terms.push(Term::GiveOpinion { advice: Advice::Approve, text: reason() });
            }
            TermKind::SignersBefore | TermKind::SignersAfter | TermKind::SignersParallel => {
                if let Some(place) = kind.placing() {
                    terms.extend(to.map(|person| Term::AddSigner { person, place, reason: reason() }));
                    terms.extend(to.map(|person| Term::RemoveSigner { person }));
                }
            }
            TermKind::Claim => terms.extend([Term::Claim, Term::Release]),
            TermKind::TakeBack | TermKind::Substitutes | TermKind::Suspend | TermKind::Ends => {}
        }
    }
    terms.into_iter().map(|term| Action::OnTask { task: task.no, term }).collect()
}

/// What somebody may do with the whole case.
#[must_use]
pub fn on_case(kinds: &BTreeSet<TermKind>, case: &Case) -> Vec<(Option<PersonId>, Action)> {
    let reason = || "理由".to_owned();
    let mut actions = Vec::new();
    for kind in kinds {
        match kind {
            TermKind::TakeBack => {
                let by = case.undo.as_ref().map(|undo| undo.by);
                actions.extend(by.map(|by| (Some(by), Action::TakeBack { reason: reason() })));
            }
            TermKind::Suspend => {
                actions.push((Some(id(ADMINISTRATOR)), Action::Suspend { reason: reason() }));
                actions.push((Some(id(ADMINISTRATOR)), Action::Resume { reason: reason() }));
            }
            TermKind::Ends => {
                actions.push((Some(id(ADMINISTRATOR)), Action::Terminate { reason: reason() }));
                actions.push((Some(id(INITIATOR)), Action::Withdraw { reason: reason() }));
            }
            TermKind::SignersBefore | TermKind::SignersAfter | TermKind::SignersParallel => {
                // Whoever added somebody removes them, though the task is not their own.
                let others = case.tasks.values().filter(|task| task.hands.holder().is_none());
                for task in others {
                    let removals = [300, 301, 302].into_iter().flat_map(|by| {
                        COLLEAGUES.map(|person| {
                            let term = Term::RemoveSigner { person: id(person) };
                            (Some(id(by)), Action::OnTask { task: task.no, term })
                        })
                    });
                    actions.extend(removals);
                }
            }
            TermKind::Transfer | TermKind::Delegate | TermKind::Substitutes | TermKind::Claim => {}
        }
    }
    actions
}

/// Through whose hands the open tasks go, with their places in place of their numbers; and who stands for whom.
#[must_use]
pub fn hands(case: &Case) -> String {
    let places: BTreeMap<_, _> = case.tasks.keys().enumerate().map(|(place, no)| (*no, place)).collect();
    let tasks = case.tasks.values().map(|task| {
        let holding = match &task.hands.holding {
            Holding::Open => "open".to_owned(),
            Holding::Claimed { by } => format!("claimed {by:?}"),
            Holding::Parked { by, until } => {
                let until: Vec<_> = until.iter().map(|no| places.get(no)).collect();
                format!("parked {by:?} {until:?}")
            }
        };
        format!(
            "{} {:?} {:?} {:?} {:?} {holding};",
            task.step, task.candidates, task.barred, task.hands.asked, task.hands.followers
        )
    });
    let deputies =
        case.activations.values().map(|activation| format!("{} {:?};", activation.step, activation.deputies));
    tasks.chain(deputies).chain(case.undo.iter().map(|undo| format!("{:?}", undo.by))).collect()
}
