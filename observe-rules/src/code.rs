use std::fmt;

/// Declares the codes in one table, so that none can lack its title.
macro_rules! codes {
    ($($name:ident = $id:literal: $title:literal,)*) => {
        /// The number of a refusal, `OBSffnn`: `ff` is the family, `nn` counts within it.
        ///
        /// Every code has a page under `docs/errors`, and a case under `tests/ui` that shows its text.
        /// A number that is no longer used is never given to another rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All codes in use, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is printed, such as `OBS0201`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What the rule says, in a line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    // 01: label types
    Obs0101 = "OBS0101": "a metric label has a bounded type",
    Obs0102 = "OBS0102": "`Label` is derived on enums",
    Obs0103 = "OBS0103": "the variants of a label carry no data",
    Obs0104 = "OBS0104": "a label has at least one value",
    Obs0105 = "OBS0105": "the values of a label differ",
    Obs0106 = "OBS0106": "a label's value is short, printable text",
    Obs0107 = "OBS0107": "a metric's labels have names",
    Obs0108 = "OBS0108": "a capped label holds 1 to 1000 values",
    Obs0109 = "OBS0109": "`LabelSet` is derived on structs with named fields",
    Obs0110 = "OBS0110": "a set of labels has no generic types",
    // 02: cardinality
    Obs0201 = "OBS0201": "a metric stays within its budget of series",
    Obs0202 = "OBS0202": "a label does not name one person, session or request",
    // 03: names and units
    Obs0301 = "OBS0301": "metric names are `snake_case`",
    Obs0302 = "OBS0302": "a metered name leaves the suffixes to the families made from it",
    Obs0303 = "OBS0303": "label names are `snake_case` and not reserved",
    Obs0304 = "OBS0304": "metric names use base units",
    Obs0305 = "OBS0305": "a metric is declared once",
    Obs0306 = "OBS0306": "a metric name does not repeat its type",
    Obs0307 = "OBS0307": "a family's own name ends as its type demands",
    Obs0308 = "OBS0308": "the labels of a metric differ",
    Obs0309 = "OBS0309": "a metric says what it counts",
    Obs0310 = "OBS0310": "a unit ends a metric's name, and an info has none",
    // 04: buckets and objectives
    Obs0401 = "OBS0401": "histogram bounds are positive and grow",
    Obs0402 = "OBS0402": "a histogram has between 1 and 64 bounds",
    Obs0403 = "OBS0403": "a bucket preset is one that exists",
    Obs0404 = "OBS0404": "quantiles are between 0 and 1 and grow",
    Obs0405 = "OBS0405": "a summary has between 1 and 10 quantiles",
    Obs0406 = "OBS0406": "the threshold of an objective is a bound of its histogram",
    Obs0407 = "OBS0407": "the target of an objective is between 0 and 100 percent",
    // 05: redaction and privacy
    Obs0501 = "OBS0501": "a span field's type says how it is recorded",
    Obs0502 = "OBS0502": "a redacted type has one `Debug`",
    Obs0503 = "OBS0503": "showing a field named after personal data needs a reason",
    Obs0504 = "OBS0504": "`redact` stands on structs, enums and their fields",
    Obs0505 = "OBS0505": "`keep_first` and `keep_last` keep 1 to 4 characters",
    Obs0506 = "OBS0506": "text policies stand on text",
    Obs0507 = "OBS0507": "a span field named after personal data says what is recorded",
    Obs0508 = "OBS0508": "a field that is shown has a `Debug`",
    Obs0509 = "OBS0509": "a template names the fields of its type",
    Obs0510 = "OBS0510": "a redacted type shows its fields by its own `Display` only",
    Obs0511 = "OBS0511": "a type that asks for a redacted `Serialize` has one `Serialize`",
    Obs0512 = "OBS0512": "a value that is viewed says what may be seen of it",
    Obs0513 = "OBS0513": "a label is not named after personal data or a secret",
    // 06: traced
    Obs0601 = "OBS0601": "`traced` and `metered` stand on functions with a body",
    Obs0602 = "OBS0602": "a function that is traced or metered runs when the program does",
    Obs0603 = "OBS0603": "a span's name is short and the same for every call",
    Obs0604 = "OBS0604": "a span field's name is dotted `snake_case` and not one that observe sets",
    Obs0605 = "OBS0605": "a span field is named once",
    Obs0606 = "OBS0606": "what a value shows of itself is recorded for a reason only",
    Obs0607 = "OBS0607": "an argument that is skipped is one of the function",
    Obs0608 = "OBS0608": "a returned value that is recorded can be looked at",
    Obs0609 = "OBS0609": "a function is one operation",
    Obs0610 = "OBS0610": "an operation's words are those that its preset knows",
    // 07: attribute syntax
    Obs0701 = "OBS0701": "an option is one that the attribute knows",
    Obs0702 = "OBS0702": "an option is given once",
    Obs0703 = "OBS0703": "an option has the form that it expects",
    Obs0704 = "OBS0704": "a label says where its value comes from, and its type",
    Obs0705 = "OBS0705": "`#[metric]` stands on a static of a metric type",
    Obs0706 = "OBS0706": "the options of a metric fit its kind",
    Obs0707 = "OBS0707": "a span's parent and its links are spans or their contexts",
    // 08: async and generics
    Obs0801 = "OBS0801": "a label's type can be named outside the function",
    Obs0802 = "OBS0802": "an `async fn` that returns a stream is not one call",
    Obs0803 = "OBS0803": "a `#[track_caller]` function does not return a `Result`",
    Obs0804 = "OBS0804": "the block of a span does not wait, unless it is `async`",
    Obs0805 = "OBS0805": "`#[observe::main]` stands on a function that takes nothing, and starts a runtime for an `async` one",
    // 09: configuration
    Obs0901 = "OBS0901": "`observe.toml` is made of tables, strings, integers and lists of strings",
    Obs0902 = "OBS0902": "a key of `observe.toml` is one that is known",
    Obs0903 = "OBS0903": "a key of `observe.toml` has the value that it expects",
    // 10: what `cargo observe check` finds; from 1040 to 1079 in queries
    Obs1001 = "OBS1001": "a program stays within the workspace's budget of series",
    Obs1002 = "OBS1002": "a program stays within 100,000 series",
    Obs1003 = "OBS1003": "a metric is not about to outgrow its budget",
    Obs1004 = "OBS1004": "a metric has one type and one unit in all programs",
    Obs1005 = "OBS1005": "a metric has the same labels in all programs",
    Obs1006 = "OBS1006": "a histogram has the same bounds in all programs",
    Obs1007 = "OBS1007": "a metric has one help text in all programs",
    Obs1008 = "OBS1008": "no two metrics of a program expose one name",
    Obs1009 = "OBS1009": "no two programs expose different things under one name",
    Obs1010 = "OBS1010": "a program's metrics keep out of names that are taken",
    Obs1011 = "OBS1011": "a metric's help says more than its name",
    Obs1012 = "OBS1012": "no two metrics have the same help",
    Obs1013 = "OBS1013": "what is the same has one name in all programs",
    Obs1014 = "OBS1014": "what happens is counted",
    Obs1015 = "OBS1015": "what goes up and down is a gauge",
    Obs1016 = "OBS1016": "a metric's name is right with its namespace too",
    Obs1017 = "OBS1017": "a label has one set of values",
    Obs1018 = "OBS1018": "a label's value has one spelling",
    Obs1019 = "OBS1019": "a label has one name",
    Obs1020 = "OBS1020": "no label is named after a person",
    Obs1021 = "OBS1021": "no value of a label belongs to one person",
    Obs1022 = "OBS1022": "a label is not one that the scrape sets",
    Obs1023 = "OBS1023": "neighbouring bounds are at most tenfold apart",
    Obs1024 = "OBS1024": "the bounds of a histogram are in its unit",
    Obs1025 = "OBS1025": "an objective has a bucket",
    Obs1026 = "OBS1026": "the alerts of an objective can fire",
    Obs1027 = "OBS1027": "an objective promises less than everything",
    Obs1028 = "OBS1028": "an objective stands on calls that are counted",
    Obs1029 = "OBS1029": "spans of one name are of one kind",
    Obs1030 = "OBS1030": "spans of one name have fields in common",
    Obs1031 = "OBS1031": "a span's name has no values of which there are many",
    Obs1032 = "OBS1032": "a span's name is made of words",
    Obs1033 = "OBS1033": "a span's field has the name that the conventions have for it",
    Obs1034 = "OBS1034": "a span's field is hidden everywhere or nowhere",
    Obs1035 = "OBS1035": "what is named after personal data is not shown without a reason",
    Obs1036 = "OBS1036": "a reason says something",
    Obs1037 = "OBS1037": "a field that one type hides is not shown by another without a reason",
    Obs1038 = "OBS1038": "a metric's label has the same values in all programs",
    Obs1039 = "OBS1039": "a metric has one objective in all programs",
    Obs1040 = "OBS1040": "a query can be parsed",
    Obs1041 = "OBS1041": "a query uses metrics that something emits",
    Obs1042 = "OBS1042": "a series ends as the kind of its metric has it",
    Obs1043 = "OBS1043": "a counter is asked for with its `_total`",
    Obs1044 = "OBS1044": "a query uses labels that the metric has",
    Obs1045 = "OBS1045": "a query asks for values that the label can have",
    Obs1046 = "OBS1046": "`rate` and `increase` are for counters",
    Obs1047 = "OBS1047": "`delta` and `deriv` are for gauges",
    Obs1048 = "OBS1048": "a counter is compared and graphed as a rate",
    Obs1049 = "OBS1049": "counters are made a rate before they are summed",
    Obs1050 = "OBS1050": "`histogram_quantile` has buckets with their `le`",
    Obs1051 = "OBS1051": "a quantile is between 0 and 1",
    Obs1052 = "OBS1052": "`le` is a bound of the histogram",
    Obs1053 = "OBS1053": "a threshold can be reached",
    Obs1054 = "OBS1054": "an alert's comparison can be false",
    Obs1055 = "OBS1055": "a label is kept until it is used",
    Obs1056 = "OBS1056": "both sides of an operator have the labels in which they match",
    Obs1057 = "OBS1057": "a rule divides by what is not 0",
    Obs1058 = "OBS1058": "a range holds four scrapes",
    Obs1059 = "OBS1059": "a subquery has several steps",
    Obs1060 = "OBS1060": "an alert compares something",
    Obs1061 = "OBS1061": "an alert waits",
    Obs1062 = "OBS1062": "an alert has a severity",
    Obs1063 = "OBS1063": "an alert says what is wrong",
    Obs1064 = "OBS1064": "an alert links its runbook",
    Obs1065 = "OBS1065": "an alert shows labels that its expression keeps",
    Obs1066 = "OBS1066": "a rule is there once",
    Obs1067 = "OBS1067": "a recorded metric is named `level:metric:operations`",
    Obs1068 = "OBS1068": "quantiles are not summed",
    Obs1069 = "OBS1069": "a dashboard lets its source of data be chosen",
    Obs1070 = "OBS1070": "a panel has a title",
    Obs1071 = "OBS1071": "a panel has a unit",
    Obs1072 = "OBS1072": "a query uses variables that the dashboard declares",
    Obs1073 = "OBS1073": "a variable of a dashboard is used",
    Obs1074 = "OBS1074": "the panels of a dashboard have ids of their own",
    Obs1075 = "OBS1075": "dashboards have uids of their own",
    Obs1076 = "OBS1076": "a file of queries can be read",
    Obs1080 = "OBS1080": "a service that answers HTTP has a health check",
    Obs1081 = "OBS1081": "a service has a critical health check",
    Obs1082 = "OBS1082": "the health checks of a program differ in their names",
    Obs1083 = "OBS1083": "a health check answers within five seconds",
    Obs1084 = "OBS1084": "a service says its name",
    Obs1085 = "OBS1085": "a service has one namespace",
    Obs1090 = "OBS1090": "an exception has a reason",
    Obs1091 = "OBS1091": "an exception excepts something",
    // 11: health
    Obs1101 = "OBS1101": "a health check is a function without arguments and generic types",
    Obs1102 = "OBS1102": "the name of a health check is short `snake_case`",
    Obs1103 = "OBS1103": "a health check takes more than no time, and at most five seconds",
    Obs1104 = "OBS1104": "a health check returns what is an outcome",
    // 12: what `cargo observe diff` finds
    Obs1201 = "OBS1201": "removing a metric is a major change",
    Obs1202 = "OBS1202": "adding a metric is a minor change",
    Obs1203 = "OBS1203": "renaming a metric is a major change",
    Obs1204 = "OBS1204": "another type of a metric is a major change",
    Obs1205 = "OBS1205": "another unit of a metric is a major change",
    Obs1206 = "OBS1206": "another help text is a patch",
    Obs1207 = "OBS1207": "a new label is a major change",
    Obs1208 = "OBS1208": "removing a label is a major change",
    Obs1209 = "OBS1209": "removing a value of a label is a major change",
    Obs1210 = "OBS1210": "a new value of a label is a minor change",
    Obs1211 = "OBS1211": "opening or closing a label's values changes the version",
    Obs1212 = "OBS1212": "removing a bucket is a major change",
    Obs1213 = "OBS1213": "a new bucket is a minor change",
    Obs1214 = "OBS1214": "other quantiles of a summary change the version",
    Obs1215 = "OBS1215": "more series of a metric are a minor change",
    Obs1216 = "OBS1216": "another objective is a minor change",
    Obs1217 = "OBS1217": "another label for the outcome is a major change",
    Obs1218 = "OBS1218": "what only code can tell apart is a patch",
    Obs1219 = "OBS1219": "leaving a program is a major change",
    Obs1220 = "OBS1220": "removing a program is a major change",
    Obs1221 = "OBS1221": "a new program is a minor change",
    Obs1222 = "OBS1222": "another name of a service is a major change",
    Obs1223 = "OBS1223": "removing a span is a major change",
    Obs1224 = "OBS1224": "a new span is a minor change",
    Obs1225 = "OBS1225": "renaming a span is a major change",
    Obs1226 = "OBS1226": "another kind of a span is a major change",
    Obs1227 = "OBS1227": "removing a span's field is a major change",
    Obs1228 = "OBS1228": "a new field of a span is a minor change",
    Obs1229 = "OBS1229": "weakening a redaction is a major change",
    Obs1230 = "OBS1230": "strengthening a redaction is a minor change",
    Obs1231 = "OBS1231": "another reason is a patch",
    Obs1232 = "OBS1232": "a new field of a redacted type is a minor change",
    Obs1233 = "OBS1233": "removing a health check is a major change",
    Obs1234 = "OBS1234": "a new health check is a minor change",
    Obs1235 = "OBS1235": "another weight of a health check is a minor change",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
