//! Which language a visit speaks.

/// Picks a language: what the link asks for (`?ui_locales=`), else what the person chose before (the cookie),
/// else what the browser prefers (`Accept-Language`), else the organisation's default.
///
/// Regions do not matter to us: `es-MX` is served by `es`.
#[must_use]
pub fn choose(
    query: Option<&str>,
    cookie: Option<&str>,
    accept_language: Option<&str>,
    available: &[&'static str],
    default: &'static str,
) -> &'static str {
    let find = |tag: &str| served_by(tag, available);
    // OpenID Connect defines ui_locales as a list with the most wanted first.
    let asked = query.and_then(|tags| tags.split(' ').find_map(find));
    asked
        .or_else(|| cookie.and_then(find))
        .or_else(|| accept_language.and_then(|header| preferred(header, available)))
        .unwrap_or(default)
}

fn served_by(tag: &str, available: &[&'static str]) -> Option<&'static str> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    available
        .iter()
        .copied()
        .find(|language| language.eq_ignore_ascii_case(primary))
}

/// The best entry of an `Accept-Language` header that we speak. The earlier one wins a tie.
fn preferred(header: &str, available: &[&'static str]) -> Option<&'static str> {
    let mut best: Option<(f32, &'static str)> = None;
    // A browser sends a handful of entries; nobody makes us read a thousand.
    for entry in header.split(',').take(20) {
        let mut parts = entry.split(';');
        let Some(language) = parts.next().and_then(|tag| served_by(tag, available)) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
        if weight > best.map_or(0.0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::choose;

    const ALL: [&str; 3] = ["en", "es", "ar"];

    #[test]
    fn the_link_beats_the_cookie_which_beats_the_browser_which_beats_the_default() {
        assert_eq!(choose(Some("ar"), Some("es"), Some("en"), &ALL, "en"), "ar");
        assert_eq!(choose(None, Some("es"), Some("ar"), &ALL, "en"), "es");
        assert_eq!(choose(None, None, Some("ar"), &ALL, "en"), "ar");
        assert_eq!(choose(None, None, None, &ALL, "es"), "es");
    }

    #[test]
    fn what_we_do_not_speak_is_passed_over() {
        assert_eq!(choose(Some("fr es-MX en"), None, None, &ALL, "en"), "es");
        assert_eq!(
            choose(Some("<script>"), Some(""), Some("*"), &ALL, "ar"),
            "ar"
        );
    }

    #[test]
    fn the_browsers_weights_are_heeded() {
        assert_eq!(
            choose(None, None, Some("fr, es;q=0.7, ar-EG;q=0.9"), &ALL, "en"),
            "ar"
        );
        assert_eq!(
            choose(None, None, Some("ar;q=0, ES;q=0.1"), &ALL, "en"),
            "es"
        );
        assert_eq!(choose(None, None, Some("es;q=nonsense"), &ALL, "en"), "en");
    }
}
