//! All metrics of the process.
//!
//! Declared metrics are known from the start: each declaration puts a reference into a list that the
//! linker gathers, so that the first scrape describes every family, also those nobody has counted.

use super::declarations;
use super::label::{Interners, LabelInfo};
use super::model::{Descriptor, Encoder, Source};
use super::table::{Cells, Table, block_bytes};
use crate::clock;
use crate::families;
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

/// The module of metrics that observe has itself, such as those of operations. What the program declares
/// under one of their names takes its place, family by family.
pub(crate) const BUILT_IN: &str = "observe::operation";

/// A metric that an attribute declares.
pub(crate) trait Declared: Source + Any {
    /// Its numbers, which it shares with equal declarations.
    fn table(&self) -> Option<&Table>;

    /// Its labels, and those of their values that are known only at run time.
    fn labels(&self) -> (&'static [LabelInfo], &Interners);

    /// The module and the line of the declaration.
    fn place(&self) -> (&'static str, u32);

    /// All that two equal declarations have in common.
    fn signature(&self) -> String;

    /// What it takes beside the threads' blocks, in bytes.
    fn bytes(&self) -> usize;

    /// Whether it gives way to what the program declares.
    fn is_built_in(&self) -> bool {
        self.place().0 == BUILT_IN
    }
}

/// The metrics of one process.
#[derive(Default)]
pub(crate) struct Registry {
    inner: Mutex<Inner>,
    namespace: OnceLock<String>,
    #[cfg(feature = "prometheus")]
    merged: super::foreign::Merged,
}

#[derive(Default)]
struct Inner {
    sources: Vec<&'static dyn Source>,
    built_in: Vec<&'static dyn Source>,
    declared: Vec<&'static dyn Declared>,
    /// Declarations by the families that they expose.
    by_family: HashMap<String, &'static dyn Declared>,
    /// Pairs of places that use one name differently, and have not been reported yet.
    clashes: Vec<[(&'static str, u32); 2]>,
    /// Made by the first scrape after a change.
    catalogue: Option<Arc<Catalogue>>,
    generation: u64,
}

/// All families in the order of their names, as a scrape goes through them.
pub(crate) struct Catalogue {
    /// Another one has another number.
    generation: u64,
    sources: Vec<&'static dyn Source>,
    families: Vec<Family>,
}

struct Family {
    /// With the namespace.
    name: String,
    descriptor: Descriptor,
    source: usize,
    /// Its place among the families of the source.
    place: usize,
}

/// Shows families that are in no catalogue: those that come before this name, or all that are left.
type Between<'a> = dyn FnMut(Option<&str>, &mut dyn Encoder) + 'a;

/// What a scrape writes into, kept for the next one.
#[derive(Default)]
pub(crate) struct Reading {
    numbers: Vec<u64>,
    /// Where each source's numbers begin.
    starts: Vec<usize>,
}

impl Reading {
    /// Gives back what was taken in advance while it grew: the next reading is as long.
    pub(crate) fn shrink(&mut self) {
        self.numbers.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// What it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.numbers.capacity() * size_of::<u64>() + self.starts.capacity() * size_of::<usize>()
    }
}

/// The registry of this process.
pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
        let registry = Registry::default();
        families::mark(families::OWN);
        registry.add(&super::process::SelfObservation);
        #[cfg(feature = "metrics-endpoint")]
        {
            families::mark(families::METRICS_ENDPOINT);
            registry.add(&super::process::RefusedRequests);
        }
        // In the order of their places, so that of two that clash it is always the same that is shown.
        let mut declarations: Vec<_> = declarations::all().iter().map(|declaration| declaration.0).collect();
        declarations.sort_by_key(|metric| metric.place());
        for metric in declarations {
            registry.lock().declare(metric);
        }
        registry
    });
    &REGISTRY
}

impl Registry {
    /// Adds a source for the rest of the process.
    pub(crate) fn add(&self, source: &'static dyn Source) {
        let mut inner = self.lock();
        inner.sources.push(source);
        inner.catalogue = None;
    }

    /// Makes a declaration known before anybody counts.
    #[allow(dead_code, reason = "for clients, which are features")]
    pub(crate) fn announce(&self, metric: &'static dyn Declared) {
        self.lock().declare(metric);
    }

    /// Puts a word and an underscore before every name; only the first call counts.
    pub(crate) fn set_namespace(&self, namespace: &str) {
        let _ = self.namespace.set(namespace.to_owned());
        self.lock().catalogue = None;
    }

    /// The word before every name; empty where there is none.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.get().map_or("", String::as_str)
    }

    /// The cells of a declaration that has none yet: those of an equal one, or new ones.
    pub(crate) fn place(&self, metric: &'static dyn Declared, table: &Table) -> &'static Cells {
        let first = self.lock().declare(metric);
        match first.and_then(|first| first.table()) {
            Some(first) if !std::ptr::eq(first, table) => first.cells_or_new(),
            _ => table.new_cells(),
        }
    }

    /// The first of the declarations that are equal to this one; itself where it is that, or clashes.
    pub(crate) fn first_of<M: Declared>(&self, metric: &'static M) -> &'static M {
        let first: Option<&'static dyn Any> = self.lock().declare(metric).map(|first| first as _);
        first.and_then(|first| first.downcast_ref()).unwrap_or(metric)
    }

    /// Says once which declarations clash, in one line each.
    ///
    /// Not said where a clash is found: whoever writes the line may be metered too.
    pub(crate) fn report_clashes(&self) {
        let clashes = std::mem::take(&mut self.lock().clashes);
        for [(first, first_line), (second, second_line)] in clashes {
            tracing::error!(
                target: "observe",
                first = format!("{first}:{first_line}"),
                second = format!("{second}:{second_line}"),
                "OBS0305: a metric is declared twice, and differently; the second is not exposed: rename it",
            );
        }
    }

    /// Tells the encoder of every family, out of one reading of all numbers, and of the families of
    /// merged registries.
    pub(crate) fn encode(&self, reading: &mut Reading, encoder: &mut dyn Encoder) {
        self.report_clashes();
        // Over a longer time than before, so that the calls to come are measured better.
        clock::measure();
        // Held by nobody: a user's function that a source calls may scrape too.
        let catalogue = self.catalogue();
        #[cfg(feature = "prometheus")]
        catalogue.encode(reading, encoder, &mut self.merged.gather(|| catalogue.names()).between());
        #[cfg(not(feature = "prometheus"))]
        catalogue.encode(reading, encoder, &mut |_, _| {});
    }

    /// The same without merged registries.
    #[cfg(feature = "prometheus")]
    pub(crate) fn encode_own(&self, reading: &mut Reading, encoder: &mut dyn Encoder) {
        self.report_clashes();
        self.catalogue().encode(reading, encoder, &mut |_, _| {});
    }

    /// Shows another library's metrics beside ours, for the rest of the process.
    #[cfg(feature = "prometheus")]
    pub(crate) fn merge(&self, registry: &'static dyn super::foreign::Foreign) {
        self.merged.add(registry);
    }

    /// The full name and the descriptor of every family that is known by now.
    #[cfg(feature = "prometheus")]
    pub(crate) fn descriptors(&self) -> Vec<(String, Descriptor)> {
        let catalogue = self.catalogue();
        catalogue.families.iter().map(|family| (family.name.clone(), family.descriptor.clone())).collect()
    }

    /// Has every declared metric ask whether it counts, see [`Table::close`].
    pub(crate) fn close(&self) {
        for metric in &self.lock().declared {
            if let Some(table) = metric.table() {
                table.close();
            }
        }
    }

    /// What declared metrics take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        // One after the other: not to hold the lock while one is asked, and not to copy the list.
        let declared = (0..).map_while(|at| self.lock().declared.get(at).copied());
        declared.map(|metric| metric.bytes() + metric.labels().1.bytes()).sum::<usize>() + block_bytes()
    }

    /// Shows how often each capped label was full: the metric's first family, the label, the number. Of our own metrics,
    /// which a program did not ask for, only those that were.
    pub(crate) fn overflows(&self, mut show: impl FnMut(&str, &str, u64)) {
        let namespace = self.namespace();
        let is_capped = |metric: &&dyn Declared| metric.labels().0.iter().any(LabelInfo::is_capped);
        let capped: Vec<_> = {
            let Inner { declared, sources, by_family, .. } = &*self.lock();
            let is_shown = |metric: &&dyn Declared| {
                let takes_part = || sources.iter().any(|source| std::ptr::addr_eq(*source, *metric));
                let gives_way = || metric.families().iter().any(|family| by_family.contains_key(&family.key()));
                if metric.is_built_in() { !gives_way() } else { takes_part() }
            };
            declared.iter().copied().filter(is_capped).filter(is_shown).collect()
        };
        // The lock is free: what a source says about itself may be a user's code.
        for metric in capped {
            let Some(family) = metric.families().first().map(|family| family.full_name(namespace)) else { continue };
            let (labels, interners) = metric.labels();
            for (place, label) in labels.iter().enumerate().filter(|(_, label)| label.is_capped()) {
                let count = interners.overflow(place);
                if count > 0 || !metric.is_built_in() {
                    show(&family, label.name, count);
                }
            }
        }
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        let namespace = self.namespace();
        let mut inner = self.lock();
        if let Some(catalogue) = &inner.catalogue {
            return Arc::clone(catalogue);
        }
        inner.generation += 1;
        let catalogue = Arc::new(Catalogue::new(inner.generation, &inner.sources, &inner.built_in, namespace));
        inner.catalogue = Some(Arc::clone(&catalogue));
        catalogue
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Makes a declaration known, and returns the first of those that are equal to it.
    ///
    /// A different one under the same name still counts, but is not exposed: two meanings under one
    /// name would be worse.
    fn declare(&mut self, metric: &'static dyn Declared) -> Option<&'static dyn Declared> {
        let is_known = self.declared.iter().any(|known| std::ptr::addr_eq(*known, metric));
        if metric.is_built_in() {
            if !is_known {
                self.declared.push(metric);
                self.built_in.push(metric);
                self.catalogue = None;
            }
            return Some(metric);
        }
        let keys: Vec<String> = metric.families().iter().map(Descriptor::key).collect();
        let first = keys.iter().find_map(|key| self.by_family.get(key)).copied();
        let Some(first) = first else {
            self.by_family.extend(keys.into_iter().map(|key| (key, metric)));
            self.declared.push(metric);
            self.sources.push(metric);
            self.catalogue = None;
            return Some(metric);
        };
        if std::ptr::addr_eq(first, metric) {
            return Some(first);
        }
        // Numbers that are shared belong to the same values, also to those known only at run time.
        if first.signature() == metric.signature() && metric.labels().1.share(first.labels().1) {
            return Some(first);
        }
        if !is_known {
            self.declared.push(metric);
            self.clashes.push([first.place(), metric.place()]);
        }
        None
    }
}

impl Catalogue {
    /// A built-in source shows the families whose names nobody else has.
    fn new(generation: u64, own: &[&'static dyn Source], built_in: &[&'static dyn Source], namespace: &str) -> Self {
        let mut families: Vec<Family> = Vec::new();
        let mut taken: HashSet<String> = HashSet::new();
        let sources: Vec<_> = own.iter().chain(built_in).copied().collect();
        for (source, shown) in sources.iter().enumerate() {
            for (place, descriptor) in shown.families().into_iter().enumerate() {
                let is_new = taken.insert(descriptor.key());
                if source >= own.len() && !is_new {
                    continue;
                }
                let name = descriptor.full_name(namespace);
                families.push(Family { name, descriptor, source, place });
            }
        }
        // Stable, so that of two with one name the one that came first stays.
        families.sort_by(|a, b| a.name.cmp(&b.name));
        families.dedup_by(|later, earlier| later.name == earlier.name);
        Self { generation, sources, families }
    }

    /// Tells the encoder of all families.
    fn encode(&self, reading: &mut Reading, encoder: &mut dyn Encoder, between: &mut Between<'_>) {
        reading.numbers.clear();
        reading.starts.clear();
        for source in &self.sources {
            reading.starts.push(reading.numbers.len());
            source.read(&mut reading.numbers);
        }
        encoder.begin(self.generation);
        for (id, family) in self.families.iter().enumerate() {
            between(Some(&family.name), encoder);
            encoder.family(Some(id), &family.name, &family.descriptor);
            let numbers = &reading.numbers[reading.starts[family.source]..];
            self.sources[family.source].show(family.place, numbers, encoder);
        }
        between(None, encoder);
    }

    /// All names that the families take in an exposition.
    #[cfg(feature = "prometheus")]
    fn names(&self) -> HashSet<String> {
        let of = |family: &Family| super::foreign::names(&family.name, &family.descriptor);
        self.families.iter().flat_map(of).collect()
    }
}
