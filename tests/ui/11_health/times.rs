use observe::health_check;

#[health_check(timeout = "0s")]
async fn at_once() {}

#[health_check(timeout = "6s")]
async fn patient() {}

#[health_check(timeout = "soon", cached_for = 5)]
async fn vague() {}

fn main() {}
