use observe::traced;

#[traced(fields(a = hash(top_k, 3), b = scrub(), c = clear(top_k, "why"), d = clear(top_k, because = "")))]
fn answer(top_k: usize) -> usize {
    top_k
}

fn main() {
    answer(1);
}
