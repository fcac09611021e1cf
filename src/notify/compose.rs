//! How a mail is asked for: a row of the outbox, written in the transaction that causes it. It is rendered when it is
//! sent, in the language its recipient has then and by the text that is live then.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mails::MailContext;
use crate::ids::{CaseId, DispatchId, PersonId};

/// The kind of an outbox row that holds a mail.
pub const MAIL: &str = "send-mail";

/// What a mail's outbox row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOrder {
    /// To whom.
    pub person: PersonId,
    /// Which mail, about what.
    #[serde(flatten)]
    pub mail: MailContext,
}

/// Something that is to leave once its transaction has committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Follows from the occurrence, so that asking twice is asking once.
    pub id: DispatchId,
    /// `<case>/<task or sequence number>/<kind>/<person>`: unique in the outbox, and the source of the Message-ID.
    pub occurrence: String,
    /// Which job carries it out.
    pub kind: &'static str,
    /// The person it goes to, if it does.
    pub person: Option<PersonId>,
    /// What the job needs.
    pub payload: Value,
}

impl Dispatch {
    /// A row for the job `kind`, of a case.
    #[must_use]
    pub fn new(case: CaseId, occurrence: String, kind: &'static str, payload: Value) -> Self {
        Self { id: case.derive(&occurrence), occurrence, kind, person: None, payload }
    }
}

/// Asks for a mail to `person`. `occasion` is the task number or the journal's sequence number that caused it.
///
/// # Errors
/// Never for the mails there are, whose keys are text.
pub fn mail_dispatch(occasion: u64, person: PersonId, mail: MailContext) -> serde_json::Result<Dispatch> {
    let case = mail.case().id;
    let occurrence = format!("{case}/{occasion}/{}/{person}", mail.name());
    let payload = serde_json::to_value(MailOrder { person, mail })?;
    Ok(Dispatch { person: Some(person), ..Dispatch::new(case, occurrence, MAIL, payload) })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_order_reads_back_and_keeps_its_identity() {
        let person = PersonId::from_uuid(Uuid::from_u128(9));
        for mail in MailContext::samples() {
            let dispatch = mail_dispatch(3, person, mail.clone()).unwrap();
            let order: MailOrder = serde_json::from_value(dispatch.payload.clone()).unwrap();
            assert_eq!(order, MailOrder { person, mail: mail.clone() });
            assert_eq!(dispatch, mail_dispatch(3, person, mail.clone()).unwrap());
            assert_ne!(dispatch.id, mail_dispatch(4, person, mail).unwrap().id);
        }
    }
}
