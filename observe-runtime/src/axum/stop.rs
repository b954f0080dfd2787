//! How a server stops: readiness first, then new connections, then the requests under way.

use crate::config::DrainSettings;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// So long a signal is taken for the same one: some senders send to a process and to its group.
const REPEATED_WITHIN: Duration = Duration::from_millis(100);

static SETTINGS: OnceLock<DrainSettings> = OnceLock::new();

/// Makes these the settings of the process; only the first call counts.
pub(crate) fn choose(settings: DrainSettings) {
    let _ = SETTINGS.set(settings);
}

/// Two futures: the first is done when no more connections are to be taken, the second when requests under way have
/// had their time, or somebody asks for the second time.
pub(super) fn requests(signals: Signals) -> (impl Future<Output = ()> + Send + 'static, impl Future<Output = ()>) {
    let settings = SETTINGS.get().copied().unwrap_or_default();
    let (drain, draining) = oneshot::channel();
    let Signals { mut first, mut again } = signals;
    let told = async move {
        first.next().await;
        // Before anything else, so that balancers look away while requests are still taken.
        crate::health::drain();
        if settings.delay > Duration::ZERO {
            tracing::info!(target: "observe", "told to stop: not ready, and takes requests for {:?} more", settings.delay);
            sleep(settings.delay).await;
        }
        tracing::info!(target: "observe", "takes no more connections, and finishes the requests under way");
        let _ = drain.send(());
    };
    let too_late = async move {
        let out_of_time = async {
            if draining.await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(settings.timeout).await;
        };
        tokio::select! {
            () = out_of_time => tracing::warn!(
                target: "observe",
                "requests were not finished within {:?} (OBSERVE_DRAIN_TIMEOUT): shutting down without them",
                settings.timeout,
            ),
            () = again.twice() => tracing::warn!(target: "observe", "told to stop again: shutting down at once"),
        }
    };
    (told, too_late)
}

/// What tells a server to stop, heard from when this is made: a signal that comes before anybody waits for it counts.
#[derive(Debug)]
pub(super) struct Signals {
    first: Stream,
    /// The same once more, for who counts to two.
    again: Stream,
}

impl Signals {
    pub(super) fn watch() -> Self {
        Self { first: Stream::new(), again: Stream::new() }
    }
}

/// SIGTERM and Ctrl-C, each time that one of them comes.
#[derive(Debug)]
struct Stream {
    #[cfg(unix)]
    streams: Vec<tokio::signal::unix::Signal>,
}

impl Stream {
    /// One that can't be had is left out; then only the other stops the server.
    #[cfg(unix)]
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::interrupt()];
        Self { streams: kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect() }
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let came = self.streams.iter_mut().any(|stream| stream.poll_recv(context).is_ready());
            if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Self {}
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for one signal, and for another that is not the same.
    async fn twice(&mut self) {
        self.next().await;
        let first = tokio::time::Instant::now();
        loop {
            self.next().await;
            if first.elapsed() > REPEATED_WITHIN {
                return;
            }
        }
    }
}
