use observe::{Label, metered};

#[derive(Label)]
enum QueryError {
    NotFound,
}

#[metered(name = "parse", error = std::num::ParseIntError)]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[metered(name = "query", error = QueryError)]
fn query() -> Result<u8, String> {
    Err("none".to_owned())
}

#[metered(name = "scan", error = QueryError, labels(error_type: bool = true))]
fn scan() -> Result<u8, QueryError> {
    Err(QueryError::NotFound)
}

#[metered(name = "map", error = E)]
fn map<E>(error: E) -> Result<u8, E> {
    Err(error)
}

fn main() {
    let _ = parse("1");
    let _ = query();
    let _ = scan();
    let _ = map(1);
}
