//! Types with each of serde's attributes beside twins that say the same with plain fields. The order
//! of entries counts.

use super::{same, text};
use observe::{MASK, redact};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The mask, where the twin has a plain field.
fn mask() -> String {
    MASK.to_owned()
}

/// As ` 7 `, for `serialize_with`.
fn spaced<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!(" {value} "))
}

mod hexadecimal {
    pub(super) fn serialize<S: serde::Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{value:x}"))
    }
}

#[test]
fn plain_structs_need_no_serde() {
    #[redact]
    struct Named {
        #[redact(clear)]
        ward: u8,
        name: String,
        #[redact(keep_last = 4)]
        phone: String,
        #[redact(clear)]
        r#type: &'static str,
        #[redact(clear)]
        beds: Vec<Option<u8>>,
    }
    #[redact]
    struct Newtype(String);
    #[redact]
    struct Tuple(#[redact(clear)] u8, String);
    #[redact]
    struct Unit;
    let named =
        Named { ward: 3, name: "Jane".into(), phone: "202 555 0143".into(), r#type: "a", beds: vec![None, Some(1)] };
    assert_eq!(text(&named), r#"{"ward":3,"name":"[REDACTED]","phone":"***0143","type":"a","beds":[null,1]}"#);
    assert_eq!(text(&Newtype("x".into())), r#""[REDACTED]""#);
    assert_eq!(text(&Tuple(3, "x".into())), r#"[3,"[REDACTED]"]"#);
    assert_eq!(text(&Unit), "null");
}

#[test]
fn renamed_fields() {
    #[redact]
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase", rename = "Visitor")]
    struct Ours {
        #[redact(clear)]
        bed_number: u8,
        last_name: String,
        #[redact(clear)]
        #[serde(rename(serialize = "THE_WARD", deserialize = "w"))]
        ward: u8,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase", rename = "Visitor")]
    struct Twin {
        bed_number: u8,
        last_name: String,
        #[serde(rename(serialize = "THE_WARD", deserialize = "w"))]
        ward: u8,
    }
    let ours = Ours { bed_number: 1, last_name: "Roe".into(), ward: 2 };
    same(&ours, &Twin { bed_number: 1, last_name: mask(), ward: 2 });
}

/// Every case, on fields and on variants.
#[test]
fn cases() {
    macro_rules! case {
        ($($case:literal)*) => {$({
            #[redact]
            #[derive(Serialize)]
            #[serde(rename_all = $case, rename_all_fields = $case)]
            enum Ours {
                MovedToICU2 { #[redact(clear)] bed_no_2: u8, #[redact(clear)] ward: u8 },
                Left,
            }
            #[derive(Serialize)]
            #[serde(rename_all = $case, rename_all_fields = $case)]
            enum Twin {
                MovedToICU2 { bed_no_2: u8, ward: u8 },
                Left,
            }
            same(&Ours::MovedToICU2 { bed_no_2: 1, ward: 2 }, &Twin::MovedToICU2 { bed_no_2: 1, ward: 2 });
            same(&Ours::Left, &Twin::Left);
        })*};
    }
    case!["lowercase" "UPPERCASE" "PascalCase" "camelCase" "snake_case" "SCREAMING_SNAKE_CASE" "kebab-case"
        "SCREAMING-KEBAB-CASE"];
}

#[test]
fn skipped_fields() {
    #[redact]
    #[derive(Serialize)]
    struct Ours {
        #[redact(clear)]
        #[serde(skip_serializing_if = "Option::is_none")]
        bed: Option<u8>,
        #[redact(clear)]
        #[serde(skip_serializing_if = "Option::is_none")]
        ward: Option<u8>,
        #[redact(clear)]
        #[serde(skip)]
        cache: u8,
        #[serde(skip_serializing)]
        name: String,
    }
    #[derive(Serialize)]
    struct Twin {
        bed: u8,
    }
    same(&Ours { bed: Some(3), ward: None, cache: 1, name: "x".into() }, &Twin { bed: 3 });
}

#[test]
fn functions_write_what_is_clear() {
    #[redact]
    #[derive(Serialize)]
    struct Ours {
        #[redact(clear)]
        #[serde(serialize_with = "spaced")]
        bed: u8,
        #[redact(clear)]
        #[serde(with = "hexadecimal")]
        ward: u8,
        #[serde(serialize_with = "spaced")]
        age: u8,
    }
    #[derive(Serialize)]
    struct Twin {
        #[serde(serialize_with = "spaced")]
        bed: u8,
        #[serde(with = "hexadecimal")]
        ward: u8,
        age: String,
    }
    same(&Ours { bed: 3, ward: 31, age: 40 }, &Twin { bed: 3, ward: 31, age: mask() });
}

#[test]
fn flattened_structs() {
    #[redact]
    #[derive(Serialize)]
    struct Inner {
        #[redact(clear, because = "a test's own address")]
        email: String,
        name: String,
    }
    #[redact]
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    struct Ours {
        #[redact(clear)]
        id: u8,
        #[redact(clear)]
        #[serde(flatten)]
        inner: Inner,
        #[redact(clear)]
        #[serde(flatten)]
        none: Option<Inner>,
        #[redact(clear)]
        last: f32,
    }
    #[derive(Serialize)]
    struct TwinInner {
        email: String,
        name: String,
    }
    #[derive(Serialize)]
    #[serde(tag = "kind", rename = "Ours")]
    struct Twin {
        id: u8,
        #[serde(flatten)]
        inner: TwinInner,
        last: f32,
    }
    let inner = Inner { email: "t@example.com".into(), name: "Jane".into() };
    let twin = Twin { id: 1, inner: TwinInner { email: "t@example.com".into(), name: mask() }, last: 0.1 };
    same(&Ours { id: 1, inner, none: None, last: 0.1 }, &twin);
}

/// Their keys come from outside, so names decide.
#[test]
fn flattened_maps() {
    #[redact]
    #[derive(Serialize)]
    struct Ours {
        #[redact(clear)]
        id: u8,
        #[redact(clear)]
        #[serde(flatten)]
        more: BTreeMap<String, String>,
        #[serde(flatten)]
        hidden: BTreeMap<String, String>,
    }
    #[derive(Serialize)]
    struct Twin {
        id: u8,
        #[serde(flatten)]
        more: BTreeMap<String, String>,
        hidden: String,
    }
    let map = |value: &str| BTreeMap::from([("color".into(), "red".into()), ("password".into(), value.to_owned())]);
    same(&Ours { id: 1, more: map("hunter2"), hidden: map("x") }, &Twin { id: 1, more: map(MASK), hidden: mask() });
}

#[test]
fn transparent_types() {
    #[redact]
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Clear {
        #[redact(clear)]
        value: u8,
        marker: std::marker::PhantomData<String>,
    }
    #[redact]
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Hidden {
        value: u8,
    }
    assert_eq!(text(&Clear { value: 3, marker: std::marker::PhantomData }), "3");
    assert_eq!(text(&Hidden { value: 3 }), r#""[REDACTED]""#);
}

/// One enum under each of serde's ways to say which variant it is.
macro_rules! enums {
    ($($module:ident: $(#[$attr:meta])*;)*) => {$(
        mod $module {
            use super::super::same;
            use super::{hexadecimal, mask, spaced};
            use observe::redact;
            use serde::Serialize;
            use std::collections::BTreeMap;

            #[redact]
            #[derive(Serialize)]
            struct Inner {
                #[redact(clear)]
                id: u8,
                name: String,
            }

            #[redact]
            #[derive(Serialize)]
            $(#[$attr])*
            enum Ours {
                Unit,
                Braces {},
                Newtype(#[redact(clear)] Inner),
                Map(#[redact(clear)] BTreeMap<String, u8>),
                Struct {
                    #[redact(clear)]
                    id: u8,
                    name: String,
                    #[redact(clear)]
                    #[serde(skip_serializing_if = "Option::is_none", rename = "extra")]
                    more: Option<u8>,
                },
                #[serde(rename_all = "UPPERCASE")]
                Flat {
                    #[redact(clear)]
                    #[serde(with = "hexadecimal")]
                    id: u8,
                    #[redact(clear)]
                    #[serde(flatten)]
                    inner: Inner,
                },
                #[serde(rename = "with")]
                With {
                    #[redact(clear)]
                    #[serde(serialize_with = "spaced")]
                    id: u8,
                },
            }

            #[derive(Serialize)]
            struct TwinInner {
                id: u8,
                name: String,
            }

            #[derive(Serialize)]
            #[serde(rename = "Ours")]
            $(#[$attr])*
            enum Twin {
                Unit,
                Braces {},
                Newtype(TwinInner),
                Map(BTreeMap<String, u8>),
                Struct {
                    id: u8,
                    name: String,
                    #[serde(skip_serializing_if = "Option::is_none", rename = "extra")]
                    more: Option<u8>,
                },
                #[serde(rename_all = "UPPERCASE")]
                Flat {
                    #[serde(with = "hexadecimal")]
                    id: u8,
                    #[serde(flatten)]
                    inner: TwinInner,
                },
                #[serde(rename = "with")]
                With {
                    #[serde(serialize_with = "spaced")]
                    id: u8,
                },
            }

            #[test]
            fn every_variant() {
                let inner = || Inner { id: 1, name: "Jane".into() };
                let twin = || TwinInner { id: 1, name: mask() };
                let map = || BTreeMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]);
                same(&Ours::Unit, &Twin::Unit);
                same(&Ours::Braces {}, &Twin::Braces {});
                same(&Ours::Newtype(inner()), &Twin::Newtype(twin()));
                same(&Ours::Map(map()), &Twin::Map(map()));
                for more in [None, Some(1)] {
                    let ours = Ours::Struct { id: 1, name: "Jane".into(), more };
                    same(&ours, &Twin::Struct { id: 1, name: mask(), more });
                }
                same(&Ours::Flat { id: 31, inner: inner() }, &Twin::Flat { id: 31, inner: twin() });
                same(&Ours::With { id: 3 }, &Twin::With { id: 3 });
            }
        }
    )*};
}

enums! {
    external: #[serde(rename_all = "snake_case")];
    internal: #[serde(tag = "type")];
    adjacent: #[serde(tag = "t", content = "c")];
    untagged: #[serde(untagged)];
}

/// Tuples have no internal tag.
macro_rules! tuples {
    ($($module:ident: $(#[$attr:meta])*;)*) => {$(
        mod $module {
            use super::super::same;
            use super::mask;
            use observe::redact;
            use serde::Serialize;

            #[redact]
            #[derive(Serialize)]
            $(#[$attr])*
            enum Ours {
                Pair(#[redact(clear)] u8, String),
                Empty(),
                Hidden(u8),
                Short(#[redact(clear)] u8, #[serde(skip)] u8),
            }

            #[derive(Serialize)]
            #[serde(rename = "Ours")]
            $(#[$attr])*
            enum Twin {
                Pair(u8, String),
                Empty(),
                Hidden(String),
                Short(u8, #[serde(skip)] u8),
            }

            #[test]
            fn every_variant() {
                same(&Ours::Pair(1, "x".into()), &Twin::Pair(1, mask()));
                same(&Ours::Empty(), &Twin::Empty());
                same(&Ours::Hidden(7), &Twin::Hidden(mask()));
                same(&Ours::Short(7, 8), &Twin::Short(7, 8));
            }
        }
    )*};
}

tuples! {
    external_tuples: ;
    adjacent_tuples: #[serde(tag = "t", content = "c")];
    untagged_tuples: #[serde(untagged)];
}

/// Where serde fails the view does not: telemetry is not what an operation fails for.
#[test]
fn what_serde_refuses_has_a_view() {
    #[redact]
    #[derive(Serialize)]
    #[serde(tag = "type")]
    enum Tagged {
        Hidden(String),
        Number(#[redact(clear)] u8),
        #[serde(skip)]
        Skipped,
    }
    assert_eq!(text(&Tagged::Hidden("x".into())), r#"{"type":"Hidden","0":"[REDACTED]"}"#);
    assert_eq!(text(&Tagged::Number(3)), r#"{"type":"Number","0":3}"#);
    assert_eq!(text(&Tagged::Skipped), r#""[REDACTED]""#);
    assert!(serde_json::to_string(&Tagged::Number(3)).is_err());
}
