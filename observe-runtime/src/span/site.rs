//! The static part of a span: one a function, written by the macro.

use super::data::SpanKind;
use observe_rules::span::RESERVED_FIELDS;
use std::fmt;
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};
use tracing::{Level, Metadata};
use tracing_core::callsite::{self, Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::metadata::{Kind, LevelFilter};
use tracing_core::subscriber::Interest;

/// What the macro knows about a span.
#[derive(Debug)]
pub struct Declaration {
    /// The span's name.
    pub name: &'static str,
    /// The side of a call that it stands for.
    pub kind: SpanKind,
    /// Its level: a recorder may ask for less than everything.
    pub level: Level,
    /// The module that declares it, which is also its target.
    pub module: &'static str,
    /// The file that declares it.
    pub file: &'static str,
    /// The line of it.
    pub line: u32,
    /// The fields' names: the user's, then those that observe sets itself.
    pub fields: &'static [&'static str],
}

/// The fields of a span without any of the user's: those that observe sets itself.
pub const OWN_FIELDS: &[&str] = RESERVED_FIELDS;

/// A span's call site, known to `tracing` as such: any subscriber sees the span.
pub struct Site {
    metadata: Metadata<'static>,
    pub(crate) kind: SpanKind,
    registration: Once,
    interest: AtomicU8,
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

impl Site {
    /// The site of this declaration; `this` is the static that it is put into.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the macro writes it in place")]
    pub const fn new(declaration: Declaration, this: &'static Self) -> Self {
        let Declaration { name, kind, level, module, file, line, fields } = declaration;
        let fields = FieldSet::new(fields, Identifier(this));
        let metadata = Metadata::new(name, module, level, Some(file), Some(line), Some(module), fields, Kind::SPAN);
        Self { metadata, kind, registration: Once::new(), interest: AtomicU8::new(SOMETIMES) }
    }

    /// The same for a span inside the program, at the level `INFO`: what most are. Every field that is
    /// typed takes its time in every function.
    #[must_use]
    pub const fn usual(
        name: &'static str,
        (module, file, line): (&'static str, &'static str, u32),
        fields: &'static [&'static str],
        this: &'static Self,
    ) -> Self {
        let (kind, level) = (SpanKind::Internal, Level::INFO);
        Self::new(Declaration { name, kind, level, module, file, line, fields }, this)
    }

    /// Whether nobody wants this span. Two loads where no subscriber is installed.
    #[inline]
    #[must_use]
    pub fn is_off(&'static self) -> bool {
        if self.interest.load(Ordering::Relaxed) == ALWAYS {
            return false;
        }
        LevelFilter::current() < *self.metadata.level() || !self.is_wanted()
    }

    #[cold]
    fn is_wanted(&'static self) -> bool {
        self.registration.call_once(|| callsite::register(self));
        match self.interest.load(Ordering::Relaxed) {
            NEVER => false,
            ALWAYS => true,
            _ => tracing::dispatcher::get_default(|dispatch| dispatch.enabled(&self.metadata)),
        }
    }

    pub(crate) fn metadata(&'static self) -> &'static Metadata<'static> {
        &self.metadata
    }
}

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        let interest = match () {
            () if interest.is_never() => NEVER,
            () if interest.is_always() => ALWAYS,
            () => SOMETIMES,
        };
        self.interest.store(interest, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        &self.metadata
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("name", &self.metadata.name()).field("kind", &self.kind).finish_non_exhaustive()
    }
}
