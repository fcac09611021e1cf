//! Mail written into a folder: one `.eml` file for each occurrence, and an index that a person can read.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::{fs, sync::Mutex};

use super::{mailer::Letter, wording::moment};
use crate::language::Lang;

const INDEX: &str = "index.txt";
/// The index lists the newest this many.
const INDEX_LINES_MAX: usize = 500;

/// A folder that mail is written into.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held while the index is rewritten.
    index: Mutex<()>,
}

impl Folder {
    /// A folder; it is made when the first mail arrives.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), index: Mutex::new(()) }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a message under a name that follows from its occurrence: writing it again changes nothing.
    pub(super) async fn keep(&self, digest: &str, letter: &Letter, message: &[u8]) -> io::Result<()> {
        let file = format!("{digest}.eml");
        let _index = self.index.lock().await;
        if fs::try_exists(self.path.join(&file)).await? && self.listed(&file).await? {
            return Ok(());
        }
        fs::create_dir_all(&self.path).await?;
        self.replace(&file, message).await?;
        let line = format!(
            "{}  {file}  {} <{}>  {}",
            moment(Lang::Zh, letter.date),
            letter.name,
            letter.address,
            letter.subject
        );
        let old = self.lines().await?;
        let mut lines = vec![super::wording::one_line_of_any_length(&line)];
        lines.extend(old.into_iter().take(INDEX_LINES_MAX - 1));
        lines.push(String::new());
        self.replace(INDEX, lines.join("\n").as_bytes()).await
    }

    async fn listed(&self, file: &str) -> io::Result<bool> {
        Ok(self.lines().await?.iter().any(|line| line.contains(file)))
    }

    async fn lines(&self) -> io::Result<Vec<String>> {
        match fs::read_to_string(self.path.join(INDEX)).await {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Whoever reads sees the old file or the new one, never half of one.
    async fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let draft = self.path.join(format!(".{name}.draft"));
        fs::write(&draft, content).await?;
        fs::rename(draft, self.path.join(name)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Instant,
        notify::mailer::{Delivery, LetterKey, Mailer, Sender, Way},
    };

    #[tokio::test]
    async fn a_mail_is_a_file_and_a_line_however_often_it_is_sent() {
        let place = tempfile::tempdir().unwrap();
        let sender = Sender { name: "玉门".into(), address: "yumen@yumen.example".into() };
        let mailer = Mailer::new(&sender, Way::Folder(Folder::new(place.path().join("mail")))).unwrap();
        for occurrence in ["a", "b", "a", "a"] {
            let letter = Letter {
                key: LetterKey { occurrence: occurrence.into(), thread: "case".into() },
                name: "陈\n晓".into(),
                address: "chen@wq.example".into(),
                subject: format!("请审批 {occurrence}"),
                text: "您好".into(),
                html: "<p>您好</p>".into(),
                date: Instant::from_timestamp(1_772_500_000, 0).unwrap(),
            };
            assert_eq!(mailer.deliver(&letter).await, Delivery::Sent);
        }
        let index = std::fs::read_to_string(place.path().join("mail/index.txt")).unwrap();
        assert_eq!(index.lines().count(), 2, "{index}");
        assert!(index.lines().next().unwrap().contains("陈 晓 <chen@wq.example> 请审批 b"), "{index}");
        let files = std::fs::read_dir(place.path().join("mail")).unwrap().count();
        assert_eq!(files, 3);
    }
}
