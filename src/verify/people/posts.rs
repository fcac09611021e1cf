//! Posts, and who holds them on a day.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    clock::Instant,
    definition::{OrgCode, RoleName, registry},
    engine::{Directory, Principal, who::day_of},
    ids::PersonId,
    language::Text,
};

/// A role of an organisation, of any organisation, or (no role) particular people.
pub type Post = (Option<RoleName>, Option<OrgCode>);

/// Who holds which post, looked up once.
pub struct Posts<'d> {
    /// The organisation.
    pub directory: &'d Directory,
    /// The instant at which they are held.
    pub now: Instant,
    held: BTreeMap<Principal, BTreeSet<PersonId>>,
}

impl<'d> Posts<'d> {
    /// Who holds which post at `now`.
    pub fn of(directory: &'d Directory, now: Instant) -> Self {
        let day = day_of(now);
        let mut held: BTreeMap<Principal, BTreeSet<PersonId>> = BTreeMap::new();
        let active = |person: &PersonId| directory.people.get(person).is_some_and(|person| person.active);
        for a in directory.appointments.iter().filter(|a| active(&a.person)) {
            if a.from <= day && a.until.is_none_or(|until| day <= until) {
                for org in [Some(a.org.clone()), None] {
                    held.entry(Principal::Role(a.role.clone(), org)).or_default().insert(a.person);
                }
            }
        }
        Self { directory, now, held }
    }

    /// Everybody whom one of `principals` means.
    pub fn people(&self, principals: &[Principal]) -> BTreeSet<PersonId> {
        let mut people = BTreeSet::new();
        for principal in principals {
            match principal {
                Principal::Person(person) => {
                    if self.directory.people.get(person).is_some_and(|person| person.active) {
                        people.insert(*person);
                    }
                }
                Principal::Role(_, _) => people.extend(self.held.get(principal).into_iter().flatten()),
            }
        }
        people
    }
}

/// The posts that `principals` mean.
pub fn posts(principals: &[Principal]) -> Vec<Post> {
    let post = |principal: &Principal| match principal {
        Principal::Person(_) => (None, None),
        Principal::Role(role, org) => (Some(role.clone()), org.clone()),
    };
    let posts: BTreeSet<Post> = principals.iter().map(post).collect();
    posts.into_iter().collect()
}

/// The one organisation that the posts belong to.
pub fn organisation(posts: &[Post]) -> Option<OrgCode> {
    let orgs: BTreeSet<_> = posts.iter().map(|(_, org)| org).collect();
    if orgs.len() == 1 { orgs.into_iter().next().cloned().flatten() } else { None }
}

/// The posts as codes: `department-head@edu`.
pub fn codes(posts: &[Post]) -> String {
    let part = |text: Option<&str>| text.unwrap_or("*").to_owned();
    let code = |(role, org): &Post| {
        format!("{}@{}", part(role.as_ref().map(RoleName::as_str)), part(org.as_ref().map(OrgCode::as_str)))
    };
    posts.iter().map(code).collect::<Vec<_>>().join("+")
}

/// The posts in words: 区教育局的部门主要负责人.
pub fn words(posts: &[Post], directory: &Directory) -> Text {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (role, org) in posts {
        let Some(role) = role else {
            zh.push("流程中指定的人员".to_owned());
            en.push("the people whom the workflow names".to_owned());
            continue;
        };
        let role = registry::find(registry::ROLES, role.as_str());
        let (role_zh, role_en) = role.map_or(("未登记的角色", "an unknown role"), |role| (role.zh, role.en));
        match org {
            None => {
                zh.push(role_zh.to_owned());
                en.push(role_en.to_owned());
            }
            Some(code) => {
                let name = directory.organisations.get(code).map(|org| org.name.clone());
                let name = name.unwrap_or_else(|| Text::new(code.as_str(), code.as_str()));
                zh.push(format!("{}的{role_zh}", name.zh));
                en.push(format!("{role_en} of {}", name.en));
            }
        }
    }
    if zh.is_empty() {
        return Text::new("流程所指的人员或机构", "the person or organisation that the workflow means");
    }
    Text::new(zh.join("、"), en.join(", "))
}
