use observe::{metered, traced};
use std::pin::Pin;

#[traced]
#[metered(name = "answer")]
fn answer() -> impl Future<Output = u8> + Send {
    async { 1 }
}

#[traced]
fn boxed<'a>(number: &'a u8) -> Pin<Box<dyn Future<Output = u8> + Send + 'a>> {
    Box::pin(async move { *number })
}

fn main() {
    drop(answer());
    drop(boxed(&1));
}
