//! The words themselves, by what they say. All in small letters, in one form: plurals in `s` are found too.

use super::vocabulary::Traits;

/// Words by what they say.
pub(super) const WORDS: &[(Traits, &[&str])] = &[
    (Traits::SECRET, CREDENTIALS),
    (Traits::SECRET, SESSION_COOKIES),
    (Traits::SECRET, CARD_CHECKS),
    (Traits::PERSONAL, CONTACT),
    (Traits::PERSONAL, IDENTITY_NUMBERS),
    (Traits::PERSONAL, HEALTH),
    (Traits::PERSONAL, FINANCE),
    (Traits::PERSONAL, ABOUT_A_PERSON),
    (Traits::ENDS_SECRET, ENDS_SECRET),
    (Traits::ENDS_PERSONAL, ENDS_PERSONAL),
    (Traits::ALONE_SECRET, ALONE_SECRET),
    (Traits::ALONE_PERSONAL, ALONE_PERSONAL),
    (Traits::QUIET, QUIET),
    (Traits::QUIET_SECRET, QUIET_SECRET),
    (Traits::CARRIER, CARRIERS),
    (Traits::ASKS, QUESTIONS),
    // Many of them are a number, whatever one of them is: `max_tokens`.
    (Traits::NONE, &["tokens", "keys", "pins", "users", "sessions", "addresses", "cards", "ips"]),
];

/// What lets somebody in, and what is encrypted or signed with.
const CREDENTIALS: &[&str] = &[
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "authcode",
    "authkey",
    "authtoken",
    "bearer",
    "bearertoken",
    "clientsecret",
    "connectionstring",
    "connstr",
    "cookie",
    "cred",
    "credential",
    "crypt",
    "crypted",
    "csrf",
    "dsn",
    "encryptionkey",
    "htpasswd",
    "idtoken",
    "jwt",
    "keystore",
    "kubeconfig",
    "netrc",
    "otp",
    "passcode",
    "passphrase",
    "passw",
    "passwd",
    "password",
    "pgpass",
    "privatekey",
    "psk",
    "pwd",
    "refreshtoken",
    "sastoken",
    "secret",
    "secretkey",
    "sharedkey",
    "signingkey",
    "sshkey",
    "totp",
    "xsrf",
];

/// Names that web frameworks give the cookie of a session.
const SESSION_COOKIES: &[&str] = &[
    "aspsessionid",
    "cfid",
    "cftoken",
    "csrftoken",
    "jsessionid",
    "phpsessid",
    "sess",
    "sessid",
    "sessionid",
    "sessionkey",
    "sessiontoken",
    "symfony",
    "xsrftoken",
];

/// What proves that somebody holds a card.
const CARD_CHECKS: &[&str] = &["cvc", "cvv", "cvn"];

/// How a person is reached.
const CONTACT: &[&str] = &[
    "cellphone",
    "email",
    "emailaddress",
    "fax",
    "homephone",
    "mobilephone",
    "msisdn",
    "phone",
    "phonenumber",
    "postcode",
    "telefax",
    "telephone",
    "zipcode",
];

/// Numbers that a state, an insurer or an operator gives one person or one thing of a person.
const IDENTITY_NUMBERS: &[&str] = &[
    "aadhaar",
    "codicefiscale",
    "cpf",
    "curp",
    "hicn",
    "idfa",
    "imei",
    "imsi",
    "itin",
    "mbi",
    "mrn",
    "nino",
    "passport",
    "personnummer",
    "pesel",
    "ssn",
    "taxid",
    "udid",
];

/// What is said of somebody's health, and who that is.
const HEALTH: &[&str] = &[
    "allergy",
    "allergies",
    "biometric",
    "diagnoses",
    "diagnosis",
    "disability",
    "faceid",
    "genome",
    "medication",
    "patientid",
    "prescription",
    "symptom",
    "voiceprint",
];

const FINANCE: &[&str] = &["cardnumber", "ccnum", "ccnumber", "creditcard", "debitcard", "iban", "salary"];

const ABOUT_A_PERSON: &[&str] = &[
    "birthdate",
    "birthday",
    "birthplace",
    "cardholder",
    "citizenship",
    "dateofbirth",
    "dob",
    "ethnicity",
    "familyname",
    "firstname",
    "fullname",
    "geolocation",
    "givenname",
    "lastname",
    "maidenname",
    "middlename",
    "nickname",
    "pii",
    "pronouns",
    "religion",
    "surname",
    "username",
];

const ENDS_SECRET: &[&str] = &["auth", "authorization", "authorisation", "cert", "certificate", "salt", "sig", "token"];

const ENDS_PERSONAL: &[&str] = &["enduser", "gender", "latitude", "longitude", "nationality", "npi", "vin"];

const ALONE_SECRET: &[&str] = &["pass", "pem", "pepper", "pin", "sas", "saml", "session", "sid", "signature"];

const ALONE_PERSONAL: &[&str] = &[
    "address",
    "card",
    "cc",
    "dea",
    "forwarded",
    "ip",
    "ipv",
    "pan",
    "patient",
    "sex",
    "street",
    "tel",
    "tin",
    "user",
    "zip",
];

/// Endings that talk about any value.
const QUIET: &[&str] = &[
    "attempts",
    "blank",
    "changed",
    "configured",
    "count",
    "domain",
    "duration",
    "empty",
    "enabled",
    "error",
    "errors",
    "expired",
    "failed",
    "failures",
    "format",
    "kind",
    "latency",
    "len",
    "length",
    "limit",
    "masked",
    "matched",
    "minutes",
    "missing",
    "ms",
    "optional",
    "policy",
    "present",
    "ratio",
    "redacted",
    "required",
    "retries",
    "seconds",
    "secs",
    "sent",
    "size",
    "state",
    "status",
    "strategy",
    "supported",
    "template",
    "total",
    "ttl",
    "type",
    "valid",
    "validity",
    "verified",
    "version",
];

/// Endings that talk about a secret. Of a person they would say something: `diagnosis_date`, `patient_name`.
const QUIET_SECRET: &[&str] = &[
    "age",
    "algorithm",
    "alg",
    "at",
    "category",
    "class",
    "created",
    "days",
    "dir",
    "endpoint",
    "expiration",
    "expires",
    "expiry",
    "field",
    "file",
    "fingerprint",
    "hours",
    "index",
    "issuer",
    "mode",
    "name",
    "path",
    "provider",
    "purpose",
    "reset",
    "result",
    "rotated",
    "rotation",
    "rule",
    "rules",
    "scheme",
    "scope",
    "scopes",
    "source",
    "store",
    "strength",
    "updated",
    "usage",
];

/// Endings that say how a value is written, and leave open what it is.
const CARRIERS: &[&str] =
    &["base", "bytes", "data", "encoded", "header", "hex", "param", "plain", "raw", "str", "string", "val", "value"];

/// Beginnings that make a yes, a no or a number of a name.
const QUESTIONS: &[&str] =
    &["allow", "allows", "can", "count", "has", "is", "max", "min", "needs", "num", "requires", "should"];

/// How words end that are written together: `dbpassword`, `useremail`. The longer ones first.
pub(super) const STEMS: &[&str] = &[
    "emailaddress",
    "accesstoken",
    "phonenumber",
    "passphrase",
    "privatekey",
    "credential",
    "accesskey",
    "birthdate",
    "firstname",
    "secretkey",
    "sessionid",
    "authtoken",
    "lastname",
    "password",
    "apikey",
    "cookie",
    "passwd",
    "secret",
    "email",
    "token",
];
