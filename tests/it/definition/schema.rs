//! The JSON Schema for editors is the one the code makes, and agrees with the shipped workflows.

use serde_json::{Value, json};
use yumen::definition::schema;

use super::{shipped_files, text, top};

const FILE: &str = "workflows/workflow.schema.json";

#[test]
fn the_kept_schema_is_current() {
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(top().join(FILE), schema::text()).expect("the schema can be written");
    }
    assert!(text(FILE) == schema::text(), "run UPDATE_SCHEMA=1 cargo test the_kept_schema_is_current");
}

#[test]
fn the_shipped_workflows_name_the_schema_and_follow_it() {
    let schema = schema::schema();
    for (name, source) in shipped_files() {
        assert!(source.starts_with("# yaml-language-server: $schema=workflow.schema.json\n"), "{name}");
        // As YAML 1.2 has it, and editors with it: `no` is a word.
        let words = serde_saphyr::options! { strict_booleans: true };
        let value: Value =
            serde_saphyr::from_str_with_options(&source, words).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(faults(&schema, &schema, &value, &name), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_slips() {
    let (_, source) = shipped_files().pop_first().expect("there are some");
    let schema = schema::schema();
    let good: Value = serde_saphyr::from_str(&source).expect("it is YAML");
    for (pointer, put) in [
        ("/outcomes/0", json!("aproved")),
        ("/start", json!({ "by": "initiator" })),
        ("/steps/0", json!({ "fill": "draft" })),
        ("/steps/0/by", json!({ "role": "mayor" })),
        ("/steps/0/fill", json!("Draft 1")),
        ("/form/0/required", json!("yes")),
        ("/form/0/max", json!(0)),
        ("/title", json!({ "zh-CN": "评估" })),
        ("/steps/0/remind", json!(7)),
    ] {
        let mut bad = good.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = bad.pointer_mut(parent).expect("the parent is there");
        if let Ok(index) = key.parse::<usize>() {
            parent[index] = put;
        } else {
            parent[key] = put;
        }
        assert!(!faults(&schema, &schema, &bad, "").is_empty(), "{pointer}");
    }
}

/// The words of JSON Schema that our schema uses; any other fails the test.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (word, wanted) in schema.as_object().expect("a schema is an object") {
        let fault = |what: &str| format!("{at}: {what} {wanted}");
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "examples" => {}
            "$ref" => {
                let pointer = wanted.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                found.extend(faults(root, root.pointer(pointer).expect("it is defined"), value, at));
            }
            "const" if value == wanted => {}
            "enum" if wanted.as_array().expect("a list").contains(value) => {}
            "const" | "enum" => found.push(fault("is not")),
            "type" => {
                let fits = is_of_type(wanted.as_str().expect("a type"), value);
                found.extend((!fits).then(|| fault("is not of type")));
            }
            "required" => {
                let missing = |key: &&Value| value.get(key.as_str().expect("a key")).is_none();
                let keys = wanted.as_array().expect("a list");
                found.extend(keys.iter().filter(missing).map(|key| format!("{at}: {key} is missing")));
            }
            "properties" => {
                for (key, schema) in wanted.as_object().expect("properties") {
                    if let Some(value) = value.get(key) {
                        found.extend(faults(root, schema, value, &format!("{at}/{key}")));
                    }
                }
            }
            "additionalProperties" => {
                let known = |key: &String| schema.get("properties").is_some_and(|known| known.get(key).is_some());
                for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| !known(key)) {
                    if *wanted == Value::Bool(false) {
                        found.push(format!("{at}: {key} is not known"));
                    } else {
                        found.extend(faults(root, wanted, value, &format!("{at}/{key}")));
                    }
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(faults(root, wanted, value, &format!("{at}/{index}")));
                }
            }
            "anyOf" => {
                let ways: Vec<_> =
                    wanted.as_array().expect("a list").iter().map(|way| faults(root, way, value, at)).collect();
                if !ways.iter().any(Vec::is_empty) {
                    found.extend(ways.into_iter().min_by_key(Vec::len).unwrap_or_default());
                }
            }
            "pattern" => {
                let pattern = regex::Regex::new(wanted.as_str().expect("a pattern")).expect("it is a pattern");
                found.extend(value.as_str().filter(|text| !pattern.is_match(text)).map(|_| fault("does not match")));
            }
            "minimum" => {
                found.extend(value.as_i64().filter(|n| *n < wanted.as_i64().unwrap()).map(|_| fault("is below")))
            }
            "maximum" => {
                found.extend(value.as_i64().filter(|n| *n > wanted.as_i64().unwrap()).map(|_| fault("is above")))
            }
            "minItems" | "minProperties" | "maxLength" | "uniqueItems" => {}
            other => panic!("the test does not know “{other}”"),
        }
    }
    found
}

fn is_of_type(wanted: &str, value: &Value) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the test does not know the type “{other}”"),
    }
}
