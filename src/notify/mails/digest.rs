use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, remaining, sample_case, sample_due, text};
use crate::{
    clock::Instant,
    language::{Lang, Text},
};

/// What waits for the recipient, and what happened: one mail in place of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The case of the first thing in it.
    pub case: CaseLine,
    /// The tasks that wait, by deadline, as far as they are listed.
    pub tasks: Vec<DigestTask>,
    /// How many wait in all.
    pub tasks_total: u64,
    /// How many of them are overdue.
    pub overdue: u64,
    /// What else happened, latest first, as far as it is listed.
    pub news: Vec<Text>,
    /// How much happened in all.
    pub news_total: u64,
}

/// A task that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestTask {
    /// What the case is called.
    pub title: Text,
    /// 流程编号.
    pub number: String,
    /// The title of the step.
    pub step: Text,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// What the templates may use. Templates know no lists, so a list is one text: a blank line between tasks, a line
/// for each piece of news.
#[derive(Debug, Serialize)]
pub struct View {
    waiting: u64,
    overdue: u64,
    tasks: String,
    more_tasks: Option<u64>,
    happened: u64,
    news: String,
    more_news: Option<u64>,
}

impl DigestTask {
    /// Two lines: what is to be done, and below it until when, with the number of the case.
    fn lines(&self, no: usize, frame: &Frame<'_>) -> String {
        let colon = frame.lang.pick("：", ": ");
        let (title, step, number) = (text(&self.title, frame), text(&self.step, frame), one_line(&self.number));
        let Some(due) = self.due_at else { return format!("{no}. {title}{colon}{step}\n{number}") };
        let remaining = remaining(frame.lang, frame.now, due);
        let due = moment(frame.lang, due).replace("（北京时间）", "").replace(" (Beijing time)", "");
        let until = match frame.lang {
            Lang::Zh => format!("{remaining}，时限{due}"),
            Lang::En => format!("{remaining}, due {due}"),
        };
        format!("{no}. {title}{colon}{step}\n{until} · {number}")
    }
}

impl Mail for Digest {
    const NAME: &'static str = "digest";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        if self.tasks_total > 0 { "/inbox" } else { "/notices" }.to_owned()
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        let rest = |total: u64, listed: usize| {
            total.checked_sub(listed.try_into().unwrap_or(u64::MAX)).filter(|rest| *rest > 0)
        };
        let tasks: Vec<_> = (1..).zip(&self.tasks).map(|(no, task)| task.lines(no, frame)).collect();
        let news: Vec<_> = (1..).zip(&self.news).map(|(no, news)| format!("{no}. {}", text(news, frame))).collect();
        View {
            waiting: self.tasks_total,
            overdue: self.overdue,
            tasks: tasks.join("\n\n"),
            more_tasks: rest(self.tasks_total, tasks.len()),
            happened: self.news_total,
            news: news.join("\n"),
            more_news: rest(self.news_total, news.len()),
        }
    }

    fn samples() -> Vec<Self> {
        let task = |step: &str, en: &str, due_at| DigestTask {
            title: Text::new("老旧小区供水管网改造", "老旧小区供水管网改造"),
            number: "预算申请〔2026〕12号".to_owned(),
            step: Text::new(step, en),
            due_at,
        };
        let late = Instant::from_timestamp(1_772_300_000, 0);
        let both = Self {
            case: sample_case(),
            tasks: vec![
                task("财政业务科审核", "Review by the finance section", late),
                task("结论审定", "Conclusion", sample_due()),
                task("填报预算申请", "Fill in the request", None),
            ],
            tasks_total: 14,
            overdue: 1,
            news: vec![Text::new("已办结：供水管网（预算申请，12号）", "Closed: 供水管网 (Budget request, No. 12)")],
            news_total: 1,
        };
        let news = Self { tasks: Vec::new(), tasks_total: 0, overdue: 0, ..both.clone() };
        let tasks = Self { news: Vec::new(), news_total: 0, tasks_total: 3, ..both.clone() };
        vec![both, news, tasks]
    }
}
