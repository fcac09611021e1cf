use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::held_starts::{HeldOrder, START_HELD},
    language::Text,
};

/// Starts the cases of schedules for which a project had to wait, because a case of it has ended.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct StartHeld(HeldOrder);

#[async_trait]
impl Job for StartHeld {
    const KIND: &'static str = START_HELD;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(120), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("上一期办结后，未能自动发起本期", "A case that had to wait for another one could not be started")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.start_held_for(&self.0).await
    }
}
