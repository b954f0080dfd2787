//! Families of other libraries' registries, known only when they are read.

use super::model::{Descriptor, Encoder, FamilyType, Number, Series, Source};
use crate::count::Count;
use observe_rules::families;
use observe_rules::metric::{Kind, exposed_names};
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// A registry of another library.
pub(crate) trait Foreign: Send + Sync {
    /// Reads all its families.
    fn gather(&self) -> Vec<ForeignFamily>;
}

/// One of its families, as it was read: nothing of the other library is called to show it.
pub(crate) struct ForeignFamily {
    /// All of it: no namespace goes before it.
    pub(crate) name: String,
    pub(crate) descriptor: Descriptor,
    /// Shows the series; an error says why they can't be shown.
    pub(crate) content: Result<Show, String>,
}

/// Tells an encoder of series.
pub(crate) type Show = Box<dyn Fn(&mut dyn Encoder)>;

/// The registries that were merged into ours.
#[derive(Default)]
pub(super) struct Merged {
    registries: Mutex<Vec<&'static dyn Foreign>>,
    /// What was said already: a family's name, or that a registry panics.
    said: Mutex<HashSet<String>>,
}

thread_local! {
    static GATHERING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is reading merged registries: what one of them asks of us then is about us alone.
pub(crate) fn is_gathering() -> bool {
    GATHERING.get()
}

/// Marks the thread while it lives.
struct Gathering;

impl Gathering {
    /// `None` where the thread is marked.
    fn begin() -> Option<Self> {
        // Only the first makes a mark, and so only the first takes it away.
        (!GATHERING.replace(true)).then(|| Self)
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        GATHERING.set(false);
    }
}

/// Families that were left out, by reason.
static REFUSED: Count = Count::new();
static PANICS: Count = Count::new();

impl Merged {
    pub(super) fn add(&self, registry: &'static dyn Foreign) {
        self.registries.lock().unwrap_or_else(PoisonError::into_inner).push(registry);
    }

    /// All families that can stand beside ours, in the order of their names. `taken` gives the names
    /// that ours take; it is asked only where there is something to compare them with.
    pub(super) fn gather(&self, taken: impl FnOnce() -> HashSet<String>) -> Gathered {
        let mut families = Vec::new();
        // A collector that scrapes would be asked by its own scrape, and so on.
        let Some(_gathering) = Gathering::begin() else { return Gathered(families) };
        let registries = self.registries.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for registry in &registries {
            match catch_unwind(AssertUnwindSafe(|| registry.gather())) {
                Ok(found) => families.extend(found),
                Err(_) => {
                    PANICS.add(1);
                    self.say("", "a collector panicked: what its registry has is left out while it does");
                }
            }
        }
        if families.is_empty() {
            return Gathered(families);
        }
        let mut taken = taken();
        families.retain(|family| {
            let names: Vec<String> = names(&family.name, &family.descriptor).collect();
            let reason = match &family.content {
                Err(reason) => reason.as_str(),
                Ok(_) if names.iter().any(|name| taken.contains(name)) => "another metric takes its name",
                Ok(_) => {
                    taken.extend(names);
                    return true;
                }
            };
            REFUSED.add(1);
            self.say(&family.name, reason);
            false
        });
        families.sort_by(|one, other| one.name.cmp(&other.name));
        Gathered(families)
    }

    /// One line for each family, however often it is read.
    fn say(&self, family: &str, reason: &str) {
        let is_new = self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(family.to_owned());
        // Nothing is locked any more: whoever writes the line may scrape.
        if is_new {
            tracing::warn!(target: "observe", family, "a merged metric is not shown: {reason}");
        }
    }
}

/// The families of one reading, in the order of their names.
pub(super) struct Gathered(Vec<ForeignFamily>);

impl Gathered {
    /// Shows those that come before a name, or all that are left.
    pub(super) fn between(&self) -> impl FnMut(Option<&str>, &mut dyn Encoder) {
        let mut families = self.0.iter().peekable();
        move |name, encoder| {
            while let Some(family) = families.next_if(|family| name.is_none_or(|name| family.name.as_str() < name)) {
                if let Ok(show) = &family.content {
                    encoder.family(None, &family.name, &family.descriptor);
                    show(encoder);
                }
            }
        }
    }
}

/// All names that a family takes in an exposition.
pub(super) fn names(name: &str, descriptor: &Descriptor) -> impl Iterator<Item = String> + use<> {
    let kind = match descriptor.family_type {
        FamilyType::Counter => Kind::Counter,
        FamilyType::Gauge => Kind::Gauge,
        FamilyType::Histogram => Kind::Histogram,
        FamilyType::Summary => Kind::Summary,
        FamilyType::Info => Kind::Info,
    };
    exposed_names(kind, name)
}

/// Says what was left out. Shown where a registry was merged.
pub(crate) struct MergeFailures;

impl Source for MergeFailures {
    fn families(&self) -> Vec<Descriptor> {
        Descriptor::all(&families::MERGED)
    }

    fn read(&self, _: &mut Vec<u64>) {}

    fn show(&self, _: usize, _: &[u64], encoder: &mut dyn Encoder) {
        for (at, (reason, count)) in [("refused", &REFUSED), ("panicked", &PANICS)].into_iter().enumerate() {
            let labels = [("reason", reason)];
            encoder.number(Series { index: Some(at), labels: &labels }, Number::Unsigned(count.load()));
        }
    }
}
