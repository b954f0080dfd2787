use observe::{metered, traced};

#[traced("answer", name = answer, kind = "client", level = verbose, fields = top_k)]
#[metered(name("answer"), labels, buckets, max_series = "many", calls = on, duration = 3, help = help)]
fn answer(top_k: usize) -> usize {
    top_k
}


#[traced]
#[metered = "search"]
fn search() {}

#[traced(kind = servers, crate = "observe", name)]
fn serve() {}

fn main() {
    answer(1);
    search();
    serve();
}
