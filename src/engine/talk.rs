//! What decides nothing: copying people in, and the case's thread.

use std::collections::BTreeSet;

use sm3::{Digest as _, Sm3};

use super::{
    case::Case,
    event::Event,
    fields,
    people::Principal,
    refusal::{FieldProblem, Refusal},
    sight::CopiedBy,
    surroundings::Surroundings,
    tasks::may_act,
    walk::Walk,
    who,
};
use crate::{ids::PersonId, language::Text};

/// People who are copied in at once at most.
pub const COPIES_MAX: usize = 50;
/// Characters of a remark at most.
pub const REMARK_CHARS_MAX: usize = 1_000;

/// Whether `person` takes part in the case: started it, acted on it, may act on it, or was copied in.
#[must_use]
pub fn takes_part(case: &Case, person: PersonId, s: &Surroundings<'_>) -> bool {
    let copied: Vec<Principal> = case.copied.keys().cloned().collect();
    case.is_initiated_by(person)
        || case.acted.values().any(|people| people.contains(&person))
        || case.tasks.values().any(|task| may_act(task, person, s))
        || who::actors(&copied, &BTreeSet::new(), s).contains(&person)
}

/// What the journal keeps of a remark's text.
#[must_use]
pub fn remark_hash(text: &str) -> String {
    hex::encode(Sm3::digest(text.as_bytes()))
}

impl Walk<'_> {
    /// Copies people in: they may read the case from now on, and decide nothing by it.
    pub fn copy_in(&mut self, person: PersonId, to: &[PersonId]) -> Result<(), Refusal> {
        self.check_part(person)?;
        let mut new = Vec::new();
        for reader in to {
            if !self.s.people.people.get(reader).is_some_and(|known| known.active) {
                return Err(Refusal::UnknownPerson);
            }
            let known = self.case.copied.get(&Principal::Person(*reader));
            if !known.is_some_and(|by| by.contains(&CopiedBy::Person(person)))
                && !new.contains(reader)
                && *reader != person
            {
                new.push(*reader);
            }
        }
        if to.is_empty() || to.len() > COPIES_MAX {
            return Err(Refusal::ChoosePeople { at_most: COPIES_MAX });
        }
        if !new.is_empty() {
            self.emit(Event::CopyGiven { by: person, to: new });
        }
        Ok(())
    }

    /// Says something in the case's thread, to somebody or to everybody who takes part.
    pub fn remark(&mut self, person: PersonId, text: &str, asked: Option<PersonId>) -> Result<(), Refusal> {
        self.check_part(person)?;
        if text.is_empty() {
            return Err(Refusal::WordsNeeded);
        }
        if let Some(problem) = fields::unreadable(text) {
            let title = Text::new("留言", "Remark");
            return Err(Refusal::Fields { problems: vec![FieldProblem { field: "text".into(), title, problem }] });
        }
        if text.chars().count() > REMARK_CHARS_MAX {
            return Err(Refusal::TooLong { at_most: REMARK_CHARS_MAX });
        }
        if asked.is_some_and(|asked| !takes_part(&self.case, asked, self.s)) {
            return Err(Refusal::AskedIsAway);
        }
        let no = self.case.last_remark + 1;
        self.emit(Event::Remarked { no, by: person, asked, hash: remark_hash(text) });
        Ok(())
    }

    fn check_part(&self, person: PersonId) -> Result<(), Refusal> {
        if !self.is_running() {
            return Err(Refusal::CaseEnded);
        }
        if takes_part(&self.case, person, self.s) { Ok(()) } else { Err(Refusal::TakesNoPart) }
    }
}
