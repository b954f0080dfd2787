//! What few spans have, and no word has room for.

use super::super::data::{AttributeValue, Dropped, Key, SpanEvent, SpanLink};
use std::borrow::Cow;

/// Lies in memory of its own, which a span gets once there is something of this.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// What had no room in words.
    pub(crate) attributes: Vec<(Key, AttributeValue)>,
    pub(crate) name: Option<Cow<'static, str>>,
    /// What the status says.
    pub(crate) status: Option<Cow<'static, str>>,
    pub(crate) events: Vec<SpanEvent>,
    pub(crate) links: Vec<SpanLink>,
    pub(crate) dropped: Dropped,
}
