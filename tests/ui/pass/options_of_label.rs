//! Every option of `#[derive(Label)]`.

#![deny(warnings)]

use observe::Label;

#[derive(Label)]
enum Plain {
    NotFound,
    r#Loop,
}

#[derive(Label)]
#[label(rename_all = "SCREAMING-KEBAB-CASE", crate = ::observe)]
enum Renamed {
    NotFound,
    #[label(rename = "gpt-4")]
    Gpt4,
    #[cfg(any())]
    Gone(String),
}

#[derive(Label)]
#[label(ignore_data)]
enum Failure<T> {
    Io(T),
    Status { code: u16 },
    Unknown,
}

#[derive(Label)]
pub(crate) enum Sized<const N: usize> {
    #[doc(hidden)]
    One = 1,
    Two = 2,
}

macro_rules! cases {
    ($($name:ident $case:literal $text:literal,)*) => {$(
        #[derive(Label)]
        #[label(rename_all = $case)]
        enum $name {
            NotFound,
        }
        assert_eq!($name::value($name::NotFound.index()), $text);
    )*};
}

fn main() {
    assert_eq!([Plain::NotFound, Plain::r#Loop].map(|label| Plain::value(label.index())), ["not_found", "loop"]);
    assert_eq!([Renamed::NotFound, Renamed::Gpt4].map(|label| Renamed::value(label.index())), ["NOT-FOUND", "gpt-4"]);
    assert_eq!(Renamed::CARDINALITY, 2);
    let failures = [Failure::Io("disk"), Failure::Status { code: 502 }, Failure::Unknown];
    assert_eq!(failures.map(|label| Failure::<&str>::value(label.index())), ["io", "status", "unknown"]);
    assert_eq!([Sized::<3>::One, Sized::Two].map(|label| label.index()), [0, 1]);
    cases! {
        A "lowercase" "notfound",
        B "UPPERCASE" "NOTFOUND",
        C "PascalCase" "NotFound",
        D "camelCase" "notFound",
        E "snake_case" "not_found",
        F "SCREAMING_SNAKE_CASE" "NOT_FOUND",
        G "kebab-case" "not-found",
        H "SCREAMING-KEBAB-CASE" "NOT-FOUND",
    }
}
