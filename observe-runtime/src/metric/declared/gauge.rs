//! Numbers that go up and down.
//!
//! A gauge is one number that all threads set, so that there is nothing to add up: a cell for each
//! combination of labels, shared.

use super::refused::{Refused, refuse};
use super::{First, MetricDefinition, index};
use crate::metric::ENABLED;
use crate::metric::declarations::DeclaredMetric;
use crate::metric::label::{Interners, LabelInfo, LabelSet};
use crate::metric::model::{Descriptor, Encoder, FamilyType, Number, Series, Source};
use crate::metric::registry::Declared;
use crate::metric::table::Table;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The bits of a cell that nobody has set: a NaN that no operation gives, and [`bits`] never does.
const NEVER: u64 = 0x7ff8_6f62_7365_7276;

/// In a reading: the function that was to say the value said none.
const NONE: u64 = NEVER + 1;

/// A number that goes up and down, for each combination of labels.
///
/// Declared with [`#[metric]`](crate::metric). With labels, [`with`](Self::with) gives the series.
/// A series is shown once it was set, or from the first scrape on with `init = all`, at zero. NaN
/// and the infinities can be set, and are shown as the formats write them.
///
/// A gauge says what is, so it follows its changes also while metrics are switched off; only
/// functions are not called then.
///
/// ```
/// use observe::{Gauge, metric};
///
/// fn pool_size() -> f64 { 12.0 }
///
/// /// Connections that are open.
/// #[metric(read = pool_size)]
/// static POOL_CONNECTIONS: Gauge;
///
/// /// Uploads that wait.
/// #[metric]
/// static UPLOAD_QUEUE_LENGTH: Gauge;
///
/// UPLOAD_QUEUE_LENGTH.inc();
/// UPLOAD_QUEUE_LENGTH.add(2.0);
/// UPLOAD_QUEUE_LENGTH.dec();
///
/// let text = observe::exposition();
/// assert!(text.contains("upload_queue_length 2\n"));
/// assert!(text.contains("pool_connections 12\n"));
/// ```
pub struct Gauge<L = ()> {
    core: &'static GaugeCore,
    kind: PhantomData<fn() -> L>,
}

/// One series of a [`Gauge`].
#[derive(Clone, Copy)]
pub struct GaugeSeries {
    core: &'static GaugeCore,
    combination: usize,
}

type Reader = Arc<dyn Fn() -> f64 + Send + Sync>;

/// The part of a gauge that knows no types: its declaration, and its numbers.
#[doc(hidden)]
pub struct GaugeCore {
    definition: MetricDefinition,
    combinations: usize,
    /// The floats as their bits.
    cells: OnceLock<Box<[AtomicU64]>>,
    /// What says the value of the only series.
    read: Option<fn() -> f64>,
    /// What says the values of series at run time; at most one of each.
    readers: Mutex<Vec<(usize, Reader)>>,
    interners: Interners,
    first: First<Self>,
}

impl<L> Gauge<L> {
    /// The gauge in front of its numbers.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(core: &'static GaugeCore) -> Self {
        Self { core, kind: PhantomData }
    }

    /// What puts it into the list of all declared metrics.
    #[doc(hidden)]
    #[must_use]
    pub const fn declaration(&self) -> DeclaredMetric {
        DeclaredMetric(self.core)
    }

    /// The series with these labels.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "labels are made where they are counted")]
    pub fn with(&self, labels: L) -> GaugeSeries
    where
        L: LabelSet,
    {
        let core = self.core.first.of(self.core);
        GaugeSeries { core, combination: index(&labels, &core.interners) }
    }
}

impl Gauge {
    /// Makes it this number.
    #[inline]
    pub fn set(&self, value: f64) {
        self.with(()).set(value);
    }

    /// Adds one; what nobody has set is zero.
    #[inline]
    pub fn inc(&self) {
        self.with(()).add(1.0);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(&self) {
        self.with(()).add(-1.0);
    }

    /// Adds so much.
    #[inline]
    pub fn add(&self, by: f64) {
        self.with(()).add(by);
    }

    /// Takes so much away.
    #[inline]
    pub fn sub(&self, by: f64) {
        self.with(()).add(-by);
    }

    /// Lets every scrape call a function for the number; see [`GaugeSeries::read_with`].
    ///
    /// ```
    /// use observe::{Gauge, metric};
    ///
    /// /// Jobs that wait.
    /// #[metric]
    /// static JOBS_WAITING: Gauge;
    ///
    /// let jobs = std::sync::Arc::new(std::sync::Mutex::new(vec!["one", "two"]));
    /// JOBS_WAITING.read_with(move || jobs.lock().map_or(f64::NAN, |jobs| jobs.len() as f64));
    /// assert!(observe::exposition().contains("jobs_waiting 2\n"));
    /// ```
    pub fn read_with(&self, read: impl Fn() -> f64 + Send + Sync + 'static) {
        self.with(()).read_with(read);
    }
}

impl GaugeSeries {
    /// Makes it this number.
    #[inline]
    pub fn set(self, value: f64) {
        if let Some(cell) = self.cell() {
            cell.store(bits(value), Relaxed);
        }
    }

    /// Adds one; what nobody has set is zero.
    #[inline]
    pub fn inc(self) {
        self.add(1.0);
    }

    /// Takes one away.
    #[inline]
    pub fn dec(self) {
        self.add(-1.0);
    }

    /// Adds so much.
    #[inline]
    pub fn add(self, by: f64) {
        if let Some(cell) = self.cell() {
            let add = |old| Some(bits(if old == NEVER { by } else { f64::from_bits(old) + by }));
            // Always `Ok`, because there always is a sum.
            let _ = cell.fetch_update(Relaxed, Relaxed, add);
        }
    }

    /// Takes so much away.
    #[inline]
    pub fn sub(self, by: f64) {
        self.add(-by);
    }

    /// Lets every scrape call a function for the number, in place of what was set, and of a function
    /// that was given before.
    ///
    /// It is called on the thread that scrapes, and should not wait. Where it panics, the series has
    /// no value in that scrape, and `observe_metrics_refused_total{reason="panicked"}` counts it. The
    /// same, as `recursive`, where it scrapes itself.
    pub fn read_with(self, read: impl Fn() -> f64 + Send + Sync + 'static) {
        if self.combination >= self.core.combinations {
            return;
        }
        let old = {
            let mut readers = self.core.readers();
            let at = readers.iter().position(|(combination, _)| *combination == self.combination);
            let old = at.map(|at| readers.swap_remove(at));
            readers.push((self.combination, Arc::new(read)));
            old
        };
        // Dropped outside of the lock: what it holds is the user's.
        drop(old);
    }

    /// None where a label's type has no values.
    #[inline]
    fn cell(self) -> Option<&'static AtomicU64> {
        self.core.cells().get(self.combination)
    }
}

/// Bits of a float, never those of a mark.
fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

impl GaugeCore {
    /// A gauge that nobody has set, as the macro declares it.
    #[must_use]
    pub const fn new(definition: MetricDefinition, read: Option<fn() -> f64>) -> Self {
        Self {
            combinations: definition.combinations(),
            definition,
            cells: OnceLock::new(),
            read,
            readers: Mutex::new(Vec::new()),
            interners: Interners::new(),
            first: First::new(),
        }
    }

    /// What puts it into the list of all declared metrics.
    #[must_use]
    pub const fn declaration(&'static self) -> DeclaredMetric {
        DeclaredMetric(self)
    }

    #[inline]
    fn cells(&self) -> &[AtomicU64] {
        self.cells.get_or_init(|| (0..self.combinations).map(|_| AtomicU64::new(NEVER)).collect())
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn readers(&self) -> MutexGuard<'_, Vec<(usize, Reader)>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for GaugeCore {
    fn families(&self) -> Vec<Descriptor> {
        vec![self.definition.descriptor(FamilyType::Gauge)]
    }

    fn read(&self, numbers: &mut Vec<u64>) {
        let start = numbers.len();
        match self.cells.get() {
            Some(cells) => numbers.extend(cells.iter().map(|cell| cell.load(Relaxed))),
            None => numbers.extend(std::iter::repeat_n(NEVER, self.combinations)),
        }
        // Called outside of the lock: a function may set another one.
        let readers = self.readers().clone();
        let declared = self.read.filter(|_| readers.iter().all(|(combination, _)| *combination != 0));
        if let (Some(read), Some(number)) = (declared, numbers.get_mut(start)) {
            *number = ask(&read);
        }
        for (combination, read) in readers {
            if let Some(number) = numbers.get_mut(start + combination) {
                *number = ask(&*read);
            }
        }
    }

    fn show(&self, _: usize, numbers: &[u64], encoder: &mut dyn Encoder) {
        for (combination, number) in numbers.iter().take(self.combinations).enumerate() {
            let value = match *number {
                NEVER if self.definition.shows_untouched(&self.interners, combination) => 0.0,
                NEVER | NONE => continue,
                bits => f64::from_bits(bits),
            };
            let labels = self.definition.labels_of(&self.interners, combination);
            encoder.number(Series { index: Some(combination), labels: &labels }, Number::Float(value));
        }
    }
}

/// What the function says, as bits.
fn ask(read: &(impl Fn() -> f64 + ?Sized)) -> u64 {
    thread_local! {
        static ASKING: Cell<bool> = const { Cell::new(false) };
    }
    if !ENABLED.load(Relaxed) {
        return NONE;
    }
    if ASKING.replace(true) {
        refuse(Refused::Recursive);
        return NONE;
    }
    let value = catch_unwind(AssertUnwindSafe(read));
    ASKING.set(false);
    match value {
        Ok(value) => bits(value),
        Err(_) => {
            refuse(Refused::Panicked);
            NONE
        }
    }
}

impl Declared for GaugeCore {
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
        self.definition.signature("gauge", ())
    }

    fn bytes(&self) -> usize {
        self.cells.get().map_or(0, |cells| size_of_val::<[AtomicU64]>(cells))
    }
}

impl<L> fmt::Debug for Gauge<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gauge({})", self.core.definition.name)
    }
}

impl fmt::Debug for GaugeSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GaugeSeries({}, {})", self.core.definition.name, self.combination)
    }
}

impl fmt::Debug for GaugeCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.definition.fmt(f)
    }
}
