use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::policy::Preset;

fn terms() -> impl Strategy<Value = Terms> {
    let hours = |most: u64| option::of((0..most).prop_map(Duration::from_hours));
    let small = || option::of(1_u8..=3);
    (
        option::of(subsequence(Kind::ALL.to_vec(), 0..=Kind::ALL.len())),
        (small(), small(), small()),
        (
            any::<Option<bool>>(),
            any::<Option<bool>>(),
            any::<Option<bool>>(),
        ),
        (option::of(1_u8..=5), option::of(3_u8..=40)),
        (hours(100), hours(9000)),
    )
        .prop_map(|(methods, gates, flags, questions, times)| Terms {
            methods,
            gates: gates.0,
            unlock_gates: gates.1,
            minimum: gates.2,
            passkey_alone: flags.0,
            phishing_resistant: flags.1,
            app_with_phone: flags.2,
            questions: questions.0,
            answer_length: questions.1,
            quarantine: times.0,
            confirm_again: times.1,
        })
}

fn base() -> Policy {
    Policy {
        methods: Kind::ALL.to_vec(),
        ..Preset::Standard.policy()
    }
}

/// Is one never weaker than the other?
fn as_strict(one: &Policy, other: &Policy) -> bool {
    one.methods.iter().all(|kind| other.methods.contains(kind))
        && one.reset.gates >= other.reset.gates
        && one.reset.unlock_gates >= other.reset.unlock_gates
        && one.reset.phishing_resistant >= other.reset.phishing_resistant
        && one.reset.app_with_phone >= other.reset.app_with_phone
        && one.passkeys.alone <= other.passkeys.alone
        && one.registration.minimum >= other.registration.minimum
        && one.registration.quarantine >= other.registration.quarantine
        && one.registration.questions >= other.registration.questions
        && one.registration.answer_length >= other.registration.answer_length
        && (other.registration.confirm_again.is_zero()
            || !one.registration.confirm_again.is_zero()
                && one.registration.confirm_again <= other.registration.confirm_again)
}

proptest! {
    #[test]
    fn the_order_of_profiles_makes_no_difference(one in terms(), other in terms()) {
        let base = base();
        prop_assert_eq!(
            base.tightened(&one).tightened(&other),
            base.tightened(&other).tightened(&one)
        );
    }

    #[test]
    fn a_profile_twice_is_that_profile(one in terms()) {
        let once = base().tightened(&one);
        prop_assert_eq!(once.tightened(&one), once);
    }

    #[test]
    fn what_is_laid_together_is_never_weaker_than_any_part(all in vec(terms(), 0..4)) {
        let base = base();
        let profile = |(at, terms): (usize, &Terms)| Profile {
            name: at.to_string(),
            selectors: Selectors::default(),
            terms: terms.clone(),
        };
        let profiles: Vec<_> = all.iter().enumerate().map(profile).collect();
        let laid = Profiles::new(&base, profiles);
        let every: u16 = (1 << all.len()) - 1;
        for bits in 0..=every {
            for less in (0..=every).filter(|less| bits & less == *less) {
                prop_assert!(as_strict(laid.policy(bits), laid.policy(less)));
            }
        }
        let one_by_one = all.iter().fold(base, |policy, terms| policy.tightened(terms));
        prop_assert_eq!(laid.policy(every), &one_by_one);
    }

    #[test]
    fn places_that_nobody_wrote_are_below_nothing(place in ".{0,40}", subtree in ".{0,20}") {
        let _ = below(&place, &subtree);
        prop_assert!(!below(&place, ""));
    }
}

fn profile(name: &str, selectors: Selectors, terms: Terms) -> Profile {
    Profile {
        name: name.to_owned(),
        selectors,
        terms,
    }
}

fn by_group(group: &str) -> Selectors {
    Selectors {
        groups: vec![group.to_owned()],
        ..Selectors::default()
    }
}

#[test]
fn a_subtree_holds_what_is_below_it_in_any_spelling_and_nothing_beside_it() {
    let staff = "ou=Staff,dc=campus,dc=example";
    for inside in [
        "uid=bo,ou=staff,dc=campus,dc=example",
        "uid=bo, OU=Staff , DC = campus,dc=example",
        "uid=bo,ou=desk,ou=staff,dc=campus,dc=example",
        "ou=staff,dc=campus,dc=example",
    ] {
        assert!(below(inside, staff), "{inside}");
    }
    for outside in [
        "",
        "uid=bo,ou=nostaff,dc=campus,dc=example",
        r"uid=bo\,ou=staff,dc=campus,dc=example",
        "uid=bo,ou=staff,dc=campus,dc=example,dc=org",
    ] {
        assert!(!below(outside, staff), "{outside}");
    }
}

#[test]
fn any_selector_chooses_and_a_group_that_nobody_asked_about_may_choose() {
    let profiles = vec![
        profile("staff", by_group("cn=staff,dc=x"), Terms::default()),
        profile(
            "guests",
            Selectors {
                domains: vec!["Guests.example".to_owned()],
                ..Selectors::default()
            },
            Terms::default(),
        ),
    ];
    let profiles = Profiles::new(&base(), profiles);
    let mut whom = Belonging::default();
    assert_eq!(
        profiles.of(Some(&whom)),
        Matched {
            sure: 0,
            unknown: 1
        }
    );
    whom.put("CN=Staff, dc=x", false);
    whom.domains = vec!["guests.example".to_owned()];
    assert_eq!(
        profiles.of(Some(&whom)),
        Matched {
            sure: 2,
            unknown: 0
        }
    );
    whom.put("cn=staff,dc=x", true);
    assert_eq!(
        profiles.of(Some(&whom)),
        Matched {
            sure: 3,
            unknown: 0
        }
    );
    assert_eq!(
        profiles.of(None),
        Matched {
            sure: 0,
            unknown: 3
        }
    );
    assert_eq!(profiles.names(3), ["staff", "guests"]);
}

#[test]
fn the_smallest_profiles_that_leave_nobody_able_to_reset_are_named() {
    let only = |methods: &[Kind]| Terms {
        methods: Some(methods.to_vec()),
        ..Terms::default()
    };
    let profiles = vec![
        profile("a", by_group("a"), only(&[Kind::Phone, Kind::Email])),
        profile("b", by_group("b"), only(&[Kind::App, Kind::Passkey])),
        profile("c", by_group("c"), Terms::default()),
    ];
    let found = Profiles::new(&base(), profiles).check();
    let named: Vec<_> = found.iter().map(|one| one.profiles.join("+")).collect();
    assert_eq!(named, ["a+b"]);
    assert!(found[0].faults.contains(&PolicyFault::NoMethods));
}

#[test]
fn a_profile_that_wants_more_proofs_wants_as_many_methods() {
    let terms = Terms {
        gates: Some(3),
        ..Terms::default()
    };
    let tight = base().tightened(&terms);
    assert_eq!((tight.reset.gates, tight.registration.minimum), (3, 3));
    assert_eq!(tight.check(), []);
}
