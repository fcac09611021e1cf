//! Samples of the pages about what mails say.

use super::{
    Gallery,
    samples::{at, frame},
};
use crate::{
    app::mail_templates::{Line, Name, Template, Version},
    engine::TemplateRefusal,
    language::{Lang, Text},
    notify::{own::Parts, proofread},
    web::{
        frame::Part,
        mail_templates::{Attempt, TemplateView, TemplatesView},
    },
};

const MAIL: &str = "task-assigned";

fn version(version: i64, parts: Option<Parts>, restores: Option<i64>) -> Version {
    let (by, why) = ("韩志坚".to_owned(), "按区里统一格式，主题注明<b>滨江区</b>。".to_owned());
    Version { version, parts, restores, at: at("2026-11-20T08:00:00Z"), by, why }
}

pub fn show(gallery: &mut Gallery) {
    let frame = frame(Part::Templates, "/templates");
    let shipped = Parts::shipped(MAIL, Lang::Zh).unwrap();
    let own = Parts { subject: format!("【滨江区】{}", shipped.subject), ..shipped.clone() };
    let last = version(3, Some(own.clone()), Some(1));
    let lines: Vec<_> = crate::notify::mails::MailContext::NAMES
        .into_iter()
        .map(|mail| {
            let zh = (mail == MAIL).then(|| last.clone());
            Line { mail, texts: vec![(Lang::Zh, zh), (Lang::En, None)] }
        })
        .collect();
    gallery.show("templates", &frame, &TemplatesView::of(&lines));
    let name = |name: &str, samples: &[&str]| Name {
        name: name.to_owned(),
        about: Text::new("项目名称", "what the case is called"),
        samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
    };
    let template = Template {
        mail: MAIL,
        lang: Lang::Zh,
        parts: own.clone(),
        names: vec![name("project", &["老旧小区供水管网改造"]), name("deadline", &["2026年3月5日 17:00", "（空）"])],
        samples: 3,
        versions: vec![last, version(2, None, Some(0)), version(1, Some(own.clone()), None)],
    };
    let sample = proofread::samples(MAIL).remove(0);
    let read = proofread::proofread(MAIL, Lang::Zh, &own).unwrap();
    let preview = proofread::preview(&read, &sample, Lang::Zh).unwrap();
    let view = TemplateView::of(&template, (&own, Attempt::default(), Some(preview)), Lang::Zh);
    gallery.show("template", &frame, &view);
    let wrong = Parts {
        subject: "{{proyect}}".to_owned(),
        html: own.html.replace("{{step}}", "{{stepp}}<img src=\"x\">"),
        ..own.clone()
    };
    let mistakes = proofread::proofread(MAIL, Lang::Zh, &wrong).unwrap_err();
    let refusal = TemplateRefusal::ChangedMeanwhile { version: 3, by: "韩志坚".to_owned() };
    let attempt = Attempt { mistakes, refusal: Some(refusal.into()), tested: true, ..Attempt::default() };
    gallery.show("template-wrong", &frame, &TemplateView::of(&template, (&wrong, attempt, None), Lang::Zh));
    let new = Template { parts: shipped.clone(), versions: Vec::new(), ..template };
    gallery.show("template-new", &frame, &TemplateView::of(&new, (&shipped, Attempt::default(), None), Lang::Zh));
}
