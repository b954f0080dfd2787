use observe::redact;

#[redact]
struct Patient {
    #[redact(clear)]
    id: u64,
    #[redact(clear)]
    email: String,
    #[redact(clear, because = " ")]
    last_name: String,
    #[redact(clear, because = "a count")]
    phone: String,
}

fn main() {
    let patient = Patient { id: 7, email: String::new(), last_name: String::new(), phone: String::new() };
    println!("{patient:?}");
    drop((patient.id, patient.email, patient.last_name, patient.phone));
}
