use observe::{metered, traced};

#[traced(name = , level debug, fields(a.b, x =, %top_k, ?top_k, 5))]
#[metered(labels(: bool, cached: , cached: bool true), name = "answer" "again")]
fn answer(top_k: usize, cached: bool) -> usize {
    if cached { top_k } else { 0 }
}

fn main() {
    answer(1, true);
}
