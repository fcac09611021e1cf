//! A fixture as its file writes it.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

/// One fixture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// `<family>-<file>`: the workflow's name.
    #[serde(skip)]
    pub name: String,
    /// What it shows, in a sentence.
    pub meaning: String,
    /// The definition without its head.
    pub definition: String,
    /// A second workflow about the same project, called `<name>-other`.
    pub other: Option<String>,
    /// The next version of the definition, which `publish-next` makes live.
    pub next: Option<String>,
    /// What happens.
    pub commands: Vec<Step>,
    /// How it must be then; several where the order of things that come at once is open.
    pub expect: OneOf,
}

/// One thing that happens.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// Commands that arrive at once, all decided upon the same state.
    Together(Together),
    /// One command.
    Command(Box<Command>),
}

/// Commands that arrive at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// The commands.
    pub together: Vec<Command>,
    /// How many of them are carried out.
    pub done: Option<usize>,
    /// The codes of those that are refused.
    #[serde(default)]
    pub refused: Vec<String>,
    /// In place of both: what may come of them, where that depends on which one is first.
    #[serde(default, rename = "any of")]
    pub any_of: Vec<Tally>,
}

/// What came of commands that arrive at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How many are carried out.
    pub done: usize,
    /// The codes of those that are refused.
    #[serde(default)]
    pub refused: Vec<String>,
}

impl Together {
    /// Everything that may come of them.
    pub fn tallies(&self) -> Vec<Tally> {
        let one = self.done.map(|done| Tally { done, refused: self.refused.clone() });
        let mut tallies: Vec<_> = one.into_iter().chain(self.any_of.iter().cloned()).collect();
        tallies.iter_mut().for_each(|tally| tally.refused.sort());
        tallies
    }
}

/// A command.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Who gives it: a login, or `system`.
    pub by: String,
    /// What.
    #[serde(rename = "do")]
    pub verb: String,
    /// The step whose open task it is about.
    pub at: Option<String>,
    /// Whose task, where the step has several and it is not the actor's own.
    pub of: Option<String>,
    /// The step to return to; the person whom a term is about.
    pub to: Option<String>,
    /// Where a signer is added: `before`, `after` or `beside`.
    pub place: Option<String>,
    /// What an opinion says: `for` or `against`.
    pub advice: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// The reason; a usual one unless written.
    pub reason: Option<String>,
    /// Fields that are written.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Which case: the fixture's own, `other`, or the `child` that it started last.
    #[serde(rename = "case")]
    pub case: Option<String>,
    /// How long passes.
    pub span: Option<String>,
    /// The code with which it must be refused.
    pub refused: Option<String>,
}

/// One expectation, or several of which one must hold.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOf {
    /// One.
    One(Expectation),
    /// Any of these.
    Any(Vec<Expectation>),
}

/// How it must be at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What the case ended as; absent while it runs.
    pub outcome: Option<String>,
    /// The open tasks: `review of chen`.
    #[serde(default)]
    pub open: Vec<String>,
    /// What the journal tells.
    pub journal: Vec<String>,
}

impl Fixture {
    /// Whether people leave or get posts in it.
    pub fn changes_posts(&self) -> bool {
        self.commands.iter().any(|step| matches!(step, Step::Command(command) if command.verb == "leave"))
    }

    /// The expectations of which one must hold.
    pub fn expectations(&self) -> Vec<Expectation> {
        match &self.expect {
            OneOf::One(one) => vec![one.clone()],
            OneOf::Any(any) => any.clone(),
        }
    }

    /// The definitions with their heads.
    pub fn sources(&self) -> Vec<String> {
        let own = headed(&self.name, &self.definition);
        let other = self.other.iter().map(|other| headed(&format!("{}-other", self.name), other));
        std::iter::once(own).chain(other).collect()
    }

    /// The next version with its head.
    pub fn next_source(&self) -> Option<String> {
        self.next.as_ref().map(|next| headed(&self.name, next))
    }
}

fn headed(name: &str, body: &str) -> String {
    let body = &body.replace("$other", &format!("{name}-other"));
    let form = "form:\n  - { name: note, type: text, title: { zh-CN: 说明, en: Note } }\n";
    let form = if body.contains("form:\n") { "" } else { form };
    format!(
        "workflow: {name}\ntitle: {{ zh-CN: {name}, en: {name} }}\nabout: project\nbasis:\n  - {{ rule: wuqing-plan, clause: \
         二(二)2 }}\nstart:\n  by: {{ role: project-officer, of: project.unit }}\n  number: \"{name}-{{year}}-{{seq:4}}\"\n{form}{body}"
    )
}

/// Every fixture of the kit, by name.
pub fn all() -> Vec<Fixture> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/conformance");
    let mut fixtures = Vec::new();
    for family in std::fs::read_dir(&top).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in std::fs::read_dir(&family).unwrap().map(|entry| entry.unwrap().path()) {
            let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
            let source = std::fs::read_to_string(&path).unwrap();
            let read: Result<Fixture, _> = serde_saphyr::from_str(&source);
            let fixture = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            fixtures.push(Fixture { name: format!("{}-{}", stem(&family), stem(&path)), ..fixture });
        }
    }
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}
