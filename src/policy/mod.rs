//! What the rules of the place say, as data: thresholds, score sheets, weights, the working-day calendar. Pure.
//!
//! Everything is read from `workflows/policy/` and carries its issuing document, its validity and its jurisdiction.

pub mod calendar;
pub mod calendar_days;
pub mod calendar_file;
pub mod calendar_lines;
pub mod clocks;
pub mod indicators;
pub mod lamps;
mod lamps_file;
pub mod mail;
pub mod problem;
pub mod ringing;
pub mod rules;
pub mod schedules;
pub mod scoring;
mod scoring_file;
pub mod standing;
pub mod thresholds;
mod vocabulary;
mod yaml;

#[cfg(test)]
mod tests;

pub use problem::PolicyProblem;

use crate::definition::Citation;
use calendar::Calendar;
use lamps::Lamps;
use mail::MailPolicy;
use problem::Problems;
use rules::Register;
use schedules::Schedules;
use scoring::Scoring;
use thresholds::Thresholds;

/// The folder of policy files, relative to `workflows/`.
pub const FOLDER: &str = "policy/";

/// All policy of a place.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Working days and office hours.
    pub calendar: Calendar,
    /// When mail leaves.
    pub mail: MailPolicy,
    /// The register of rules.
    pub rules: Register,
    /// Limits, rates and periods.
    pub thresholds: Thresholds,
    /// When Yumen does what it does by itself.
    pub schedules: Schedules,
    /// Score sheets, grades, indicator weights.
    pub scoring: Scoring,
    /// Lamps, execution floors and rounds of monitoring.
    pub lamps: Lamps,
}

impl Policy {
    /// Reads `(path, source)` pairs; paths are relative to `workflows/` and others than `policy/…` are left alone.
    ///
    /// # Errors
    /// Every problem of every file at once.
    pub fn read(files: &[(String, String)]) -> Result<Self, Vec<PolicyProblem>> {
        let mut policy = Self::default();
        let mut problems = Vec::new();
        for (path, source) in files.iter().filter(|(path, _)| path.starts_with(FOLDER)) {
            if let Err(found) = policy.take(path, source) {
                problems.extend(found);
            }
        }
        for needed in ["rules.yaml", "thresholds.yaml", "scoring.yaml", "lamps.yaml"] {
            let path = format!("{FOLDER}{needed}");
            if files.iter().all(|(found, _)| *found != path) {
                let mut missing = Problems::of(&path);
                missing.push("缺少该文件", "the file is missing");
                problems.extend(missing.found());
            }
        }
        if problems.is_empty() {
            problems = policy.unregistered();
        }
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }

    fn take(&mut self, path: &str, source: &str) -> Result<(), Vec<PolicyProblem>> {
        match path.strip_prefix(FOLDER) {
            Some("rules.yaml") => self.rules = Register::read(path, source)?,
            Some("thresholds.yaml") => self.thresholds = Thresholds::read(path, source)?,
            Some("schedules.yaml") => self.schedules = Schedules::read(path, source)?,
            Some("scoring.yaml") => self.scoring = scoring_file::read(path, source)?,
            Some("mail.yaml") => self.mail = mail::read(path, source)?,
            Some("lamps.yaml") => self.lamps = lamps_file::read(path, source)?,
            Some("calendar/office-hours.yaml") => {
                self.calendar.office_hours = calendar_file::read_office_hours(path, source)?;
            }
            Some(name) if name.starts_with("calendar/") => {
                self.calendar.set_year(calendar_file::read_year(path, source)?);
            }
            Some(_) | None => {
                let mut unknown = Problems::of(path);
                unknown.push("不认识的政策文件", "this is no policy file that Yumen knows");
                return Err(unknown.found());
            }
        }
        Ok(())
    }

    /// Documents and clauses that policy cites and the register does not have.
    fn unregistered(&self) -> Vec<PolicyProblem> {
        let mut problems = Vec::new();
        let mut cite = |file: &str, name: &str, document: &str, clauses: &[String]| {
            let path = format!("{FOLDER}{file}");
            let mut missing = Problems::of(&path);
            if self.rules.get(document).is_none() {
                missing.push(
                    format!("“{name}”的依据文件“{document}”未在制度登记簿中登记"),
                    format!("the document “{document}” of “{name}” is not in the register"),
                );
            } else {
                for clause in clauses {
                    let citation = Citation { rule: document.to_owned(), clause: clause.clone() };
                    if self.rules.article(&citation).is_none() {
                        missing.push(
                            format!("“{name}”引用的“{document}”第“{clause}”条未在制度登记簿中登记"),
                            format!("clause “{clause}” of “{document}”, cited by “{name}”, is not in the register"),
                        );
                    }
                }
            }
            problems.extend(missing.found());
        };
        for it in self.thresholds.iter() {
            cite("thresholds.yaml", &it.name, &it.document, &it.clauses);
        }
        let scales = self.scoring.scales.iter().map(|(name, it)| (name, &it.origin));
        let sheets = self.scoring.sheets.iter().map(|(name, it)| (name, &it.origin));
        let tables = self.scoring.indicator_tables.iter().map(|(name, it)| (name, &it.origin));
        for (name, origin) in scales.chain(sheets).chain(tables) {
            cite("scoring.yaml", name, &origin.document, origin.clause.as_slice());
        }
        if let Some((document, _)) = &self.calendar.office_hours.source {
            cite("calendar/office-hours.yaml", "periods", document, &[]);
        }
        for (name, origin) in self.lamps.origins() {
            cite("lamps.yaml", name, &origin.document, origin.clause.as_slice());
        }
        problems
    }
}
