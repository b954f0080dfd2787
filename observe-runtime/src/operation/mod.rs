//! Operations that most services have, with the names of the semantic conventions: queries, calls, tokens.
