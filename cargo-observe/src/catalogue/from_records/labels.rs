//! The values of labels: a record of a metric refers to them by an id, and they stand in the record that the type left.

use super::super::{Label, Values};
use super::{place, shown};
use crate::error::{Error, Result};
use observe_rules::catalogue::{Domain, Kind, Record, Reference, domain_id, known_values};
use std::collections::HashMap;

/// All types that are labels, and all sets of labels, by their ids.
pub(super) struct Labels<'a> {
    domains: HashMap<[u8; 16], Vec<String>>,
    sets: HashMap<[u8; 16], &'a Record>,
}

impl<'a> Labels<'a> {
    pub(super) fn of(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut labels = Self { domains: HashMap::new(), sets: HashMap::new() };
        for record in records {
            match (record.kind, record.references.first()) {
                (Kind::Label, _) => {
                    let values: Vec<String> = record.all("value").map(str::to_owned).collect();
                    labels.domains.insert(domain_id(values.iter().map(String::as_str)), values);
                }
                (Kind::LabelSet, Some(set)) => {
                    labels.sets.insert(set.domain.id, record);
                }
                _ => {}
            }
        }
        labels
    }

    /// The labels that a record names under `label` and `set`, in order, and the one under `error`.
    pub(super) fn named_in(&self, record: &Record) -> Result<(Vec<Label>, Option<Label>)> {
        let mut references = record.references.iter();
        let (mut labels, mut error) = (Vec::new(), None);
        // The first reference of a set is the set itself.
        let is_own = |key: &str| record.kind == Kind::LabelSet && key == "type";
        for (key, name) in &record.texts {
            if !matches!(key.as_str(), "label" | "set" | "error") && !is_own(key) {
                continue;
            }
            let reference = references.next().ok_or_else(|| missing(record, name, "has no reference to its values"))?;
            match key.as_str() {
                "label" => labels.push(self.label(record, name, *reference)?),
                "error" => error = Some(self.label(record, name, *reference)?),
                "set" => labels.extend(self.set(record, *reference)?),
                _ => {}
            }
        }
        Ok((labels, error))
    }

    fn label(&self, record: &Record, name: &str, reference: Reference) -> Result<Label> {
        let Reference { domain: Domain { id, none, cap }, cardinality } = reference;
        if id == Domain::UNKNOWN.id || cap > 0 {
            return Ok(Label { name: name.to_owned(), values: Values::AtMost(cardinality.into()) });
        }
        let known = self.domains.get(&id).cloned().or_else(|| known_values(id));
        let mut values = known.ok_or_else(|| missing(record, name, "has a type whose values left no record"))?;
        if none > 0 && !values.iter().any(|value| value == "none") {
            values.push("none".to_owned());
        }
        Ok(Label { name: name.to_owned(), values: Values::Known(values) })
    }

    fn set(&self, record: &Record, reference: Reference) -> Result<Vec<Label>> {
        if reference.domain.id == Domain::UNKNOWN.id {
            // The set without labels, `()`.
            return Ok(Vec::new());
        }
        let set = self.sets.get(&reference.domain.id);
        let set = set.ok_or_else(|| missing(record, "..", "is a set that left no record"))?;
        Ok(self.named_in(set)?.0)
    }
}

fn missing(record: &Record, label: &str, what: &str) -> Error {
    let (place, name) = (shown(&place(record)), record.find("name").unwrap_or_else(|| record.text("type")));
    Error::new(format!("{place}: label `{label}` of `{name}` {what}")).help(
        "read the program that is linked of everything, or all libraries together: the type stands in one that was not read; else the linker has dropped a part of the records",
    )
}

/// How many values a label has.
pub(super) fn count(label: &Label) -> u64 {
    match &label.values {
        Values::Known(values) => values.len() as u64,
        Values::AtMost(most) => *most,
    }
}
