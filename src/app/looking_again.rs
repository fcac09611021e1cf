//! Cases whose step had found nobody look again whenever people, appointments or organisations change, and each
//! night (policy/schedules.yaml), because an appointment may begin on a day that has been known for long.

use super::{App, Failure};
use crate::store::{self, Tx, outbox::NewDispatch};

/// The kind of an outbox row that lets held cases look again.
pub const WAKE_HELD: &str = "wake-held";

impl App {
    /// Lets held cases look again after this transaction, which has moved the directory's version.
    pub(super) async fn look_again(&self, tx: &Tx) -> Result<(), Failure> {
        let version = store::directory::version(tx).await?;
        let row = self.wake_held_on(format!("directory/{version}/{WAKE_HELD}"));
        Ok(store::outbox::put(tx, vec![row], self.now()).await?)
    }

    fn wake_held_on(&self, occurrence: String) -> NewDispatch {
        NewDispatch {
            id: self.sources().new_id(),
            occurrence,
            kind: WAKE_HELD.to_owned(),
            case_id: None,
            person: None,
            payload: "{}".to_owned(),
        }
    }
}
