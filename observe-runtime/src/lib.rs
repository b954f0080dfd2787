//! placeholder docs

extern crate self as observe;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "axum")]
pub mod axum;
mod call;
mod config;
mod error;
mod escape;
mod export;
mod init;
mod log;
mod metric;
mod panic;
mod redact;
mod span;
#[cfg(feature = "testing")]
pub mod testing;

pub use config::Resource;
pub use error::{Error, Result};
pub use init::{Builder, Guard};
pub use metric::{CONTENT_TYPE, Label, exposition};
#[cfg(feature = "macros")]
pub use observe_macros::{Label, metered, redact, traced};
pub use redact::{MASK, SensitiveText, pseudonym, scrub};
pub use span::{AttributeValue, Fields, Key, Record, SpanId, SpanKind, SpanRecord, Status, TraceId, Value};
