use observe::{Label, LabelSet, metered};

#[derive(LabelSet)]
struct Pair(bool, bool);

#[derive(LabelSet)]
struct Nothing;

#[derive(LabelSet)]
enum Plan {
    Free,
}

#[derive(LabelSet)]
union Bits {
    word: u32,
}

#[derive(LabelSet)]
struct Caller<'a, L: Label, const N: usize> {
    plan: &'a L,
}

#[metered(name = "answer", labels(..pair, ..caller: Caller<'_, bool, 1> = Caller { plan: &true }))]
fn answer(pair: &Pair, nothing: Nothing, plan: Plan, bits: Bits) {
    let _ = (pair.0, pair.1, nothing, plan, bits);
}

fn main() {
    answer(&Pair(true, false), Nothing, Plan::Free, Bits { word: 0 });
}
