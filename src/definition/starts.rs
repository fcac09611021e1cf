//! What a `start` step starts.

use super::model::{Who, WorkflowName};

/// Another workflow about the same project and budget year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartCase {
    /// Which workflow; its current version, when the step is entered.
    pub workflow: WorkflowName,
    /// On whose behalf: the first of these people whom that workflow lets start it.
    pub by: Who,
    /// Whether this case goes on only when that one has ended.
    pub waits: bool,
}
