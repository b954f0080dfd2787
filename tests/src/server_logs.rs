//! Ordinary lines of the logs of servers, in which hardly anything is personal.
//!
//! Addresses of clients are in them on purpose: finding those is right.

use fastrand::Rng;

type Format = fn(&mut Rng) -> String;

const FORMATS: &[(&str, Format)] = &[
    ("web server", combined),
    ("syslog", syslog),
    ("journald", journald),
    ("log4j", log4j),
    ("python", python),
    ("tracing", tracing_text),
    ("tracing json", tracing_json),
    ("klog", klog),
    ("postgresql", postgresql),
    ("redis", redis),
    ("haproxy", haproxy),
    ("go", go),
    ("systemd", systemd),
    ("audit", audit),
    ("garbage collector", collector),
    ("csv", csv),
    ("kafka", kafka),
    ("container build", build),
    ("tls", tls),
    ("shop", shop),
];

/// `count` lines with the name of their format, the same ones every time.
///
/// ```
/// let lines = observe_tests::server_logs::lines(40);
/// assert_eq!(lines.len(), 40);
/// assert_eq!(lines, observe_tests::server_logs::lines(40));
/// ```
#[must_use]
pub fn lines(count: usize) -> Vec<(&'static str, String)> {
    let mut random = Rng::with_seed(20_240_131);
    let formats = FORMATS.iter().cycle().take(count);
    formats.map(|(name, format)| (*name, format(&mut random))).collect()
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LEVELS: [&str; 4] = ["DEBUG", "INFO", "WARN", "ERROR"];
const HOSTS: [&str; 5] = ["web-01", "db-primary", "ip-10-0-3-17", "worker7", "node-5f9c"];

fn pick<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

fn address(random: &mut Rng) -> String {
    format!("192.0.2.{}", random.u8(1..255))
}

fn hexadecimal(random: &mut Rng, length: usize) -> String {
    (0..length).map(|_| char::from_digit(random.u32(..16), 16).unwrap_or('0')).collect()
}

fn uuid(random: &mut Rng) -> String {
    let mut part = |length| hexadecimal(random, length);
    format!("{}-{}-4{}-a{}-{}", part(8), part(4), part(3), part(3), part(12))
}

fn date(random: &mut Rng) -> String {
    format!("2024-{:02}-{:02}", random.u8(1..13), random.u8(1..29))
}

fn time(random: &mut Rng) -> String {
    format!("{:02}:{:02}:{:02}", random.u8(..24), random.u8(..60), random.u8(..60))
}

fn stamp(random: &mut Rng) -> String {
    format!("{}T{}.{:06}Z", date(random), time(random), random.u32(..1_000_000))
}

fn month_and_day(random: &mut Rng) -> String {
    format!("{} {:2} {}", pick(random, &MONTHS), random.u8(1..29), time(random))
}

fn combined(random: &mut Rng) -> String {
    let when = format!("{:02}/{}/2024:{} +0000", random.u8(1..29), pick(random, &MONTHS), time(random));
    let path = match random.u8(..4) {
        0 => format!("/api/v2/orders/{}", random.u32(..)),
        1 => format!("/static/app.{}.js", hexadecimal(random, 8)),
        2 => format!("/search?q=rust&page={}&limit=50", random.u8(..)),
        _ => format!("/items/{}/reviews", uuid(random)),
    };
    let agent = match random.u8(..3) {
        0 => {
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.6367.118 Safari/537.36"
        }
        1 => "curl/8.5.0",
        _ => "kube-probe/1.29",
    };
    let status = pick(random, &["200", "204", "301", "404", "502"]);
    format!(
        "{} - - [{when}] \"GET {path} HTTP/1.1\" {status} {} \"-\" \"{agent}\" {:.3}",
        address(random),
        random.u32(..5_000_000),
        random.f64() * 3.0
    )
}

fn syslog(random: &mut Rng) -> String {
    let (when, host, pid) = (month_and_day(random), pick(random, &HOSTS), random.u32(100..99_999));
    match random.u8(..4) {
        0 => format!(
            "{when} {host} sshd[{pid}]: Connection closed by {} port {} [preauth]",
            address(random),
            random.u16(1024..)
        ),
        1 => format!("{when} {host} CRON[{pid}]: (root) CMD (run-parts /etc/cron.hourly)"),
        2 => format!(
            "{when} {host} kernel: [{:>12.6}] EXT4-fs (sda{}): mounted filesystem with ordered data mode",
            random.f64() * 1_000_000.0,
            random.u8(1..9)
        ),
        _ => format!(
            "<{}>1 {} {host} app {pid} ID{} - queue depth {}",
            random.u8(..191),
            stamp(random),
            random.u8(..),
            random.u16(..)
        ),
    }
}

fn journald(random: &mut Rng) -> String {
    format!(
        r#"{{"__REALTIME_TIMESTAMP":"{}","__MONOTONIC_TIMESTAMP":"{}","_PID":"{}","_BOOT_ID":"{}","PRIORITY":"6","MESSAGE":"Finished job {}"}}"#,
        1_700_000_000_000_000_u64 + random.u64(..50_000_000_000_000),
        random.u64(..900_000_000_000),
        random.u32(100..99_999),
        hexadecimal(random, 32),
        random.u16(..)
    )
}

fn log4j(random: &mut Rng) -> String {
    let (when, level) = (format!("{} {},{:03}", date(random), time(random), random.u16(..1000)), pick(random, &LEVELS));
    match random.u8(..3) {
        0 => format!(
            "{when} {level} [http-nio-8080-exec-{}] o.s.w.s.DispatcherServlet - Completed in {} ms",
            random.u8(..),
            random.u16(..)
        ),
        1 => format!(
            "{when} {level} [main] c.z.h.HikariDataSource - HikariPool-{} - Added connection org.postgresql.jdbc.PgConnection@{}",
            random.u8(1..9),
            hexadecimal(random, 8)
        ),
        _ => format!(
            "\tat com.example.shop.OrderService.place(OrderService.java:{}) ~[shop-2.14.{}.jar:?]",
            random.u16(1..2000),
            random.u8(..)
        ),
    }
}

fn python(random: &mut Rng) -> String {
    let when = format!("{} {},{:03}", date(random), time(random), random.u16(..1000));
    match random.u8(..3) {
        0 => format!(
            "{when} - celery.worker - INFO - Task tasks.resize[{}] succeeded in {:.9}s: None",
            uuid(random),
            random.f64()
        ),
        1 => format!(
            "{when} WARNING urllib3.connectionpool: Retrying (Retry(total={}, connect=None)) after connection broken",
            random.u8(..5)
        ),
        _ => format!(
            "  File \"/usr/lib/python3.12/asyncio/base_events.py\", line {}, in run_until_complete",
            random.u16(1..2000)
        ),
    }
}

fn tracing_text(random: &mut Rng) -> String {
    let (when, level) = (stamp(random), pick(random, &LEVELS));
    match random.u8(..3) {
        0 => format!(
            "{when} {level:>5} request{{method=GET path=/orders/{} trace_id={}}}: shop::http: finished status=200 latency_ms={}",
            random.u32(..100_000),
            hexadecimal(random, 32),
            random.u16(..)
        ),
        1 => format!(
            "{when} {level:>5} shop::cache: evicted entries={} bytes={} age_s={}",
            random.u16(..),
            random.u64(..90_000_000_000),
            random.u8(..)
        ),
        _ => format!(
            "{when} {level:>5} shop::db: slow query rows={} elapsed={:.3}ms worker={}",
            random.u32(..),
            random.f64() * 900.0,
            random.u8(..)
        ),
    }
}

fn tracing_json(random: &mut Rng) -> String {
    format!(
        r#"{{"timestamp":"{}","level":"{}","fields":{{"message":"batch sent","count":{},"bytes":{},"batch_id":{}}},"target":"export::otlp","threadId":"ThreadId({})","span":{{"trace_id":"{}","span_id":"{}"}}}}"#,
        stamp(random),
        pick(random, &LEVELS),
        random.u16(..),
        random.u32(..),
        random.u64(..1_000_000_000_000),
        random.u8(..),
        hexadecimal(random, 32),
        hexadecimal(random, 16)
    )
}

fn klog(random: &mut Rng) -> String {
    let head = format!(
        "I{:02}{:02} {}.{:06} {:7}",
        random.u8(1..13),
        random.u8(1..29),
        time(random),
        random.u32(..1_000_000),
        random.u16(1..)
    );
    match random.u8(..3) {
        0 => format!(
            "{head} kubelet.go:{}] \"SyncLoop ADD\" source=\"api\" pods=[\"shop/cart-{}-{}\"]",
            random.u16(..),
            hexadecimal(random, 10),
            hexadecimal(random, 5)
        ),
        1 => format!(
            "{head} scheduler.go:{}] \"Successfully bound pod to node\" evaluatedNodes={} feasibleNodes={}",
            random.u16(..),
            random.u8(..),
            random.u8(..)
        ),
        _ => format!(
            "{head} controller.go:{}] resourceVersion={} generation={}",
            random.u16(..),
            random.u32(..),
            random.u8(..)
        ),
    }
}

fn postgresql(random: &mut Rng) -> String {
    let head = format!("{} {}.{:03} UTC [{}]", date(random), time(random), random.u16(..1000), random.u32(100..99_999));
    match random.u8(..3) {
        0 => format!(
            "{head} LOG:  checkpoint complete: wrote {} buffers ({:.1}%); 0 WAL file(s) added; distance={} kB, lsn=3F/{}",
            random.u16(..),
            random.f64() * 100.0,
            random.u32(..999_999),
            hexadecimal(random, 8).to_uppercase()
        ),
        1 => format!(
            "{head} LOG:  duration: {:.3} ms  statement: SELECT id, total FROM orders WHERE id = $1",
            random.f64() * 90.0
        ),
        _ => format!(
            "{head} LOG:  automatic vacuum of table \"shop.public.orders\": index scans: 1 pages: {} removed, {} remain",
            random.u16(..),
            random.u32(..9_999_999)
        ),
    }
}

fn redis(random: &mut Rng) -> String {
    format!(
        "{}:M {:02} {} 2024 {}.{:03} * DB saved on disk, {} keys, RDB: {} MB of memory used by copy-on-write",
        random.u16(1..),
        random.u8(1..29),
        pick(random, &MONTHS),
        time(random),
        random.u16(..1000),
        random.u32(..),
        random.u16(..)
    )
}

fn haproxy(random: &mut Rng) -> String {
    format!(
        "{} lb haproxy[{}]: {}:{} [{:02}/{}/2024:{}.{:03}] fe_https be_app/srv{} {}/{}/{}/{}/{} 200 {} - - ---- {}/{}/{}/{}/0 0/0 \"GET /health HTTP/1.1\"",
        month_and_day(random),
        random.u16(1..),
        address(random),
        random.u16(1024..),
        random.u8(1..29),
        pick(random, &MONTHS),
        time(random),
        random.u16(..1000),
        random.u8(1..9),
        random.u8(..),
        random.u8(..),
        random.u8(..),
        random.u8(..),
        random.u16(..),
        random.u32(..999_999),
        random.u16(..),
        random.u16(..),
        random.u8(..),
        random.u8(..)
    )
}

fn go(random: &mut Rng) -> String {
    match random.u8(..4) {
        0 => format!("goroutine {} [running]:", random.u32(1..99_999)),
        1 => format!("\t/usr/local/go/src/net/http/server.go:{} +0x{}", random.u16(1..4000), hexadecimal(random, 3)),
        2 => format!(
            "main.(*Server).handle(0xc000{}, {{0x{}, 0xc000{}}})",
            hexadecimal(random, 6),
            hexadecimal(random, 6),
            hexadecimal(random, 6)
        ),
        _ => format!(
            "{}/{:02}/{:02} {} http: superfluous response.WriteHeader call from main.go:{}",
            2024,
            random.u8(1..13),
            random.u8(1..29),
            time(random),
            random.u16(1..)
        ),
    }
}

fn systemd(random: &mut Rng) -> String {
    let (when, host) = (month_and_day(random), pick(random, &HOSTS));
    match random.u8(..3) {
        0 => format!(
            "{when} {host} systemd[1]: app@{}.service: Consumed {}min {:.3}s CPU time, {}.{}G memory peak.",
            random.u8(..),
            random.u8(..60),
            random.f64() * 60.0,
            random.u8(..9),
            random.u8(..9)
        ),
        1 => format!("{when} {host} systemd[1]: Started Session {} of User deploy.", random.u32(..99_999)),
        _ => format!(
            "{when} {host} systemd[1]: run-u{}.scope: Deactivated successfully, code=exited, status=0/SUCCESS",
            random.u32(..99_999)
        ),
    }
}

fn audit(random: &mut Rng) -> String {
    format!(
        "type=SYSCALL msg=audit({}.{:03}:{}): arch=c000003e syscall={} success=yes exit=0 a0=7ffd{} a1={} ppid={} pid={} auid=4294967295 uid=0 tty=(none) ses=4294967295 exe=\"/usr/bin/su\" key=(null)",
        1_700_000_000 + random.u32(..50_000_000),
        random.u16(..1000),
        random.u32(..999_999),
        random.u16(..400),
        hexadecimal(random, 8),
        hexadecimal(random, 6),
        random.u16(1..),
        random.u16(1..)
    )
}

fn collector(random: &mut Rng) -> String {
    format!(
        "[{}.{:03}s][info][gc] GC({}) Pause Young (Normal) (G1 Evacuation Pause) {}M->{}M({}M) {:.3}ms",
        random.u32(..999_999),
        random.u16(..1000),
        random.u16(..),
        random.u16(..),
        random.u16(..),
        random.u16(..),
        random.f64() * 50.0
    )
}

fn csv(random: &mut Rng) -> String {
    format!(
        "{},{},{:.4},{},{:.2},{},{}",
        1_700_000_000_000_u64 + random.u64(..50_000_000_000),
        pick(random, &HOSTS),
        random.f64() * 100.0,
        random.u64(..90_000_000_000),
        random.f64() * 1e6,
        random.u16(..),
        random.u32(..)
    )
}

fn kafka(random: &mut Rng) -> String {
    let when = format!("[{} {},{:03}]", date(random), time(random), random.u16(..1000));
    match random.u8(..3) {
        0 => format!(
            "{when} INFO [Log partition=orders-{}, dir=/var/lib/kafka] Rolled new log segment at offset {} in {} ms. (kafka.log.Log)",
            random.u8(..),
            random.u64(..90_000_000_000),
            random.u8(..)
        ),
        1 => format!(
            "{when} INFO [Group Coordinator {}]: Member consumer-billing-{}-{} in group billing has left (generation {})",
            random.u8(..9),
            random.u8(..9),
            uuid(random),
            random.u16(..)
        ),
        _ => format!(
            "{when} INFO [Controller id={}, epoch={}] Partition orders-{} state changed to OnlinePartition with leader {}",
            random.u8(..9),
            random.u16(..),
            random.u8(..),
            random.u8(..9)
        ),
    }
}

fn build(random: &mut Rng) -> String {
    match random.u8(..4) {
        0 => format!(
            "#{} sha256:{} {}.{}MB / {}.00MB {}.{}s",
            random.u8(1..40),
            hexadecimal(random, 64),
            random.u8(..),
            random.u8(..99),
            random.u8(..),
            random.u8(..60),
            random.u8(..9)
        ),
        1 => format!("   Compiling serde_json v1.0.{} ({}/{})", random.u8(..), random.u16(..500), random.u16(500..999)),
        2 => format!(
            "commit {} build {}.{} of {}",
            hexadecimal(random, 40),
            date(random).replace('-', ""),
            random.u8(1..),
            pick(random, &HOSTS)
        ),
        _ => format!(
            "test result: ok. {} passed; 0 failed; {} ignored; finished in {}.{:02}s",
            random.u16(..),
            random.u8(..),
            random.u8(..),
            random.u8(..99)
        ),
    }
}

fn tls(random: &mut Rng) -> String {
    let print: Vec<String> = (0..20).map(|_| hexadecimal(random, 2)).collect();
    match random.u8(..2) {
        0 => format!("certificate loaded fingerprint={} notAfter={}T00:00:00Z", print.join(":"), date(random)),
        _ => format!(
            "handshake with {}:443 cipher=TLS_AES_128_GCM_SHA256 resumed=false took {}us",
            address(random),
            random.u16(..)
        ),
    }
}

fn shop(random: &mut Rng) -> String {
    match random.u8(..6) {
        0 => format!(
            "order {} shipped with {} items, total {}.{:02} EUR",
            random.u32(100_000..),
            random.u8(1..40),
            random.u16(..),
            random.u8(..100)
        ),
        1 => {
            format!("invoice INV-2024-{:06} created for order ORD-{}", random.u32(..999_999), random.u32(10_000_000..))
        }
        2 => format!(
            "sku {}-{}-{} restocked +{}",
            random.u16(100..999),
            random.u16(1000..9999),
            random.u16(10..99),
            random.u8(..)
        ),
        3 => format!(
            "warehouse at {:.6}, {:.6} reports {} pallets",
            random.f64() * 90.0,
            random.f64() * 180.0,
            random.u16(..)
        ),
        4 => format!("retry {} of 5 in {}ms for job {}", random.u8(1..6), random.u16(..), random.u64(..)),
        _ => format!(
            "session cart={} user_count={} account_count={} age={}s version={}.{}.{}",
            uuid(random),
            random.u16(..),
            random.u16(..),
            random.u8(..),
            random.u8(..),
            random.u8(..),
            random.u8(..)
        ),
    }
}
