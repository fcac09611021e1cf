use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Job, JobContext, Limits, Occasion, Trouble,
    delivering::{Message, send},
};
use crate::{
    app::mail_timing::{DIGEST, DigestOrder},
    language::Text,
    notify::mails::MailContext,
};

/// A digest leaves: what waits for a person and what happened, in place of one mail for each.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SendDigest(DigestOrder);

#[async_trait]
impl Job for SendDigest {
    const KIND: &'static str = DIGEST;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(900), attempts_max: 20 };

    fn given_up() -> Text {
        Text::new("待办汇总邮件未能送达", "A digest could not be delivered")
    }

    async fn run(self, occasion: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        let person = self.0.person;
        let Some(digest) = context.cases.digest(&occasion.occurrence, person).await? else {
            return Err(Trouble::moot("nothing is left to tell"));
        };
        let (mail, thread) = (MailContext::Digest(digest), format!("digest/{person}"));
        send(occasion, context, Message { person, mail, thread, case: None }).await
    }
}
