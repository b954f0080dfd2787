use observe::{SpanContext, span, traced};

#[traced(parent = number, links = number)]
fn wrong_types(number: u8) -> u8 {
    number
}

#[traced(root, parent = None)]
fn twice() {}

#[traced(links = contexts, follows_from = contexts)]
fn linked_twice(contexts: &[SpanContext]) -> usize {
    contexts.len()
}

#[traced(root = true, parent, target = 5, links(a))]
fn other_forms() {}

#[traced(target = " ")]
fn no_target() {}

// One context is no list of them.
#[traced(links = context)]
fn one_link(context: SpanContext) -> bool {
    context.is_sampled()
}

fn main() {
    wrong_types(1);
    twice();
    linked_twice(&[]);
    other_forms();
    no_target();
    one_link(SpanContext::from_traceparent("").unwrap());
    span!("block", parent = "text"; {});
}
