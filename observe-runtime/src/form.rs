//! How a text is shown, where no attribute can say it: in [`add_baggage`](crate::add_baggage),
//! [`CurrentSpan::set`](crate::CurrentSpan::set) and wherever else a [`Record`](crate::Record) is asked for.
//!
//! ```
//! use observe::{current_span, form, testing, traced};
//!
//! #[traced]
//! fn admit(ward: &str, mrn: &str, note: &str) {
//!     current_span().set("ward", form::clear(&ward)).set("patient", form::hash(&mrn)).set("note", form::scrub(&note));
//! }
//!
//! let capture = testing::capture();
//! admit("3", "MRN 1234567", "write to jane@example.org");
//! let span = capture.span("admit");
//! assert_eq!(span.attribute("ward").unwrap().to_string(), "3");
//! assert_eq!(span.attribute("note").unwrap().to_string(), "write to [REDACTED:email]");
//! ```

pub use crate::redact::form::{HIDDEN, Hidden, Shown, clear, email, hash, keep_first, keep_last, scrub, zip3};
