//! Problems of the file as a whole.

use super::{Code, Problem, Spot, problem};
use crate::definition::model::Place;

/// The top of the file.
pub const TOP: Spot = Spot { at: Place { line: 1, column: 1 }, len: 1 };

/// The text is not YAML.
#[must_use]
pub fn not_yaml(spot: Spot, why: &str) -> Problem {
    problem(
        Code::NotYaml,
        spot,
        (format!("这里不是有效的 YAML：{why}。"), "请检查缩进（只用空格）、冒号后的空格、引号和括号是否成对。"),
        (
            format!("This is not valid YAML: {why}."),
            "Check the indentation (spaces only), the space after each colon, and that quotes and brackets are closed.",
        ),
    )
}

/// The file is no UTF-8, and this is what became of the bytes that are not.
#[must_use]
pub fn not_utf8(spot: Spot) -> Problem {
    problem(
        Code::NotYaml,
        spot,
        ("这里不是有效的 UTF-8 文字。", "请把文件另存为 UTF-8 编码（不要用 GBK）。"),
        ("This is not valid UTF-8 text.", "Save the file as UTF-8 (not as GBK)."),
    )
}

/// More bytes than a definition may have.
#[must_use]
pub fn too_large(bytes: usize, max: usize) -> Problem {
    problem(
        Code::TooLarge,
        TOP,
        (format!("文件有 {bytes} 字节，超过上限 {max} 字节。"), "请精简说明文字，或者拆成多个流程。"),
        (format!("The file has {bytes} bytes, more than the {max} allowed."), "Shorten it, or split the workflow."),
    )
}

/// Nested deeper than a definition may be.
#[must_use]
pub fn too_deep(spot: Spot, max: usize) -> Problem {
    problem(
        Code::TooDeep,
        spot,
        (format!("嵌套超过 {max} 层。"), "请减少 choose 和 parallel 的嵌套，或者检查缩进。"),
        (format!("Nested more than {max} levels deep."), "Nest fewer choices and parallels, or check the indentation."),
    )
}

/// More values than a definition may have.
#[must_use]
pub fn too_many_values(spot: Spot, max: usize) -> Problem {
    problem(
        Code::TooDeep,
        spot,
        (format!("文件中的值超过 {max} 个。"), "请拆成多个流程。"),
        (format!("The file holds more than {max} values."), "Split the workflow."),
    )
}

/// An anchor or an alias.
#[must_use]
pub fn alias(spot: Spot) -> Problem {
    problem(
        Code::Alias,
        spot,
        ("流程定义中不能使用锚点（&）和引用（*）。", "请把内容原样写出；以 & 或 * 开头的文字请加引号。"),
        (
            "Anchors (&) and aliases (*) are not allowed in a definition.",
            "Write the content out; quote text that starts with & or *.",
        ),
    )
}

/// A YAML tag.
#[must_use]
pub fn tag(spot: Spot, tag: &str) -> Problem {
    problem(
        Code::Alias,
        spot,
        (format!("流程定义中不能使用 YAML 标签（{tag}）。"), "请去掉标签；以 ! 开头的文字请加引号。"),
        (
            format!("YAML tags such as {tag} are not allowed in a definition."),
            "Remove the tag; quote text that starts with !.",
        ),
    )
}

/// A character that no text should hold.
#[must_use]
pub fn control_character(spot: Spot) -> Problem {
    problem(
        Code::NotYaml,
        spot,
        ("这里有一个不可见的控制字符。", "请删除该字符后重新输入这一处文字。"),
        ("There is an invisible control character here.", "Delete it and type the text again."),
    )
}

/// A second document in the same file.
#[must_use]
pub fn second_document(spot: Spot) -> Problem {
    problem(
        Code::Documents,
        spot,
        ("一个文件只能写一个流程。", "请删除“---”，把第二个流程放到自己的文件里。"),
        ("One file holds one workflow.", "Remove the “---” and put the second workflow into a file of its own."),
    )
}

/// Nothing in the file.
#[must_use]
pub fn empty() -> Problem {
    problem(
        Code::Documents,
        TOP,
        ("文件是空的。", "请从“workflow: 名称”写起，可参照 workflows 目录中的现有流程。"),
        ("The file is empty.", "Start with “workflow: name”; the shipped workflows show how."),
    )
}

/// A key that stands twice in one mapping.
#[must_use]
pub fn duplicate_key(spot: Spot, key: &str, first: Place) -> Problem {
    problem(
        Code::DuplicateKey,
        spot,
        (format!("“{key}”重复出现，第一次在第 {} 行。", first.line), "请只保留一处。"),
        (format!("“{key}” stands twice; the first is in line {}.", first.line), "Keep one of them."),
    )
}

/// The workflow is called otherwise than its file.
#[must_use]
pub fn name_differs(spot: Spot, workflow: &str, stem: &str) -> Problem {
    problem(
        Code::FileName,
        spot,
        (
            format!("流程名称“{workflow}”与文件名“{stem}”不一致。"),
            format!("请把文件改名为“{workflow}.yaml”，或把流程名称改为“{stem}”。"),
        ),
        (
            format!("The workflow is called “{workflow}” but its file “{stem}”."),
            format!("Rename the file to “{workflow}.yaml”, or the workflow to “{stem}”."),
        ),
    )
}

/// A gate needs a fact whose workflow is not there.
#[must_use]
pub fn cannot_be_obtained(spot: Spot, fact: &str, workflow: &str) -> Problem {
    problem(
        Code::CannotBeObtained,
        spot,
        (
            format!("关口要求事实“{fact}”，但取得它的流程“{workflow}”不在这里。"),
            format!("请一并提供“{workflow}.yaml”。"),
        ),
        (
            format!("The gate needs “{fact}”, but the workflow “{workflow}” that obtains it is not here."),
            format!("Provide “{workflow}.yaml” as well."),
        ),
    )
}

/// A fact is needed that the workflow which should obtain it never comes to record.
#[must_use]
pub fn never_recorded(spot: Spot, fact: &str, workflow: &str) -> Problem {
    problem(
        Code::CannotBeObtained,
        spot,
        (
            format!("这里要求事实“{fact}”，但没有一个流程能走到记录它的步骤。"),
            format!("请看“{workflow}”：要有 record: {{ fact: {fact}, … }}，它前面也不能要求谁都取得不了的事实。"),
        ),
        (
            format!("“{fact}” is needed here, but no workflow ever comes to record it."),
            format!(
                "See “{workflow}”: it needs a record: {{ fact: {fact}, … }}, and before it no fact that nobody can obtain."
            ),
        ),
    )
}

/// Another workflow has the same name.
#[must_use]
pub fn name_taken(spot: Spot, workflow: &str) -> Problem {
    problem(
        Code::SharedWithAnother,
        spot,
        (format!("另一个文件也定义了流程“{workflow}”。"), "请为其中一个流程另取名称，或者删除一个文件。"),
        (format!("Another file defines the workflow “{workflow}” too."), "Rename one of them, or remove one file."),
    )
}

/// Another workflow numbers its cases in the same way.
#[must_use]
pub fn numbers_taken(spot: Spot, other: &str) -> Problem {
    problem(
        Code::SharedWithAnother,
        spot,
        (format!("流程编号的格式与流程“{other}”相同，两个办件会同号。"), "请换一个机关代字，例如“预申”“绩目”。"),
        (
            format!("Case numbers are made as those of “{other}” are, so two cases would bear one number."),
            "Choose other words in front of the year.",
        ),
    )
}
