//! Clients of reqwest that are traced and counted, and pass the trace on.
