//! `#[derive(Label)]`: the variants of an enum become the values of a bounded label.

pub(crate) mod attr;
mod expand;

use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields};

/// A label type, checked: its variants with the text of each.
struct Label<'a> {
    input: &'a DeriveInput,
    variants: Vec<(&'a syn::Variant, String)>,
    krate: Option<syn::Path>,
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        // Rust's own parser has read the item before.
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::default();
    let label = read(&ctxt, &input);
    // With errors the type still is a label, so that nothing else complains about it.
    let code = if ctxt.is_clean() { expand::expand(&label) } else { expand::placeholder(&label) };
    let errors = ctxt.finish();
    quote!(#errors #code)
}

fn read<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Label<'a> {
    let attr = attr::Container::parse(ctxt, &input.attrs);
    let data = match &input.data {
        Data::Enum(data) => data,
        Data::Struct(data) => {
            not_an_enum(ctxt, data.struct_token, "a struct");
            return Label { input, variants: Vec::new(), krate: attr.krate };
        }
        Data::Union(data) => {
            not_an_enum(ctxt, data.union_token, "a union");
            return Label { input, variants: Vec::new(), krate: attr.krate };
        }
    };
    if data.variants.is_empty() {
        let message = format!("`{}` has no variants, so no series could ever carry it", input.ident);
        ctxt.error(&input.ident, Code::Obs0104, message, "give it at least one variant, such as `Other`");
    }
    for variant in &data.variants {
        if !attr.ignore_data && !matches!(variant.fields, Fields::Unit) {
            let message =
                format!("variant `{}` carries data, so `{}` has no finite set of values", variant.ident, input.ident);
            let help =
                "say that the variant alone is the value, with `#[label(ignore_data)]` on the enum, or remove the data";
            ctxt.error(&variant.fields, Code::Obs0103, message, help);
        }
    }
    let variants = attr::values(ctxt, &attr, data);
    Label { input, variants, krate: attr.krate }
}

fn not_an_enum(ctxt: &Ctxt, keyword: impl ToTokens, what: &str) {
    let help = "derive it on an enum without data: `#[derive(Label)] enum Model { Gpt4, Claude }`";
    ctxt.error(keyword, Code::Obs0102, format!("`Label` is derived on {what}, whose values have no end"), help);
}
