//! What is passed on to other services, and taken from them.

use super::reader::Reader;

/// The formats in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Propagators {
    /// W3C Trace Context: `traceparent` and `tracestate`.
    pub(crate) trace_context: bool,
    /// W3C Baggage.
    pub(crate) baggage: bool,
}

const NAME: &str = "OTEL_PROPAGATORS";
const ACCEPTED: &str = "tracecontext, baggage, none";

/// Formats that OpenTelemetry names and we don't have.
const NOT_BUILT: [&str; 5] = ["b3", "b3multi", "jaeger", "ottrace", "xray"];

impl Propagators {
    const ALL: Self = Self { trace_context: true, baggage: true };
    const NONE: Self = Self { trace_context: false, baggage: false };

    /// Both, unless others are named. Of a list, what is understood is used.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let Some(words) = reader.list(NAME) else { return Self::ALL };
        let mut found = Self::NONE;
        let mut refused = Vec::new();
        let mut is_none = false;
        for word in &words {
            match word.to_ascii_lowercase().as_str() {
                "tracecontext" => found.trace_context = true,
                "baggage" => found.baggage = true,
                "none" => is_none = true,
                _ => refused.push(word),
            }
        }
        if found == Self::NONE && !is_none {
            found = Self::ALL;
        }
        for word in refused {
            if NOT_BUILT.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                let used = found.names();
                reader.warn(format!("{NAME}=`{word}` is not supported; accepted: {ACCEPTED}; using {used}"));
            } else {
                reader.refuse(NAME, word, ACCEPTED, found.names());
            }
        }
        if is_none && words.len() > 1 {
            reader.refuse(NAME, "none", "`none` alone", found.names());
        }
        found
    }

    fn names(self) -> &'static str {
        match (self.trace_context, self.baggage) {
            (true, true) => "tracecontext,baggage",
            (true, false) => "tracecontext",
            (false, true) => "baggage",
            (false, false) => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (&'static str, Vec<String>) {
        let variables = [(NAME, value)].iter().collect();
        let mut reader = Reader::new(&variables);
        let found = Propagators::read(&mut reader);
        (found.names(), reader.into_warnings())
    }

    #[test]
    fn those_that_are_named_are_used() {
        for (value, names) in [
            ("", "tracecontext,baggage"),
            ("tracecontext", "tracecontext"),
            ("Baggage, baggage", "baggage"),
            ("baggage,tracecontext", "tracecontext,baggage"),
            ("none", "none"),
        ] {
            assert_eq!(read(value), (names, Vec::new()), "{value}");
        }
    }

    #[test]
    fn what_is_not_there_is_said() {
        let (used, said) = read("b3,tracecontext");
        assert_eq!(used, "tracecontext");
        assert_eq!(
            said,
            ["OTEL_PROPAGATORS=`b3` is not supported; accepted: tracecontext, baggage, none; using tracecontext"]
        );
        let (used, said) = read("tracecontex");
        assert_eq!(used, "tracecontext,baggage");
        assert!(said[0].contains("`tracecontex` is not understood; accepted: tracecontext, "), "{said:?}");
    }

    #[test]
    fn none_stands_alone() {
        let (used, said) = read("none,baggage");
        assert_eq!(used, "baggage");
        assert!(said.len() == 1 && said[0].contains("accepted: `none` alone; using baggage"), "{said:?}");
    }
}
