//! What the place writes in its mails itself, by versions, and which version a mail was written by.

use sea_orm_migration::prelude::*;

use crate::dialect;

/// What the place writes in its mails itself, by versions, and which version a mail was written by.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::both(manager, TABLES).await
    }
}

/// A version without texts goes back to what is shipped. The first version of a mail in a language is 1.
const TABLES: &str = "
CREATE TABLE mail_templates (
    mail text NOT NULL,
    lang text NOT NULL CHECK (lang IN ('zh-CN', 'en')),
    version bigint NOT NULL CHECK (version > 0),
    subject text,
    body_text text,
    body_html text,
    restores bigint,
    saved_at TIMESTAMPTZ NOT NULL,
    saved_by UUID NOT NULL REFERENCES people (id),
    why text NOT NULL CHECK (why <> ''),
    PRIMARY KEY (mail, lang, version),
    CHECK ((subject IS NULL) = (body_text IS NULL) AND (subject IS NULL) = (body_html IS NULL)),
    CHECK (subject IS NOT NULL OR restores = 0),
    CHECK (restores IS NULL OR restores < version)
);
ALTER TABLE mails ADD COLUMN template_version bigint;
";
