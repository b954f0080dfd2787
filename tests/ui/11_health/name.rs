use observe::health_check;

#[health_check(name = "Vector store")]
async fn vectors() {}

#[health_check]
#[allow(non_snake_case)]
fn Ledger() {}

fn main() {}
