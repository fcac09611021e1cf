//! The JSON Schema of the language, for editors: made from the same registers that the checker uses.
//!
//! It helps while typing and is no second checker: what depends on the rest of the file is left to
//! [`check`].

use serde_json::{Value, json};

use super::{
    CHOSEN_MAX, LEVELS_MAX, check, clocks,
    items::ITEMS_MAX,
    registry,
    schedule::{BudgetYear, Missed, Period},
};

/// The schema as it is kept in `workflows/workflow.schema.json`.
#[must_use]
pub fn text() -> String {
    format!("{:#}\n", schema())
}

/// The schema of one definition.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Yumen workflow 流程定义",
        "type": "object",
        "additionalProperties": false,
        "required": ["workflow", "title", "about", "outcomes", "start", "form", "steps"],
        "properties": {
            "workflow": { "$ref": "#/$defs/hyphenated", "description": "流程名称，与文件名相同。The name, which is the file's name." },
            "title": { "$ref": "#/$defs/text" },
            "about": { "enum": ["project", "definition"] },
            "basis": { "$ref": "#/$defs/basis" },
            "within": within(),
            "outcomes": { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "enum": names(registry::OUTCOMES) } },
            "start": object(&["by", "number"], json!({
                "by": { "$ref": "#/$defs/who" },
                "number": { "type": "string", "description": "{year} {seq} {seq:4}" },
                "title": { "$ref": "#/$defs/text", "description": "{project} {year} {number}" },
            })),
            "schedules": { "type": "array", "minItems": 1, "items": schedule() },
            "form": { "type": "array", "items": { "$ref": "#/$defs/field" } },
            "sums": { "type": "array", "minItems": 1, "items": object(&["total", "parts"], json!({
                "total": { "$ref": "#/$defs/underscored" },
                "parts": { "$ref": "#/$defs/fields" },
            })) },
            "at most": { "type": "array", "minItems": 1, "items": object(&["field", "limit"], json!({
                "field": { "$ref": "#/$defs/underscored" },
                "limit": { "$ref": "#/$defs/underscored" },
            })) },
            "clocks": clocks(),
            "steps": { "$ref": "#/$defs/steps" },
        },
        "$defs": {
            "hyphenated": { "type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 60 },
            "underscored": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60 },
            "text": object(&["zh-CN", "en"], json!({ "zh-CN": { "type": "string" }, "en": { "type": "string" } })),
            "basis": { "type": "array", "items": object(&["rule", "clause"], json!({
                "rule": { "type": "string", "description": "workflows/policy/rules.yaml" },
                "clause": { "type": "string" },
            })) },
            "remind": one_or_many(json!({
                "type": "string",
                "description": "2 working days before, when due, 1 working day after, every working day after",
            })),
            "escalate": one_or_many(object(&["after", "to"], json!({
                "after": { "$ref": "#/$defs/duration" },
                "to": { "anyOf": [{ "const": "line" }, { "$ref": "#/$defs/who" }] },
            }))),
            "duration": { "type": "string", "description": "5 working days, 20 days, 8 working hours, 2 hours, 30 minutes" },
            "condition": { "type": "string", "description": "form.amount >= wan(500)" },
            "fields": { "type": "array", "uniqueItems": true, "items": { "$ref": "#/$defs/underscored" } },
            "who": who(),
            "field": field(),
            "return": one_or_many(json!({ "anyOf": [
                { "$ref": "#/$defs/hyphenated" },
                object(&["step"], json!({ "step": { "$ref": "#/$defs/hyphenated" }, "resume": { "$ref": "#/$defs/resume" } })),
            ] })),
            "resume": { "enum": ["through", "here"] },
            "grade": grade(),
            "vote": vote(),
            "steps": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/step" } },
            "step": { "anyOf": check::KINDS.iter().map(|(kind, keys)| step(kind, keys)).collect::<Vec<_>>() },
        },
    })
}

fn within() -> Value {
    one_or_many(object(
        &["time", "basis"],
        json!({
            "time": { "$ref": "#/$defs/duration" },
            "basis": object(&["rule", "clause"], json!({
                "rule": { "type": "string", "description": "workflows/policy/rules.yaml" },
                "clause": { "type": "string" },
            })),
        }),
    ))
}

fn clocks() -> Value {
    let field = || json!({ "$ref": "#/$defs/underscored" });
    object(
        &["round", "budget", "executed", "progress"],
        json!({
            "round": field(), "budget": field(), "executed": field(), "progress": field(),
        }),
    )
}

fn names(entries: &[registry::Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name).collect()
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn one_or_many(one: Value) -> Value {
    json!({ "anyOf": [one.clone(), { "type": "array", "items": one }] })
}

fn who() -> Value {
    json!({ "anyOf": [
        { "enum": ["initiator", "item"] },
        object(&["role"], json!({
            "role": { "enum": names(registry::ROLES) },
            "of": {
                "type": "string",
                "examples": ["project.unit", "project.department", "initiator.unit", "initiator.department", "item"],
            },
        })),
        object(&["people"], json!({ "people": { "type": "array", "minItems": 1, "items": { "type": "string" } } })),
        object(&["chosen by", "from"], json!({
            "chosen by": { "$ref": "#/$defs/hyphenated" },
            "from": { "$ref": "#/$defs/who" },
            "at most": { "type": "integer", "minimum": 1, "maximum": CHOSEN_MAX },
        })),
        object(&["manager of"], json!({
            "manager of": { "$ref": "#/$defs/hyphenated" },
            "levels": { "type": "integer", "minimum": 1, "maximum": LEVELS_MAX },
        })),
        { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/who" } },
    ] })
}

fn field() -> Value {
    object(
        &["name", "type"],
        json!({
            "name": { "$ref": "#/$defs/underscored" },
            "type": { "enum": check::FIELD_TYPES },
            "title": { "$ref": "#/$defs/text" },
            "hint": { "$ref": "#/$defs/text" },
            "required": { "type": "boolean" },
            "max": { "type": "integer", "minimum": 1, "maximum": check::TEXT_MAX },
            "options": { "type": "array", "minItems": 1, "items": object(&["value", "title"], json!({
                "value": { "$ref": "#/$defs/hyphenated" },
                "title": { "$ref": "#/$defs/text" },
            })) },
            "sheet": { "type": "string", "description": "workflows/policy/scoring.yaml" },
            "zero": { "enum": ["allowed"] },
            "from": object(&["fact", "field"], json!({
                "fact": { "enum": registry::FACTS.iter().map(|fact| fact.entry.name).collect::<Vec<_>>() },
                "field": { "$ref": "#/$defs/underscored" },
            })),
            "computed": { "enum": clocks::COMPUTED.iter().map(|(word, _)| *word).collect::<Vec<_>>() },
        }),
    )
}

fn schedule() -> Value {
    let properties = json!({
        "schedule": { "$ref": "#/$defs/hyphenated" },
        "title": { "$ref": "#/$defs/text" },
        "cron": { "type": "string", "description": "分 时 日 月 星期 minute hour day month weekday, Asia/Shanghai" },
        "for each": { "const": "project" },
        "where": { "type": "string", "description": "project.stage == \"running\"" },
        "period": { "enum": Period::WORDS },
        "year": { "enum": BudgetYear::WORDS },
        "on a day off": { "const": check::NEXT_WORKING_DAY },
        "missed": { "enum": Missed::WORDS },
    });
    object(&["schedule", "title", "cron", "for each", "period", "missed"], properties)
}

fn vote() -> Value {
    let route = json!({ "anyOf": [
        object(&["end"], json!({ "end": { "enum": names(registry::OUTCOMES) } })),
        object(&["return to"], json!({
            "return to": { "$ref": "#/$defs/hyphenated" },
            "resume": { "$ref": "#/$defs/resume" },
        })),
    ] });
    object(
        &["vote"],
        json!({
            "vote": { "type": "string", "description": "2/3, more than 1/2, 3 votes, any, all" },
            "order": { "enum": ["at once", "sequence"] },
            "veto": { "type": "boolean" },
            "weights": { "type": "array", "minItems": 1, "items": object(&["votes"], json!({
                "role": { "enum": names(registry::ROLES) },
                "person": { "type": "string" },
                "votes": { "type": "integer", "minimum": 1, "maximum": 1000 },
            })) },
            "failed": route,
            "undecided": route,
        }),
    )
}

fn grade() -> Value {
    json!({ "anyOf": [
        { "const": "next" },
        object(&[], json!({
            "title": { "$ref": "#/$defs/text" },
            "requires": { "$ref": "#/$defs/fields" },
            "reason": { "const": "required" },
            "then": { "const": "next" },
            "return to": { "$ref": "#/$defs/hyphenated" },
            "resume": { "$ref": "#/$defs/resume" },
            "end": { "enum": names(registry::OUTCOMES) },
        })),
    ] })
}

/// One kind of step with the keys that the checker takes for it.
fn step(kind: &str, keys: &[&str]) -> Value {
    let mut properties = serde_json::Map::new();
    properties.insert(kind.to_owned(), head(kind));
    properties.insert("title".to_owned(), json!({ "$ref": "#/$defs/text" }));
    properties.insert("basis".to_owned(), json!({ "$ref": "#/$defs/basis" }));
    for key in keys {
        properties.insert((*key).to_owned(), value_of(kind, key));
    }
    let mut required = vec![kind];
    required.extend(match kind {
        "fill" => &["by", "edit"][..],
        "approve" => &["by"],
        "gate" => &["needs", "else"],
        "choose" => &["branches", "otherwise"],
        "parallel" => &["branches"],
        "each" => &["in", "at most", "steps"],
        "start" => &["workflow", "by"],
        "handoff" => &["to", "package", "receive", "answer"],
        _ => &[],
    });
    object(&required, Value::Object(properties))
}

/// What stands behind the kind itself.
fn head(kind: &str) -> Value {
    let facts: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
    match kind {
        "do" => json!({ "enum": names(registry::EFFECTS) }),
        "record" => object(
            &["fact", "is"],
            json!({
                "fact": { "enum": facts },
                "is": { "enum": fact_values() },
                "cap": { "$ref": "#/$defs/underscored" },
            }),
        ),
        "notify" => object(
            &["to", "mail"],
            json!({
                "to": { "$ref": "#/$defs/who" },
                "mail": { "enum": names(registry::MAILS) },
                "read": { "$ref": "#/$defs/fields" },
                "hidden": { "$ref": "#/$defs/fields" },
            }),
        ),
        "end" => json!({ "enum": names(registry::OUTCOMES) }),
        _ => json!({ "$ref": "#/$defs/hyphenated" }),
    }
}

fn value_of(kind: &str, key: &str) -> Value {
    let facts: Vec<_> = registry::FACTS.iter().map(|fact| fact.entry.name).collect();
    match (kind, key) {
        (_, "by") => json!({ "$ref": "#/$defs/who" }),
        (_, "edit" | "read" | "hidden") => json!({ "$ref": "#/$defs/fields" }),
        (_, "not by") => one_or_many(json!({ "$ref": "#/$defs/hyphenated" })),
        (_, "initiator") => json!({ "const": "may decide" }),
        (_, "due") => json!({ "$ref": "#/$defs/duration" }),
        (_, key @ ("remind" | "escalate")) => json!({ "$ref": format!("#/$defs/{key}") }),
        (_, "late") => object(&["do"], json!({ "do": { "enum": registry::EFFECTS_WHEN_LATE } })),
        (_, "mode") => json!({ "anyOf": [{ "enum": ["any", "all", "sequence"] }, { "$ref": "#/$defs/vote" }] }),
        (_, "nobody") => {
            json!({ "anyOf": [{ "const": "hold" }, object(&["to"], json!({ "to": { "$ref": "#/$defs/who" } }))] })
        }
        (_, "return to") => json!({ "$ref": "#/$defs/return" }),
        (_, "reject") => json!({ "enum": names(registry::OUTCOMES) }),
        (_, "grades") => {
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/grade" } })
        }
        (_, "needs") => object(
            &["fact", "is"],
            json!({
                "fact": { "enum": facts },
                "is": one_or_many(json!({ "enum": fact_values() })),
            }),
        ),
        (_, "covers") => json!({ "$ref": "#/$defs/underscored" }),
        (_, "else") => json!({ "enum": ["refuse", "wait"] }),
        ("each", "in") => each_list(),
        (_, "at most") => json!({ "type": "integer", "minimum": 1, "maximum": ITEMS_MAX }),
        (_, "order") => json!({ "enum": ["at once", "one by one"] }),
        (_, "empty") => json!({ "enum": ["hold", "next"] }),
        ("each", "steps") => json!({ "$ref": "#/$defs/steps" }),
        ("handoff", "to") => json!({ "$ref": "#/$defs/who" }),
        ("handoff", "package") => json!({ "$ref": "#/$defs/fields" }),
        ("handoff", key @ ("receive" | "answer")) => handed(key),
        ("start", "workflow") => json!({ "$ref": "#/$defs/hyphenated" }),
        ("start", "wait") => json!({ "type": "boolean" }),
        (_, "for") => json!({ "$ref": "#/$defs/duration" }),
        (_, "until") => json!({ "type": "string", "description": "08-31, form.done_on" }),
        (_, "transfer" | "add signer") => json!({ "const": "no" }),
        (_, "otherwise") => json!({ "anyOf": [{ "const": "next" }, { "$ref": "#/$defs/steps" }] }),
        ("choose", _) => json!({ "type": "array", "minItems": 1, "items": object(&["when", "steps"], json!({
            "when": { "$ref": "#/$defs/condition" },
            "steps": { "$ref": "#/$defs/steps" },
        })) }),
        ("parallel", _) => json!({ "type": "array", "minItems": 2, "items": object(&["title", "steps"], json!({
            "title": { "$ref": "#/$defs/text" },
            "steps": { "$ref": "#/$defs/steps" },
        })) }),
        (_, _) => json!({ "$ref": "#/$defs/hyphenated" }),
    }
}

/// How a package is received, or answered.
fn handed(key: &str) -> Value {
    let mut keys = json!({
        "due": { "$ref": "#/$defs/duration" },
        "remind": { "$ref": "#/$defs/remind" },
        "escalate": { "$ref": "#/$defs/escalate" },
    });
    if key == "receive" {
        keys["return to"] = json!({ "$ref": "#/$defs/return" });
        return object(&["due"], keys);
    }
    keys["edit"] = json!({ "$ref": "#/$defs/fields" });
    keys["results"] =
        json!({ "type": "object", "minProperties": 1, "additionalProperties": { "$ref": "#/$defs/grade" } });
    object(&["edit", "due"], keys)
}

fn each_list() -> Value {
    json!({ "anyOf": [
        object(&["people"], json!({ "people": { "$ref": "#/$defs/who" } })),
        object(&["units of"], json!({ "units of": { "type": "string", "examples": ["project.department"] } })),
        object(&["organisations"], json!({
            "organisations": { "type": "array", "minItems": 1, "items": { "type": "string" } },
        })),
        object(&["rows of"], json!({ "rows of": { "$ref": "#/$defs/underscored" } })),
    ] })
}

fn fact_values() -> Vec<&'static str> {
    registry::FACTS.iter().flat_map(|fact| names(fact.values)).collect()
}
