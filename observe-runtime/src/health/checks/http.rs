//! A service of somebody else, asked over HTTP.

#[cfg(feature = "otlp")]
use crate::export::otlp::Get;
use crate::health::{Check, Kind, Outcome};
use std::sync::Arc;

/// Whether a GET of this URL is answered. An answer of 500 and above is a failure, one of 400 and above a warning.
///
/// Redirects are not followed. The request is neither traced nor counted. One that is to carry credentials is a [`Check`] of
/// your own. Needs the feature `otlp` or `reqwest`.
///
/// ```
/// use observe::health::checks;
/// let check = checks::http("payments", "https://payments.example/health");
/// ```
pub fn http(name: impl Into<String>, url: impl Into<String>) -> Check {
    let get = Arc::new(Get::new(&url.into()));
    Check::new(name, move || {
        let get = Arc::clone(&get);
        async move { Ok::<_, String>(outcome((*get).as_ref().map_err(Clone::clone)?.status().await?)) }
    })
    .kind(Kind::External)
    .degrading()
    .quiet()
}

/// Whether another service lives: a GET of `/health/live` at this URL, such as `http://payments:8000`.
///
/// Not of its readiness, which is made of what it needs itself: where each service asks the next one for that, one database
/// that is slow takes all of them away.
///
/// ```
/// use observe::health::checks;
/// let check = checks::service("payments", "http://payments:8000");
/// ```
pub fn service(name: impl Into<String>, base_url: &str) -> Check {
    http(name, format!("{}/health/live", base_url.trim_end_matches('/')))
}

fn outcome(status: u16) -> Outcome {
    let text = format!("answers {status}");
    match status {
        500.. => Outcome::fail(text),
        400.. => Outcome::warn(text),
        _ => Outcome::pass(),
    }
}

/// The same by reqwest, where nothing of ours speaks HTTP.
#[cfg(not(feature = "otlp"))]
struct Get {
    url: String,
    client: reqwest::Client,
}

#[cfg(not(feature = "otlp"))]
impl Get {
    fn new(url: &str) -> Result<Self, String> {
        // A connection of another check's runtime could not be used.
        let builder = reqwest::Client::builder().pool_max_idle_per_host(0).redirect(reqwest::redirect::Policy::none());
        Ok(Self { url: url.to_owned(), client: builder.build().map_err(|error| error.to_string())? })
    }

    async fn status(&self) -> Result<u16, String> {
        // Its text would have the URL in it, and the URL may have a secret in it.
        let answer = self.client.get(&self.url).send().await.map_err(|error| causes(&error.without_url()))?;
        Ok(answer.status().as_u16())
    }
}

/// The error and what it comes from: the first alone says no more than that a request failed.
#[cfg(not(feature = "otlp"))]
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
