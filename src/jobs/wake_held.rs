use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{app::looking_again::WAKE_HELD, language::Text};

/// Cases whose step had found nobody look again, because people or appointments have changed or a new day has begun.
#[derive(Debug, Deserialize)]
pub struct WakeHeld {}

#[async_trait]
impl Job for WakeHeld {
    const KIND: &'static str = WAKE_HELD;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(600), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("因无人可办而停留的事项未能重新分派", "Cases that had found nobody could not look again")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.wake_held().await
    }
}
