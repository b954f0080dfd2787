//! What metrics take in a large service. One test, alone in its process: it is the process that is measured.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

#[path = "openmetrics/mod.rs"]
mod openmetrics;

use observe::{Capped, Counter, Format, Gauge, Histogram, Label, exposition_as, metered, metric, traced};
use openmetrics::{read, undescribed, value};
use std::io::Write as _;
use std::sync::Barrier;
use std::thread;

/// What the metrics of one process may take.
const MAX: f64 = 10.0 * 1024.0 * 1024.0;

/// As many as have numbers of their own.
const THREADS: usize = 64;

/// A thread's numbers take so much at least, once it has counted more than fit: fourteen pages.
const BLOCK: f64 = 14.0 * 4096.0;

#[derive(Label, Clone, Copy)]
enum Region {
    Frankfurt,
    Dublin,
    Virginia,
    Oregon,
    Singapore,
    Sydney,
}

#[derive(Label, Clone, Copy)]
enum Plan {
    Free,
    Starter,
    Team,
    Business,
    Enterprise,
}

const REGIONS: [Region; 6] =
    [Region::Frankfurt, Region::Dublin, Region::Virginia, Region::Oregon, Region::Singapore, Region::Sydney];
const PLANS: [Plan; 5] = [Plan::Free, Plan::Starter, Plan::Team, Plan::Business, Plan::Enterprise];

type Service = fn(Region, Plan, bool, bool) -> Result<(), ()>;

/// Functions of 60 combinations of labels each, which are 3,300 series.
macro_rules! services {
    ($($name:ident)*) => {
        $(
            /// Does a part of the work.
            #[traced]
            #[metered(labels(region, plan, cached))]
            fn $name(region: Region, plan: Plan, cached: bool, works: bool) -> Result<(), ()> {
                let _ = (region, plan, cached);
                if works { Ok(()) } else { Err(()) }
            }
        )*
        const SERVICES: &[Service] = &[$($name),*];
    };
}

services! {
    create_account delete_account rename_account suspend_account create_document read_document update_document
    delete_document share_document export_document create_folder list_folder move_folder delete_folder upload_file
    download_file scan_file convert_file send_message read_message search_messages index_message create_invoice
    pay_invoice refund_invoice send_invoice create_subscription change_subscription cancel_subscription renew_subscription
    issue_token refresh_token revoke_token verify_token load_profile save_profile load_settings save_settings
    run_report schedule_report
}

/// Values of each of two labels, and with the one for all others a hundred: 10,000 series, the whole budget.
const VALUES: usize = 99;

/// Requests of tenants.
#[metric(name = "tenant_requests_total", labels(tenant, operation))]
static REQUESTS: Counter<(Capped<'static, VALUES>, Capped<'static, VALUES>)>;

/// Things that tenants have.
#[metric(name = "tenant_items", labels(tenant, collection))]
static ITEMS: Gauge<(Capped<'static, VALUES>, Capped<'static, VALUES>)>;

/// How long tenants wait.
#[metric(name = "tenant_wait_seconds", labels(tenant), buckets = api)]
static WAIT: Histogram<Capped<'static, TENANTS>>;

/// As many as the budget allows: each has a series for each bucket, and three.
const TENANTS: usize = 10_000 / (observe_rules::bucket::API.len() + 3) - 1;

/// Everything is counted once, by each thread.
fn work() {
    for service in SERVICES {
        for region in REGIONS {
            for plan in PLANS {
                for cached in [false, true] {
                    assert!(service(region, plan, cached, true).is_ok());
                    assert!(service(region, plan, cached, false).is_err());
                }
            }
        }
    }
    for tenant in 0..=VALUES {
        let tenant = format!("tenant-{tenant:04}");
        for operation in 0..=VALUES {
            let operation = format!("operation-{operation:03}");
            REQUESTS.with((Capped::new(&tenant), Capped::new(&operation))).inc();
            ITEMS.with((Capped::new(&tenant), Capped::new(&operation))).set(1.5);
        }
    }
    for tenant in 0..=TENANTS {
        WAIT.with(Capped::new(&format!("tenant-{tenant:04}"))).observe(0.02);
    }
}

/// What is resident of this process, in bytes; 0 where the system doesn't say.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or_default() * 4096.0
}

/// What metrics say that they take when they are scraped in both formats; and how long the texts were.
fn scraped() -> (f64, [usize; 2]) {
    let mut lengths = [0; 2];
    let mut bytes = None;
    // What is kept for the next scrape, the next one tells of.
    for _ in 0..2 {
        lengths = [Format::Text, Format::OpenMetrics].map(|format| {
            let text = exposition_as(format);
            bytes = text.lines().find_map(|line| line.strip_prefix("observe_metrics_memory_bytes ")?.parse().ok());
            text.len()
        });
    }
    (bytes.expect("it is in every exposition"), lengths)
}

#[test]
fn a_large_service_stays_within_ten_mebibytes() {
    let _guard = observe::init!("memory").expect("the first of this process");
    let (before, _) = scraped();
    let resident_before = resident();
    assert!(before < MAX / 10.0, "{before} bytes before anything is counted");

    // All at the same time: a thread that ended would leave its numbers to the next.
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                barrier.wait();
                work();
                barrier.wait();
            });
        }
    });
    let resident_counted = resident();
    let (after, lengths) = scraped();
    let resident_after = resident();
    // Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(
        std::io::stderr(),
        "metrics took {:.2} MiB, then {:.2} MiB; the process grew by {:.2} MiB while it counted and by {:.2} MiB \
         when it was scraped; the texts have {lengths:?} bytes",
        before / 1_048_576.0,
        after / 1_048_576.0,
        (resident_counted - resident_before) / 1_048_576.0,
        (resident_after - resident_counted) / 1_048_576.0,
    );

    // It was all there.
    let families = read(&exposition_as(Format::OpenMetrics), openmetrics::Format::OpenMetrics).expect("a valid text");
    assert_eq!(undescribed(&families), [""; 0]);
    let of = |name: &str| families.iter().find(|family| family.name == name).expect(name);
    assert_eq!(SERVICES.len(), 40);
    let calls = 60.0 * 2.0 * 64.0;
    for name in ["create_account", "schedule_report"] {
        assert_eq!(value(&families, &format!("{name}_total"), &[]), calls);
        assert_eq!(of(&format!("{name}_duration_seconds")).samples.len(), 120 * (observe_rules::bucket::API.len() + 3));
    }
    assert_eq!(of("tenant_requests").samples.len(), 10_000);
    assert_eq!(value(&families, "tenant_requests_total", &[]), 10_000.0 * 64.0);
    assert_eq!(of("tenant_items").samples.len(), 10_000);
    assert!(of("tenant_wait_seconds").samples.len() > 9_900);

    let least = 64.0 * BLOCK;
    assert!(after - before >= least, "{after} bytes are less than {least}, which the threads' own numbers take");
    assert!(after <= MAX, "{after} bytes");
}
