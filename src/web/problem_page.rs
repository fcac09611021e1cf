//! What a person sees when a request goes no further: what is the matter, and what to do next.

use serde::Serialize;

use super::{
    frame::Frame,
    render::{self, View},
};
use crate::{
    app::Problem,
    language::{Lang, Text},
};

/// The page.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemView {
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: Text,
    /// What is the matter.
    pub sentence: Text,
    /// What to do next.
    pub steps: Vec<Text>,
    /// What finds the log line.
    pub reference: Option<String>,
}

impl View for ProblemView {
    const TEMPLATE: &'static str = "problem";
}

/// The page whole, which needs neither session nor database; `None` when the templates are what failed.
#[must_use]
pub fn draw(problem: &Problem, lang: Lang) -> Option<String> {
    on(&Frame::bare(lang), problem)
}

/// The same page in the demonstration, which says so on every page.
#[must_use]
pub fn draw_in_demo(problem: &Problem, lang: Lang) -> Option<String> {
    on(&Frame { demo: true, ..Frame::bare(lang) }, problem)
}

fn on(frame: &Frame, problem: &Problem) -> Option<String> {
    render::embedded().ok()?.render(frame, &ProblemView::from(problem)).ok()
}

impl From<&Problem> for ProblemView {
    fn from(problem: &Problem) -> Self {
        let (title, steps) = match problem.status {
            403 => (
                Text::new("没有权限", "Not open to you"),
                vec![
                    Text::new("确认当前登录的身份是否正确。", "Check who you are signed in as."),
                    Text::new(
                        "如确需办理，请联系安全管理员核对任职。",
                        "If you should be able to, ask the security administrator to check your appointments.",
                    ),
                ],
            ),
            404 => (
                Text::new("没有找到", "Not found"),
                vec![
                    Text::new("核对地址，或从列表重新进入。", "Check the address, or start again from a list."),
                    Text::new("内容也可能不在您的权限范围内。", "It may also lie outside what you may see."),
                ],
            ),
            409 => (
                Text::new("情况已经变化", "Things have changed"),
                vec![Text::new("返回办件页查看最新进展，再决定下一步。", "See the case page for where it stands now.")],
            ),
            400 | 413 | 422 => (
                Text::new("提交的内容需要修改", "What was sent needs a change"),
                vec![Text::new(
                    "返回上一页修改后再提交，已填写的内容会保留。",
                    "Go back, change it and send it again; what you typed is kept.",
                )],
            ),
            500.. => (
                Text::new("系统出现故障", "Something failed on our side"),
                vec![Text::new("本次操作没有生效，请稍后再试。", "Nothing was done. Try again later.")],
            ),
            _ => (Text::new("操作没有完成", "This did not work"), Vec::new()),
        };
        Self {
            status: problem.status,
            title,
            sentence: problem.sentence.clone(),
            steps,
            reference: problem.reference.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_cannot_become_markup() {
        let html = draw(&Problem::bad_request("<script>x</script>", "x"), Lang::Zh).unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"));
    }
}
