//! The text format of `OpenMetrics`, version 1.0.
//!
//! Source: `OpenMetrics` specification 1.0, text format and the rules of each metric type. A reader
//! refuses a whole exposition for one family that breaks them, so what can't be said in this format
//! is left out of it.

use super::number::label_float;
use super::prefixes::push_escaped;
use super::syntax::Syntax;
use crate::metric::model::{Descriptor, FamilyType};
use std::collections::HashSet;

/// The names that are taken: no two families may have a sample's name in common.
#[derive(Debug, Default)]
pub(in crate::metric) struct OpenMetrics {
    /// By families that are kept from scrape to scrape.
    kept: HashSet<String>,
    /// By families of the present scrape.
    passing: HashSet<String>,
    /// Families that have been left out, so that each is reported once.
    known_left_out: HashSet<String>,
    left_out: Vec<String>,
}

impl OpenMetrics {
    /// Takes a family's name and those of its samples, unless one of them is taken or no name.
    fn claim(&mut self, kept: bool, name: &str, suffixes: &[&str]) -> bool {
        let names: Vec<String> = suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect();
        let is_taken = |name: &String| self.kept.contains(name) || self.passing.contains(name);
        if !is_name(name) || names.iter().any(is_taken) {
            return false;
        }
        if kept { &mut self.kept } else { &mut self.passing }.extend(names);
        true
    }
}

impl Syntax for OpenMetrics {
    const EXEMPLARS: bool = true;
    const END: &'static str = "# EOF\n";

    fn begin(&mut self, afresh: bool) {
        self.passing.clear();
        if afresh {
            self.kept.clear();
        }
    }

    fn head(&mut self, kept: bool, name: &str, descriptor: &Descriptor) -> Option<String> {
        let family_type = descriptor.family_type;
        let (type_name, ending, suffixes) = says(family_type);
        let family = name.strip_suffix(ending);
        let (family, type_name) = match family {
            Some(family) if self.claim(kept, family, suffixes) => (family, type_name),
            // Its only sample has the name that was declared, and so it has as a family of no type.
            _ if is_one_sample(family_type) && self.claim(kept, name, &[""]) => (name, "unknown"),
            _ => {
                if self.known_left_out.insert(name.to_owned()) {
                    self.left_out.push(name.to_owned());
                }
                return None;
            }
        };
        let unit = descriptor.unit;
        let ends_in_unit = family.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_'));
        let has_unit = !unit.is_empty() && ends_in_unit && family_type != FamilyType::Info;
        let unit = if has_unit { format!("# UNIT {family} {unit}\n") } else { String::new() };
        let mut head = format!("# TYPE {family} {type_name}\n{unit}# HELP {family} ");
        push_escaped(&mut head, &descriptor.help, &['\\', '"', '\n']);
        head.push('\n');
        Some(head)
    }

    /// With a point or an exponent, so that it is plain to see that it is a float.
    fn label(number: f64) -> String {
        let text = label_float(number);
        if number.is_finite() && !text.contains(['.', 'e']) { text + ".0" } else { text }
    }

    fn allows_total(value: f64) -> bool {
        value >= 0.0
    }

    fn left_out(&mut self) -> Vec<String> {
        std::mem::take(&mut self.left_out)
    }
}

/// The type's word, the ending of a family that is no part of its name here, and the endings of
/// samples that a family of the type may have.
fn says(family_type: FamilyType) -> (&'static str, &'static str, &'static [&'static str]) {
    match family_type {
        FamilyType::Counter => ("counter", "_total", &["", "_total", "_created"]),
        FamilyType::Gauge => ("gauge", "", &[""]),
        FamilyType::Histogram => ("histogram", "", &["", "_bucket", "_count", "_sum", "_created"]),
        FamilyType::Summary => ("summary", "", &["", "_count", "_sum", "_created"]),
        FamilyType::Info => ("info", "_info", &["", "_info"]),
    }
}

fn is_one_sample(family_type: FamilyType) -> bool {
    !matches!(family_type, FamilyType::Histogram | FamilyType::Summary)
}

/// A name that begins with an underscore is reserved.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == ':';
    name.starts_with(is_letter) && name.chars().all(|letter| is_letter(letter) || "0123456789_".contains(letter))
}
