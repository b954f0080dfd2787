//! What few spans have, as little of it as there can be.

pub(crate) type Key = &'static str;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AttributeValue(pub(crate) u64);

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SpanEvent;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SpanLink;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dropped;
