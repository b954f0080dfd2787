use observe::health_check;

#[health_check(time_out = "1s", kind = databse, critical, degrading)]
async fn ledger() {}

fn main() {}
