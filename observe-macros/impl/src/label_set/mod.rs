//! `#[derive(LabelSet)]`: the fields of a struct become the labels of a metric.

mod attr;
mod expand;

use crate::diag::Ctxt;
use observe_rules::Code;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DataStruct, DeriveInput, Fields, FieldsNamed, GenericParam};

/// A set of labels, checked.
struct Set<'a> {
    input: &'a DeriveInput,
    entries: Vec<Entry<'a>>,
    krate: Option<syn::Path>,
}

/// A field: a label, or a set whose labels are all in this one too.
struct Entry<'a> {
    field: &'a syn::Field,
    /// The label's name; `None` for a set.
    name: Option<String>,
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        // Rust's own parser has read the item before.
        Err(error) => return error.to_compile_error(),
    };
    let ctxt = Ctxt::default();
    let set = read(&ctxt, &input);
    // With errors the type still is a set, one without labels, so that nothing else complains about it.
    let code = if ctxt.is_clean() { expand::expand(&set) } else { expand::placeholder(&set) };
    let errors = ctxt.finish();
    quote!(#errors #code)
}

fn read<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Set<'a> {
    let krate = attr::container(ctxt, &input.attrs);
    let fields = named_fields(ctxt, &input.data);
    for parameter in &input.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            let message = format!("`{}` has a parameter that its labels may depend on", input.ident);
            let help = "write the type itself; a lifetime is fine: `struct Caller<'a> { tenant: Capped<'a, 64> }`";
            ctxt.error(parameter, Code::Obs0110, message, help);
        }
    }
    let entries = fields.map_or_else(Vec::new, |fields| attr::entries(ctxt, fields));
    Set { input, entries, krate }
}

fn named_fields<'a>(ctxt: &Ctxt, data: &'a Data) -> Option<&'a FieldsNamed> {
    let refuse = |tokens: &dyn ToTokens, what: &str, help: &str| {
        let message = format!("`LabelSet` is derived on {what}, which gives its labels no names");
        ctxt.error(tokens.to_token_stream(), Code::Obs0109, message, help);
        None
    };
    let named = "name the fields after the labels: `struct Caller { plan: Plan, internal: bool }`";
    match data {
        Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) => Some(fields),
        Data::Struct(DataStruct { fields: Fields::Unnamed(fields), .. }) => refuse(fields, "a tuple struct", named),
        Data::Struct(DataStruct { struct_token, .. }) => refuse(struct_token, "a struct without fields", named),
        Data::Enum(data) => {
            refuse(&data.enum_token, "an enum", "an enum is one label: derive `Label`, and make it a field of a struct")
        }
        Data::Union(data) => refuse(&data.union_token, "a union", named),
    }
}
