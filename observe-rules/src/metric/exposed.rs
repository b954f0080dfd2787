//! The names that a metric takes in an exposition, which no other metric may take too.

use super::Kind;

/// What a kind adds to its family's name, in `OpenMetrics`; the family's own name is the first.
const fn endings(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Counter => &["", "_total", "_created"],
        Kind::Gauge => &[""],
        Kind::Histogram => &["", "_bucket", "_count", "_sum", "_created"],
        Kind::Summary => &["", "_count", "_sum", "_created"],
        Kind::Info => &["", "_info"],
    }
}

/// All names that a metric takes in an exposition; no other metric may take one of them.
///
/// ```
/// # use observe_rules::metric::{Kind, exposed_names};
/// assert_eq!(exposed_names(Kind::Info, "build_info").collect::<Vec<_>>(), ["build", "build_info"]);
/// ```
pub fn exposed_names(kind: Kind, name: &str) -> impl Iterator<Item = String> + use<> {
    let family = name.strip_suffix(kind.ending()).unwrap_or(name).to_owned();
    endings(kind).iter().map(move |ending| format!("{family}{ending}"))
}

/// A name that both of two metrics take in an exposition; `None` where they can stand beside each other.
///
/// Each may break no rule on its own: in `OpenMetrics` the family of the counter `jobs_total` is called
/// `jobs`, as a gauge may be. What is declared elsewhere is known only when a program is linked or
/// starts, so this is for those who see all metrics.
///
/// ```
/// # use observe_rules::metric::{Kind, clash};
/// assert_eq!(clash((Kind::Counter, "jobs_total"), (Kind::Gauge, "jobs")).as_deref(), Some("jobs"));
/// assert_eq!(clash((Kind::Counter, "jobs_total"), (Kind::Gauge, "jobs_in_progress")), None);
/// ```
#[must_use]
pub fn clash(one: (Kind, &str), other: (Kind, &str)) -> Option<String> {
    exposed_names(one.0, one.1).find(|name| exposed_names(other.0, other.1).any(|taken| taken == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_clashes_with_itself() {
        for kind in Kind::ALL {
            let name = format!("jobs{}", kind.ending());
            assert_eq!(clash((*kind, &name), (*kind, &name)).as_deref(), Some("jobs"), "{}", kind.name());
        }
    }

    #[test]
    fn a_family_does_not_take_the_line_of_another() {
        for (one, other, name) in [
            ((Kind::Counter, "jobs_total"), (Kind::Gauge, "jobs_created"), "jobs_created"),
            ((Kind::Counter, "jobs_total"), (Kind::Counter, "jobs_created_total"), "jobs_created"),
            ((Kind::Histogram, "jobs"), (Kind::Gauge, "jobs_bucket"), "jobs_bucket"),
            ((Kind::Summary, "jobs"), (Kind::Counter, "jobs_count_total"), "jobs_count"),
            ((Kind::Info, "jobs_info"), (Kind::Gauge, "jobs"), "jobs"),
        ] {
            assert_eq!(clash(one, other).as_deref(), Some(name));
            assert_eq!(clash(other, one).as_deref(), Some(name));
        }
    }

    #[test]
    fn the_families_of_a_metered_function_stand_beside_each_other() {
        let families = [
            (Kind::Counter, "rag_query_total"),
            (Kind::Histogram, "rag_query_duration_seconds"),
            (Kind::Gauge, "rag_query_in_progress"),
        ];
        for (at, one) in families.iter().enumerate() {
            for other in &families[at + 1..] {
                assert_eq!(clash(*one, *other), None);
            }
        }
    }
}
