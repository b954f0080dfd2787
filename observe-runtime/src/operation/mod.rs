//! Operations that services have in common: queries, requests to others, caches, messages, models.
//!
//! A function is one by a preset of [`traced`](macro@crate::traced); what is no function is begun by hand. Both
//! have the same span, with the attributes of OpenTelemetry's semantic conventions, and the same metrics.
//!
//! ```
//! use observe::{operation, testing, traced};
//!
//! #[traced(chat(provider = "openai", model = "gpt-4"))]
//! fn ask(question: &str) -> Result<String, std::io::Error> {
//!     operation::tokens(120, 8);
//!     operation::cost(0.0021, "USD");
//!     Ok(format!("{} letters", question.len()))
//! }
//!
//! let capture = testing::capture();
//! ask("How are you?").unwrap();
//!
//! let by_hand = operation::chat("openai", "gpt-4").start();
//! by_hand.tokens(60, 4);
//! by_hand.finish_ok();
//!
//! let spans = capture.spans();
//! assert!(spans.iter().all(|span| span.name == "chat gpt-4"));
//! let labels = [("provider", "openai"), ("token_type", "input")];
//! assert_eq!(capture.metric("ai_tokens_used_total", &labels), 180.0);
//! ```
//!
//! What is said of an operation, such as [`tokens`], belongs to the innermost one of that kind that runs on the
//! thread: inside of the function, or inside of what it calls and awaits. A task that it spawns is outside of it.
//!
//! A metric that the program declares itself under the name of one of these takes its place.

mod by_hand;
mod call;
pub(crate) mod calls;
mod list;
mod probe;
mod say;
mod started;
mod state;
mod words;

pub use by_hand::{
    Operation, authentication, cache, chat, database, gen_ai, http_client, indexing, messaging, rag_query, rate_limit,
    rpc, vector_search,
};
pub use probe::Usage;
pub use say::{CircuitState, cache_hit, circuit_breaker, cost, status_code, tokens, user, user_type, within_limit};
pub use started::StartedOperation;
#[allow(unused_imports, reason = "for clients, which are features")]
pub(crate) use state::{ClientKind, counts_cache, counts_client};

#[cfg(test)]
pub(crate) use words::{CacheOperation, DatabaseOperation, MessagingOperation, TokenType};

/// What code generated for a preset names.
#[doc(hidden)]
pub mod preset {
    pub use super::call::*;
    pub use super::list::*;
    pub use super::probe::{
        Countable, Probe, ViaLabel, ViaNoUsage, ViaNoVerdict, ViaNothing, ViaText, ViaUsage, ViaVerdict,
    };
}
