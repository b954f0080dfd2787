//! The OpenTelemetry name of a client's requests, where it is chosen. One test, as settings belong to the process.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

#[tokio::test]
async fn requests_have_the_name_of_the_conventions_where_it_is_chosen() {
    let builder = observe::Builder::new("wards", "1").setting("OBSERVE_HTTP_METRICS", "both");
    let guard = builder.setting("OTEL_TRACES_SAMPLER", "always_on").init().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/beds", get(|| async { "free" }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let client = observe::reqwest::middleware().provider("beds").client(reqwest::Client::new());
    for path in ["beds", "gone"] {
        client.get(format!("http://{address}/{path}")).send().await.unwrap().text().await.unwrap();
    }
    let text = observe::exposition();
    let labels = format!(r#"http_request_method="GET",server_address="127.0.0.1",server_port="{}""#, address.port());
    for line in [
        format!(r#"http_client_request_duration_seconds_count{{{labels},http_response_status_code="200"}} 1"#),
        format!(
            r#"http_client_request_duration_seconds_count{{{labels},http_response_status_code="404",error_type="404"}} 1"#
        ),
        r#"external_api_calls_total{provider="beds",status="ok"} 1"#.to_owned(),
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line} in {text}");
    }
    drop(guard);
}
