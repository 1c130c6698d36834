//! `[sign-in]` and `[oidc.NAME]`: how people sign in to the registration portal.

use std::time::Duration;

use keymend_core::id_token::Demands;
use url::Url;
use zeroize::Zeroizing;

use super::directory::is_id;
use super::reader::Reader;
use crate::oidc::settings::{Matching, ProviderSettings, is_safe};

/// How people sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// By the directory's password.
    pub password: bool,
    /// By these providers.
    pub providers: Vec<ProviderSettings>,
}

/// Read both. `directories` are the ids of those that are configured.
pub fn sign_in(from: &mut Reader, directories: &[String]) -> SignIn {
    let password = from.or("sign-in", "password", true);
    let mut providers = Vec::new();
    if from.has_values("oidc") {
        let what = "a table for each provider, such as `[oidc.campus]`";
        from.fault("oidc", "", what);
    }
    for name in from.tables("oidc") {
        let section = format!("oidc.{name}");
        if !is_id(&name) {
            let what = "the name of a provider is small letters, digits and hyphens, at most 32";
            from.fault(&section, "", what);
        }
        providers.extend(provider(from, &section, name, directories));
    }
    if !password && from.tables("oidc").is_empty() {
        let what = "without it nobody could sign in: there is no `[oidc.NAME]`";
        from.fault("sign-in", "password", what);
    }
    SignIn {
        password,
        providers,
    }
}

fn provider(
    from: &mut Reader,
    section: &str,
    id: String,
    directories: &[String],
) -> Option<ProviderSettings> {
    let issuer = issuer(from, section);
    let client: Option<String> = from.needed(section, "client-id");
    let secret = from.secret(section, "client-secret").map(Zeroizing::new);
    let label = label(from, section, &id);
    let scopes = ["openid", "profile", "email"].map(str::to_owned).to_vec();
    let scopes: Vec<String> = from.or(section, "scopes", scopes);
    if !scopes.iter().any(|scope| scope == "openid") || scopes.iter().any(|scope| odd(scope)) {
        from.fault(section, "scopes", "single words, and `openid` among them");
    }
    let claim: String = from.or(section, "claim", "preferred_username".to_owned());
    if odd(&claim) {
        from.fault(section, "claim", "the name of a claim, such as `email`");
    }
    let matching = match from.or(section, "match", "name".to_owned()).as_str() {
        "name" => Matching::Name,
        "subject" => Matching::Subject,
        _ => {
            let what =
                "`name`, the sign-in name, or `subject`, the directory's id that never changes";
            from.fault(section, "match", what);
            Matching::Name
        }
    };
    let directory: Option<String> = from.maybe(section, "directory");
    if let Some(named) = &directory
        && !directories.contains(named)
    {
        let what = format!("one of: {}", directories.join(", "));
        from.fault(section, "directory", &what);
    }
    let demands = demands(from, section, ["acr", "amr"]);
    let protected = demands_of_protected(from, section);
    let minutes: Option<u64> = from.maybe(section, "max-age-minutes");
    if minutes.is_some_and(|minutes| minutes > 1440) {
        from.fault(section, "max-age-minutes", "0 (sign in each time) to 1440");
    }
    let (ca_file, proxy) = (from.maybe(section, "ca-file"), proxy(from, section));
    Some(ProviderSettings {
        id,
        issuer: issuer?,
        client: client?,
        secret,
        label,
        scopes,
        claim,
        matching,
        directory,
        demands,
        protected,
        max_age: minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60))),
        ca_file,
        proxy,
    })
}

/// Compared to the letter, so it stays the text that it is.
fn issuer(from: &mut Reader, section: &str) -> Option<String> {
    let issuer: String = from.needed(section, "issuer")?;
    let url = Url::parse(&issuer).ok();
    if url.is_some_and(|url| is_safe(&url) && url.query().is_none()) {
        return Some(issuer);
    }
    let what = "`https://…` as the provider calls itself, without `?` and `#` (http:// only for this machine)";
    from.fault(section, "issuer", what);
    None
}

fn label(from: &mut Reader, section: &str, id: &str) -> String {
    let label: String = from.or(section, "label", id.to_owned());
    let fine = (1..=60).contains(&label.trim().chars().count());
    if !fine || label.chars().any(char::is_control) {
        from.fault(section, "label", "1 to 60 characters, on one line");
    }
    label
}

/// As in RFC 6749, 3.3.
fn odd(word: &str) -> bool {
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
    word.is_empty() || !word.chars().all(fits)
}

fn demands_of_protected(from: &mut Reader, section: &str) -> Demands {
    demands(from, section, ["protected-acr", "protected-amr"])
}

fn demands(from: &mut Reader, section: &str, keys: [&str; 2]) -> Demands {
    let [acr, amr] = keys.map(|key| {
        let words: Vec<String> = from.or(section, key, Vec::new());
        if words.iter().any(|word| odd(word)) {
            from.fault(section, key, "single words, as the provider writes them");
        }
        words
    });
    Demands { acr, amr }
}

/// Read as a text: a fault of a URL would show it, and a password in it.
fn proxy(from: &mut Reader, section: &str) -> Option<Url> {
    let proxy: String = from.maybe(section, "proxy")?;
    let url = Url::parse(&proxy).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if url.is_none() {
        let what = "`http://HOST:PORT` or `https://HOST:PORT`";
        from.fault(section, "proxy", what);
    }
    url
}
