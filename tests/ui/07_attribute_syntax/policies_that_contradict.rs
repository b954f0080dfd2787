use observe::redact;

#[redact(display, display = "{name}")]
struct Twice {
    #[redact(clear, hash)]
    ward: String,
    #[redact(with)]
    room: String,
    #[redact(with = "initials")]
    name: String,
    #[redact(email = 1)]
    mail: String,
    #[redact(year, year)]
    born: String,
}

#[redact]
#[redact(display)]
struct Again {
    name: String,
}

fn main() {
    let text = String::new;
    let twice = Twice { ward: text(), room: text(), name: text(), mail: text(), born: text() };
    println!("{twice:?} {:?}", Again { name: text() });
    drop((twice.ward, twice.room, twice.name, twice.mail, twice.born));
}
