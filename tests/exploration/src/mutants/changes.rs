//! The changes.

mod approvals;

use super::yaml::{Key, Yaml};
use crate::definition::registry;

/// The operator, the place in words, the whole file with the change.
type Change = (&'static str, String, Yaml);

const ROLES: [&str; 6] =
    ["department-reviewer", "department-head", "finance-performance", "finance-section", "finance-leader", "auditor"];

/// Every change at every place.
pub fn all(root: &Yaml) -> Vec<Change> {
    let mut changes = Changes { root, fields: fields(root), found: Vec::new() };
    let mut lists = vec![vec![Key::Of("steps")]];
    let mut at = 0;
    while let Some(list) = lists.get(at).cloned() {
        for no in 0..changes.steps(&list).len() {
            lists.extend(changes.inner(&list, no));
        }
        at += 1;
    }
    for list in &lists {
        for no in 0..changes.steps(list).len() {
            changes.order(list, no);
            changes.inserted(list, no);
            changes.of_step(list, no);
        }
    }
    changes.effects_elsewhere(&lists);
    changes.found
}

struct Changes<'a> {
    root: &'a Yaml,
    fields: Vec<String>,
    found: Vec<Change>,
}

fn fields(root: &Yaml) -> Vec<String> {
    let all = root.get("form").map_or(&[][..], Yaml::items);
    all.iter().filter_map(|field| Some(field.get("name")?.text().to_owned())).collect()
}

/// The kind of a step, and its words.
fn kind(step: &Yaml) -> (&str, String) {
    let Yaml::Map(entries) = step else { return ("", String::new()) };
    let Some((kind, name)) = entries.first() else { return ("", String::new()) };
    (kind, format!("{kind} {}", if name.text().is_empty() { name.written() } else { name.text().to_owned() }))
}

fn step(kind: &str, name: &str, rest: Vec<(&str, Yaml)>) -> Yaml {
    Yaml::map([(kind, Yaml::plain(name))].into_iter().chain(rest).collect())
}

impl Changes<'_> {
    fn steps(&self, list: &[Key]) -> Vec<Yaml> {
        self.root.at(list).map_or(&[][..], Yaml::items).to_vec()
    }

    /// The lists of steps inside a step.
    fn inner(&self, list: &[Key], no: usize) -> Vec<Vec<Key>> {
        let here =
            |rest: &[Key]| list.iter().cloned().chain([Key::At(no)]).chain(rest.iter().cloned()).collect::<Vec<_>>();
        let step = &self.steps(list)[no];
        let branches = step.get("branches").map_or(0, |branches| branches.items().len());
        let mut inner: Vec<_> =
            (0..branches).map(|at| here(&[Key::Of("branches"), Key::At(at), Key::Of("steps")])).collect();
        if let Some(Yaml::List(_)) = step.get("otherwise") {
            inner.push(here(&[Key::Of("otherwise")]));
        }
        inner
    }

    fn found(&mut self, operator: &'static str, place: String, list: &[Key], steps: Vec<Yaml>) {
        self.found.push((operator, place, self.root.put(list, Yaml::List(steps))));
    }

    fn replaced(&mut self, operator: &'static str, place: String, (list, no): (&[Key], usize), step: Yaml) {
        let mut steps = self.steps(list);
        steps[no] = step;
        self.found(operator, place, list, steps);
    }

    fn order(&mut self, list: &[Key], no: usize) {
        let steps = self.steps(list);
        let (own, words) = kind(&steps[no]);
        let mut without = steps.clone();
        without.remove(no);
        if !without.is_empty() {
            let operator = match own {
                "gate" => "drop-gate",
                "record" => "drop-record",
                "approve" => "drop-approval",
                "end" => "drop-end",
                _ => "drop-step",
            };
            self.found(operator, words.clone(), list, without.clone());
        }
        for to in 0..without.len() {
            let mut moved = without.clone();
            moved.insert(to, steps[no].clone());
            let operator =
                if matches!(own, "do" | "record") && to < no { "effect-before-its-gate" } else { "move-step" };
            if to.abs_diff(no) <= 3 || to == 0 {
                self.found(operator, format!("{words} to {to}"), list, moved);
            }
        }
        if let Some(next) = steps.get(no + 1) {
            let branch = |step: &Yaml, title: &str| {
                let title = Yaml::map(vec![("zh-CN", Yaml::plain(title)), ("en", Yaml::plain(title))]);
                Yaml::map(vec![("title", title), ("steps", Yaml::List(vec![step.clone()]))])
            };
            let branches = Yaml::List(vec![branch(&steps[no], "one"), branch(next, "two")]);
            let mut parallel = without.clone();
            parallel[no] = step("parallel", "side-by-side", vec![("branches", branches)]);
            self.found("side-by-side", words.clone(), list, parallel);
        }
        let when = |steps: Vec<Yaml>| {
            let branch =
                Yaml::map(vec![("when", Yaml::Text("case.year > 2026".into(), true)), ("steps", Yaml::List(steps))]);
            let rest = vec![("branches", Yaml::List(vec![branch])), ("otherwise", Yaml::plain("next"))];
            step("choose", "sometimes", rest)
        };
        if own != "end" {
            let mut sometimes = steps.clone();
            sometimes[no] = when(vec![steps[no].clone()]);
            self.found("into-a-branch", words, list, sometimes);
        }
    }

    /// Something that should not be there, after a step.
    fn inserted(&mut self, list: &[Key], no: usize) {
        let steps = self.steps(list);
        let (own, words) = kind(&steps[no]);
        if own == "end" {
            return;
        }
        let mut with = |operator: &'static str, step: Yaml| {
            let mut steps = steps.clone();
            steps.insert(no + 1, step);
            self.found(operator, words.clone(), list, steps);
        };
        let by = || Yaml::plain("initiator");
        with("pause", step("wait", "pause", vec![("for", Yaml::Text("5 days".into(), true))]));
        let role = Yaml::map(vec![("role", Yaml::plain("auditor"))]);
        with("one-more-approval", step("approve", "one-more", vec![("by", role)]));
        with("fill-afterwards", step("fill", "correction", vec![("by", by()), ("edit", Yaml::List(Vec::new()))]));
        let first = self.fields.first().cloned();
        if let Some(field) = first {
            let edit = Yaml::List(vec![Yaml::plain(&field)]);
            let mut steps = steps.clone();
            steps.insert(no + 1, step("fill", "correction", vec![("by", by()), ("edit", edit)]));
            self.found("write-afterwards", words, list, steps);
        }
    }

    fn of_step(&mut self, list: &[Key], no: usize) {
        let own = self.steps(list)[no].clone();
        let place = (list, no);
        match kind(&own).0 {
            "gate" => self.gate(place, &own),
            "choose" => self.choose(place, &own),
            "parallel" => self.parallel(place, &own),
            "record" => self.record(place, &own),
            "approve" => {
                self.approve(place, &own);
                self.approve_less(place, &own);
                self.ways_back(place, &own);
                self.grades(place, &own);
            }
            "fill" => self.fill(place, &own),
            _ => {}
        }
    }

    fn gate(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        let Some(needs) = own.get("needs") else { return };
        let fact = needs.get("fact").map_or("", Yaml::text);
        let is: Vec<_> = needs.get("is").map_or(&[][..], Yaml::items).iter().map(Yaml::text).collect();
        let values = registry::fact(fact).map_or(&[][..], |fact| fact.values);
        for value in values {
            let (operator, changed): (_, Vec<&str>) = if is.contains(&value.name) {
                ("narrow-gate", is.iter().copied().filter(|one| *one != value.name).collect())
            } else {
                ("relax-is", is.iter().copied().chain([value.name]).collect())
            };
            for (operator, changed) in [(operator, changed), ("another-value", vec![value.name])] {
                if !changed.is_empty() {
                    let needs = needs.with("is", Yaml::list(&changed));
                    self.replaced(operator, format!("{words} {changed:?}"), place, own.with("needs", needs));
                }
            }
        }
        for other in registry::FACTS.iter().filter(|other| other.entry.name != fact) {
            let values: Vec<_> = other.values.iter().map(|value| value.name).collect();
            let needs = Yaml::map(vec![("fact", Yaml::plain(other.entry.name)), ("is", Yaml::list(&values))]);
            self.replaced("another-fact", words.clone(), place, own.with("needs", needs));
        }
        self.replaced("wait-instead", words.clone(), place, own.with("else", Yaml::plain("wait")));
        self.replaced("drop-covers", words, place, own.without("covers"));
    }

    fn choose(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        let branches = own.get("branches").map_or(&[][..], Yaml::items).to_vec();
        for (no, branch) in branches.iter().enumerate() {
            let when = branch.get("when").map_or("", Yaml::text).to_owned();
            for (operator, changed) in
                [("turn-condition", format!("!({when})")), ("widen-branch", format!("{when} || !({when})"))]
            {
                let mut branches = branches.clone();
                branches[no] = branch.with("when", Yaml::Text(changed, true));
                self.replaced(operator, format!("{words} {no}"), place, own.with("branches", Yaml::List(branches)));
            }
            if branches.len() > 1 {
                let mut branches = branches.clone();
                branches.remove(no);
                self.replaced(
                    "drop-branch",
                    format!("{words} {no}"),
                    place,
                    own.with("branches", Yaml::List(branches)),
                );
            }
            for other in no + 1..branches.len() {
                let mut branches = branches.clone();
                let (a, b) = (branch.get("steps").cloned(), branches[other].get("steps").cloned());
                if let (Some(a), Some(b)) = (a, b) {
                    branches[no] = branches[no].with("steps", b);
                    branches[other] = branches[other].with("steps", a);
                    let place_words = format!("{words} {no} and {other}");
                    self.replaced("swap-branches", place_words, place, own.with("branches", Yaml::List(branches)));
                }
            }
            if let (Some(otherwise @ Yaml::List(_)), Some(steps)) = (own.get("otherwise"), branch.get("steps")) {
                let mut branches = branches.clone();
                branches[no] = branches[no].with("steps", otherwise.clone());
                let swapped = own.with("branches", Yaml::List(branches)).with("otherwise", steps.clone());
                self.replaced("swap-branches", format!("{words} {no} and otherwise"), place, swapped);
            }
            if let Some(Yaml::List(inner)) = branch.get("steps") {
                let mut steps = self.steps(place.0);
                steps.splice(place.1..=place.1, inner.iter().cloned());
                self.found("always-this-branch", format!("{words} {no}"), place.0, steps);
            }
        }
        self.replaced("drop-otherwise", words.clone(), place, own.with("otherwise", Yaml::plain("next")));
        self.replaced("no-otherwise", words.clone(), place, own.without("otherwise"));
        let steps = self.steps(place.0);
        // What follows goes into one branch.
        if let (Some(next), Some(first)) = (steps.get(place.1 + 1), branches.first())
            && let Some(Yaml::List(inner)) = first.get("steps")
        {
            let mut branches = branches.clone();
            branches[0] = first.with("steps", Yaml::List(inner.iter().cloned().chain([next.clone()]).collect()));
            let mut steps = steps.clone();
            steps[place.1] = own.with("branches", Yaml::List(branches));
            steps.remove(place.1 + 1);
            self.found("next-into-a-branch", words, place.0, steps);
        }
    }

    fn parallel(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        let branches = own.get("branches").map_or(&[][..], Yaml::items).to_vec();
        for (kept, branch) in branches.iter().enumerate() {
            let Some(Yaml::List(inner)) = branch.get("steps") else { continue };
            let mut steps = self.steps(place.0);
            steps.splice(place.1..=place.1, inner.iter().cloned());
            self.found("drop-parallel-branch", format!("{words} all but {kept}"), place.0, steps);
        }
        let inner = branches.iter().flat_map(|branch| branch.get("steps").map_or(&[][..], Yaml::items).to_vec());
        let mut steps = self.steps(place.0);
        steps.splice(place.1..=place.1, inner);
        self.found("one-after-another", words, place.0, steps);
    }

    fn record(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        let Some(record) = own.get("record") else { return };
        for fact in registry::FACTS {
            for value in fact.values {
                let changed = record.with("fact", Yaml::plain(fact.entry.name)).with("is", Yaml::plain(value.name));
                let words = format!("{words} {} {}", fact.entry.name, value.name);
                self.replaced("record-another", words, place, own.with("record", changed));
            }
        }
        self.replaced("drop-cap", words, place, own.with("record", record.without("cap")));
    }

    fn fill(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        self.replaced("write-nothing", words.clone(), place, own.with("edit", Yaml::List(Vec::new())));
        for role in ["department-reviewer", "finance-performance"] {
            let by = Yaml::map(vec![("role", Yaml::plain(role))]);
            self.replaced("another-role", format!("{words} {role}"), place, own.with("by", by));
        }
        let all: Vec<_> = self.fields.iter().map(String::as_str).collect();
        self.replaced("write-everything", words, place, own.with("edit", Yaml::list(&all)));
    }

    /// What the case does to the world, once more at every other place.
    fn effects_elsewhere(&mut self, lists: &[Vec<Key>]) {
        let all: Vec<_> = lists.iter().flat_map(|list| self.steps(list)).collect();
        for effect in all.iter().filter(|step| matches!(kind(step).0, "do" | "record")) {
            for list in lists {
                let steps = self.steps(list);
                for at in 0..steps.len() {
                    let mut more = steps.clone();
                    more.insert(at, effect.clone());
                    let words = format!("{} before {}", kind(effect).1, kind(&steps[at]).1);
                    self.found("effect-elsewhere", words, list, more);
                }
            }
        }
    }
}
