//! Through whose hands an open task goes, and what the person who looks may do with it besides deciding. What is offered
//! here is asked of the engine itself, so no page offers what would be refused.

use serde::Serialize;

use super::{deeds, loading::Around, shown::Chip, words};
use crate::{
    definition::Definition,
    engine::{
        self, Action, Actor, Case, Command, Directory, Principal, Surroundings, Task, Term,
        case::TaskNo,
        tasks::{self, Asked, Placing},
        who::day_of,
    },
    ids::PersonId,
    language::Text,
};

/// What a task's page shows of the terms.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HandsView {
    /// Whether an opinion is asked for, and no decision.
    pub for_opinion: bool,
    /// How this person came to be asked, where the step itself does not ask them.
    pub asked: Option<Text>,
    /// Whom the task waits for.
    pub waits_for: Vec<Added>,
    /// Who is asked after this person approves.
    pub followers: Vec<Added>,
    /// What others think.
    pub opinions: Vec<OpinionView>,
    /// Whether it can be claimed.
    pub claim: bool,
    /// Whether it can be put back.
    pub release: bool,
    /// Whether it can be given away.
    pub transfer: bool,
    /// Whether an opinion can be asked for.
    pub delegate: bool,
    /// Whether the opinion can be called back.
    pub call_back: bool,
    /// Whether somebody can be asked before this person.
    pub add_before: bool,
    /// Whether somebody can be asked after or beside this person.
    pub add_signer: bool,
    /// Who can be chosen.
    pub colleagues: Vec<Colleague>,
}

/// Somebody who was brought in.
#[derive(Debug, Clone, Serialize)]
pub struct Added {
    /// The task with which they are removed.
    pub task: u32,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Whether whoever looks may remove them.
    pub removable: bool,
}

/// An opinion.
#[derive(Debug, Clone, Serialize)]
pub struct OpinionView {
    /// Who gave it.
    pub by: String,
    /// For or against.
    pub advice: Text,
    /// In which words.
    pub text: String,
}

/// Somebody who can be chosen.
#[derive(Debug, Clone, Serialize)]
pub struct Colleague {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their post, to tell people of one name apart.
    pub post: Text,
}

/// What may be done now, as the engine sees it.
pub(super) struct Trial<'a> {
    pub definition: &'a Definition,
    pub case: &'a Case,
    pub around: &'a Around,
    pub s: Surroundings<'a>,
    pub person: PersonId,
}

impl Trial<'_> {
    /// The terms of one task.
    pub fn view(&self, task: &Task) -> HandsView {
        let colleagues = tasks::colleagues(self.definition, self.case, task.no, &self.s);
        let reason = || "—".to_owned();
        let with =
            |term: &dyn Fn(PersonId) -> Term| colleagues.first().is_some_and(|first| self.would(task.no, term(*first)));
        let add = |place| with(&|person| Term::AddSigner { person, place, reason: String::new() });
        let mut view = HandsView {
            for_opinion: task.hands.is_for_opinion(),
            asked: self.asked(task),
            waits_for: self.waits_for(task),
            followers: self.followers(task),
            opinions: self.opinions(task),
            claim: self.would(task.no, Term::Claim),
            release: self.would(task.no, Term::Release),
            transfer: with(&|to| Term::Transfer { to, reason: reason() }),
            delegate: with(&|to| Term::Delegate { to, reason: String::new() }),
            call_back: self.would(task.no, Term::CallBack),
            add_before: add(Placing::Before),
            add_signer: add(Placing::After),
            colleagues: Vec::new(),
        };
        if view.transfer || view.delegate || view.add_before {
            view.colleagues = colleagues.iter().filter_map(|person| self.colleague(*person)).collect();
        }
        view
    }

    /// Who has a task and whom it waits for, in a word.
    pub fn chip(&self, task: &Task) -> Option<Chip> {
        let waits_for = task.hands.waits_for().into_iter().find_map(|no| named(self.case.tasks.get(&no)?));
        let asked = match task.hands.asked {
            Asked::ByStep => None,
            Asked::InPlaceOf(_) => Some("in-place"),
            Asked::ForOpinion { .. } => Some("opinion"),
            Asked::AsSigner { .. } => Some("signer"),
        };
        words::hands(self.directory(), (asked, task.hands.holder(), waits_for))
    }

    /// Whether this person may urge a task.
    pub fn may_urge(&self, task: TaskNo) -> bool {
        self.would(task, Term::Urge)
    }

    /// Whether this person may take the last decision back.
    pub fn may_take_back(&self) -> bool {
        self.tried(Action::TakeBack { reason: String::new() })
    }

    /// The added signer of a task, where this person may remove them.
    pub fn removable(&self, task: &Task) -> Option<PersonId> {
        named(task).filter(|person| self.would(task.no, Term::RemoveSigner { person: *person }))
    }

    fn waits_for(&self, task: &Task) -> Vec<Added> {
        let waited = task.hands.waits_for().into_iter().filter_map(|no| self.case.tasks.get(&no));
        let added = waited.filter_map(|waited| {
            let person = named(waited)?;
            let removable = self.removable(waited).is_some();
            Some(Added { task: waited.no, person, name: self.name(person), removable })
        });
        added.collect()
    }

    fn followers(&self, task: &Task) -> Vec<Added> {
        let followers = task.hands.followers.iter().map(|follower| Added {
            task: task.no,
            person: follower.person,
            name: self.name(follower.person),
            removable: self.would(task.no, Term::RemoveSigner { person: follower.person }),
        });
        followers.collect()
    }

    fn opinions(&self, task: &Task) -> Vec<OpinionView> {
        let opinions = task.hands.opinions.iter().map(|opinion| OpinionView {
            by: self.name(opinion.by),
            advice: deeds::advised(opinion.advice),
            text: opinion.text.clone(),
        });
        opinions.collect()
    }

    fn asked(&self, task: &Task) -> Option<Text> {
        let said = |person: PersonId, zh: &str, en: &str| {
            let name = self.name(person);
            Some(Text::new(format!("{name}{zh}"), format!("{name} {en}")))
        };
        match &task.hands.asked {
            Asked::ByStep => None,
            Asked::InPlaceOf(from) => said(*from, "已将该任务转办给您。", "has transferred this task to you."),
            Asked::ForOpinion { by } => said(
                *by,
                "委派您对该任务提出意见，由其作出决定。",
                "asks for your opinion on this task and decides afterwards.",
            ),
            Asked::AsSigner { by, .. } => said(*by, "加签，请您审批。", "has added you as a signer."),
        }
    }

    fn colleague(&self, id: PersonId) -> Option<Colleague> {
        let directory = self.directory();
        let person = directory.people.get(&id)?;
        let held = directory.appointments_of(id, day_of(self.around.now)).next();
        let post = held.map_or_else(Text::default, |held| {
            let (org, role) = (words::organisation(directory, held.org.as_str()), words::role(&held.role));
            Text::new(format!("{} · {}", org.zh, role.zh), format!("{} · {}", org.en, role.en))
        });
        Some(Colleague { id, name: person.name.clone(), post })
    }

    fn would(&self, task: TaskNo, term: Term) -> bool {
        self.tried(Action::OnTask { task, term })
    }

    fn tried(&self, action: Action) -> bool {
        let command = Command { actor: Actor::Person(self.person), action };
        engine::decide(self.definition, self.case, &command, &self.s).is_ok()
    }

    fn directory(&self) -> &Directory {
        &self.around.directory
    }

    fn name(&self, person: PersonId) -> String {
        words::person(self.directory(), person)
    }
}

/// The one person who is asked by name.
fn named(task: &Task) -> Option<PersonId> {
    task.candidates.iter().find_map(|principal| match principal {
        Principal::Person(person) => Some(*person),
        Principal::Role(..) => None,
    })
}
