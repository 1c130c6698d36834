//! What earlier releases stored is still read. One file for each state of each released shape: when
//! the shape changes, the files of the new one are added as `flow-2-…` and the old ones stay.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use keymend_core::policy::Policy;
use keymend_core::registration::{self, Slot, Visit};
use keymend_core::reset::{self, Ask, Close, Evidence, Flow, Goal, Held, State, Subject};
use keymend_core::secret::{DigestKey, OneTimeCode};
use keymend_core::time::Timestamp;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;

/// The shape that this release stores.
const SHAPE: &str = "1";
const KEY: [u8; 32] = [5; 32];
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Nothing here draws anything that matters.
struct NoChance;

impl TryRng for NoChance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

impl TryCryptoRng for NoChance {}

/// The name of a file of this state.
fn stem(state: &State) -> &'static str {
    match state {
        State::Named => "named",
        State::Choosing { .. } => "choosing",
        State::Waiting { goal, challenge } => match (goal, &challenge.digest) {
            (Goal::Unlock, _) => "waiting-unlock",
            (Goal::Reset, Some(_)) => "waiting-code",
            (Goal::Reset, None) => "waiting-questions",
        },
        State::Proven { .. } => "proven",
        State::Applying { .. } => "applying",
        State::Done { .. } => "done",
        State::Closed { why } => match why {
            Close::Cancelled => "closed-cancelled",
            Close::Over => "closed-over",
            Close::TooManyWrong => "closed-too-many-wrong",
            Close::TooManySubmits => "closed-too-many-submits",
            Close::NotAllowed => "closed-not-allowed",
        },
    }
}

const STEMS: [&str; 13] = [
    "applying",
    "choosing",
    "closed-cancelled",
    "closed-not-allowed",
    "closed-over",
    "closed-too-many-submits",
    "closed-too-many-wrong",
    "done",
    "named",
    "proven",
    "waiting-code",
    "waiting-questions",
    "waiting-unlock",
];

#[cfg(test)]
mod read {
    use super::*;

    /// Shape, name and text of every file of this kind.
    pub fn all(kind: &str) -> Vec<(String, String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let mut parts = name.splitn(3, '-');
            if parts.next() == Some(kind) {
                let shape = parts.next().unwrap().to_owned();
                let rest = parts.next().unwrap_or_default().to_owned();
                files.push((shape, rest, fs::read_to_string(&path).unwrap()));
            }
        }
        files.sort();
        assert!(!files.is_empty());
        files
    }

    pub fn one<T: serde::de::DeserializeOwned>(kind: &str, name: &str) -> T {
        let files = all(kind);
        let found = files
            .iter()
            .find(|(shape, rest, _)| shape == SHAPE && rest == name);
        serde_json::from_str(&found.unwrap().2).unwrap()
    }

    /// Reads a file; what this release stores must be the very same document.
    pub fn round_trip<T>(shape: &str, name: &str, text: &str) -> T
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        let value: T = serde_json::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        if shape == SHAPE {
            let stored = serde_json::to_value(&value).unwrap();
            let golden: Value = serde_json::from_str(text).unwrap();
            assert_eq!(
                stored, golden,
                "{name}: the shape changed; add the files of a new one"
            );
        }
        value
    }
}

#[test]
fn every_stored_flow_is_read_and_every_state_has_a_file() {
    let mut stems = Vec::new();
    for (shape, name, text) in read::all("flow") {
        let flow: Flow = read::round_trip(&shape, &name, &text);
        assert_eq!(stem(&flow.state), name);
        if shape == SHAPE {
            stems.push(name);
        }
    }
    assert_eq!(stems, STEMS);
}

#[test]
fn every_stored_visit_is_read() {
    for (shape, name, text) in read::all("visit") {
        let visit: Visit = read::round_trip(&shape, &name, &text);
        assert_eq!(visit.challenge(Slot::Phone).is_some(), name == "everything");
    }
}

#[test]
fn every_stored_row_of_evidence_is_read() {
    for (shape, name, text) in read::all("evidence") {
        let rows: Vec<Evidence> = read::round_trip(&shape, &name, &text);
        assert_eq!(rows.len(), 2);
    }
}

/// The phone that the stored flow is about.
#[cfg(test)]
fn phone() -> [Held; 1] {
    [Held {
        kind: keymend_core::method::Kind::Phone,
        destination: "index-of-the-phone".to_owned(),
        usable_from: START,
    }]
}

#[test]
fn a_code_that_was_on_its_way_when_the_release_changed_still_serves() {
    let mut flow: Flow = read::one("flow", "waiting-code");
    let subject = Subject::Known {
        account: keymend_core::id::Id::random(&mut NoChance),
        open: true,
        privileged: false,
    };
    let held = phone();
    let mut ask = |ask| {
        let mut world = reset::World {
            policy: &Policy::default(),
            own: &Policy::default(),
            key: &DigestKey::new(KEY),
            now: START,
            rng: &mut NoChance,
            facts: reset::Facts {
                subject: &subject,
                evidence: &[],
                delivered: Some("index-of-the-phone"),
                held: &held,
            },
        };
        let decision = reset::decide(flow.clone(), ask, &mut world);
        flow = decision.flow;
        (decision.answer, flow.clone())
    };
    let (answer, flow) = ask(Ask::Try);
    assert_eq!(answer, Ok(()));
    let State::Waiting { challenge, .. } = flow.state else {
        panic!("not waiting");
    };
    let code = OneTimeCode::typed("157251", 6);
    let (answer, flow) = ask(Ask::Code(challenge.ticket(), code));
    assert_eq!((answer, stem(&flow.state)), (Ok(()), "choosing"));
}

#[test]
fn a_new_phone_whose_code_was_on_its_way_when_the_release_changed_is_still_kept() {
    let mut visit: Visit = read::one("visit", "everything");
    let mut ask = |ask| {
        let mut world = registration::World {
            policy: &Policy::default(),
            key: &DigestKey::new(KEY),
            now: START,
            rng: &mut NoChance,
            facts: registration::Facts {
                held: &[],
                finished: false,
                frozen: None,
                privileged: false,
                spent: false,
            },
        };
        let decision = registration::decide(visit.clone(), ask, &mut world);
        visit = decision.visit;
        (decision.answer, visit.clone())
    };
    let (answer, visit) = ask(registration::Ask::Try(Slot::Phone));
    assert_eq!(answer, Ok(()));
    let ticket = visit.challenge(Slot::Phone).unwrap().ticket();
    let code = OneTimeCode::typed("958990", 6);
    let (answer, visit) = ask(registration::Ask::Code(Slot::Phone, ticket, code));
    assert_eq!((answer, visit.phone.is_none()), (Ok(()), true));
}
