use serde::{Deserialize, Serialize};

use super::{CaseLine, Frame, Mail, moment, one_line, sample_case, sample_due, text};
use crate::{
    clock::Instant,
    language::{Lang, Text},
};

/// What somebody who leaves held passed to the recipient: one letter about all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// The first of the cases.
    pub case: CaseLine,
    /// The name of who leaves.
    pub from: String,
    /// The name of the administrator who handed it over.
    pub by: String,
    /// What the recipient has now; never empty.
    pub items: Vec<HandedItem>,
}

/// One thing that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedItem {
    /// The case.
    pub case: CaseLine,
    /// The title of the step; `None` where it is the case itself.
    pub step: Option<Text>,
    /// What is asked.
    pub what: Text,
    /// When it is due.
    pub due_at: Option<Instant>,
}

/// What the templates may use. Templates know no lists, so the list is one text with a line for each thing.
#[derive(Debug, Serialize)]
pub struct View {
    from: String,
    by: String,
    count: usize,
    list: String,
}

impl HandedItem {
    fn line(&self, frame: &Frame<'_>) -> String {
        let (colon, comma) = (frame.lang.pick("：", ": "), frame.lang.pick("，", ", "));
        let mut line = format!("{} {}", one_line(&self.case.number), text(&self.case.title, frame));
        line.push_str(colon);
        if let Some(step) = &self.step {
            line.push_str(&text(step, frame));
            line.push_str(comma);
        }
        line.push_str(&text(&self.what, frame));
        if let Some(due) = self.due_at {
            let due = moment(frame.lang, due);
            line.push_str(&match frame.lang {
                Lang::Zh => format!("，时限为{due}"),
                Lang::En => format!(", due {due}"),
            });
        }
        line
    }
}

impl Mail for HandedOver {
    const NAME: &'static str = "handed-over";
    type View = View;

    fn case(&self) -> &CaseLine {
        &self.case
    }

    fn path(&self) -> String {
        "/inbox".to_owned()
    }

    fn view(&self, frame: &Frame<'_>) -> View {
        let lines: Vec<_> = self.items.iter().map(|item| item.line(frame)).collect();
        View { from: one_line(&self.from), by: one_line(&self.by), count: self.items.len(), list: lines.join("\n") }
    }

    fn samples() -> Vec<Self> {
        let item = |step: Option<Text>, what: Text, due_at| HandedItem { case: sample_case(), step, what, due_at };
        let review = Text::new("财政业务科审核", "Review by the finance section");
        let decides = item(Some(review), Text::new("审批", "To decide"), sample_due());
        let starts = item(None, Text::new("作为发起人", "As the initiator"), None);
        let (from, by) = ("林静".to_owned(), "邓明".to_owned());
        let several = Self { case: sample_case(), from, by, items: vec![decides.clone(), starts] };
        vec![Self { items: vec![decides], ..several.clone() }, several]
    }
}
