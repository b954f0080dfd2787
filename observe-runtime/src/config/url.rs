//! The parts of a URL that settings are read and shown by. Whether it is one, its reader finds out.

/// What stands before a URL's authority, the authority, and what stands behind it: `http://`, `host:4318` and
/// `/v1/traces`. The authority may hold credentials.
pub(crate) fn split(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + "://".len()));
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    (scheme, authority, behind)
}

/// The part that names a server.
pub(crate) fn authority(url: &str) -> &str {
    split(url).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_ends_where_anything_else_begins() {
        assert_eq!(split("http://c:4318/v1/traces"), ("http://", "c:4318", "/v1/traces"));
        assert_eq!(split("https://[::1]?a=/b"), ("https://", "[::1]", "?a=/b"));
        assert_eq!(split("c:4317"), ("", "c:4317", ""));
        assert_eq!(split("http://"), ("http://", "", ""));
        assert_eq!(split("http://#a://b"), ("http://", "", "#a://b"));
        assert_eq!(authority("http://jane:hunter2@c"), "jane:hunter2@c");
    }
}
