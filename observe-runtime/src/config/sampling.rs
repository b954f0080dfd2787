//! Which traces are kept: OpenTelemetry's variables for the sampler, and ours for what is kept beside.

use super::reader::Reader;
use crate::sampling::{Keep, Sampler, Sampling, Threshold};
use std::time::Duration;

/// What decides whether a trace is exported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SamplingSettings {
    pub(crate) sampling: Sampling,
    /// The most spans that are held back of one trace until it is judged.
    pub(crate) buffer: usize,
}

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";

/// What production keeps where nothing else is asked for.
const PRODUCTION_RATIO: f64 = 0.1;

/// A sampler as its name has it.
#[derive(Clone, Copy)]
struct Kind {
    is_parent_based: bool,
    root: Root,
}

/// What a sampler does where a trace begins.
#[derive(Clone, Copy, PartialEq)]
enum Root {
    AlwaysOn,
    AlwaysOff,
    Ratio,
}

const fn kind(is_parent_based: bool, root: Root) -> Kind {
    Kind { is_parent_based, root }
}

/// The names that the OpenTelemetry specification has for samplers, as far as they are built.
const KINDS: [(&str, Kind); 6] = [
    ("always_on", kind(false, Root::AlwaysOn)),
    ("always_off", kind(false, Root::AlwaysOff)),
    ("traceidratio", kind(false, Root::Ratio)),
    ("parentbased_always_on", kind(true, Root::AlwaysOn)),
    ("parentbased_always_off", kind(true, Root::AlwaysOff)),
    ("parentbased_traceidratio", kind(true, Root::Ratio)),
];

/// Its other names.
const NOT_BUILT: [&str; 3] = ["jaeger_remote", "parentbased_jaeger_remote", "xray"];

impl SamplingSettings {
    /// Everything is kept unless somebody asks for less; in production a tenth is.
    pub(super) fn read(reader: &mut Reader<'_>, is_production: bool) -> Self {
        let asked = asked(reader, is_production);
        let sampler = match asked {
            Some(kind) => kind.sampler(reader),
            None if is_production => {
                Sampler::new(Threshold::from_probability(PRODUCTION_RATIO).unwrap_or(Threshold::ZERO)).parent_based()
            }
            None => Sampler::new(Threshold::ZERO).parent_based(),
        };
        // Who switches traces off by name doesn't ask for those that fail.
        let is_off = asked.is_some_and(|kind| kind.root == Root::AlwaysOff);
        let sampling = Sampling {
            sampler,
            keep: reader.choice(
                "OBSERVE_TRACES_KEEP",
                &[("trace", Keep::Trace), ("path", Keep::Path), ("none", Keep::None)],
                if is_off { Keep::None } else { Keep::Trace },
            ),
            slow: reader.duration_or_off("OBSERVE_TRACES_SLOW", Duration::from_secs(2)),
        };
        Self { sampling, buffer: reader.number("OBSERVE_TRACES_BUFFER", 1000) }
    }

    /// The same, and no trace is kept, whoever asks for it.
    pub(super) fn nothing(self) -> Self {
        let sampling = Sampling { sampler: Sampler::new(Threshold::NEVER), keep: Keep::None, ..self.sampling };
        Self { sampling, ..self }
    }
}

/// The sampler's argument. One that is given in code belongs to the sampler that is given in code.
fn argument(reader: &Reader<'_>) -> Option<String> {
    let argument = reader.text(ARGUMENT)?;
    let variables = reader.variables;
    let is_for_another = variables.in_environment(SAMPLER).is_some() && variables.in_environment(ARGUMENT).is_none();
    (!is_for_another).then_some(argument)
}

impl Kind {
    fn sampler(self, reader: &mut Reader<'_>) -> Sampler {
        let threshold = match self.root {
            Root::Ratio => ratio(reader),
            root => {
                if argument(reader).is_some() {
                    reader.warn(format!(
                        "{ARGUMENT} is not used: only traceidratio and parentbased_traceidratio take one"
                    ));
                }
                if root == Root::AlwaysOn { Threshold::ZERO } else { Threshold::NEVER }
            }
        };
        let sampler = Sampler::new(threshold);
        if self.is_parent_based { sampler.parent_based() } else { sampler }
    }
}

/// The sampler that the environment names, if it names one that there is.
fn asked(reader: &mut Reader<'_>, is_production: bool) -> Option<Kind> {
    let Some(value) = reader.text(SAMPLER) else {
        if argument(reader).is_some() {
            reader.warn(format!("{ARGUMENT} is not used: it needs a sampler in {SAMPLER}"));
        }
        return None;
    };
    let is_value = |name: &&str| name.eq_ignore_ascii_case(&value);
    let found = KINDS.iter().find(|(name, _)| is_value(name));
    if found.is_none() {
        let accepted = KINDS.map(|(name, _)| name).join(", ");
        let default = if is_production { "parentbased_traceidratio with 0.1" } else { "parentbased_always_on" };
        if NOT_BUILT.iter().any(is_value) {
            reader.warn(format!("{SAMPLER}=`{value}` is not supported; accepted: {accepted}; using {default}"));
        } else {
            reader.refuse(SAMPLER, &value, &accepted, default);
        }
    }
    found.map(|(_, kind)| *kind)
}

/// The part of all traces that is kept: all, unless the argument says less (OpenTelemetry specification).
fn ratio(reader: &mut Reader<'_>) -> Threshold {
    let Some(value) = argument(reader) else { return Threshold::ZERO };
    value.parse().ok().and_then(Threshold::from_probability).unwrap_or_else(|| {
        reader.refuse(ARGUMENT, &value, "a number from 0 to 1, such as `0.25`", "1");
        Threshold::ZERO
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings, and the warnings about them.
    fn read_in(is_production: bool, variables: &[(&str, &str)]) -> (SamplingSettings, Vec<String>) {
        let variables = variables.iter().collect();
        let mut reader = Reader::new(&variables);
        let settings = SamplingSettings::read(&mut reader, is_production);
        (settings, reader.into_warnings())
    }

    /// The settings outside of production, where nothing is wrong with them.
    #[track_caller]
    fn read(variables: &[(&str, &str)]) -> SamplingSettings {
        let (settings, warnings) = read_in(false, variables);
        assert_eq!(warnings, [""; 0]);
        settings
    }

    #[track_caller]
    fn warning(variables: &[(&str, &str)]) -> (SamplingSettings, String) {
        let (settings, warnings) = read_in(false, variables);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        (settings, warnings[0].clone())
    }

    fn sampler(ratio: f64) -> Sampler {
        Sampler::new(Threshold::from_probability(ratio).unwrap())
    }

    #[test]
    fn everything_is_kept_by_default() {
        let settings = read(&[]);
        assert_eq!(settings.sampling.sampler, sampler(1.0).parent_based());
        assert_eq!((settings.sampling.keep, settings.sampling.slow), (Keep::Trace, Some(Duration::from_secs(2))));
        assert_eq!(settings.buffer, 1000);
    }

    #[test]
    fn production_keeps_a_tenth_unless_a_sampler_is_named() {
        let (settings, warnings) = read_in(true, &[]);
        assert_eq!((settings.sampling.sampler, settings.sampling.keep), (sampler(0.1).parent_based(), Keep::Trace));
        assert_eq!(warnings, [""; 0]);
        assert_eq!(read_in(true, &[(SAMPLER, "always_on")]).0.sampling.sampler, sampler(1.0));
        // The specification has 1 for a sampler without an argument.
        assert_eq!(read_in(true, &[(SAMPLER, "traceidratio")]).0.sampling.sampler, sampler(1.0));
    }

    #[test]
    fn all_six_samplers_are_known() {
        let (own, argument) = ((ARGUMENT, "0.25"), 0.25);
        assert_eq!(read(&[(SAMPLER, "always_on")]).sampling.sampler, sampler(1.0));
        assert_eq!(read(&[(SAMPLER, "always_off")]).sampling.sampler, sampler(0.0));
        assert_eq!(read(&[(SAMPLER, "traceidratio"), own]).sampling.sampler, sampler(argument));
        assert_eq!(read(&[(SAMPLER, "parentbased_always_on")]).sampling.sampler, sampler(1.0).parent_based());
        assert_eq!(read(&[(SAMPLER, "ParentBased_Always_Off")]).sampling.sampler, sampler(0.0).parent_based());
        assert_eq!(
            read(&[(SAMPLER, "parentbased_traceidratio"), own]).sampling.sampler,
            sampler(argument).parent_based()
        );
    }

    #[test]
    fn a_sampler_that_is_not_built_says_so() {
        for name in NOT_BUILT {
            let (settings, warning) = warning(&[(SAMPLER, name), (ARGUMENT, "endpoint=http://localhost:14250")]);
            assert!(
                warning.starts_with(&format!("OTEL_TRACES_SAMPLER=`{name}` is not supported; accepted: always_on, "))
            );
            assert!(warning.ends_with("parentbased_traceidratio; using parentbased_always_on"), "{warning}");
            assert_eq!(settings, read(&[]));
        }
    }

    #[test]
    fn a_sampler_that_nobody_knows_is_refused() {
        let (settings, warning) = warning(&[(SAMPLER, "sometimes")]);
        assert!(warning.contains("not understood; accepted: always_on, always_off, traceidratio, "), "{warning}");
        assert_eq!(settings, read(&[]));
        let (settings, warnings) = read_in(true, &[(SAMPLER, "sometimes")]);
        assert!(warnings[0].ends_with("using parentbased_traceidratio with 0.1"), "{warnings:?}");
        assert_eq!(settings, read_in(true, &[]).0);
    }

    #[test]
    fn a_ratio_that_is_none_is_refused() {
        for value in ["1.5", "-0.1", "10%", "nan", "0,1"] {
            let (settings, warning) = warning(&[(SAMPLER, "traceidratio"), (ARGUMENT, value)]);
            assert!(warning.starts_with(&format!("OTEL_TRACES_SAMPLER_ARG=`{value}` ")), "{warning}");
            assert!(warning.ends_with("a number from 0 to 1, such as `0.25`; using 1"), "{warning}");
            assert_eq!(settings.sampling.sampler, sampler(1.0));
        }
    }

    #[test]
    fn an_argument_without_use_is_named() {
        assert!(warning(&[(ARGUMENT, "0.5")]).1.contains("not used: it needs a sampler"));
        let unused = warning(&[(SAMPLER, "always_on"), (ARGUMENT, "0.5")]);
        assert!(unused.1.contains("not used: only traceidratio"), "{}", unused.1);
        assert_eq!(unused.0.sampling.sampler, sampler(1.0));
    }

    #[test]
    fn an_argument_in_code_belongs_to_the_sampler_in_code() {
        let mut variables: super::super::Variables = [(SAMPLER, "traceidratio")].iter().collect();
        variables.set(SAMPLER, "parentbased_traceidratio");
        variables.set(ARGUMENT, "0.5");
        let mut reader = Reader::new(&variables);
        assert_eq!(SamplingSettings::read(&mut reader, false).sampling.sampler, sampler(1.0));
        assert_eq!(reader.into_warnings(), [""; 0]);
    }

    #[test]
    fn a_sampler_that_is_off_keeps_no_failed_traces_unless_that_is_asked_for() {
        for name in ["always_off", "parentbased_always_off"] {
            assert_eq!(read(&[(SAMPLER, name)]).sampling.keep, Keep::None);
            assert_eq!(read(&[(SAMPLER, name), ("OBSERVE_TRACES_KEEP", "trace")]).sampling.keep, Keep::Trace);
        }
        let only_failed = read(&[(SAMPLER, "traceidratio"), (ARGUMENT, "0")]);
        assert_eq!((only_failed.sampling.sampler, only_failed.sampling.keep), (sampler(0.0), Keep::Trace));
    }

    #[test]
    fn what_is_kept_beside_can_be_chosen() {
        let settings =
            read(&[("OBSERVE_TRACES_KEEP", "path"), ("OBSERVE_TRACES_SLOW", "750ms"), ("OBSERVE_TRACES_BUFFER", "50")]);
        assert_eq!((settings.sampling.keep, settings.sampling.slow), (Keep::Path, Some(Duration::from_millis(750))));
        assert_eq!(settings.buffer, 50);
        assert_eq!(read(&[("OBSERVE_TRACES_SLOW", "Off")]).sampling.slow, None);
    }

    #[test]
    fn what_is_not_understood_names_what_is_accepted() {
        for (name, value, accepted) in [
            ("OBSERVE_TRACES_KEEP", "errors", "trace, path, none; using trace"),
            ("OBSERVE_TRACES_SLOW", "2", "such as `3s` or `500ms`, or `off`; using 2s"),
            ("OBSERVE_TRACES_BUFFER", "0", "a whole number above zero; using 1000"),
        ] {
            let (settings, warning) = warning(&[(name, value)]);
            assert!(warning.starts_with(name) && warning.ends_with(accepted), "{warning}");
            assert_eq!(settings, read(&[]));
        }
    }
}
