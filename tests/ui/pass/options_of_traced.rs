//! Every option of `#[traced]`, each value of those that have few.

#![deny(warnings)]

use observe::{Empty, Parent, SpanContext, redact, traced};

#[redact]
#[derive(Clone)]
struct Question {
    #[redact(clear)]
    id: u64,
    text: String,
}

#[traced()]
fn nothing() {}

#[traced(name = "POST /ask", kind = server, level = INFO, crate = ::observe,)]
fn all_but_fields() {}

#[traced(kind = internal, level = trace)]
fn internal() {}

#[traced(kind = Client, level = debug)]
fn client() {}

#[traced(kind = producer, level = warn)]
fn producer() {}

#[traced(kind = consumer, level = error)]
fn consumer() {}

#[traced(fields(
    top_k,
    question,
    question.length = question.text.len(),
    gen_ai.system = "openai",
    prompt = scrub(prompt),
    session_id = hash(session),
    first = hash(prompt[..1]),
    place = fixed("ward 3"),
    owner = clear(*prompt),
    email = clear(prompt, because = "the address of the service itself"),
    token_count = top_k as u64,
    cheap = top_k < 3,
    sum = top_k + 1,
    missing = None::<u64>,
    r#type = if top_k > 1 { 1_u8 } else { 2 },
))]
async fn fields(question: Question, top_k: usize, prompt: &str, session: &str) -> usize {
    question.text.len() + prompt.len() + session.len() + top_k
}

const TARGET: &str = "billing";

#[traced(target = "audit", root)]
fn audit() {}

#[traced(target = TARGET, parent = None, links = None::<SpanContext>,)]
fn bill() {}

#[traced(parent = parent, follows_from = links, fields(rows = Empty))]
async fn placed(parent: Option<&tracing::Span>, links: Vec<SpanContext>) -> usize {
    links_seen(parent)
}

fn links_seen(parent: Option<&tracing::Span>) -> usize {
    parent.into_iter().count()
}

#[traced(parent = Parent::Root, links = links.iter())]
fn borrowed(links: &[SpanContext]) -> usize {
    links.len()
}

const QUIET: tracing::Level = tracing::Level::DEBUG;

#[traced("a lone name", level = "warn", skip(_secret), err, ret = clear)]
fn left_by_a_replacement(_secret: &str) -> Result<&'static str, String> {
    Ok("done")
}

#[traced(args = all, skip(_secret), level = 3, err(level = "warn"), ret(level = QUIET))]
async fn arguments(question: &Question, (top_k, _page): (usize, u8), _secret: &str) -> Result<usize, String> {
    Ok(question.text.len() + top_k)
}

#[traced(skip_all, err = off, ret = hash)]
fn expected(missing: bool) -> Result<u64, String> {
    if missing { Err("nothing there".to_owned()) } else { Ok(7) }
}

#[traced(
    args = all,
    unchecked = "the words of a test",
    skip(_hidden),
    fields(?words, total = %words.len(), rows, {QUIET_FIELD} = 1, cap = hash(words[0])),
    err(Debug, level = error),
    ret(Display, level = tracing::Level::INFO)
)]
fn unchecked<'a>(words: &'a [&'a str], email: &str, _hidden: impl Fn()) -> Result<&'a str, ()> {
    words.first().copied().filter(|first| *first != email).ok_or(())
}

const QUIET_FIELD: &str = "quiet";

struct Store {
    rows: Vec<u8>,
}

impl Store {
    const LIMIT: usize = 1;

    #[traced(fields(rows = self.rows.len(), limit = Self::LIMIT))]
    fn load(&self) -> usize {
        self.rows.len()
    }
}

fn main() {
    nothing();
    all_but_fields();
    internal();
    client();
    producer();
    consumer();
    drop(fields(Question { id: 1, text: String::new() }, 1, "a", "b"));
    audit();
    bill();
    drop(placed(None, Vec::new()));
    borrowed(&[]);
    left_by_a_replacement("").unwrap();
    drop(arguments(&Question { id: 1, text: String::new() }, (1, 2), ""));
    expected(true).unwrap_err();
    unchecked(&["a"], "b", || {}).unwrap();
    Store { rows: Vec::new() }.load();
}
