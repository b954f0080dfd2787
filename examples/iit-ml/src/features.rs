//! What the model knows of a patient: six numbers, each within its range.

use observe::redact;
use serde::Deserialize;

use crate::error::ServiceError;

/// How many there are.
pub(crate) const COUNT: usize = 6;

/// A feature's name, and the least and the most that it can be.
pub(crate) struct Range {
    pub(crate) name: &'static str,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// The features in the order in which the model takes them.
pub(crate) const RANGES: [Range; COUNT] = [
    Range { name: "age_years", least: 0.0, most: 120.0 },
    Range { name: "months_on_treatment", least: 0.0, most: 600.0 },
    Range { name: "missed_visits", least: 0.0, most: 100.0 },
    Range { name: "days_late", least: 0.0, most: 365.0 },
    Range { name: "distance_km", least: 0.0, most: 1000.0 },
    Range { name: "suppressed", least: 0.0, most: 1.0 },
];

/// A patient's features. They are health data: no span and no line shows any.
#[redact]
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Features {
    /// Age in years.
    pub(crate) age_years: f64,
    /// Time since the treatment began, in months.
    pub(crate) months_on_treatment: f64,
    /// Visits that were missed in the last year.
    pub(crate) missed_visits: f64,
    /// Days that the last refill was late.
    pub(crate) days_late: f64,
    /// Way to the clinic in kilometres.
    pub(crate) distance_km: f64,
    /// Whether the last viral load was suppressed.
    pub(crate) suppressed: bool,
}

impl Features {
    /// The numbers in the order of [`RANGES`].
    ///
    /// # Errors
    ///
    /// [`ServiceError::BadInput`] names the first that is out of its range; its value is not repeated.
    pub(crate) fn values(&self) -> Result<[f64; COUNT], ServiceError> {
        let values = [
            self.age_years,
            self.months_on_treatment,
            self.missed_visits,
            self.days_late,
            self.distance_km,
            f64::from(u8::from(self.suppressed)),
        ];
        match RANGES.iter().zip(values).find(|(range, value)| !(range.least..=range.most).contains(value)) {
            Some((Range { name, least, most }, _)) => {
                Err(ServiceError::BadInput(format!("features: {name} must be from {least} to {most}")))
            }
            None => Ok(values),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Young, far away, late, and new to it.
    pub(crate) fn at_risk() -> Features {
        Features {
            age_years: 22.0,
            months_on_treatment: 2.0,
            missed_visits: 7.0,
            days_late: 60.0,
            distance_km: 55.0,
            suppressed: false,
        }
    }

    #[test]
    fn what_is_out_of_range_is_named_and_not_repeated() {
        for wrong in [-1.0, 366.0, f64::NAN, f64::INFINITY] {
            let error = Features { days_late: wrong, ..at_risk() }.values().unwrap_err();
            assert_eq!(error.to_string(), "features: days_late must be from 0 to 365");
        }
        for right in [0.0, 365.0] {
            assert!(Features { days_late: right, ..at_risk() }.values().is_ok());
        }
    }

    #[test]
    fn debug_shows_no_health_data() {
        let shown = format!("{:?}", at_risk());
        assert!(
            shown.contains("age_years: [REDACTED]") && !shown.contains("22") && !shown.contains("false"),
            "{shown}"
        );
    }
}
