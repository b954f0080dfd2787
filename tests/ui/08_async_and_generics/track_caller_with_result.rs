use observe::{metered, traced};

#[traced]
#[metered(name = "parse")]
#[track_caller]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[traced]
#[track_caller]
fn save(text: &str) -> std::io::Result<()> {
    std::fs::write("answer", text)
}

fn main() {
    let _ = (parse("1"), save("1"));
}
