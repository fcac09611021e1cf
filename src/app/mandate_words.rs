//! Mandates as people read them, and what differs between two sets.

use serde::Serialize;

use super::words;
use crate::{
    definition::{
        FactName, FactValue,
        mandates::{Mandate, Mandates, Need, Protected},
        registry,
    },
    engine::refusal::{fact_title, value_title},
    language::{Lang, Text},
    policy::Policy,
};

/// A mandate in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MandateView {
    /// Its name.
    pub name: String,
    /// The article that imposes it.
    pub basis: String,
    /// What is protected.
    pub before: Text,
    /// What must be established before.
    pub needs: Text,
}

/// What becomes of a mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeView {
    /// `added`, `removed`, `changed` or `same`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// As it is; none for a new one.
    pub old: Option<MandateView>,
    /// As it would be; none for one that goes.
    pub new: Option<MandateView>,
}

/// Every mandate of a set, in its order.
pub(super) fn all(policy: &Policy, mandates: &Mandates) -> Vec<MandateView> {
    mandates.all.iter().map(|mandate| in_words(policy, mandate)).collect()
}

/// What becomes of each mandate when `new` takes the place of `old`: those of the new set in its order, then those that
/// go.
pub(super) fn changes(policy: &Policy, old: &Mandates, new: &Mandates) -> Vec<ChangeView> {
    let named = |set: &Mandates, name: &str| set.all.iter().find(|mandate| mandate.name == name).cloned();
    let view = |mandate: &Mandate| in_words(policy, mandate);
    let stays_or_comes = new.all.iter().map(|mandate| {
        let before = named(old, &mandate.name);
        let is_same = |before: &Mandate| {
            (&before.basis, &before.before, &before.needs) == (&mandate.basis, &mandate.before, &mandate.needs)
        };
        let kind = match &before {
            None => "added",
            Some(before) if is_same(before) => "same",
            Some(_) => "changed",
        };
        ChangeView { kind, name: mandate.name.clone(), old: before.as_ref().map(view), new: Some(view(mandate)) }
    });
    let goes = old.all.iter().filter(|mandate| named(new, &mandate.name).is_none());
    let goes = goes.map(|mandate| ChangeView {
        kind: "removed",
        name: mandate.name.clone(),
        old: Some(view(mandate)),
        new: None,
    });
    stays_or_comes.chain(goes).collect()
}

fn in_words(policy: &Policy, mandate: &Mandate) -> MandateView {
    MandateView {
        name: mandate.name.clone(),
        basis: words::citation(policy, &mandate.basis),
        before: before(&mandate.before),
        needs: needs(&mandate.needs),
    }
}

fn before(protected: &Protected) -> Text {
    match protected {
        Protected::Effect(effect) => {
            let title = words::entry(registry::find(registry::EFFECTS, effect.as_str()), effect.as_str());
            Text::new(format!("{}之前", title.zh), format!("Before: {}", title.en))
        }
        Protected::Record { fact, is } if is.is_empty() => {
            let of = |lang| fact_title(fact, lang);
            Text::new(format!("记录“{}”之前", of(Lang::Zh)), format!("Before “{}” is recorded", of(Lang::En)))
        }
        Protected::Record { fact, is } => {
            let (zh, en) = (values(fact, is, Lang::Zh), values(fact, is, Lang::En));
            let of = |lang| fact_title(fact, lang);
            Text::new(
                format!("记录“{}”为“{zh}”之前", of(Lang::Zh)),
                format!("Before “{}” is recorded as “{en}”", of(Lang::En)),
            )
        }
    }
}

fn needs(need: &Need) -> Text {
    match need {
        Need::Fact { fact, is } => {
            let (zh, en) = (values(fact, is, Lang::Zh), values(fact, is, Lang::En));
            let of = |lang| fact_title(fact, lang);
            Text::new(
                format!("“{}”的结论须为“{zh}”，并且当时有效", of(Lang::Zh)),
                format!("“{}” stands as “{en}” at that moment", of(Lang::En)),
            )
        }
        Need::Approvals { count, by_different_people, roles } => {
            let roles: Vec<_> = roles.iter().map(words::role).collect();
            let (zh, en): (Vec<_>, Vec<_>) = roles.into_iter().map(|role| (role.zh, role.en)).unzip();
            let (mut who, mut by) = (String::new(), String::new());
            if !zh.is_empty() {
                who = format!("{}的", zh.join("或"));
                by = format!(" by: {}", en.join(" or "));
            }
            let (different, people) =
                if *by_different_people { ("，由不同的人作出", ", of different people") } else { ("", "") };
            Text::new(
                format!("须有{who}至少{count}次审批{different}，并且当时有效"),
                format!("At least {count} approval(s){by}{people}, still standing at that moment"),
            )
        }
    }
}

fn values(fact: &FactName, is: &[FactValue], lang: Lang) -> String {
    let titles: Vec<_> = is.iter().map(|value| value_title(fact, value, lang)).collect();
    titles.join(lang.pick("”或“", "” or “"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::library, definition::check};

    fn read(policy: &Policy, source: &str) -> Mandates {
        check::read_mandates(source, &policy.vocabulary()).unwrap()
    }

    #[test]
    fn the_shipped_mandates_read_as_sentences() {
        let files = library::embedded();
        let policy = Policy::read(&files).unwrap();
        let (_, source) = library::named(&files, "mandates.yaml");
        let shown = all(&policy, &read(&policy, &source));
        let lines: Vec<_> = shown.iter().map(|m| format!("{}，{}", m.before.zh, m.needs.zh)).collect();
        assert_eq!(
            lines,
            [
                "提交预算申请之前，“事前绩效评估”的结论须为“予以支持”或“调整后支持”或“免于评估”，并且当时有效",
                "记录“事前绩效评估”之前，须有财政绩效科的至少1次审批，并且当时有效",
                "提交预算申请之前，“绩效目标”的结论须为“审核通过”，并且当时有效",
                "记录“绩效目标”为“审核通过”之前，须有财政绩效科的至少1次审批，并且当时有效",
                "恢复拨款之前，“整改”的结论须为“验收通过”，并且当时有效",
                "记录“整改”为“验收通过”之前，须有财政绩效科的至少1次审批，并且当时有效",
            ]
        );
    }

    #[test]
    fn what_comes_goes_changes_and_stays_is_told_apart() {
        let files = library::embedded();
        let policy = Policy::read(&files).unwrap();
        let (_, source) = library::named(&files, "mandates.yaml");
        let old = read(&policy, &source);
        let changed = source.replace("approvals: 1", "approvals: 2").replace("without-targets", "without-goals");
        let told = changes(&policy, &old, &read(&policy, &changed));
        let told: Vec<_> = told.iter().map(|change| (change.kind, change.name.as_str())).collect();
        assert_eq!(
            told,
            [
                ("same", "no-budget-request-without-assessment"),
                ("changed", "no-assessment-without-finance"),
                ("added", "no-budget-request-without-goals"),
                ("changed", "no-targets-without-finance"),
                ("same", "no-funding-resumed-without-rectification"),
                ("changed", "no-rectification-without-finance"),
                ("removed", "no-budget-request-without-targets"),
            ]
        );
        let moved = format!("# another line\n{source}");
        assert!(changes(&policy, &old, &read(&policy, &moved)).iter().all(|change| change.kind == "same"));
    }
}
