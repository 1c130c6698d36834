//! Counters, nonces, and questions that are left open.

use std::collections::BTreeSet;

use super::*;
use crate::id::Id;
use crate::policy::Policy;
use crate::reset::Goal;
use crate::testing::Chance;
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn signed(count: u32) -> Signed {
    Signed {
        destination: "p".to_owned(),
        count,
        verified: true,
        backed_up: false,
    }
}

/// Somebody is asked to prove it this way.
fn asked(way: Way, seed: u64) -> Challenge {
    Challenge {
        id: Id::random(&mut Chance::new(seed)),
        way,
        destination: String::new(),
        digest: None,
        at: NOW,
        until: NOW,
        tries: 0,
        silent: false,
    }
}

/// What is taken, if anything, and whether the counter went back.
fn weighed(kept: u32, count: u32, policy: CounterBack) -> (Option<u32>, bool) {
    let found = recognise(Some(signed(count)), Some(kept), policy);
    let taken = found.known.map(|known| match known.spends {
        Spends::Signature { count, .. } => count,
        _ => panic!("it is a signature"),
    });
    (taken, found.back)
}

#[test]
fn a_counter_goes_up_or_is_none() {
    for (kept, count, taken) in [
        (0, 0, 0),
        (0, 1, 1),
        (7, 8, 8),
        (7, 4_000_000_000, 4_000_000_000),
    ] {
        let fine = (Some(taken), false);
        assert_eq!(weighed(kept, count, CounterBack::Refuse), fine);
        assert_eq!(weighed(kept, count, CounterBack::Tell), fine);
    }
}

#[test]
fn one_that_goes_back_is_refused_or_told_and_never_lowered() {
    for (kept, count) in [(7, 7), (7, 6), (7, 0), (1, 0), (u32::MAX, 1)] {
        assert_eq!(weighed(kept, count, CounterBack::Refuse), (None, true));
        let told = (Some(kept), true);
        assert_eq!(weighed(kept, count, CounterBack::Tell), told);
    }
}

#[test]
fn nothing_is_recognised_where_nothing_is_registered_or_signed() {
    for (signed, kept) in [(Some(signed(1)), None), (None, Some(0)), (None, None)] {
        assert_eq!(recognise(signed, kept, CounterBack::Tell), Found::default());
    }
}

#[test]
fn a_nonce_is_of_one_challenge_of_one_gate_of_one_flow() {
    let key = DigestKey::new([5; 32]);
    let flow = |seed: u64, goal: Goal, challenge: u64| {
        let mut flow = Flow::begin(&Policy::default(), NOW, &mut Chance::new(seed));
        let challenge = asked(Way::Passkey, challenge);
        flow.state = State::Waiting { goal, challenge };
        flow
    };
    let row = |gate| Evidence {
        gate,
        goal: Goal::Reset,
        kind: Kind::Email,
        way: Way::Email,
        destination: "e".to_owned(),
        challenge: Id::random(&mut Chance::new(9)),
        verified: false,
    };
    let mut visit = Visit::begin(Id::random(&mut Chance::new(1)), NOW);
    visit.confirm = Some(asked(Way::Passkey, 1));
    let nonces = [
        flow(1, Goal::Reset, 1).nonce(&key, &[]),
        flow(2, Goal::Reset, 1).nonce(&key, &[]),
        flow(1, Goal::Unlock, 1).nonce(&key, &[]),
        flow(1, Goal::Reset, 2).nonce(&key, &[]),
        flow(1, Goal::Reset, 1).nonce(&key, &[row(1)]),
        flow(1, Goal::Reset, 1).nonce(&DigestKey::new([6; 32]), &[]),
        visit.nonce(&key, Slot::Confirm),
    ];
    let there: BTreeSet<[u8; 32]> = nonces.into_iter().flatten().collect();
    assert_eq!(there.len(), nonces.len());
    // The same page, shown again, asks the same.
    assert_eq!(flow(1, Goal::Reset, 1).nonce(&key, &[]), nonces[0]);
    assert_eq!(visit.nonce(&key, Slot::Passkey), None);
}

#[test]
fn only_what_a_passkey_answers_has_a_nonce_and_may_be_left_open() {
    let key = DigestKey::new([5; 32]);
    let mut flow = Flow::begin(&Policy::default(), NOW, &mut Chance::new(1));
    let mut visit = Visit::begin(Id::random(&mut Chance::new(1)), NOW);
    assert_eq!(flow.nonce(&key, &[]), None);
    assert!(!flow.silence() && !visit.silence(Slot::Confirm));
    for way in Way::ALL {
        let passkey = way == Way::Passkey;
        let (goal, challenge) = (Goal::Reset, asked(way, 2));
        visit.confirm = Some(challenge.clone());
        flow.state = State::Waiting { goal, challenge };
        assert_eq!(flow.nonce(&key, &[]).is_some(), passkey);
        assert_eq!(
            (flow.silence(), visit.silence(Slot::Confirm)),
            (passkey, passkey)
        );
    }
}

#[test]
fn what_is_left_open_is_news_once_for_each_time_that_it_is_asked() {
    let mut visit = Visit::begin(Id::random(&mut Chance::new(1)), NOW);
    for seed in 1..3 {
        visit.confirm = Some(asked(Way::Passkey, seed));
        let said = [(); 3].map(|()| visit.silence(Slot::Confirm));
        assert_eq!(said, [true, false, false]);
    }
}
