//! `[policy]`, `[limits]` and `[password]`: what administrators decide.

use std::path::PathBuf;
use std::time::Duration;

use keymend_core::password::{BannedWords, PasswordRules};
use keymend_core::policy::{CounterBack, PasskeyPolicy, Policy, Preset, RegistrationPolicy, Spend};
use keymend_core::throttle::Limit;

use super::profiles;
use super::reader::Reader;
use crate::webauthn::Models;

/// Read `[policy]` and `[limits]`; [`Policy::check`] comes afterwards.
pub fn policy(from: &mut Reader) -> Policy {
    let base = profiles::preset(from, "policy").map_or_else(Policy::default, Preset::policy);
    let methods = profiles::methods(from, "policy").unwrap_or_else(|| base.methods.clone());
    let mut policy = Policy { methods, ..base };
    let registration = &mut policy.registration;
    registration.minimum = from.or("policy", "minimum", registration.minimum);
    registration.questions = from.or("policy", "questions", registration.questions);
    registration.answer_length = from.or("policy", "answer-length", registration.answer_length);
    waits(from, registration);
    registration.shared_destination = from.or(
        "policy",
        "shared-destination",
        registration.shared_destination,
    );
    let reset = &mut policy.reset;
    reset.gates = from.or("policy", "gates", reset.gates);
    reset.unlock_gates = from.or("policy", "unlock-gates", reset.gates);
    let resistant = reset.phishing_resistant;
    reset.phishing_resistant = from.or("policy", "phishing-resistant", resistant);
    reset.app_with_phone = from.or("policy", "app-counts-with-phone", reset.app_with_phone);
    reset.retype_number = from.or("policy", "retype-number", reset.retype_number);
    reset.life = minutes(from.or("policy", "flow-minutes", 15));
    reset.wrong_proofs = from.or("policy", "wrong-proofs", reset.wrong_proofs);
    reset.password_submits = from.or("policy", "password-submits", reset.password_submits);
    let codes = &mut policy.codes;
    codes.digits = from.or("policy", "code-digits", codes.digits);
    codes.life = minutes(from.or("policy", "code-minutes", 10));
    codes.tries = from.or("policy", "code-tries", codes.tries);
    codes.again_after = Duration::from_secs(from.or("policy", "again-after-seconds", 30));
    codes.sends = from.or("policy", "code-sends", codes.sends);
    codes.app_steps = from.or("policy", "app-steps", codes.app_steps);
    passkeys(from, &mut policy.passkeys);
    let limits = &mut policy.limits;
    let mut most = |key, limit: &mut Limit| limit.most = from.or("limits", key, limit.most);
    let [hour, day] = &mut limits.starts_per_name;
    most("starts-per-name-hour", hour);
    most("starts-per-name-day", day);
    most("starts-per-address-hour", &mut limits.starts_per_address);
    most("starts-per-site-hour", &mut limits.starts_per_site);
    most("starts-without-work-hour", &mut limits.starts_without_work);
    most("wrong-per-method-day", &mut limits.wrong_per_method);
    most("wrong-per-address-hour", &mut limits.wrong_per_address);
    most("wrong-per-site-hour", &mut limits.wrong_per_site);
    most("wrong-sign-ins-hour", &mut limits.wrong_sign_ins);
    most(
        "provider-sign-ins-per-address-hour",
        &mut limits.provider_sign_ins,
    );
    most("wrong-everywhere-hour", &mut limits.wrong_everywhere);
    let [hour, day] = &mut limits.sends_per_destination;
    most("sends-per-destination-hour", hour);
    most("sends-per-destination-day", day);
    let [hour, day] = &mut limits.sends_per_prefix;
    most("sends-per-prefix-hour", hour);
    most("sends-per-prefix-day", day);
    let [hour, day] = &mut limits.sends_per_country;
    most("sends-per-country-hour", hour);
    most("sends-per-country-day", day);
    let [hour, day] = &mut limits.sends_everywhere;
    most("sends-everywhere-hour", hour);
    most("sends-everywhere-day", day);
    most("sends-registering-day", &mut limits.sends_registering);
    most(
        "new-numbers-per-block-hour",
        &mut limits.new_numbers_per_block,
    );
    most("unlocks-day", &mut limits.unlocks);
    most("question-sets-day", &mut limits.question_sets);
    let [hour, day] = &mut limits.known_networks;
    most("known-networks-hour", hour);
    most("known-networks-day", day);
    limits.spend = spend(from);
    let watch = &mut limits.conversion;
    watch.least = from.or("limits", "conversion-least", watch.least);
    watch.percent = from.or("limits", "conversion-percent", watch.percent);
    let hours = from.or("limits", "conversion-stop-hours", 6);
    watch.rest = Duration::from_hours(hours);
    if !(10..=10_000).contains(&watch.least) {
        from.fault("limits", "conversion-least", "10 to 10000 codes");
    }
    if watch.percent > 60 {
        let what = "0 to 60: healthy are 60 to 80 percent; 0 watches nothing";
        from.fault("limits", "conversion-percent", what);
    }
    if !(1..=168).contains(&hours) {
        from.fault("limits", "conversion-stop-hours", "1 to 168 hours");
    }
    limits.wrong_for_life = from.or("limits", "wrong-for-life", limits.wrong_for_life);
    policy
}

fn passkeys(from: &mut Reader, policy: &mut PasskeyPolicy) {
    policy.alone = from.or("policy", "passkey-alone", policy.alone);
    let back: Option<String> = from.maybe("policy", "passkey-counter-back");
    match back.as_deref() {
        None | Some("refuse") => {}
        Some("tell") => policy.counter_back = CounterBack::Tell,
        Some(_) => from.fault("policy", "passkey-counter-back", "refuse or tell"),
    }
}

/// Read which models of authenticators are taken: with the roots that vouch for them, or not at all.
pub fn models(from: &mut Reader) -> Option<Models> {
    let models: Vec<String> = from.or("policy", "passkey-models", Vec::new());
    let roots: Option<PathBuf> = from.maybe("policy", "passkey-roots");
    let read = match (models.is_empty(), roots) {
        (true, None) => return None,
        (false, Some(roots)) => std::fs::read_to_string(&roots)
            .map_err(|error| format!("{}: {error}", roots.display()))
            .and_then(|roots| Models::new(&models, &roots)),
        _ => Err("with `passkey-roots`, a file of the makers' certificates: without them a model is only what it claims to be".to_owned()),
    };
    read.inspect_err(|line| from.fault("policy", "passkey-models", line))
        .ok()
}

/// How long what is registered waits.
fn waits(from: &mut Reader, registration: &mut RegistrationPolicy) {
    registration.quarantine = hours(from.or("policy", "quarantine-hours", 24));
    registration.claim_wait = hours(from.or("policy", "claim-wait-hours", 0));
    registration.confirm_again =
        hours(24_u64.saturating_mul(from.or("policy", "confirm-again-days", 0)));
}

/// Budgets of money.
fn spend(from: &mut Reader) -> Spend {
    // Ten-thousandths of it are counted, in 32 bits.
    const MOST: u32 = 400_000;
    let mut budget = |key| {
        let most: Option<u32> = from.maybe("limits", key);
        if most.is_some_and(|most| !(1..=MOST).contains(&most)) {
            let what = "1 to 400000, in the currency that `price` of the gateways is in";
            from.fault("limits", key, what);
        }
        most
    };
    Spend {
        hour: budget("spend-hour"),
        day: budget("spend-day"),
        country_day: budget("spend-country-day"),
        registering_day: budget("spend-registering-day"),
    }
}

/// Read `[password]`.
pub fn rules(from: &mut Reader) -> Option<PasswordRules> {
    let min = from.or("password", "min-length", 15);
    let max = from.or("password", "max-length", 256);
    let own_words = from.or("password", "own-words", true);
    let words: Vec<String> = from.or("password", "banned-words", Vec::new());
    let banned = if words.is_empty() {
        None
    } else {
        match BannedWords::new(words.iter().map(String::as_str)) {
            Ok(banned) => Some(banned),
            Err(fault) => {
                from.fault("password", "banned-words", &fault.to_string());
                None
            }
        }
    };
    match PasswordRules::new(min, max, own_words, banned) {
        Ok(rules) => Some(rules),
        Err(fault) => {
            from.fault("password", "min-length", &fault.to_string());
            None
        }
    }
}

/// So many minutes.
pub fn minutes(count: u64) -> Duration {
    Duration::from_secs(count.saturating_mul(60))
}

/// So many hours.
pub fn hours(count: u64) -> Duration {
    minutes(count.saturating_mul(60))
}
