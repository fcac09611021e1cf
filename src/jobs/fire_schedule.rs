use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::firing::{FIRE_SCHEDULE, FireOrder},
    language::Text,
};

/// Starts the cases of some projects, because a schedule has fired.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct FireSchedule(FireOrder);

#[async_trait]
impl Job for FireSchedule {
    const KIND: &'static str = FIRE_SCHEDULE;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(600), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("定时任务未能为部分项目发起办件", "A schedule could not start the cases of some projects")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.fire_slice(&self.0).await
    }
}
