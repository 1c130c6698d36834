use std::collections::HashMap;

use keymend_core::password::{Kinds, Least};
use keymend_core::time::Timestamp;
use lber::common::TagClass;
use lber::structure::{PL, StructureTag};
use proptest::prelude::*;

use super::*;

fn tag(id: u64, payload: PL) -> StructureTag {
    StructureTag {
        class: TagClass::Universal,
        id,
        payload,
    }
}

/// An entry as a server would send it.
fn entry(lines: &[(&str, &str)]) -> Found {
    let word = |text: &str| tag(4, PL::P(text.as_bytes().to_vec()));
    let mut all: HashMap<&str, Vec<StructureTag>> = HashMap::new();
    for (name, value) in lines {
        all.entry(name).or_default().push(word(value));
    }
    let attributes = all
        .into_iter()
        .map(|(name, values)| tag(16, PL::C(vec![word(name), tag(17, PL::C(values))])));
    let attributes = tag(16, PL::C(attributes.collect()));
    Found::read(tag(4, PL::C(vec![word("cn=x"), attributes]))).unwrap()
}

#[test]
fn a_policy_of_openldap_is_read() {
    let person = entry(&[("pwdChangedTime", "20261123120000Z")]);
    let policy = entry(&[
        ("pwdMinLength", "12"),
        ("pwdMaxLength", "100"),
        ("pwdInHistory", "3"),
        ("pwdMinAge", "86400"),
        ("pwdMaxAge", "0"),
        ("pwdCheckQuality", "2"),
    ]);
    let expected = DirectoryRules {
        min: Some(12),
        max: Some(100),
        history: Some(4),
        min_age: Some(Duration::from_hours(24)),
        open_from: Some(Timestamp::from_millis(1_795_521_600_000)),
        ..DirectoryRules::default()
    };
    assert_eq!(ppolicy::rules(&policy, &person), expected);
    // Without the check of quality the length is not looked at either.
    let unchecked = entry(&[("pwdMinLength", "12"), ("pwdCheckModule", "pqcheck.so")]);
    let rules = ppolicy::rules(&unchecked, &person);
    assert_eq!(
        (rules.min, rules.history, rules.more),
        (None, Some(0), false)
    );
    let module = entry(&[("pwdCheckQuality", "1"), ("pwdUseCheckModule", "TRUE")]);
    assert!(ppolicy::rules(&module, &person).more);
}

#[test]
fn a_policy_of_389_is_read() {
    let person = entry(&[
        ("uid", "ana"),
        ("cn", "Ana Reyes"),
        ("sn", "Reyes"),
        ("givenName", "An"),
    ]);
    let policy = entry(&[
        ("passwordCheckSyntax", "on"),
        ("passwordMinLength", "14"),
        ("passwordMinCategories", "4"),
        ("passwordMinTokenLength", "3"),
        ("passwordMinDigits", "2"),
        ("passwordMin8bit", "0"),
        ("passwordMaxRepeats", "2"),
        ("passwordHistory", "on"),
        ("passwordInHistory", "6"),
        ("passwordMaxAge", "8640000"),
        ("passwordExp", "off"),
    ]);
    let expected = DirectoryRules {
        min: Some(14),
        history: Some(7),
        kinds: Some(Kinds::Ds389(4)),
        least: Least {
            digits: 2,
            ..Least::default()
        },
        repeats: Some(2),
        names: [" Re", "Ana", "Rey", "a R", "ana", "eye", "na ", "yes"]
            .map(str::to_owned)
            .to_vec(),
        ..DirectoryRules::default()
    };
    assert_eq!(ds389::rules(&policy, &person), expected);
    let off = entry(&[("passwordCheckSyntax", "off"), ("passwordMinLength", "14")]);
    assert_eq!(ds389::rules(&off, &person), DirectoryRules::default());
    // What has a default of its own is not known, and what cannot be read at all neither.
    let silent = entry(&[("passwordCheckSyntax", "on"), ("passwordMinLength", "14")]);
    assert!(ds389::rules(&silent, &person).more);
    assert_eq!(
        ds389::rules(&entry(&[]), &person),
        DirectoryRules::unknown()
    );
}

#[test]
fn the_policies_of_active_directory_are_read() {
    let person = entry(&[
        ("sAMAccountName", "areyes"),
        ("displayName", "Reyes, Ana"),
        ("pwdLastSet", "134399088000000000"),
    ]);
    let domain = entry(&[
        ("minPwdLength", "7"),
        ("pwdHistoryLength", "24"),
        ("pwdProperties", "1"),
        ("minPwdAge", "-864000000000"),
        ("maxPwdAge", "-36288000000000"),
    ]);
    let expected = DirectoryRules {
        min: Some(7),
        history: Some(24),
        min_age: Some(Duration::from_hours(24)),
        max_age: Some(Duration::from_hours(24 * 42)),
        kinds: Some(Kinds::ActiveDirectory),
        names: ["areyes", "Reyes", "Ana"].map(str::to_owned).to_vec(),
        open_from: Some(Timestamp::from_millis(1_795_521_600_000)),
        ..DirectoryRules::default()
    };
    let read = active_directory::domain(&domain, &person);
    assert_eq!(
        DirectoryRules {
            open_from: expected.open_from,
            ..read.clone()
        },
        expected
    );
    assert!(read.open_from.is_some());
    let never = entry(&[
        ("msDS-MinimumPasswordLength", "16"),
        ("msDS-PasswordHistoryLength", "0"),
        ("msDS-PasswordComplexityEnabled", "FALSE"),
        ("msDS-MinimumPasswordAge", "0"),
        ("msDS-MaximumPasswordAge", "-9223372036854775808"),
    ]);
    let expected = DirectoryRules {
        min: Some(16),
        history: Some(0),
        ..DirectoryRules::default()
    };
    assert_eq!(active_directory::fine_grained(&never, &person), expected);
    let nothing = active_directory::fine_grained(&entry(&[]), &person);
    assert_eq!(nothing, DirectoryRules::unknown());
}

proptest! {
    #[test]
    fn no_policy_panics(
        names in proptest::collection::vec(0_usize..36, 0..20),
        values in proptest::collection::vec("-?[0-9]{0,22}|on|TRUE|\\PC{0,8}|[0-9]{14}Z", 20),
    ) {
        let all = [ppolicy::OF_PERSON, ppolicy::ATTRIBUTES, ds389::OF_PERSON, ds389::ATTRIBUTES, active_directory::DOMAIN].concat();
        let lines: Vec<_> = names.iter().zip(&values).map(|(at, value)| (all[at % all.len()], value.as_str())).collect();
        let found = entry(&lines);
        for rules in [
            ppolicy::rules(&found, &found),
            ds389::rules(&found, &found),
            active_directory::domain(&found, &found),
            active_directory::fine_grained(&found, &found),
        ] {
            drop((rules.sentences(), rules.keeping()));
        }
    }
}
