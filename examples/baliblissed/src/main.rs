//! Example service: travel offers with a cache, and an AI behind a circuit breaker.

fn main() {}
