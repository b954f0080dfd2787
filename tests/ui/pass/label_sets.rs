//! Every form of `#[derive(LabelSet)]`, and of a set in `labels(…)`.

#![deny(warnings, rust_2018_idioms, unused_qualifications, missing_debug_implementations, unreachable_pub)]

use observe::{Capped, HttpMethod, Label, LabelSet, metered};

#[derive(Label, Debug, Clone, Copy)]
enum Plan {
    Free,
}

mod inner {
    #[derive(observe::LabelSet, Debug)]
    #[label(crate = ::observe)]
    pub(crate) struct Client {
        pub(crate) r#type: Option<bool>,
        #[cfg(any())]
        gone: String,
    }
}

/// Without labels, with all kinds of them, with bounds on lifetimes.
#[derive(LabelSet, Debug)]
struct Empty {}

#[derive(LabelSet, Debug)]
pub struct Caller<'a, 'b: 'a>
where
    'a: 'a,
{
    plan: &'a Plan,
    boxed: Box<bool>,
    #[label(rename = "customer")]
    tenant: Option<Capped<'b, 1000>>,
    #[label(flatten)]
    client: inner::Client,
    #[label(flatten)]
    empty: Empty,
    // Names of ours, in the user's hands.
    first: bool,
    interners: bool,
    combination: HttpMethod,
}

macro_rules! set {
    ($name:ident $field:ident: $ty:ty) => {
        #[derive(LabelSet, Debug)]
        struct $name {
            $field: $ty,
        }
    };
}
set!(Made made: bool);

#[metered(name = "chat", labels(..caller), max_series = 10_000_000, duration = off, in_progress = off)]
fn chat<'a>(caller: &'a Caller<'a, '_>) -> &'a Plan {
    caller.plan
}

#[metered(name = "talk", labels(dry: bool = false, ..made: Made, ..empty: Empty = Empty {}, wet: bool = true,))]
async fn talk(made: Made) -> bool {
    made.made
}

fn local() -> usize {
    #[derive(LabelSet, Debug)]
    struct Local {
        here: bool,
    }
    let _ = Local { here: true }.here;
    Local::COMBINATIONS
}

fn main() {
    let client = inner::Client { r#type: None };
    let (plan, empty) = (&Plan::Free, Empty {});
    let caller = Caller {
        plan,
        boxed: Box::new(true),
        tenant: None,
        client,
        empty,
        first: true,
        interners: false,
        combination: HttpMethod::Get,
    };
    let _ = (chat(&caller), talk(Made { made: true }));
    assert_eq!((Caller::LABELS, Caller::COMBINATIONS), (7, 2 * 1002 * 3 * 2 * 2 * 10));
    assert_eq!((Empty::LABELS, Empty::COMBINATIONS, local()), (0, 1, 2));
}
