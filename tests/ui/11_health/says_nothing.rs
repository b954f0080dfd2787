use observe::health_check;

#[health_check]
fn size() -> usize {
    3
}

#[health_check]
async fn is_there() -> bool {
    true
}

fn main() {}
