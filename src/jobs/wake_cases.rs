use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::waking::{WAKE_CASES, WakeOrder},
    language::Text,
};

/// Cases that wait for a fact look again, because one was recorded or because they have just begun to wait.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct WakeCases(WakeOrder);

#[async_trait]
impl Job for WakeCases {
    const KIND: &'static str = WAKE_CASES;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(120), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("等待事项未能自动继续", "Waiting cases could not be woken")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.wake(&self.0).await
    }
}
