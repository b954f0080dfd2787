//! The values of labels: a record of a metric refers to them by an id, and they stand in the record that the type left.

use observe_rules::catalogue::{Domain, Kind, Record, Reference, domain_id, known_values};
use std::collections::HashMap;

/// How many values of a label are spelt out.
const SHOWN_VALUES: usize = 20;

/// All types that are labels, and all sets of labels, by their ids.
pub(super) struct Labels<'a> {
    domains: HashMap<[u8; 16], Vec<String>>,
    sets: HashMap<[u8; 16], &'a Record>,
}

/// A label of a metric or a set.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) values: Values,
}

/// What a label may be.
#[derive(Clone)]
pub(super) enum Values {
    Known(Vec<String>),
    /// So many at most, which are known only while the program runs, or to the type alone.
    AtMost(u64),
}

impl Values {
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Known(values) => values.len() as u64,
            Self::AtMost(most) => *most,
        }
    }

    /// The same, and that there is none.
    pub(super) fn or_none(self) -> Self {
        match self {
            Self::Known(mut values) => {
                if !values.iter().any(|value| value == "none") {
                    values.push("none".to_owned());
                }
                Self::Known(values)
            }
            Self::AtMost(most) => Self::AtMost(most.saturating_add(1)),
        }
    }

    /// `gpt4, claude`, or `at most 65`.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Known(values) if values.len() > SHOWN_VALUES => {
                format!("{}, … {} in all", values[..SHOWN_VALUES].join(", "), values.len())
            }
            Self::Known(values) => values.join(", "),
            Self::AtMost(most) => format!("at most {most}"),
        }
    }
}

/// `model (gpt4, claude); tenant (at most 65)`.
pub(super) fn text(labels: &[Label]) -> String {
    let labels: Vec<String> = labels.iter().map(|label| format!("{} ({})", label.name, label.values.text())).collect();
    labels.join("; ")
}

impl<'a> Labels<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
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
    pub(super) fn named_in(&self, record: &Record) -> (Vec<Label>, Option<Label>) {
        let (mut labels, mut error) = (Vec::new(), None);
        // The first reference of a set is the set itself, which `type` names.
        let is_own = |key: &str| record.kind == Kind::LabelSet && key == "type";
        let names =
            record.texts.iter().filter(|(key, _)| matches!(key.as_str(), "label" | "set" | "error") || is_own(key));
        for ((key, name), reference) in names.zip(&record.references) {
            match key.as_str() {
                "label" => labels.push(self.label(name, *reference)),
                "error" => error = Some(self.label(name, *reference)),
                "set" => labels.extend(self.set(*reference)),
                _ => {}
            }
        }
        (labels, error)
    }

    fn label(&self, name: &str, reference: Reference) -> Label {
        let Reference { domain: Domain { id, none, cap }, cardinality } = reference;
        let is_known = id != Domain::UNKNOWN.id && cap == 0;
        let known = is_known.then(|| self.domains.get(&id).cloned().or_else(|| known_values(id))).flatten();
        let values = match known.map(Values::Known) {
            Some(known) if none > 0 => known.or_none(),
            Some(known) => known,
            None => Values::AtMost(cardinality.into()),
        };
        Label { name: name.to_owned(), values }
    }

    /// Those of a set; none of `()`, which has no id.
    fn set(&self, reference: Reference) -> Vec<Label> {
        match self.sets.get(&reference.domain.id) {
            // A set has its labels' ids in its own, so that none is in itself.
            Some(set) => self.named_in(set).0,
            None if reference.domain.id == Domain::UNKNOWN.id => Vec::new(),
            None => vec![Label { name: "..".to_owned(), values: Values::AtMost(reference.cardinality.into()) }],
        }
    }
}
