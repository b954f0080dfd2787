//! Invented patients to train with: the same ones each time.

use fastrand::Rng;

use crate::features::COUNT;

/// A patient, and whether the treatment was interrupted.
pub(crate) struct Case {
    pub(crate) values: [f64; COUNT],
    pub(crate) interrupted: bool,
}

/// So many patients, made from `seed`.
pub(crate) fn cases(count: usize, seed: u64) -> Vec<Case> {
    let mut rng = Rng::with_seed(seed);
    (0..count).map(|_| case(&mut rng)).collect()
}

fn case(rng: &mut Rng) -> Case {
    // Squares and cubes: most patients are near, punctual, and new.
    let values = [
        (15.0 + 60.0 * rng.f64()).round(),
        (120.0 * rng.f64().powi(2)).round(),
        (10.0 * rng.f64().powi(3)).round(),
        (90.0 * rng.f64().powi(3)).round(),
        80.0 * rng.f64().powi(2),
        if rng.f64() < 0.7 { 1.0 } else { 0.0 },
    ];
    let [age, months, missed, late, distance, suppressed] = values;
    let logit =
        -1.4 - 0.02 * (age - 40.0) - 0.015 * months + 0.45 * missed + 0.06 * late + 0.02 * distance - 1.1 * suppressed;
    Case { values, interrupted: rng.f64() < 1.0 / (1.0 + (-logit).exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::RANGES;

    #[test]
    fn patients_are_possible_and_of_both_kinds() {
        let cases = cases(500, 3);
        let possible = |case: &Case| {
            RANGES.iter().zip(case.values).all(|(range, value)| (range.least..=range.most).contains(&value))
        };
        assert!(cases.iter().all(possible));
        let interrupted = cases.iter().filter(|case| case.interrupted).count();
        assert!((50..450).contains(&interrupted), "{interrupted}");
    }
}
