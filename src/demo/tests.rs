//! The demonstration holds together: places, people and projects.

use std::collections::{BTreeMap, BTreeSet};

use super::{PUBLISHED, district, projects, running_projects};
use crate::{
    definition::{Indicator, registry::ROLES},
    domain::{
        import_published::read_file,
        project::{BudgetCategory, Instrument, Nature},
    },
    policy::Policy,
};

#[test]
fn the_tree_has_what_a_district_needs() {
    let district = district().unwrap();
    let of_kind = |kind: &str| district.organisations.iter().filter(|org| org.kind == kind).count();
    assert_eq!(of_kind("district"), 1);
    let with_units: BTreeSet<_> =
        district.organisations.iter().filter(|org| org.kind == "unit").map(|org| org.parent.clone()).collect();
    assert!(with_units.len() >= 12, "{with_units:?}");
    assert_eq!(
        of_kind("district") + of_kind("department") + of_kind("unit") + of_kind("section"),
        district.organisations.len()
    );
    for code in ["fin", "fin-perf", "audit", "discipline", "congress"] {
        assert!(district.organisations.iter().any(|org| org.code == code), "{code}");
    }
    let unit = district.organisations.iter().find(|org| org.code == "edu-exp").unwrap();
    assert_eq!(unit.path, "/wq/edu/edu-exp/");
    let paths: BTreeSet<_> = district.organisations.iter().map(|org| &org.path).collect();
    assert_eq!(paths.len(), district.organisations.len());
}

#[test]
fn every_department_has_its_people_and_the_administrators_are_three() {
    let district = district().unwrap();
    let mut holders: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for person in &district.people {
        for held in &person.appointments {
            assert!(ROLES.iter().any(|role| role.name == held.role), "{}", held.role);
            assert!(district.organisations.iter().any(|org| org.code == held.org), "{}", held.org);
            holders.entry((&held.role, &held.org)).or_default().push(&person.login);
        }
    }
    for org in &district.organisations {
        if org.kind != "unit" {
            continue;
        }
        let department = org.parent.as_deref().unwrap();
        for (role, of) in [
            ("project-officer", org.code.as_str()),
            ("department-reviewer", department),
            ("department-head", department),
        ] {
            assert!(holders.contains_key(&(role, of)), "nobody is {role} of {of}");
        }
    }
    assert!(holders[&("finance-performance", "fin-perf")].len() >= 3);
    let everywhere =
        |role: &str| holders.iter().filter(|((held, _), _)| *held == role).flat_map(|(_, people)| people).count();
    for role in ROLES {
        assert!(everywhere(role.name) >= 1, "nobody is {}", role.name);
    }
    let administrators: BTreeSet<_> = ["workflow-admin", "security-admin", "audit-admin"]
        .iter()
        .flat_map(|role| {
            district.people.iter().filter(|person| person.appointments.iter().any(|held| held.role == *role))
        })
        .map(|person| &person.login)
        .collect();
    assert_eq!(administrators.len(), 3);
    let logins: BTreeSet<_> = district.people.iter().map(|person| &person.login).collect();
    let names: BTreeSet<_> = district.people.iter().map(|person| &person.name).collect();
    assert_eq!((logins.len(), names.len()), (district.people.len(), district.people.len()));
    assert!((55..=80).contains(&district.people.len()), "{}", district.people.len());
    assert!(district.people.iter().filter(|person| person.is_sample).count() >= 8);
}

#[test]
fn projects_cover_the_budgets_and_take_every_figure_from_a_published_table() {
    let projects = projects().unwrap();
    let units: BTreeSet<String> =
        district().unwrap().organisations.into_iter().filter(|org| org.kind == "unit").map(|org| org.code).collect();
    assert_eq!(projects.len(), 30);
    let codes: BTreeSet<_> = projects.iter().map(|demo| &demo.project.code).collect();
    assert_eq!(codes.len(), 30);
    for demo in &projects {
        let project = &demo.project;
        assert!(units.contains(&project.unit), "{}", project.unit);
        assert!(project.total.fen() > 0 && project.source.is_some(), "{}", project.code);
        assert!(project.start_year <= demo.year && demo.year <= project.end_year, "{}", project.code);
        assert!(project.description.contains("金额取自公开表"), "{}", project.code);
    }
    for category in BudgetCategory::ALL {
        assert!(projects.iter().any(|demo| demo.project.category == *category), "{}", category.code());
    }
    for instrument in Instrument::ALL {
        assert!(projects.iter().any(|demo| demo.project.instrument == *instrument), "{}", instrument.code());
    }
    for nature in Nature::ALL {
        assert!(projects.iter().any(|demo| demo.project.nature == *nature), "{}", nature.code());
    }
    let published = read_file(PUBLISHED.as_bytes()).unwrap();
    for case in published.cases.iter().filter(|case| case.project.is_some()) {
        assert!(projects.iter().any(|demo| demo.case == case.id), "{} became no project", case.id);
    }
    let tunnel = projects.iter().find(|demo| demo.project.code == "WQ2027-HOU-001").unwrap();
    assert_eq!(tunnel.project.total.fen(), 77_132_580_000);
    let flood = projects.iter().find(|demo| demo.project.code == "WQ2027-WAT-001").unwrap();
    assert!(flood.figure.zh.contains("公开表未列项目总额"), "{}", flood.figure.zh);
}

#[test]
fn projects_that_run_are_others_and_have_what_is_monitored() {
    let (running, projects) = (running_projects().unwrap(), projects().unwrap());
    let codes: BTreeSet<_> = running.iter().chain(&projects).map(|demo| &demo.project.code).collect();
    let names: BTreeSet<_> = running.iter().chain(&projects).map(|demo| &demo.project.name).collect();
    assert_eq!((codes.len(), names.len()), (running.len() + projects.len(), running.len() + projects.len()));
    for demo in &running {
        assert!(demo.project.start_year <= demo.year && demo.year <= demo.project.end_year, "{}", demo.project.code);
        assert!(demo.indicators.len() >= 4 && demo.project.total.fen() > 0, "{}", demo.project.code);
    }
}

#[test]
fn published_tables_pass_or_fail_the_checks_as_their_readers_found() {
    let files: Vec<(String, String)> = ["rules", "thresholds", "scoring", "lamps"]
        .iter()
        .map(|name| {
            let path = format!("{}/workflows/policy/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            (format!("policy/{name}.yaml"), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let scoring = Policy::read(&files).unwrap().scoring;
    let rule = &scoring.indicator_tables["with-execution"];
    let verdicts: BTreeMap<String, Vec<String>> = read_file(PUBLISHED.as_bytes())
        .unwrap()
        .cases
        .into_iter()
        .filter(|case| case.indicators.iter().any(|row| row.weight.is_some()))
        .map(|case| {
            let rows: Vec<Indicator> = case.indicators.iter().filter_map(|row| row.indicator()).collect();
            let problems = rule.problems(&rows, &scoring.template_prompts);
            (case.id, problems.into_iter().map(|problem| problem.text.en).collect())
        })
        .collect();
    for sound in ["C01", "C05", "C10", "C16"] {
        assert_eq!(verdicts[sound], Vec::<String>::new(), "{sound}");
    }
    assert!(verdicts["C07"][0].contains("the weights sum to 100; they must sum to 90"), "{:?}", verdicts["C07"]);
    assert!(verdicts["C17"][0].contains("the weights sum to 80"), "{:?}", verdicts["C17"]);
    assert!(!verdicts["C06"].is_empty(), "six rows without a target");
}
