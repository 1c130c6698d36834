//! `[sign-in]` and `[oidc.NAME]`.

use std::time::Duration;

use super::*;
use crate::oidc::settings::Matching;

const CAMPUS: &str =
    "[oidc.campus]\nissuer = \"https://id.example.org\"\nclient-id = \"keymend\"\n";

fn with(more: &str) -> String {
    format!("{LEAST}{CAMPUS}{more}")
}

#[test]
fn a_provider_needs_little() {
    let settings = read("x", &with(""), std::iter::empty()).unwrap();
    assert!(settings.sign_in.password);
    let [campus] = settings.sign_in.providers.as_slice() else {
        panic!("one provider");
    };
    assert_eq!(
        (campus.id.as_str(), campus.label.as_str()),
        ("campus", "campus")
    );
    assert_eq!(campus.issuer, "https://id.example.org");
    assert_eq!(campus.claim, "preferred_username");
    assert_eq!(campus.matching, Matching::Name);
    assert_eq!(campus.scopes, ["openid", "profile", "email"]);
    assert!(campus.secret.is_none() && campus.max_age.is_none());
    assert!(campus.demands.none() && campus.protected.none());
}

#[test]
fn the_example_shows_every_key_of_a_provider() {
    let (front, rest) = EXAMPLE.split_once("#[oidc.campus]\n").unwrap();
    let (keys, back) = rest.split_once("[password]").unwrap();
    let keys = keys.lines().filter_map(|line| line.strip_prefix('#'));
    let keys = keys.filter(|key| !key.starts_with(' ') && !key.starts_with("directory"));
    let keys = keys.collect::<Vec<_>>().join("\n");
    let all = format!("{front}[oidc.campus]\n{keys}\n[password]{back}");
    let settings = read("example", &all, std::iter::empty()).unwrap();
    let campus = &settings.sign_in.providers[0];
    assert_eq!(campus.label, "Campus account");
    assert_eq!(campus.max_age, Some(Duration::from_hours(1)));
    assert_eq!(campus.protected.amr, ["hwk"]);
    assert!(campus.ca_file.is_some() && campus.proxy.is_some());
    assert!(
        !format!("{settings:?}").contains("change-me"),
        "a secret hides itself"
    );
    let unknown = faults(&all.replace("claim = ", "colour = ")).join("\n");
    for key in [
        "issuer",
        "client-id",
        "client-secret",
        "client-secret-file",
        "label",
        "scopes",
        "claim",
        "match",
        "directory",
        "acr",
        "amr",
        "protected-acr",
        "protected-amr",
        "max-age-minutes",
        "ca-file",
        "proxy",
    ] {
        assert!(unknown.contains(key), "{key}: {unknown}");
        assert!(EXAMPLE.contains(key), "{key} is not in the example");
    }
}

#[test]
fn faults_of_a_provider_name_their_keys() {
    for (more, wanted) in [
        ("match = \"mail\"", "oidc.campus.match: `name`"),
        ("claim = \"a b\"", "oidc.campus.claim: the name of a claim"),
        ("claim = \"\"", "oidc.campus.claim"),
        ("scopes = [\"profile\"]", "oidc.campus.scopes: single words"),
        ("scopes = [\"openid a\"]", "oidc.campus.scopes"),
        (
            "directory = \"staff\"",
            "oidc.campus.directory: one of: local",
        ),
        ("acr = [\"a b\"]", "oidc.campus.acr: single words"),
        ("protected-amr = [\"\"]", "oidc.campus.protected-amr"),
        ("label = \"\"", "oidc.campus.label: 1 to 60"),
        ("max-age-minutes = 1441", "oidc.campus.max-age-minutes: 0"),
        (
            "proxy = \"socks://me:hunter-2@x\"",
            "oidc.campus.proxy: `http",
        ),
        ("colour = 1", "oidc.campus.colour: unknown"),
        ("[oidc]\nissuer = \"x\"", "oidc: a table for each provider"),
        (
            "[oidc.Campus]\nissuer = \"https://a.example\"\nclient-id = \"x\"",
            "oidc.Campus: the name",
        ),
        ("[oidc.b]\n", "oidc.b.issuer: is missing"),
        ("[oidc.b]\n", "oidc.b.client-id: is missing"),
    ] {
        let all = faults(&with(more)).join("\n");
        assert!(all.contains(wanted), "{wanted}: {all}");
        assert!(!all.contains("hunter-2"), "{all}");
    }
    for issuer in [
        "http://id.example.org",
        "ftp://id.example.org",
        "https://me:hunter-2@id.example.org",
        "https://id.example.org/?a=b",
        "https://id.example.org/#a",
        "id.example.org",
    ] {
        let all = faults(&with("").replace("https://id.example.org", issuer)).join("\n");
        assert!(
            all.contains("oidc.campus.issuer: `https://"),
            "{issuer}: {all}"
        );
        assert!(!all.contains("hunter-2"), "{all}");
    }
    let near = with("").replace("https://id.example.org", "http://localhost:8000");
    assert_eq!(faults(&near), Vec::<String>::new());
}

#[test]
fn somebody_must_be_able_to_sign_in() {
    let alone = faults(&format!("{LEAST}[sign-in]\npassword = false\n")).join("\n");
    assert!(
        alone.contains("sign-in.password: without it nobody"),
        "{alone}"
    );
    let settings = read(
        "x",
        &with("[sign-in]\npassword = false\n"),
        std::iter::empty(),
    );
    assert!(!settings.unwrap().sign_in.password);
}

#[test]
fn a_secret_can_come_from_the_environment() {
    let named = "KEYMEND_OIDC__CAMPUS__CLIENT_SECRET".to_owned();
    let environment = [(named, "hunter-2".to_owned())];
    let settings = read("x", &with(""), environment.into_iter()).unwrap();
    let secret = settings.sign_in.providers[0].secret.as_ref().unwrap();
    assert_eq!(secret.as_str(), "hunter-2");
}
