//! The Prometheus text format, version 0.0.4.
//!
//! Source: Prometheus documentation, "Exposition formats", text-based format.

use super::number::label_float;
use super::prefixes::push_escaped;
use super::syntax::Syntax;
use crate::metric::model::{Descriptor, FamilyType};

/// The format has no rules that look at more than one line.
#[derive(Debug, Default)]
pub(in crate::metric) struct Text;

impl Syntax for Text {
    const EXEMPLARS: bool = false;
    const END: &'static str = "";

    fn begin(&mut self, _: bool) {}

    fn head(&mut self, _: bool, name: &str, descriptor: &Descriptor) -> Option<String> {
        let type_name = match descriptor.family_type {
            FamilyType::Counter => "counter",
            // There is no type for an info.
            FamilyType::Gauge | FamilyType::Info => "gauge",
            FamilyType::Histogram => "histogram",
            FamilyType::Summary => "summary",
        };
        let mut head = format!("# HELP {name} ");
        push_escaped(&mut head, &descriptor.help, &['\\', '\n']);
        Some(head + &format!("\n# TYPE {name} {type_name}\n"))
    }

    fn label(number: f64) -> String {
        label_float(number)
    }

    fn allows_total(_: f64) -> bool {
        true
    }

    fn left_out(&mut self) -> Vec<String> {
        Vec::new()
    }
}
