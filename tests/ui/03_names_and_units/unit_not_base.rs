use observe::metered;

#[metered(name = "ai_request_time")]
fn ask() {}

#[metered(name = "wait_ms", duration = "wait_milliseconds")]
fn wait() {}

fn main() {
    ask();
    wait();
}
