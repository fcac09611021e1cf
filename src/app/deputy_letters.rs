//! Who stands for somebody is told of that person's new tasks as well, where they may act on them.

use super::{App, execute::Settling, letters::Letter};
use crate::{
    engine::{deputy, who::day_of},
    notify::mails::MailContext,
};

/// The letters about tasks once more, to those who stand for their recipients.
pub(super) fn letters(app: &App, settling: &Settling<'_>, letters: &[Letter]) -> Vec<Letter> {
    let (case, around) = (&settling.plan.case, settling.around);
    let (day, s) = (day_of(around.now), around.surroundings(app));
    let mut more: Vec<Letter> = Vec::new();
    for letter in letters {
        let Some(task) = task_of(&letter.mail) else { continue };
        let today = around.directory.substitutions.iter().filter(|one| one.person == letter.to);
        for one in today.filter(|one| one.covers(&case.workflow, day)) {
            let told = letters.iter().chain(&more).any(|l| l.to == one.deputy && l.occasion == letter.occasion);
            let acts = deputy::in_place_of(settling.definition, case, (task, one.deputy), &s).is_some();
            if acts && !told {
                more.push(Letter { to: one.deputy, ..letter.clone() });
            }
        }
    }
    more
}

/// The task that a letter asks for.
const fn task_of(mail: &MailContext) -> Option<u32> {
    match mail {
        MailContext::TaskAssigned(mail) => Some(mail.task),
        MailContext::CaseReturned(mail) => mail.task,
        MailContext::TaskReminder(mail) => Some(mail.task),
        MailContext::TaskEscalated(mail) if mail.to_holder => Some(mail.task),
        MailContext::DecisionMade(_)
        | MailContext::CaseEnded(_)
        | MailContext::CaseSuspended(_)
        | MailContext::RemarkMade(_)
        | MailContext::TaskTransferred(_)
        | MailContext::OpinionAsked(_)
        | MailContext::SignerAdded(_)
        | MailContext::TaskUrged(_)
        | MailContext::HandedOver(_)
        | MailContext::HandoffMoved(_)
        | MailContext::Digest(_)
        | MailContext::TaskEscalated(_)
        | MailContext::CopiedIn(_) => None,
    }
}
