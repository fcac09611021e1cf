use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};

use super::{
    question::{Answer, WORK_MAX as ONE_QUESTION, can_be, settled},
    scene::{Reader, Scene, Texts, Value, Variable},
};
use crate::{
    app::library,
    definition::{
        Place, check,
        condition::{Condition, Names, Term, TermType, Types, formula::Formula},
        problem::Problem,
    },
    language::Lang,
    policy::Policy,
};

const DAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

/// What is found for a choice of these conditions.
fn found(conditions: &[&str], otherwise: &str) -> Vec<Problem> {
    let branches: String = conditions
        .iter()
        .map(|when| {
            format!(
                "      - when: '{}'\n        steps:\n          - notify: {{ to: initiator, mail: copied-in }}\n",
                when.replace('\'', "''")
            )
        })
        .collect();
    let source = format!(
        "workflow: w\ntitle: {{ zh-CN: 流程, en: W }}\nabout: project\nbasis: [{{ rule: wuqing-plan, clause: 二(二)2 }}]\noutcomes: [accepted]\n\
         start: {{ by: {{ role: project-officer, of: project.unit }}, number: \"号{{year}}{{seq}}\" }}\n\
         form:\n  - {{ name: amount, type: money, required: true, title: {{ zh-CN: 申请金额, en: Amount }} }}\n  \
         - {{ name: other, type: money, required: true, title: {{ zh-CN: 其他资金, en: Other }} }}\n  \
         - {{ name: goal, type: text, required: true, title: {{ zh-CN: 目标, en: Goal }} }}\n  \
         - {{ name: done_on, type: date, required: true, title: {{ zh-CN: 完成日期, en: Done on }} }}\n  \
         - {{ name: urgent, type: flag, required: true, title: {{ zh-CN: 紧急, en: Urgent }} }}\n\
         steps:\n  - fill: draft\n    by: initiator\n    edit: [amount, other, goal, done_on, urgent]\n  \
         - approve: review\n    title: {{ zh-CN: 审核, en: Review }}\n    by: {{ role: finance-section }}\n    \
         grades: {{ excellent: next, good: next, fair: next }}\n  \
         - choose: by\n    branches:\n{branches}    otherwise: {otherwise}\n  - end: accepted\n"
    );
    let files = library::embedded();
    let policy = Policy::read(&files).unwrap();
    let definition = check::read(&source, &policy.vocabulary()).unwrap_or_else(|problems| {
        panic!("{source}\n{:?}", problems.iter().map(|problem| problem.line(Lang::En)).collect::<Vec<_>>())
    });
    super::check(&definition, &policy.thresholds.names(DAY))
}

/// The codes and the sentences, without what only `otherwise` takes.
fn verdicts(conditions: &[&str]) -> Vec<(&'static str, String)> {
    let found = found(conditions, "next").into_iter().filter(|problem| problem.code.text() != "E706");
    found.map(|problem| (problem.code.text(), problem.sentence.zh)).collect()
}

const STEPS: &str = "\n      - notify: { to: initiator, mail: copied-in }";

#[test]
fn each_verdict_has_its_code_and_shows_an_example() {
    type Verdict = (&'static str, &'static str);
    let cases: &[(&[&str], &[Verdict])] = &[
        (&["form.amount >= wan(500)", "form.amount >= wan(100)"], &[]),
        (&["form.amount >= wan(100)", "form.amount >= wan(500)"], &[("E702", "“申请金额”为 5,000,000 元")]),
        (&["form.amount > wan(5) && form.amount < wan(5)"], &[("E701", "永远不会执行")]),
        (&["form.amount > yuan(1) && form.amount < yuan(1) || form.urgent && !form.urgent"], &[("E701", "")]),
        (&["form.amount >= yuan(0)"], &[("E703", "不起判断作用")]),
        (&["form.amount >= wan(5)", "form.urgent"], &[("E704", "“申请金额”为 50,000 元，“紧急”为是")]),
        (&["form.amount < wan(5)", "form.amount >= wan(5)", "form.urgent"], &[("E702", "前面几个分支合起来")]),
        (&["form.amount > form.other", "form.other > form.amount", "form.amount == form.other"], &[]),
        (&["form.amount > form.other && form.other > wan(3) && form.amount < wan(3)"], &[("E701", "")]),
        (&["outcome.review == \"good\"", "outcome.review in [\"good\"]"], &[("E702", "“审核的结果”为“良”")]),
        (&["outcome.review in [\"excellent\", \"good\", \"fair\"]"], &[("E703", "")]),
        (&["form.done_on < date(\"2027-08-31\")", "form.done_on <= date(\"2027-08-31\")"], &[]),
        (&["form.done_on <= date(\"2027-08-31\")", "form.done_on < date(\"2027-08-31\")"], &[("E702", "2027-08-30")]),
        (&["form.done_on > date(\"2027-01-01\") && form.done_on < date(\"2027-01-02\")"], &[("E701", "")]),
        (&["form.goal == \"a\" && form.goal == \"b\""], &[("E701", "")]),
        (&["form.goal.startsWith(\"修\")", "form.goal.contains(\"路\")"], &[("E704", "“目标”为“修路”")]),
        (&["size(form.goal) > 5 && size(form.goal) < 6"], &[("E701", "")]),
        (&["size(form.goal) > 5", "size(form.goal) > 9"], &[("E702", "")]),
        (&["form.goal.startsWith(\"甲\") && form.goal.startsWith(\"乙\")"], &[("E707", "未能")]),
        (&["form.goal.contains(\"甲\") && !form.goal.contains(\"甲\")"], &[("E701", "")]),
        (&["form.amount >= policy.finance_leader_threshold", "form.amount >= wan(600)"], &[("E708", "现行政策值")]),
        (&["case.year > 2027 && case.year < 2029", "case.year == 2028"], &[("E702", "2028")]),
        (&["(form.amount > wan(1)) == form.urgent", "(form.amount > wan(1)) != form.urgent"], &[]),
    ];
    for (conditions, expected) in cases {
        let verdicts = verdicts(conditions);
        let codes: Vec<_> = verdicts.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, expected.iter().map(|(code, _)| *code).collect::<Vec<_>>(), "{conditions:?} {verdicts:?}");
        for ((_, sentence), (_, part)) in verdicts.iter().zip(*expected) {
            assert!(sentence.contains(part), "{conditions:?}: {sentence}");
        }
    }
}

#[test]
fn what_is_left_for_otherwise_is_said_with_an_example_or_that_there_is_nothing() {
    let gap = found(&["form.amount >= wan(500)"], "next");
    assert_eq!(gap[0].code.text(), "E706");
    assert!(gap[0].sentence.zh.contains("“申请金额”为 4,999,999.99 元"), "{}", gap[0].sentence.zh);
    assert!(gap[0].sentence.en.contains("“Amount” is 4,999,999.99 yuan"), "{}", gap[0].sentence.en);
    let whole = ["form.urgent", "!form.urgent"];
    assert!(found(&whole, "next").is_empty(), "otherwise: next is right where nothing is left");
    assert_eq!(found(&whole, STEPS)[0].code.text(), "E705");
}

#[test]
fn conditions_too_wide_for_the_bound_are_undecided_and_stop_at_once() {
    let types: Types = (0..30).map(|n| (format!("form.f{n}"), TermType::Int)).collect();
    let cycle: Vec<String> = (0..30).map(|n| format!("form.f{n} < form.f{}", (n + 1) % 30)).collect();
    let source = cycle.join(" && ");
    let condition = Condition::compile(&source, Place::default(), &types).unwrap();
    let formula = condition.formula().unwrap();
    let mut work = ONE_QUESTION;
    assert_eq!(can_be(&[(&formula, true)], condition.types(), &mut work), Answer::Open);
    assert_eq!(work, 0);
}

/// The names of the generated conditions; small enough to try everything.
fn small_types() -> Types {
    let one_of = TermType::OneOf(vec!["x".into(), "y".into(), "z".into()]);
    Types::from([
        ("form.a".to_owned(), TermType::Int),
        ("form.b".to_owned(), TermType::Int),
        ("form.c".to_owned(), one_of),
        ("form.f".to_owned(), TermType::Flag),
        ("form.t".to_owned(), TermType::Text),
    ])
}

/// Every situation that can matter: two numbers may lie on either side of each constant 2…5.
fn every_scene() -> Vec<Scene> {
    let name = |name: &str| Variable::Name(format!("form.{name}"));
    let text = |text: &str| Value::Text(text.to_owned());
    let mut scenes = vec![Scene::new()];
    let values: BTreeMap<Variable, Vec<Value>> = BTreeMap::from([
        (name("a"), (0..=7).map(Value::Number).collect()),
        (name("b"), (0..=7).map(Value::Number).collect()),
        (name("c"), ["x", "y", "z"].map(text).to_vec()),
        (name("f"), vec![Value::Flag(true), Value::Flag(false)]),
        (name("t"), ["p", "x", "y", "z", "elsewhere"].map(text).to_vec()),
    ]);
    for (variable, values) in values {
        scenes = scenes
            .into_iter()
            .flat_map(|scene| {
                let variable = variable.clone();
                values.clone().into_iter().map(move |value| {
                    let mut scene = scene.clone();
                    scene.insert(variable.clone(), value);
                    scene
                })
            })
            .collect();
    }
    scenes
}

fn condition() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let number = prop::sample::select(vec!["form.a", "form.b"]);
    let leaf = prop_oneof![
        (number.clone(), sign.clone(), 2..=5_i64).prop_map(|(name, sign, n)| format!("{name} {sign} {n}")),
        sign.prop_map(|sign| format!("form.a {sign} form.b")),
        prop::sample::select(vec!["x", "y", "z"]).prop_map(|value| format!("form.c == '{value}'")),
        Just("form.c in ['x', 'z']".to_owned()),
        Just("form.c == form.t".to_owned()),
        Just("form.t != 'p'".to_owned()),
        Just("form.f".to_owned()),
        (number, 2..=5_i64).prop_map(|(name, n)| format!("{name} in [{n}, 3]")),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) == ({b}))")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
}

fn names_of(scene: &Scene) -> Names {
    let name = |variable: &Variable| match variable {
        Variable::Name(name) => name.clone(),
        Variable::Size(_) | Variable::Open(_) => panic!("only names have values here"),
    };
    let term = |value: &Value| match value {
        Value::Number(number) => Term::Int(*number),
        Value::Text(text) => Term::Text(text.clone()),
        Value::Flag(flag) => Term::Flag(*flag),
    };
    scene.iter().map(|(variable, value)| (name(variable), term(value))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// What the search says agrees with trying everything, and a situation it names is one.
    #[test]
    fn verdicts_agree_with_trying_everything(sources in vec((condition(), any::<bool>()), 1..=3)) {
        let types = small_types();
        let conditions: Vec<_> = sources
            .iter()
            .map(|(source, wanted)| (Condition::compile(source, Place::default(), &types).unwrap(), *wanted))
            .collect();
        let formulas: Vec<(Formula, bool)> =
            conditions.iter().map(|(condition, wanted)| (condition.formula().unwrap(), *wanted)).collect();
        let goals: Vec<_> = formulas.iter().map(|(formula, wanted)| (formula, *wanted)).collect();
        let scenes = every_scene();
        let mut reader = Reader { texts: Texts::Whole, work_left: u64::MAX };
        let mut meets = |scene: &Scene| goals.iter().all(|(f, wanted)| reader.holds(f, scene) == Some(*wanted));
        let possible = scenes.iter().any(&mut meets);
        let mut work = ONE_QUESTION;
        match can_be(&goals, &types, &mut work) {
            Answer::No => prop_assert!(!possible, "{sources:?} is possible"),
            Answer::Open => prop_assert!(false, "{sources:?} is small"),
            Answer::Yes(scene) => {
                prop_assert!(possible, "{sources:?} is impossible, not {scene:?}");
                prop_assert!(meets(&scene), "{sources:?} does not hold in {scene:?}");
            }
        }
        // The formula means what the engine evaluates.
        for scene in scenes.iter().step_by(41) {
            for ((condition, _), (formula, _)) in conditions.iter().zip(&formulas) {
                prop_assert_eq!(condition.holds(&names_of(scene)).ok(), reader.holds(formula, scene), "{}", condition.source);
            }
        }
    }
}

#[test]
fn a_settled_formula_has_the_value_in_place_of_the_name() {
    let types = Types::from([("policy.limit".to_owned(), TermType::Money), ("form.a".to_owned(), TermType::Money)]);
    let condition = Condition::compile("form.a > policy.limit", Place::default(), &types).unwrap();
    let formula = condition.formula().unwrap();
    let today = settled(&formula, &Names::from([("policy.limit".to_owned(), Term::Money(500))]));
    let mut reader = Reader { texts: Texts::Whole, work_left: 9 };
    let scene = Scene::from([(Variable::Name("form.a".to_owned()), Value::Number(501))]);
    assert_eq!((reader.holds(&formula, &scene), reader.holds(&today, &scene)), (None, Some(true)));
}

/// A choice inside the second branch of another one, with what stands before it there.
fn nested(before: &str, when: &str) -> Vec<&'static str> {
    let inner = format!(
        "\n{before}      - choose: inner\n        branches:\n          - when: '{when}'\n            steps:\n              \
         - notify: {{ to: initiator, mail: copied-in }}\n        otherwise: next"
    );
    let all = found(&["form.amount >= wan(100)"], &inner);
    all.iter().map(|problem| problem.code.text()).filter(|code| *code != "E706").collect()
}

#[test]
fn a_choice_inside_a_branch_knows_what_led_there_until_it_is_written_anew() {
    assert_eq!(nested("", "form.amount >= wan(500)"), ["E701"], "less than a million came here");
    assert_eq!(nested("", "form.amount < wan(200)"), ["E703"]);
    assert_eq!(nested("", "form.amount >= wan(50)"), [""; 0]);
    let anew = "      - fill: anew\n        by: initiator\n        edit: [amount]\n";
    assert_eq!(nested(anew, "form.amount >= wan(500)"), [""; 0], "the amount may be another one by now");
}
