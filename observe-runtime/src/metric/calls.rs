//! Calls that several functions count together: a thin type with the labels as a parameter, in front
//! of a meter that no function has to itself.

use super::declarations::DeclaredMetric;
use super::declared::index;
use super::label::{Label, LabelInfo, LabelSet, is_same};
use super::meter::Meter;
use super::metered_call::MeterCall;
use crate::call::outcome::Outcome;
use observe_rules::label_set;
use std::fmt;
use std::marker::PhantomData;

/// Calls of several functions, counted together: finished calls by outcome, their durations, and how
/// many are under way.
///
/// Declared with [`#[metric]`](crate::metric). A function counts its calls here with
/// [`#[metered(into = …)]`](crate::metered), and what is no function with [`start`](Self::start).
///
/// ```
/// use observe::{Calls, Label, metered, metric};
///
/// #[derive(Label)]
/// enum Store { Vectors, Documents }
///
/// /// Queries to all stores.
/// #[metric(labels(store))]
/// static STORE_QUERY: Calls<Store>;
///
/// #[metered(into = STORE_QUERY, labels(store: Store = Store::Vectors))]
/// fn nearest() -> Result<usize, String> { Ok(1) }
///
/// nearest().unwrap();
/// STORE_QUERY.start(Store::Documents).finish_error();
///
/// let text = observe::exposition();
/// assert!(text.contains("store_query_total{store=\"vectors\",status=\"ok\"} 1\n"));
/// assert!(text.contains("store_query_total{store=\"documents\",status=\"error\"} 1\n"));
/// ```
pub struct Calls<L = ()> {
    meter: &'static Meter,
    /// Once more beside the meter's, because a constant can't look into that.
    labels: &'static [LabelInfo],
    kind: PhantomData<fn() -> L>,
}

/// A call that is under way, begun by [`Calls::start`].
///
/// It may end on another thread. One that is dropped counts as `panicked`: what ends well says so.
#[must_use = "a call that is dropped at once counts as one that panicked"]
pub struct StartedCall(MeterCall);

impl<L> Calls<L> {
    /// The calls in front of their numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(meter: &'static Meter, labels: &'static [LabelInfo]) -> Self {
        Self { meter, labels, kind: PhantomData }
    }

    /// Begins a call with these labels: counts it as under way, and takes the time.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "labels are made where they are counted")]
    pub fn start(&self, labels: L) -> StartedCall
    where
        L: LabelSet,
    {
        let mut call = self.call(&labels);
        call.begin();
        call.leave_thread();
        StartedCall(call)
    }

    /// What puts the calls into the list of all declared metrics.
    #[doc(hidden)]
    #[must_use]
    pub const fn declaration(&self) -> DeclaredMetric {
        DeclaredMetric(self.meter)
    }

    #[inline]
    fn call(&self, labels: &impl LabelSet) -> MeterCall {
        self.meter.call(index(labels, self.meter.interners()))
    }
}

impl StartedCall {
    /// Ends the call as `ok`.
    #[inline]
    pub fn finish_ok(mut self) {
        self.0.finish_once(Outcome::Ok);
    }

    /// Ends the call as `error`.
    #[inline]
    pub fn finish_error(mut self) {
        self.0.finish_once(Outcome::Error { error_type: "", message: None, label: 0 });
    }
}

impl StartedCall {
    /// Ends the call in any other way.
    #[allow(dead_code, reason = "for clients, which are features")]
    pub(crate) fn finish(mut self, outcome: Outcome<'_>) {
        self.0.finish_once(outcome);
    }

    /// The call as it is counted, for who ends it together with others.
    pub(crate) fn into_meter(self) -> MeterCall {
        self.0
    }
}

impl<L> fmt::Debug for Calls<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calls({})", self.meter.definition.name)
    }
}

impl fmt::Debug for StartedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StartedCall({:?})", self.0)
    }
}

/// Refuses a label that a function gives in the place of another one, which may be of the same type.
/// A label too many is refused by the types.
#[track_caller]
pub const fn assert_named<L>(calls: &Calls<L>, place: usize, name: &str) {
    if place < calls.labels.len() && !is_same(name, calls.labels[place].name) {
        label_set::refuse_other_name(name, calls.labels[place].name);
    }
}

/// The call of a function without labels, not yet begun, as those of the functions below: each takes
/// labels of the types that the calls have, and rustc underlines what is of another type.
#[inline]
pub fn call_0(calls: &Calls) -> MeterCall {
    calls.call(&())
}

/// The call of a function with one label, or with a set.
#[inline]
pub fn call_1<L: LabelSet>(calls: &Calls<L>, labels: &L) -> MeterCall {
    calls.call(labels)
}

macro_rules! tuples {
    ($($call:ident($($label:ident: $name:ident),+);)+) => {
        $(/// The call of a function with so many labels.
        #[inline]
        pub fn $call<$($name: Label),+>(calls: &Calls<($($name,)+)>, $($label: &$name),+) -> MeterCall {
            calls.call(&($($label,)+))
        })+
    };
}

tuples! {
    call_2(a: A, b: B);
    call_3(a: A, b: B, c: C);
    call_4(a: A, b: B, c: C, d: D);
    call_5(a: A, b: B, c: C, d: D, e: E);
    call_6(a: A, b: B, c: C, d: D, e: E, f: F);
}
