//! The tables of Yumen. Migrations only go forward: expand, then contract.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod dialect;
mod m0001_organisation;
mod m0002_projects;
mod m0003_cases;
mod m0004_facts;
mod m0005_dispatch;
mod m0006_files;
mod m0007_access;
mod m0008_appointments;
mod m0009_votes;
mod m0010_items_and_clocks;
mod m0011_tasks;
mod m0012_whole_cases;
mod m0015_versions;
mod m0020_scenarios;
mod m0021_calendar;
mod m0022_mandates;
mod m0023_reminders;
mod m0024_schedules;
mod m0025_notices;
mod m0026_mail_templates;
mod m0027_monitoring;
mod m0028_desk;
mod m0029_claims;
mod m0030_kept_versions;
mod m0031_waiting_for_people;
mod m0032_left_out;

/// Every migration, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_organisation::Migration),
            Box::new(m0002_projects::Migration),
            Box::new(m0003_cases::Migration),
            Box::new(m0004_facts::Migration),
            Box::new(m0005_dispatch::Migration),
            Box::new(m0006_files::Migration),
            Box::new(m0007_access::Migration),
            Box::new(m0008_appointments::Migration),
            Box::new(m0009_votes::Migration),
            Box::new(m0010_items_and_clocks::Migration),
            Box::new(m0011_tasks::Migration),
            Box::new(m0012_whole_cases::Migration),
            Box::new(m0015_versions::Migration),
            Box::new(m0020_scenarios::Migration),
            Box::new(m0021_calendar::Migration),
            Box::new(m0022_mandates::Migration),
            Box::new(m0023_reminders::Migration),
            Box::new(m0024_schedules::Migration),
            Box::new(m0025_notices::Migration),
            Box::new(m0026_mail_templates::Migration),
            Box::new(m0027_monitoring::Migration),
            Box::new(m0028_desk::Migration),
            Box::new(m0029_claims::Migration),
            Box::new(m0030_kept_versions::Migration),
            Box::new(m0031_waiting_for_people::Migration),
            Box::new(m0032_left_out::Migration),
        ]
    }
}
