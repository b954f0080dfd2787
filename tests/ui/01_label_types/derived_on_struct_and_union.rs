use observe::{Label, metered};

#[derive(Label)]
struct Tenant(String);

#[derive(Label)]
union Bits {
    word: u32,
}

#[metered(name = "answer", labels(tenant))]
fn answer(tenant: &Tenant, bits: Bits) -> usize {
    let _ = bits;
    tenant.0.len()
}

fn main() {
    answer(&Tenant(String::new()), Bits { word: 0 });
}
