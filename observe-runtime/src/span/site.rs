//! The static part of a span: one a function, written by the macro.

use super::data::{AttributeValue, SpanKind};
use super::open::local::silent_recorder;
use super::subscriber::recorder_of;
use observe_rules::span::RESERVED_FIELDS;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use tracing::{Level, Metadata, dispatcher};
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
    /// What subscribers filter by: the module that declares it, unless the author says otherwise.
    pub target: &'static str,
    /// The path of the code, see [`Code`].
    pub code: Code,
    /// The file that declares it.
    pub file: &'static str,
    /// The line of it.
    pub line: u32,
    /// The fields' names: the user's, then those that observe sets itself.
    pub fields: &'static [&'static str],
}

/// Where the code of a span is, so that its full path can be told without a second text: a text costs 40
/// bytes besides its letters, and the module and the span's name are there already.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// In this module, or in this type of a module, under the span's name.
    Within(&'static str),
    /// This function: the span is called otherwise.
    Function(&'static str),
    /// In this module, and in no function of its own: a block.
    Block(&'static str),
}

/// The fields of a span without any of the user's: those that observe sets itself.
pub const OWN_FIELDS: &[&str] = RESERVED_FIELDS;

/// A span's call site, known to `tracing` as such: any subscriber sees the span.
pub struct Site {
    metadata: Metadata<'static>,
    pub(crate) kind: SpanKind,
    /// What the path in the metadata says.
    path: PathOf,
    registration: Once,
    interest: AtomicU8,
}

/// What a [`Code`] is of, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathOf {
    Scope,
    Function,
    Block,
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

impl Site {
    /// The site of this declaration; `this` is the static that it is put into.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the macro writes it in place")]
    pub const fn new(declaration: Declaration, this: &'static Self) -> Self {
        let Declaration { name, kind, level, target, code, file, line, fields } = declaration;
        let fields = FieldSet::new(fields, Identifier(this));
        let (code, path) = match code {
            Code::Within(scope) => (scope, PathOf::Scope),
            Code::Function(function) => (function, PathOf::Function),
            Code::Block(module) => (module, PathOf::Block),
        };
        let metadata = Metadata::new(name, target, level, Some(file), Some(line), Some(code), fields, Kind::SPAN);
        Self { metadata, kind, path, registration: Once::new(), interest: AtomicU8::new(SOMETIMES) }
    }

    /// The same for a span inside the program, at the level `INFO`, called as its function is: what most
    /// are. Every field that is typed takes its time in every function.
    #[must_use]
    pub const fn usual(
        name: &'static str,
        place: (&'static str, &'static str, u32),
        fields: &'static [&'static str],
        this: &'static Self,
    ) -> Self {
        Self::placed(name, Code::Within(place.0), place, fields, this)
    }

    /// The same for one whose code is said apart.
    #[must_use]
    pub const fn placed(
        name: &'static str,
        code: Code,
        (module, file, line): (&'static str, &'static str, u32),
        fields: &'static [&'static str],
        this: &'static Self,
    ) -> Self {
        let (kind, level) = (SpanKind::Internal, Level::INFO);
        Self::new(Declaration { name, kind, level, target: module, code, file, line, fields }, this)
    }

    /// Whether nobody wants this span. Two loads where no subscriber is installed.
    #[inline]
    #[must_use]
    pub fn is_off(&'static self) -> bool {
        if self.interest.load(Ordering::Relaxed) == ALWAYS {
            // Below a span that is not recorded nothing is, and no field is even looked at.
            return silent_recorder().is_some_and(is_asked);
        }
        self.is_unwanted()
    }

    /// The same for a span that may be no child of the current one: whether that is recorded says nothing.
    #[must_use]
    pub fn is_unwanted(&'static self) -> bool {
        LevelFilter::current() < *self.metadata.level() || !self.is_wanted()
    }

    /// The full path of the function, `module::Type::method`: what the semantic conventions call
    /// `code.function.name`. `None` for a block, which is part of a function that nobody knows here.
    #[must_use]
    pub fn function_name(&self) -> Option<String> {
        let path = self.metadata.module_path()?;
        match self.path {
            PathOf::Scope => Some(format!("{path}::{}", self.metadata.name())),
            PathOf::Function => Some(path.to_owned()),
            PathOf::Block => None,
        }
    }

    /// Where the code of the span is, as attributes by the names of the semantic conventions. The same for
    /// every call, so that an exporter asks once a site.
    ///
    /// Source: OpenTelemetry semantic conventions, code attributes.
    #[must_use]
    pub fn code_attributes(&self) -> Vec<(&'static str, AttributeValue)> {
        let function = self.function_name().map(|name| ("code.function.name", AttributeValue::Text(name.into())));
        function.into_iter().chain(place(&self.metadata)).collect()
    }

    #[cold]
    fn is_wanted(&'static self) -> bool {
        self.registration.call_once(|| {
            callsite::register(self);
            KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push(self);
        });
        match self.interest.load(Ordering::Relaxed) {
            NEVER => false,
            ALWAYS => true,
            _ => dispatcher::get_default(|dispatch| dispatch.enabled(&self.metadata)),
        }
    }

    pub(crate) fn metadata(&'static self) -> &'static Metadata<'static> {
        &self.metadata
    }
}

/// All sites that were asked for a span.
static KNOWN: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// Where the code of a span is: of one of ours as its site says, of another's as far as `tracing` knows.
#[cfg(feature = "otlp")]
pub(crate) fn code_attributes(metadata: &'static Metadata<'static>) -> Vec<(&'static str, AttributeValue)> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let site = known.iter().find(|site| std::ptr::eq(&raw const site.metadata, metadata));
    site.map_or_else(|| place(metadata), |site| site.code_attributes())
}

/// The place alone, by the names of the semantic conventions.
fn place(metadata: &Metadata<'static>) -> Vec<(&'static str, AttributeValue)> {
    let file = metadata.file().map(|file| ("code.file.path", AttributeValue::Text(file.into())));
    let line = metadata.line().map(|line| ("code.line.number", AttributeValue::U64(line.into())));
    [file, line].into_iter().flatten().collect()
}

/// Whether this recorder is asked: another subscriber may be that of a scope inside of its silent span.
#[inline(never)]
fn is_asked(recorder: u32) -> bool {
    dispatcher::get_default(recorder_of).is_some_and(|asked| asked.is(recorder))
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

#[cfg(test)]
mod tests {
    use super::*;

    const fn declared(code: Code) -> Declaration {
        let (kind, level) = (SpanKind::Client, Level::INFO);
        Declaration {
            name: "total",
            kind,
            level,
            target: "billing",
            code,
            file: "src/a.rs",
            line: 7,
            fields: OWN_FIELDS,
        }
    }

    static METHOD: Site = Site::new(declared(Code::Within("shop::Ledger")), &METHOD);
    static RENAMED: Site = Site::new(declared(Code::Function("shop::sum")), &RENAMED);
    static BLOCK: Site = Site::new(declared(Code::Block("shop")), &BLOCK);

    #[test]
    fn the_function_is_told_by_what_is_there() {
        let names = [&METHOD, &RENAMED, &BLOCK].map(Site::function_name);
        assert_eq!(names, [Some("shop::Ledger::total".into()), Some("shop::sum".into()), None]);
    }

    #[test]
    fn code_attributes_have_the_names_of_the_conventions() {
        let shown: Vec<String> = METHOD.code_attributes().iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(shown, ["code.function.name=shop::Ledger::total", "code.file.path=src/a.rs", "code.line.number=7"]);
        assert_eq!(BLOCK.code_attributes().len(), 2);
        assert_eq!(METHOD.metadata().target(), "billing");
    }

    /// What is told apart here lies in bytes that were padding.
    #[test]
    fn a_site_is_metadata_and_one_word() {
        assert_eq!(size_of::<Site>(), size_of::<Metadata<'_>>() + size_of::<usize>());
    }
}
