//! Units in the words of metric names, and as OpenTelemetry writes them.

/// The unit as UCUM has it; a word that has no sign there stays what it is.
///
/// Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", metric metadata.
/// A collector that exposes the metric again makes the same word of it, and finds it in the name.
pub(super) fn ucum(word: &'static str) -> &'static str {
    match word {
        "seconds" => "s",
        "bytes" => "By",
        "ratio" => "1",
        "celsius" => "Cel",
        "kelvin" => "K",
        "meters" => "m",
        "grams" => "g",
        "joules" => "J",
        "volts" => "V",
        "amperes" => "A",
        "bytes_per_second" => "By/s",
        "meters_per_second" => "m/s",
        "grams_per_second" => "g/s",
        word => word,
    }
}
