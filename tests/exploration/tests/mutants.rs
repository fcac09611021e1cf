//! Every change of the shipped definitions that some operator makes, at every place. The engine is explored to know which
//! of them do harm: a case that never ends, a step that is never reached, a mandate that can be gone around. Every one of
//! these is caught, and nothing is said of a mandate or an end where there is no harm. What fails is tried again by its
//! name: `YUMEN_TEST_MUTANT=budget-request/drop-gate cargo test -p yumen-exploration --test mutants -- --nocapture`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use exploration::{
    definition::{
        Definition, check,
        mandates::{Mandate, Mandates},
        problem::{Code, Problem},
    },
    explorer::explore,
    generator::Generated,
    mutants::{self, Mutant},
    policy::Policy,
    verify::{self, prove, scenarios},
    worlds::Office,
};

const SHIPPED: [&str; 6] =
    ["ex-ante-assessment", "performance-targets", "budget-request", "monitoring", "rectification", "definition-change"];
const MUTANTS_MIN: usize = 500;
const STATES_MAX: usize = 20_000;

/// Mandates for what the shipped ones say nothing about: who decides on requests and definitions.
const MORE_MANDATES: &str = r#"
mandates:
  - mandate: requests-by-finance
    basis: { rule: mof-2015-88, clause: "27" }
    before: { do: submit-budget-request }
    needs: { approvals: 2, roles: [finance-section, finance-performance] }
  - mandate: requests-by-department
    basis: { rule: mof-2015-88, clause: "27" }
    before: { do: submit-budget-request }
    needs: { approvals: 1, roles: [department-head] }
  - mandate: definitions-by-an-administrator
    basis: { rule: wuqing-plan, clause: 二(二)1 }
    before: { do: publish-definition }
    needs: { approvals: 1, roles: [workflow-admin, security-admin] }
"#;

/// What became of the mutants of one operator.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    all: usize,
    /// Not read at all.
    at_the_door: usize,
    /// Harmful, and caught by the proof.
    proven_wrong: usize,
    /// Harmful, and caught by what looks at branches or by the scenarios.
    otherwise: usize,
    /// Harmless to mandates and ends.
    harmless: usize,
    /// Of these, those that do something else than the scenarios say.
    noticed: usize,
    /// It hangs on how many people there are.
    of_people: usize,
}

struct Shop {
    policy: Policy,
    files: Vec<(String, String)>,
    shipped: Vec<Definition>,
    mandates: Vec<Mandate>,
    office: Office,
}

impl Shop {
    fn open() -> Self {
        let files: Vec<_> = ["rules", "thresholds", "scoring", "lamps"]
            .map(|name| (format!("policy/{name}.yaml"), text(&format!("workflows/policy/{name}.yaml"))))
            .into();
        let policy = Policy::read(&files).expect("the shipped policy is sound");
        let vocabulary = policy.vocabulary();
        let read = |name: &str| {
            check::read(&in_person(&text(&format!("workflows/{name}.yaml"))), &vocabulary)
                .expect("the shipped definitions are sound")
        };
        let read_mandates =
            |source: &str| check::read_mandates(source, &vocabulary).expect("the mandates are sound").all;
        let mut mandates = read_mandates(&text("workflows/mandates.yaml"));
        mandates.extend(read_mandates(MORE_MANDATES));
        let mut played: Vec<_> = SHIPPED
            .iter()
            .map(|name| format!("{name}{}", scenarios::SUFFIX))
            .map(|path| (path.clone(), text(&format!("workflows/{path}"))))
            .collect();
        let district = scenarios::DISTRICT.to_owned();
        played.push((district.clone(), text(&format!("workflows/{district}"))));
        Self { shipped: SHIPPED.map(read).into(), policy, files: played, mandates, office: Office::new() }
    }

    /// Whether the mutant is unsound or breaks a mandate, as the engine has it; `None` where that hangs on people.
    fn harm(&self, definition: &Definition) -> Option<bool> {
        let opened = mutants::opened(definition);
        let mut harm = false;
        for mandate in self.protecting(definition) {
            let mandates = Mandates { all: vec![mandate.clone()], hash: String::new() };
            let generated =
                Generated { definition: opened.clone(), mandates, terms: std::collections::BTreeSet::new() };
            let explored = explore(&self.office, &generated, STATES_MAX).expect("its states can be counted");
            harm |= !explored.is_sound? || explored.is_broken;
        }
        Some(harm)
    }

    /// The mandates that protect something here; any one of them where none does, for a definition has to end as well.
    fn protecting(&self, definition: &Definition) -> Vec<&Mandate> {
        let of_it = self.mandates.iter().filter(|mandate| {
            let alone = Mandates { all: vec![(*mandate).clone()], hash: String::new() };
            prove(definition, &alone).map_or(true, |certificate| !certificate.proven.is_empty())
        });
        let of_it: Vec<_> = of_it.collect();
        if of_it.is_empty() { vec![&self.mandates[0]] } else { of_it }
    }

    fn alarms(&self, definition: &Definition) -> Vec<Code> {
        let all = Mandates { all: self.mandates.clone(), hash: String::new() };
        prove(definition, &all).err().unwrap_or_default().iter().map(|problem| problem.code).collect()
    }

    /// What else `yumen check` has against it: its branches, its deadlines, its scenarios.
    fn else_wrong(&self, definition: &Definition) -> Vec<Code> {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("it is a day");
        let mut problems = verify::check(definition, &self.policy, day);
        let others: Vec<_> = self.shipped.iter().filter(|other| other.name != definition.name).collect();
        let mut files = self.files.clone();
        files.retain(|(path, _)| path == scenarios::DISTRICT || path.starts_with(definition.name.as_str()));
        problems.extend(scenarios::play(&[definition], &others, &files, &self.policy).problems);
        problems.into_iter().filter(Problem::blocks).map(|problem| problem.code).collect()
    }

    fn judge(&self, mutant: &Mutant) -> Result<Tally, String> {
        let mut tally = Tally { all: 1, ..Tally::default() };
        let Ok(definition) = check::read(&mutant.source, &self.policy.vocabulary()) else {
            return Ok(Tally { at_the_door: 1, ..tally });
        };
        let alarms = self.alarms(&definition);
        let wrong = self.else_wrong(&definition);
        match (self.harm(&definition), alarms.is_empty(), wrong.is_empty()) {
            (None, ..) => tally.of_people = 1,
            (Some(true), false, _) => tally.proven_wrong = 1,
            (Some(true), true, false) => tally.otherwise = 1,
            (Some(true), true, true) => return Err(format!("{}: not caught\n{}", mutant.name, mutant.source)),
            (Some(false), true, is_as_told) => {
                tally.harmless = 1;
                tally.noticed = usize::from(!is_as_told);
            }
            (Some(false), false, _) => {
                return Err(format!("{}: a false alarm, {alarms:?}\n{}", mutant.name, mutant.source));
            }
        }
        Ok(tally)
    }
}

/// The definition with every approval decided by those who hold the post, as a mandate that names roles wants it.
fn in_person(source: &str) -> String {
    let mut written = String::new();
    for line in source.lines().filter(|line| line.trim() != "transfer: no") {
        written.push_str(line);
        written.push('\n');
        if let Some((indent, _)) = line.split_once("- approve: ") {
            written.push_str(&format!("{indent}  transfer: no\n"));
        }
    }
    written
}

fn text(path: &str) -> String {
    let top: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(top.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_harmful_mutant_of_the_shipped_definitions_is_caught_and_no_other() {
    let shop = Shop::open();
    for definition in &shop.shipped {
        assert_eq!((shop.harm(definition), shop.alarms(definition)), (Some(false), Vec::new()), "{}", definition.name);
    }
    let only = std::env::var("YUMEN_TEST_MUTANT").ok();
    let all = SHIPPED.iter().flat_map(|name| mutants::of(&in_person(&text(&format!("workflows/{name}.yaml")))));
    let all: Vec<_> = all.filter(|mutant| only.as_ref().is_none_or(|only| mutant.name.starts_with(only))).collect();
    let tallies: Mutex<BTreeMap<&str, Tally>> = Mutex::default();
    let failures: Mutex<Vec<String>> = Mutex::default();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, |cores| cores.get().max(2)) {
            scope.spawn(|| {
                while let Some(mutant) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match shop.judge(mutant) {
                        Ok(tally) => tallies.lock().unwrap().entry(mutant.operator).or_default().add(tally),
                        Err(failure) => failures.lock().unwrap().push(failure),
                    }
                }
            });
        }
    });
    let mut whole = Tally::default();
    for (operator, tally) in tallies.lock().unwrap().iter() {
        println!("{operator:22} {tally:?}");
        whole.add(*tally);
    }
    println!("{} mutants: {whole:?}", all.len());
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    let shown: Vec<_> = failures.iter().take(12).cloned().collect();
    assert!(failures.is_empty(), "{} wrong verdicts\n{}", failures.len(), shown.join("\n\n"));
    if only.is_none() {
        assert!(whole.all >= MUTANTS_MIN && whole.proven_wrong >= MUTANTS_MIN / 4, "the mutants say little");
        assert!(whole.of_people * 20 < whole.all, "too many hang on people");
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.at_the_door += other.at_the_door;
        self.proven_wrong += other.proven_wrong;
        self.otherwise += other.otherwise;
        self.harmless += other.harmless;
        self.noticed += other.noticed;
        self.of_people += other.of_people;
    }
}
