//! What a request carries.

use url::form_urlencoded;

use super::facts::Facts;
use super::template::{Escape, Template};

/// A part of a JSON document; its strings have holes.
#[derive(Clone, Debug)]
pub enum Json {
    /// A string.
    Text(Template),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
    /// A number, true, false.
    Other(serde_json::Value),
}

/// What a request carries.
#[derive(Clone, Debug)]
pub enum Body {
    /// Nothing.
    None,
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, Template)>),
    /// `application/json`.
    Json(Json),
    /// Anything else: its content type, how values are escaped in it, and the text.
    Raw(String, Escape, Template),
}

impl Json {
    fn fill(&self, facts: &Facts<'_>) -> Result<serde_json::Value, String> {
        Ok(match self {
            // Escaped when the whole document is written.
            Self::Text(text) => text.fill(facts, Escape::Nothing)?.into(),
            Self::List(parts) => {
                let parts: Result<Vec<_>, _> = parts.iter().map(|part| part.fill(facts)).collect();
                parts?.into()
            }
            Self::Object(parts) => {
                let mut object = serde_json::Map::new();
                for (name, part) in parts {
                    object.insert(name.clone(), part.fill(facts)?);
                }
                object.into()
            }
            Self::Other(value) => value.clone(),
        })
    }

    fn templates<'a>(&'a self, found: &mut Vec<&'a Template>) {
        match self {
            Self::Text(text) => found.push(text),
            Self::List(parts) => parts.iter().for_each(|part| part.templates(found)),
            Self::Object(parts) => parts.iter().for_each(|(_, part)| part.templates(found)),
            Self::Other(_) => {}
        }
    }
}

impl Body {
    /// Its content type.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Json(_) => Some("application/json"),
            Self::Raw(content_type, ..) => Some(content_type),
        }
    }

    /// The whole of it.
    ///
    /// # Errors
    /// In one line and without the value, when there is nothing to put in.
    pub fn fill(&self, facts: &Facts<'_>) -> Result<String, String> {
        match self {
            Self::None => Ok(String::new()),
            Self::Form(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in fields {
                    form.append_pair(name, &value.fill(facts, Escape::Nothing)?);
                }
                Ok(form.finish())
            }
            Self::Json(json) => Ok(json.fill(facts)?.to_string()),
            Self::Raw(_, escape, text) => text.fill(facts, *escape),
        }
    }

    /// All its texts with holes.
    pub fn templates(&self) -> Vec<&Template> {
        let mut found = Vec::new();
        match self {
            Self::None => {}
            Self::Form(fields) => found.extend(fields.iter().map(|(_, value)| value)),
            Self::Json(json) => json.templates(&mut found),
            Self::Raw(_, _, text) => found.push(text),
        }
        found
    }
}
