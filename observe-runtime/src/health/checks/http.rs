//! A service of somebody else, asked over HTTP.

use crate::health::{Check, Kind, Outcome};
use std::sync::OnceLock;

/// Whether a GET of this URL is answered. An answer of 500 and above is a failure, one of 400 and above a warning.
///
/// The request is neither traced nor counted. One that is to carry credentials is a [`Check`] of your own.
///
/// ```
/// use observe::health::checks;
/// let check = checks::http("payments", "https://payments.example/health");
/// ```
pub fn http(name: impl Into<String>, url: impl Into<String>) -> Check {
    static CLIENT: OnceLock<Result<reqwest::Client, String>> = OnceLock::new();
    let url = url.into();
    Check::new(name, move || {
        let url = url.clone();
        async move {
            let client = CLIENT.get_or_init(|| {
                // A connection of another check's runtime could not be used.
                let builder = reqwest::Client::builder().pool_max_idle_per_host(0);
                builder.build().map_err(|error| error.to_string())
            });
            let client = client.as_ref().map_err(Clone::clone)?;
            // Its text would have the URL in it, and the URL may have a secret in it.
            let answer = client.get(url).send().await.map_err(|error| causes(&error.without_url()))?;
            Ok::<_, String>(outcome(answer.status()))
        }
    })
    .kind(Kind::External)
    .degrading()
    .quiet()
}

fn outcome(status: reqwest::StatusCode) -> Outcome {
    let text = format!("answers {}", status.as_u16());
    match status.as_u16() {
        500.. => Outcome::fail(text),
        400.. => Outcome::warn(text),
        _ => Outcome::pass(),
    }
}

/// The error and what it comes from: the first alone says no more than that a request failed.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
