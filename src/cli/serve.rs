//! `yumen serve`

use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use tokio::net::TcpListener;
use tower_sessions::ExpiredDeletion as _;

use super::{open, work};
use crate::{
    api,
    app::{App, sessions, setup},
    config::Config,
    http::{
        harden::harden,
        routes::Routes,
        server, session,
        site::{Figures, Settings, Site},
        streams::Streams,
    },
    lifecycle::Lifecycle,
    telemetry,
    web::pages,
};

/// How often what is over is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Serves until it is told to stop.
///
/// # Errors
/// When the database, the address or a part of Yumen fails.
pub async fn run(config: Config) -> anyhow::Result<()> {
    let _telemetry = telemetry::start(&config);
    allow_sockets(&config);
    let app = open::app(&config, open::store(&config).await?).await?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("{} cannot be listened on", config.listen))?;
    if let Some(token) = setup::offer(&app).await? {
        println!("There is nobody yet. Within 24 hours, open {}/setup and use this token, once:", config.public_url);
        println!("\n    {token}\n");
    }
    let life = Lifecycle::new();
    let site = site(app.clone(), &config, false)?;
    serve(&life, site, listener, config.limits.connections);
    work::start(&life, app, &config)?;
    println!("Yumen serves {} on {}.", config.public_url, config.listen);
    life.until_stopped().await
}

/// Lets this process hold as many sockets as the settings allow.
pub fn allow_sockets(config: &Config) {
    server::allow_sockets(config.limits.connections);
}

/// The state of the pages.
///
/// # Errors
/// When passwords cannot be hashed.
pub fn site(app: App, config: &Config, demo: bool) -> anyhow::Result<Site> {
    let port = config.listen.port();
    let other_origins = if config.listen.ip().is_loopback() {
        ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{port}")).to_vec()
    } else {
        Vec::new()
    };
    let settings = Settings {
        public_url: config.public_url.clone(),
        other_origins,
        demo,
        behind_proxy: config.behind_proxy,
        sessions: sessions::Limits {
            idle: TimeDelta::minutes(config.sessions.idle_minutes.into()),
            absolute: TimeDelta::hours(config.sessions.absolute_hours.into()),
        },
        figures: figures(config)?,
    };
    Site::new(app, settings)
}

/// Counts, where somebody may read it.
fn figures(config: &Config) -> anyhow::Result<Option<Figures>> {
    let token = config.telemetry.metrics_token.reveal().to_owned();
    if token.is_empty() {
        return Ok(None);
    }
    Ok(Some(Figures { token, counted: telemetry::figures::start()? }))
}

/// Starts the server, and the sweep of what is over.
pub fn serve(life: &Lifecycle, site: Site, listener: TcpListener, connections_max: usize) {
    // Pages that stay open leave half of the connections to those that are opened.
    let site = Site { streams: Streams::until(life.stopping(), connections_max / 2), ..site };
    let routes = api::register(pages::register(Routes::default(), site.settings.demo));
    let router = harden(routes, site.clone());
    life.run("server", server::serve(listener, router, connections_max, life.stopping()));
    let stopping = life.stopping();
    life.run("sweep", async move {
        let rows = session::Rows::new(&site);
        while tokio::time::timeout(SWEEP_EVERY, stopping.cancelled()).await.is_err() {
            if let Err(why) = rows.delete_expired().await {
                tracing::warn!(reason = %why, "ended sessions could not be forgotten");
            }
        }
        Ok(())
    });
}
