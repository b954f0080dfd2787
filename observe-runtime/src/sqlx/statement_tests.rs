use super::*;

fn read(sql: &str) -> Statement {
    Statement::read(sql, Dialect::Postgres)
}

/// The operation, the table and the summary.
fn said(sql: &str) -> (&'static str, String, String) {
    let statement = read(sql);
    (statement.operation, statement.table, statement.summary)
}

#[track_caller]
fn assert_said(sql: &str, operation: &str, table: &str, summary: &str) {
    let (found, found_table, found_summary) = said(sql);
    assert_eq!((found, found_table.as_str(), found_summary.as_str()), (operation, table, summary), "{sql}");
}

#[test]
fn a_statement_is_summarized_by_verbs_and_tables() {
    for (sql, operation, table, summary) in [
        ("SELECT * FROM beds WHERE ward = 7", "SELECT", "beds", "SELECT beds"),
        (
            "select b.id from wards.beds b, notes n where b.id = n.bed",
            "SELECT",
            "wards.beds",
            "SELECT wards.beds notes",
        ),
        ("SELECT 1", "SELECT", "", "SELECT"),
        ("INSERT INTO notes(text) VALUES ('x')", "INSERT", "notes", "INSERT notes"),
        ("INSERT INTO old SELECT * FROM notes", "INSERT", "old", "INSERT old SELECT notes"),
        ("INSERT INTO n (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", "INSERT", "n", "INSERT n"),
        ("UPDATE ONLY beds SET free = true, ward = 3 WHERE id = $1", "UPDATE", "beds", "UPDATE beds"),
        ("DELETE FROM \"my\".\"notes\" WHERE id = 1 RETURNING id", "DELETE", "my.notes", "DELETE my.notes"),
        ("SELECT * FROM a LEFT JOIN b ON a.id = b.id JOIN c USING (id)", "SELECT", "a", "SELECT a b c"),
        (
            "SELECT * FROM (SELECT * FROM inner_one) x, outer_one",
            "SELECT",
            "outer_one",
            "SELECT SELECT inner_one outer_one",
        ),
        ("SELECT (SELECT max(id) FROM logs) FROM beds", "SELECT", "beds", "SELECT SELECT logs beds"),
        ("(SELECT a FROM x) UNION ALL (SELECT a FROM y)", "SELECT", "x", "SELECT x SELECT y"),
        ("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE", "MERGE", "t", "MERGE t s"),
        ("CREATE TABLE IF NOT EXISTS beds (id int)", "CREATE", "beds", "CREATE TABLE beds"),
        ("CREATE UNIQUE INDEX at_ward ON beds (ward)", "CREATE", "beds", "CREATE INDEX beds"),
        ("DROP TABLE IF EXISTS beds", "DROP", "beds", "DROP TABLE beds"),
        ("TRUNCATE TABLE beds", "TRUNCATE", "beds", "TRUNCATE beds"),
        ("EXPLAIN ANALYZE DELETE FROM beds", "EXPLAIN", "beds", "EXPLAIN ANALYZE DELETE beds"),
        ("BEGIN", "BEGIN", "", "BEGIN"),
        ("/* x */ -- y\n SELECT a FROM b; DELETE FROM c", "SELECT", "b", "SELECT b DELETE c"),
        ("FROBNICATE the_table", "", "", ""),
        ("", "", "", ""),
    ] {
        assert_said(sql, operation, table, summary);
    }
}

#[test]
fn queries_behind_with_are_no_tables() {
    let sql = "WITH RECURSIVE free AS (SELECT * FROM beds), two (a) AS (SELECT a FROM free) \
               INSERT INTO report SELECT * FROM two JOIN wards ON true";
    assert_said(sql, "INSERT", "report", "SELECT beds SELECT INSERT report SELECT wards");
    let sql = "WITH gone AS (DELETE FROM notes RETURNING *) SELECT count(*) FROM gone";
    assert_said(sql, "SELECT", "notes", "DELETE notes SELECT");
}

#[test]
fn not_every_from_is_followed_by_a_table() {
    for (sql, summary) in [
        ("SELECT extract(year FROM born), trim(both 'x' FROM name) FROM people", "SELECT people"),
        ("SELECT a FROM t WHERE a IS DISTINCT FROM b", "SELECT t"),
        ("SELECT * FROM generate_series(1, 3), t", "SELECT t"),
        ("SELECT a FROM t FOR UPDATE", "SELECT t"),
        ("SELECT a FROM t WHERE b IN (1, 2) ORDER BY c, d", "SELECT t"),
    ] {
        assert_eq!(read(sql).summary, summary, "{sql}");
    }
}

#[test]
fn the_text_has_no_literals() {
    for (sql, text) in [
        ("SELECT *  FROM beds\nWHERE ward='x' AND n = 4.5", "SELECT * FROM beds WHERE ward=? AND n = ?"),
        ("SELECT a FROM b WHERE c IN (1, 2,  'three') AND d = $1", "SELECT a FROM b WHERE c IN (?) AND d = $1"),
        ("SELECT \"a b\", \"c\" FROM t -- jane", "SELECT ?, \"c\" FROM t"),
        ("SELECT U&'jane', N'jane', $q$jane$q$ /* jane */ FROM t", "SELECT U&? FROM t"),
        (r"SELECT 'it\' OR name = 'jane'", "SELECT ?…"),
    ] {
        assert_eq!(read(sql).text.as_deref(), Some(text), "{sql}");
    }
}

#[test]
fn double_quotes_are_texts_where_the_database_may_take_them_for_such() {
    for dialect in [Dialect::Sqlite, Dialect::MySql] {
        let statement = Statement::read("SELECT a FROM \"beds\" WHERE name = \"jane\"", dialect);
        assert_eq!(statement.text.as_deref(), Some("SELECT a FROM \"beds\" WHERE name = ?"), "{dialect:?}");
        assert_eq!(statement.table, "beds");
    }
    assert_eq!(Statement::read("SELECT a FROM [beds]", Dialect::Other).text, None);
}

#[test]
fn a_name_with_somebody_in_it_is_none() {
    let statement = read("SELECT a FROM \"jane@example.org\", \"123-45-6789\" WHERE b = \"jane@example.org\"");
    assert_eq!((statement.table.as_str(), statement.summary.as_str()), ("", "SELECT"));
    assert_eq!(statement.text.as_deref(), Some("SELECT a FROM ? WHERE b = ?"));
}

#[test]
fn long_statements_are_cut() {
    let tables: Vec<String> = (0..1000).map(|at| format!("table_{at}")).collect();
    let statement = read(&format!("SELECT * FROM {}", tables.join(", ")));
    assert!(statement.summary.len() <= LONGEST_SUMMARY && statement.summary.ends_with("_27"), "{}", statement.summary);
    let text = statement.text.unwrap();
    assert!(text.len() < LONGEST_TEXT + 32 && text.ends_with('…'), "{text}");
}

/// Whatever is written: nothing panics, and no digit of a literal is left.
#[test]
fn no_statement_makes_it_panic_or_tells_its_data() {
    let parts = [
        "'4711'",
        "\"4711\"",
        "4711",
        "$$4711$$",
        "(",
        ")",
        ",",
        "FROM ",
        "SELECT ",
        "WITH ",
        "--4711\n",
        "/*4711*/",
        "INTO ",
        ".",
        "'",
        "a",
        "$1",
        " ",
        "\\",
        "UPDATE ",
        ";",
        "e'47\\'11'",
        "`4711`",
        "[4711]",
    ];
    let mut random = fastrand::Rng::with_seed(8);
    for _ in 0..20_000 {
        let count = random.usize(0..12);
        let sql: String = (0..count).map(|_| parts[random.usize(0..parts.len())]).collect();
        for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite, Dialect::Other] {
            let statement = Statement::read(&sql, dialect);
            // A quoted name may be a number, and a word may go on with dollars: they are names then.
            if !sql.contains(['"', '`', '[']) && !sql.contains("a$") && !sql.contains("a4711") && !sql.contains("14711")
            {
                let said = format!("{statement:?}");
                assert!(!said.contains("4711"), "{sql}\n{said}");
            }
        }
    }
}
