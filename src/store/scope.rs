//! The row-level boundary: what a person may see. Every read for a person takes one.

use crate::ids::PersonId;

/// What a person may see: rows of certain branches of the organisation, and every case they take part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Who.
    pub person: PersonId,
    /// What tasks may name to mean them: `person:…`, `role@organisation`, `role@*`.
    pub principals: Vec<String>,
    /// Which rows they see without taking part.
    pub reach: Reach,
    /// For whom they stand today.
    pub deputies: Vec<Deputy>,
}

/// Somebody for whom a person stands today: they see that person's open tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputy {
    /// For whom.
    pub of: PersonId,
    /// What tasks may name to mean that person; never what makes them an administrator.
    pub principals: Vec<String>,
    /// In which workflows; all of them when empty.
    pub workflows: Vec<String>,
}

/// Which rows a person sees without taking part in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Those of the whole district.
    Everything,
    /// Those of these branches: organisation paths such as `/wq/edu/`. None at all when empty.
    Branches(Vec<String>),
}

impl Scope {
    /// The whole district.
    #[must_use]
    pub const fn everything(person: PersonId, principals: Vec<String>) -> Self {
        Self { person, principals, reach: Reach::Everything, deputies: Vec::new() }
    }

    /// Some branches, by their organisation paths.
    #[must_use]
    pub const fn within(person: PersonId, principals: Vec<String>, branches: Vec<String>) -> Self {
        Self { person, principals, reach: Reach::Branches(branches), deputies: Vec::new() }
    }

    /// The paths of a branch lie between these two, the lower one included: exact on both databases, where `LIKE` would
    /// ignore case on one of them and take `_` for any character on both.
    pub(super) fn range(branch: &str) -> (String, String) {
        let above = branch.strip_suffix('/').map_or_else(|| format!("{branch}\u{10ffff}"), |stem| format!("{stem}0"));
        (branch.to_owned(), above)
    }

    /// Whether rows of the organisation at `path` are seen without taking part.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        match &self.reach {
            Reach::Everything => true,
            Reach::Branches(branches) => branches.iter().any(|branch| path.starts_with(branch.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_branch_covers_itself_and_what_is_below_it() {
        let person = PersonId::from_uuid(Uuid::from_u128(1));
        let scope = Scope::within(person, Vec::new(), vec!["/wq/edu/".into()]);
        assert!(scope.covers("/wq/edu/"));
        assert!(scope.covers("/wq/edu/school/"));
        assert!(!scope.covers("/wq/education-exams/"));
        let (from, below) = Scope::range("/wq/edu/");
        let inside = |path: &str| from.as_str() <= path && path < below.as_str();
        assert!(inside("/wq/edu/") && inside("/wq/edu/school/"));
        assert!(!inside("/wq/education-exams/") && !inside("/wq/EDU/") && !inside("/wq/eduX/"));
        assert!(!Scope::within(person, Vec::new(), Vec::new()).covers("/wq/edu/"));
    }
}
