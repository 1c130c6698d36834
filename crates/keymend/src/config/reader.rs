//! Takes values out of the table one by one and remembers what was wrong with each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Prefix of environment variables: `KEYMEND_MAIL__PASSWORD` is `mail.password`.
const PREFIX: &str = "KEYMEND_";

/// The configuration while it is read.
pub struct Reader {
    name: String,
    table: Table,
    /// Texts of the environment as they came: `12345` may be meant as a password.
    texts: BTreeMap<(String, String), String>,
    read: BTreeSet<(String, String)>,
    faults: Vec<String>,
}

impl Reader {
    /// Parse the text and lay the environment over it.
    pub fn new(
        name: &str,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<String>> {
        let table = text
            .parse::<Table>()
            .map_err(|error| vec![format!("{name}: {error}")])?;
        let mut reader = Self {
            name: name.to_owned(),
            table,
            texts: BTreeMap::new(),
            read: BTreeSet::new(),
            faults: Vec::new(),
        };
        for (variable, value) in environment {
            reader.overlay(&variable, &value);
        }
        Ok(reader)
    }

    fn overlay(&mut self, variable: &str, value: &str) {
        let Some((section, key)) = variable
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once("__"))
        else {
            return;
        };
        let named = |text: &str| text.to_ascii_lowercase().replace('_', "-");
        let text = value.to_owned();
        self.texts.insert((named(section), named(key)), text);
        let value = format!("value = {value}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("value"))
            .unwrap_or_else(|| Value::String(value.to_owned()));
        let entry = self
            .table
            .entry(named(section))
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(section) = entry {
            section.insert(named(key), value);
        }
    }

    /// Note a fault of a key.
    pub fn fault(&mut self, section: &str, key: &str, what: &str) {
        let dot = if key.is_empty() { "" } else { "." };
        self.faults
            .push(format!("{}: {section}{dot}{key}: {what}", self.name));
    }

    /// A value, if it is there.
    pub fn maybe<T: DeserializeOwned>(&mut self, section: &str, key: &str) -> Option<T> {
        self.read.insert((section.to_owned(), key.to_owned()));
        let value = self.table.get(section)?.get(key)?.clone();
        let text = self.texts.get(&(section.to_owned(), key.to_owned()));
        let again = text.and_then(|text| Value::String(text.clone()).try_into().ok());
        match value.try_into() {
            Ok(value) => Some(value),
            Err(_) if again.is_some() => again,
            Err(error) => {
                let text = error.to_string();
                self.fault(section, key, text.trim());
                None
            }
        }
    }

    /// A value, or its default.
    pub fn or<T: DeserializeOwned>(&mut self, section: &str, key: &str, default: T) -> T {
        self.maybe(section, key).unwrap_or(default)
    }

    /// A value that has no default.
    pub fn needed<T: DeserializeOwned>(&mut self, section: &str, key: &str) -> Option<T> {
        let there = self
            .table
            .get(section)
            .is_some_and(|table| table.get(key).is_some());
        let value = self.maybe(section, key);
        if !there {
            self.fault(section, key, "is missing");
        }
        value
    }

    /// A secret: `key`, or the content of the file that `key-file` names.
    pub fn secret(&mut self, section: &str, key: &str) -> Option<String> {
        let file_key = format!("{key}-file");
        let direct: Option<String> = self.maybe(section, key);
        let Some(path) = self.maybe::<PathBuf>(section, &file_key) else {
            return direct;
        };
        if direct.is_some() {
            self.fault(
                section,
                &file_key,
                &format!("give `{key}` or `{key}-file`, not both"),
            );
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                self.fault(section, &file_key, &format!("{}: {error}", path.display()));
                None
            }
        }
    }

    /// All faults: those noted, and every key that nobody read.
    pub fn finish(mut self) -> Vec<String> {
        let mut unknown = Vec::new();
        for (section, content) in &self.table {
            let sections = self.read.iter().any(|(known, _)| known == section);
            match content {
                Value::Table(table) if sections => {
                    for key in table.keys() {
                        if !self.read.contains(&(section.clone(), key.clone())) {
                            unknown.push((section.clone(), key.clone()));
                        }
                    }
                }
                _ => unknown.push((section.clone(), String::new())),
            }
        }
        for (section, key) in unknown {
            let known: Vec<&str> = self
                .read
                .iter()
                .filter(|(of, _)| key.is_empty() || *of == section)
                .map(|(of, known)| {
                    if key.is_empty() {
                        of.as_str()
                    } else {
                        known.as_str()
                    }
                })
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let what = format!("unknown; known here: {}", known.join(", "));
            self.fault(&section, &key, &what);
        }
        self.faults
    }
}
