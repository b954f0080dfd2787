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
    #[redact(with = first_letter)]
    maiden_name: String,
    #[redact(with = first_letter, because = "a letter is shared by millions")]
    middle_name: String,
}

fn first_letter(name: &String) -> String {
    name.chars().take(1).collect()
}

fn main() {
    let none = String::new;
    let patient =
        Patient { id: 7, email: none(), last_name: none(), phone: none(), maiden_name: none(), middle_name: none() };
    println!("{patient:?}");
}
