//! Which format a scraper is answered in.

use std::cmp::Ordering;

/// A text format of the exposition.
///
/// ```
/// use observe::Format;
///
/// let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
/// let format = Format::negotiate(Some(accept));
/// assert_eq!(format, Format::OpenMetrics);
/// assert_eq!(format.content_type(), "application/openmetrics-text; version=1.0.0; charset=utf-8");
/// assert!(observe::exposition_as(format).ends_with("# EOF\n"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The Prometheus text format 0.0.4, which everything reads.
    #[default]
    Text,
    /// `OpenMetrics` 1.0, which has units and exemplars.
    OpenMetrics,
}

/// How much a client likes a format: its weight first, then whether it names the format itself.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Liking {
    weight: f32,
    is_named: bool,
}

impl Format {
    /// The format for a client that sends this Accept header.
    ///
    /// `OpenMetrics` is for those that name it, in a version that is 1.0.0 or left open, and like no
    /// other format better. All others get the text format: those without the header, those that
    /// take anything, and those whose header can't be understood. Of two formats that a client
    /// likes equally well it gets the one that it names first. Several headers count as one, with
    /// commas between them.
    ///
    /// ```
    /// use observe::Format;
    ///
    /// assert_eq!(Format::negotiate(None), Format::Text);
    /// assert_eq!(Format::negotiate(Some("*/*")), Format::Text);
    /// assert_eq!(Format::negotiate(Some("application/openmetrics-text, */*")), Format::OpenMetrics);
    /// ```
    #[must_use]
    pub fn negotiate(accept: Option<&str>) -> Self {
        let mut best: Option<(Liking, Self)> = None;
        for (liking, format) in accept.unwrap_or_default().split(',').filter_map(offer) {
            let is_better = best.is_none_or(|(known, _)| liking.partial_cmp(&known) == Some(Ordering::Greater));
            if liking.weight > 0.0 && is_better {
                best = Some((liking, format));
            }
        }
        best.map_or(Self::Text, |(_, format)| format)
    }

    /// The content type to answer with.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// One media range of the header; `None` for one that is no format of ours, or makes no sense.
fn offer(range: &str) -> Option<(Liking, Format)> {
    let mut parts = range.split(';').map(str::trim);
    let media_type = parts.next()?.to_ascii_lowercase();
    let (mut weight, mut version) = (1.0, None);
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let (name, value) = (name.trim(), value.trim().trim_matches('"'));
        if name.eq_ignore_ascii_case("q") {
            weight = value.parse().ok().filter(|weight| (0.0..=1.0).contains(weight))?;
        } else if name.eq_ignore_ascii_case("version") {
            version = Some(value);
        }
    }
    let (format, is_named, ours) = match media_type.as_str() {
        "application/openmetrics-text" => (Format::OpenMetrics, true, "1.0.0"),
        "text/plain" => (Format::Text, true, "0.0.4"),
        "text/*" | "*/*" => (Format::Text, false, ""),
        _ => return None,
    };
    let is_ours = !is_named || version.is_none_or(|version| version == ours);
    is_ours.then_some((Liking { weight, is_named }, format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_text(accept: &str) {
        assert_eq!(Format::negotiate(Some(accept)), Format::Text, "{accept}");
    }

    #[track_caller]
    fn is_open_metrics(accept: &str) {
        assert_eq!(Format::negotiate(Some(accept)), Format::OpenMetrics, "{accept}");
    }

    #[test]
    fn prometheus_gets_open_metrics() {
        is_open_metrics(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        );
        is_open_metrics(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
             text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        );
    }

    #[test]
    fn protobuf_before_it_is_passed_over() {
        is_open_metrics(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
             application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        );
    }

    #[test]
    fn prometheus_that_is_set_to_text_gets_text() {
        is_text("text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1");
    }

    #[test]
    fn who_does_not_ask_for_open_metrics_gets_text() {
        assert_eq!(Format::negotiate(None), Format::Text);
        for accept in ["", "*/*", "text/plain", "text/*", "text/html, */*;q=0.8", "application/json", "application/*"] {
            is_text(accept);
        }
    }

    #[test]
    fn what_makes_no_sense_gives_text() {
        for accept in [",;,", "openmetrics", "application/openmetrics-text;q=x", "application/openmetrics-text;q=-1"] {
            is_text(accept);
        }
        is_text("application/openmetrics-text;q=NaN");
        is_text("application/openmetrics-text;q=2");
        is_text("\u{fffd}\0;=;=\",");
    }

    #[test]
    fn other_versions_are_not_ours() {
        is_text("application/openmetrics-text;version=2.0.0");
        is_text("application/openmetrics-text;version=0.0.1");
        is_text("application/openmetrics-text; version=2.0.0, text/plain; q=0.1");
        is_open_metrics("application/openmetrics-text;version=2.0.0,application/openmetrics-text;version=1.0.0;q=0.9");
    }

    #[test]
    fn weights_decide_and_then_names_and_then_the_order() {
        is_text("application/openmetrics-text;q=0.5, */*");
        is_text("application/openmetrics-text;q=0.5, text/plain;q=0.6");
        is_open_metrics("*/*, application/openmetrics-text");
        is_open_metrics("text/plain;q=0.6, application/openmetrics-text;q=0.61");
        is_text("text/plain, application/openmetrics-text");
        is_open_metrics("application/openmetrics-text, text/plain");
        is_text("application/openmetrics-text;q=0");
        is_text("application/openmetrics-text;q=0.000, text/plain;q=0.001");
    }

    #[test]
    fn case_spaces_and_quotes_do_not_matter() {
        is_open_metrics("  Application/OpenMetrics-Text ; Version = \"1.0.0\" ; Q = 0.9 , */* ; q=0.1");
    }

    #[test]
    fn the_content_type_of_the_text_format_is_the_constant() {
        assert_eq!(Format::default().content_type(), crate::CONTENT_TYPE);
    }
}
