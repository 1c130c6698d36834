use super::*;

fn seed() -> Policy {
    Policy {
        methods: vec![Kind::Phone, Kind::Email, Kind::Questions],
        ..Policy::default()
    }
}

/// Change one thing of a sound policy and expect exactly this fault.
fn refused(fault: PolicyFault, change: impl FnOnce(&mut Policy)) {
    let mut policy = seed();
    change(&mut policy);
    assert_eq!(policy.check(), [fault]);
}

fn accepted(change: impl FnOnce(&mut Policy)) {
    let mut policy = seed();
    change(&mut policy);
    assert_eq!(policy.check(), []);
}

#[test]
fn the_defaults_and_the_seed_are_sound() {
    assert_eq!(Policy::default().check(), []);
    assert_eq!(seed().check(), []);
}

#[test]
fn the_defaults_are_the_products_numbers() {
    let Policy {
        registration,
        reset,
        codes,
        limits,
        methods,
        ..
    } = Policy::default();
    assert_eq!(
        methods,
        [Kind::Phone, Kind::Email],
        "questions are off by default"
    );
    assert_eq!((codes.digits, codes.tries, codes.sends), (6, 5, 3));
    assert_eq!(codes.life, Duration::from_mins(10));
    assert_eq!(codes.again_after, Duration::from_secs(30));
    assert_eq!(reset.life, Duration::from_mins(15));
    assert_eq!(
        (reset.gates, reset.wrong_proofs, reset.password_submits),
        (2, 10, 5)
    );
    assert_eq!(limits.wrong_per_method, Limit::per_day(10));
    assert_eq!(
        limits.starts_per_name,
        [Limit::per_hour(5), Limit::per_day(10)]
    );
    assert_eq!(limits.starts_per_address, Limit::per_hour(20));
    assert_eq!(
        limits.sends_per_destination,
        [Limit::per_hour(5), Limit::per_day(10)]
    );
    assert_eq!(limits.unlocks, Limit::per_day(3));
    assert_eq!((registration.questions, registration.answer_length), (3, 3));
    assert_eq!(registration.quarantine, Duration::from_hours(24));
    assert_eq!(registration.fresh, Duration::from_mins(5));
}

#[test]
fn unsafe_combinations_are_refused_one_by_one() {
    use PolicyFault as F;
    refused(F::Digits, |p| p.codes.digits = 5);
    refused(F::Digits, |p| p.codes.digits = 13);
    refused(F::ShortCode, |p| p.reset.unlock_gates = 1);
    refused(F::ShortCode, |p| {
        p.reset.gates = 1;
        p.codes.digits = 7;
    });
    refused(F::CodeLife, |p| p.codes.life = Duration::from_secs(59));
    refused(F::CodeLife, |p| {
        p.codes.life = p.reset.life + Duration::from_secs(1);
    });
    refused(F::FlowLife, |p| p.reset.life = Duration::from_secs(3601));
    refused(F::Tries, |p| p.codes.tries = 0);
    refused(F::Tries, |p| p.codes.tries = 11);
    refused(F::Sends, |p| p.codes.sends = 0);
    refused(F::Sends, |p| p.codes.sends = 11);
    refused(F::Questions, |p| p.registration.questions = 0);
    refused(F::Questions, |p| p.registration.questions = 6);
    refused(F::AnswerLength, |p| p.registration.answer_length = 2);
    refused(F::AnswerLength, |p| p.registration.answer_length = 41);
    refused(F::Minimum, |p| p.registration.minimum = 1);
    refused(F::Minimum, |p| p.registration.minimum = 4);
    refused(F::ForLife, |p| p.limits.wrong_for_life = 101);
    refused(F::ForLife, |p| p.limits.wrong_for_life = 0);
    refused(F::ConfirmAgain, |p| {
        p.registration.confirm_again = Duration::from_hours(731 * 24);
    });
    refused(F::Waits, |p| p.codes.again_after = Duration::from_secs(9));
    refused(F::Waits, |p| p.codes.again_after = Duration::from_secs(601));
    refused(F::Waits, |p| {
        p.registration.quarantine = Duration::from_secs(720 * 3600 + 1);
    });
    refused(F::FlowTries, |p| p.reset.wrong_proofs = 0);
    refused(F::FlowTries, |p| p.reset.wrong_proofs = 21);
    refused(F::FlowTries, |p| p.reset.password_submits = 0);
    refused(F::FlowTries, |p| p.reset.password_submits = 21);
    refused(F::Shared, |p| p.registration.shared_destination = 0);
    refused(F::Shared, |p| p.registration.shared_destination = 101);
    refused(F::Unreached, |p| p.channels = vec![Channel::Email]);
    refused(F::Unreached, |p| p.channels = vec![Channel::Voice]);
    refused(F::Limit("unlocks"), |p| p.limits.unlocks.most = 0);
    refused(F::Limit("wrong-per-method"), |p| {
        p.limits.wrong_per_method.most = 101;
    });
    refused(F::Limit("question-sets"), |p| {
        p.limits.question_sets.window = Duration::from_secs(59);
    });
}

#[test]
fn gates_must_be_reachable_with_different_kinds() {
    let mut policy = Policy::default();
    policy.reset.gates = 3;
    policy.registration.minimum = 2;
    assert_eq!(
        policy.check(),
        [PolicyFault::TooFewKinds, PolicyFault::Minimum]
    );
    policy.reset.gates = 4;
    assert!(policy.check().contains(&PolicyFault::Gates));
    policy.reset.gates = 0;
    assert_eq!(policy.check(), [PolicyFault::Gates]);
}

#[test]
fn questions_never_stand_alone() {
    let mut policy = seed();
    policy.methods = vec![Kind::Questions, Kind::Questions];
    let faults = policy.check();
    assert!(faults.contains(&PolicyFault::NothingFirst));
    assert!(
        faults.contains(&PolicyFault::TooFewKinds),
        "naming one twice does not make two"
    );
    policy.methods.clear();
    let faults = policy.check();
    assert!(faults.contains(&PolicyFault::NoMethods));
    assert!(!faults.contains(&PolicyFault::NothingFirst));
}

#[test]
fn an_app_counts_beside_another_proof_and_never_alone() {
    let app = |p: &mut Policy| p.methods.push(Kind::App);
    accepted(app);
    accepted(|p| p.codes.app_steps = 0);
    accepted(|p| {
        p.methods = vec![Kind::Email, Kind::App];
        p.channels = vec![Channel::Email];
    });
    refused(PolicyFault::AppSteps, |p| p.codes.app_steps = 2);
    for gates in [(1, 2), (2, 1)] {
        refused(PolicyFault::AppAlone, |p| {
            app(p);
            p.codes.digits = 8;
            (p.reset.gates, p.reset.unlock_gates) = gates;
        });
    }
}

#[test]
fn the_borders_themselves_are_allowed() {
    accepted(|p| {
        p.reset.gates = 3;
        p.registration.minimum = 3;
    });
    accepted(|p| {
        p.reset.gates = 1;
        p.reset.unlock_gates = 1;
        p.codes.digits = 8;
        p.registration.minimum = 1;
    });
    accepted(|p| {
        p.codes.life = Duration::from_mins(1);
        p.reset.life = Duration::from_mins(5);
    });
    accepted(|p| {
        p.codes.life = Duration::from_hours(1);
        p.reset.life = Duration::from_hours(1);
    });
    accepted(|p| p.codes.digits = 12);
    accepted(|p| p.channels = vec![Channel::Email, Channel::Voice]);
    accepted(|p| {
        p.codes.again_after = Duration::from_secs(10);
        p.registration.quarantine = Duration::from_hours(720);
    });
    accepted(|p| p.codes.again_after = Duration::from_mins(10));
    accepted(|p| {
        p.reset.wrong_proofs = 20;
        p.reset.password_submits = 20;
        p.registration.shared_destination = 100;
    });
    accepted(|p| p.registration.answer_length = 40);
    accepted(|p| p.limits.wrong_for_life = 100);
    accepted(|p| p.registration.confirm_again = Duration::from_hours(730 * 24));
    accepted(|p| {
        p.limits.unlocks = Limit {
            most: 100,
            window: Duration::from_mins(1),
        }
    });
}

#[test]
fn the_ways_follow_the_methods_in_page_order() {
    let mut policy = seed();
    policy.methods = Kind::ALL.to_vec();
    assert_eq!(policy.ways(), Way::ALL);
    policy.methods = vec![Kind::Questions, Kind::Email];
    assert_eq!(policy.ways(), [Way::Email, Way::Questions]);
    let mut policy = seed();
    policy.channels = vec![Channel::Voice, Channel::Email];
    assert_eq!(policy.ways(), [Way::Voice, Way::Email, Way::Questions]);
}

#[test]
fn a_method_needs_a_channel_of_its_own_kind() {
    let mut policy = seed();
    policy.methods = vec![Kind::Email, Kind::Questions];
    policy.channels = vec![Channel::Email];
    assert_eq!(policy.check(), []);
    policy.channels = vec![Channel::Voice];
    assert_eq!(policy.check(), [PolicyFault::Unreached]);
}

#[test]
fn a_demand_that_nothing_offered_can_meet_is_refused() {
    refused(PolicyFault::NothingResistant, |p| {
        p.reset.phishing_resistant = true;
    });
    accepted(|p| {
        p.reset.phishing_resistant = true;
        p.methods.push(Kind::Codes);
    });
}

#[test]
fn an_app_and_a_phone_that_count_once_are_not_two_gates() {
    let both = |p: &mut Policy| p.methods = vec![Kind::Phone, Kind::App];
    accepted(both);
    refused(PolicyFault::TooFewKinds, |p| {
        both(p);
        p.reset.app_with_phone = true;
    });
}

#[test]
fn what_an_auditor_would_say_is_noted() {
    use PolicyNote as N;
    assert_eq!(seed().notes(), [N::Questions, N::OnlyRestricted]);
    assert_eq!(Preset::Standard.policy().notes(), []);
    let simple = Preset::Simple.policy().notes();
    assert_eq!(simple, [N::OneProof, N::OnlyRestricted]);
    for one in [Kind::Phone, Kind::Email] {
        let mut policy = Preset::Standard.policy();
        policy.methods = vec![one, Kind::App, Kind::Passkey];
        assert_eq!(policy.notes(), [N::OneRecoveryAddress], "{one:?}");
    }
}

#[test]
fn methods_that_give_protected_people_too_few_proofs_are_noted() {
    let noted = |change: fn(&mut Policy)| {
        let mut policy = seed();
        change(&mut policy);
        assert_eq!(policy.check(), []);
        policy.notes().contains(&PolicyNote::NoneForProtected)
    };
    assert!(noted(|p| p.methods = vec![Kind::Phone, Kind::Questions]));
    assert!(noted(|p| {
        p.methods = vec![Kind::Email];
        p.codes.digits = 8;
        (p.reset.gates, p.reset.unlock_gates) = (1, 1);
        p.registration.minimum = 1;
    }));
    assert!(noted(|p| {
        p.reset.unlock_gates = 3;
        p.registration.minimum = 3;
    }));
    assert!(!noted(|p| p.registration.minimum = 3));
    assert!(!noted(|p| p.methods = vec![Kind::Email, Kind::Codes]));
}
