//! The options of `#[label(…)]` on a set of labels and its fields, and the name of each label.

use super::Entry;
use crate::diag::Ctxt;
use crate::label::attr::label_args;
use crate::syntax::{Arg, Known, expect_flag, expect_path, expect_string};
use crate::workspace;
use observe_rules::Code;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, FieldsNamed, Path};

/// `#[label(crate = …)]` on the struct.
pub(super) fn container(ctxt: &Ctxt, attrs: &[Attribute]) -> Option<Path> {
    let mut krate = None;
    let mut known = Known::new("label", &["crate"]);
    for arg in label_args(ctxt, attrs) {
        if elsewhere(ctxt, &arg, &["rename", "flatten"], "put it on a field") {
            continue;
        }
        if known.admit(ctxt, &arg) {
            krate = expect_path(ctxt, &arg, "::observe");
        }
    }
    krate
}

/// The labels and sets that the fields are. Names that break a rule, or occur twice, are reported.
pub(super) fn entries<'a>(ctxt: &Ctxt, fields: &'a FieldsNamed) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    for field in &fields.named {
        let (mut rename, mut flatten) = (None, None);
        let mut known = Known::new("label", &["rename", "flatten"]);
        for arg in label_args(ctxt, &field.attrs) {
            if elsewhere(ctxt, &arg, &["rename_all"], "name each field as its label, or write `rename = \"…\"`")
                || !known.admit(ctxt, &arg)
            {
                continue;
            }
            if arg.name == "rename" {
                rename = expect_string(ctxt, &arg);
            } else {
                flatten = expect_flag(ctxt, &arg).map(|()| arg.name.clone());
            }
        }
        if let Some(flatten) = flatten {
            if rename.is_some() {
                let message = "a field that is a set of labels has no name of its own";
                ctxt.error(&flatten, Code::Obs0703, message, "remove `rename`, or `flatten` if the field is one label");
            }
            entries.push(Entry { field, name: None });
            continue;
        }
        let tokens = rename.as_ref().map_or_else(|| field.ident.to_token_stream(), ToTokens::to_token_stream);
        let name = match (&rename, &field.ident) {
            (Some(text), _) => text.value(),
            (None, Some(ident)) => ident.unraw().to_string(),
            (None, None) => String::new(),
        };
        ctxt.violations(&tokens, &workspace::check_label(&name));
        if entries.iter().any(|earlier| earlier.name.as_ref() == Some(&name)) {
            let message = format!("label `{name}` is named twice");
            ctxt.error(&tokens, Code::Obs0308, message, "remove one of them, or give it another name");
        }
        entries.push(Entry { field, name: Some(name) });
    }
    entries
}

/// Reports an option that exists, and stands elsewhere.
fn elsewhere(ctxt: &Ctxt, arg: &Arg, options: &[&str], help: &str) -> bool {
    let is_elsewhere = options.iter().any(|option| arg.name == option);
    if is_elsewhere {
        ctxt.error(&arg.name, Code::Obs0701, format!("option `{}` of `#[label]` does not stand here", arg.name), help);
    }
    is_elsewhere
}
