use observe::redact;

#[redact(display = "could not reach {hots} as {user:?}")]
struct Unreachable {
    #[redact(clear)]
    host: String,
    user: String,
}

#[redact(display = "{host")]
struct Half {
    host: String,
}

#[redact(display = "failed")]
enum Failure {
    #[redact(display = "{1}")]
    Numbered(u8),
    #[redact(display = "gone}")]
    Gone,
    #[redact(display = "{late}")]
    Late {
        #[cfg(all())]
        late: u8,
    },
}

fn main() {
    let (host, user) = (String::new(), String::new());
    println!("{} {}", Unreachable { host, user }, Half { host: String::new() });
    println!("{} {} {}", Failure::Numbered(1), Failure::Gone, Failure::Late { late: 1 });
}
