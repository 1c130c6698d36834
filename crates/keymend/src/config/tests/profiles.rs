//! Presets and `[policy.profile.NAME]`.

use std::time::Duration;

use keymend_core::method::Kind;
use keymend_core::policy::{Preset, Profiles};

use super::*;

fn with_policy(policy: &str) -> String {
    let (before, rest) = LEAST.split_once("[policy]\n").unwrap();
    let (_, after) = rest.split_once("[mail]").unwrap();
    format!(
        "{before}[policy]\n{policy}\n[mail]{after}\n[sms]\nkind = \"folder\"\nfolder = \"/tmp\"\n"
    )
}

fn settings(policy: &str) -> Settings {
    read("x", &with_policy(policy), std::iter::empty()).unwrap_or_else(|all| panic!("{all:?}"))
}

fn wrong(policy: &str, wanted: &str) {
    let all = faults(&with_policy(policy)).join("\n");
    assert!(all.contains(wanted), "{policy}: {all}");
}

#[test]
fn a_preset_is_a_beginning_that_single_keys_change() {
    for preset in Preset::ALL {
        let text = format!("preset = \"{}\"", preset.as_str());
        let read = settings(&text).policy;
        assert_eq!(read.methods, preset.methods());
        assert_eq!(read.reset, preset.policy().reset);
        assert_eq!(read.codes, preset.policy().codes);
    }
    let read = settings("preset = \"standard\"\nmethods = [\"email\", \"app\"]").policy;
    assert_eq!(read.methods, [Kind::Email, Kind::App]);
    wrong("preset = \"lax\"", "policy.preset: one of seed, standard");
}

const STAFF: &str = r#"
preset = "standard"
[policy.profile.staff]
groups = ["cn=staff,ou=groups,dc=example,dc=org"]
subtrees = ["ou=staff,dc=example,dc=org"]
gates = 3
quarantine-hours = 72
[policy.profile.doctors]
preset = "phishing-resistant"
domains = ["clinic.example"]
confirm-again-days = 90
"#;

#[test]
fn profiles_are_read_with_what_they_choose_and_what_they_say() {
    let read = settings(STAFF);
    let [doctors, staff] = read.profiles.as_slice() else {
        panic!("two profiles")
    };
    assert_eq!(
        (doctors.name.as_str(), staff.name.as_str()),
        ("doctors", "staff")
    );
    assert_eq!(staff.terms.unlock_gates, Some(3), "as many as gates");
    assert_eq!(staff.terms.quarantine, Some(Duration::from_hours(72)));
    assert_eq!(staff.terms.methods, None);
    assert_eq!(doctors.terms.phishing_resistant, Some(true));
    let laid = Profiles::new(&read.policy, read.profiles);
    let both = laid.policy(3);
    assert_eq!(both.methods, Preset::PhishingResistant.methods());
    assert_eq!((both.reset.gates, both.registration.minimum), (3, 3));
    assert_eq!(laid.check(), []);
}

#[test]
fn a_profile_that_makes_no_sense_is_a_fault_with_its_key() {
    let profile = |text: &str| format!("preset = \"seed\"\n[policy.profile.staff]\n{text}");
    let staff = "policy.profile.staff";
    wrong(&profile("gates = 2"), &format!("{staff}: chooses nobody"));
    let chosen = |text: &str| profile(&format!("domains = [\"a.example\"]\n{text}"));
    wrong(
        &chosen("subtrees = [\"staff\"]"),
        &format!("{staff}.subtrees: distinguished names"),
    );
    wrong(
        &chosen("code-digits = 6"),
        &format!("{staff}.code-digits: unknown"),
    );
    wrong(
        &chosen("preset = \"x\""),
        &format!("{staff}.preset: one of"),
    );
    wrong(&chosen("gates = 4"), &format!("{staff}: gates: 1, 2 or 3"));
    // The clause is in the fault.
    wrong(
        &chosen("methods = [\"phone\"]"),
        "two codes to one phone are one proof",
    );
    wrong(
        &chosen("phishing-resistant = true"),
        "NIST SP 800-63B-4, 3.2.5",
    );
    wrong(
        "preset = \"seed\"\n[policy.profile.\"Our Staff\"]\ndomains = [\"a.example\"]",
        "a name of small letters",
    );
}

#[test]
fn a_policy_to_be_tried_is_read_alone_and_nothing_else_with_it() {
    let now = settings("preset = \"seed\"").policy;
    let (tried, profiles) = read_policy("new", &format!("[policy]\n{STAFF}"), &now).unwrap();
    assert_eq!((tried.channels, profiles.len()), (now.channels.clone(), 2));
    let all = read_policy("new", "[server]\norigin = \"x\"\n", &now).unwrap_err();
    assert!(all.join("\n").contains("server"), "{all:?}");
}
