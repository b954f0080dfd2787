use observe::{metered, traced};
use std::pin::Pin;

trait Stream {
    type Item;
}

struct Numbers;

impl Stream for Numbers {
    type Item = u8;
}

#[traced]
#[metered(name = "numbers")]
fn numbers() -> impl Stream<Item = u8> + Send {
    Numbers
}

#[traced]
fn boxed<'a>() -> Pin<Box<dyn Stream<Item = u8> + Send + 'a>> {
    Box::pin(Numbers)
}

fn main() {
    numbers();
    boxed();
}
