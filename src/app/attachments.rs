//! Attaching files to a case, and reading them back.

use sm3::{Digest as _, Sm3};

use super::{App, Failure, Viewer, closed_task, loading, sight};
use crate::{
    definition::{FieldKind, FileRef, Form, Step, Value},
    domain::upload,
    engine::{self, Action, Case, Refusal, deputy, refusal::FieldProblem},
    ids::{AttachmentId, CaseId},
    language::Text,
    store::{self, Tx, attachments::AttachmentRow},
};

impl App {
    /// Keeps a file for an open task of a case. It becomes part of the form when the task is saved or completed.
    ///
    /// # Errors
    /// [`Refusal::Fields`] when the file may not be attached, [`Refusal::NotFound`] when the task is not this person's.
    pub async fn attach(
        &self,
        viewer: &Viewer,
        task: (CaseId, u32),
        name: &str,
        content: Vec<u8>,
    ) -> Result<FileRef, Failure> {
        let upload = upload::judge(name, &content).map_err(|problem| refused_file(name, problem))?;
        let (app, person, scope) = (self.clone(), viewer.person, viewer.scope.clone());
        let id = self.sources().new_id();
        self.store()
            .write(move |tx| async move {
                let (case, no) = task;
                let row = store::cases::find(&tx, case).await?.ok_or(Refusal::NotFound)?;
                if !store::case_reads::is_visible(&tx, &scope, case).await? {
                    return Err(Refusal::NotFound.into());
                }
                let state: Case = serde_json::from_str(&row.state).map_err(Failure::broken)?;
                let around = loading::around(&app, &tx, &state.subject).await?.ok_or(Refusal::NotFound)?;
                let Some(open) = state.tasks.get(&no) else {
                    return Err(closed_task::why(&tx, case, no).await?.into());
                };
                let definition = app.definition(&tx, &row.definition_hash).await?;
                let s = around.surroundings(&app);
                let in_place_of = || deputy::in_place_of(&definition, &state, (no, person), &s);
                if (!engine::may_act(open, person, &s) || open.hands.is_for_opinion()) && in_place_of().is_none() {
                    return Err(Refusal::NotYourTask.into());
                }
                if let Some(since) = state.suspended {
                    return Err(Refusal::Suspended { since }.into());
                }
                let edit = definition.step(&open.step).map(Step::edits).unwrap_or_default();
                let takes_files = |name| {
                    definition.field(name).is_some_and(|field| matches!(field.kind, FieldKind::Attachment { .. }))
                };
                if !edit.iter().any(takes_files) {
                    return Err(Refusal::NotOffered.into());
                }
                let hash = hex::encode(Sm3::digest(&content));
                let file = FileRef { id, name: upload.name, size: content.len() as u64, hash };
                let row = AttachmentRow {
                    id,
                    case_id: case,
                    name: file.name.clone(),
                    media_type: upload.media_type.to_owned(),
                    size: i64::try_from(file.size).unwrap_or(i64::MAX),
                    hash: file.hash.clone(),
                    uploaded_by: person,
                    uploaded_at: app.now(),
                };
                store::attachments::add(&tx, row, content).await?;
                Ok(file)
            })
            .await
    }

    /// A file of a case with its content, for whoever may see the field it belongs to.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Failure::Broken`] when the content is not what its hash says.
    pub async fn attachment(
        &self,
        viewer: &Viewer,
        case: CaseId,
        id: AttachmentId,
    ) -> Result<(AttachmentRow, Vec<u8>), Failure> {
        let db = self.store().read();
        let (_, sight) = self.seen_case(db, viewer, case).await?;
        let row = store::attachments::find(db, case, id).await?.ok_or(Refusal::NotFound)?;
        let own = row.uploaded_by == viewer.person;
        if !sight.is_whole() && !own && !sight::of_file(&sight, id, &store::journal::of_case(db, case).await?)? {
            return Err(Refusal::NotFound.into());
        }
        let content = store::attachments::content(db, &row.hash).await?.ok_or(Refusal::NotFound)?;
        if hex::encode(Sm3::digest(&content)) != row.hash {
            return Err(Failure::broken(format!("the content of {id} was exchanged")));
        }
        Ok((row, content))
    }
}

/// Every file that a command names must be one that was attached to this very case, with the same hash: what a form
/// claims about a file is never believed.
pub(super) async fn check(tx: &Tx, case: &Case, action: &Action) -> Result<(), Failure> {
    let (Action::Save { fields, .. } | Action::Complete { fields, .. } | Action::Decide { fields, .. }) = action else {
        return Ok(());
    };
    if files(fields).next().is_none() {
        return Ok(());
    }
    let kept = store::attachments::of_case(tx, case.id).await?;
    let stranger = files(fields).find(|file| !kept.iter().any(|row| is_the_same(row, file)));
    match stranger {
        None => Ok(()),
        Some(file) => Err(refused_file(
            &file.name,
            Text::new(
                "该文件没有上传到本办件，请重新上传。",
                "This file was not attached to this case. Attach it again.",
            ),
        )),
    }
}

fn is_the_same(row: &AttachmentRow, file: &FileRef) -> bool {
    row.id == file.id && row.hash == file.hash && row.name == file.name && row.size.unsigned_abs() == file.size
}

fn files(form: &Form) -> impl Iterator<Item = &FileRef> {
    form.values().filter_map(|value| if let Value::Files(files) = value { Some(files) } else { None }).flatten()
}

fn refused_file(name: &str, problem: Text) -> Failure {
    let title = Text::new("附件", "Attachment");
    Refusal::Fields { problems: vec![FieldProblem { field: name.to_owned(), title, problem }] }.into()
}
