//! The model: a logistic regression over standardised features.

use serde::{Deserialize, Serialize};

use crate::features::COUNT;

/// What training has learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    /// What it is called in labels and answers.
    pub(crate) name: String,
    /// Which of those of that name it is.
    pub(crate) version: String,
    /// The logit of a patient who is average in everything.
    pub(crate) intercept: f64,
    /// A term for each feature, in their order.
    pub(crate) terms: [Term; COUNT],
}

/// How a feature counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Term {
    /// The feature's mean among those that the model was trained with.
    pub(crate) mean: f64,
    /// Its standard deviation there.
    pub(crate) deviation: f64,
    /// What one standard deviation more adds to the logit.
    pub(crate) weight: f64,
}

impl Model {
    /// The features as the model takes them: by how many standard deviations each is above its mean.
    pub(crate) fn standardise(&self, values: &[f64; COUNT]) -> [f64; COUNT] {
        let mut standard = *values;
        for (value, term) in standard.iter_mut().zip(&self.terms) {
            *value = (*value - term.mean) / term.deviation;
        }
        standard
    }

    /// How likely an interruption is, from 0 to 1, by standardised features.
    pub(crate) fn probability(&self, standard: &[f64; COUNT]) -> f64 {
        let logit: f64 = self.terms.iter().zip(standard).map(|(term, value)| term.weight * value).sum();
        1.0 / (1.0 + (-self.intercept - logit).exp())
    }

    /// Whether all numbers are such that it can predict.
    pub(crate) fn is_sound(&self) -> bool {
        let sound = |term: &Term| term.mean.is_finite() && term.weight.is_finite() && term.deviation.is_normal();
        self.intercept.is_finite() && self.terms.iter().all(sound)
    }
}
