//! What a span hangs below and what it is linked to, where that is not simply the current span.

use super::MAX_LINKS;
use super::context::SpanContext;
use super::open::slot::SlotId;
use super::recorder::{Recorder, Under};
use super::subscriber::open_span;
use crate::propagation::RemoteContext;
use tracing::{Dispatch, Id, Metadata, Span};
use tracing_core::field::ValueSet;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan as _;

/// What a span hangs below: the value of `parent = …` in [`traced`](macro@crate::traced) and
/// [`span!`](macro@crate::span).
///
/// Made out of a `tracing` span or its id, out of a [`SpanContext`] or a [`RemoteContext`], and out of options of these,
/// of which `None` is a root. Where the span has ended, or nobody records it, what would be its child is a root.
///
/// ```
/// use observe::{Parent, SpanContext, testing, traced};
///
/// #[traced(parent = parent)]
/// fn work(parent: Parent) {}
///
/// let capture = testing::capture();
/// tracing::info_span!("current").in_scope(|| work(Parent::Root));
/// assert_eq!(capture.span("work").parent_id, None);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Parent {
    /// The span that is current: what is meant where nothing is said.
    #[default]
    Current,
    /// None: the span begins a trace.
    Root,
    /// This span, which is kept open at least until its child is.
    Span(Span),
    /// The span with this id, of the subscriber that is installed.
    Id(Id),
    /// A span of which only the context is known, as of another process.
    Context(SpanContext),
    /// What a request came with: its span, and what its trace carries on. Where it names no span, the parent is the
    /// one that is current.
    Remote(RemoteContext),
}

impl Parent {
    /// The parent's id in the subscriber that is installed; `None` where a span below it is a root there.
    pub(crate) fn id(&self) -> Option<Id> {
        match self {
            Self::Current => Span::current().id(),
            Self::Remote(remote) if remote.span_context().is_none() => Span::current().id(),
            Self::Root | Self::Context(_) | Self::Remote(_) => None,
            Self::Span(span) => span.id().filter(is_open),
            Self::Id(id) => Some(id.clone()).filter(is_open),
        }
    }

    /// Puts a root below a span of which only the context is known: to `tracing` it stays a root.
    pub(crate) fn adopt(&self, root: &Span) {
        let under = self.under();
        let Some(carried) = under.carried() else { return };
        if let Some(span) = root.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten() {
            if let Some(context) = under.remote() {
                span.join(context);
            }
            span.carry(&carried);
        }
    }

    /// The same for our own recorder.
    pub(crate) fn under(&self) -> Under<'_> {
        match self {
            Self::Current => Under::Current,
            Self::Root => Under::Nothing,
            Self::Span(span) => span.id().map_or(Under::Nothing, |id| Under::Span(SlotId::from_raw(id.into_u64()))),
            Self::Id(id) => Under::Span(SlotId::from_raw(id.into_u64())),
            Self::Context(context) => Under::Remote(*context),
            Self::Remote(remote) => Under::Extracted(remote),
        }
    }
}

impl From<Span> for Parent {
    fn from(span: Span) -> Self {
        if span.is_none() { Self::Root } else { Self::Span(span) }
    }
}

impl From<&Span> for Parent {
    fn from(span: &Span) -> Self {
        span.clone().into()
    }
}

impl From<Id> for Parent {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

impl From<&Id> for Parent {
    fn from(id: &Id) -> Self {
        Self::Id(id.clone())
    }
}

impl From<SpanContext> for Parent {
    fn from(context: SpanContext) -> Self {
        Self::Context(context)
    }
}

impl From<&SpanContext> for Parent {
    fn from(context: &SpanContext) -> Self {
        Self::Context(*context)
    }
}

impl From<RemoteContext> for Parent {
    fn from(remote: RemoteContext) -> Self {
        Self::Remote(remote)
    }
}

impl From<&RemoteContext> for Parent {
    fn from(remote: &RemoteContext) -> Self {
        Self::Remote(remote.clone())
    }
}

impl From<&Self> for Parent {
    fn from(parent: &Self) -> Self {
        parent.clone()
    }
}

impl<T: Into<Self>> From<Option<T>> for Parent {
    fn from(parent: Option<T>) -> Self {
        parent.map_or(Self::Root, Into::into)
    }
}

/// What [`Parent`] is made of, as generated code asks for it: the message is ours.
#[diagnostic::on_unimplemented(
    message = "OBS0707: `{Self}` can't be the parent of a span",
    label = "this is no span, no id of one, no `SpanContext`, and no `RemoteContext`",
    note = "write `parent = &span`, `parent = context`, or `root` for a span without a parent",
    note = "`parent = observe::extract(&headers)` reads what a request came with"
)]
pub trait IntoParent {
    /// The parent.
    fn into_parent(self) -> Parent;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Parent>> IntoParent for T {
    fn into_parent(self) -> Parent {
        self.into()
    }
}

/// A span that another one is linked to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Link {
    /// A span of the subscriber that is installed.
    Id(Id),
    /// Any other.
    Context(SpanContext),
}

/// What is a link: one of those in `links = …`.
pub trait IntoLink {
    /// The link; `None` where nobody records the span.
    fn into_link(self) -> Option<Link>;
}

impl<T: Into<Option<Id>>> IntoLink for T {
    fn into_link(self) -> Option<Link> {
        self.into().map(Link::Id)
    }
}

impl IntoLink for SpanContext {
    fn into_link(self) -> Option<Link> {
        Some(Link::Context(self))
    }
}

impl IntoLink for &SpanContext {
    fn into_link(self) -> Option<Link> {
        Some(Link::Context(*self))
    }
}

impl Link {
    /// What our own recorder links to.
    pub(crate) fn context(&self, recorder: &'static Recorder) -> Option<SpanContext> {
        match self {
            Self::Id(id) => Some(recorder.span(SlotId::from_raw(id.into_u64()))?.context()),
            Self::Context(context) => Some(*context),
        }
    }
}

/// All of them, as generated code asks for them.
#[diagnostic::on_unimplemented(
    message = "OBS0707: a span can't be linked to `{Self}`",
    label = "this is no list of spans, of ids of them, or of `SpanContext`s",
    note = "write `links = [&span]` or `links = contexts`: any number of spans, of ids, or of contexts"
)]
pub trait IntoLinks {
    /// The links, without those that nobody records.
    fn into_links(self) -> Vec<Link>;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: IntoLink>> IntoLinks for I {
    fn into_links(self) -> Vec<Link> {
        self.into_iter().filter_map(IntoLink::into_link).take(MAX_LINKS).collect()
    }
}

/// How a span is opened that is not simply a child of the current one.
#[derive(Debug, Default)]
pub struct Opening {
    /// What it hangs below.
    pub parent: Parent,
    /// What it is linked to, at most 128.
    pub links: Vec<Link>,
}

impl Opening {
    /// The span, below its parent and with its links.
    pub(crate) fn open(self, metadata: &'static Metadata<'static>, values: &ValueSet<'_>) -> Span {
        let span = match &self.parent {
            Parent::Current => Span::new(metadata, values),
            parent => Span::child_of(parent.id(), metadata, values),
        };
        self.parent.adopt(&span);
        for link in self.links {
            match link {
                Link::Id(id) => {
                    span.follows_from(id);
                }
                Link::Context(context) => add_link(&span, context),
            }
        }
        span
    }
}

/// Whether a span may become a parent: the registry panics where it has ended.
fn is_open(id: &Id) -> bool {
    tracing::dispatcher::get_default(|dispatch: &Dispatch| {
        dispatch.downcast_ref::<Registry>().is_none_or(|registry| registry.span(id).is_some())
    })
}

/// Links a span to one of which only the context is known, which `tracing` has no call for.
fn add_link(span: &Span, context: SpanContext) {
    if let Some(span) = span.with_subscriber(|(id, dispatch)| open_span(dispatch, id)).flatten() {
        span.add_link(context);
    }
}
