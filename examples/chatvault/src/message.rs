//! What is asked. Nothing of the text may be seen anywhere but at the provider.

use observe::{Label, redact};
use serde::{Deserialize, Serialize};

use crate::catalog::Model;
use crate::error::GatewayError;

/// Most messages of a talk.
const MAX_MESSAGES: usize = 100;

/// Longest text of all of them, in bytes.
const MAX_BYTES: usize = 100_000;

/// Who says something.
#[derive(Label, Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    System,
    User,
    Assistant,
}

/// One turn of a talk.
#[redact(because = "the provider has to read it; telemetry records no message")]
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    #[redact(clear)]
    pub(crate) role: Role,
    pub(crate) content: String,
}

/// A question to a model.
#[redact]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChatRequest {
    #[redact(clear)]
    pub(crate) model: Model,
    pub(crate) messages: Vec<Message>,
    #[redact(clear)]
    #[serde(default)]
    pub(crate) stream: bool,
}

impl ChatRequest {
    /// Whether it can be sent to a model.
    pub(crate) fn check(&self) -> Result<(), GatewayError> {
        let bytes: usize = self.messages.iter().map(|message| message.content.len()).sum();
        if !(1..=MAX_MESSAGES).contains(&self.messages.len()) {
            return Err(GatewayError::BadInput("messages must be 1 to 100"));
        }
        if !(1..=MAX_BYTES).contains(&bytes) {
            return Err(GatewayError::BadInput("the messages must have 1 to 100000 bytes of content"));
        }
        Ok(())
    }
}
