use observe::metered;

#[metered(name = "cache_lookup", calls = "cache_hits", duration = "cache_lookup_time", in_progress = "cache_lookups_total")]
fn lookup() {}

fn main() {
    lookup();
}
