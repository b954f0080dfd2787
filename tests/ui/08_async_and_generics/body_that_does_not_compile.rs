use observe::{metered, traced};

/// Mistakes in the body are shown as if there were no attribute.
#[traced(fields(top_k, missing))]
#[metered(name = "answer")]
fn answer(top_k: usize) -> Result<String, std::num::ParseIntError> {
    let number: u8 = "1".parse()?;
    number
}

#[traced]
async fn later(top_k: usize) -> String {
    top_k
}

fn main() {
    let _ = answer(1);
    drop(later(1));
}
