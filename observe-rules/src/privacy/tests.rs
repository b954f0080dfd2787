use super::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Names of secrets, from public lists of what frameworks, error trackers and clouds take for one.
const SECRETS: &[&str] = &[
    // words of the filters that web frameworks begin with
    "passw",
    "password",
    "passwd",
    "pass",
    "secret",
    "token",
    "_key",
    "crypt",
    "salt",
    "certificate",
    "otp",
    "cvv",
    "cvc",
    "signature",
    "credentials",
    "auth",
    "session",
    "cookie",
    "csrf",
    "_csrf",
    "xsrf",
    "_xsrf",
    "csrf_token",
    "bearer",
    "jwt",
    "mysql_pwd",
    "api_key",
    "apikey",
    "private_key",
    "privatekey",
    "vcap_services",
    "connectionString",
    // headers
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "X-Auth-Token",
    "X-Csrf-Token",
    "X-CSRFToken",
    "x_csrftoken",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Vault-Token",
    "Private-Token",
    "X-XSRF-TOKEN",
    "http.request.header.authorization",
    "http.request.header.set-cookie",
    "Ocp-Apim-Subscription-Key",
    "X-Functions-Key",
    "X-Goog-Api-Key",
    "X-Hub-Signature-256",
    "X-Shopify-Access-Token",
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    // sessions
    "PHPSESSID",
    "JSESSIONID",
    "ASP.NET_SessionId",
    "ASPSESSIONID",
    "connect.sid",
    "laravel_session",
    "_session_id",
    "sessionid",
    "session_id",
    "csrftoken",
    "XSRF-TOKEN",
    "aiohttp_session",
    "user_session",
    "_session",
    "symfony",
    "sid",
    "express:sess",
    "session.id",
    "session_key",
    "SESSION_TOKEN",
    // keys and what opens databases
    "aws_secret_access_key",
    "aws_access_key_id",
    "aws_session_token",
    "AWS_SECRET_ACCESS_KEY",
    "google_application_credentials",
    "account_key",
    "sas_token",
    "storage_account_key",
    "connection_string",
    "dsn",
    "SENTRY_DSN",
    "redis_url",
    "database_url",
    "DATABASE_URL",
    "SQLALCHEMY_DATABASE_URI",
    "celery_broker_url",
    "mongodb_uri",
    "webhook_url",
    "presigned_url",
    "secret_key_base",
    "rails_master_key",
    "client_secret",
    "clientSecret",
    "encryption_key",
    "signing_key",
    "ssh_key",
    "hmac_key",
    "license_key",
    "openai_api_key",
    "stripe_key",
    "app_key",
    "deploy_key",
    "ssl_key",
    "kubeconfig",
    "htpasswd",
    // tokens and codes
    "access_token",
    "accessToken",
    "refresh_token",
    "id_token",
    "auth_token",
    "bearer_token",
    "api_token",
    "push_token",
    "github_token",
    "token_value",
    "oauthToken",
    "access_tokens",
    "verification_code",
    "auth_code",
    "github_pat",
    "pin_code",
    "mfa_code",
    "totp_secret",
    "recovery_phrase",
    "security_answer",
    "user_pin",
    "pin",
    // several, compounds and hashes
    "passwords",
    "db_password",
    "dbpassword",
    "userpassword",
    "PGPASSWORD",
    "password2",
    "password_hash",
    "encrypted_password",
    "passphrase",
    "smtp_pass",
    "php_auth_pw",
    "basic_auth",
    "user.password",
    "newPassword",
    "password_confirmation",
    "secrets",
];

/// Names of what is said about a person.
const PERSONAL: &[&str] = &[
    "ssn",
    "userSSN",
    "social_security_number",
    "email",
    "emails",
    "e_mail",
    "e-mail",
    "email_address",
    "patientEmail",
    "useremail",
    "user.email",
    "phone",
    "phone_number",
    "phoneNumber",
    "homePhone",
    "mobile_number",
    "cell_phone",
    "fax",
    "msisdn",
    "first_name",
    "firstName",
    "firstname",
    "last_name",
    "lastName",
    "surname",
    "full_name",
    "maiden_name",
    "username",
    "user_name",
    "user.name",
    "user.full_name",
    "patient_name",
    "customer_name",
    "nickname",
    "mother_name",
    "street_name",
    "date_of_birth",
    "dateOfBirth",
    "dob",
    "birthdate",
    "birth_date",
    "birthday",
    "place_of_birth",
    "patient_age",
    "street",
    "street_address",
    "address",
    "address_line1",
    "home_address",
    "billing_address",
    "shippingAddress",
    "zip",
    "zip_code",
    "zipcode",
    "postcode",
    "postal_code",
    "ip",
    "ip_address",
    "client_ip",
    "clientIp",
    "client.address",
    "remote_addr",
    "REMOTE_ADDR",
    "x_forwarded_for",
    "X-Forwarded-For",
    "X-Real-IP",
    "CF-Connecting-IP",
    "Forwarded",
    "mac_address",
    "latitude",
    "geo.location.lat",
    "device_id",
    "imei",
    "vin",
    "mrn",
    "medical_record_number",
    "patient",
    "patient_id",
    "patientId",
    "diagnosis",
    "diagnosis_date",
    "prescription",
    "blood_type",
    "npi",
    "dea_number",
    "mbi",
    "insurance_id",
    "insuranceNumber",
    "member_id",
    "policy_number",
    "health_plan",
    "medicare_number",
    "allergies",
    "passport",
    "passport_number",
    "driver_license",
    "drivers_license_number",
    "driving_licence",
    "licence_number",
    "license_number",
    "license_plate",
    "national_id",
    "nationalInsuranceNumber",
    "tax_id",
    "aadhaar",
    "nino",
    "card",
    "card_number",
    "cardNumber",
    "credit_card",
    "creditcard",
    "cc_number",
    "card_holder",
    "cardholder_name",
    "iban",
    "account_number",
    "bank_account",
    "salary",
    "user",
    "user_id",
    "user.id",
    "userId",
    "enduser.id",
    "gender",
    "religion",
    "ethnicity",
    "sexual_orientation",
    "marital_status",
    "nationality",
    "born",
    "born_on",
    "mail",
    "user_mail",
    "patient_mobile",
    "contact_cell",
    "addr",
    "home_addr",
    "lat",
    "user_lat",
    "lng",
    "pickup_lon",
    "spouse",
    "legal_guardian",
    "beneficiary",
    "income",
    "annual_income",
    "credit_score",
    "customer_id",
    "employee_id",
    // of a person, when something happened is personal as well
    "diagnosis_at",
    "passport_expires",
];

/// Names that only look so.
const NEUTRAL: &[&str] = &[
    "",
    "_",
    "42",
    "author",
    "authored_by",
    "authority",
    "token_expiry_minutes",
    "primary_key",
    "cache_key",
    "sort_key",
    "public_key",
    "foreign_key",
    "partition_key",
    "routing_key",
    "idempotency_key",
    "key",
    "keys",
    "key_count",
    "session_count",
    "user_agent",
    "user_type",
    "user_count",
    "error.type",
    "http.route",
    "http.request.method",
    "client.port",
    "server.address",
    "server.port",
    "network.protocol.name",
    "host.name",
    "url.path",
    "url.scheme",
    "gen_ai.usage.input_tokens",
    "gen_ai.request.max_tokens",
    "gen_ai.token.type",
    "max_tokens",
    "tokens",
    "next_page_token",
    "continuation_token",
    "cancellation_token",
    "time_to_first_token",
    "time_per_output_token",
    "tokenizer",
    "tokenize",
    "messaging.kafka.message.key",
    "messaging.client.id",
    "password_policy",
    "password_check_result",
    "has_password",
    "is_email_verified",
    "user.has_email",
    "email_count",
    "emails_sent",
    "email_updated",
    "password_reset_requested",
    "password_reset_sent",
    "password_changed",
    "password_changed_at",
    "password_expires",
    "password_updated",
    "passwords_invalid",
    "token_revoked",
    "cell",
    "table_cell",
    "send_mail",
    "p99_lat",
    "pattern",
    "income_type",
    "customer_count",
    "employee_count",
    "incoming",
    "reborn",
    "email_domain",
    "password_attempts",
    "session_duration",
    "cookie_count",
    "secret_name",
    "cookie_name",
    "key_id",
    "certificate_expiry",
    "certificate_path",
    "auth_method",
    "authentication_scheme",
    "authorization.policy",
    "file_name",
    "display_name",
    "service.name",
    "thread.name",
    "model",
    "model_name",
    "address_type",
    "addresses",
    "passed",
    "passes",
    "compass",
    "bypass",
    "first_pass",
    "pinned",
    "spin",
    "shipping_method",
    "equipment",
    "zipped",
    "gzip",
    "description",
    "ipsum",
    "recipe",
    "phonetic",
    "prefix",
    "suffix",
    "message",
    "secretary_count",
    "card_type",
    "mobile",
    "is_mobile",
    "cards",
    "top_k",
    "duration_ms",
    "status",
    "state",
    "latency",
    "count",
    "policy_id",
    "rule_name",
    "order_id",
    "request_id",
    "trace_id",
    "connection_id",
    "account_id",
    "function_signature",
    "birth_rate",
    "name",
    "title",
    "provider_name",
];

#[track_caller]
fn assert_class(names: &[&str], class: Option<Class>) {
    let wrong: Vec<_> = names.iter().map(|name| (*name, classify(name))).filter(|(_, found)| *found != class).collect();
    assert!(wrong.is_empty(), "not {class:?}: {wrong:?}");
}

#[test]
fn names_of_secrets_are_found() {
    assert_class(SECRETS, Some(Class::Secret));
}

#[test]
fn names_of_personal_data_are_found() {
    assert_class(PERSONAL, Some(Class::Personal));
}

#[test]
fn names_that_only_look_so_are_harmless() {
    assert_class(NEUTRAL, None);
}

/// The same name, as other languages write it.
fn spellings(name: &str) -> [String; 5] {
    let snake = crate::case::snake(name);
    let camel = crate::case::apply("camelCase", &pascal(&snake)).unwrap_or_default();
    [snake.to_uppercase(), snake.replace('_', "-"), snake.replace('_', "."), camel, pascal(&snake)]
}

fn pascal(snake: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    snake.split('_').filter(|word| !word.is_empty()).map(capital).collect()
}

#[test]
fn a_name_is_the_same_in_every_case() {
    for (names, class) in [(SECRETS, Some(Class::Secret)), (PERSONAL, Some(Class::Personal))] {
        for name in names.iter().filter(|name| **name != "_key") {
            for spelled in spellings(name) {
                assert_eq!(classify(&spelled), class, "{spelled}, which is {name}");
            }
        }
    }
}

#[test]
fn a_name_of_any_bytes_is_read_to_its_end() {
    for name in
        ["é", "naïve_password", "пароль", "日本.email", "A\u{301}B", "password\u{0}", "..password", "\u{1F600}Ssn"]
    {
        let _ = classify(name);
    }
    assert!(is_sensitive("日本.email") && is_sensitive("naïve_password") && is_sensitive("\u{1F600}Ssn"));
    let long = "a_".repeat(100_000) + "password";
    assert_eq!(classify(&long), Some(Class::Secret));
}

/// A record of the labelled names, as far as it is needed. The crate depends on nothing, so it is read by hand.
fn labelled(line: &str) -> Option<(&str, bool)> {
    let (_, rest) = line.split_once("\"name\": \"")?;
    let (name, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once("\"sensitive\": ")?;
    Some((name, rest.starts_with("true")))
}

#[test]
fn labelled_names_are_told_apart() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/redaction/field_names.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there, so the labelled names were not looked at", path.display());
        return;
    };
    let mut wrong: BTreeMap<bool, Vec<&str>> = BTreeMap::new();
    let mut names = 0;
    for (name, is_labelled_sensitive) in text.lines().filter_map(labelled) {
        names += 1;
        if is_sensitive(name) != is_labelled_sensitive {
            wrong.entry(is_labelled_sensitive).or_default().push(name);
        }
    }
    assert_eq!(names, text.lines().count(), "not every record could be read");
    assert!(!wrong.contains_key(&true), "missed: {wrong:?}");
    assert!(wrong.get(&false).is_none_or(|flagged| flagged.len() <= 3), "flagged: {wrong:?}");
}

/// `cargo test --release -p observe-rules -- --ignored --nocapture cost`
#[test]
#[ignore = "it measures, and asserts nothing"]
fn cost_of_a_name() {
    for name in ["duration_ms", "http.route", "service.name", "cacheHitRatio", "k8s.container.status", "patient_email"]
    {
        // The best of many: what else runs on the machine is no part of it.
        let best = (0..500).map(|_| {
            let start = std::time::Instant::now();
            for _ in 0..2_000 {
                std::hint::black_box(classify(std::hint::black_box(name)));
            }
            start.elapsed().as_secs_f64() * 1e9 / 2_000.0
        });
        eprintln!("{name}: {:.1} ns", best.fold(f64::INFINITY, f64::min));
    }
}
