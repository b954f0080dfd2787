//! The options of `#[redact(…)]` on a type, and on a variant of one.

use super::attr::FIELD_OPTIONS;
use crate::diag::Ctxt;
use crate::syntax::{Arg, ArgValue, Known, expect_flag, expect_path, expect_string, parse_args};
use observe_rules::Code;
use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Meta, Path};

/// The options of a type that mean something on nothing else.
pub(super) const OF_TYPE: &[&str] = &["crate", "display", "serialize"];

/// All that a type takes; a reason is said of a type that is serialised raw, and of fields.
const OPTIONS: &[&str] = &["crate", "display", "serialize", "because"];

/// What `#[redact(…)]` on a type says.
#[derive(Default)]
pub(super) struct Container {
    /// Where the runtime is.
    pub(super) krate: Option<Path>,
    pub(super) display: Option<Display>,
    /// The word itself, where the type's own `Serialize` is asked for.
    pub(super) serialize: Option<Ident>,
    /// Why the type's own `Serialize` may show everything; empty where that is not said.
    pub(super) reason: String,
}

/// `display`, of a type or of a variant.
pub(super) enum Display {
    /// As `Debug`.
    AsDebug,
    /// As this template says.
    Template(LitStr),
}

/// Reads the options on the type itself.
pub(super) fn container(ctxt: &Ctxt, args: TokenStream) -> Container {
    let mut container = Container::default();
    let mut known = Known::new("redact", OPTIONS);
    for arg in parse_args(ctxt, "redact", args) {
        // A policy here is meant for a field, and says so better than a list of options.
        if (arg.name != "because" && of_a_field(ctxt, &arg, "a whole type")) || !known.admit(ctxt, &arg) {
            continue;
        }
        match arg.name.to_string().as_str() {
            "crate" => container.krate = expect_path(ctxt, &arg, "::observe"),
            "display" => container.display = display(ctxt, &arg),
            "because" => container.reason = reason(ctxt, &arg),
            _ => container.serialize = expect_flag(ctxt, &arg).map(|()| arg.name),
        }
    }
    container
}

/// Takes `#[redact(display = "…")]` off a variant.
pub(super) fn take_variant(ctxt: &Ctxt, attrs: &mut Vec<Attribute>) -> Option<LitStr> {
    let mut template = None;
    let mut known = Known::new("redact", &["display"]);
    for attr in attrs.extract_if(.., |attr| attr.path().is_ident("redact")) {
        let Meta::List(list) = attr.meta else {
            let help = "write `#[redact(…)]` on the variant's fields; a variant's name is always shown";
            ctxt.error(attr, Code::Obs0504, "a variant has no policy", help);
            continue;
        };
        for arg in parse_args(ctxt, "redact", list.tokens) {
            if !of_a_field(ctxt, &arg, "a variant") && known.admit(ctxt, &arg) {
                template = expect_string(ctxt, &arg);
            }
        }
    }
    template
}

/// Whether the option is a policy, which is reported.
fn of_a_field(ctxt: &Ctxt, arg: &Arg, place: &str) -> bool {
    let name = arg.name.to_string();
    let is_policy = FIELD_OPTIONS.contains(&name.as_str());
    if is_policy {
        let message = format!("`{name}` is said of a field, not of {place}");
        ctxt.error(&arg.name, Code::Obs0504, message, format!("write `#[redact({name})]` on the fields meant"));
    }
    is_policy
}

/// The text of a `because`; empty is none.
pub(super) fn reason(ctxt: &Ctxt, arg: &Arg) -> String {
    expect_string(ctxt, arg).map(|text| text.value().trim().to_owned()).unwrap_or_default()
}

fn display(ctxt: &Ctxt, arg: &Arg) -> Option<Display> {
    match arg.value {
        ArgValue::Flag => Some(Display::AsDebug),
        _ => expect_string(ctxt, arg).map(Display::Template),
    }
}
