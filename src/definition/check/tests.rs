use super::*;
use crate::{definition::problem::render, language::Lang, policy::Policy};

fn vocabulary() -> Vocabulary {
    let policy = ["rules.yaml", "thresholds.yaml", "scoring.yaml"].map(|name| {
        let path = format!("{}/workflows/policy/{name}", env!("CARGO_MANIFEST_DIR"));
        (format!("policy/{name}"), std::fs::read_to_string(path).expect("policy is shipped"))
    });
    Policy::read(&policy).expect("shipped policy is sound").vocabulary()
}

fn shipped(name: &str) -> (String, String) {
    let path = format!("{}/workflows/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    (format!("{name}.yaml"), std::fs::read_to_string(path).expect("the workflow is shipped"))
}

#[test]
fn the_shipped_workflows_have_no_problems() {
    let files = ["ex-ante-assessment", "performance-targets", "budget-request"].map(shipped);
    let definitions = read_folder(&files, &vocabulary()).unwrap_or_else(|problems| {
        let shown = problems.iter().map(|problem| {
            let (_, source) = files.iter().find(|(name, _)| Some(name) == problem.file.as_ref()).expect("a file");
            render(problem, source, Lang::En)
        });
        panic!("{}", shown.collect::<String>())
    });
    assert_eq!(definitions.len(), 3);
    assert!(definitions.iter().all(|definition| definition.may_be_withdrawn() && !definition.basis.is_empty()));
}
