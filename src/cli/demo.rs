//! `yumen demo`: a district with invented officials, on this machine alone.

use std::{fs, net::SocketAddr, path::Path};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::net::TcpListener;

use super::{open, serve, work};
use crate::{
    app::{App, demo::Sample, demo::samples},
    config::{Config, Secret},
    definition::registry,
    language::Lang,
    lifecycle::Lifecycle,
    telemetry,
};

/// Stands in the folder while the district is being filled.
const FILLING: &str = "filling";

/// Starts the demonstration in `folder`, or continues it.
///
/// # Errors
/// When the folder, the port or a part of Yumen fails.
pub async fn run(folder: &Path, port: u16) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .with_context(|| format!("port {port} is taken; choose another with --port"))?;
    let listen = listener.local_addr()?;
    let mut config = Config {
        database: Secret::from(format!("sqlite://{}", folder.join("yumen.db").display()).as_str()),
        listen,
        public_url: format!("http://{listen}"),
        ..Config::default()
    };
    config.mail.folder = folder.join("mail");
    "warn,yumen=info".clone_into(&mut config.log.filter);
    let _telemetry = telemetry::start(&config);
    serve::allow_sockets(&config);
    begin_anew_if_interrupted(folder)?;
    let store = open::store(&config).await?;
    let app = open::bare(&config, store)?;
    if !app.is_populated().await? {
        fs::write(folder.join(FILLING), "")?;
        populate(&app).await?;
        fs::remove_file(folder.join(FILLING))?;
    }
    open::publish(&app).await?;
    let life = Lifecycle::new();
    let site = serve::site(app.clone(), &config, true)?;
    serve::serve(&life, site, listener, config.limits.connections);
    work::start(&life, app, &config)?;
    welcome(&config, &samples()?);
    life.until_stopped().await
}

/// Half a district is no demonstration: one whose filling was interrupted is made again.
fn begin_anew_if_interrupted(folder: &Path) -> anyhow::Result<()> {
    if !folder.join(FILLING).exists() {
        return Ok(());
    }
    for file in ["yumen.db", "yumen.db-wal", "yumen.db-shm"] {
        match fs::remove_file(folder.join(file)) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(why.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

async fn populate(app: &App) -> anyhow::Result<()> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} projects, {eta} left")?);
    bar.set_message("A district comes about:");
    app.populate_demo(app.now(), |progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    })
    .await?;
    bar.finish_and_clear();
    Ok(())
}

fn welcome(config: &Config, samples: &[Sample]) {
    println!("\n玉门 Yumen · 演示 demonstration");
    println!("\n  打开 open     {}", config.public_url);
    println!("  邮件 mail     {} (.eml)", config.mail.folder.display());
    println!("  停止 stop     Ctrl+C；再次运行会从这里继续 run it again to continue");
    println!("\n  可以进入的人员 sample people, to enter as with one click:");
    for sample in samples {
        let role = registry::title_of(registry::ROLES, &sample.role, Lang::Zh);
        println!("    {:<14} {}　{role}　{}", sample.login, sample.name, sample.organisation);
    }
    println!("\n  All people are invented. The demonstration listens on this machine alone.\n");
}
