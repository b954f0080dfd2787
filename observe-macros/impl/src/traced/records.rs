//! What the catalogue knows of a span: all of it in one record, and one more for whatever is recorded in clear.

use super::ending::RETURN;
use super::level::Level;
use super::{Code, Field, Form, Traced};
use crate::catalogue::{Record, record};
use crate::paths::Runtime;
use observe_rules::catalogue::Kind;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

pub(super) fn of(traced: &Traced, private: &Runtime) -> TokenStream {
    let span = traced.constant_name.as_ref().map_or(traced.name_span, Spanned::span);
    let own = own(traced).item("__OBSERVE_RECORD_OF_SPAN", span, private);
    let exceptions = exceptions(traced, private);
    quote!(#own #(#exceptions)*)
}

fn own(traced: &Traced) -> Record {
    let mut record = Record::new(Kind::Span);
    match &traced.constant_name {
        Some(_) => record.constant("name", quote!(__OBSERVE_NAME)),
        None => record.text("name", &traced.name),
    }
    record.text("kind", traced.kind);
    if let Code::Function { .. } = traced.code {
        record.text("function", function(traced));
    }
    record.text("level", level(&traced.level));
    if let Some(preset) = &traced.preset {
        record.text("preset", preset.word());
    }
    let ret = traced.ret.as_ref();
    for Field { name, form, reason, .. } in &traced.fields {
        let form = ret.filter(|_| name == RETURN).map_or(*form, |ret| ret.form);
        let reason = match (form, &traced.unchecked) {
            (Form::Unchecked | Form::Debug, Some(reason)) => reason,
            _ => reason,
        };
        field(&mut record, name, form, reason);
    }
    // Said in an event below the span, which is seen by whoever sees the span.
    let reason = traced.unchecked.as_deref().unwrap_or_default();
    if let Some(ret) = ret.filter(|ret| ret.event.is_some()) {
        field(&mut record, RETURN, ret.form, reason);
    }
    if let Some((_, by_debug)) = &traced.failure.event {
        field(&mut record, "error", if *by_debug { Form::Debug } else { Form::Scrub }, reason);
    }
    record
}

fn field(record: &mut Record, name: &str, form: Form, reason: &str) {
    record.text("field", name);
    record.text(
        "how",
        match form {
            Form::Typed | Form::Somebody => "typed",
            // A mask is the same in every call.
            Form::Fixed | Form::Hidden => "fixed",
            Form::Hash => "hashed",
            Form::Scrub => "scrubbed",
            Form::Clear => "clear",
            Form::Unchecked | Form::Debug => "unchecked",
        },
    );
    if !reason.is_empty() {
        record.text("reason", reason);
    }
}

/// What is recorded as it is.
fn exceptions(traced: &Traced, private: &Runtime) -> Vec<TokenStream> {
    let record = |kind, field: &str, reason: &str, span| {
        record(kind, &[("name", &format!("{}.{field}", function(traced))), ("reason", reason)], span, private)
    };
    let is_clear = |field: &&Field| field.form == Form::Clear;
    let mut records: Vec<TokenStream> = traced
        .fields
        .iter()
        .filter(is_clear)
        .map(|field| record(Kind::ClearSpanField, &field.name, &field.reason, field.value.span()))
        .collect();
    if let Some(ret) = traced.ret.as_ref().filter(|ret| ret.form == Form::Clear) {
        records.push(record(Kind::ClearSpanField, RETURN, "", ret.span));
    }
    if let Some(reason) = &traced.unchecked {
        records.push(record(Kind::Unchecked, "*", reason, Span::call_site()));
    }
    records
}

/// The function without its module; of a block, the span's name.
fn function(traced: &Traced) -> String {
    match &traced.code {
        Code::Function { within: Some(within), name } => format!("{within}::{name}"),
        Code::Function { within: None, name } => name.clone(),
        Code::Block => traced.name.clone(),
    }
}

/// The level's name; of a constant the last word of its path.
fn level(level: &Level) -> String {
    match level {
        Level::Named(level) => (*level).to_owned(),
        Level::Constant(path) => {
            path.segments.last().map_or_else(String::new, |last| last.ident.to_string().to_lowercase())
        }
    }
}
