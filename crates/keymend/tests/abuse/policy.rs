//! What is stricter for some people: it shows to nobody else, and the commands that tell operators of it.

use crate::portal::{Portal, Setup};
use crate::walk::person;

/// Everybody of the domain may use mail only beside a passkey; nobody has one.
fn strict() -> Portal {
    Setup::new()
        .with("policy", "preset", "\"standard\"")
        .without("policy", "methods")
        .with("policy.profile.campus", "domains", "[\"campus.example\"]")
        .with(
            "policy.profile.campus",
            "methods",
            "[\"passkey\", \"email\"]",
        )
        .people(2)
        .start()
}

/// EN-006 under a profile: who has it is told to nobody who has proven nothing.
#[test]
fn en_006_a_profile_shows_nowhere() {
    let portal = strict();
    let list = |name: &str| {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        let gate = browser.get("/reset/gate").shape();
        let sent = browser.text(&person(0).phone);
        (gate, sent, browser.get("/reset/gate").shape())
    };
    assert_eq!(list(&person(0).name), list("nobody-0000000"));
}

/// ADM-7: an operator can see whose policy is whose, and whom another one would lock out, and no destination.
#[test]
fn operators_see_whose_policy_is_whose_and_whom_another_would_lock_out() {
    let portal = strict();
    let name = person(0).name;
    let said = portal.command(&["policy", "explain", "--account", &name], "");
    for part in [
        "campus, by domain campus.example",
        "profile campus",
        "phone: does not count: their policy does not offer it",
        "not-ready: 1 independent proofs of 2 that are needed",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    assert!(!said.contains(&person(0).phone) && !said.contains("mail.example"));
    let words = ["policy", "explain", "--json", "--account", &name];
    let said: serde_json::Value = serde_json::from_str(&portal.command(&words, "")).unwrap();
    assert_eq!(said["readiness"], "not-ready");
    assert_eq!(said["policy"]["methods"]["from"], "profile campus");
    let (code, said) = portal.attempt(&["policy", "explain", "--account", "nobody"], "");
    assert_eq!(code, Some(1), "{said}");

    // The other way round: without the profile both could reset, with one that asks for an app nobody could.
    let tried = portal.path("tried.toml");
    let csv = portal.path("out.csv");
    let simulate = |policy: &str| {
        std::fs::write(&tried, policy).unwrap();
        let (tried, csv) = (tried.to_str().unwrap(), csv.to_str().unwrap());
        let words = [
            "policy", "simulate", "--json", "--policy", tried, "--csv", csv,
        ];
        portal.command(&words, "")
    };
    let said = simulate("[policy]\npreset = \"seed\"\n");
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["people"], &said["then"]["one-loss"]),
        (&2.into(), &2.into())
    );
    assert_eq!(said["locked-out"], 0);
    std::fs::write(&tried, "[policy]\ngates = 9\n").unwrap();
    let words = ["policy", "simulate", "--policy", tried.to_str().unwrap()];
    let (code, said) = portal.attempt(&words, "");
    assert!(
        code == Some(1) && said.contains("gates: 1, 2 or 3"),
        "{said}"
    );
}
