use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    definition::FactName,
    ids::{CaseId, ProjectId},
    language::Text,
    notify::compose::Dispatch,
};

/// Cases that wait for a fact look again, because one was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeCases {
    /// The kind of fact.
    pub fact: FactName,
    /// The project it is about.
    pub project: ProjectId,
    /// The budget year it is about.
    pub year: i32,
}

/// Asks for it, in the transaction of the case that recorded the fact as its journal entry `seq`.
///
/// # Errors
/// Never: the payload is made of text and numbers.
pub fn wake_dispatch(case: CaseId, seq: u64, order: &WakeCases) -> serde_json::Result<Dispatch> {
    let occurrence = format!("{case}/{seq}/{}/{}", WakeCases::KIND, order.fact);
    Ok(Dispatch::new(case, occurrence, WakeCases::KIND, serde_json::to_value(order)?))
}

#[async_trait]
impl Job for WakeCases {
    const KIND: &'static str = "wake-cases";
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(120), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("等待事项未能自动继续", "Waiting cases could not be woken")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.wake(&self).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_order_reads_back_and_one_fact_wakes_once() {
        let case = CaseId::from_uuid(Uuid::from_u128(1));
        let order =
            WakeCases { fact: "assessment".into(), project: ProjectId::from_uuid(Uuid::from_u128(2)), year: 2027 };
        let dispatch = wake_dispatch(case, 4, &order).unwrap();
        assert_eq!(serde_json::from_value::<WakeCases>(dispatch.payload.clone()).unwrap(), order);
        assert_eq!(dispatch.id, wake_dispatch(case, 4, &order).unwrap().id);
        assert_ne!(dispatch.id, wake_dispatch(case, 5, &order).unwrap().id);
    }
}
