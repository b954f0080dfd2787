//! Clients of redis that are traced and counted.
