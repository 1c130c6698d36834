use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::policy::Preset;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const HOUR: Duration = Duration::from_hours(1);

fn stands(policy: &Policy, kinds: &[Kind]) -> Assessment {
    let held = kinds.iter().map(|kind| (*kind, NOW));
    assess(policy, Rank::default(), held, NOW)
}

fn said(policy: &Policy, kinds: &[Kind]) -> (&'static str, Why) {
    let stands = stands(policy, kinds);
    (stands.readiness.as_str(), stands.why)
}

#[test]
fn the_seeds_three_methods_are_ready_and_two_hang_on_one() {
    let seed = Preset::Seed.policy();
    let all = [Kind::Phone, Kind::Email, Kind::Questions];
    assert_eq!(said(&seed, &all), ("ready", Why::Spare));
    let two = said(&seed, &[Kind::Phone, Kind::Email]);
    assert_eq!(two, ("one-loss", Why::HangsOn(Kind::Phone)));
    let one = said(&seed, &[Kind::Phone]);
    let few = Why::TooFew {
        there: 1,
        needed: 2,
    };
    assert_eq!(one, ("not-ready", few));
    assert_eq!(said(&seed, &[]), ("not-ready", Why::Nothing));
    let first = said(&seed, &[Kind::Questions]);
    assert_eq!(first, ("not-ready", Why::NothingFirst));
    let other = said(&seed, &[Kind::App]);
    assert_eq!(other, ("not-ready", Why::NotOffered));
}

#[test]
fn a_second_passkey_is_a_spare_where_passkeys_stand_alone() {
    let policy = Preset::PhishingResistant.policy();
    let one = said(&policy, &[Kind::Passkey]);
    assert_eq!(one, ("one-loss", Why::HangsOn(Kind::Passkey)));
    let two = said(&policy, &[Kind::Passkey, Kind::Passkey]);
    assert_eq!(two, ("ready", Why::Spare));
    let weak = said(&policy, &[Kind::Email, Kind::App]);
    assert_eq!(weak, ("not-ready", Why::NothingResistant));
    let codes = said(&policy, &[Kind::Email, Kind::App, Kind::Codes]);
    assert_eq!(codes, ("one-loss", Why::HangsOn(Kind::Codes)));
}

#[test]
fn with_the_app_on_the_phone_all_apps_are_lost_at_once() {
    let mut policy = Preset::Standard.policy();
    policy.methods = vec![Kind::Phone, Kind::Passkey, Kind::App];
    policy.passkeys.alone = false;
    let held = [Kind::Passkey, Kind::Passkey, Kind::App, Kind::App];
    assert_eq!(said(&policy, &held), ("ready", Why::Spare));
    policy.reset.app_with_phone = true;
    assert_eq!(said(&policy, &held), ("one-loss", Why::HangsOn(Kind::App)));
}

#[test]
fn with_the_app_on_the_phone_both_are_lost_at_once() {
    let mut policy = Preset::Standard.policy();
    let three = [Kind::Phone, Kind::Email, Kind::App];
    assert_eq!(said(&policy, &three), ("ready", Why::Spare));
    policy.reset.app_with_phone = true;
    assert_eq!(
        said(&policy, &three),
        ("one-loss", Why::HangsOn(Kind::Phone))
    );
    let two = said(&policy, &[Kind::Phone, Kind::App]);
    assert_eq!(two.0, "not-ready");
}

#[test]
fn what_waits_is_said_with_its_time_and_what_is_worn_out_is_not_waited_for() {
    let seed = Preset::Seed.policy();
    let held = [(Kind::Phone, NOW), (Kind::Email, NOW.plus(HOUR))];
    let waits = assess(&seed, Rank::default(), held.into_iter(), NOW);
    assert_eq!(waits.why, Why::Waits(NOW.plus(HOUR)));
    let worn = [
        (Kind::Phone, NOW),
        (Kind::Email, Timestamp::from_millis(i64::MAX / 2)),
    ];
    let worn = assess(&seed, Rank::default(), worn.into_iter(), NOW);
    assert!(matches!(worn.why, Why::TooFew { there: 1, .. }));
}

#[test]
fn rank_takes_the_questions_and_a_freeze_takes_everything() {
    let seed = Preset::Seed.policy();
    let held = [Kind::Phone, Kind::Questions].map(|kind| (kind, NOW));
    let privileged = Rank {
        privileged: true,
        ..Rank::default()
    };
    let stands = assess(&seed, privileged, held.into_iter(), NOW);
    assert_eq!(stands.readiness, Readiness::NotReady);
    let frozen = Rank {
        frozen: true,
        ..Rank::default()
    };
    let stands = assess(&seed, frozen, held.into_iter(), NOW);
    assert_eq!(stands.why, Why::Frozen);
}

#[test]
fn advice_names_what_would_make_somebody_ready_and_nothing_else() {
    let seed = Preset::Seed.policy();
    let tell = |kinds: &[Kind]| {
        let held = kinds.iter().map(|kind| (*kind, NOW));
        advice(&seed, Rank::default(), held, NOW)
    };
    assert_eq!(tell(&[Kind::Phone, Kind::Email]), [Kind::Questions]);
    assert_eq!(tell(&[Kind::Phone, Kind::Email, Kind::Questions]), []);
    assert_eq!(tell(&[Kind::Phone]), [Kind::Email, Kind::Questions]);
    assert_eq!(tell(&[]), []);
}

fn policies() -> impl Strategy<Value = Policy> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (select(Preset::ALL.to_vec()), 1_u8..=3, flags).prop_map(|(preset, gates, flags)| {
        let mut policy = preset.policy();
        policy.methods = Kind::ALL.to_vec();
        policy.reset.gates = gates;
        policy.reset.app_with_phone = flags.0;
        policy.reset.phishing_resistant = flags.1;
        policy.passkeys.alone = flags.2;
        policy
    })
}

fn has_room(held: &[(Kind, Timestamp)], more: Kind) -> bool {
    held.iter().filter(|(kind, _)| *kind == more).count() < more.most()
}

/// What somebody may hold: no two phones.
fn hands() -> impl Strategy<Value = Vec<(Kind, Timestamp)>> {
    let from = prop_oneof![Just(NOW), Just(NOW.plus(HOUR))];
    let some = vec((select(Kind::ALL.to_vec()), from), 0..8);
    some.prop_map(|some| {
        let mut held = Vec::new();
        for (kind, from) in some {
            if has_room(&held, kind) {
                held.push((kind, from));
            }
        }
        held
    })
}

proptest! {
    #[test]
    fn one_method_more_never_makes_it_worse(
        policy in policies(),
        held in hands(),
        more in select(Kind::ALL.to_vec()),
        privileged: bool,
    ) {
        let rank = Rank { privileged, frozen: false };
        let before = assess(&policy, rank, held.iter().copied(), NOW);
        let new = has_room(&held, more).then_some((more, NOW));
        let after = assess(&policy, rank, held.iter().copied().chain(new), NOW);
        prop_assert!(after.readiness >= before.readiness);
    }

    #[test]
    fn whoever_may_finish_can_reset_as_soon_as_nothing_waits(
        mut policy in policies(),
        held in hands(),
        privileged: bool,
    ) {
        policy.reset.unlock_gates = policy.reset.gates;
        policy.registration.minimum = policy.reset.gates;
        let rank = Rank { privileged, frozen: false };
        if lack(&policy, rank, held.iter().copied(), NOW).is_none() {
            let then = NOW.plus(HOUR);
            let stands = assess(&policy, rank, held.iter().copied(), then);
            prop_assert_ne!(stands.readiness, Readiness::NotReady);
        }
    }

    #[test]
    fn a_stricter_policy_never_makes_it_better(
        policy in policies(),
        held in hands(),
        gates in 1_u8..=3,
        resistant: bool,
        only in select(Kind::ALL.to_vec()),
    ) {
        let mut strict = policy.clone();
        strict.reset.gates = strict.reset.gates.max(gates);
        strict.reset.phishing_resistant |= resistant;
        strict.methods.retain(|kind| *kind != only);
        let before = assess(&policy, Rank::default(), held.iter().copied(), NOW);
        let after = assess(&strict, Rank::default(), held.iter().copied(), NOW);
        prop_assert!(after.readiness <= before.readiness);
    }
}
