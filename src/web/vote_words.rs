//! Modes and limits of a step, in words.

use super::flow::{entry, title};
use crate::{
    app::who_words::who,
    definition::{
        Definition, Limits, Mode, Order, Passes, Step, StepKind, StepName, Vote, VoteRoute, Weighed, registry,
    },
    language::Text,
};

/// Who is asked when and what passes; `None` where one person decides.
#[must_use]
pub fn mode(mode: &Mode) -> Option<Text> {
    match mode {
        Mode::Any => None,
        Mode::All => Some(Text::new("全部同意方可通过", "all must approve")),
        Mode::Sequence => Some(Text::new("依次办理，全部同意方可通过", "one after another, all must approve")),
        Mode::Vote(vote) => Some(voting(vote)),
    }
}

/// What conditions read of a vote, in words that follow the title of its step.
#[must_use]
pub fn counted(step: &Step, name: &str) -> Text {
    match name {
        "approve" => Text::new("的同意票", ": votes for"),
        "reject" => Text::new("的不同意票", ": votes against"),
        "abstain" => Text::new("的弃权票", ": abstentions"),
        "all" => Text::new("的全部票数", ": all votes"),
        "percent" => Text::new("的同意率（%）", ": % for"),
        grade => {
            let grade = match &step.kind {
                StepKind::Approve(approve) => approve.grades.iter().find(|one| one.name.as_str() == grade),
                StepKind::Fill(_)
                | StepKind::Gate(_)
                | StepKind::Choose(_)
                | StepKind::Parallel(_)
                | StepKind::Each(_)
                | StepKind::Wait(_)
                | StepKind::Start(_)
                | StepKind::Do(_)
                | StepKind::Record(_)
                | StepKind::Notify(_)
                | StepKind::End(_) => None,
            };
            let title = grade.map(|grade| grade.title.clone()).unwrap_or_default();
            Text::new(format!("评“{}”的票数", title.zh), format!(": votes for “{}”", title.en))
        }
    }
}

/// What a vote needs: 依次表决，2/3以上同意方可通过，一票否决.
#[must_use]
pub fn voting(vote: &Vote) -> Text {
    let mut zh = vec![match vote.order {
        Order::AtOnce => "同时表决".to_owned(),
        Order::Sequence => "依次表决".to_owned(),
    }];
    let mut en = vec![match vote.order {
        Order::AtOnce => "a vote of all at once".to_owned(),
        Order::Sequence => "a vote of one after another".to_owned(),
    }];
    let needed = match vote.passes {
        Passes::Any => Text::new("有1票即可", "one vote is enough"),
        Passes::All => Text::new("须全票", "every vote is needed"),
        Passes::Share { part, whole, over: false } => {
            Text::new(format!("须达到全部票数的{part}/{whole}"), format!("{part}/{whole} of all votes are needed"))
        }
        Passes::Share { part, whole, over: true } => Text::new(
            format!("须超过全部票数的{part}/{whole}"),
            format!("more than {part}/{whole} of all votes are needed"),
        ),
        Passes::Votes(votes) => Text::new(format!("须有{votes}票"), format!("{votes} votes are needed")),
    };
    zh.push(needed.zh);
    en.push(needed.en);
    if vote.veto {
        zh.push("一票否决".to_owned());
        en.push("one rejection decides".to_owned());
    }
    for weight in &vote.weights {
        let whose = match &weight.of {
            Weighed::Role(role) => entry(registry::ROLES, role.as_str()),
            Weighed::Person(login) => Text::new(login.as_str(), login.as_str()),
        };
        zh.push(format!("{}每人计{}票", whose.zh, weight.votes));
        en.push(format!("{} counts {}", whose.en, weight.votes));
    }
    Text::new(zh.join("，"), en.join(", "))
}

/// Where a vote without a result leads; `None` where nobody votes.
#[must_use]
pub fn otherwise(definition: &Definition, mode: &Mode) -> Option<Text> {
    Some(match mode.otherwise()? {
        VoteRoute::End(outcome) => {
            let end = entry(registry::OUTCOMES, outcome.as_str());
            Text::new(format!("表决未通过时办结：{}", end.zh), format!("a failed vote ends it: {}", end.en))
        }
        VoteRoute::Return(route) => {
            let to = step(definition, &route.to);
            Text::new(format!("表决未通过时退回“{}”", to.zh), format!("a failed vote returns it to “{}”", to.en))
        }
    })
}

/// Who is kept out, and who is asked where nobody may act.
#[must_use]
pub fn limits(definition: &Definition, limits: &Limits) -> Vec<Text> {
    let mut words = Vec::new();
    if !limits.not_by.is_empty() {
        let steps = limits.not_by.iter().map(|name| step(definition, name));
        let (zh, en): (Vec<_>, Vec<_>) = steps.map(|step| (format!("“{}”", step.zh), step.en)).unzip();
        words.push(Text::new(
            format!("办理过{}的人员回避", zh.join("、")),
            format!("not whoever acted in {}", en.join(", ")),
        ));
    }
    if limits.initiator_may_decide {
        words.push(Text::new("发起人可以审批", "the initiator may decide"));
    }
    if let Some(instead) = &limits.nobody {
        let instead = who(instead);
        words.push(Text::new(
            format!("无人可办时由{}办理", instead.zh),
            format!("where nobody may act: {}", instead.en),
        ));
    }
    words
}

fn step(definition: &Definition, name: &StepName) -> Text {
    definition.step(name).map_or_else(|| Text::new(name.as_str(), name.as_str()), title)
}
