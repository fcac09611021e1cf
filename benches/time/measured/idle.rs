//! The program itself with nothing to do: processor time, memory, and the statements that it asks of its database.

use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant as Stopwatch},
};

use serde_json::{Value, json};

use super::{Sizes, place::Place, rounded};

/// How long the program may take to answer.
const START_MAX: Duration = Duration::from_secs(120);
/// How the log calls a statement.
const STATEMENT: &str = "\"target\":\"sqlx::query\"";

/// Per cent of a core, megabytes, and statements per second.
pub async fn measure(place: &Place, sizes: Sizes) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    let quiet = Running::start(folder.path(), &place.url, "warn").await?;
    // What a start leaves to do is done.
    tokio::time::sleep(sizes.rest / 3).await;
    let before = quiet.cpu_ticks()?;
    tokio::time::sleep(sizes.rest).await;
    let ticks = quiet.cpu_ticks()? - before;
    let resident_mb = quiet.resident_mb()?;
    drop(quiet);
    let loud = Running::start(folder.path(), &place.url, "warn,sqlx::query=trace").await?;
    tokio::time::sleep(sizes.rest / 3).await;
    let before = loud.statements()?;
    anyhow::ensure!(before > 0, "no statement is in the log");
    tokio::time::sleep(sizes.rest).await;
    let statements = loud.statements()? - before;
    let rest = sizes.rest.as_secs_f64();
    // Ticks are hundredths of a second on Linux.
    let (ticks, statements) = (f64::from(u32::try_from(ticks)?), f64::from(u32::try_from(statements)?));
    Ok(json!({
        "watched_s": rest,
        "cpu_percent": rounded(ticks / rest),
        "resident_mb": resident_mb,
        "statements_per_second": rounded(statements / rest),
    }))
}

struct Running {
    process: Child,
    log: std::path::PathBuf,
}

impl Running {
    async fn start(folder: &Path, database: &str, filter: &str) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = folder.join(format!("{}.log", address.port()));
        let asked = Stopwatch::now();
        let process = Command::new(env!("CARGO_BIN_EXE_yumen"))
            .arg("serve")
            .current_dir(folder)
            .env("YUMEN_LISTEN", address.to_string())
            .env("YUMEN_PUBLIC_URL", format!("http://{address}"))
            .env("YUMEN_DATABASE", database)
            .env("YUMEN_LOG__FILTER", filter)
            .env("YUMEN_LOG__FORMAT", "json")
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let running = Self { process, log };
        while reqwest::get(format!("http://{address}/sign-in")).await.is_err() {
            anyhow::ensure!(asked.elapsed() < START_MAX, "the program does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(running)
    }

    fn statements(&self) -> anyhow::Result<usize> {
        let log = std::fs::read_to_string(&self.log)?;
        Ok(log.lines().filter(|line| line.contains(STATEMENT)).count())
    }

    fn resident_mb(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).unwrap_or_default();
        Ok(kilobytes.trim().parse::<u64>()? / 1024)
    }

    fn cpu_ticks(&self) -> anyhow::Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        // User and system time are the 14th and 15th field of the whole line.
        fields.get(11..13).unwrap_or_default().iter().map(|ticks| Ok(ticks.parse::<u64>()?)).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
