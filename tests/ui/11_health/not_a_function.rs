use observe::health_check;

#[health_check]
struct Ledger;

#[health_check]
async fn takes_a_pool(pool: &str) -> Result<(), String> {
    Err(pool.to_owned())
}

#[health_check]
fn is_generic<T>() {}

fn main() {}
