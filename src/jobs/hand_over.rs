use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::handing_over::{HAND_OVER, Order},
    language::Text,
};

/// What somebody held who leaves passes to their successors, who are told of it. Whoever wanted it may have seen it done
/// already; then only the letters are left.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct HandOver(Order);

#[async_trait]
impl Job for HandOver {
    const KIND: &'static str = HAND_OVER;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(600), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("离岗移交未能办完，请重新移交", "A handover was not finished; hand over again")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.hand_over(&self.0).await
    }
}
