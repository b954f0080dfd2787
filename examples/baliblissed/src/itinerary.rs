//! Itineraries, which a language model writes.

use observe::{operation, redact, traced};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{ModelError, ServiceError};
use crate::offers::Destination;

/// What somebody would like. Wishes tell much about a person, so they are hidden.
#[redact]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    #[redact(clear)]
    destination: Destination,
    #[redact(clear)]
    days: u8,
    wishes: String,
}

impl Wish {
    fn check(&self) -> Result<(), ServiceError> {
        if !(1..=30).contains(&self.days) {
            return Err(ServiceError::BadInput("days must be 1 to 30"));
        }
        if self.wishes.len() > 2000 {
            return Err(ServiceError::BadInput("wishes must have at most 2000 bytes"));
        }
        Ok(())
    }
}

/// What the model has written.
#[derive(Serialize)]
pub(crate) struct Itinerary {
    text: String,
    #[serde(skip)]
    tokens: (u64, u64),
}

/// Its tokens are counted with the call that returns it.
impl operation::Usage for Itinerary {
    fn input_tokens(&self) -> u64 {
        self.tokens.0
    }

    fn output_tokens(&self) -> u64 {
        self.tokens.1
    }
}

/// An itinerary for `wish`, unless the model has failed too often of late.
#[traced(name = "write itinerary", fields(wish))]
pub(crate) async fn write(app: &App, wish: Wish) -> Result<Itinerary, ServiceError> {
    wish.check()?;
    let permit = app.breaker.permit().ok_or(ServiceError::BreakerOpen)?;
    let answer = ask(app, &wish).await;
    permit.end(answer.is_ok());
    answer.map_err(ServiceError::Model)
}

/// Asks the model.
#[traced(chat(provider = "openai", model = "gpt4o-mini"))]
async fn ask(app: &App, wish: &Wish) -> Result<Itinerary, ModelError> {
    let Wish { destination, days, wishes } = wish;
    let prompt = format!("Plan {days} days in {}. Wishes: {wishes}", destination.name());
    let body = json!({"model": "gpt4o-mini", "messages": [{"role": "user", "content": prompt}]}).to_string();
    let url = format!("{}/v1/chat/completions", app.model_url);
    let request = app.client.post(url).header(CONTENT_TYPE, "application/json").body(body);
    let response = request.send().await.map_err(|_| ModelError::Unreachable)?;
    if !response.status().is_success() {
        return Err(ModelError::Status(response.status().as_u16()));
    }
    let text = response.text().await.map_err(|_| ModelError::Unreachable)?;
    read(&text).ok_or(ModelError::Unreadable)
}

/// Text and tokens of the model's answer.
fn read(body: &str) -> Option<Itinerary> {
    let body: Value = serde_json::from_str(body).ok()?;
    let text = body["choices"][0]["message"]["content"].as_str()?.to_owned();
    let tokens = (body["usage"]["prompt_tokens"].as_u64()?, body["usage"]["completion_tokens"].as_u64()?);
    Some(Itinerary { text, tokens })
}
