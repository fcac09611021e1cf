//! The two grammars of a line, English and Chinese, which say the same things.

use chrono::NaiveDate;

use super::{
    deeds::verb,
    district::amount,
    sentence::{Claim, Deed, Sentence},
    words::{Word, WordKind},
};
use crate::money::Money;

/// What the line says; `None` when it says nothing.
pub(super) fn parse(words: &[Word]) -> Option<Sentence> {
    passing(words).or_else(|| people(words)).or_else(|| claim(words).map(Sentence::Holds)).or_else(|| deed(words))
}

fn passing(words: &[Word]) -> Option<Sentence> {
    let (first, last) = (words.first()?, words.last()?);
    if last.is(&["pass", "passes"]) {
        return joined(&words[..words.len() - 1], " ").parse().ok().map(Sentence::Passes);
    }
    match words {
        [_, rest @ ..] if first.is(&["过"]) => joined(rest, "").parse().ok().map(Sentence::Passes),
        [date, verb] if verb.is(&["arrives"]) => reached(date),
        [verb, date] if verb.is(&["到"]) => reached(date),
        _ => None,
    }
}

fn reached(date: &Word) -> Option<Sentence> {
    date.text.parse().ok().map(|day| Sentence::Reaches(day, date.spot))
}

fn people(words: &[Word]) -> Option<Sentence> {
    match words {
        [who, verb] if verb.is(&["leaves", "离任"]) => Some(Sentence::Leaves(who.clone())),
        [who, verb, role, of, org] if verb.is(&["becomes", "任职"]) && of.is(&["of", "于"]) => {
            Some(Sentence::Becomes(who.clone(), role.clone(), org.clone()))
        }
        _ => None,
    }
}

fn claim(words: &[Word]) -> Option<Claim> {
    if let Some((case, rest)) = subject(words) {
        match rest {
            [verb, outcome] if verb.is(&["ends", "办结为"]) => return Some(Claim::Ends(case, outcome.clone())),
            [verb, at, steps @ ..] if verb.is(&["waits"]) && at.is(&["at"]) => {
                return Some(Claim::WaitsAt(case, list(steps)?));
            }
            [verb, steps @ ..] if verb.is(&["停在"]) => return Some(Claim::WaitsAt(case, list(steps)?)),
            _ => {}
        }
    }
    if let Some(told) = told(words) {
        return Some(told);
    }
    match words {
        [step, waits, what, people @ ..] if waits.is(&["waits"]) && what.is(&["for"]) => {
            Some(Claim::WaitsFor(step.clone(), list(people)?))
        }
        [step, waits, people @ ..] if waits.is(&["待"]) => Some(Claim::WaitsFor(step.clone(), list(people)?)),
        [nobody, can, act, step] if nobody.is(&["nobody"]) && can.is(&["can"]) && act.is(&["do"]) => {
            Some(Claim::Nobody(step.clone()))
        }
        [step, nobody] if nobody.is(&["无人可办"]) => Some(Claim::Nobody(step.clone())),
        [step, is, due, on, day] if is.is(&["is"]) && due.is(&["due"]) && on.is(&["on"]) => due_on(step, day),
        [step, due, day] if due.is(&["截止"]) => due_on(step, day),
        [there, is, no, fact] if there.is(&["there"]) && is.is(&["is"]) && no.is(&["no"]) => {
            Some(Claim::NoFact(fact.clone()))
        }
        [no, fact] if no.is(&["没有"]) => Some(Claim::NoFact(fact.clone())),
        [who, is, copied, within] if is.is(&["is"]) && copied.is(&["copied"]) && within.is(&["in"]) => {
            Some(Claim::CopiedIn(who.clone()))
        }
        [who, copied] if copied.is(&["收到抄送"]) => Some(Claim::CopiedIn(who.clone())),
        [effect, is, done] if is.is(&["is"]) && done.is(&["done"]) => Some(Claim::Effect(effect.clone(), true)),
        [effect, is, not, done] if is.is(&["is"]) && not.is(&["not"]) && done.is(&["done"]) => {
            Some(Claim::Effect(effect.clone(), false))
        }
        [effect, done] if done.is(&["已执行", "未执行"]) => {
            Some(Claim::Effect(effect.clone(), done.text == "已执行"))
        }
        [fact, is, value @ ..] if is.is(&["is", "为"]) => {
            let (value, cap) = fact_value(value)?;
            Some(Claim::Fact(fact.clone(), value, cap))
        }
        _ => None,
    }
}

/// Who was told of the deadline of a step.
fn told(words: &[Word]) -> Option<Claim> {
    match words {
        [who, verb, step] if verb.is(&["收到提醒", "未收到提醒"]) => {
            Some(Claim::Reminded(who.clone(), step.clone(), verb.text == "收到提醒"))
        }
        [who, verb, step] if verb.is(&["得知逾期", "未得知逾期"]) => {
            Some(Claim::ToldLate(who.clone(), step.clone(), verb.text == "得知逾期"))
        }
        [who, is, rest @ ..] if is.is(&["is"]) => {
            let (told, rest) = match rest {
                [not, rest @ ..] if not.is(&["not"]) => (false, rest),
                _ => (true, rest),
            };
            match rest {
                [reminded, of, step] if reminded.is(&["reminded"]) && of.is(&["of"]) => {
                    Some(Claim::Reminded(who.clone(), step.clone(), told))
                }
                [verb, that, step, is, late]
                    if verb.is(&["told"]) && that.is(&["that"]) && is.is(&["is"]) && late.is(&["late"]) =>
                {
                    Some(Claim::ToldLate(who.clone(), step.clone(), told))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `the case`, `办件`, or the name of a workflow.
fn subject(words: &[Word]) -> Option<(Option<Word>, &[Word])> {
    match words {
        [the, case, rest @ ..] if the.is(&["the"]) && case.is(&["case"]) => Some((None, rest)),
        [case, rest @ ..] if case.is(&["办件"]) => Some((None, rest)),
        [workflow, rest @ ..] => Some((Some(workflow.clone()), rest)),
        [] => None,
    }
}

fn due_on(step: &Word, day: &Word) -> Option<Claim> {
    let day: NaiveDate = day.text.parse().ok()?;
    Some(Claim::Due(step.clone(), day))
}

/// Names separated by commas, `and` or `、`.
pub(super) fn list(words: &[Word]) -> Option<Vec<Word>> {
    let named = words.iter().filter(|word| !word.is_comma() && !word.is(&["and", "和"])).flat_map(|word| {
        word.text.split('、').filter(|part| !part.is_empty()).map(|part| Word { text: part.to_owned(), ..word.clone() })
    });
    let named: Vec<_> = named.collect();
    (!named.is_empty()).then_some(named)
}

/// `supported`, `supported up to 120万元`, `予以支持 上限 120万元`.
pub(super) fn fact_value(words: &[Word]) -> Option<(Word, Option<Money>)> {
    match words {
        [value] => Some((value.clone(), None)),
        [value, up, to, rest @ ..] if up.is(&["up"]) && to.is(&["to"]) => {
            Some((value.clone(), Some(amount(&joined(rest, ""))?)))
        }
        [value, upto, rest @ ..] if upto.is(&["上限"]) => Some((value.clone(), Some(amount(&joined(rest, ""))?))),
        _ => None,
    }
}

fn deed(words: &[Word]) -> Option<Sentence> {
    let because = words.iter().position(|word| word.is(&["because", "因为"]));
    let (told, why) = words.split_at(because.unwrap_or(words.len()));
    let told = if told.last().is_some_and(Word::is_comma) { &told[..told.len() - 1] } else { told };
    let why = why.get(1..).unwrap_or_default();
    let (actor, rest) = told.split_first()?;
    let cannot = rest.first().is_some_and(|word| word.is(&["cannot", "不能"]));
    let (verb, rest) = verb(if cannot { &rest[1..] } else { rest })?;
    let (fields, without) = additions(rest)?;
    // Nothing is filled in with what decides nothing; what is said all the same must not be passed over.
    if !fields.is_empty() && !verb.takes_fields() {
        return None;
    }
    let mut deed = Deed { actor: actor.clone(), verb, fields, without, reason: None };
    match (cannot, why.first()) {
        (true, Some(first)) => {
            let expected = if first.kind == WordKind::Quoted { first.text.clone() } else { joined(why, " ") };
            Some(Sentence::Cannot(deed, Word { text: expected, ..first.clone() }))
        }
        // Why it is refused must be said: any slip would be refused for some reason.
        (true, None) => None,
        (false, _) if because.is_some() && why.is_empty() => None,
        (false, _) => {
            deed.reason = because.map(|_| joined(why, " "));
            Some(Sentence::Does(deed))
        }
    }
}

/// Fields with their values, and names that are left out.
type Additions = (Vec<(Word, Word)>, Vec<Word>);

/// `with amount 120万元, purpose 修路 without files`: fields with their values, and names that are left out.
fn additions(words: &[Word]) -> Option<Additions> {
    let (mut fields, mut without) = (Vec::new(), Vec::new());
    let starts = |word: &Word| word.is_comma() || word.is(&["with", "and", "without", "不填", "不写"]);
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        if !starts(first) {
            return None;
        }
        // A comma before “without” only separates.
        if first.is_comma() && after.first().is_some_and(|word| word.is(&["without", "不填", "不写", "with"])) {
            rest = after;
            continue;
        }
        let end = after.iter().position(starts).unwrap_or(after.len());
        let (piece, tail) = after.split_at(end);
        if first.is(&["without", "不填", "不写"]) {
            without.extend(list(piece)?);
        } else {
            let (field, value) = piece.split_first()?;
            let head = value.first()?;
            fields.push((field.clone(), Word { text: joined(value, " "), ..head.clone() }));
        }
        rest = tail;
    }
    Some((fields, without))
}

fn joined(words: &[Word], by: &str) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        definition::tree,
        verify::scenarios::{forms::FORMS, words::words},
    };

    fn parsed(line: &str) -> String {
        let quoted = format!("- {line}\n");
        let (root, _) = tree::read(&quoted).unwrap();
        let tree::NodeKind::List(items) = root.kind else { panic!("a list") };
        let spot = regex::Regex::new("spot: Spot \\{ at: Place \\{ [^}]* \\}, len: \\d+ \\}, ").unwrap();
        let place = regex::Regex::new(", Spot \\{[^}]*\\}[^}]*\\}").unwrap();
        let shown = format!("{:?}", parse(&words(&items[0])));
        place.replace_all(&spot.replace_all(&shown, ""), "").replace("Quoted", "Bare")
    }

    #[test]
    fn both_languages_say_the_same_in_every_form() {
        for (english, chinese) in [
            ("li-wei starts targets", "li-wei 发起 targets"),
            ("li-wei starts targets for 2028", "li-wei 发起 targets 年度 2028"),
            (
                "li-wei completes draft with amount 1,200万元, goal 修路",
                "li-wei 填报 draft，amount 1,200万元，goal 修路",
            ),
            ("li-wei completes draft without goal", "li-wei 填报 draft，不填 goal"),
            ("a approves step", "a 同意 step"),
            ("a rejects step because 理由", "a 不同意 step，因为 理由"),
            ("a returns step to draft because \"未 量化\"", "a 退回 step 至 draft，因为“未 量化”"),
            ("a receives step", "a 签收 step"),
            ("a answers step with reply 已办", "a 答复 step，reply 已办"),
            ("a answers step as declined", "a 答复 step 为 declined"),
            ("a grades step poor", "a 评定 step 为 poor"),
            ("a withdraws the case", "a 撤销 办件"),
            ("a takes back targets", "a 收回 targets"),
            ("a cannot start x because \"绩效目标\"", "a 不能 发起 x，因为“绩效目标”"),
            ("a takes back the decision because 理由", "a 撤回 决定，因为 理由"),
            ("a abstains at step", "a 弃权 step"),
            ("a claims step", "a 认领 step"),
            ("a releases step", "a 归还 step"),
            ("a transfers step to b because 理由", "a 转办 step 给 b，因为 理由"),
            ("a delegates step to b", "a 委派 step 给 b"),
            ("b advises for step because 理由", "b 建议同意 step，因为 理由"),
            ("b advises against step", "b 建议不同意 step"),
            ("a calls back step", "a 收回委派 step"),
            ("a adds b before step", "a 前加签 b 于 step"),
            ("a adds b after step", "a 后加签 b 于 step"),
            ("a adds b beside step", "a 并签 b 于 step"),
            ("a removes b from step", "a 减签 b 于 step"),
            ("a urges step", "a 催办 step"),
            ("a chooses b and c for step", "a 选定 b、c 办理 step"),
            ("a suspends the case", "a 挂起 办件"),
            ("a resumes the case because 理由", "a 恢复 办件，因为 理由"),
            ("a terminates the case", "a 终止 办件"),
            ("a cannot claim step because \"认领\"", "a 不能 认领 step，因为“认领”"),
            ("5 working days pass", "过 5个工作日"),
            ("2027-01-04 arrives", "到 2027-01-04"),
            ("a leaves", "a 离任"),
            ("a becomes auditor of audit", "a 任职 auditor 于 audit"),
            ("the case ends blocked", "办件 办结为 blocked"),
            ("targets ends accepted", "targets 办结为 accepted"),
            ("the case waits at one and two", "办件 停在 one、two"),
            ("step waits for a", "step 待 a"),
            ("nobody can do step", "step 无人可办"),
            ("step is due on 2026-11-30", "step 截止 2026-11-30"),
            ("targets is accepted up to 120万元", "targets 为 accepted 上限 120万元"),
            ("there is no targets", "没有 targets"),
            ("submit is done", "submit 已执行"),
            ("submit is not done", "submit 未执行"),
            ("a is copied in", "a 收到抄送"),
            ("a is reminded of step", "a 收到提醒 step"),
            ("a is not reminded of step", "a 未收到提醒 step"),
            ("a is told that step is late", "a 得知逾期 step"),
            ("a is not told that step is late", "a 未得知逾期 step"),
        ] {
            let english_says = parsed(english);
            assert_ne!(english_says, "None", "{english}");
            assert_eq!(english_says, parsed(chinese), "{english} / {chinese}");
        }
    }

    #[test]
    fn every_sentence_of_the_reference_is_understood_and_says_the_same_in_both_languages() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/README.md");
        let reference = std::fs::read_to_string(path).unwrap();
        let table = reference.split("## 情景 · Scenarios").nth(1).unwrap();
        let rows: Vec<_> = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).collect();
        let rows = rows.iter().take_while(|line| line.starts_with('|'));
        let told = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let names = regex::Regex::new("text: \"[^\"]*\"").unwrap();
        let mut sentences = 0;
        for row in rows {
            let cells: Vec<_> = row.split('|').collect();
            let (chinese, english) = (told(cells[1]), told(cells[2]));
            assert_eq!(chinese.len(), english.len(), "{row}");
            for (chinese, english) in chinese.iter().zip(&english) {
                assert_ne!(parsed(english), "None", "{english}");
                // People and grades go by other names.
                assert_eq!(names.replace_all(&parsed(english), "_"), names.replace_all(&parsed(chinese), "_"), "{row}");
                sentences += 1;
            }
        }
        assert!(sentences > 50, "{sentences}");
    }

    #[test]
    fn every_sentence_that_is_offered_is_understood() {
        let shown = |text: String| text.split(['；', ';']).map(|one| one.trim().to_owned()).collect::<Vec<_>>();
        for (_, english, chinese) in FORMS {
            for line in shown((*english).to_owned()).into_iter().chain(shown((*chinese).to_owned())) {
                // Where the rest of a sentence is as in the one before.
                if !line.contains("… after") && !line.contains("… beside") && !line.ends_with(" …") {
                    assert_ne!(parsed(&line), "None", "{line}");
                }
            }
        }
    }

    #[test]
    fn what_says_nothing_is_not_guessed() {
        for line in [
            "li-wei begins targets",
            "li-wei cannot start targets",
            "a returns step",
            "five days pass",
            "a approves step quickly",
            "targets is accepted up to 120",
            "a rejects step because",
        ] {
            assert_eq!(parsed(line), "None", "{line}");
        }
    }
}
