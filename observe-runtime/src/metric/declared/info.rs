//! Facts that stay as they are while the program runs.

use super::{First, MetricDefinition};
use crate::metric::declarations::DeclaredMetric;
use crate::metric::label::{Interners, LabelInfo};
use crate::metric::model::{Descriptor, Encoder, FamilyType, Labels, Number, Series, Source};
use crate::metric::registry::Declared;
use crate::metric::table::Table;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The longest value that is shown, in bytes.
const MAX_VALUE: usize = observe_rules::label::MAX_VALUE;

/// Facts that stay as they are while the program runs, such as its version: one series, whose labels
/// are the facts and whose value is 1.
///
/// Declared with [`#[metric]`](crate::metric), which names the labels and puts their number in place
/// of `N`. Nothing is shown until the facts are set. They are texts known only at run time, so no
/// rule has looked at them: they are no place for personal data.
///
/// ```
/// use observe::{Info, metric};
///
/// /// What this program was built from.
/// #[metric(labels(version, commit))]
/// static BUILD_INFO: Info;
///
/// BUILD_INFO.set(["1.2.0", "abc"]);
/// assert!(observe::exposition().contains("build_info{version=\"1.2.0\",commit=\"abc\"} 1\n"));
/// ```
pub struct Info<const N: usize = 0> {
    core: &'static InfoCore,
}

/// The part of an info that doesn't know how many facts there are.
#[doc(hidden)]
pub struct InfoCore {
    definition: MetricDefinition,
    names: &'static [&'static str],
    values: Mutex<Option<Box<[String]>>>,
    first: First<Self>,
    /// Without values: facts are no labels of a type.
    interners: Interners,
}

impl<const N: usize> Info<N> {
    /// The info in front of its facts; the names say how many there are.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(core: &'static InfoCore, _names: &'static [&'static str; N]) -> Self {
        Self { core }
    }

    /// Sets all facts, in the order of their names, in place of those that were set before.
    ///
    /// Of a text over 1,024 bytes, the first are kept.
    pub fn set(&self, values: [&str; N]) {
        let values = values.map(|value| value[..value.floor_char_boundary(MAX_VALUE)].to_owned());
        *self.core.first.of(self.core).values() = Some(Box::new(values));
    }
}

impl InfoCore {
    /// An info that nobody has set, as the macro declares it.
    #[must_use]
    pub const fn new(definition: MetricDefinition, names: &'static [&'static str]) -> Self {
        Self { definition, names, values: Mutex::new(None), first: First::new(), interners: Interners::new() }
    }

    /// What puts it into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn values(&self) -> MutexGuard<'_, Option<Box<[String]>>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each name with its value.
struct Facts<'a>(&'a [&'static str], &'a [String]);

impl Labels for Facts<'_> {
    fn each(&self, see: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self.0.iter().zip(self.1) {
            see(name, value);
        }
    }
}

impl Source for InfoCore {
    fn families(&self) -> Vec<Descriptor> {
        vec![self.definition.descriptor(FamilyType::Info)]
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        if let Some(values) = &*self.values() {
            // No index: another call of `set` gives other labels.
            encoder.number(Series { index: None, labels: &Facts(self.names, values) }, Number::Unsigned(1));
        }
    }
}

impl Declared for InfoCore {
    fn table(&self) -> Option<&Table> {
        None
    }

    fn labels(&self) -> (&'static [LabelInfo], &Interners) {
        (self.definition.labels, &self.interners)
    }

    fn place(&self) -> (&'static str, u32) {
        self.definition.place()
    }

    fn signature(&self) -> String {
        self.definition.signature("info", self.names)
    }

    fn bytes(&self) -> usize {
        self.values().iter().flatten().map(String::capacity).sum()
    }
}

impl<const N: usize> fmt::Debug for Info<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Info({})", self.core.definition.name)
    }
}

impl fmt::Debug for InfoCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}
