//! Changes of an approval: who, how many, where it leads.

use super::{Changes, ROLES, kind, step};
use crate::{
    definition::registry,
    mutants::yaml::{Key, Yaml},
};

impl Changes<'_> {
    pub(super) fn approve(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        for role in ROLES {
            let by = Yaml::map(vec![("role", Yaml::plain(role))]);
            self.replaced("another-role", format!("{words} {role}"), place, own.with("by", by.clone()));
            let instead = Yaml::map(vec![("to", by)]);
            self.replaced("somebody-instead", format!("{words} {role}"), place, own.with("nobody", instead));
        }
        self.replaced(
            "own-approval",
            words.clone(),
            place,
            own.with("initiator", Yaml::Text("may decide".into(), true)),
        );
        self.replaced("by-initiator", words.clone(), place, own.with("by", Yaml::plain("initiator")));
        for field in self.fields.clone().into_iter().take(2) {
            self.replaced(
                "write-while-approving",
                format!("{words} {field}"),
                place,
                own.with("edit", Yaml::list(&[&field])),
            );
        }
        self.replaced("drop-edit", words.clone(), place, own.without("edit"));
        self.replaced("drop-reject", words.clone(), place, own.without("reject"));
        self.replaced("add-reject", words.clone(), place, own.with("reject", Yaml::plain("rejected")));
        for mode in ["all", "sequence"] {
            self.replaced("everybody", format!("{words} {mode}"), place, own.with("mode", Yaml::plain(mode)));
        }
        for passes in ["1/3", "2/3", "1 vote", "100%"] {
            let ends = || Yaml::map(vec![("end", Yaml::plain("rejected"))]);
            let route = if own.get("grades").is_some() { "undecided" } else { "failed" };
            let vote = Yaml::map(vec![("vote", Yaml::Text(passes.into(), true)), (route, ends())]);
            self.replaced("vote", format!("{words} {passes}"), place, own.without("reject").with("mode", vote));
        }
    }

    /// It is asked of another organ, or decided by people who do not see everything, or not waited for for ever.
    pub(super) fn approve_less(&mut self, place: (&[Key], usize), own: &Yaml) {
        let (name, words) = (own.get("approve").map_or("", Yaml::text).to_owned(), kind(own).1);
        let fields = self.fields.clone();
        for field in fields.iter().take(2) {
            for key in ["hidden", "read"] {
                let changed = own.with(key, Yaml::list(&[field]));
                self.replaced("keep-from-approver", format!("{words} {key} {field}"), place, changed);
            }
        }
        let late = Yaml::map(vec![("do", Yaml::plain(registry::SUSPEND_FUNDING))]);
        self.replaced("effect-when-late", words.clone(), place, own.with("late", late));
        let (Some(by), Some(package)) = (own.get("by"), fields.first()) else { return };
        let due = || Yaml::map(vec![("due", Yaml::Text("5 days".into(), true))]);
        let rest = vec![("to", by.clone()), ("package", Yaml::list(&[package])), ("receive", due()), ("answer", due())];
        self.replaced("hand-off-instead", words, place, step("handoff", &name, rest));
    }

    /// Every step that people act on before this one in its own list or in a list around it.
    fn earlier(&self, (list, no): (&[Key], usize)) -> Vec<(String, bool)> {
        let mut earlier = Vec::new();
        let (mut list, mut no, mut own) = (list.to_vec(), no, true);
        loop {
            for step in &self.steps(&list)[..no] {
                if matches!(kind(step).0, "fill" | "approve")
                    && let Yaml::Map(entries) = step
                {
                    earlier.push((entries[0].1.text().to_owned(), own));
                }
            }
            let Some(at) = list.iter().rposition(|key| matches!(key, Key::At(_))) else { return earlier };
            // The index of a branch is not the index of a step.
            let at = if at > 0 && list[at - 1] == Key::Of("branches") { at - 2 } else { at };
            if let Key::At(outer) = list[at] {
                (no, own) = (outer, false);
            }
            list.truncate(at);
        }
    }

    pub(super) fn ways_back(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        self.replaced("drop-returns", words.clone(), place, own.without("return to"));
        if own.get("grades").is_some() {
            return;
        }
        for (to, in_own_list) in self.earlier(place) {
            for resume in ["through", "here"] {
                if resume == "here" && !in_own_list {
                    continue;
                }
                let route = Yaml::map(vec![("step", Yaml::plain(&to)), ("resume", Yaml::plain(resume))]);
                let only = Yaml::List(vec![route]);
                let words = format!("{words} to {to} {resume}");
                self.replaced("return-over-a-gate", words, place, own.with("return to", only));
            }
        }
        for (to, _) in self.earlier(place) {
            self.replaced("keep-out", format!("{words} not by {to}"), place, own.with("not by", Yaml::list(&[&to])));
        }
        self.replaced("drop-not-by", words, place, own.without("not by"));
    }

    pub(super) fn grades(&mut self, place: (&[Key], usize), own: &Yaml) {
        let words = kind(own).1;
        let Some(Yaml::Map(grades)) = own.get("grades") else { return };
        for (name, grade) in grades {
            let mut routes = vec![
                ("grade-goes-on", "next".to_owned(), Yaml::map(vec![("then", Yaml::plain("next"))])),
                ("grade-ends", "end".to_owned(), Yaml::map(vec![("end", Yaml::plain("rejected"))])),
            ];
            for (to, in_own_list) in self.earlier(place) {
                for resume in ["through", "here"].into_iter().filter(|resume| in_own_list || *resume == "through") {
                    let route = Yaml::map(vec![("return to", Yaml::plain(&to)), ("resume", Yaml::plain(resume))]);
                    routes.push(("swap-resume", format!("{to} {resume}"), route));
                }
            }
            for (operator, route_words, route) in routes {
                let Yaml::Map(route) = route else { continue };
                let bare = grade.without("then").without("return to").without("resume").without("end");
                let bare = if matches!(bare, Yaml::Map(_)) { bare } else { Yaml::Map(Vec::new()) };
                let changed = route.into_iter().fold(bare, |grade, (key, value)| grade.with(&key, value));
                let mut grades = grades.clone();
                for (own, value) in &mut grades {
                    if own == name {
                        *value = changed.clone();
                    }
                }
                let words = format!("{words} {name} {route_words}");
                self.replaced(operator, words, place, own.with("grades", Yaml::Map(grades)));
            }
            let fewer = grades.iter().filter(|(own, _)| own != name).cloned().collect();
            self.replaced("drop-grade", format!("{words} {name}"), place, own.with("grades", Yaml::Map(fewer)));
        }
    }
}
