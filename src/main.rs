//! The `yumen` program. Everything it can do is in [`yumen::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    yumen::cli::main()
}
