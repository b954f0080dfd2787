use observe::redact;

#[redact(serialize)]
#[serde(rename_al = "camelCase", flatten)]
struct Patient {
    #[redact(clear)]
    #[serde(skip_serializing_if_none)]
    ward: Option<u8>,
    #[serde(rename = 5)]
    name: String,
}

#[redact(serialize)]
#[serde(rename_all = "camelcase")]
enum Event {
    #[serde(skip_if)]
    Admitted,
}

fn main() {
    drop((Patient { ward: None, name: String::new() }, Event::Admitted));
}
