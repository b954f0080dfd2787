use observe::metered;

#[metered(name = "answer", labels(cached = hit, tenant, hit))]
fn answer(hit: bool, (left, right): (bool, bool)) -> bool {
    hit && left && right
}

fn main() {
    answer(true, (true, true));
}
