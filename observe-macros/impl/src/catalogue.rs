//! Records in the binary, for tools to read: see `observe_rules::catalogue`.

use crate::paths::Runtime;
use observe_rules::catalogue::{Kind, checksum, literal};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

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
    ///
    /// It has no `allow`, and is ours for the compiler: so a crate that forbids unsafe code takes it.
    pub(crate) fn item(&self, name: &str, span: Span, private: &Runtime) -> TokenStream {
        if let Some((key, value)) = &self.constant {
            return self.by_constant(key, value, span, private);
        }
        let texts: Vec<(&str, &str)> = self.texts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let bytes = literal(self.kind, &texts);
        let (len, sum, bytes) = (bytes.len(), checksum(&bytes), Literal::byte_string(&bytes));
        let name = Ident::new(name, Span::call_site());
        // Only these two ask where they stand, and the user's own span is the answer.
        let at = quote_spanned!(span=> (::core::line!(), ::core::column!()));
        let place = quote!(::core::concat!(::core::module_path!(), "\0", ::core::file!()));
        let Self { references, numbers, list, .. } = self;
        let is_plain = references.is_empty() && numbers.is_empty() && list.is_none();
        // Every argument that is typed here takes its time in every function.
        let (counts, value) = if is_plain {
            (TokenStream::new(), quote!(new(*#bytes, #sum, #place, #at)))
        } else {
            let (references_count, numbers_count) = (references.len(), numbers.len());
            let list_count = list.as_ref().map_or_else(|| quote!(0), |list| quote!({ #list.len() }));
            let list = list.as_ref().map_or_else(|| quote!(&[]), Clone::clone);
            (
                quote!(, #references_count, #numbers_count, #list_count),
                quote!(with(*#bytes, #sum, #place, #at, [#(#references),*], [#(#numbers),*], #list)),
            )
        };
        quote! {
            #[used]
            #[cfg_attr(
                any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"),
                unsafe(link_section = ".note.observe")
            )]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__observe,regular,no_dead_strip"))]
            #[cfg_attr(windows, unsafe(link_section = ".observ"))]
            static #name: #private::catalogue::Record<#len, { #place.len() } #counts> =
                #private::catalogue::Record::#value;
        }
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
    texts.iter().for_each(|(key, value)| record.text(key, *value));
    let item = record.item("__OBSERVE_RECORD", span, private);
    quote!(const _: () = { #item };)
}
