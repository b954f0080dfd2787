use observe::metered;

#[metered(name = "answer", labels(cached, cached: bool = !cached, status: bool = cached))]
fn answer(cached: bool) -> bool {
    cached
}

#[metered(name = "upload", labels(result), outcome = "result")]
fn upload(result: bool) -> bool {
    result
}

fn main() {
    answer(true);
    upload(true);
}
