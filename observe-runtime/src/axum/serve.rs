//! A server with what operators expect of one: `/metrics`, `/health/live`, an orderly end.

use crate::error::{Error, Result};
use crate::metric::{Format, exposition_as};
use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves `app` at `address`, such as `127.0.0.1:8000`, until the process is told to stop.
///
/// `GET /metrics` and `GET /health/live` are answered beside the app's own routes, and are neither
/// traced nor counted. Metrics are answered in the [`Format`] that the Accept header asks for. On SIGTERM and Ctrl-C no more connections are taken, and the requests under
/// way are finished.
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
/// # Errors
///
/// [`Error::Bind`] where the address can't be listened on.
pub async fn bind(address: &str) -> Result<Server> {
    let failed = |error| Error::Bind { address: address.to_owned(), error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Server { listener, address })
}

/// A server that listens and has no app yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
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
        // The app is the fallback, so that its routes may be called anything.
        let app = Router::new()
            .route("/metrics", get(metrics))
            .route("/health/live", get(|| async { ([(header::CONTENT_TYPE, "application/json")], ALIVE) }))
            .fallback_service(app);
        tracing::info!(target: "observe", "listens on http://{}", self.address);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, app).with_graceful_shutdown(told_to_stop()).await.map_err(Error::Serve)?;
        tracing::info!(target: "observe", "no more requests: shutting down");
        Ok(())
    }
}

/// The exposition, in the format that the scraper likes best.
async fn metrics(headers: HeaderMap) -> impl IntoResponse {
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let format = Format::negotiate(Some(&accept.join(",")));
    let described = [(header::CONTENT_TYPE, format.content_type()), (header::VARY, "accept")];
    (described, exposition_as(format))
}

/// The process answers: that is all which liveness says.
const ALIVE: &str = r#"{"status":"alive"}"#;

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // No handler to be had: then only the other signal ends the server.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    /// The content type and the text for a scraper with these Accept headers.
    async fn answer(accept: &[&'static str]) -> (String, String) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, header::HeaderValue::from_static(value));
        }
        let response = metrics(headers).await.into_response();
        assert_eq!(response.headers()[header::VARY], "accept");
        let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (content_type, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn metrics_are_text_unless_open_metrics_is_asked_for() {
        for accept in [&[][..], &["*/*"], &["application/json"], &["text/plain", "application/openmetrics-text;q=0.9"]]
        {
            let (content_type, text) = answer(accept).await;
            assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8", "{accept:?}");
            assert!(!text.contains("# EOF"), "{text}");
        }
        for accept in [
            &["application/openmetrics-text;version=1.0.0,*/*;q=0.1"][..],
            &["*/*;q=0.1", "application/openmetrics-text"],
        ] {
            let (content_type, text) = answer(accept).await;
            assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8", "{accept:?}");
            assert!(text.ends_with("# EOF\n"), "{text}");
        }
    }
}
