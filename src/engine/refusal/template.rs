//! Why something cannot be done to the text of a mail.

use serde::Serialize;

/// A rule about the texts of mails said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum TemplateRefusal {
    /// Somebody has saved a version since.
    ChangedMeanwhile {
        /// The version there is now.
        version: i64,
        /// Who saved it.
        by: String,
    },
    /// It says what it would say.
    Unchanged,
    /// Whoever asks for a test has no mailbox that takes mail.
    NoMailbox,
}

impl TemplateRefusal {
    /// The stable code, as the API gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChangedMeanwhile { .. } => "template-changed-meanwhile",
            Self::Unchanged => "template-unchanged",
            Self::NoMailbox => "no-mailbox",
        }
    }

    pub(super) fn chinese(&self) -> String {
        match self {
            Self::ChangedMeanwhile { version, by } => format!(
                "{by}刚刚保存了第{version}版，您的修改没有保存，仍在下面。请看第{version}版改了什么，并入您的修改后再保存。"
            ),
            Self::Unchanged => "内容与现行文字相同，没有保存。请先修改。".into(),
            Self::NoMailbox => "您的账户没有可以收信的邮箱，试发不出去。请联系安全管理员登记邮箱地址。".into(),
        }
    }

    pub(super) fn english(&self) -> String {
        match self {
            Self::ChangedMeanwhile { version, by } => format!(
                "{by} has just saved version {version}; yours was not saved and still stands below. See what version {version} \
                 changes, bring it in and save again."
            ),
            Self::Unchanged => "It says that already; nothing was saved. Change something first.".into(),
            Self::NoMailbox => {
                "Your account has no mailbox that takes mail, so no test can be sent. Ask the security administrator to \
                 enter your address."
                    .into()
            }
        }
    }
}
