//! Tests that see the project as its users do; all of them stand in `tests/`.
