//! A progress table as a sheet: given out with the indicators of the targets, and taken back, through the same door as what
//! is typed.

use super::{Answer, App, Caller, Failure, Request, Viewer, What, importing};
use crate::{
    definition::{Field, FieldKind, FieldName, Form, Progress, Value},
    domain::import_progress,
    engine::{Action, Besides, Refusal, refusal::FieldProblem},
    ids::CaseId,
    language::{Lang, Text},
};

/// Refused rows told at most.
const REFUSED_TOLD_MAX: usize = 100;

impl App {
    /// The sheet of a progress table that an open task writes, for whoever may fill it in.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] where the step writes no such table; what opening the task is refused with.
    pub async fn progress_sheet(
        &self,
        viewer: &Viewer,
        task: (CaseId, u32),
        field: &FieldName,
    ) -> Result<Vec<u8>, Failure> {
        let (_, rows) = self.progress_rows(viewer, task, field).await?;
        import_progress::progress_sheet(&rows, viewer.lang).map_err(Failure::broken)
    }

    /// Fills a progress table from a sheet: all of its rows, or none. What it leaves out stays as it is.
    ///
    /// # Errors
    /// [`Refusal::Fields`] with every bad row and its cells; what saving the task is refused with.
    pub async fn import_progress(
        &self,
        viewer: &Viewer,
        (case, task): (CaseId, u32),
        field: &FieldName,
        xlsx: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let (field, rows) = self.progress_rows(viewer, (case, task), field).await?;
        let refused = |problems: Vec<Text>| {
            let of = |problem| FieldProblem { field: field.name.to_string(), title: field.title.clone(), problem };
            Failure::from(Refusal::Fields { problems: problems.into_iter().map(of).collect() })
        };
        let judged = importing::judged(move || import_progress::import_progress(&xlsx, &rows)).await;
        let import = judged.map_err(|failure| match failure {
            importing::ImportFailure::Unreadable(why) => refused(vec![why]),
            importing::ImportFailure::Failed(failure) => failure,
        })?;
        let bad = import.report.lines.iter().filter(|line| !line.is_accepted()).take(REFUSED_TOLD_MAX);
        let bad: Vec<_> = bad.map(|line| Text::new(line.sentence(Lang::Zh), line.sentence(Lang::En))).collect();
        if !bad.is_empty() {
            return Err(refused(bad));
        }
        let fields = Form::from([(field.name.clone(), Value::Progress(import.rows))]);
        let what = What::Act { case, action: Action::Save { task, fields, besides: Besides::default() } };
        self.execute(Request { by: Caller::Person(viewer.clone()), what, key: None }).await
    }

    async fn progress_rows(
        &self,
        viewer: &Viewer,
        (case, task): (CaseId, u32),
        field: &FieldName,
    ) -> Result<(Field, Vec<Progress>), Failure> {
        let page = self.task_page(viewer, case, task).await?;
        let known = page.definition.field(field).filter(|known| known.kind == FieldKind::ProgressTable);
        let known = known.filter(|_| page.editable.contains(field)).ok_or(Refusal::NotOffered)?;
        let rows = match page.form.get(field) {
            Some(Value::Progress(rows)) => rows.clone(),
            Some(_) | None => Vec::new(),
        };
        Ok((known.clone(), rows))
    }
}
