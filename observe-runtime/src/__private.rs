//! What generated code names. Not part of the public interface: any of it may change in a patch.

pub use crate::call::{Call, InlineCall, event, in_call, in_stream, once, outcome, returned, unchecked};
#[cfg(feature = "health")]
pub use crate::health::{self, declared::Declared as DeclaredCheck};
/// Records in the binary.
pub mod catalogue {
    pub use crate::catalogue::{Before, Record, count, leave, record};
    pub use observe_rules::catalogue::{Domain, Kind, Reference, checksum, literal_bytes, literal_len};
}
#[cfg(feature = "tokio")]
pub use crate::main_function::run_async;
pub use crate::main_function::{Flavor, run};
pub use crate::metric::calls;
pub use crate::metric::label::{self, Label, LabelInfo};
pub use crate::metric::ladder::{self, Ladder};
pub use crate::metric::{
    Calls, Counter, CounterCore, CounterValue, Gauge, GaugeCore, Histogram, HistogramCore, Info, InfoCore,
    MetricDefinition, Summary, SummaryCore, factors,
};
pub use crate::metric::{Choice, DeclaredMetric, Meter, MeterCall, MeterDefinition, Objective};
pub use crate::operation::preset;
pub use crate::redact::serialize::{self as view, serialize_raw};
pub use crate::redact::{Redacted, SensitiveText, form, refuse_mask, refuse_mask_cow};
pub use crate::span::{
    Code, Declaration, Fields, OWN_FIELDS, Record, Site, SpanKind, Value, field, label_value, somebody,
};
pub use crate::span::{IntoLinks, IntoParent, Opening, Parent};
#[cfg(feature = "health")]
pub use inventory::submit;
#[cfg(feature = "macros")]
pub use observe_macros::__workspace_names as workspace_names;
pub use observe_rules::{bucket, cardinality, objective, quantile, span as span_rules};
pub use serde_core::ser::{
    SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};
pub use serde_core::{Deserialize, Serialize, Serializer};
pub use tracing::Level;

/// Without the macros nobody reads the policy of a workspace.
#[cfg(not(feature = "macros"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __no_workspace_names {
    ($krate:path) => {
        (&[], &[])
    };
}

#[cfg(not(feature = "macros"))]
pub use __no_workspace_names as workspace_names;

/// Without the feature there is no runtime to start.
#[cfg(not(feature = "tokio"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __no_run_async {
    ($($anything:tt)*) => {
        ::core::compile_error!(
            "an `async fn main` under `#[observe::main]` needs a runtime: `cargo add observe-runtime --features tokio`"
        )
    };
}

/// Starts a runtime of tokio and runs `main` on it.
#[cfg(feature = "tokio")]
#[doc(hidden)]
#[macro_export]
macro_rules! __run_async {
    ($init:expr, $flavor:expr, $workers:expr, $main:expr $(,)?) => {
        $crate::__private::run_async($init, $flavor, $workers, $main)
    };
}

#[cfg(not(feature = "tokio"))]
pub use __no_run_async as start_async;
#[cfg(feature = "tokio")]
pub use __run_async as start_async;
