use observe::{Label, metered};

#[derive(Label, Clone, Copy)]
#[rustfmt::skip]
enum Tenant { T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19 }

#[metered(name = "transfer", labels(from, to))]
fn transfer(from: Tenant, to: Tenant) {
    let _ = (from, to);
}

fn main() {
    transfer(Tenant::T0, Tenant::T1);
}
