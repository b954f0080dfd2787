use observe::redact;
use secrecy::SecretString;

#[redact]
struct Login {
    #[redact(hash)]
    password: SecretString,
    #[redact(scrub)]
    token: SecretString,
}

fn main() {
    println!("{:?}", Login { password: SecretString::from("x"), token: SecretString::from("x") });
}
