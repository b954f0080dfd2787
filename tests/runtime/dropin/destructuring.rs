//! Arguments that are taken apart in the signature: each name that a pattern binds is a field.

use crate::support::{expect_only, new_span, once_as};
use observe::traced;
use tracing_mock::expect;
use tracing_mock::field::ExpectedField;

/// Fields of these names, whose values are 1, 2 and so on.
fn numbered<const N: usize>(names: [&str; N]) -> [ExpectedField; N] {
    let mut number = 0_u64;
    names.map(|name| {
        number += 1;
        expect::field(name).with_value(&number)
    })
}

/// Calls the function in each of its forms: with all its arguments, and as the default is, with none.
#[track_caller]
fn expect_names<const N: usize>(names: [&str; N], all: impl FnOnce(), private: impl FnOnce()) {
    expect_only(once_as("all", new_span("all", numbered(names))), all);
    expect_only(once_as("private", new_span("private", [])), private);
}

struct Pair(usize, usize);

struct Named {
    bar: usize,
    baz: usize,
}

struct Nested {
    pair: Pair,
    tuple: (usize, usize),
    other: NoDebug,
}

struct NoDebug;

#[test]
fn of_a_tuple() {
    #[traced(args = all)]
    fn all((one, two): (usize, usize)) {}

    #[traced]
    fn private((_one, _two): (usize, usize)) {}

    expect_names(["one", "two"], || all((1, 2)), || private((1, 2)));
}

#[test]
fn of_tuples_in_tuples() {
    #[traced(args = all)]
    fn all(((one, two), (three, four)): ((usize, usize), (usize, usize))) {}

    #[traced]
    fn private(((_one, _two), (_three, _four)): ((usize, usize), (usize, usize))) {}

    let argument = ((1, 2), (3, 4));
    expect_names(["one", "two", "three", "four"], || all(argument), || private(argument));
}

#[test]
fn of_a_reference() {
    #[traced(args = all)]
    fn all(&one: &usize) {}

    #[traced]
    fn private(&_one: &usize) {}

    expect_names(["one"], || all(&1), || private(&1));
}

#[test]
fn of_a_tuple_struct() {
    #[traced(args = all)]
    fn all(Pair(one, two): Pair) {}

    #[traced]
    fn private(Pair(_one, _two): Pair) {}

    expect_names(["one", "two"], || all(Pair(1, 2)), || private(Pair(1, 2)));
}

#[test]
fn of_a_struct() {
    #[traced(args = all)]
    fn all(Named { bar: one, baz }: Named) {}

    #[traced]
    fn private(Named { bar: _one, baz: _ }: Named) {}

    expect_names(["one", "baz"], || all(Named { bar: 1, baz: 2 }), || private(Named { bar: 1, baz: 2 }));
}

#[test]
fn of_all_of_these_at_once() {
    #[traced(args = all)]
    fn all(&Nested { pair: Pair(one, two), tuple: (three, ref four), .. }: &Nested) {}

    #[traced]
    fn private(&Nested { pair: Pair(_one, _), tuple: (_three, ref _four), .. }: &Nested) {}

    let nested = Nested { pair: Pair(1, 2), tuple: (3, 4), other: NoDebug };
    let NoDebug = nested.other;
    expect_names(["one", "two", "three", "four"], || all(&nested), || private(&nested));
}

/// What `tracing` leaves out.
#[test]
fn of_slices_and_bound_wholes() {
    #[traced(args = all)]
    async fn all([one, .., two]: [usize; 3], three @ &(mut four): &usize) {
        four += 1;
        assert_eq!(four, 4);
        let _ = three;
    }

    #[traced]
    fn private([_one, ..]: [usize; 3]) {}

    let names = ["one", "two", "three"];
    let expected = numbered(names).into_iter().chain([expect::field("four").with_value(&3_u64)]);
    expect_only(once_as("all", new_span("all", expected)), || crate::support::block_on(all([1, 9, 2], &3)));
    private([1, 9, 2]);
}
