//! `[policy.profile.NAME]`: what is stricter for some people, and the keys that a profile has in common with `[policy]`.

use keymend_core::method::Kind;
use keymend_core::policy::{MOST_PROFILES, Preset, Profile, Selectors, Terms};

use super::policy::hours;
use super::reader::Reader;

const ALL: &str = "policy.profile";

/// The section of a profile.
pub fn section(name: &str) -> String {
    format!("{ALL}.{name}")
}

/// All profiles, in the order of their names.
pub fn profiles(from: &mut Reader) -> Vec<Profile> {
    let names = from.tables(ALL);
    if names.len() > MOST_PROFILES {
        from.fault(ALL, "", &format!("at most {MOST_PROFILES} profiles"));
    }
    names.iter().map(|name| profile(from, name)).collect()
}

fn profile(from: &mut Reader, name: &str) -> Profile {
    let section = section(name);
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if name.is_empty() || !name.chars().all(plain) {
        let what = "a name of small letters a to z, digits and hyphens";
        from.fault(&section, "", what);
    }
    let selectors = Selectors {
        groups: from.or(&section, "groups", Vec::new()),
        subtrees: from.or(&section, "subtrees", Vec::new()),
        domains: from.or(&section, "domains", Vec::new()),
    };
    if selectors.is_empty() {
        let what = "chooses nobody: name `groups`, `subtrees` or `domains`";
        from.fault(&section, "", what);
    }
    if selectors.subtrees.iter().any(|dn| !dn.contains('=')) {
        let what = "distinguished names, such as ou=staff,dc=campus,dc=example";
        from.fault(&section, "subtrees", what);
    }
    Profile {
        name: name.to_owned(),
        selectors,
        terms: terms(from, &section),
    }
}

/// Single keys go before the preset.
fn terms(from: &mut Reader, section: &str) -> Terms {
    let preset = preset(from, section);
    let usual = preset.map(Preset::policy);
    let usual = usual.as_ref();
    let methods = methods(from, section);
    let gates: Option<u8> = from.maybe(section, "gates");
    let unlock_gates = from.maybe(section, "unlock-gates").or(gates);
    let quarantine: Option<u64> = from.maybe(section, "quarantine-hours");
    let days: Option<u64> = from.maybe(section, "confirm-again-days");
    let resistant = usual.map(|usual| usual.reset.phishing_resistant);
    Terms {
        methods: methods.or(usual.map(|usual| usual.methods.clone())),
        gates: gates.or(usual.map(|usual| usual.reset.gates)),
        unlock_gates: unlock_gates.or(usual.map(|usual| usual.reset.unlock_gates)),
        minimum: from.maybe(section, "minimum"),
        passkey_alone: from.maybe(section, "passkey-alone"),
        phishing_resistant: from.maybe(section, "phishing-resistant").or(resistant),
        app_with_phone: from.maybe(section, "app-counts-with-phone"),
        questions: from.maybe(section, "questions"),
        answer_length: from.maybe(section, "answer-length"),
        quarantine: quarantine.map(hours),
        confirm_again: days.map(|days| hours(days.saturating_mul(24))),
    }
}

/// The preset of a section.
pub fn preset(from: &mut Reader, section: &str) -> Option<Preset> {
    let name: String = from.maybe(section, "preset")?;
    let preset = Preset::parse(&name);
    if preset.is_none() {
        let what = "one of seed, standard, phishing-resistant, simple";
        from.fault(section, "preset", what);
    }
    preset
}

/// The methods of a section.
pub fn methods(from: &mut Reader, section: &str) -> Option<Vec<Kind>> {
    let names: Vec<String> = from.maybe(section, "methods")?;
    let methods: Vec<Kind> = names.iter().filter_map(|name| Kind::parse(name)).collect();
    if methods.len() != names.len() {
        let what = "each one of phone, email, app, passkey, questions, codes";
        from.fault(section, "methods", what);
    }
    Some(methods)
}
