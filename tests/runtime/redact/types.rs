//! `#[redact]` on every form of type, and `Debug` in every form of format.

#![expect(dead_code, reason = "fields that are hidden are not read, which is the point")]
#![expect(clippy::items_after_statements, reason = "what belongs to one assertion stands beside it")]
#![expect(clippy::non_minimal_cfg, reason = "a condition that always holds is what is tested")]

use observe::{SensitiveText, redact};
use std::fmt::{Debug, Display};
use std::marker::PhantomData;

fn shown(value: &(impl Debug + ?Sized)) -> String {
    format!("{value:?}")
}

/// The same type with the `Debug` that the standard library derives.
mod plain {
    #[derive(Debug)]
    pub(super) struct Patient {
        pub(super) id: u64,
        pub(super) topic: &'static str,
        pub(super) weight: f64,
        pub(super) wards: Vec<Option<u8>>,
        pub(super) r#type: char,
    }

    #[derive(Debug)]
    pub(super) struct Pair(pub(super) u8, pub(super) &'static str);

    #[derive(Debug)]
    pub(super) struct Empty {}

    #[derive(Debug)]
    pub(super) struct Nothing();
}

#[redact]
struct Patient {
    #[redact(clear)]
    id: u64,
    #[redact(clear)]
    topic: &'static str,
    #[redact(clear)]
    weight: f64,
    #[redact(clear)]
    wards: Vec<Option<u8>>,
    #[redact(clear)]
    r#type: char,
}

#[redact]
struct Pair(#[redact(clear)] u8, #[redact(clear)] &'static str);

#[redact]
struct Empty {}

#[redact]
struct Nothing();

/// What is clear is formatted as `derive(Debug)` formats it, whatever the format asks for.
#[test]
fn clear_fields_are_formatted_as_a_derive_does() {
    macro_rules! patient {
        ($($type:tt)*) => {
            $($type)* { id: 255, topic: "a \"q\"\n", weight: 1.5, wards: vec![Some(7), None], r#type: 'x' }
        };
    }
    let (ours, theirs) = (patient!(Patient), patient!(plain::Patient));
    macro_rules! same {
        ($ours:expr, $theirs:expr; $($format:literal)*) => {
            $(assert_eq!(format!($format, $ours), format!($format, $theirs), "{}", $format);)*
        };
    }
    same!(ours, theirs; "{:?}" "{:#?}" "{:8?}" "{:.3?}" "{:08.2?}" "{:x?}" "{:#X?}" "{:+?}" "{:>60?}");
    same!(Pair(3, "x"), plain::Pair(3, "x"); "{:?}" "{:#?}" "{:8?}" "{:x?}");
    same!(Empty {}, plain::Empty {}; "{:?}" "{:#?}");
    same!(Nothing(), plain::Nothing(); "{:?}" "{:#?}");
}

#[test]
fn hidden_fields_keep_their_places() {
    #[redact]
    struct Mixed {
        first: u8,
        #[redact(clear)]
        second: u8,
        third: u8,
        fourth: u8,
        #[redact(clear)]
        fifth: Pair,
        last: u8,
    }

    #[redact]
    struct Numbered(u8, u8, #[redact(clear)] u8, u8);

    let mixed = Mixed { first: 1, second: 2, third: 3, fourth: 4, fifth: Pair(5, "x"), last: 6 };
    assert_eq!(
        shown(&mixed),
        "Mixed { first: [REDACTED], second: 2, third: [REDACTED], fourth: [REDACTED], fifth: Pair(5, \"x\"), \
         last: [REDACTED] }"
    );
    assert_eq!(
        format!("{mixed:#?}"),
        "Mixed {\n    first: [REDACTED],\n    second: 2,\n    third: [REDACTED],\n    fourth: [REDACTED],\n    \
         fifth: Pair(\n        5,\n        \"x\",\n    ),\n    last: [REDACTED],\n}"
    );
    assert_eq!(shown(&Numbered(1, 2, 3, 4)), "Numbered([REDACTED], [REDACTED], 3, [REDACTED])");
    assert_eq!(
        format!("{:#?}", Numbered(1, 2, 3, 4)),
        "Numbered(\n    [REDACTED],\n    [REDACTED],\n    3,\n    [REDACTED],\n)"
    );
}

/// Neither width nor precision changes a mask: it would tell that there is one thing or another.
#[test]
fn masks_have_one_width() {
    #[redact]
    struct Card {
        name: String,
        #[redact(keep_last = 4)]
        number: String,
    }
    let card = Card { name: "Jane".into(), number: "4111 1111 1111 1111".into() };
    for text in [format!("{card:?}"), format!("{card:40?}"), format!("{card:.2?}"), format!("{card:<09.1?}")] {
        assert_eq!(text, "Card { name: [REDACTED], number: ***1111 }");
    }
}

#[test]
fn fields_under_cfg_come_and_go() {
    #[redact]
    struct Some {
        #[cfg(any())]
        gone: Gone,
        #[cfg(all())]
        kept: u8,
        #[cfg(any())]
        #[redact(clear)]
        shown: Gone,
        #[cfg(all())]
        #[redact(clear)]
        last: u8,
    }

    #[redact]
    struct None {
        #[cfg(any())]
        gone: Gone,
    }
    assert_eq!(shown(&Some { kept: 1, last: 2 }), "Some { kept: [REDACTED], last: 2 }");
    assert_eq!(shown(&None {}), "None");
    assert_eq!(format!("{:#?}", None {}), "None");
}

trait Store {
    type Key;
}

struct Memory;

impl Store for Memory {
    type Key = u16;
}

/// Neither `Memory` nor `Secret` has a `Debug`.
struct Secret;

#[redact]
struct Generic<'a, T, S: Store, U: ?Sized, const N: usize>
where
    T: 'a,
{
    #[redact(clear)]
    value: &'a [T],
    #[redact(clear)]
    key: S::Key,
    #[redact(clear)]
    array: [u8; N],
    secret: Secret,
    of_type: PhantomData<S>,
    #[redact(clear)]
    tail: &'a U,
}

#[test]
fn bounds_are_asked_of_what_is_shown_only() {
    let generic = Generic::<u8, Memory, dyn Debug, 2> {
        value: &[1, 2],
        key: 7,
        array: [3; 2],
        secret: Secret,
        of_type: PhantomData,
        tail: &"tail",
    };
    assert_eq!(
        shown(&generic),
        "Generic { value: [1, 2], key: 7, array: [3, 3], secret: [REDACTED], of_type: [REDACTED], tail: \"tail\" }"
    );
}

#[test]
fn a_text_policy_asks_for_text_of_a_parameter() {
    #[redact]
    struct Of<T> {
        #[redact(keep_last = 2)]
        value: Vec<T>,
        #[redact(scrub)]
        note: T,
    }
    assert_eq!(
        shown(&Of { value: vec!["abcd"], note: "a@b.example" }),
        "Of { value: [***cd], note: [REDACTED:email] }"
    );
    let of = Of { value: vec!["abcd"], note: "a@b.example" };
    assert_eq!(observe::view(&of).to_json().to_string(), r#"{"note":"[REDACTED:email]","value":["***cd"]}"#);
    fn any<T: SensitiveText>(value: T) -> String {
        shown(&Of { value: Vec::new(), note: value })
    }
    assert_eq!(any(7_u16), "Of { value: [], note: 7 }");
}

#[test]
fn unsized_fields_and_trait_objects() {
    #[redact]
    struct Tail<T: ?Sized> {
        #[redact(clear)]
        length: u8,
        #[redact(clear)]
        tail: T,
    }

    #[redact]
    struct Text {
        #[redact(clear)]
        length: u8,
        #[redact(keep_last = 2)]
        tail: str,
    }

    #[redact]
    struct Dynamic {
        #[redact(clear)]
        any: Box<dyn Debug + Send>,
        #[redact(scrub)]
        text: Box<dyn Display>,
        hidden: Box<dyn Fn(u8) -> u8>,
        #[redact(clear)]
        function: fn(u8) -> u8,
    }

    let tail: &Tail<[u8]> = &Tail { length: 2, tail: [1, 2] };
    assert_eq!(shown(tail), "Tail { length: 2, tail: [1, 2] }");
    fn typed(_: &Text) -> String {
        String::new()
    }
    let _ = typed;
    let dynamic = Dynamic {
        any: Box::new(Some(1)),
        text: Box::new("to jane@example.org"),
        hidden: Box::new(|value| value),
        function: u8::count_zeros_of,
    };
    let text = shown(&dynamic);
    assert!(
        text.starts_with("Dynamic { any: Some(1), text: to [REDACTED:email], hidden: [REDACTED], function: 0x"),
        "{text}"
    );
}

trait Zeros {
    fn count_zeros_of(self) -> Self;
}

impl Zeros for u8 {
    fn count_zeros_of(self) -> Self {
        self
    }
}

#[test]
fn types_that_contain_themselves() {
    #[redact]
    struct Node<T> {
        #[redact(clear)]
        value: T,
        #[redact(clear)]
        next: Option<Box<Node<T>>>,
        secret: u8,
    }

    #[redact]
    enum Tree {
        Leaf(#[redact(clear)] u8),
        Fork(#[redact(clear)] Vec<Tree>, String),
    }

    let node = Node { value: 1, next: Some(Box::new(Node { value: 2, next: None, secret: 4 })), secret: 3 };
    assert_eq!(
        shown(&node),
        "Node { value: 1, next: Some(Node { value: 2, next: None, secret: [REDACTED] }), secret: [REDACTED] }"
    );
    assert_eq!(shown(&Tree::Fork(vec![Tree::Leaf(1)], "x".into())), "Fork([Leaf(1)], [REDACTED])");
}

#[test]
fn layouts_and_destructors() {
    #[redact]
    #[repr(C, packed)]
    #[derive(Clone, Copy)]
    struct Packed {
        #[redact(clear)]
        small: u8,
        #[redact(clear)]
        large: u64,
        #[redact(hash)]
        hashed: u32,
        hidden: u16,
    }

    #[redact]
    #[repr(u8)]
    #[non_exhaustive]
    enum Tagged {
        One = 1,
        Two(#[redact(clear)] u8) = 7,
    }

    #[redact]
    struct Guard {
        #[redact(clear)]
        name: String,
        key: String,
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            self.key.clear();
        }
    }

    let packed = Packed { small: 1, large: 2, hashed: 3, hidden: 4 };
    let text = shown(&packed);
    assert!(
        text.starts_with("Packed { small: 1, large: 2, hashed: h:") && text.ends_with("hidden: [REDACTED] }"),
        "{text}"
    );
    let view = observe::view(&packed).to_json();
    assert_eq!((&view["large"], &view["hidden"]), (&2.into(), &"[REDACTED]".into()));
    assert_eq!(shown(&[Tagged::One, Tagged::Two(3)]), "[One, Two(3)]");
    assert_eq!(shown(&Guard { name: "n".into(), key: "k".into() }), "Guard { name: \"n\", key: [REDACTED] }");
}

#[test]
fn names_that_generated_code_uses_are_free() {
    #[redact(display = "{f} {self_} {__observe_f} {as}", crate = ::observe)]
    struct Odd {
        #[redact(clear)]
        f: u8,
        #[redact(clear)]
        self_: u8,
        #[redact(clear)]
        __observe_f: u8,
        #[redact(clear)]
        r#as: u8,
    }
    let _ = Odd { f: 1, self_: 2, __observe_f: 3, r#as: 4 };
}

/// From `macro_rules!`, where tokens have brackets that nobody sees.
#[test]
fn types_in_macros() {
    macro_rules! redacted {
        ($name:ident { $($field:ident: $ty:ty = $policy:ident),* }) => {
            #[redact]
            #[derive(Default)]
            struct $name {
                $(#[redact($policy)] $field: $ty,)*
            }
        };
    }
    redacted!(Made { shown: Vec<u8> = clear, gone: String = hide, born: &'static str = year });
    assert_eq!(shown(&Made::default()), "Made { shown: [], gone: [REDACTED], born: **** }");
}
