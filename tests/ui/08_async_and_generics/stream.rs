use futures_core::stream::{BoxStream, Stream};
use observe::{metered, traced};

#[traced]
#[metered(name = "numbers")]
async fn numbers(stream: BoxStream<'static, u8>) -> impl Stream<Item = u8> {
    stream
}

#[traced]
#[track_caller]
fn boxed<'a>(stream: BoxStream<'a, u8>) -> BoxStream<'a, u8> {
    stream
}

fn main() {
    drop(numbers);
    drop(boxed);
}
