//! From a combination's number back to its labels.

use super::label::{Interners, LabelInfo};
use super::model::Labels;

/// The labels of one combination, in the order of their declaration.
pub(crate) struct LabelsOf<'a> {
    pub(crate) labels: &'a [LabelInfo],
    pub(crate) interners: &'a Interners,
    pub(crate) combination: usize,
}

impl Labels for LabelsOf<'_> {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        let mut stride: usize = self.labels.iter().map(|label| label.cardinality).product();
        let mut rest = self.combination;
        for (place, label) in self.labels.iter().enumerate() {
            stride /= label.cardinality.max(1);
            let index = rest / stride.max(1);
            rest %= stride.max(1);
            see(label.name, label.text(index, self.interners, place));
        }
    }
}
