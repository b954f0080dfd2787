//! The telemetry view of a type: `Redacted`, and `Serialize` where the type asks for it.
//!
//! ```text
//! impl Redacted for Question {
//!     fn serialize_redacted<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
//!         match self {
//!             Self { id: field_0, phone: field_1, .. } => {
//!                 hidden(1);
//!                 let mut out = serializer.serialize_struct("Question", 3)?;
//!                 out.serialize_field("id", &view(field_0))?;
//!                 out.serialize_field("phone", &form::keep_last::<4>(field_1))?;
//!                 out.serialize_field("text", MASKED)?;
//!                 out.end()
//!             }
//!         }
//!     }
//! }
//! ```

mod check;
mod expand;
mod guard;
mod model;
mod name;
mod words;

pub(super) use check::{check, derives};
pub(super) use expand::expand;
pub(super) use guard::guard;
