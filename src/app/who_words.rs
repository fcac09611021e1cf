//! Who is meant, in words.

use super::words;
use crate::{
    definition::{OrgRef, Who},
    language::{Lang, Text},
};

/// Who is meant, in words.
#[must_use]
pub fn who(who_is: &Who) -> Text {
    match who_is {
        Who::Initiator => Text::new("发起人", "the initiator"),
        Who::Role { role, of } => {
            let role = words::role(role);
            match of.as_ref().map(organisation) {
                Some(of) => Text::new(joined(&of.zh, &role.zh), format!("{} {}", role.en, of.en)),
                None => role,
            }
        }
        Who::Item => Text::new("该人员", "that person"),
        Who::Chosen(choosing) => {
            let (from, most) = (who(&choosing.from), choosing.at_most);
            Text::new(
                format!("前面环节从{}中选定的人员（最多{most}人）", from.zh),
                format!("whom an earlier step chose among: {} (at most {most})", from.en),
            )
        }
        Who::Manager { levels: 1, .. } => {
            Text::new("前面环节办理人的上级", "the head of the organisation of who did an earlier step")
        }
        Who::Manager { levels, .. } => Text::new(
            format!("前面环节办理人往上{levels}级的负责人"),
            format!("the head {levels} levels above who did an earlier step"),
        ),
        Who::People(logins) => Text::new(logins.join("、"), logins.join(", ")),
        Who::Union(all) => {
            let all: Vec<Text> = all.iter().map(who).collect();
            let join = |lang: Lang| all.iter().map(|t| t.get(lang)).collect::<Vec<_>>().join(lang.pick("、", ", "));
            Text::new(join(Lang::Zh), join(Lang::En))
        }
    }
}

/// 主管部门 and 部门主要负责人 make 主管部门主要负责人: the word in the middle is said once.
fn joined(of: &str, role: &str) -> String {
    let said_twice = ["部门", "单位"].into_iter().find(|word| of.ends_with(word) && role.starts_with(word));
    format!("{of}{}", said_twice.map_or(role, |word| role.trim_start_matches(word)))
}

/// Which organisation is meant, in words.
#[must_use]
pub fn organisation(of: &OrgRef) -> Text {
    match of {
        OrgRef::ProjectUnit => Text::new("项目单位", "of the project's unit"),
        OrgRef::ProjectDepartment => Text::new("主管部门", "of the project's department"),
        OrgRef::InitiatorUnit => Text::new("发起单位", "of the initiator's unit"),
        OrgRef::InitiatorDepartment => Text::new("发起部门", "of the initiator's department"),
        OrgRef::Item => Text::new("该单位", "of that organisation"),
        OrgRef::Fixed(code) => Text::new(format!("（{code}）"), format!("of {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_the_middle_is_said_once() {
        assert_eq!(joined("主管部门", "部门主要负责人"), "主管部门主要负责人");
        assert_eq!(joined("项目单位", "单位负责人"), "项目单位负责人");
        assert_eq!(joined("项目单位", "项目责任人"), "项目单位项目责任人");
    }
}
