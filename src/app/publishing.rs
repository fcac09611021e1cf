//! Definitions of files go live: all of them checked, none of them with a problem, or nothing changes.

use std::collections::BTreeSet;

use super::{
    App, Failure,
    library::LibraryFile,
    mandate_journal::Register,
    mandate_proofs::certify_live,
    mandates::Brought,
    proving::{self, Checked, Library},
};
use crate::{
    definition::{Definition, check, mandates, problem::Code},
    engine::who::day_of,
    store::{self, definitions, definitions::NewDefinition},
    verify::scenarios,
};

/// How often publishing is tried, where other nodes publish at the same time.
const ATTEMPTS_MAX: u32 = 4;

/// What publishing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// New versions went live: workflow and version. Empty when everything was live already.
    Live(Vec<(String, i32)>),
    /// Nothing changed, because these have problems: path and number of problems.
    Refused(Vec<(String, usize)>),
}

impl App {
    /// Checks and proves every definition among `files`, beside those that are `live`, by these mandates and no others.
    #[must_use]
    pub fn check(&self, files: &[LibraryFile], live: &[Definition], mandates: LibraryFile) -> Library {
        let mut files: Vec<_> = files.iter().filter(|(path, _)| path != mandates::FILE).cloned().collect();
        files.push(mandates);
        proving::check(&files, live, self.vocabulary(), (self.policy(), day_of(self.now())))
    }

    /// Makes the definitions among `files` live, all or none. One that is live already stays as it is, and so does a
    /// workflow of which administrators have published or retired a version: from then on it changes by their cases.
    /// Where there are not people enough for them, that becomes an incident: a place without officials can still publish.
    ///
    /// They are proven by the mandates in force. Those among the files found an empty database; later on they are
    /// proposed where they differ, and wait for two people.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub async fn publish(&self, files: &[LibraryFile], by: &str) -> Result<Publication, Failure> {
        let files = self.left_to_files(files).await?;
        let mut attempt = 1;
        // Nodes that start together publish together. Whoever comes second looks again, and finds what the first one
        // wrote.
        let published = loop {
            match self.publish_once(&files, by).await {
                Err(Failure::Store(error)) if attempt < ATTEMPTS_MAX && is_worth_looking_again(&error) => attempt += 1,
                settled => break settled?,
            }
        };
        if matches!(&published, Publication::Live(live) if !live.is_empty()) {
            self.check_people().await?;
        }
        Ok(published)
    }

    async fn publish_once(&self, files: &[LibraryFile], by: &str) -> Result<Publication, Failure> {
        let live = definitions::all_current(self.store().read()).await?;
        // One that today's policy does not know any more must not keep better ones from going live.
        let live: Vec<_> = live.iter().filter_map(|row| check::read(&row.source, self.vocabulary()).ok()).collect();
        let brought = self.brought(files).await?;
        let checked = self.check(files, &live, brought.in_force.clone());
        let bad = self.bad(files, &checked, &live, &brought);
        if !bad.is_empty() {
            return Ok(Publication::Refused(bad));
        }
        let now = self.now();
        let new = checked.definitions.into_iter().filter_map(|file| {
            let (definition, certificate) = file.result.ok()?;
            let beside = format!("{}{}", definition.name, scenarios::SUFFIX);
            let scenarios = files.iter().find(|(path, _)| *path == beside).map(|(_, text)| text.clone());
            Some(NewDefinition {
                hash: definition.hash,
                workflow: definition.name.to_string(),
                source: file.source,
                published_at: now,
                published_by: by.to_owned(),
                draft: None,
                certificate: serde_json::to_string(&certificate).ok(),
                scenarios,
            })
        });
        let (app, by, new) = (self.clone(), by.to_owned(), new.collect());
        self.store()
            .write(move |tx| async move {
                let mandates = app.read_mandates(&brought.in_force.1)?;
                Register::open(&app, &tx, by).await?.take(brought).await?;
                let live = publish_all(&tx, new).await?;
                certify_live(&app, &tx, &mandates).await?;
                Ok(Publication::Live(live))
            })
            .await
    }

    /// What keeps the files from going live: path and number of problems.
    fn bad(
        &self,
        files: &[LibraryFile],
        checked: &Library,
        live: &[Definition],
        brought: &Brought,
    ) -> Vec<(String, usize)> {
        let definitions = checked.definitions.iter();
        let mut bad: Vec<_> = definitions
            .filter_map(|file| file.result.as_ref().err().map(|problems| (file.path.clone(), problems.len())))
            .collect();
        let own = brought.own.as_ref().and_then(|(_, own)| check::read_mandates(own, self.vocabulary()).err());
        let mandates = checked.mandates.len().max(own.map_or(0, |problems| problems.len()));
        if mandates > 0 {
            bad.push((mandates::FILE.to_owned(), mandates));
        }
        if bad.is_empty() { self.rehearse(files, &checked.definitions, live) } else { bad }
    }

    /// Plays the scenarios among `files`: what has problems, and how many. That a definition comes without scenarios is
    /// told by `yumen check`; here there is nothing to play then.
    fn rehearse(&self, files: &[LibraryFile], checked: &[Checked], live: &[Definition]) -> Vec<(String, usize)> {
        let new: Vec<_> = checked.iter().filter_map(|file| file.result.as_ref().ok()).map(|(new, _)| new).collect();
        let replaced = |old: &&Definition| new.iter().any(|new| new.name == old.name);
        let beside: Vec<_> = live.iter().filter(|old| !replaced(old)).collect();
        let played = scenarios::play(&new, &beside, files, self.policy());
        let mut bad = std::collections::BTreeMap::new();
        for problem in played.problems.into_iter().filter(|problem| problem.code != Code::NoScenarios) {
            *bad.entry(problem.file.unwrap_or_default()).or_default() += 1;
        }
        bad.into_iter().collect()
    }

    /// The files without the definitions and scenarios of workflows that administrators have taken into their hands.
    async fn left_to_files(&self, files: &[LibraryFile]) -> Result<Vec<LibraryFile>, Failure> {
        let all = store::definitions::all(self.store().read()).await?;
        let tended: BTreeSet<_> = all
            .chunk_by(|one, next| one.workflow == next.workflow)
            .filter(|versions| definitions::is_tended(versions))
            .flat_map(|versions| {
                let name = &versions[0].workflow;
                [format!("{name}.yaml"), format!("{name}.scenarios.yaml")]
            })
            .collect();
        Ok(files.iter().filter(|(path, _)| !tended.contains(path)).cloned().collect())
    }
}

const fn is_worth_looking_again(error: &store::Error) -> bool {
    error.is_worth_retrying() || matches!(error, store::Error::Duplicate(_))
}

async fn publish_all(tx: &store::Tx, new: Vec<NewDefinition>) -> Result<Vec<(String, i32)>, store::Error> {
    let mut live = Vec::new();
    for new in new {
        let workflow = new.workflow.clone();
        if let Some(version) = definitions::publish(tx, new).await? {
            live.push((workflow, version));
        }
    }
    Ok(live)
}
