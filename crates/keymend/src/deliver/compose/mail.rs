//! The HTML part of a mail: the words of its text part, and nothing else.
//!
//! Many readers throw away what stands in `<head>` or on `<body>`, so language, direction and the light colours stand on
//! the elements themselves; the dark ones need the style sheet. Nothing is loaded from anywhere.

use askama::Template;

use crate::i18n::Words;

/// A mail that is being written.
#[derive(Template)]
#[template(path = "mail.html")]
pub struct Mail<'a> {
    words: &'a Words,
    subject: &'a str,
    organisation: &'a str,
    /// Paragraphs of lines.
    paragraphs: Vec<Vec<Line<'a>>>,
}

enum Line<'a> {
    Text(&'a str),
    Code(&'a str),
    Link(&'a str),
}

impl<'a> Mail<'a> {
    /// Set a text: a line that is the code or a link of ours stands out.
    #[must_use]
    pub fn new(
        words: &'a Words,
        organisation: &'a str,
        origin: &str,
        subject: &'a str,
        (body, code): (&'a str, &str),
    ) -> Self {
        let line = |text: &'a str| {
            let text = text.trim();
            let alone = !text.contains(char::is_whitespace);
            if !code.is_empty() && text == code {
                Line::Code(text)
            } else if text.starts_with(origin) && alone {
                Line::Link(text)
            } else {
                Line::Text(text)
            }
        };
        let paragraphs = body.split("\n\n");
        Self {
            words,
            subject,
            organisation,
            paragraphs: paragraphs
                .map(|text| text.trim().lines().map(line).collect())
                .collect(),
        }
    }

    /// As a document.
    #[must_use]
    pub fn document(&self) -> String {
        // A template that compiled fails only when memory is gone.
        self.render().unwrap_or_default()
    }

    /// Where lines begin; old readers do not know `start`.
    fn start(&self) -> &'static str {
        match self.words.direction() {
            "rtl" => "right",
            _ => "left",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Catalogue;

    const BODY: &str =
        "Hello,\n\nR&D <b>:\n\n482913\n\nOpen this:\nhttps://a.example/n/t\n\nhttps://a.example/ x";

    fn document(language: &str) -> String {
        let catalogue = Catalogue::built_in();
        let words = catalogue.words(language);
        Mail::new(words, "R&D", "https://a.example", "S", (BODY, "482913")).document()
    }

    /// The words between the tags, one blank between them.
    fn words(html: &str) -> String {
        let body = html.split_once("<body").unwrap().1;
        let mut text = String::new();
        for part in body.split('<').skip(1) {
            text.push(' ');
            text.push_str(part.split_once('>').unwrap().1);
        }
        let text = text
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn both_parts_say_the_same() {
        let said: Vec<&str> = BODY.split_whitespace().collect();
        assert_eq!(words(&document("en")), format!("R&D {}", said.join(" ")));
    }

    #[test]
    fn nothing_is_loaded_and_only_our_own_link_leads_away() {
        let html = document("en");
        for word in ["src", "url(", "<img", "<link", "<script", "@import", "cid:"] {
            assert!(!html.contains(word), "{word}");
        }
        assert_eq!(html.matches("href=").count(), 1, "{html}");
        assert!(html.contains("href=\"https://a.example/n/t\""), "{html}");
        assert_eq!(html.matches("class=\"code\"").count(), 1, "{html}");
    }

    #[test]
    fn direction_and_language_survive_without_a_head() {
        let html = document("ar");
        let body = html.split_once("<body").unwrap().1;
        let div = body
            .split_once("<div")
            .unwrap()
            .1
            .split_once('>')
            .unwrap()
            .0;
        assert!(div.contains("lang=\"ar\" dir=\"rtl\""), "{div}");
        assert!(body.contains("text-align:right"), "{body}");
        assert!(document("en").contains("text-align:left"));
    }
}
