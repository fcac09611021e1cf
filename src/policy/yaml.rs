//! The door for policy files: YAML within limits, every field known.

use serde::de::DeserializeOwned;

use super::problem::PolicyProblem;
use crate::{definition::Place, language::Text};

/// No policy file comes near this.
const FILE_BYTES_MAX: usize = 256 * 1024;

/// Reads one file into its shape.
pub(super) fn read<T: DeserializeOwned>(file: &str, source: &str) -> Result<T, PolicyProblem> {
    let problem = |at, zh: String, en: String| PolicyProblem { file: file.to_owned(), at, text: Text::new(zh, en) };
    if source.len() > FILE_BYTES_MAX {
        return Err(problem(
            None,
            format!("文件超过{}KB上限", FILE_BYTES_MAX / 1024),
            format!("the file is larger than {} KB", FILE_BYTES_MAX / 1024),
        ));
    }
    serde_saphyr::from_str_with_options(source, limits()).map_err(|error| {
        let at = error.location().map(|at| Place { line: at.line() as usize, column: at.column() as usize });
        let said = error.without_snippet().to_string();
        problem(at, format!("文件内容不符合格式：{said}"), said)
    })
}

/// Depth 32 and no aliases: a bomb of references or brackets stops at the door.
fn limits() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_reader_input_bytes: Some(FILE_BYTES_MAX),
            max_aliases: 0,
            max_anchors: 0,
            max_depth: 32,
            max_nodes: 20_000,
            max_events: 60_000,
            max_documents: 1,
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        with_snippet: false,
        strict_booleans: true,
    }
}
