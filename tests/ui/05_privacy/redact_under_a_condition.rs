use observe::redact;

#[redact]
struct Visit(#[cfg(any())] u8, #[redact(clear)] u8);

#[redact]
struct Patient {
    #[cfg_attr(all(), redact(clear))]
    ward: u8,
}

fn main() {
    println!("{:?} {:?}", Visit(1), Patient { ward: 1 });
    println!("{} {}", Visit(1).0, Patient { ward: 1 }.ward);
}
