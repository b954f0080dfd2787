//! A layer for every HTTP service: server spans, request ids, metrics and log lines.
