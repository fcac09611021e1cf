//! What people do, in both languages: the words of a deed between its actor and what is written with it.

use super::{
    grammar::list,
    sentence::{Halt, TermWord, Verb},
    words::Word,
};
use crate::engine::tasks::Placing;

/// What somebody does, and what stands behind it; `None` when the words say nothing that people do.
pub(super) fn verb(words: &[Word]) -> Option<(Verb, &[Word])> {
    match words {
        [is, workflow, of, year, rest @ ..] if is.is(&["starts", "start", "发起"]) && of.is(&["for", "年度"]) => {
            Some((Verb::Start(workflow.clone(), Some(year.clone())), rest))
        }
        [is, workflow, rest @ ..] if is.is(&["starts", "start", "发起"]) => {
            Some((Verb::Start(workflow.clone(), None), rest))
        }
        [is, step, rest @ ..] if is.is(&["completes", "complete", "填报"]) => {
            Some((Verb::Complete(step.clone()), rest))
        }
        [is, step, rest @ ..] if is.is(&["approves", "approve", "同意"]) => Some((Verb::Approve(step.clone()), rest)),
        [is, step, rest @ ..] if is.is(&["receives", "receive", "签收"]) => Some((Verb::Receive(step.clone()), rest)),
        [is, step, to, result, rest @ ..] if is.is(&["answers", "answer", "答复"]) && to.is(&["as", "为"]) => {
            Some((Verb::Answer(step.clone(), Some(result.clone())), rest))
        }
        [is, step, rest @ ..] if is.is(&["answers", "answer", "答复"]) => {
            Some((Verb::Answer(step.clone(), None), rest))
        }
        [is, step, rest @ ..] if is.is(&["rejects", "reject", "不同意"]) => Some((Verb::Reject(step.clone()), rest)),
        [is, step, to, target, rest @ ..] if is.is(&["returns", "return", "退回"]) && to.is(&["to", "至", "到"]) => {
            Some((Verb::Return(step.clone(), target.clone()), rest))
        }
        [is, step, to, grade, rest @ ..] if is.is(&["grades", "grade", "评定"]) && to.is(&["as", "为"]) => {
            Some((Verb::Grade(step.clone(), grade.clone()), rest))
        }
        [is, step, grade, rest @ ..] if is.is(&["grades", "grade"]) => {
            Some((Verb::Grade(step.clone(), grade.clone()), rest))
        }
        [is, the, case, rest @ ..] if is.is(&["withdraws", "withdraw"]) && the.is(&["the"]) && case.is(&["case"]) => {
            Some((Verb::Withdraw, rest))
        }
        [is, case, rest @ ..] if is.is(&["撤销"]) && case.is(&["办件"]) => Some((Verb::Withdraw, rest)),
        [is, back, the, decision, rest @ ..]
            if is.is(&["takes", "take"]) && back.is(&["back"]) && the.is(&["the"]) && decision.is(&["decision"]) =>
        {
            Some((Verb::TakeBackDecision, rest))
        }
        [is, back, fact, rest @ ..] if is.is(&["takes", "take"]) && back.is(&["back"]) => {
            Some((Verb::TakeBack(fact.clone()), rest))
        }
        [is, fact, rest @ ..] if is.is(&["收回"]) => Some((Verb::TakeBack(fact.clone()), rest)),
        _ => whole(words).or_else(|| term(words)),
    }
}

/// What is done to the whole case, or to the last decision.
fn whole(words: &[Word]) -> Option<(Verb, &[Word])> {
    let (is, rest) = words.split_first()?;
    let halt = |verbs: [&[&str]; 3]| {
        let found = verbs.iter().position(|verbs| is.is(verbs))?;
        Some([Halt::Suspend, Halt::Resume, Halt::Terminate][found])
    };
    match rest {
        [the, case, rest @ ..] if the.is(&["the"]) && case.is(&["case"]) => {
            let halt = halt([&["suspends", "suspend"], &["resumes", "resume"], &["terminates", "terminate"]])?;
            Some((Verb::Halt(halt), rest))
        }
        [case, rest @ ..] if case.is(&["办件"]) => Some((Verb::Halt(halt([&["挂起"], &["恢复"], &["终止"]])?), rest)),
        [decision, rest @ ..] if is.is(&["撤回"]) && decision.is(&["决定"]) => Some((Verb::TakeBackDecision, rest)),
        _ => None,
    }
}

/// What is done with one task besides deciding it.
fn term(words: &[Word]) -> Option<(Verb, &[Word])> {
    let on = |term: TermWord, step: &Word| Verb::OnTask(term, step.clone());
    match words {
        [is, rest @ ..] if is.is(&["chooses", "choose", "选定"]) => {
            let (people, rest) = rest.split_at(rest.iter().position(|word| word.is(&["for", "办理"]))?);
            let [_, step, rest @ ..] = rest else { return None };
            Some((on(TermWord::Choose(list(people)?), step), rest))
        }
        [is, at, step, rest @ ..] if is.is(&["abstains", "abstain"]) && at.is(&["at"]) => {
            Some((Verb::Abstain(step.clone()), rest))
        }
        [is, side, step, rest @ ..] if is.is(&["advises", "advise"]) && side.is(&["for", "against"]) => {
            Some((on(TermWord::Advise(side.is(&["for"])), step), rest))
        }
        [is, back, step, rest @ ..] if is.is(&["calls", "call"]) && back.is(&["back"]) => {
            Some((on(TermWord::CallBack, step), rest))
        }
        [is, step, to, who, rest @ ..] if is.is(&["transfers", "transfer", "转办"]) && to.is(&["to", "给"]) => {
            Some((on(TermWord::Transfer(who.clone()), step), rest))
        }
        [is, step, to, who, rest @ ..] if is.is(&["delegates", "delegate", "委派"]) && to.is(&["to", "给"]) => {
            Some((on(TermWord::Delegate(who.clone()), step), rest))
        }
        [is, who, place, step, rest @ ..] if is.is(&["adds", "add"]) => {
            Some((on(TermWord::Add(placing(place, [&["before"], &["after"], &["beside"]])?, who.clone()), step), rest))
        }
        [is, who, from, step, rest @ ..] if is.is(&["removes", "remove", "减签"]) && from.is(&["from", "于"]) => {
            Some((on(TermWord::Remove(who.clone()), step), rest))
        }
        [is, who, at, step, rest @ ..] if at.is(&["于"]) => {
            Some((on(TermWord::Add(placing(is, [&["前加签"], &["后加签"], &["并签"]])?, who.clone()), step), rest))
        }
        [is, step, rest @ ..] => {
            let term = if is.is(&["claims", "claim", "认领"]) {
                TermWord::Claim
            } else if is.is(&["releases", "release", "归还"]) {
                TermWord::Release
            } else if is.is(&["urges", "urge", "催办"]) {
                TermWord::Urge
            } else if is.is(&["收回委派"]) {
                TermWord::CallBack
            } else if is.is(&["建议同意", "建议不同意"]) {
                TermWord::Advise(is.text == "建议同意")
            } else if is.is(&["弃权"]) {
                return Some((Verb::Abstain(step.clone()), rest));
            } else {
                return None;
            };
            Some((on(term, step), rest))
        }
        _ => None,
    }
}

fn placing(word: &Word, of: [&[&str]; 3]) -> Option<Placing> {
    let found = of.iter().position(|words| word.is(words))?;
    Some([Placing::Before, Placing::After, Placing::Parallel][found])
}
