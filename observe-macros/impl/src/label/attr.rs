//! The options of `#[label(…)]`, and the value that each variant stands for.

use crate::diag::Ctxt;
use crate::syntax::{Known, expect_flag, expect_path, expect_string, or_list, parse_args};
use observe_rules::{Code, case, label, suggest};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, DataEnum, LitStr, Meta, Path, Variant};

/// `#[label(…)]` on the enum.
#[derive(Default)]
pub(super) struct Container {
    rename_all: Option<String>,
    /// A variant with data stands for one value, whatever its data is.
    pub(super) ignore_data: bool,
    pub(super) krate: Option<Path>,
}

impl Container {
    pub(super) fn parse(ctxt: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut container = Self::default();
        let mut known = Known::new("label", &["rename_all", "ignore_data", "crate"]);
        for arg in label_args(ctxt, attrs) {
            if !known.admit(ctxt, &arg) {
                continue;
            }
            match arg.name.to_string().as_str() {
                "rename_all" => {
                    container.rename_all = expect_string(ctxt, &arg).and_then(|text| known_case(ctxt, &text));
                }
                "ignore_data" => container.ignore_data = expect_flag(ctxt, &arg).is_some(),
                _ => container.krate = expect_path(ctxt, &arg, "::observe"),
            }
        }
        container
    }
}

/// The value of each variant: its own `rename`, else its name in the enum's case, `snake_case` by
/// default. Values that are no label values, or occur twice, are reported.
pub(super) fn values<'a>(ctxt: &Ctxt, container: &Container, data: &'a DataEnum) -> Vec<(&'a Variant, String)> {
    let mut values: Vec<(&Variant, String)> = Vec::new();
    for variant in &data.variants {
        let rename = rename(ctxt, variant);
        let tokens = rename.as_ref().map_or_else(|| variant.ident.to_token_stream(), ToTokens::to_token_stream);
        let value = rename.map_or_else(|| in_case(container, variant), |text| text.value());
        if let Err(violation) = label::check_value(&value) {
            ctxt.violation(&tokens, &violation);
        } else if let Some((earlier, _)) = values.iter().find(|(_, earlier)| *earlier == value) {
            let message = format!("`{}` and `{}` are both called \"{value}\"", earlier.ident, variant.ident);
            let help = format!("give one of them another name: `#[label(rename = \"{value}_2\")]`");
            ctxt.error(&tokens, Code::Obs0105, message, help);
        }
        values.push((variant, value));
    }
    values
}

fn rename(ctxt: &Ctxt, variant: &Variant) -> Option<LitStr> {
    let mut rename = None;
    let mut known = Known::new("label", &["rename"]);
    for arg in label_args(ctxt, &variant.attrs) {
        if known.admit(ctxt, &arg) {
            rename = expect_string(ctxt, &arg);
        }
    }
    rename
}

fn in_case(container: &Container, variant: &Variant) -> String {
    let name = variant.ident.unraw().to_string();
    let case = container.rename_all.as_deref().unwrap_or("snake_case");
    case::apply(case, &name).unwrap_or(name)
}

fn known_case(ctxt: &Ctxt, text: &LitStr) -> Option<String> {
    let case = text.value();
    if case::NAMES.contains(&case.as_str()) {
        return Some(case);
    }
    let list = or_list(case::NAMES.iter().copied());
    let near = suggest::nearest(&case, case::NAMES.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("a similar one is `{near}`; "));
    ctxt.error(text, Code::Obs0703, format!("there is no case `{case}`"), format!("{near}it may be {list}"));
    None
}

/// The options in every `#[label(…)]` of an item, a variant or a field.
pub(crate) fn label_args(ctxt: &Ctxt, attrs: &[Attribute]) -> Vec<crate::syntax::Arg> {
    let mut args = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("label")) {
        match &attr.meta {
            Meta::List(list) => args.extend(parse_args(ctxt, "label", list.tokens.clone())),
            Meta::NameValue(meta) => {
                let value = &meta.value;
                let help = format!("write `#[label(rename = {})]`", quote!(#value));
                ctxt.error(meta, Code::Obs0703, "`label` takes its options in parentheses", help);
            }
            Meta::Path(path) => {
                let help = "remove it, or say what it is for: `#[label(rename = \"…\")]`";
                ctxt.error(path, Code::Obs0703, "`label` has no options here", help);
            }
        }
    }
    args
}
