//! Which browser somebody uses, in words that they know: enough to tell one's own browsers from a stranger's, and
//! nothing to recognise a person by.

use std::fmt;

use http::HeaderMap;
use http::header::USER_AGENT;

/// Marks of browsers; whoever claims to be another one as well comes first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A browser and its system, as far as they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Browser {
    name: Option<&'static str>,
    system: Option<&'static str>,
}

impl Browser {
    /// What a request says of itself (RFC 9110, 10.1.5). It may be made up.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let said = headers.get(USER_AGENT);
        let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
        let find = |marks: &[(&str, &'static str)]| {
            let mut marks = marks.iter();
            marks
                .find(|(mark, _)| said.contains(mark))
                .map(|(_, name)| *name)
        };
        Self {
            name: find(&BROWSERS),
            system: find(&SYSTEMS),
        }
    }
}

impl fmt::Display for Browser {
    /// `Firefox, Linux`; empty when nothing is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = [self.name, self.system].into_iter().flatten().collect();
        f.write_str(&known.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_what_they_say() {
        let said = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, text.parse().unwrap());
            Browser::of(&headers).to_string()
        };
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(said(&format!("{windows} {chrome}")), "Chrome, Windows");
        assert_eq!(
            said(&format!("{windows} {chrome} Edg/142.0")),
            "Edge, Windows"
        );
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(said(firefox), "Firefox, Linux");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
             (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        assert_eq!(said(safari), "Safari, iPhone");
        assert_eq!(said("curl/7.88.1"), "");
        assert_eq!(Browser::of(&HeaderMap::new()).to_string(), "");
    }
}
