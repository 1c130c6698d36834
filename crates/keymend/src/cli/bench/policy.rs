//! Readiness of many people on one core, beside a bare loop that reads the same.

use std::hint::black_box;
use std::time::Instant;

use keymend_core::method::Kind;
use keymend_core::policy::{Preset, Profile, Profiles, Selectors, Terms};
use keymend_core::readiness::{Rank, assess};
use keymend_core::time::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Somebody: what is held is a stretch of one long list.
struct Person {
    from: usize,
    to: usize,
    profiles: u16,
    rank: Rank,
}

/// Print how many people a second are assessed.
pub fn run(people: u32) {
    let base = Preset::Standard.policy();
    let profile = |name: &str, terms| Profile {
        name: name.to_owned(),
        selectors: Selectors::default(),
        terms,
    };
    let three = Terms {
        gates: Some(3),
        ..Terms::default()
    };
    let strong = Terms {
        phishing_resistant: Some(true),
        ..Terms::default()
    };
    let profiles = vec![profile("three", three), profile("strong", strong)];
    let profiles = Profiles::new(&base, profiles);
    let (everybody, held) = crowd(people);

    let began = Instant::now();
    let mut sum = 0_i64;
    for person in &everybody {
        let mine = held.get(person.from..person.to).unwrap_or_default();
        for (kind, from) in mine {
            sum = sum
                .wrapping_add(from.as_millis())
                .wrapping_add(*kind as i64);
        }
        sum = sum.wrapping_add(i64::from(person.profiles));
    }
    black_box(sum);
    let alone = began.elapsed().as_secs_f64();

    let began = Instant::now();
    let mut counts = [0_u32; 3];
    for person in &everybody {
        let mine = held.get(person.from..person.to).unwrap_or_default();
        let policy = profiles.policy(person.profiles);
        let stands = assess(policy, person.rank, mine.iter().copied(), NOW);
        if let Some(count) = counts.get_mut(stands.readiness as usize) {
            *count += 1;
        }
    }
    let assessed = began.elapsed().as_secs_f64();
    black_box(counts);
    let rate = |seconds: f64| f64::from(people) / seconds.max(1e-9);
    println!(
        "assessed {:.0} people/s, bare loop {:.0} people/s, ratio {:.4}",
        rate(assessed),
        rate(alone),
        alone / assessed.max(1e-9)
    );
    let [not_ready, one_loss, ready] = counts;
    println!("ready {ready}, one loss {one_loss}, not ready {not_ready}");
}

/// Everybody holds something else, the same at every run.
fn crowd(people: u32) -> (Vec<Person>, Vec<(Kind, Timestamp)>) {
    let mut held = Vec::new();
    let mut everybody = Vec::new();
    let mut state = 0x9E37_79B9_u32;
    for _ in 0..people {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let from = held.len();
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            if state & (1 << at) != 0 {
                let waits = i64::from((state >> 8).trailing_zeros() >= 4) * 3_600_000;
                held.push((kind, Timestamp::from_millis(NOW.as_millis() + waits)));
            }
        }
        everybody.push(Person {
            from,
            to: held.len(),
            profiles: u16::try_from(state >> 16 & 3).unwrap_or(0),
            rank: Rank {
                privileged: (state >> 20).trailing_zeros() >= 5,
                frozen: false,
            },
        });
    }
    (everybody, held)
}
