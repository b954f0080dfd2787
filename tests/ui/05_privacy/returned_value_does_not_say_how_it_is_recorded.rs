use observe::traced;

struct Answer {
    text: String,
}

struct NoText;

#[traced(ret)]
fn text() -> Result<String, std::io::Error> {
    Ok(String::new())
}

#[traced(ret(level = "debug"))]
async fn answer() -> Answer {
    Answer { text: String::new() }
}

#[traced(ret = scrub)]
fn scrubbed() -> Answer {
    Answer { text: String::new() }
}

#[traced(args = all, unchecked = "nothing personal passes here", ret, err(Debug))]
fn shown() -> Result<Answer, NoText> {
    Err(NoText)
}

fn main() {
    text().unwrap();
    drop(answer());
    drop(scrubbed().text);
    drop(shown());
}
