//! Training: gradient descent on the logistic loss, over all patients at once.

use crate::data::{Case, cases};
use crate::features::COUNT;
use crate::model::{Model, Term};

const TRAINING_PATIENTS: usize = 4000;
/// Patients that the model is tried with afterwards.
pub(crate) const TEST_PATIENTS: usize = 1000;
const SEEDS: (u64, u64) = (1, 2);
const STEPS: usize = 300;
const STEP: f64 = 0.5;

/// A trained model, and the part of the test patients that it is right about.
pub(crate) fn train() -> (Model, f64) {
    let training = cases(TRAINING_PATIENTS, SEEDS.0);
    let mut model = Model {
        name: "iit-logistic".to_owned(),
        version: "1".to_owned(),
        intercept: 0.0,
        terms: std::array::from_fn(|at| standard_term(&training, at)),
    };
    let standard: Vec<_> = training.iter().map(|case| model.standardise(&case.values)).collect();
    for _ in 0..STEPS {
        descend(&mut model, &training, &standard);
    }
    // Six digits: JSON gives them back as they were, and the checksum with them.
    let round = |value: &mut f64| *value = (*value * 1e6).round() / 1e6;
    round(&mut model.intercept);
    for term in &mut model.terms {
        [&mut term.mean, &mut term.deviation, &mut term.weight].into_iter().for_each(round);
    }
    let accuracy = accuracy(&model, &cases(TEST_PATIENTS, SEEDS.1));
    (model, accuracy)
}

/// The term of the feature at `at`, with no weight yet.
fn standard_term(training: &[Case], at: usize) -> Term {
    let mean = mean(training.iter().map(|case| case.values[at]));
    let variance = self::mean(training.iter().map(|case| (case.values[at] - mean).powi(2)));
    Term { mean, deviation: variance.sqrt(), weight: 0.0 }
}

/// One step down the gradient.
fn descend(model: &mut Model, training: &[Case], standard: &[[f64; COUNT]]) {
    let errors: Vec<f64> = standard
        .iter()
        .zip(training)
        .map(|(values, case)| model.probability(values) - f64::from(u8::from(case.interrupted)))
        .collect();
    model.intercept -= STEP * mean(errors.iter().copied());
    for (at, term) in model.terms.iter_mut().enumerate() {
        term.weight -= STEP * mean(errors.iter().zip(standard).map(|(error, values)| error * values[at]));
    }
}

/// The part of `cases` that the model is right about.
fn accuracy(model: &Model, cases: &[Case]) -> f64 {
    mean(cases.iter().map(|case| {
        let predicted = model.probability(&model.standardise(&case.values)) >= 0.5;
        f64::from(u8::from(predicted == case.interrupted))
    }))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = u32::try_from(values.len()).map_or(f64::MAX, f64::from);
    values.sum::<f64>() / count
}

/// A model for tests, trained once for all of them.
#[cfg(test)]
pub(crate) fn trained() -> Model {
    static TRAINED: std::sync::LazyLock<Model> = std::sync::LazyLock::new(|| train().0);
    TRAINED.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_more_than_the_commonest_answer() {
        let test = cases(TEST_PATIENTS, SEEDS.1);
        let commonest = mean(test.iter().map(|case| f64::from(u8::from(!case.interrupted))));
        let (model, accuracy) = train();
        assert!(accuracy > commonest.max(1.0 - commonest) + 0.05, "{accuracy} {commonest}");
        // Distance and delay raise the risk, age and suppression lower it.
        let signs = model.terms.map(|term| term.weight > 0.0);
        assert_eq!(signs, [false, false, true, true, true, false]);
        assert!(model.is_sound());
    }

    #[test]
    fn training_twice_gives_one_model() {
        assert_eq!(train().0, trained());
    }
}
