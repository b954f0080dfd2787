//! Example service: a gateway to language models of several providers, with tokens and cost.

fn main() {}
