use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{app::staffing::CHECK_PEOPLE, language::Text};

/// Looks every day whether there are people enough for every step of the workflows that are live.
#[derive(Debug, Deserialize)]
pub struct CheckPeople {}

#[async_trait]
impl Job for CheckPeople {
    const KIND: &'static str = CHECK_PEOPLE;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(600), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("每日的人员配备检查未能完成", "Whether there are people enough could not be looked at today")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.check_people().await
    }
}
