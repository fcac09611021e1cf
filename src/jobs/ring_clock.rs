use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::clocks_due::{RING_CLOCK, RingOrder},
    language::Text,
};

/// A step that waits for a time goes on, because the time has come.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct RingClock(RingOrder);

#[async_trait]
impl Job for RingClock {
    const KIND: &'static str = RING_CLOCK;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(120), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("等待期满的办件未能自动继续", "A case could not go on after its wait")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.ring(&self.0).await
    }
}
