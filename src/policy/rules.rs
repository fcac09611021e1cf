//! The register of rules (1+N): `workflows/policy/rules.yaml`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use super::{
    problem::{PolicyProblem, Problems},
    yaml,
};
use crate::{definition::Citation, language::Text};

/// Every registered rule, in the order of the register.
#[derive(Debug, Clone, Default)]
pub struct Register(Vec<Rule>);

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its code, as definitions cite it.
    pub code: String,
    /// Where it stands in the hierarchy.
    pub layer: Layer,
    /// Its title.
    pub title: Text,
    /// Who issued it.
    pub issuer: Text,
    /// Its document number; left out where the text was not read.
    #[serde(default)]
    pub number: Option<String>,
    /// Where it holds.
    pub jurisdiction: String,
    /// The first day of the version in force, or of issue; left out where the text was not read.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day; open when `None`.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// The articles that definitions and policy cite.
    pub articles: Vec<Article>,
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The “1” of 1+N.
    Plan,
    /// One of the “N”.
    Measure,
    /// A law.
    Law,
    /// A regulation of the State Council.
    Regulation,
    /// A document of the Central Committee and the State Council.
    Central,
    /// A document of the Ministry of Finance.
    Ministry,
    /// A document of the city.
    City,
}

/// A cited article.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// The clause, as the document numbers it.
    pub clause: String,
    /// What it says, in one line.
    pub summary: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    rules: Vec<Rule>,
}

impl Register {
    /// The rule of that code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.code == code)
    }

    /// The cited article, when it is registered.
    #[must_use]
    pub fn article(&self, citation: &Citation) -> Option<&Article> {
        self.get(&citation.rule)?.articles.iter().find(|article| article.clause == citation.clause)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }

    pub(super) fn read(file: &str, source: &str) -> Result<Self, Vec<PolicyProblem>> {
        let raw: RawFile = yaml::read(file, source).map_err(|problem| vec![problem])?;
        let mut problems = Problems::of(file);
        let mut codes = BTreeSet::new();
        for rule in &raw.rules {
            let code = &rule.code;
            if !codes.insert(code.as_str()) {
                problems.push(format!("制度代码“{code}”重复登记"), format!("the rule “{code}” is registered twice"));
            }
            if matches!((rule.from, rule.until), (Some(from), Some(until)) if until < from) {
                problems.push(format!("“{code}”的失效日期早于生效日期"), format!("“{code}” ends before it begins"));
            }
            let mut clauses = BTreeSet::new();
            for article in &rule.articles {
                let clause = &article.clause;
                if !clauses.insert(clause) {
                    problems.push(
                        format!("“{code}”的条款“{clause}”重复登记"),
                        format!("clause “{clause}” of “{code}” is registered twice"),
                    );
                }
            }
        }
        let found = problems.found();
        if found.is_empty() { Ok(Self(raw.rules)) } else { Err(found) }
    }
}
