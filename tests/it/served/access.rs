//! Every route × every role. The cells come from the table and from the OpenAPI document, not from a list of this file.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use yumen::{
    definition::registry::ROLES,
    http::access::{Proof, RULES, Rule, Verb, Who},
};

use super::house::{House, routes};
use crate::harness::databases::Kind;

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let rows: BTreeSet<(Verb, String)> = RULES.iter().map(|rule| (rule.verb, rule.path.to_owned())).collect();
    assert_eq!(rows.len(), RULES.len(), "a row stands twice");
    let recorded = routes(true);
    let recorded: BTreeSet<_> = recorded.recorded().iter().cloned().collect();
    assert_eq!(recorded, rows, "routes (left) and rows of the table (right)");
}

#[test]
fn routes_of_the_demonstration_are_registered_in_it_alone() {
    let recorded: BTreeSet<_> = routes(false).recorded().iter().cloned().collect();
    for rule in RULES.iter().filter(|rule| rule.demo) {
        assert!(!recorded.contains(&(rule.verb, rule.path.to_owned())), "{}", rule.path);
    }
}

#[test]
fn unsafe_routes_ask_for_a_proof() {
    for rule in RULES.iter().filter(|rule| rule.verb != Verb::Get) {
        match rule.who {
            Who::Token => assert_eq!(rule.proof, Proof::None, "{}", rule.path),
            Who::Anyone => assert_eq!(rule.proof, Proof::SameOrigin, "{}", rule.path),
            Who::SignedIn | Who::Holding(_) => assert_eq!(rule.proof, Proof::Token, "{}", rule.path),
        }
    }
}

#[test]
fn roles_in_the_table_exist() {
    for rule in RULES {
        if let Who::Holding(roles) = rule.who {
            for role in roles {
                assert!(ROLES.iter().any(|known| known.name == *role), "{} names {role}", rule.path);
            }
        }
    }
}

/// Nobody at all, then somebody of each role.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_every_role_as_the_table_says() {
    let house = House::open(Kind::Sqlite).await;
    let document: serde_json::Value =
        house.asks(Method::GET, "/api/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut cells = 0;
    for rule in RULES {
        let path = filled(rule.path);
        let answer = house.asks(rule.verb.method(), &path).send().await.unwrap();
        check_nobody(rule, answer.status());
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        cells += 1;
        if rule.path.starts_with("/api/v1/") {
            let method = rule.verb.method().as_str().to_lowercase();
            let described = &document["paths"][rule.path][method];
            assert!(described["responses"]["default"].is_object(), "{} is not described", rule.path);
        }
    }
    let holders = holders();
    assert_eq!(holders.len(), ROLES.len(), "somebody of each role: {holders:?}");
    for (role, login) in holders.clone() {
        let token = house.token(&login).await;
        for rule in RULES.iter().filter(|rule| rule.who == Who::Token) {
            let request = house.asks(rule.verb.method(), &filled(rule.path)).bearer_auth(&token);
            let status = request.header("content-type", "application/json").send().await.unwrap().status();
            let expected: &[u16] = match rule.verb {
                Verb::Get => &[200, 404],
                // No key, or a file without a name: the door says so before anything is looked at.
                Verb::Post | Verb::Delete => &[400, 415],
            };
            assert!(expected.contains(&status.as_u16()), "{role} at {}: {status}", rule.path);
            cells += 1;
        }
    }
    for (role, login) in holders {
        let cookie = house.enter(&login).await;
        for rule in RULES.iter().filter(|rule| matches!(rule.who, Who::SignedIn | Who::Holding(_))) {
            let answer = house.asks(rule.verb.method(), &filled(rule.path)).header("cookie", &cookie);
            let status = answer.send().await.unwrap().status().as_u16();
            let may = match rule.who {
                Who::Holding(roles) => roles.contains(&role.as_str()),
                Who::Anyone | Who::SignedIn | Who::Token => true,
            };
            let right = match (may, rule.verb) {
                (true, Verb::Get) => matches!(status, 200 | 303 | 404),
                // No word of the browser that it comes from a page of ours.
                (true, Verb::Post | Verb::Delete) => status == 403,
                (false, _) => status == 404,
            };
            assert!(right, "{role} at {:?} {}: {status}", rule.verb, rule.path);
            cells += 1;
        }
    }
    assert!(cells > ROLES.len() * 10, "only {cells} cells ran");
    house.close().await;
}

fn check_nobody(rule: &Rule, status: StatusCode) {
    let status = status.as_u16();
    let right = match (rule.who, rule.proof) {
        // Whether there is such a thing is the handler's to say.
        (Who::Anyone, Proof::None) => matches!(status, 200 | 303 | 308 | 404),
        (Who::Anyone, Proof::SameOrigin | Proof::Token) => status == 403,
        (Who::SignedIn | Who::Holding(_), Proof::None) => status == 303,
        (Who::SignedIn | Who::Holding(_), Proof::SameOrigin | Proof::Token) | (Who::Token, _) => status == 401,
    };
    assert!(right, "nobody at {:?} {}: {status}", rule.verb, rule.path);
}

/// The path with something in each place.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{case}" => "case_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{project}" => "project_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{draft}" => "draft_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{no}" => "1",
        "{year}" => "2027",
        "{fact}" => "fact_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{file}" => "file_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{incident}" => "incident_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        "{substitute}" => "substitute_0192f0c8a1b27c3d8e4f5a6b7c8d9e0f",
        part if part.starts_with('{') => "x",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn holders() -> Vec<(String, String)> {
    let people = yumen::demo::district().unwrap().people;
    let holder = |role: &str| people.iter().find(|p| p.appointments.iter().any(|a| a.role == role));
    ROLES.iter().filter_map(|role| Some((role.name.to_owned(), holder(role.name)?.login.clone()))).collect()
}
