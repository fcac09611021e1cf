use std::{fs, path::Path};

use super::*;
use crate::{
    definition::{check, problem::render},
    language::Lang,
};

type File = (String, String);

fn workflows() -> Vec<File> {
    fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) {
        for entry in fs::read_dir(folder).unwrap() {
            let (path, name) = entry.map(|e| (e.path(), e.file_name().into_string().unwrap())).unwrap();
            if path.is_dir() {
                walk(&path, &format!("{prefix}{name}/"), files);
            } else if name.ends_with(".yaml") {
                files.push((format!("{prefix}{name}"), fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows"), "", &mut files);
    files
}

fn played(files: &[File]) -> (Played, String) {
    let policy = Policy::read(files).unwrap();
    let is_definition = |path: &str| {
        path.ends_with(".yaml") && !path.contains('/') && !path.ends_with(SUFFIX) && path != "mandates.yaml"
    };
    let sources: Vec<_> = files.iter().filter(|(path, _)| is_definition(path)).cloned().collect();
    let definitions = check::read_folder(&sources, &policy.vocabulary()).unwrap();
    let played = play(&definitions.iter().collect::<Vec<_>>(), &[], files, &policy);
    let source = |problem: &Problem| {
        let found = files.iter().find(|(path, _)| Some(path) == problem.file.as_ref());
        found.map_or("", |(_, source)| source.as_str())
    };
    let shown = played.problems.iter().map(|problem| render(problem, source(problem), Lang::En)).collect();
    (played, shown)
}

/// The shipped files, with one replaced by what the other makes of it.
fn with(path: &str, change: impl Fn(&str) -> String) -> (Played, String) {
    let mut files = workflows();
    let file = files.iter_mut().find(|(found, _)| found == path).expect(path);
    let changed = change(&file.1);
    assert_ne!(changed, file.1, "nothing was changed");
    file.1 = changed;
    played(&files)
}

fn codes(played: &Played) -> Vec<&'static str> {
    played.problems.iter().map(|problem| problem.code.text()).collect()
}

#[test]
fn the_shipped_scenarios_pass_and_cover_every_branch() {
    let (played, shown) = played(&workflows());
    assert!(played.problems.is_empty(), "\n{shown}");
    assert!(played.passed >= 30, "{}", played.passed);
}

#[test]
fn a_workflow_that_changes_its_ways_is_found_out() {
    // The grade “poor” lets the case go on, as nobody wants.
    let poor = |source: &str| source.replace("poor: { end: blocked }", "poor: next").replace("blocked, ", "");
    let (played, shown) = with("performance-targets.yaml", poor);
    assert_eq!(codes(&played), ["E803"], "{shown}");
    let straight = |source: &str| source.replace("{ return to: goals, resume: here }", "next");
    let (played, shown) = with("performance-targets.yaml", straight);
    assert!(codes(&played).contains(&"E805") || codes(&played).contains(&"E804"), "{shown}");
    let unguarded =
        |source: &str| source.replacen("is: accepted }\n    else: refuse", "is: accepted }\n    else: wait", 1);
    let (played, shown) = with("budget-request.yaml", unguarded);
    assert!(codes(&played).contains(&"E805"), "{shown}");
}

#[test]
fn every_branch_that_no_scenario_takes_is_named_at_its_step() {
    let (played, shown) = with("performance-targets.scenarios.yaml", |source| {
        let (kept, _) = source.split_once("- 情景: 部门绩效岗可以退回").unwrap();
        kept.to_owned()
    });
    assert!(played.problems.iter().all(|problem| problem.code.text() == "E806"), "{shown}");
    assert!(played.problems.iter().all(|problem| problem.file.as_deref() == Some("performance-targets.yaml")));
    for wanted in ["from “department-review” to “goals”", "from “department-approval” to “draft”", "the withdrawal"]
    {
        assert!(shown.contains(wanted), "{wanted}\n{shown}");
    }
}

#[test]
fn a_definition_without_scenarios_is_told_once() {
    let mut files = workflows();
    files.retain(|(path, _)| path != "ex-ante-assessment.scenarios.yaml");
    let (played, shown) = played(&files);
    assert_eq!(codes(&played), ["E801"], "{shown}");
}

fn targets(lines: &str) -> (Played, String) {
    with("performance-targets.scenarios.yaml", |source| format!("{source}\n- scenario: one more\n{lines}"))
}

#[test]
fn every_line_that_is_not_understood_is_told_with_what_can_be_said() {
    let (played, shown) = targets(
        "  given: { project: road-repair, year: 2027 }\n  when:\n    - li-wei begins performance-targets\n    \
         - li-wei completes\n  then:\n    - everything went well\n",
    );
    assert_eq!(codes(&played), ["E802", "E802", "E802"], "{shown}");
    assert!(shown.contains("li-wei completes draft with amount 120万元"), "{shown}");
}

#[test]
fn names_and_values_that_mean_nothing_are_pointed_at() {
    let given = "  given: { project: road-repair, year: 2027 }\n";
    for (lines, code, at) in [
        ("when: [liwei starts performance-targets]\n  then: [the case waits at draft]", "E803", "liwei"),
        ("when: [li-wei starts performance-target]\n  then: [the case waits at draft]", "E803", "performance-target"),
        ("when: [li-wei starts budget-request]\n  then: [the case waits at draft]", "E804", ""),
        (
            "when:\n    - li-wei starts performance-targets\n    - li-wei completes draft with amount 120\n  then: [the \
             case waits at goals]",
            "E803",
            "万元",
        ),
        (
            "when:\n    - li-wei starts performance-targets\n    - chen-jie approves department-review\n  then: [the \
             case waits at draft]",
            "E804",
            "What waits now: draft",
        ),
        (
            "when:\n    - li-wei starts performance-targets\n  then: [the case waits at goals]",
            "E805",
            "Expected: it waits at goals. Found: it waits at draft.",
        ),
        (
            "when:\n    - li-wei starts performance-targets\n  then: [li-wei completes draft]",
            "E802",
            "nobody does anything",
        ),
        (
            "when:\n    - li-wei starts performance-targets\n  then: [\"li-wei cannot complete draft because “绩效”\"]",
            "E805",
            "it was done",
        ),
    ] {
        let (played, shown) = targets(&format!("{given}  {lines}\n"));
        assert_eq!(codes(&played), [code], "{lines}\n{shown}");
        assert!(shown.contains(at), "{lines}\n{shown}");
    }
}

#[test]
fn a_district_with_slips_is_told_alone() {
    let (played, shown) =
        with(DISTRICT, |source| source.replace("of: housing }", "of: houses }").replace("1200万元", "1200"));
    assert_eq!(codes(&played), ["E803", "E803", "E803"], "{shown}");
    assert!(played.problems.iter().all(|problem| problem.file.as_deref() == Some(DISTRICT)));
}

#[test]
fn time_that_passes_ends_a_wait() {
    let mut files = workflows();
    for (path, source) in &mut files {
        if path == "performance-targets.yaml" {
            *source = source.replace(
                "  - record: { fact: targets",
                "  - wait: notice\n    for: 7 working days\n\n  - record: { fact: targets",
            );
        }
        if path == "budget-request.scenarios.yaml" {
            *source = source.replace(
                "    - finance grades finance-review excellent\n",
                "    - finance grades finance-review excellent\n    - 7 working days pass\n",
            );
        }
        if path == "performance-targets.scenarios.yaml" {
            *source = source.split("\n- ").take(2).map(|one| format!("{one}\n- ")).collect::<String>();
            *source = source.trim_end_matches("- ").replace(
                "    - finance grades finance-review excellent\n",
                "    - finance grades finance-review excellent\n    - 6 working days pass\n    - the case waits at notice\n    - 1 working day pass\n",
            );
        }
    }
    let (played, shown) = played(&files);
    assert!(codes(&played).iter().all(|code| *code == "E806"), "{shown}");
    assert!(played.passed > 20, "{}", played.passed);
}

/// The shipped targets with one more scenario.
fn with_scenario(lines: &[&str], then: &str) -> (Played, String) {
    let when: String = lines.iter().map(|line| format!("    - {line}\n")).collect();
    let given = "{ project: road-repair, year: 2027 }";
    let more = format!("\n- scenario: one more\n  given: {given}\n  when:\n{when}  then: [{then}]\n");
    with("performance-targets.scenarios.yaml", |source| format!("{source}{more}"))
}

#[test]
fn every_term_can_be_told_in_a_scenario() {
    let (played, shown) = with_scenario(
        &[
            "li-wei starts performance-targets",
            "admin suspends the case because the plan is under review",
            "li-wei cannot complete draft because “挂起”",
            "流程管理员 恢复 办件，因为 规划已批",
            "li-wei completes draft",
            "li-wei completes goals",
            "qian-hao becomes department-reviewer of housing",
            "chen-jie claims department-review",
            "qian-hao cannot approve department-review because “认领”",
            "陈洁 归还 department-review",
            "钱浩 认领 department-review",
            "钱浩 归还 department-review",
            "li-wei urges department-review",
            "李伟 不能 催办 department-review，因为“催办”",
            "chen-jie delegates department-review to zhou-yun because the costs are unusual",
            "chen-jie cannot approve department-review because “周芸”",
            "周芸 建议不同意 department-review，因为 成本偏高",
            "陈洁 委派 department-review 给 周芸",
            "chen-jie calls back department-review",
            "chen-jie adds zhou-yun before department-review",
            "陈洁 减签 周芸 于 department-review",
            "陈洁 后加签 周芸 于 department-review",
            "chen-jie approves department-review",
            "department-review waits for zhou-yun",
            "zhou-yun approves department-review",
            "the case waits at department-approval",
            "周芸 撤回 决定，因为 尚需补充",
            "department-review waits for zhou-yun",
            "zhou-yun approves department-review",
            "zhao-min transfers department-approval to sun-lan because she is away",
            "department-approval waits for sun-lan",
            "sun-lan approves department-approval",
            "finance cannot abstain at finance-review because “办理方式”",
            "admin terminates the case because the project is given up",
        ],
        "the case ends terminated",
    );
    assert!(played.problems.is_empty(), "\n{shown}");
}

#[test]
fn a_slip_in_a_verb_is_answered_with_the_sentence_that_was_meant() {
    for (line, offered) in [
        ("chen-jie calims department-review", "chen-jie claims finance-review"),
        ("chen-jie transfres department-review to qian-hao", "chen-jie transfers department-review to qian-hao"),
        ("chen-jie adds qian-hao somewhere department-review", "chen-jie adds qian-hao before department-review"),
        ("chen-jie claims department-review with amount 120万元", "chen-jie claims finance-review"),
        ("陈洁 建议同义 department-review", "qian-hao advises for department-review"),
        ("chen-jie sings a song", "The verbs: starts, completes"),
    ] {
        let (played, shown) = with_scenario(&["li-wei starts performance-targets", line], "the case waits at draft");
        assert_eq!(codes(&played), ["E802"], "{line}\n{shown}");
        assert!(shown.contains(offered), "{line}\n{shown}");
    }
}

#[test]
fn scenarios_tell_of_packages_that_are_received_and_answered() {
    const TRIAL: &str = r#"workflow: sent-on
title: { zh-CN: 移送试验, en: Sent on }
about: project
outcomes: [accepted, rejected]
start: { by: { role: project-officer, of: project.unit }, number: "移〔{year}〕{seq:4}" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
  - { name: reply, type: text, title: { zh-CN: 答复内容, en: Reply } }
steps:
  - fill: draft
    by: initiator
    edit: [note]
  - handoff: to-edu
    title: { zh-CN: 移送教育局, en: To the education bureau }
    to: { role: department-head, of: edu }
    package: [note]
    receive: { due: 2 working days, return to: [draft] }
    answer:
      edit: [reply]
      due: 20 days
      results:
        taken-up: { title: { zh-CN: 受理, en: Taken up }, then: next }
        declined: { title: { zh-CN: 不予受理, en: Declined }, end: rejected }
  - end: accepted
"#;
    const TOLD: &str = "- scenario: answered
  given: { project: road-repair, year: 2027 }
  when:
    - li-wei starts sent-on
    - li-wei completes draft
    - li-wei cannot receive to-edu because \"发起人\"
    - zhou-yun returns to-edu-receipt to draft because it lacks a figure
    - li-wei completes draft
    - zhou-yun receives to-edu
    - to-edu waits for zhou-yun
    - zhou-yun answers to-edu as taken-up with reply 已办
  then:
    - the case ends accepted
- 情景: 不予受理
  给定: { 项目: 农村公路修缮, 年度: 2027 }
  当:
    - 李伟 发起 sent-on
    - 李伟 填报 draft
    - 周芸 签收 移送教育局
    - 周芸 答复 to-edu 为 不予受理，因为 不属本局
  那么: [办件 办结为 rejected]
";
    let mut files = workflows();
    files.push(("sent-on.yaml".into(), TRIAL.into()));
    files.push(("sent-on.scenarios.yaml".into(), TOLD.into()));
    let (played, shown) = played(&files);
    assert!(played.problems.is_empty(), "\n{shown}");
}

#[test]
fn a_scenario_about_a_definition_has_no_project_and_no_facts() {
    let (played, shown) = with("definition-change.scenarios.yaml", |source| {
        source.replacen(
            "{ definition: small-grant }",
            "{ definition: small-grant, project: road-repair, year: 2027 }",
            1,
        )
    });
    assert_eq!(codes(&played)[..2], ["E101", "E101"], "{shown}");
    let (played, shown) = with("definition-change.scenarios.yaml", |source| {
        source.replacen("{ definition: small-grant }", "{ project: road-repair, year: 2027 }", 1)
    });
    assert!(codes(&played).contains(&"E804") && shown.contains("may not start"), "{shown}");
}

#[test]
fn the_workflow_by_which_definitions_change_is_covered_like_any_other() {
    let (played, shown) = with("definition-change.scenarios.yaml", |source| {
        source
            .replace("    - security rejects approval because the scenarios no longer tell what the plan demands\n", "")
    });
    assert!(shown.contains("the rejection at “approval”"), "{shown}");
    assert!(codes(&played).contains(&"E805"), "{shown}");
    let mut files = workflows();
    files.retain(|(path, _)| path != "definition-change.scenarios.yaml");
    let (played, shown) = self::played(&files);
    assert_eq!(codes(&played), ["E801"], "{shown}");
}

#[test]
fn who_does_a_later_step_is_chosen_in_a_scenario() {
    const TRIAL: &str = r#"workflow: chosen-panel
title: { zh-CN: 选定试验, en: Chosen panel }
about: project
outcomes: [accepted]
start: { by: { role: project-officer, of: project.unit }, number: "选〔{year}〕{seq:4}" }
form:
  - { name: note, type: text, required: true, title: { zh-CN: 说明, en: Note } }
steps:
  - fill: draft
    by: initiator
    edit: [note]
  - fill: opinion
    by: { chosen by: draft, from: [{ role: department-head, of: edu }, { role: department-reviewer, of: housing }], at most: 2 }
    edit: [note]
  - end: accepted
"#;
    const TOLD: &str = "- scenario: chosen
  given: { project: road-repair, year: 2027 }
  when:
    - li-wei starts chosen-panel
    - chen-jie cannot choose zhou-yun for opinion because \"办理\"
    - li-wei cannot choose zhao-min for opinion because \"赵敏\"
    - li-wei chooses zhou-yun and chen-jie for opinion
    - li-wei completes draft
    - opinion waits for chen-jie, zhou-yun
    - zhou-yun completes opinion
  then:
    - the case ends accepted
- 情景: 没有写的，选第一人
  给定: { 项目: 农村公路修缮, 年度: 2027 }
  当:
    - 李伟 发起 chosen-panel
    - 李伟 填报 draft
  那么: [opinion 待 周芸]
";
    let chosen = |told: &str| {
        let mut files = workflows();
        files.push(("chosen-panel.yaml".into(), TRIAL.into()));
        files.push(("chosen-panel.scenarios.yaml".into(), told.into()));
        played(&files)
    };
    let (played, shown) = chosen(TOLD);
    assert!(played.problems.is_empty(), "\n{shown}");
    let (played, shown) = chosen(&TOLD.replace("chen-jie for opinion", "chen-jie for draft"));
    assert_eq!(codes(&played), ["E803"], "{shown}");
    assert!(shown.contains("opinion"), "{shown}");
}
