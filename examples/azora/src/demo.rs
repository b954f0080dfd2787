//! `azora demo`: the four services, bounded traffic for them, and what they counted.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::auth::USERS;
use crate::error::StartError;
use crate::platform::Platform;
use crate::role::Role;
use crate::say;

/// Between two requests: enough to see something move, and no load.
const PAUSE: Duration = Duration::from_millis(50);

/// What the demo shows of the metrics.
const SHOWN: [&str; 6] = [
    "authentication_attempts_total",
    "enrollments_total",
    "payments_total",
    "payments_cents_total",
    "database_connections",
    "http_requests_total",
];

/// Serves traffic of its own for `length`, then says what was counted.
#[tokio::main]
pub(crate) async fn run(length: Duration) -> Result<(), StartError> {
    let platform = tokio::task::block_in_place(|| Platform::start(Some("127.0.0.1:0")))?;
    let sent = traffic(&platform, length).await?;
    let mut report = format!("\n{sent} requests in {} s. What they were counted as:\n", length.as_secs());
    for role in Role::ALL {
        let metrics = reqwest::get(format!("{}/metrics", platform.url(role))).await?.text().await?;
        for line in metrics.lines().filter(|line| SHOWN.iter().any(|name| line.starts_with(name))) {
            // Writing to a string does not fail.
            let _ = writeln!(report, "  {:<16} {line}", role.service());
        }
    }
    say(&report);
    tokio::task::block_in_place(|| drop(platform));
    Ok(())
}

/// Sends requests until `length` is over; how many.
async fn traffic(platform: &Platform, length: Duration) -> Result<usize, StartError> {
    let (client, gateway, start) = (reqwest::Client::new(), platform.url(Role::Gateway), Instant::now());
    let post = async |path: &str, token: &str, body: &Value| -> Result<Value, StartError> {
        let request = client.post(format!("{gateway}{path}")).bearer_auth(token).json(body);
        Ok(request.send().await?.json().await?)
    };
    let login = json!({ "user": USERS[0], "password": platform.password() });
    let session = post("/v1/login", "", &login).await?;
    let token = session["token"].as_str().ok_or("the demo could not log in")?.to_owned();
    let mut sent = 1;
    while start.elapsed() < length {
        // Good cards and bad ones, courses with and without a fee, a wrong password now and then.
        let number = ["4242424242424242", "4000000000000002", "4000000000009995"][sent % 3];
        let card = json!({ "number": number, "expiry": "11/30", "code": "123", "holder": "Ilda Quorn" });
        let (path, body) = match sent % 5 {
            0 => ("/v1/login", json!({ "user": USERS[1], "password": "a wrong one" })),
            1 => ("/v1/enrolments", json!({ "course": "rust" })),
            2 | 3 => ("/v1/enrolments", json!({ "course": "latin", "card": card })),
            _ => ("/v1/payments", json!({ "amount_cents": 1999, "card": card })),
        };
        post(path, &token, &body).await?;
        sent += 1;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(sent)
}
