//! The command line: each command is a file that calls a use case and says what became of it.
//!
//! Exit codes: 0 all is well; 1 it failed; 2 the command line cannot be understood; 3 something was checked and is not
//! in order.

mod check;
mod migrate;
mod open;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::config::{self, Config};

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
    /// Serves the pages and the API.
    #[command(after_help = "Examples:\n  yumen serve\n  yumen serve --config /etc/yumen.toml\n  \
        YUMEN_DATABASE=postgres://yumen@db/yumen yumen serve\n\n\
        On an empty database it prints a one-time token with which the first administrator comes in.")]
    Serve {
        /// Prints the settings with their meaning, and ends.
        #[arg(long)]
        print_config: bool,
    },
    /// Brings the database up to date; several nodes may do so at once.
    #[command(
        after_help = "Examples:\n  yumen migrate\n  YUMEN_DATABASE=sqlite:///var/lib/yumen/yumen.db yumen migrate"
    )]
    Migrate,
    /// Checks workflow definitions and policy, and reports every problem.
    #[command(after_help = "Examples:\n  yumen check workflows/\n  yumen check workflows/budget-request.yaml\n  \
        yumen check workflows/ --json | jq '.problems[]'\n\nEnds with 3 when there is a problem.")]
    Check {
        /// A folder such as workflows/, or one definition.
        path: PathBuf,
        /// Writes the problems as JSON.
        #[arg(long)]
        json: bool,
    },
    /// The settings.
    #[command(subcommand)]
    Config(ConfigCommand),
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
        Command::Migrate => waiting(migrate::run(settings()?)).map(|()| ExitCode::SUCCESS),
        Command::Check { path, json } => {
            let in_order = check::run(&path, json)?;
            Ok(if in_order { ExitCode::SUCCESS } else { ExitCode::from(NOT_IN_ORDER) })
        }
    }
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
        for command in cli.get_subcommands().filter(|command| !command.has_subcommands()) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("yumen "), "{} has no example", command.get_name());
        }
    }
}
