//! A service in this process, and what a scrape of it says.

use crate::http;
use crate::openmetrics::{Family, Format, read};
use axum::Router;
use std::net::SocketAddr;
use std::sync::mpsc;

/// Serves `app` and `/metrics` on a free port of loopback, until the process ends.
pub(crate) fn serve(app: Router) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = observe::axum::bind("127.0.0.1:0").await.unwrap();
            sender.send(server.address()).unwrap();
            server.serve(app).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// What Prometheus 2.42 asks for.
pub(crate) const OPENMETRICS_FIRST: &str = "accept: application/openmetrics-text;version=1.0.0,\
    application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n";

/// The families of `/metrics`, which are valid in the format that the answer names.
pub(crate) fn scrape(address: SocketAddr, headers: &str) -> Vec<Family> {
    let answer = http::get(address, "/metrics", headers).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let format = Format::of(&answer.content_type).unwrap_or_else(|| panic!("{} is no format", answer.content_type));
    read(&answer.body, format).unwrap_or_else(|problem| panic!("{problem}\n{}", answer.body))
}
