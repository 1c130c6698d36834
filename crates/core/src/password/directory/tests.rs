use proptest::prelude::*;

use super::super::{CommonPasswords, PasswordContext, PasswordRules};
use super::*;

fn refused(rules: &DirectoryRules, password: &str) -> Vec<PasswordFault> {
    rules.faults(&NewPassword::new(password.to_owned()))
}

fn active_directory() -> DirectoryRules {
    DirectoryRules {
        kinds: Some(Kinds::ActiveDirectory),
        names: active_directory_names("areyes", "Reyes-Ng, Ana M."),
        ..DirectoryRules::default()
    }
}

#[test]
fn active_directory_wants_three_of_five_kinds() {
    let few = [PasswordFault::FewKinds { least: 3 }];
    for (password, enough) in [
        ("correct horse battery staple", false),
        ("Correct horse battery staple", false),
        ("Correct-horse-battery-staple", true),
        ("correct-horse-battery-57", true),
        ("CORRECT-HORSE-57", true),
        ("Correct57", true),
        // Accents, Greek and Cyrillic are letters like ours, with capitals and small ones.
        ("Éété57", true),
        ("ΛΑΜπδα 9", true),
        ("Москва 9", true),
        // Letters without capitals are a kind of their own, digits of another script none.
        ("مرحبا بكم 57", false),
        ("مرحبا-بكم-57", true),
        ("ضع ٧٢٩ hello", false),
        ("日本語Hello", true),
        // No currency but the dollar, and no half of a pair.
        ("hello €£ Hello", false),
        ("hello $ Hello", true),
        ("hello 𐐀 Hello", false),
        ("", false),
    ] {
        let expected: &[PasswordFault] = if enough { &[] } else { &few };
        assert_eq!(
            refused(&active_directory(), password),
            expected,
            "{password}"
        );
    }
}

#[test]
fn active_directory_takes_no_account_name_and_no_piece_of_a_name() {
    let names = active_directory_names("areyes", "Reyes-Ng, Ana M.");
    assert_eq!(names, ["areyes", "Reyes", "Ana"]);
    // "Ng" and "M" are too short, a short account name too, and a number sign parts names.
    assert_eq!(
        active_directory_names("bo", "Bo#Lind\tqvist_x"),
        ["Lind", "qvist"]
    );
    assert_eq!(active_directory_names("", ""), [""; 0]);
    for (password, word) in [
        ("My-AREYES-57", "areyes"),
        ("Banana-Split-57", "Ana"),
        ("my-reyes-57", "Reyes"),
    ] {
        let word = word.to_owned();
        let expected = [PasswordFault::DirectoryName { word }];
        assert_eq!(
            refused(&active_directory(), password),
            expected,
            "{password}"
        );
    }
}

#[test]
fn counted_characters_are_told_kind_by_kind() {
    let rules = DirectoryRules {
        kinds: Some(Kinds::Ds389(4)),
        least: Least {
            digits: 2,
            capitals: 1,
            foreign: 1,
            ..Least::default()
        },
        repeats: Some(2),
        ..DirectoryRules::default()
    };
    assert_eq!(refused(&rules, "Hallo wörld 57"), []);
    let few = |kind, least| PasswordFault::FewOf { kind, least };
    assert_eq!(
        refused(&rules, "hallooo 5"),
        [
            PasswordFault::FewKinds { least: 4 },
            few(Kind::Digits, 2),
            few(Kind::Capitals, 1),
            few(Kind::Foreign, 1),
            PasswordFault::Repeats { most: 2 },
        ]
    );
}

#[test]
fn what_is_asked_for_is_told_before_typing() {
    let keys = |rules: &DirectoryRules| -> Vec<_> {
        let all = rules.sentences().into_iter();
        all.map(|one| (one.key, one.number.map(|(_, number)| number)))
            .collect()
    };
    assert_eq!(keys(&DirectoryRules::default()), []);
    assert_eq!(
        keys(&DirectoryRules::unknown()),
        [("directory-rule-more", None)]
    );
    let rules = DirectoryRules {
        min: Some(16),
        history: Some(24),
        max_age: Some(Duration::from_hours(24 * 42)),
        min_age: Some(Duration::from_hours(36)),
        ..active_directory()
    };
    assert_eq!(
        keys(&rules),
        [
            ("directory-rule-kinds", Some(3)),
            ("directory-rule-names", None),
            ("directory-rule-max-age-days", Some(42)),
        ]
    );
    let keeping = rules.keeping().unwrap();
    assert_eq!(keeping.key, "directory-rule-min-age-hours");
    assert_eq!(keeping.number, Some(("count", 36)));
    assert_eq!(DirectoryRules::default().keeping(), None);
    for (seconds, unit, number) in [
        (1, MINUTE, 1),
        (90, MINUTE, 2),
        (3600, HOUR, 1),
        (90_000, HOUR, 25),
        (86_400, DAY, 1),
    ] {
        assert_eq!(rounded(Duration::from_secs(seconds)), (unit, number));
    }
}

#[test]
fn ours_and_the_directorys_are_mended_at_once_and_told_once() {
    let ours = PasswordRules::default();
    let context = PasswordContext {
        names: &["Reyes-Ng", "Ana"],
        sign_in: "areyes",
        ..PasswordContext::default()
    };
    let all = |rules: &DirectoryRules, password: &str| {
        let password = NewPassword::new(password.to_owned());
        ours.faults_with(rules, &password, &context, CommonPasswords::default())
    };
    let strict = DirectoryRules {
        min: Some(20),
        max: Some(30),
        ..active_directory()
    };
    assert_eq!(ours.length_with(&strict), (20, 30));
    assert_eq!(ours.length_with(&DirectoryRules::default()), (15, 256));
    assert_eq!(
        all(&strict, "reyes garden"),
        [
            PasswordFault::TooShort { min: 20 },
            PasswordFault::OwnWord {
                word: "Reyes".to_owned()
            },
            PasswordFault::FewKinds { least: 3 },
        ]
    );
    let long = "Garden-of-57-flowers-and-more-of-it";
    assert_eq!(all(&strict, long), [PasswordFault::TooLong { max: 30 }]);
    let lax = DirectoryRules {
        min: Some(8),
        ..DirectoryRules::default()
    };
    assert_eq!(
        all(&lax, "fourteen chars"),
        [PasswordFault::TooShort { min: 15 }]
    );
}

proptest! {
    #[test]
    fn any_text_is_answered_and_one_more_kind_never_hurts(
        password in "(\\PC|[\0-\x1f]){0,80}",
        names in proptest::collection::vec("\\PC{0,8}", 0..4),
        least in 0_usize..6,
    ) {
        for kinds in [Kinds::ActiveDirectory, Kinds::Ds389(least)] {
            let rules = DirectoryRules { kinds: Some(kinds), names: names.clone(), ..DirectoryRules::default() };
            let few = |text: &str| refused(&rules, text).iter().any(|fault| matches!(fault, PasswordFault::FewKinds { .. }));
            let more = format!("{password}aA1-");
            prop_assert!(!few(&more) || kinds == Kinds::Ds389(5));
            prop_assert!(!few(&password) || few(password.get(..1).unwrap_or_default()));
        }
    }
}
