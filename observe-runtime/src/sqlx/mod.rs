//! Queries of sqlx that are traced and counted.
