//! Takes values out of the table one by one and remembers what was wrong with each.
//!
//! A section is a table, or with a dot a table in a table: `directory.staff`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// Prefix of environment variables: `KEYMEND_MAIL__PASSWORD` is `mail.password`, and
/// `KEYMEND_DIRECTORY__STAFF__BASE` is `directory.staff.base`.
const PREFIX: &str = "KEYMEND_";

/// The configuration while it is read.
pub struct Reader {
    name: String,
    table: Table,
    /// A section, and the one that is read instead.
    inside: Option<(&'static str, String)>,
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
            inside: None,
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
            .and_then(|rest| rest.rsplit_once("__"))
        else {
            return;
        };
        let named = |text: &str| text.to_ascii_lowercase().replace('_', "-");
        let section: Vec<String> = section.split("__").map(named).collect();
        let text = value.to_owned();
        self.texts.insert((section.join("."), named(key)), text);
        let value = format!("value = {value}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("value"))
            .unwrap_or_else(|| Value::String(value.to_owned()));
        let mut table = &mut self.table;
        for name in section {
            let inner = table
                .entry(name)
                .or_insert_with(|| Value::Table(Table::new()));
            match inner {
                Value::Table(inner) => table = inner,
                // Not a table, which is told as that.
                _ => return,
            }
        }
        table.insert(named(key), value);
    }

    /// Let a section be another one, until it is told otherwise.
    pub fn go_inside(&mut self, section: &'static str, instead: Option<String>) {
        self.inside = instead.map(|instead| (section, instead));
    }

    /// The section that is really read.
    fn real(&self, section: &str) -> String {
        match &self.inside {
            Some((outside, instead)) if *outside == section => instead.clone(),
            _ => section.to_owned(),
        }
    }

    /// The variable that lies over a key.
    pub fn variable(&self, section: &str, key: &str) -> String {
        let named = |text: &str| text.to_ascii_uppercase().replace('-', "_");
        let section = named(&self.real(section)).replace('.', "__");
        format!("{PREFIX}{section}__{}", named(key))
    }

    /// What a section holds.
    fn section(&self, section: &str) -> Option<&Table> {
        section
            .split('.')
            .try_fold(&self.table, |table, name| table.get(name)?.as_table())
    }

    /// The names of the tables in a section.
    pub fn tables(&self, section: &str) -> Vec<String> {
        let content = self.section(section).into_iter().flatten();
        let tables = content.filter(|(_, value)| value.is_table());
        tables.map(|(name, _)| name.clone()).collect()
    }

    /// Does a section hold anything but tables?
    pub fn has_values(&self, section: &str) -> bool {
        let mut content = self.section(section).into_iter().flatten();
        content.any(|(_, value)| !value.is_table())
    }

    /// Note a fault of a key.
    pub fn fault(&mut self, section: &str, key: &str, what: &str) {
        let dot = if key.is_empty() { "" } else { "." };
        let section = self.real(section);
        self.faults
            .push(format!("{}: {section}{dot}{key}: {what}", self.name));
    }

    /// A value, if it is there.
    pub fn maybe<T: DeserializeOwned>(&mut self, section: &str, key: &str) -> Option<T> {
        let place = (self.real(section), key.to_owned());
        self.read.insert(place.clone());
        let value = self.section(&place.0)?.get(key)?.clone();
        let text = self.texts.get(&place);
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
            .section(&self.real(section))
            .is_some_and(|table| table.contains_key(key));
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
            match content {
                Value::Table(table) if self.reads(section) => {
                    self.unread(section, table, &mut unknown);
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

    /// Is anything in a section read, or in a table in it?
    fn reads(&self, section: &str) -> bool {
        let inside = |known: &str| {
            let rest = known.strip_prefix(section);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.read.iter().any(|(known, _)| inside(known))
    }

    /// Keys of a table that nobody read, and of the tables in it.
    fn unread(&self, section: &str, table: &Table, unknown: &mut Vec<(String, String)>) {
        for (key, content) in table {
            let inner = format!("{section}.{key}");
            match content {
                Value::Table(table) if self.reads(&inner) => self.unread(&inner, table, unknown),
                _ if self.read.contains(&(section.to_owned(), key.clone())) => {}
                _ => unknown.push((section.to_owned(), key.clone())),
            }
        }
    }
}
