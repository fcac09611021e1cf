use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Job, JobContext, Limits, Occasion, Trouble,
    delivering::{Outgoing, has_left, leave},
};
use crate::{
    app::mail_templates::{TEMPLATE_TEST, TestOrder},
    language::Text,
    notify::{mails::Frame, proofread},
    store::people,
};

/// A text that somebody is writing goes to themselves, with a sample in it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SendTemplateTest(TestOrder);

#[async_trait]
impl Job for SendTemplateTest {
    const KIND: &'static str = TEMPLATE_TEST;
    const LIMITS: Limits = Limits { attempt_max: Duration::from_secs(900), attempts_max: 5 };

    fn given_up() -> Text {
        Text::new("邮件模板的试发未能送达", "A test of a mail template could not be delivered")
    }

    async fn run(self, occasion: &Occasion, context: &JobContext) -> Result<(), Trouble> {
        if has_left(occasion, context).await? {
            return Ok(());
        }
        let TestOrder { mail, lang, parts, sample, person } = self.0;
        let person = people::find(context.store.read(), person).await?;
        let person = person.ok_or_else(|| Trouble::give_up("no such person"))?;
        let samples = proofread::samples(&mail);
        let sample = samples.get(sample).ok_or_else(|| Trouble::moot("no such sample"))?;
        let frame = Frame { lang, recipient: &person.name, now: context.sources.clock.now(), site: &context.site };
        let own = proofread::read(&mail, lang, &parts).map_err(|_| Trouble::moot("the text is not in order"))?;
        let mut written = own.render(sample, &frame).map_err(|why| Trouble::moot(why.to_string()))?;
        written.subject.insert_str(0, lang.pick("【试发】", "[Test] "));
        let thread = format!("template-test/{mail}");
        let kind = "template-test".to_owned();
        leave(occasion, context, Outgoing { person, kind, lang, written, version: None, thread, case: None }).await
    }
}
