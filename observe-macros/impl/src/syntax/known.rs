//! The options that an attribute knows, and what to say about any other.

use super::{Arg, or_list};
use crate::diag::Ctxt;
use observe_rules::{Code, suggest};

/// What somebody meant by an option that another attribute or another crate has.
const FOREIGN: &[(&str, &str, &str)] = &[
    ("traced", "short_name", "remove it: a span is called after its function, without the path"),
    ("traced", "enter_on_poll", "remove it: a call has one span, which is current in each of its polls"),
    ("span!", "fields", "write them without `fields(…)`, behind the `;` that ends the options"),
    ("span!", "name", "write the name first: `span!(\"feature_extraction\", …)`"),
    ("metered", "fields", "labels are `labels(…)`; fields stand in `#[traced(fields(…))]`"),
    ("metric", "unit", "let the name end in it, as in `_seconds`"),
    ("metric", "kind", "remove it: the type of the static says it"),
    ("metric", "description", "write it as a doc comment, or as `help = \"…\"`"),
    ("metric", "outcome", "calls and how they end are counted by `#[metered]`; a label here is in `labels(…)`"),
    ("traced", "labels", "fields are `fields(…)`; labels stand in `#[metered(labels(…))]`"),
    ("label", "rename", "put it on a variant; on the enum write `rename_all = \"snake_case\"`"),
    ("label", "rename_all", "put it on the enum; on a variant write `rename = \"…\"`"),
    ("redact", "mask", "leave it out: a field is hidden when nothing is said"),
    ("redact", "skip", "leave it out: a field is hidden when nothing is said"),
    ("redact", "show", "write `clear`"),
];

/// The options of one attribute: the whole list, and those already seen.
pub(crate) struct Known {
    attribute: &'static str,
    options: &'static [&'static str],
    seen: Vec<String>,
}

impl Known {
    pub(crate) fn new(attribute: &'static str, options: &'static [&'static str]) -> Self {
        Self { attribute, options, seen: Vec::new() }
    }

    /// Whether to go on with this argument: reports one that is unknown or was given before.
    pub(crate) fn admit(&mut self, ctxt: &Ctxt, arg: &Arg) -> bool {
        let (name, attribute) = (arg.name.to_string(), self.attribute);
        if !self.options.contains(&name.as_str()) {
            let message = format!("unknown option `{name}` for {}", shown(attribute));
            ctxt.error(&arg.name, Code::Obs0701, message, self.help(&name));
            return false;
        }
        if self.seen.contains(&name) {
            let message = format!("option `{name}` is given twice");
            ctxt.error(&arg.name, Code::Obs0702, message, "remove one of them");
            return false;
        }
        self.seen.push(name);
        true
    }

    fn help(&self, name: &str) -> String {
        let foreign = FOREIGN.iter().find(|(attribute, option, _)| *attribute == self.attribute && *option == name);
        if let Some((_, _, help)) = foreign {
            return (*help).to_owned();
        }
        let list = or_list(self.options.iter().copied());
        match suggest::nearest(name, self.options.iter().copied()) {
            Some(near) if self.options.len() == 1 => format!("write `{near}`"),
            Some(near) => format!("a similar option is `{near}`; it may be {list}"),
            None => format!("it may be {list}"),
        }
    }
}

/// The attribute, or the macro, as it is written.
fn shown(attribute: &str) -> String {
    if attribute.ends_with('!') { format!("`{attribute}`") } else { format!("`#[{attribute}]`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_for_options_of_elsewhere_belongs_to_no_option_of_ours() {
        let known = Known::new("traced", &["name", "kind"]);
        assert!(known.help("short_name").starts_with("remove it"));
        assert_eq!(known.help("nmae"), "a similar option is `name`; it may be `name` or `kind`");
        assert_eq!(known.help("colour"), "it may be `name` or `kind`");
    }
}
