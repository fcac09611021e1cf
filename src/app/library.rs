//! The files that say how a place works: definitions, mandates, policy. Shipped inside the binary, or from a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rust_embed::RustEmbed;

use crate::policy;

/// No file of the library comes near this.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Folders below `workflows/` that are followed.
const DEPTH_MAX: usize = 4;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/workflows"]
struct Shipped;

/// A file of the library: its path relative to `workflows/`, with `/` between folders, and its text.
pub type LibraryFile = (String, String);

/// A file of a folder that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LibraryFault {
    /// The folder or a file in it cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of policy is no UTF-8 text.
    #[error("{0} is not UTF-8 text")]
    NotText(PathBuf),
    /// A file is larger than any definition or policy may be.
    #[error("{0} is larger than 1 MB")]
    TooLarge(PathBuf),
    /// Folders nest deeper than the library goes.
    #[error("{0} lies too deep; at most four folders nest")]
    TooDeep(PathBuf),
}

/// What the binary ships, sorted by path.
#[must_use]
pub fn embedded() -> Vec<LibraryFile> {
    let mut files: Vec<LibraryFile> = Shipped::iter()
        .filter(|path| is_listed(path))
        .filter_map(|path| {
            let file = Shipped::get(&path)?;
            Some((path.into_owned(), String::from_utf8(file.data.into_owned()).ok()?))
        })
        .collect();
    files.sort();
    files
}

/// Every `*.yaml` below `folder`, sorted by path; hidden files and symbolic links to folders are left alone.
///
/// # Errors
/// [`LibraryFault`] names the first file that cannot be taken.
pub fn from_folder(folder: &Path) -> Result<Vec<LibraryFile>, LibraryFault> {
    let mut files = Vec::new();
    walk(folder, "", 0, &mut files)?;
    files.sort();
    Ok(files)
}

/// The file at `path` among `files`, or else the shipped one; empty where there is neither.
#[must_use]
pub fn named(files: &[LibraryFile], path: &str) -> LibraryFile {
    let find = |files: &[LibraryFile]| files.iter().find(|(named, _)| named == path).cloned();
    find(files).or_else(|| find(&embedded())).unwrap_or_else(|| (path.to_owned(), String::new()))
}

/// The files of a place, with the shipped policy where it has none of its own.
#[must_use]
pub fn with_policy(mut files: Vec<LibraryFile>) -> Vec<LibraryFile> {
    if !files.iter().any(|(path, _)| path.starts_with(policy::FOLDER)) {
        files.extend(embedded().into_iter().filter(|(path, _)| path.starts_with(policy::FOLDER)));
    }
    files
}

/// YAML files, none of them hidden.
fn is_listed(path: &str) -> bool {
    path.ends_with(".yaml") && path.split('/').all(|part| !part.starts_with('.'))
}

fn walk(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<LibraryFile>) -> Result<(), LibraryFault> {
    if depth > DEPTH_MAX {
        return Err(LibraryFault::TooDeep(folder.to_owned()));
    }
    let unreadable = |source| LibraryFault::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else { return Err(LibraryFault::NotText(path)) };
        if name.starts_with('.') {
            continue;
        }
        let relative = format!("{prefix}{name}");
        if entry.file_type().map_err(unreadable)?.is_dir() {
            walk(&path, &format!("{relative}/"), depth + 1, files)?;
        } else if is_listed(&name) {
            let text = text_of(&path, depth > 0)?;
            files.push((relative, text));
        }
    }
    Ok(())
}

/// A definition that is no UTF-8 is taken all the same: the check says where. Policy is not.
fn text_of(path: &Path, strictly: bool) -> Result<String, LibraryFault> {
    let unreadable = |source| LibraryFault::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES_MAX {
        return Err(LibraryFault::TooLarge(path.to_owned()));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    match String::from_utf8(bytes) {
        Err(_) if strictly => Err(LibraryFault::NotText(path.to_owned())),
        Err(why) => Ok(String::from_utf8_lossy(why.as_bytes()).into_owned()),
        Ok(text) => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_ships_what_the_folder_holds() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
        assert_eq!(embedded(), from_folder(&folder).unwrap());
    }

    #[test]
    fn a_file_that_cannot_be_taken_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".hidden.yaml"), "a").unwrap();
        fs::write(folder.path().join("notes.txt"), "a").unwrap();
        fs::create_dir(folder.path().join("policy")).unwrap();
        fs::write(folder.path().join("policy/rules.yaml"), "rules: []").unwrap();
        let files = from_folder(folder.path()).unwrap();
        assert_eq!(files, vec![("policy/rules.yaml".to_owned(), "rules: []".to_owned())]);

        fs::write(folder.path().join("broken.yaml"), [0xff, 0xfe]).unwrap();
        let files = from_folder(folder.path()).unwrap();
        assert!(files.iter().any(|(path, text)| path == "broken.yaml" && text.contains('\u{fffd}')));

        fs::write(folder.path().join("policy/broken.yaml"), [0xff, 0xfe]).unwrap();
        let fault = from_folder(folder.path()).unwrap_err();
        assert!(fault.to_string().contains("broken.yaml"), "{fault}");
        assert!(from_folder(&folder.path().join("absent")).is_err());
    }
}
