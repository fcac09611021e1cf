use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{app::notices::TIDY_NOTICES, language::Text};

/// Old notices are forgotten, and what is about settled tasks is read.
#[derive(Debug, Deserialize)]
pub struct TidyNotices {}

#[async_trait]
impl Job for TidyNotices {
    const KIND: &'static str = TIDY_NOTICES;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(300), attempts_max: 5 };

    fn given_up() -> Text {
        Text::new("过期消息未能清理，次日再试", "Old notices could not be forgotten; it is tried again tomorrow")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.tidy_notices().await
    }
}
