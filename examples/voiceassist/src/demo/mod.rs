//! `voiceassist demo`: the service, traffic for it, and what came out.

mod calm;
mod client;
mod people;
mod progress;
mod report;
mod requests;
mod samples;
mod traces;
mod traffic;
mod tree;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::progress::Progress;
use self::samples::Samples;
use self::traces::Traces;
use self::traffic::Traffic;
use crate::app::App;
use crate::auth::DemoPassword;
use crate::config::{Config, DEFAULT_BACKUP_EVERY};
use crate::error::StartError;
use crate::routes;

/// Memory of a password's hash. Less than the service takes: here somebody logs in all the time, and
/// a build without optimisation would do little else.
const HASH_MEMORY_KIB: u32 = 4 * 1024;

/// How often gauges are looked at, and the progress is shown.
const LOOK: Duration = Duration::from_millis(100);

/// Serves traffic of its own for `length`, then says what came out.
pub(crate) fn run(length: Duration) -> Result<(), StartError> {
    calm::restart_calm();
    demonstrate(length)
}

#[tokio::main]
async fn demonstrate(length: Duration) -> Result<(), StartError> {
    let traces = Arc::new(Traces::default());
    let seeing = Arc::clone(&traces);
    let _guard = observe::Builder::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
        .on_span_end(move |span| seeing.see(span))
        .init()?;
    let (app, password) = start_app()?;
    let server = observe::axum::bind("127.0.0.1:0").await?;
    let address = server.address();
    eprintln!("demo: {} s of traffic for http://{address}, whose /metrics can be looked at", length.as_secs());
    let server = tokio::spawn(server.serve(routes::router(app)));

    let before = Samples::now();
    let start = Instant::now();
    let traffic = Traffic::log_in(address, password).await?;
    let highest = tokio::select! {
        highest = watch(&traffic, length) => highest,
        // Somebody has had enough: what there is so far is shown.
        _ = server => Samples::default(),
    };
    let moved = Samples::now().moved_since(&before, &highest);
    let report = report::render(start.elapsed(), traffic.tally(), &traces, &moved);
    // Nobody may be reading any more.
    let _ = std::io::stdout().write_all(report.as_bytes());
    Ok(())
}

/// A service in memory, and its demo users' password.
fn start_app() -> Result<(Arc<App>, String), StartError> {
    let config = Config {
        addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        database: None,
        demo_password: None,
        hash_memory_kib: HASH_MEMORY_KIB,
        audit: None,
        backup: None,
        backup_every: DEFAULT_BACKUP_EVERY,
    };
    match App::start(&config)? {
        (app, DemoPassword::Made(password)) => {
            app.begin(&config);
            Ok((app, password))
        }
        _ => Err(StartError::Demo("the database is not new")),
    }
}

/// Runs the traffic, shows its progress, and returns the highest values that were seen.
async fn watch(traffic: &Arc<Traffic>, length: Duration) -> Samples {
    let start = Instant::now();
    let mut progress = Progress::new(length);
    let mut highest = Samples::default();
    let mut look = tokio::time::interval(LOOK);
    let sent = Arc::clone(traffic).run(length);
    tokio::pin!(sent);
    loop {
        tokio::select! {
            () = &mut sent => return highest,
            _ = look.tick() => {
                highest.raise(Samples::now());
                progress.show(start.elapsed(), traffic.tally());
            }
        }
    }
}
