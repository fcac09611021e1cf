//! What may be attached: documents and pictures that are what their name says, up to a limit.

use crate::language::Text;

/// Bytes at most.
pub const UPLOAD_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Characters of a file name at most.
const NAME_CHARS_MAX: usize = 120;

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name without folders and control characters.
    pub name: String,
    /// Its media type, by its content.
    pub media_type: &'static str,
}

/// What may be attached: ending, media type, and what the content is recognised as.
const ACCEPTED: [(&str, &str, &[&str]); 8] = [
    ("pdf", "application/pdf", &["application/pdf"]),
    ("png", "image/png", &["image/png"]),
    ("jpg", "image/jpeg", &["image/jpeg"]),
    ("jpeg", "image/jpeg", &["image/jpeg"]),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"],
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"],
    ),
    ("ofd", "application/ofd", &["application/zip"]),
    ("txt", "text/plain", &[]),
];

/// Judges a file by its name and its content, not by what its sender claims.
///
/// # Errors
/// A sentence for the person who attached it.
pub fn judge(name: &str, content: &[u8]) -> Result<Upload, Text> {
    if content.is_empty() {
        return Err(Text::new("文件是空的，请重新选择。", "The file is empty. Choose another."));
    }
    if content.len() > UPLOAD_BYTES_MAX {
        return Err(Text::new(
            "文件超过20MB的上限，没有保存。请压缩或拆分后再上传。",
            "The file is above the limit of 20 MB and was not kept. Compress or split it.",
        ));
    }
    let name = clean(name);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let Some((_, media_type, recognised)) = ACCEPTED.iter().find(|(accepted, ..)| *accepted == ending) else {
        return Err(Text::new(
            "只能上传 PDF、Word（docx）、Excel（xlsx）、OFD、PNG、JPG 或 TXT 文件。",
            "Only PDF, Word (docx), Excel (xlsx), OFD, PNG, JPG and TXT files can be attached.",
        ));
    };
    let is_what_it_says = match infer::get(content) {
        Some(kind) => recognised.contains(&kind.mime_type()),
        None => *media_type == "text/plain" && std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0')),
    };
    if is_what_it_says {
        Ok(Upload { name, media_type })
    } else {
        Err(Text::new(
            format!("文件内容与扩展名“{ending}”不符，请用原来的软件另存后再上传。"),
            format!("The content is not what the ending “{ending}” says. Save it anew and attach it again."),
        ))
    }
}

/// Without folders, control characters and overlong names.
fn clean(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String =
        base.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')).collect();
    let kept = kept.trim().trim_start_matches('.').to_owned();
    let length = kept.chars().count();
    if length <= NAME_CHARS_MAX { kept } else { kept.chars().skip(length - NAME_CHARS_MAX).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn a_file_must_be_what_its_name_says() {
        assert_eq!(judge("现场照片.PNG", PNG).map(|u| u.media_type), Ok("image/png"));
        assert!(judge("报告.pdf", PNG).is_err());
        assert!(judge("页面.html", b"<script>").is_err());
        assert!(judge("程序.exe", b"MZ\x90\0").is_err());
        assert!(judge("说明.txt", b"MZ\x90\0").is_err());
        assert_eq!(judge("说明.txt", "绩效说明".as_bytes()).map(|u| u.media_type), Ok("text/plain"));
    }

    #[test]
    fn names_lose_folders_and_line_breaks() {
        let kept = judge("../../etc/a\r\nb.txt", b"x").map(|u| u.name);
        assert_eq!(kept.as_deref(), Ok("ab.txt"));
    }

    #[test]
    fn empty_and_oversized_files_are_refused() {
        assert!(judge("a.txt", b"").is_err());
        assert!(judge("a.txt", &vec![b'x'; UPLOAD_BYTES_MAX + 1]).is_err());
    }
}
