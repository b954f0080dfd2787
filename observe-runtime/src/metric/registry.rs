//! All metrics of the process.

use super::exposition::Encoder;
use super::meter::{Cells, MeterDefinition};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

/// Something that has samples to show.
pub(crate) trait Collect: Send + Sync {
    /// Adds its families and samples.
    fn collect(&self, encoder: &mut Encoder);
}

/// The metrics of one process.
#[derive(Default)]
pub(crate) struct Registry {
    inner: Mutex<Inner>,
    namespace: OnceLock<String>,
}

#[derive(Default)]
struct Inner {
    sources: Vec<Arc<dyn Collect>>,
    /// Cells by each family that they expose, to find equal and clashing declarations.
    by_family: HashMap<&'static str, Arc<Cells>>,
}

/// The registry of this process.
pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
        let registry = Registry::default();
        registry.add(Arc::new(super::process::SelfObservation));
        registry
    });
    &REGISTRY
}

impl Registry {
    pub(crate) fn add(&self, source: Arc<dyn Collect>) {
        self.lock().sources.push(source);
    }

    /// Puts a word and an underscore before every name; only the first call counts.
    pub(crate) fn set_namespace(&self, namespace: &str) {
        let _ = self.namespace.set(namespace.to_owned());
    }

    /// The cells of a declaration: shared with an equal one of another crate.
    ///
    /// A different one under the same name still counts, but is not exposed: two meanings under one
    /// name would be worse. One line names both places.
    pub(super) fn cells_of(&self, definition: &'static MeterDefinition) -> Arc<Cells> {
        let mut inner = self.lock();
        let known = definition.families().find_map(|family| inner.by_family.get(family));
        if let Some(known) = known {
            let first = known.definition;
            if first.is_same(definition) {
                return Arc::clone(known);
            }
            // Unlocked before anything is logged: whoever writes the line may be metered too.
            drop(inner);
            tracing::error!(
                target: "observe",
                first = format!("{}:{}", first.module, first.line),
                second = format!("{}:{}", definition.module, definition.line),
                "OBS0305: a metric is declared twice, and differently; the second is not exposed: rename it",
            );
            return Arc::new(Cells::new(definition));
        }
        let cells = Arc::new(Cells::new(definition));
        for family in definition.families() {
            inner.by_family.insert(family, Arc::clone(&cells));
        }
        inner.sources.push(Arc::clone(&cells) as Arc<dyn Collect>);
        cells
    }

    pub(super) fn exposition(&self) -> String {
        // Copied, so that no callback of a source runs under the lock.
        let sources = self.lock().sources.clone();
        let mut encoder = Encoder::new(self.namespace.get().map_or("", String::as_str));
        for source in &sources {
            source.collect(&mut encoder);
        }
        encoder.finish()
    }

    /// A thread that panicked while it held the lock left nothing half-written.
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
