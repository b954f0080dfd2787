//! Reading JSON so that nothing of it is lost: of two members with one name, others keep only the last, and what is in
//! the first would never be looked at.

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A value with all members that its objects were written with.
pub(super) struct Document(pub(super) Value);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Document(value)) = access.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Members::default();
        while let Some((name, Document(value))) = access.next_entry()? {
            members.insert(name, value);
        }
        Ok(members.into_inner().into())
    }
}

/// Members of an object, in their order; of those with one name all but the first get a number.
#[derive(Default)]
pub(super) struct Members {
    members: Map<String, Value>,
    /// The numbers that come next, by name. Without them, each would be looked for from the start.
    numbers: BTreeMap<String, usize>,
}

impl Members {
    pub(super) fn insert(&mut self, name: String, value: Value) {
        if !self.members.contains_key(&name) {
            self.members.insert(name, value);
            return;
        }
        let number = self.numbers.entry(name.clone()).or_insert(1);
        loop {
            *number += 1;
            let free = format!("{name} {number}");
            if !self.members.contains_key(&free) {
                self.members.insert(free, value);
                return;
            }
        }
    }

    pub(super) fn into_inner(self) -> Map<String, Value> {
        self.members
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_is_what_others_read_in_it() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,2.5,1e300,"x\n\u0061"],"b":{"c":{}},"":[]}"#;
        let Document(read) = serde_json::from_str(text).unwrap();
        assert_eq!(read, serde_json::from_str::<Value>(text).unwrap());
        assert!(serde_json::from_str::<Document>(&"[".repeat(1000)).is_err());
    }

    #[test]
    fn members_of_one_name_are_all_kept() {
        let Document(read) = serde_json::from_str(r#"{"a":1,"a 2":2,"a":3,"a":4,"a 2":5}"#).unwrap();
        assert_eq!(read, json!({"a": 1, "a 2": 2, "a 3": 3, "a 4": 4, "a 2 2": 5}));
    }
}
