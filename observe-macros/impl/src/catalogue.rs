//! Records in the binary, for tools to read: see `observe_rules::catalogue`.

use crate::paths::Runtime;
use observe_rules::catalogue::{Kind, checksum, literal};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::env;

/// A record while it is made.
pub(crate) struct Record {
    kind: Kind,
    texts: Vec<(&'static str, String)>,
    /// A text that is a constant, and so known to the compiler only.
    constant: Option<(&'static str, TokenStream)>,
    references: Vec<TokenStream>,
    numbers: Vec<TokenStream>,
    /// A constant of type `&[f64]`.
    list: Option<TokenStream>,
}

impl Record {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, texts: Vec::new(), constant: None, references: Vec::new(), numbers: Vec::new(), list: None }
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, key: &'static str, value: impl Into<String>) {
        self.texts.push((key, value.into()));
    }

    /// Adds a text that is a constant of type `&str`, in a record that has only texts. It comes first.
    pub(crate) fn constant(&mut self, key: &'static str, value: TokenStream) {
        self.constant = Some((key, value));
    }

    /// Adds a text that names a label or a set, and the reference to it: an expression of type `Reference`.
    pub(crate) fn reference(&mut self, key: &'static str, name: impl Into<String>, reference: TokenStream) {
        self.text(key, name);
        self.references.push(reference);
    }

    /// Adds a number, which is a constant: an expression of type `f64`.
    pub(crate) fn number(&mut self, name: &'static str, number: TokenStream) {
        self.text("number", name);
        self.numbers.push(number);
    }

    /// Adds bounds or quantiles: the name of a constant of type `&[f64]`.
    pub(crate) fn list(&mut self, constant: TokenStream) {
        self.list = Some(constant);
    }

    /// The static that is the record, for a block in which no other has this name. It says its own place: that of
    /// `span`.
    pub(crate) fn item(&self, name: &str, span: Span, private: &Runtime) -> TokenStream {
        if let Some((key, value)) = &self.constant {
            return self.by_constant(key, value, span, private);
        }
        let Self { kind, references, numbers, list, .. } = self;
        let texts: Vec<(&str, &str)> = self.texts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let (file, line, column) = stands(span);
        let literal = literal(*kind, (references.len(), numbers.len()), (&file, line, column), &texts);
        let (len, checksum) = (Literal::usize_unsuffixed(literal.len()), Literal::u32_unsuffixed(checksum(&literal)));
        let (literal, module) = (Literal::byte_string(&literal), Literal::usize_unsuffixed(room_for_module(&file)));
        let name = Ident::new(name, Span::call_site());
        let count = Literal::usize_unsuffixed(references.len());
        let before = if numbers.is_empty() && list.is_none() {
            (!references.is_empty()).then(|| quote!(, [#(#references),*]: #count))
        } else {
            let numbers_count = Literal::usize_unsuffixed(numbers.len());
            let list = list.as_ref().map_or_else(|| quote!([0.0; 0]), Clone::clone);
            Some(quote!(, [#(#references),*]: #count, [#(#numbers),*]: #numbers_count, #list))
        };
        quote!(#private::catalogue::leave!(#name, #len, #checksum, #literal, #module #before);)
    }

    /// The same through the macro that takes any constants, which takes longer.
    fn by_constant(&self, key: &str, value: &TokenStream, span: Span, private: &Runtime) -> TokenStream {
        let kind = Ident::new(&format!("{:?}", self.kind), Span::call_site());
        let (keys, values) = (self.texts.iter().map(|(key, _)| key), self.texts.iter().map(|(_, value)| value));
        quote_spanned! {span=>
            #private::catalogue::record!(#private::catalogue::Kind::#kind, #key => #value #(, #keys => #values)*);
        }
    }
}

/// An item that leaves a record of nothing but texts, wherever an item may stand.
pub(crate) fn record(kind: Kind, texts: &[(&'static str, &str)], span: Span, private: &Runtime) -> TokenStream {
    let mut record = Record::new(kind);
    for (key, value) in texts {
        record.text(key, *value);
    }
    let item = record.item("__OBSERVE_RECORD", span, private);
    quote!(const _: () = { #item };)
}

/// Where a span stands. An editor may not know, and a test is no compiler.
fn stands(span: Span) -> (String, u32, u32) {
    if !proc_macro::is_available() {
        return (String::new(), 0, 0);
    }
    let span = span.unwrap();
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (span.file(), number(span.line()), number(span.column()))
}

/// How much room the path of the module has: only the compiler knows how long it is, and to ask it takes as long as all
/// the rest. It has most words in common with that of the file, and there may be modules within.
fn room_for_module(file: &str) -> usize {
    let krate = env::var("CARGO_CRATE_NAME").map_or(32, |name| name.len());
    let within = file.rsplit_once("src/").map_or(file, |(_, within)| within);
    // `/` becomes `::`.
    let path = within.len() + within.matches('/').count();
    (krate + path + 32).next_multiple_of(16).min(MOST_MODULE)
}

/// As many zeros as the runtime's macro has behind a path.
const MOST_MODULE: usize = 128;
