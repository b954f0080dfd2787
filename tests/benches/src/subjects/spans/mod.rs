//! Traced calls: `fn work(id: u64, kind: &str) -> Result<u64, Rejected>`, annotated for each library
//! ([`annotated`]), and called in the same ways ([`shape`]).

mod annotated;
mod bare;
mod fastrace;
mod instrument;
mod ours;
mod sdk;
mod shape;

use self::fastrace::Fastrace;
use super::{metrics, telemetry};
use crate::subject::{Entry, Make, Section, Share};
use annotated::{Annotated as _, fields, pending, plain, polls, ready};
use bare::Bare;
use instrument::Instrument;
use ours::Ours;
use sdk::Sdk;
use shape::{alone, eleven, failing, tree, two_threads};

pub use annotated::FURTHER_POLLS;
pub use shape::TREE;

const fn entry(name: &'static str, what: &'static str, make: Make) -> Entry {
    Entry::new(Section::Spans, name, what, make)
}

/// Variables of a subject.
type Variables = &'static [(&'static str, &'static str)];

const RATIO: (&str, &str) = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");

/// No trace is sampled; what ours keeps of them is left to its default, which is errors.
const NONE_SAMPLED: Variables = &[RATIO, ("OTEL_TRACES_SAMPLER_ARG", "0")];

/// No trace is sampled, and nothing is kept for what it may turn out to be.
const NONE_KEPT: Variables = &[RATIO, ("OTEL_TRACES_SAMPLER_ARG", "0"), ("OBSERVE_TRACES_KEEP", "none")];

/// One trace in ten is sampled, and nothing else is kept.
const TENTH_KEPT: Variables = &[RATIO, ("OTEL_TRACES_SAMPLER_ARG", "0.1"), ("OBSERVE_TRACES_KEEP", "none")];

/// A call of ours with so many inside, all with fields, and something else before it ends.
pub(super) fn tree_of_ours(children: u64, at_the_end: &dyn Fn()) {
    Ours::root(children + 1, |id| if id < children { fields::<Ours>(id) } else { at_the_end() });
}

/// The same for whoever listens to `#[instrument]`.
pub(super) fn tree_of_instrument(children: u64, at_the_end: &dyn Fn()) {
    Instrument::root(children + 1, |id| if id < children { fields::<Instrument>(id) } else { at_the_end() });
}

/// The table.
pub const ENTRIES: &[Entry] = &[
    // Nothing but the work, and the clock.
    entry("bare", "bare function", || alone(None, plain::<Bare>)),
    entry("bare-async", "bare async function, ready at once", || alone(None, ready::<Bare>)),
    entry("bare-pending", "the same, pending once", || alone(None, pending::<Bare>)),
    entry("bare-polls", "the same, pending 16 times", || alone(None, polls::<Bare>)),
    entry("clock", "bare, and Instant::now twice", bare::instants),
    #[cfg(target_arch = "x86_64")]
    entry("clock-raw", "bare, and RDTSC twice", bare::ticks),
    // Nothing installed.
    entry("off-plain", "ours #[traced], no fields, nothing installed", || alone(None, plain::<Ours>))
        .against(&["tracing-off-plain"]),
    entry("off", "the same, 2 fields", || alone(None, fields::<Ours>)).against(&["tracing-off"]),
    entry("off-async", "the same async", || alone(None, ready::<Ours>)).against(&["tracing-off-async"]),
    entry("tracing-off-plain", "#[instrument], no fields, nothing installed", || alone(None, plain::<Instrument>)),
    entry("tracing-off", "the same, 2 fields", || alone(None, fields::<Instrument>)),
    entry("tracing-off-async", "the same async", || alone(None, ready::<Instrument>)),
    // Ours.
    entry("plain", "ours #[traced], no fields, OTLP to a sink", || tree::<Ours>(telemetry::observe()?, plain::<Ours>))
        .against(&["fastrace-plain", "tracing-otel-plain", "otel-plain"]),
    entry("fields", "ours #[traced], 2 typed fields, OTLP to a sink", || {
        tree::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .against(&["fastrace-fields", "tracing-otel-fields", "otel-fields"]),
    entry("text", "ours #[traced], a number and a borrowed text", || tree::<Ours>(telemetry::observe()?, ours::text))
        .against(&["fastrace-fields", "tracing-otel-fields", "otel-fields"]),
    entry("tree", "ours, a whole tree of 11, 2 typed fields", || eleven::<Ours>(telemetry::observe()?, fields::<Ours>))
        .against(&["fastrace-tree", "tracing-otel-tree", "otel-tree"]),
    entry("async", "ours #[traced] async, 2 typed fields", || tree::<Ours>(telemetry::observe()?, ready::<Ours>))
        .against(&["fastrace-async", "tracing-otel-async", "otel-async"]),
    entry("pending", "the same, pending once", || tree::<Ours>(telemetry::observe()?, pending::<Ours>)).against(&[
        "fastrace-pending",
        "tracing-otel-pending",
        "otel-pending",
    ]),
    entry("polls", "the same, pending 16 times", || tree::<Ours>(telemetry::observe()?, polls::<Ours>)),
    entry("2-threads", "ours, 2 typed fields, another thread does the same", || {
        two_threads::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .against(&["fastrace-2-threads", "tracing-otel-2-threads", "otel-2-threads"]),
    entry("traced-metered", "ours #[traced] + #[metered], 2 fields, 2 labels", || {
        metrics::counted_both(tree::<Ours>(telemetry::observe()?, metrics::traced_metered))
    }),
    entry("traced-metered-off", "the same, nothing installed", || {
        metrics::counted_both(alone(None, metrics::traced_metered))
    }),
    // Ours, where not all is sampled.
    entry("unsampled-child", "ours, 2 typed fields, below an unsampled root", || {
        tree::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .against(&["tracing-otel-0", "fastrace-no-parent"])
    .with(NONE_KEPT)
    .exporting(Share::Nothing),
    entry("unsampled-root", "ours, 2 typed fields, a root decided unsampled", || {
        alone(telemetry::observe()?, fields::<Ours>)
    })
    .with(NONE_KEPT)
    .exporting(Share::Nothing),
    entry("unsampled-kept", "ours, below an unsampled root, errors would be kept", || {
        tree::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .with(NONE_SAMPLED)
    .exporting(Share::Nothing),
    entry("unsampled-errors", "the same, 1 tree in 16 has an error and is kept", || {
        failing::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .with(NONE_SAMPLED),
    entry("sampled-10", "ours, 2 typed fields, 10 % of the roots sampled", || {
        tree::<Ours>(telemetry::observe()?, fields::<Ours>)
    })
    .against(&["tracing-otel-10"])
    .with(TENTH_KEPT)
    .exporting(Share::About(0.1)),
    // `#[instrument]` through ours.
    entry("instrument-plain", "#[instrument], no fields, our subscriber", || {
        tree::<Instrument>(telemetry::observe()?, plain::<Instrument>)
    })
    .against(&["tracing-otel-plain"]),
    entry("instrument", "#[instrument], 2 fields, our subscriber", || {
        tree::<Instrument>(telemetry::observe()?, fields::<Instrument>)
    })
    .against(&["tracing-otel-fields"]),
    entry("instrument-async", "#[instrument] async, 2 fields, our subscriber", || {
        tree::<Instrument>(telemetry::observe()?, ready::<Instrument>)
    })
    .against(&["tracing-otel-async"]),
    #[cfg(feature = "layer")]
    entry("layer", "#[instrument], 2 fields, our layer on Registry", || {
        tree::<Instrument>(telemetry::observe_layer()?, fields::<Instrument>)
    })
    .against(&["tracing-otel-fields"]),
    // Registry, which every subscriber made of layers stands on.
    entry("registry-plain", "#[instrument], no fields, Registry only (exports nothing)", || {
        tree::<Instrument>(telemetry::registry()?, plain::<Instrument>)
    }),
    entry("registry", "the same, 2 fields", || tree::<Instrument>(telemetry::registry()?, fields::<Instrument>)),
    entry("registry-tree", "the same, a whole tree of 11", || {
        eleven::<Instrument>(telemetry::registry()?, fields::<Instrument>)
    }),
    entry("registry-async", "the same async", || tree::<Instrument>(telemetry::registry()?, ready::<Instrument>)),
    entry("registry-pending", "the same, pending once", || {
        tree::<Instrument>(telemetry::registry()?, pending::<Instrument>)
    }),
    entry("registry-2-threads", "the same, not async, on two threads", || {
        two_threads::<Instrument>(telemetry::registry()?, fields::<Instrument>)
    }),
    // tracing-opentelemetry.
    entry("tracing-otel-plain", "tracing-opentelemetry, no fields", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, plain::<Instrument>)
    }),
    entry("tracing-otel-fields", "tracing-opentelemetry, 2 fields", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, fields::<Instrument>)
    }),
    entry("tracing-otel-plain-http", "the same, no fields, its OTLP exporter to a sink", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry_http()?, plain::<Instrument>)
    }),
    entry("tracing-otel-fields-http", "the same, 2 fields, its OTLP exporter to a sink", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry_http()?, fields::<Instrument>)
    }),
    entry("tracing-otel-10", "tracing-opentelemetry, 2 fields, 10 % of the roots sampled", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, fields::<Instrument>)
    })
    .with(TENTH_KEPT)
    .exporting(Share::About(0.1)),
    entry("tracing-otel-0", "the same, nothing sampled", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, fields::<Instrument>)
    })
    .with(NONE_KEPT)
    .exporting(Share::Nothing),
    entry("tracing-otel-tree", "tracing-opentelemetry, a whole tree of 11, 2 fields", || {
        eleven::<Instrument>(telemetry::tracing_opentelemetry()?, fields::<Instrument>)
    }),
    entry("tracing-otel-async", "tracing-opentelemetry async, 2 fields", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, ready::<Instrument>)
    }),
    entry("tracing-otel-pending", "the same, pending once", || {
        tree::<Instrument>(telemetry::tracing_opentelemetry()?, pending::<Instrument>)
    }),
    entry("tracing-otel-2-threads", "the same, not async, on two threads", || {
        two_threads::<Instrument>(telemetry::tracing_opentelemetry()?, fields::<Instrument>)
    }),
    // fastrace.
    entry("fastrace-plain", "fastrace #[trace], no properties", || {
        tree::<Fastrace>(telemetry::fastrace(), plain::<Fastrace>)
    }),
    entry("fastrace-fields", "fastrace #[trace], 2 properties", || {
        tree::<Fastrace>(telemetry::fastrace(), fields::<Fastrace>)
    }),
    entry("fastrace-no-parent", "the same, no local parent", || alone(telemetry::fastrace(), fields::<Fastrace>))
        .exporting(Share::Nothing),
    entry("fastrace-tree", "fastrace, a whole tree of 11, 2 properties", || {
        eleven::<Fastrace>(telemetry::fastrace(), fields::<Fastrace>)
    }),
    entry("fastrace-async", "fastrace #[trace] async, 2 properties", || {
        tree::<Fastrace>(telemetry::fastrace(), ready::<Fastrace>)
    }),
    entry("fastrace-pending", "the same, pending once", || {
        tree::<Fastrace>(telemetry::fastrace(), pending::<Fastrace>)
    }),
    entry("fastrace-2-threads", "the same, not async, on two threads", || {
        two_threads::<Fastrace>(telemetry::fastrace(), fields::<Fastrace>)
    }),
    // The OpenTelemetry SDK without tracing.
    entry("otel-plain", "opentelemetry_sdk, no attributes", || tree::<Sdk>(telemetry::opentelemetry(), plain::<Sdk>)),
    entry("otel-fields", "opentelemetry_sdk, 2 attributes", || tree::<Sdk>(telemetry::opentelemetry(), fields::<Sdk>)),
    entry("otel-tree", "the same, a whole tree of 11", || eleven::<Sdk>(telemetry::opentelemetry(), fields::<Sdk>)),
    entry("otel-async", "the same async", || tree::<Sdk>(telemetry::opentelemetry(), ready::<Sdk>)),
    entry("otel-pending", "the same, pending once", || tree::<Sdk>(telemetry::opentelemetry(), pending::<Sdk>)),
    entry("otel-2-threads", "the same, not async, on two threads", || {
        two_threads::<Sdk>(telemetry::opentelemetry(), fields::<Sdk>)
    }),
];
