use observe::{Capped, LabelSet, metered};

#[metered(name = "upload", labels(tenant: Capped<0> = Capped::new(tenant)))]
fn upload(tenant: &str) -> usize {
    tenant.len()
}

#[metered(name = "download", labels(tenant: Option<Capped<100_000>> = Some(Capped::new(tenant))))]
fn download(tenant: &str) -> usize {
    tenant.len()
}

#[derive(LabelSet)]
struct Caller<'a> {
    internal: bool,
    tenant: Capped<'a, 1001>,
}

#[metered(name = "chat", labels(..caller))]
fn chat(caller: &Caller<'_>) {
    let _ = caller;
}

fn main() {
    upload("");
    download("");
    chat(&Caller { internal: true, tenant: Capped::new("") });
}
