use proptest::prelude::*;

use super::*;

const BO: PasswordContext<'_> = PasswordContext {
    organisation: "Campus University",
    names: &["Bo", "Søren José", "Lindqvist-Ng"],
    sign_in: "bo.lindqvist@campus.example",
};

fn faults(rules: &PasswordRules, password: &str) -> Vec<PasswordFault> {
    rules.faults(
        &NewPassword::new(password.to_owned()),
        &BO,
        CommonPasswords::default(),
    )
}

#[test]
fn length_counts_code_points_and_spaces_count() {
    let rules = PasswordRules::new(8, 64, true, None).unwrap();
    assert_eq!(
        faults(&rules, "1234567"),
        [PasswordFault::TooShort { min: 8 }]
    );
    assert_eq!(faults(&rules, "مرحبا ٧٢"), []);
    assert_eq!(faults(&rules, "🦜🥝🪁🌋🦔🍋🧭🪴"), []);
    assert_eq!(faults(&rules, "  two w "), []);
    assert_eq!(
        faults(&rules, &"🦜k".repeat(33)),
        [PasswordFault::TooLong { max: 64 }]
    );
    let at_most: String = ('a'..='z').chain('A'..='Z').chain('à'..='ë').collect();
    assert_eq!(at_most.chars().count(), 64);
    assert_eq!(faults(&rules, &at_most), []);
}

#[test]
fn all_faults_are_listed_at_once() {
    let banned = BannedWords::new(["campus"]).unwrap();
    let rules = PasswordRules::new(15, 256, true, Some(banned)).unwrap();
    let all = faults(&rules, "C@mpu$\t");
    assert_eq!(
        all,
        [
            PasswordFault::TooShort { min: 15 },
            PasswordFault::Control,
            PasswordFault::OwnWord {
                word: "Campus".to_owned()
            },
            PasswordFault::Banned
        ]
    );
}

#[test]
fn words_of_the_person_and_the_place_are_found_however_they_are_spelt() {
    let rules = PasswordRules::default();
    for (password, word) in [
        ("my-L1ndqvist-flowers", "Lindqvist"),
        ("the-un1ver5!ty-l1fe", "University"),
        ("my-ｌｉｎｄｑｖｉｓｔ-flowers", "Lindqvist"),
        ("jose-and-the-whale", "José"),
        ("JOSÉ-and-the-whale", "José"),
        ("the-unIversity-life", "University"),
    ] {
        assert_eq!(
            faults(&rules, password),
            [PasswordFault::OwnWord {
                word: word.to_owned()
            }],
            "{password}"
        );
    }
    assert_eq!(
        faults(&rules, "bo-ng-and-the-tuba"),
        [],
        "short words hit by chance"
    );
    let short = PasswordContext {
        sign_in: "j.doe",
        ..PasswordContext::default()
    };
    let found = rules.faults(
        &NewPassword::new("garden-of-jdoe-55".to_owned()),
        &short,
        CommonPasswords::default(),
    );
    assert_eq!(
        found,
        [PasswordFault::OwnWord {
            word: "jdoe".to_owned()
        }]
    );
    assert_eq!(
        faults(
            &PasswordRules::new(8, 64, false, None).unwrap(),
            "my-Lindqvist-flowers"
        ),
        []
    );
}

#[test]
fn rules_that_policy_may_not_set_are_refused() {
    assert_eq!(
        PasswordRules::new(7, 256, true, None),
        Err(PasswordRulesFault::Min)
    );
    assert_eq!(
        PasswordRules::new(65, 256, true, None),
        Err(PasswordRulesFault::Min)
    );
    assert_eq!(
        PasswordRules::new(15, 63, true, None),
        Err(PasswordRulesFault::Max)
    );
    assert_eq!(
        PasswordRules::new(15, 257, true, None),
        Err(PasswordRulesFault::Max)
    );
    assert_eq!(
        PasswordRules::new(15, 256, true, None),
        Ok(PasswordRules::default())
    );
}

#[test]
fn a_megabyte_is_refused_by_its_length() {
    let huge = NewPassword::new("a".repeat(1_000_000));
    let rules =
        PasswordRules::new(8, 256, true, Some(BannedWords::new(["campus"]).unwrap())).unwrap();
    assert_eq!(
        rules.faults(&huge, &BO, CommonPasswords::default()),
        [PasswordFault::TooLong { max: 256 }]
    );
}

#[test]
fn a_password_hides_itself_and_is_kept_as_typed() {
    let password = NewPassword::new("  Cafe\u{301} ".to_owned());
    assert_eq!(format!("{password:?}"), "NewPassword(…)");
    assert_eq!(password.expose(), "  Cafe\u{301} ");
    assert_eq!(password.nfc().as_str(), "  Caf\u{e9} ");
    assert!(password.same_as(&password.clone()));
    assert!(!password.same_as(&NewPassword::new("  Caf\u{e9} ".to_owned())));
}

#[test]
fn every_fault_has_its_own_key() {
    let all = [
        PasswordFault::TooShort { min: 8 },
        PasswordFault::TooLong { max: 64 },
        PasswordFault::Control,
        PasswordFault::Common,
        PasswordFault::OwnWord {
            word: "x".to_owned(),
        },
        PasswordFault::Banned,
        PasswordFault::Used,
        PasswordFault::SameAsCurrent,
        PasswordFault::TooSoon,
        PasswordFault::TooShortForDirectory,
        PasswordFault::Directory,
    ];
    let keys: std::collections::HashSet<_> = all.iter().map(PasswordFault::key).collect();
    assert_eq!(keys.len(), all.len());
    assert!(keys.iter().all(|key| key.starts_with("fault-password-")));
    assert_eq!(all[0].argument(), Some(("min", Argument::Number(8))));
    assert_eq!(all[4].argument(), Some(("word", Argument::Text("x"))));
    assert_eq!(all[5].argument(), None);
}

proptest! {
    #[test]
    fn any_text_is_answered(password in "(\\PC|[\0-\x1f]){0,300}", name in "\\PC{0,20}") {
        let banned = BannedWords::new(["campus", "lamp"]).unwrap();
        let rules = PasswordRules::new(8, 256, true, Some(banned)).unwrap();
        let names = [name.as_str()];
        let context = PasswordContext { organisation: &name, names: &names, sign_in: &name };
        let length = password.chars().count();
        let found = rules.faults(&NewPassword::new(password), &context, CommonPasswords::default());
        prop_assert_eq!(found.contains(&PasswordFault::TooLong { max: 256 }), length > 256);
        prop_assert_eq!(found.contains(&PasswordFault::TooShort { min: 8 }), length < 8);
    }
}
