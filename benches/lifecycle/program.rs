//! The program itself: how soon it answers, and what it holds at rest.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::millis;

/// How long the program rests before its memory is read.
const REST: Duration = Duration::from_secs(3);
/// How long it may take to answer.
const START_MAX: Duration = Duration::from_secs(60);

/// Milliseconds from start to first answer, on a database that is there already, and megabytes at rest.
pub async fn start_and_rest() -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    Running::start(folder.path()).await?;
    let (started, running) = Running::start(folder.path()).await?;
    let used_before = running.cpu_ticks()?;
    tokio::time::sleep(REST).await;
    let used = running.cpu_ticks()? - used_before;
    Ok(json!({
        "start_ms": millis(started),
        "resident_mb": running.resident_mb()?,
        // Ticks are hundredths of a second on Linux.
        "idle_cpu_percent": used / REST.as_secs(),
    }))
}

struct Running(Child);

impl Running {
    async fn start(folder: &std::path::Path) -> anyhow::Result<(Duration, Self)> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let asked = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_yumen"))
            .arg("serve")
            .current_dir(folder)
            .env("YUMEN_LISTEN", address.to_string())
            .env("YUMEN_PUBLIC_URL", format!("http://{address}"))
            .env("YUMEN_DATABASE", "sqlite://yumen.db")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let running = Self(child);
        while reqwest::get(format!("http://{address}/sign-in")).await.is_err() {
            anyhow::ensure!(asked.elapsed() < START_MAX, "the program does not answer");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok((asked.elapsed(), running))
    }

    fn resident_mb(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).unwrap_or_default();
        Ok(kilobytes.trim().parse::<u64>()? / 1024)
    }

    fn cpu_ticks(&self) -> anyhow::Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        // User and system time are the 14th and 15th field of the whole line.
        fields.get(11..13).unwrap_or_default().iter().map(|ticks| Ok(ticks.parse::<u64>()?)).sum()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
