//! A server with what operators expect of one: `/metrics`, `/health`, alerts, an orderly end.

use super::routes;
use super::stop::{self, Signals};
use crate::error::{Error, Result};
use axum::Router;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves `app` at `address`, such as `127.0.0.1:8000`, until the process is told to stop.
///
/// `/metrics`, `/health` and what [`health`](crate::health) says of the paths below it are answered before the app's own
/// routes, and are neither traced nor counted. So is the REST interface of alerts under `/v1/alerting`, with the feature
/// `alerts`, where a token for it is set. Why a check fails is told to those who may read metrics. Metrics are answered in the [`Format`](crate::Format) that the Accept header asks for, to whom
/// `OBSERVE_METRICS_ALLOW` and `OBSERVE_METRICS_TOKEN` allow it; with `OBSERVE_METRICS_ENDPOINT` they are elsewhere or
/// nowhere, and the path is the app's.
///
/// On SIGTERM and Ctrl-C the service is not ready any more: `/health/ready` is 503, `draining`. After `OBSERVE_DRAIN_DELAY` no more connections are taken,
/// and the requests under way have `OBSERVE_DRAIN_TIMEOUT` to finish. A second signal ends both.
///
/// It does not matter whether [`init!`](crate::init!) was called; where it was not, a line on standard error says that
/// nothing is logged or exported.
///
/// # Errors
///
/// [`Error::Bind`] where the address can't be listened on, and [`Error::Serve`] where the server
/// fails later.
pub async fn serve(app: Router, address: &str) -> Result<()> {
    bind(address).await?.serve(app).await
}

/// Listens on `address` and serves nothing yet: for a port 0, or to print where the server is.
///
/// From here on SIGTERM and Ctrl-C are the server's: one that comes before [`Server::serve`] is called stops it as one
/// does that comes later.
///
/// # Errors
///
/// [`Error::Bind`] where the address can't be listened on.
pub async fn bind(address: &str) -> Result<Server> {
    let failed = |error| Error::Bind { address: address.to_owned(), error };
    // First: who finds the port open may tell the program to stop.
    let signals = Signals::watch();
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Server { listener, address, signals })
}

/// A server that listens and has no app yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    signals: Signals,
}

impl Server {
    /// The address, with the port that the system chose where port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `app`, as [`serve`] does.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] where the server fails.
    pub async fn serve(self, app: Router) -> Result<()> {
        crate::init::say_if_nothing_listens();
        #[cfg(feature = "process-metrics")]
        crate::process_metrics::watch_current_runtime();
        let app = routes::around(app).into_make_service_with_connect_info::<SocketAddr>();
        let (told, too_late) = stop::requests(self.signals);
        routes::say_where(self.address);
        let serving = axum::serve(self.listener, app).with_graceful_shutdown(told);
        tokio::select! {
            served = serving => {
                served.map_err(Error::Serve)?;
                tracing::info!(target: "observe", "no more requests: shutting down");
            }
            () = too_late => {}
        }
        Ok(())
    }
}
