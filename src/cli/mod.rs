//! The command line: each command is a file that calls a use case and says what became of it.
//!
//! Exit codes: 0 all is well; 1 it failed; 2 the command line cannot be understood; 3 something was checked and is not
//! in order.

mod check;
mod check_people;
mod check_store;
mod demo;
mod import;
mod ledger;
mod migrate;
mod open;
mod serve;
mod work;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    app::importing::Refused,
    config::{self, Config},
    telemetry,
};

/// Something was checked and is not in order.
const NOT_IN_ORDER: u8 = 3;

/// 玉门: workflow orchestration with an approval engine for budget performance management.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 all is well, 1 it failed, 2 the command line cannot be understood,\n\
        3 something was checked and is not in order."
)]
struct Cli {
    /// The file with the settings; the environment (YUMEN_…) goes before it.
    #[arg(long, global = true, env = "YUMEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A district with invented officials to try Yumen on this machine; continues where it stopped.
    #[command(after_help = "Examples:\n  yumen demo\n  yumen demo --folder /tmp/district --port 8090\n\n\
        It listens on this machine alone, has no passwords, and says on every page that it is a demonstration.")]
    Demo {
        /// Where it is kept.
        #[arg(long, default_value = "yumen-demo", value_name = "FOLDER")]
        folder: PathBuf,
        /// The port on this machine.
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Serves the pages and the API, and works on what is to be done.
    #[command(after_help = "Examples:\n  yumen serve\n  yumen serve --config /etc/yumen.toml\n  \
        YUMEN_DATABASE=postgres://yumen@db/yumen yumen serve\n\n\
        On an empty database it prints a one-time token with which the first administrator comes in.")]
    Serve {
        /// Prints the settings with their meaning, and ends.
        #[arg(long)]
        print_config: bool,
    },
    /// Works on what is to be done, without pages; on any number of machines with PostgreSQL.
    #[command(after_help = "Example:\n  yumen work --config /etc/yumen.toml")]
    Work,
    /// Brings the database up to date; several nodes may do so at once.
    #[command(
        after_help = "Examples:\n  yumen migrate\n  YUMEN_DATABASE=sqlite:///var/lib/yumen/yumen.db yumen migrate"
    )]
    Migrate,
    /// Checks workflow definitions and policy, and reports every problem.
    #[command(after_help = "Examples:\n  yumen check workflows/\n  yumen check workflows/budget-request.yaml\n  \
        yumen check workflows/ --json | jq '.problems[]'\n  yumen check --explain E604\n\n\
        Definitions are proven against mandates.yaml beside them, or against the shipped mandates.\n\
        Ends with 3 when there is a problem.")]
    Check {
        /// A folder such as workflows/, or one definition.
        #[arg(required_unless_present = "explain")]
        path: Option<PathBuf>,
        /// Explains a code, with an example.
        #[arg(long, value_name = "CODE", conflicts_with_all = ["path", "json"])]
        explain: Option<String>,
        /// Writes the problems as JSON, with warnings and notes.
        #[arg(long)]
        json: bool,
        /// Shows what is merely good to know, too.
        #[arg(long)]
        notes: bool,
    },
    /// Looks whether there are people enough for every step of the workflows that are live, with separation of duties.
    #[command(after_help = "Example:\n  yumen check-people --config /etc/yumen.toml\n\n\
        Changes nothing. Ends with 3 when cases of a unit cannot go on.")]
    CheckPeople,
    /// The ledger of who decided what.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Asks the oracle: every rule that the stored data must keep, as queries that must find nothing.
    #[command(
        after_help = "Example:\n  yumen check-store --config /etc/yumen.toml\n\nEnds with 3 when a rule is broken."
    )]
    CheckStore,
    /// Prints a dashboard for Grafana that shows what /metrics tells.
    #[command(after_help = "Example:\n  yumen dashboard > yumen-dashboard.json")]
    Dashboard,
    /// Brings organisations and projects in from files.
    #[command(subcommand)]
    Import(ImportCommand),
    /// The settings.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Verifies every chain of hashes, and that each journal tells of exactly the stored state.
    #[command(after_help = "Example:\n  yumen ledger verify --config /etc/yumen.toml\n\n\
        Names every case and entry that was changed. Ends with 3 when there is one.")]
    Verify,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Organisations from an XLSX sheet: every row is reported, and all are taken or none.
    #[command(after_help = "Example:\n  yumen import organisation district.xlsx\n\n\
        The first row has the headings 机构编码 上级编码 机构类型 机构名称 英文名称, or in English\n\
        Code, Parent code, Kind, Name, English name. Parents stand above their children:\n\n  \
        wq      (empty)  区    武清区    Wuqing\n  \
        edu     wq       部门  区教育局  Education Bureau\n  \
        school1 edu      单位  第一小学  First School\n\n\
        A code has small letters, digits and hyphens, at most 40. Kinds are 区 district, 部门 department,\n\
        科室 section, 单位 unit; the district has no parent, and there is one. Imported before the first\n\
        administrator comes in, the sheet names the district; otherwise its code is “district”.\n\n\
        Ends with 3 when a row is refused; nothing was written then.")]
    Organisation {
        /// The sheet.
        file: PathBuf,
    },
    /// Projects from an XLSX sheet: every row is reported, and all are taken or none.
    #[command(after_help = "Example:\n  yumen import projects projects-2027.xlsx\n\n\
        Ends with 3 when a row is refused; nothing was written then.")]
    Projects {
        /// The sheet.
        file: PathBuf,
    },
    /// Projects from published tables: every table is reported, and all are taken or none.
    #[command(after_help = "Examples:\n  yumen import published published-cases.json --unit school1\n  \
        yumen import published published-cases.json --unit school1 --accepted-only\n\n\
        Ends with 3 when a table is refused; nothing was written then, but for --accepted-only.")]
    Published {
        /// The tables.
        file: PathBuf,
        /// The unit of projects whose own unit is not known.
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Takes the accepted tables although others are refused.
        #[arg(long)]
        accepted_only: bool,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Prints every setting with its meaning and its default.
    #[command(after_help = "Example:\n  yumen config example > /etc/yumen.toml")]
    Example,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(why) => {
            eprintln!("yumen: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = || Ok::<_, anyhow::Error>(Config::read(cli.config.as_deref())?);
    match cli.command {
        Command::Config(ConfigCommand::Example) | Command::Serve { print_config: true } => {
            print!("{}", config::EXAMPLE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve { print_config: false } => waiting(serve::run(settings()?)).map(|()| ExitCode::SUCCESS),
        Command::Dashboard => {
            print!("{}", telemetry::figures::DASHBOARD);
            Ok(ExitCode::SUCCESS)
        }
        Command::Ledger(LedgerCommand::Verify) => waiting(ledger::run(settings()?)).map(in_order),
        Command::CheckPeople => waiting(check_people::run(settings()?)).map(in_order),
        Command::CheckStore => waiting(check_store::run(settings()?)).map(in_order),
        Command::Migrate => waiting(migrate::run(settings()?)).map(|()| ExitCode::SUCCESS),
        Command::Demo { folder, port } => waiting(demo::run(&folder, port)).map(|()| ExitCode::SUCCESS),
        Command::Work => waiting(work::run(settings()?)).map(|()| ExitCode::SUCCESS),
        Command::Import(what) => {
            let source = match &what {
                ImportCommand::Organisation { file } => import::Source::Organisation(file),
                ImportCommand::Projects { file } => import::Source::Projects(file),
                ImportCommand::Published { file, unit, accepted_only } => {
                    let refused = if *accepted_only { Refused::LeaveOut } else { Refused::StopAll };
                    import::Source::Published(file, unit.clone(), refused)
                }
            };
            waiting(import::run(settings()?, source)).map(in_order)
        }
        Command::Check { explain: Some(code), .. } => check::explain(&code).map(in_order),
        Command::Check { path, json, notes, .. } => check::run(&path.unwrap_or_default(), json, notes).map(in_order),
    }
}

fn in_order(yes: bool) -> ExitCode {
    if yes { ExitCode::SUCCESS } else { ExitCode::from(NOT_IN_ORDER) }
}

/// Runs a command that needs the network or the database.
fn waiting<T>(command: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_command_has_an_example() {
        let cli = Cli::command();
        cli.clone().debug_assert();
        let nested = cli.get_subcommands().flat_map(clap::Command::get_subcommands);
        for command in cli.get_subcommands().filter(|command| !command.has_subcommands()).chain(nested) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("yumen "), "{} has no example", command.get_name());
        }
    }
}
