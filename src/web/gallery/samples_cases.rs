use super::samples::{at, id};
use crate::{
    app::{
        case_talk::{Beside, CopyView, PauseView, RemarkView},
        shown::Choice,
        substitutes::StandingView,
    },
    language::Text,
    web::substitutes::SubstitutesView,
};

/// A suspended case with readers and a thread, as its administrator sees it.
pub(super) fn beside() -> Beside {
    let person = || Choice::new("person_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f", Text::new("孙雅琴", "Sun Yaqin"), "");
    let copy = |name: &str, read_at| CopyView { name: name.to_owned(), at: at("2026-11-23T02:00:00Z"), read_at };
    Beside {
        pause: Some(PauseView { since: at("2026-11-23T03:00:00Z"), reason: "等待上级批复。".to_owned() }),
        may_administer: true,
        takes_part: true,
        copies: vec![copy("吴思远", Some(at("2026-11-23T04:00:00Z"))), copy("白松涛", None)],
        readers: vec![person()],
        remarks: vec![RemarkView {
            no: 1,
            who: "陈静".to_owned(),
            asked: Some("白松涛".to_owned()),
            at: at("2026-11-23T05:00:00Z"),
            words: "请说明<b>粗体</b>测算依据。".to_owned(),
            altered: true,
        }],
        askable: vec![person()],
    }
}

/// One substitute given and one held.
pub(super) fn substitutes() -> SubstitutesView {
    let standing = |of: &str, by: &str, workflows: Vec<Text>| StandingView {
        id: id(71),
        person: id(72),
        of: of.to_owned(),
        deputy: id(73),
        by: by.to_owned(),
        workflows,
        workflow_names: Vec::new(),
        from: chrono::NaiveDate::default(),
        until: chrono::NaiveDate::default(),
    };
    SubstitutesView {
        given: vec![standing("陈静", "孙雅琴", vec![Text::new("预算申请", "Budget request")])],
        held: vec![standing("吴思远", "陈静", Vec::new())],
        deputies: vec![Choice::new("sun-yaqin", Text::new("孙雅琴", "Sun Yaqin"), "")],
        workflows: vec![Choice::new("budget-request", Text::new("预算申请", "Budget request"), "")],
        today: "2026-11-23".to_owned(),
    }
}
