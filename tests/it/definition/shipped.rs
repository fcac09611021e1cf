//! The workflows that ship with Yumen.

use yumen::{
    definition::{
        Definition, FieldKind, GradeRoute, Resume, StepKind, StepName,
        check::{self, read_folder},
        problem::render,
    },
    language::Lang,
};

use super::{shipped_files, vocabulary};

fn shipped() -> Vec<Definition> {
    let files: Vec<_> = shipped_files().into_iter().collect();
    read_folder(&files, &vocabulary()).unwrap_or_else(|problems| {
        let source = |file: &str| files.iter().find(|(name, _)| name == file).map_or("", |(_, source)| source.as_str());
        let shown: Vec<_> =
            problems.iter().map(|p| render(p, source(p.file.as_deref().unwrap_or_default()), Lang::Zh)).collect();
        panic!("{}", shown.concat())
    })
}

fn workflow(name: &str) -> Definition {
    shipped().into_iter().find(|definition| definition.name.as_str() == name).expect("it is shipped")
}

#[test]
fn the_shipped_workflows_have_no_problems() {
    for definition in shipped() {
        // Nobody withdraws from being monitored, or from rectifying what was found.
        let must_go_on = ["monitoring", "rectification"].contains(&definition.name.as_str());
        assert_ne!(definition.may_be_withdrawn(), must_go_on, "{}", definition.name);
        assert!(!definition.basis.is_empty(), "{} cites no article", definition.name);
        for field in &definition.form {
            assert_ne!(field.title.zh, field.name.as_str(), "{}: {} has no title", definition.name, field.name);
        }
        for step in definition.steps.iter().filter(|s| matches!(s.kind, StepKind::Fill(_) | StepKind::Approve(_))) {
            assert_ne!(step.title.zh, step.name.as_str(), "{}: {} has no title", definition.name, step.name);
        }
    }
}

#[test]
fn every_article_cited_is_in_the_register() {
    let rules = super::text("workflows/policy/rules.yaml");
    let register = yumen::policy::Policy::read(&[
        ("policy/rules.yaml".to_owned(), rules),
        ("policy/thresholds.yaml".to_owned(), super::text("workflows/policy/thresholds.yaml")),
        ("policy/scoring.yaml".to_owned(), super::text("workflows/policy/scoring.yaml")),
        ("policy/lamps.yaml".to_owned(), super::text("workflows/policy/lamps.yaml")),
    ])
    .expect("shipped policy is sound")
    .rules;
    for definition in shipped() {
        let of_steps = definition.steps.iter().flat_map(|step| &step.basis);
        for citation in definition.basis.iter().chain(of_steps) {
            assert!(register.article(citation).is_some(), "{}: {citation:?} was never read", definition.name);
        }
    }
}

#[test]
fn the_four_grades_of_the_target_review_lead_where_article_25_says() {
    let targets = workflow("performance-targets");
    let review = targets.step(&StepName::from("finance-review")).expect("finance reviews");
    let StepKind::Approve(approve) = &review.kind else { panic!("finance decides") };
    let routes: Vec<_> = approve.grades.iter().map(|grade| (grade.name.as_str(), &grade.route)).collect();
    assert!(matches!(routes[0], ("excellent", GradeRoute::Next)));
    assert!(
        matches!(routes[1], ("good", GradeRoute::Return(way)) if way.resume == Resume::Here && way.to.as_str() == "goals")
    );
    assert!(
        matches!(routes[2], ("fair", GradeRoute::Return(way)) if way.resume == Resume::Through && way.to.as_str() == "draft")
    );
    assert!(matches!(routes[3], ("poor", GradeRoute::End(outcome)) if outcome.as_str() == "blocked"));
}

#[test]
fn both_gates_stand_before_the_draft_and_again_right_before_the_submission() {
    let request = workflow("budget-request");
    let kinds: Vec<_> = request.blocks[0].steps.iter().map(|index| &request.steps[*index].kind).collect();
    let gates = |kinds: &[&StepKind]| -> Vec<String> {
        kinds
            .iter()
            .filter_map(|kind| if let StepKind::Gate(g) = kind { Some(g.fact.to_string()) } else { None })
            .collect()
    };
    let effect = kinds.iter().position(|kind| matches!(kind, StepKind::Do(_))).expect("it submits");
    assert_eq!(gates(&kinds[..2]), ["assessment", "targets"]);
    assert_eq!(gates(&kinds[effect - 2..effect]), ["assessment", "targets"]);
    for kind in &kinds[effect - 2..effect] {
        assert!(matches!(kind, StepKind::Gate(gate) if gate.covers.as_ref().is_some_and(|f| f.as_str() == "amount")));
    }
}

#[test]
fn the_assessment_is_scored_on_the_sheet_of_policy() {
    let assessment = workflow("ex-ante-assessment");
    assert!(assessment.form.iter().any(|f| f.kind == FieldKind::ScoreSheet("assessment-project".to_owned())));
}

#[test]
fn a_definition_is_pinned_by_the_sm3_of_its_source() {
    let (_, source) = shipped_files().pop_first().expect("there are some");
    let definition = check::read(&source, &vocabulary()).expect("it is sound");
    assert_eq!(definition.hash, check::hash(&source));
    assert_eq!(check::hash("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}
