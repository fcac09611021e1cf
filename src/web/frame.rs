//! What stands around every page: who is signed in, where they are, what they may open.

use serde::Serialize;

use crate::{
    app::shown::Tone,
    language::{Lang, Text},
};

/// What the layout shows on every page.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// The part of Yumen the page belongs to.
    pub part: Part,
    /// The address of the page with its query, to come back to after a change of language.
    pub path: String,
    /// Who is signed in; `None` before sign-in.
    pub me: Option<Me>,
    /// Whether this is the demonstration, which every page says.
    pub demo: bool,
    /// The token every writing form carries.
    pub csrf: String,
    /// How many tasks wait for this person.
    pub waiting: u64,
    /// What the last action led to.
    pub notice: Option<Notice>,
}

/// A part of Yumen, as the navigation names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Before sign-in, and pages that belong nowhere.
    Outside,
    /// 待办
    Inbox,
    /// 项目
    Projects,
    /// 发起办件
    Start,
    /// 流程定义
    Definitions,
    /// 人员
    People,
    /// 导入
    Import,
    /// 我的账户
    Account,
}

/// The person who is signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// The first character of it.
    pub initial: String,
    /// What they are appointed to, the first appointment in words.
    pub post: Text,
    /// Whether they manage people.
    pub manages_people: bool,
    /// Whether they may import projects.
    pub may_import: bool,
}

/// A sentence about what the last action led to.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Whether it went well.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}
