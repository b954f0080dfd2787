use observe::redact;

#[redact]
#[derive(thiserror::Error)]
enum StoreError {
    #[error("could not reach {host} as {user}")]
    Unreachable { host: String, user: String },
    #[error("patient {0:?} is gone", .number)]
    Gone { number: u64 },
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

#[redact]
#[derive(thiserror::Error)]
#[error("no {name}")]
struct Missing {
    name: String,
}

fn main() {
    println!("{}", StoreError::Unreachable { host: String::new(), user: String::new() });
    println!("{} {}", StoreError::Gone { number: 1 }, Missing { name: String::new() });
}
