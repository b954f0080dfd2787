//! Spans, metrics and redaction from annotations, checked while they compile.
//!
//! # Annotate a function
//!
//! [`traced`] gives a function a span, [`metered`] counts its calls, their durations and those
//! under way. No argument is recorded unless it is named, and a text says how it is recorded.
//!
//! ```
//! use observe::{Label, metered, redact, traced};
//!
//! #[derive(Label, Clone, Copy, Debug)]            // a bounded label: two values, known to the compiler
//! enum Model { Gpt4, Claude }
//!
//! #[redact]                                       // Debug, lines and spans show only what is marked
//! struct Question {
//!     #[redact(clear)] id: u64,
//!     #[redact(clear)] model: Model,
//!     #[redact(hash)] mrn: String,                // a keyed pseudonym: it joins, and can't be read
//!     #[redact(keep_last = 4)] phone: String,
//!     text: String,                               // nothing said: hidden
//! }
//!
//! #[traced(kind = client, fields(question = q, top_k))]
//! #[metered(name = "rag_query", labels(model: Model = q.model), buckets = ai)]
//! async fn answer(q: &Question, top_k: usize) -> Result<String, std::io::Error> {
//!     Ok(format!("{} words", q.text.split(' ').take(top_k).count()))
//! }
//! ```
//!
//! A call ends as `ok`, `error`, `cancelled` (its future was dropped) or `panicked`, and every one
//! of these is counted and on the span. The function itself behaves as it did.
//!
//! What no call stands for is declared: `#[metric] static TOKENS_TOTAL: Counter<Model>;`, see
//! [`macro@metric`].
//!
//! # Switch it on
//!
//! [`init!`] reads the environment, installs what writes log lines and exports spans, and returns a
//! [`Guard`] that flushes. Without it, annotated functions run as plain ones, and metrics count.
//!
//! ```no_run
//! fn main() -> observe::Result<()> {
//!     let _guard = observe::init!()?;
//!     tracing::info!("spans and events of tracing are what observe records");
//!     Ok(())
//! }
//! ```
//!
//! `#[observe::main]` on `main` does the same, and starts the runtime of an `async` one.
//!
//! # Look at it
//!
//! [`exposition`] is the text for Prometheus, [`exposition_as`] the same as OpenMetrics. The feature
//! `axum` has a layer for requests and a server with `/metrics` and `/health`, the feature
//! `metrics-endpoint` a listener for programs without one; the feature `testing` captures what a test causes.
//!
//! # Privacy
//!
//! Values pass redaction before they are kept: by type where a type says what it shows, by name
//! where a name promises personal data, by looking at it where text is free ([`scrub`]). That helps
//! keep personal data out of telemetry. It finds no names in free text, and addresses only with a
//! house number.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `macros` (default) | the attributes |
//! | `log` (default) | records of the crate `log` become log lines |
//! | `otlp` | spans, metrics and log records over OTLP/HTTP with TLS |
//! | `otlp-grpc` | the same over OTLP/gRPC |
//! | `tower` | `observe::tower`: a layer for any HTTP service |
//! | `axum` | `observe::axum`: the layer and a server; brings `tower`, `health` and `metrics-endpoint` |
//! | `health` | `observe::health`: checks, and what they answer |
//! | `metrics-endpoint` | a listener for `/metrics` on a port of its own, for programs without `axum` too |
//! | `dev-page` | a page at `/observe` of the service itself: its requests, traces, metrics, logs and health |
//! | `process-metrics` | CPU, memory and descriptors of the process, and of the machine; the runtime of tokio |
//! | `alerts` | `observe::alerts`: to `PagerDuty`, Slack, Alertmanager and webhooks |
//! | `prometheus` | `observe::prometheus`: metrics to and from registries of the crate `prometheus` |
//! | `tokio` | `observe::spawn`: tasks that go on with the span that spawned them; `#[observe::main]` on an `async fn` |
//! | `http` | types of the crate `http` as carriers of a trace and as labels; others bring it |
//! | `testing` | `observe::testing`: spans, lines and metrics of a test |
//! | `reqwest`, `sqlx`, `redis` | clients of these crates; not in `full`, as their versions come with them |
//! | `opentelemetry` | to and from contexts of the crate `opentelemetry`; not in `full` either |
//! | `full` | all of them but the last two lines |

extern crate self as observe;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "alerts")]
pub mod alerts;
#[cfg(feature = "axum")]
pub mod axum;
mod call;
mod catalogue;
#[cfg(any(feature = "redis", feature = "reqwest", feature = "sqlx"))]
mod client_call;
mod clock;
mod config;
mod count;
#[cfg(feature = "dev-page")]
mod dev_page;
mod error;
mod escape;
mod exit;
mod export;
mod families;
mod fields;
pub mod form;
mod greeting;
#[cfg(any(feature = "otlp-grpc", feature = "tower"))]
mod grpc_codes;
mod guard;
#[cfg(feature = "health")]
pub mod health;
pub mod http;
mod init;
mod log;
mod main_function;
mod metric;
#[cfg(feature = "metrics-endpoint")]
mod metrics_endpoint;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
pub mod operation;
mod panic;
mod percent;
#[cfg(feature = "process-metrics")]
mod process_metrics;
#[cfg(feature = "prometheus")]
pub mod prometheus;
mod propagation;
mod redact;
#[cfg(feature = "redis")]
pub mod redis;
mod request;
mod request_id;
#[cfg(feature = "reqwest")]
pub mod reqwest;
mod resource;
mod sampling;
mod span;
#[cfg(feature = "sqlx")]
pub mod sqlx;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;

pub use error::{Error, Result};
pub use exit::flush;
pub use guard::Guard;
pub use init::Builder;
pub use log::set_log_filter;
pub use metric::{CONTENT_TYPE, Format, exposition, exposition_as, exposition_into, set_metrics_enabled};
pub use metric::{
    Calls, Counter, CounterSeries, CounterValue, Gauge, GaugeSeries, Histogram, HistogramSeries, Info, StartedCall,
    Summary, SummarySeries,
};
pub use metric::{Capped, HttpMethod, HttpStatus, HttpStatusClass, Label, LabelSet, NamedLabels};
#[cfg(all(feature = "macros", feature = "health"))]
pub use observe_macros::health_check;
#[cfg(feature = "macros")]
pub use observe_macros::{Label, LabelSet, main, metered, metric, redact, span, traced};
#[cfg(feature = "tokio")]
pub use propagation::spawn;
pub use propagation::{Baggage, BaggageError, BaggageMember, add_baggage, baggage, remove_baggage};
pub use propagation::{Extractor, InSpan, Injector, RemoteContext, extract, inject};
pub use propagation::{in_current_span, in_current_span_fn};
pub use redact::{MASK, SensitiveText, pseudonym, pseudonym_matches, scrub};
pub use redact::{Redacted, View, refuse_mask, view};
pub use request::{RequestSpan, request};
pub use span::{
    AttributeValue, Fields, Key, ObserveLayer, Parent, Record, SpanContext, SpanId, SpanKind, TraceId, Value,
};
pub use span::{CurrentSpan, Dropped, MAX_EVENTS, MAX_LINKS, SpanEvent, SpanRecord, Status, current_span};
pub use tracing::field::Empty;
