//! What steps, decisions and outcomes are called, in both languages.

use chrono::NaiveDate;

use super::shown::{Chip, Tone, tone_of};
use crate::{
    clock::{Instant, ZONE},
    definition::{
        Citation, Definition, GradeRoute, ITEM, Lamp, Outcome, Quadrant, RoleName, Step, StepKind, StepName,
        registry::{self, Entry},
    },
    domain::project::{BudgetCategory, Instrument, Nature},
    engine::{
        Decision, Directory, Principal,
        tally::{Ballot, Tally},
    },
    ids::PersonId,
    language::Text,
    policy::Policy,
};

/// People named at most where a post has many holders.
const NAMES_MAX: usize = 3;

/// The title of a step; its bare name where a definition no longer has it.
#[must_use]
pub fn step(definition: &Definition, step: &StepName) -> Text {
    step_of(definition, step, None)
}

/// The title of a step for one item of a list: the item takes the place of `{item}`, or stands behind the title.
#[must_use]
pub fn step_of(definition: &Definition, step: &StepName, item: Option<&Text>) -> Text {
    let title =
        definition.step(step).map_or_else(|| Text::new(step.as_str(), step.as_str()), |step| step.title.clone());
    let Some(item) = item else { return without_item(&title) };
    let said = |title: &str, item: &str, (open, close): (&str, &str)| {
        if title.contains(ITEM) { title.replace(ITEM, item) } else { format!("{title}{open}{item}{close}") }
    };
    Text::new(said(&title.zh, &item.zh, ("（", "）")), said(&title.en, &item.en, (" (", ")")))
}

/// A title in which no item is at hand.
#[must_use]
pub fn without_item(title: &Text) -> Text {
    Text::new(title.zh.replace(ITEM, "各项"), title.en.replace(ITEM, "each item"))
}

/// A moment in Asia/Shanghai, to the minute.
#[must_use]
pub fn moment(at: Instant) -> String {
    at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M").to_string()
}

/// A decision taken at `step`.
#[must_use]
pub fn decision(definition: &Definition, step: &StepName, decision: &Decision) -> Text {
    let is_receipt = definition.step(step).is_some_and(Step::is_receipt);
    match decision {
        Decision::Approve if is_receipt => Text::new("签收", "Received"),
        Decision::Approve => Text::new("同意", "Approved"),
        Decision::Reject => Text::new("不同意", "Rejected"),
        Decision::Abstain => Text::new("弃权", "Abstained"),
        Decision::Return { to } => {
            let to = self::step(definition, to);
            if is_receipt {
                return Text::new(format!("退回补正至“{}”", to.zh), format!("Sent back to “{}”", to.en));
            }
            Text::new(format!("退回至“{}”", to.zh), format!("Returned to “{}”", to.en))
        }
        Decision::Grade(grade) => self::grade(definition.step(step), grade.as_str()).word,
    }
}

/// How a vote stood when it was settled, and what came of it.
#[must_use]
pub fn vote(definition: &Definition, step: &StepName, tally: &Tally, result: Option<&Ballot>) -> Text {
    let one = |ballot: Ballot| -> Option<Text> {
        let votes = tally.given.get(&ballot.counted_as())?;
        let word = ballot_word(definition, step, &ballot);
        Some(Text::new(format!("{}{votes}票", word.zh), format!("{}: {votes}", word.en)))
    };
    let grades = match definition.step(step).map(|step| &step.kind) {
        Some(StepKind::Approve(approve)) => &approve.grades[..],
        Some(_) | None => &[],
    };
    let kinds = [Ballot::Approve, Ballot::Reject].into_iter();
    let kinds = kinds.chain(grades.iter().map(|grade| Ballot::Grade(grade.name.clone()))).chain([Ballot::Abstain]);
    let counts: Vec<_> = kinds.filter_map(one).collect();
    let result = match result {
        Some(Ballot::Approve) => Text::new("通过", "passed"),
        Some(ballot) => ballot_word(definition, step, ballot),
        None => Text::new("未通过", "not passed"),
    };
    let (zh, en): (Vec<_>, Vec<_>) = counts.into_iter().map(|count| (count.zh, count.en)).unzip();
    Text::new(
        format!("表决结果：{}（共{}票）：{}", result.zh, tally.of, zh.join("、")),
        format!("the vote: {} (of {}): {}", result.en, tally.of, en.join(", ")),
    )
}

fn ballot_word(definition: &Definition, step: &StepName, ballot: &Ballot) -> Text {
    match ballot {
        Ballot::Approve => Text::new("同意", "for"),
        Ballot::Reject => Text::new("不同意", "against"),
        Ballot::Abstain => Text::new("弃权", "abstained"),
        Ballot::Grade(grade) => self::grade(definition.step(step), grade.as_str()).word,
    }
}

/// A grade given at one of `steps`: its title, and whether it lets the case go on.
pub fn grade<'a>(steps: impl IntoIterator<Item = &'a Step>, name: &str) -> Chip {
    let declared = steps.into_iter().find_map(|step| {
        let StepKind::Approve(approve) = &step.kind else { return None };
        approve.grades.iter().find(|grade| grade.name.as_str() == name)
    });
    let Some(grade) = declared else { return Chip::new(Tone::Plain, Text::new(name, name)) };
    let tone = match &grade.route {
        // A conclusion such as 不予支持 goes on as well, to be recorded.
        GradeRoute::Next => tone_of(name),
        GradeRoute::Return(_) => Tone::Warn,
        GradeRoute::End(outcome) => tone_of(outcome.as_str()),
    };
    Chip::new(tone, grade.title.clone())
}

/// What a case ended as.
#[must_use]
pub fn outcome(outcome: &Outcome) -> Text {
    entry(registry::outcome(outcome.as_str()), outcome.as_str())
}

/// The title of an entry, or the bare name.
#[must_use]
pub fn entry(found: Option<&Entry>, name: &str) -> Text {
    found.map_or_else(|| Text::new(name, name), |entry| Text::new(entry.zh, entry.en))
}

/// How a task was settled, from what its row keeps: `completed`, `approve`, `return`, `reject` or a grade.
#[must_use]
pub fn decided(definition: &Definition, decision: &str) -> Chip {
    match decision {
        "completed" => Chip::new(Tone::Plain, Text::new("已填报", "Filled in")),
        "approve" => Chip::new(Tone::Good, Text::new("已同意", "Approved")),
        "return" => Chip::new(Tone::Warn, Text::new("已退回", "Returned")),
        "reject" => Chip::new(Tone::Bad, Text::new("不同意", "Rejected")),
        "advised-approve" => Chip::new(Tone::Good, Text::new("建议同意", "Advised approving")),
        "advised-disapprove" => Chip::new(Tone::Warn, Text::new("建议不同意", "Advised against")),
        "abstain" => Chip::new(Tone::Plain, Text::new("已弃权", "Abstained")),
        name => grade(&definition.steps, name),
    }
}

/// Who has an open task and whom it waits for, from what its row keeps: `None` where there is nothing to say.
#[must_use]
pub fn hands(directory: &Directory, of: (Option<&str>, Option<PersonId>, Option<PersonId>)) -> Option<Chip> {
    let (asked, held_by, waits_for) = of;
    if let Some(awaited) = waits_for {
        let name = person(directory, awaited);
        return Some(Chip::new(Tone::Warn, Text::new(format!("等待{name}"), format!("Waits for {name}"))));
    }
    if let Some(holder) = held_by {
        let name = person(directory, holder);
        return Some(Chip::new(Tone::Active, Text::new(format!("{name}已认领"), format!("Claimed by {name}"))));
    }
    let asked = match asked? {
        "opinion" => Text::new("征求意见", "For an opinion"),
        "signer" => Text::new("加签", "Added signer"),
        "in-place" => Text::new("转办", "Transferred"),
        _ => return None,
    };
    Some(Chip::new(Tone::Plain, asked))
}

/// The name of an organisation; its code where it is gone.
#[must_use]
pub fn organisation(directory: &Directory, code: &str) -> Text {
    let found = directory.organisations.get(&code.into());
    found.map_or_else(|| Text::new(code, code), |organisation| organisation.name.clone())
}

/// The name of a person; a dash where they are gone.
#[must_use]
pub fn person(directory: &Directory, person: PersonId) -> String {
    directory.people.get(&person).map_or_else(|| "—".to_owned(), |person| person.name.clone())
}

/// Whoever may act: the post, and who holds it today.
#[must_use]
pub fn principal(directory: &Directory, principal: &Principal, day: NaiveDate) -> Text {
    let (role, org) = match principal {
        Principal::Person(id) => {
            let name = person(directory, *id);
            return Text::new(name.clone(), name);
        }
        Principal::Role(role, org) => (role, org),
    };
    let role = entry(registry::find(registry::ROLES, role.as_str()), role.as_str());
    let held: Vec<_> = directory.people_of(std::slice::from_ref(principal), day).into_iter().collect();
    let names: Vec<_> = held.iter().take(NAMES_MAX).map(|id| person(directory, *id)).collect();
    let more = if held.len() > NAMES_MAX { ("等", " and others") } else { ("", "") };
    let org = org.as_ref().map(|org| organisation(directory, org.as_str()));
    let (org_zh, org_en) = org.map_or((String::new(), String::new()), |org| (org.zh, format!("{}, ", org.en)));
    if names.is_empty() {
        return Text::new(format!("{org_zh}{}（暂无人员）", role.zh), format!("{org_en}{} (nobody)", role.en));
    }
    Text::new(
        format!("{org_zh}{}：{}{}", role.zh, names.join("、"), more.0),
        format!("{org_en}{}: {}{}", role.en, names.join(", "), more.1),
    )
}

/// The rule and clause that a citation names.
#[must_use]
pub fn citation(policy: &Policy, citation: &Citation) -> String {
    let rule = policy.rules.get(&citation.rule);
    format!("{} {}", rule.map_or(citation.rule.as_str(), |rule| rule.title.zh.as_str()), citation.clause)
}

/// Which of the four budgets.
#[must_use]
pub fn category(code: &str) -> Text {
    BudgetCategory::from_text(code).map_or_else(|| Text::new(code, code), BudgetCategory::title)
}

/// How the money is given.
#[must_use]
pub fn instrument(code: &str) -> Text {
    Instrument::from_text(code).map_or_else(|| Text::new(code, code), Instrument::title)
}

/// How long a project lasts.
#[must_use]
pub fn nature(code: &str) -> Text {
    Nature::from_text(code).map_or_else(|| Text::new(code, code), Nature::title)
}

/// A post.
#[must_use]
pub fn role(role: &RoleName) -> Text {
    entry(registry::find(registry::ROLES, role.as_str()), role.as_str())
}

/// A lamp: the word says what the colour says.
#[must_use]
pub fn lamp(lamp: Lamp) -> Chip {
    let tone = match lamp {
        Lamp::Red => Tone::Bad,
        Lamp::Yellow => Tone::Warn,
        Lamp::Green => Tone::Good,
        Lamp::Blue => Tone::Active,
    };
    Chip::new(tone, entry(registry::find(registry::LAMPS, lamp.word()), lamp.word()))
}

/// How the two clocks stand to one another.
#[must_use]
pub fn quadrant(quadrant: Quadrant) -> Text {
    entry(registry::find(registry::QUADRANTS, quadrant.word()), quadrant.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::library, definition::check};

    #[test]
    fn a_grade_that_does_not_let_the_case_go_on_is_no_good_news() {
        let files = library::embedded();
        let policy = Policy::read(&files).unwrap();
        let tone = |file: &str, name: &str| {
            let (_, source) = files.iter().find(|(path, _)| path == file).unwrap();
            decided(&check::read(source, &policy.vocabulary()).unwrap(), name).tone
        };
        let (assessment, targets) = ("ex-ante-assessment.yaml", "performance-targets.yaml");
        assert_eq!(tone(assessment, "adjusted"), Tone::Good);
        assert_eq!(tone(assessment, "not-supported"), Tone::Bad);
        assert_eq!(tone(assessment, "revise"), Tone::Warn);
        assert_eq!(tone(targets, "excellent"), Tone::Good);
        assert_eq!(tone(targets, "fair"), Tone::Warn);
        assert_eq!(tone(targets, "poor"), Tone::Bad);
    }
}
