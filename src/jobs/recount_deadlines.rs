use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{Job, JobContext, Limits, Occasion, Trouble};
use crate::{
    app::recounting::{RECOUNT_DEADLINES, RecountOrder},
    language::Text,
};

/// Open deadlines are counted again, because the calendar has changed.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct RecountDeadlines(RecountOrder);

#[async_trait]
impl Job for RecountDeadlines {
    const KIND: &'static str = RECOUNT_DEADLINES;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(600), attempts_max: 15 };

    fn given_up() -> Text {
        Text::new("日历修改后未能重算办理期限", "Deadlines could not be counted again after a change of the calendar")
    }

    async fn run(self, _: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        context.cases.recount(&self.0).await
    }
}
