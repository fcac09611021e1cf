//! The program itself, started as an operator would.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long the program may take to answer; a new demonstration makes a month of work up before it does.
const START_MAX: Duration = Duration::from_secs(120);

/// A running `yumen`, killed when dropped.
pub struct Server {
    /// Its address, such as `http://127.0.0.1:40123`.
    pub address: String,
    process: Child,
}

impl Server {
    /// Starts `yumen demo` in `folder`, or lets it continue there.
    pub async fn demo(folder: &Path, listen: SocketAddr) -> Self {
        let mut command = program(folder);
        command.args(["demo", "--folder", ".", "--port", &listen.port().to_string()]);
        Self::run(command, listen).await
    }

    /// Starts `yumen serve` on a database, with its mail in `folder`.
    pub async fn serve(folder: &Path, database: &str, listen: SocketAddr) -> Self {
        Self::serve_with(folder, database, listen, &[]).await
    }

    /// Starts `yumen serve` with more settings, as environment variables.
    pub async fn serve_with(folder: &Path, database: &str, listen: SocketAddr, settings: &[(&str, String)]) -> Self {
        let mut command = program(folder);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.arg("serve").env("YUMEN_DATABASE", database).env("YUMEN_LISTEN", listen.to_string());
        command.env("YUMEN_PUBLIC_URL", format!("http://{listen}"));
        Self::run(command, listen).await
    }

    /// Starts `command` and waits until it answers.
    async fn run(mut command: Command, listen: SocketAddr) -> Self {
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut server = Self { address: format!("http://{listen}"), process };
        let asked = Instant::now();
        while reqwest::get(&server.address).await.is_err() {
            if let Some(status) = server.process.try_wait().unwrap() {
                panic!("yumen ended with {status}");
            }
            assert!(asked.elapsed() < START_MAX, "no answer at {}", server.address);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// Sends it a signal, such as `STOP`, `CONT` or `ABRT`.
    pub fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits until it is gone.
    pub fn wait(mut self) {
        self.process.wait().unwrap();
    }

    /// Ends it as a power cut would: nothing is told, nothing is finished.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program, to be run in `folder` with nothing of this machine's settings.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yumen"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("YUMEN_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// An address nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Asks the oracle, as an operator would; fails with what it found.
pub fn check_store(folder: &Path, database: &str) {
    for arguments in [&["check-store"][..], &["ledger", "verify"]] {
        let output = program(folder).args(arguments).env("YUMEN_DATABASE", database).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }
}
