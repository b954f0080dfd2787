//! Metrics of the process, the machine and the runtime of tokio.
