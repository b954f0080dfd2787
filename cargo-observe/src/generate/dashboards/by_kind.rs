//! A panel for any metric, by its kind: so one that is declared today has a panel today.

use super::find::Finder;
use super::panel::{Panel, query};
use super::promql::{legend, shown_labels, sum_by};
use super::units;
use crate::catalogue::{Kind, Metric};

/// The quantiles that are shown of a histogram.
pub(crate) const QUANTILES: [(f64, &str); 3] = [(0.5, "P50"), (0.95, "P95"), (0.99, "P99")];

/// All that is to be seen of a metric.
pub(crate) fn panels(finder: &Finder<'_>, metric: &Metric) -> Vec<Panel> {
    match metric.kind {
        Kind::Counter => vec![counter(finder, metric)],
        Kind::Gauge if units::is_time(metric) => vec![age(finder, metric)],
        Kind::Gauge => vec![gauge(finder, metric)],
        Kind::Histogram => vec![quantiles(finder, metric), spread(finder, metric)],
        Kind::Summary => vec![summary(finder, metric)],
        Kind::Info => vec![info(finder, metric)],
    }
}

/// How fast it grows, by as many of its labels as there is room for.
pub(crate) fn counter(finder: &Finder<'_>, metric: &Metric) -> Panel {
    let labels = shown_labels(metric);
    let by = with_job(&labels);
    let expr = finder.scope.rate_by(&by, metric, "", &[]);
    let panel = Panel::timeseries(format!("{} per second", title(metric))).unit(units::of(metric));
    of_one(panel, metric, query(expr, legend(&by))).red("(?i)error|fail|panic|cancel|refused|lost|denied")
}

fn gauge(finder: &Finder<'_>, metric: &Metric) -> Panel {
    let labels: Vec<&str> = metric.labels.iter().map(|label| label.name.as_str()).collect();
    let by = [&["job", "instance"], labels.as_slice()].concat();
    let panel = Panel::timeseries(title(metric)).unit(units::of(metric)).from_below();
    of_one(panel, metric, query(finder.scope.select(metric, "", &[]), legend(&by)))
}

/// How long ago something was.
pub(crate) fn age(finder: &Finder<'_>, metric: &Metric) -> Panel {
    // 0 is never: that is not fifty years ago.
    let expr = format!("time() - ({} > 0)", finder.scope.select(metric, "", &[]));
    of_one(
        Panel::stat(format!("Since {}", title(metric).to_lowercase())).unit(units::SECONDS),
        metric,
        query(expr, "{{job}} {{instance}}"),
    )
}

/// The median, and what the slowest see.
pub(crate) fn quantiles(finder: &Finder<'_>, metric: &Metric) -> Panel {
    let mut panel = Panel::timeseries(format!("{}, percentiles", title(metric))).unit(units::of(metric));
    for (quantile, name) in QUANTILES {
        let expr = finder.scope.quantile(quantile, &["job"], metric, &[]);
        panel = of_one(panel, metric, query(expr, format!("{{{{job}}}} {name}")).with_exemplars());
    }
    match metric.objective.as_ref().and_then(|objective| objective.latency.as_ref()) {
        Some(latency) => panel.bad_from(latency.seconds),
        None => panel,
    }
}

/// How many observations fell into each bucket.
pub(crate) fn spread(finder: &Finder<'_>, metric: &Metric) -> Panel {
    let expr =
        sum_by(&["le"], &format!("increase({}[{}])", finder.scope.select(metric, "_bucket", &[]), "$__rate_interval"));
    let unit = units::of(metric);
    of_one(
        Panel::heatmap(format!("{}, distribution", title(metric)), unit).unit(unit),
        metric,
        query(expr, "{{le}}").with_exemplars(),
    )
}

fn summary(finder: &Finder<'_>, metric: &Metric) -> Panel {
    let labels: Vec<&str> = metric.labels.iter().map(|label| label.name.as_str()).collect();
    let by = [&["job", "instance", "quantile"], labels.as_slice()].concat();
    // A summary over a quiet window says NaN, which compares to nothing.
    let expr = format!("{} >= 0", finder.scope.select(metric, "", &[]));
    of_one(
        Panel::timeseries(format!("{}, quantiles", title(metric))).unit(units::of(metric)),
        metric,
        query(expr, legend(&by)),
    )
}

fn info(finder: &Finder<'_>, metric: &Metric) -> Panel {
    of_one(Panel::table(title(metric)), metric, query(finder.scope.select(metric, "", &[]), ""))
}

/// A panel of one metric, described by its HELP.
pub(crate) fn of_one(mut panel: Panel, metric: &Metric, query: super::panel::Query) -> Panel {
    let labels = shown_labels(metric);
    let summed: Vec<String> = metric
        .labels
        .iter()
        .filter(|label| !labels.contains(&label.name.as_str()))
        .map(|label| format!("`{}`", label.name))
        .collect();
    let more = if summed.is_empty() || metric.kind != Kind::Counter {
        String::new()
    } else {
        format!(". Summed over {}", summed.join(", "))
    };
    panel.metrics.insert(metric.name.clone());
    panel.plain(query).describe(format!("{} (`{}`){more}", metric.help, metric.name))
}

fn with_job<'a>(labels: &[&'a str]) -> Vec<&'a str> {
    [&["job"], labels].concat()
}

/// What people call it: `Rag queries` of `rag_queries_total`.
pub(crate) fn title(metric: &Metric) -> String {
    let mut name = metric.bare_name.as_str();
    for ending in ["_total", "_timestamp_seconds", "_seconds", "_bytes", "_ratio"] {
        name = name.strip_suffix(ending).unwrap_or(name);
    }
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
