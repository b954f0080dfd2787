//! The options that an attribute knows, and what to say about any other.

use super::Arg;
use crate::diag::Ctxt;
use observe_rules::{Code, suggest};

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
            let help = match suggest::nearest(&name, self.options.iter().copied()) {
                Some(near) => format!("a similar option is `{near}`; all options are {}", self.list()),
                None => format!("the options are {}", self.list()),
            };
            ctxt.error(&arg.name, Code::Obs0701, format!("unknown option `{name}` for `#[{attribute}]`"), help);
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

    fn list(&self) -> String {
        self.options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ")
    }
}
