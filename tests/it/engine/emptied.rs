//! Who decides may write over what is required, and cannot take it away.

use yumen::{
    definition::{FieldName, Form, Value},
    engine::{Action, Besides, Decision, Refusal},
    language::Lang,
};

use super::world::{World, definition_with};

const STEPS: &str = r"
steps:
  - fill: draft
    by: initiator
    edit: [note, remark]
  - approve: review
    by: { role: finance-performance }
    edit: [note, remark]
  - end: accepted
";

fn emptied(names: &[&str]) -> Besides {
    Besides { cleared: names.iter().map(|name| FieldName::from(*name)).collect(), ..Besides::default() }
}

#[test]
fn who_decides_cannot_empty_what_is_required() {
    let world = World::new(1, 1);
    let mut definition = definition_with(&["note", "remark"], STEPS);
    definition.form[0].required = true;
    let case = world.start(&definition, 100).unwrap().case;
    let text = |name: &str, text: &str| (FieldName::from(name), Value::Text(text.into()));
    let fields = Form::from([text("note", "清淤"), text("remark", "无")]);
    let besides = Besides::default();
    let case = world.act(&definition, &case, 100, Action::Complete { task: 1, fields, besides }).unwrap().case;
    let task = *case.tasks.keys().last().unwrap();
    let decide = |fields: Form, besides: Besides| Action::Decide {
        task,
        decision: Decision::Approve,
        reason: String::new(),
        fields,
        besides,
    };
    let save = |fields: Form, besides: Besides| Action::Save { task, fields, besides };
    let blank = || Form::from([text("note", "  ")]);
    for action in [
        save(Form::new(), emptied(&["note"])),
        save(blank(), Besides::default()),
        decide(Form::new(), emptied(&["note"])),
        decide(blank(), Besides::default()),
    ] {
        let refused = world.act(&definition, &case, 300, action).unwrap_err();
        assert!(matches!(&refused, Refusal::Fields { problems } if problems.len() == 1 && problems[0].field == "note"));
        assert!(refused.sentence(Lang::Zh).contains("必填"), "{}", refused.sentence(Lang::Zh));
    }
    let approved =
        world.act(&definition, &case, 300, decide(Form::from([text("note", "清淤疏浚")]), emptied(&["remark"])));
    let form = approved.unwrap().case.form;
    assert_eq!(form, Form::from([text("note", "清淤疏浚")]), "what may stay empty may be emptied");
}
