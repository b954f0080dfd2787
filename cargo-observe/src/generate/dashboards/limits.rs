//! Where a dashboard turns red: where the alert of that name fires.

use crate::error::{Error, Result};
use crate::settings::Settings;

/// The limits that dashboards show; durations in seconds, parts from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    pub(crate) errors: f64,
    pub(crate) response: f64,
    pub(crate) memory: f64,
    pub(crate) disk_free: f64,
    pub(crate) pool: f64,
    pub(crate) rag: f64,
    pub(crate) vector_search: f64,
    pub(crate) backup: f64,
}

impl Limits {
    /// Those of `[alerts]`, else those of the standard.
    pub(crate) fn of(settings: &Settings) -> Result<Self> {
        let limit = |alert: &str, standard: f64| {
            match settings.alerts.get(alert).and_then(|it| it.threshold.as_deref()) {
            Some(text) => number(text).ok_or_else(|| {
                Error::new(format!("observe.toml: alerts.{alert}: the threshold {text:?} is no number"))
                    .help("write a number, a part such as \"5%\", or a time such as \"500ms\", \"2s\", \"5m\", \"24h\" or \"7d\"")
            }),
            None => Ok(standard),
        }
        };
        Ok(Self {
            errors: limit("HighErrorRate", 0.05)?,
            response: limit("HighResponseTime", 2.0)?,
            memory: limit("HighMemoryUsage", 0.9)?,
            disk_free: limit("LowDiskSpace", 0.1)?,
            pool: limit("DatabaseConnectionPoolNearLimit", 0.8)?,
            rag: limit("SlowRAGQueries", 30.0)?,
            vector_search: limit("SlowVectorSearch", 2.0)?,
            backup: limit("NoRecentBackup", 86_400.0)?,
        })
    }
}

/// `5%` is 0.05, `24h` is 86400.
fn number(text: &str) -> Option<f64> {
    let units = [("%", 0.01), ("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0), ("", 1.0)];
    let value =
        units.iter().find_map(|(unit, size)| Some(text.strip_suffix(unit)?.trim().parse::<f64>().ok()? * size))?;
    // Short in the file: 0.07, not 0.07000000000000001.
    (value.is_finite() && value >= 0.0).then_some((value * 1e9).round() / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_part_a_time_or_a_number() {
        for (text, value) in [("5%", 0.05), ("500ms", 0.5), ("2s", 2.0), ("24h", 86_400.0), ("0.9", 0.9)] {
            let read = number(text).unwrap();
            assert!((read - value).abs() < 1e-9, "{text}: {read}");
        }
        for text in ["", "much", "-5%", "NaN", "5 parrots"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_workspace_says_goes_before_the_standard() {
        let settings: Settings = toml::from_str("[alerts.HighErrorRate]\nthreshold = \"1%\"").unwrap();
        let limits = Limits::of(&settings).unwrap();
        assert!((limits.errors - 0.01).abs() < 1e-9 && (limits.response - 2.0).abs() < 1e-9, "{limits:?}");
        let settings: Settings = toml::from_str("[alerts.HighErrorRate]\nthreshold = \"a lot\"").unwrap();
        assert!(Limits::of(&settings).unwrap_err().message.contains("alerts.HighErrorRate"));
    }
}
