//! Random walks against a second opinion. [`Oracle`] keeps its own books, from what was asked and
//! what went out, and says which asks may pass a gate and which may write; [`decide`] must agree.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use crate::challenge::Ticket;
use crate::method::{Kind, Way};
use crate::reset::stories::{
    APP, Answer, CODES, EMAIL, PHONE, QUESTIONS, Story, of_set, other_than, seen,
};
use crate::reset::{Ask, Goal, Outcome, State, Subject};
use crate::time::Timestamp;

/// What may happen on a walk.
#[derive(Clone, Copy, Debug)]
enum Move {
    Want(Goal),
    Send(Way),
    SendTo(Way, &'static str),
    Again,
    Other,
    Try,
    Code(Typed),
    Answers(bool),
    Shown(bool),
    Submit,
    Settle(Outcome),
    Cancel,
    Wait(u64),
    Change(Change),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Typed {
    Newest,
    Oldest,
    Wrong,
    Shapeless,
}

/// What others do meanwhile.
#[derive(Clone, Copy, Debug)]
enum Change {
    Gates(u8),
    Withdraw(Kind),
    OfferAll,
    Promote,
    Open(bool),
    Move(Kind),
    Merge,
    Quarantine(Kind),
    Drop(Kind),
}

/// The open challenge, as the oracle remembers it.
struct Open {
    way: Way,
    code: Option<String>,
    arrived: Option<String>,
    until: Timestamp,
    tries: u32,
    tickets: Vec<Ticket>,
}

#[derive(Default)]
struct Oracle {
    goal: Option<Goal>,
    wanted: u8,
    proofs: Vec<(Kind, String)>,
    open: Option<Open>,
    sends: BTreeMap<Kind, Vec<Timestamp>>,
    wrong: u32,
    writes: u32,
    over: Option<String>,
}

impl Oracle {
    /// Would a right proof of this challenge pass a gate now, and with which destination?
    fn provable(&self, story: &Story, open: &Open) -> Option<String> {
        let way = open.way;
        let known = matches!(story.subject, Subject::Known { open: true, .. });
        let held = story.held.iter().find(|held| held.kind == way.kind())?;
        let arrived = !way.kind().is_sent() || open.arrived.as_ref() == Some(&held.destination);
        let offered = story.policy.methods.contains(&way.kind());
        let fresh = !self
            .proofs
            .iter()
            .any(|(kind, place)| *kind == way.kind() || *place == held.destination);
        let turn = way.kind().leads() || !self.proofs.is_empty();
        let alive = story.now < story.flow.expires && held.usable_from <= story.now;
        (known && arrived && offered && fresh && turn && alive).then(|| held.destination.clone())
    }

    /// Is what was proven so far enough to write now?
    fn enough(&self, story: &Story) -> bool {
        let privileged = matches!(
            story.subject,
            Subject::Known {
                privileged: true,
                ..
            }
        );
        let stands = |kind: Kind, place: &str| {
            story.policy.methods.contains(&kind)
                && story.held.iter().any(|held| {
                    held.kind == kind && held.destination == place && held.usable_from <= story.now
                })
        };
        let standing: Vec<_> = self
            .proofs
            .iter()
            .filter(|(kind, place)| stands(*kind, place))
            .filter(|(kind, _)| !(privileged && *kind == Kind::Questions))
            .collect();
        let now = match self.goal {
            Some(Goal::Reset) => story.policy.reset.gates,
            Some(Goal::Unlock) => story.policy.reset.unlock_gates,
            None => return false,
        };
        let needed = self.wanted.max(now).max(if privileged { 2 } else { 1 });
        standing.len() >= usize::from(needed) && standing.iter().any(|(kind, _)| kind.leads())
    }

    /// Take one step, and hold what came of it against the books.
    fn step(&mut self, story: &mut Story, one: Move) {
        let before = story.clone();
        let was = story.at();
        let mut passes = None;
        let mut writes = false;
        let answer = match one {
            Move::Change(change) => return apply(story, change),
            Move::Wait(seconds) => return story.wait(seconds),
            Move::Want(goal) => {
                let answer = story.ask(Ask::Want(goal));
                if answer.is_ok() {
                    self.goal = Some(goal);
                    self.wanted = match goal {
                        Goal::Reset => story.policy.reset.gates,
                        Goal::Unlock => story.policy.reset.unlock_gates,
                    };
                }
                answer
            }
            Move::Send(way) => story.send(way),
            Move::SendTo(way, number) => {
                let number = Some(number.to_owned());
                story.ask(Ask::Send { way, number })
            }
            Move::Again => story.ask(Ask::Again),
            Move::Other => story.ask(Ask::Other),
            Move::Try => self.try_once(story),
            Move::Code(typed) => {
                let Some(ticket) = self.ticket(&was) else {
                    return;
                };
                let code = match typed {
                    Typed::Newest => story.messages.last().map(|sent| sent.code.clone()),
                    Typed::Oldest => story.messages.first().map(|sent| sent.code.clone()),
                    Typed::Wrong => story.messages.last().map(|sent| other_than(&sent.code)),
                    Typed::Shapeless => None,
                };
                let text = code.as_ref().map(|code| code.expose().to_owned());
                passes = self
                    .open
                    .as_ref()
                    .filter(|open| text.is_some() && open.code == text)
                    .and_then(|open| self.provable(story, open));
                story.ask(Ask::Code(ticket, code))
            }
            Move::Answers(right) => {
                let Some(ticket) = self.ticket(&was) else {
                    return;
                };
                passes = self
                    .open
                    .as_ref()
                    .filter(|open| right && open.way == Way::Questions)
                    .and_then(|open| self.provable(story, open));
                story.ask(Ask::Answers(ticket, right))
            }
            Move::Shown(right) => {
                let Some(ticket) = self.ticket(&was) else {
                    return;
                };
                passes = self
                    .open
                    .as_ref()
                    .filter(|open| right && matches!(open.way, Way::App | Way::Codes))
                    .and_then(|open| self.provable(story, open))
                    .filter(|place| [APP, CODES].contains(&place.as_str()));
                let known = match story.open().map(|open| open.way) {
                    Some(Way::Codes) => of_set(CODES),
                    _ => seen().into(),
                };
                story.ask(Ask::Recognised(ticket, right.then_some(known)))
            }
            Move::Submit => {
                writes = was == "proven"
                    && story.now < story.flow.expires
                    && matches!(story.subject, Subject::Known { open: true, .. })
                    && self.enough(story)
                    && self.writes < story.policy.reset.password_submits;
                story.ask(Ask::Submit)
            }
            Move::Settle(outcome) => story.ask(Ask::Settle(outcome)),
            Move::Cancel => story.ask(Ask::Cancel),
        };
        self.judge(&before, story, &answer, passes, writes);
        if story.acts.contains(&"finish") {
            let done = matches!(one, Move::Settle(Outcome::Done)) && was == "applying";
            assert!(done, "finished from {was} by {one:?}");
        }
    }

    /// Count a try and keep its ticket, which serves once.
    fn try_once(&mut self, story: &mut Story) -> Answer {
        let answer = story.ask(Ask::Try);
        if answer.is_ok() {
            let ticket = story.ticket();
            let open = self.open.as_mut().expect("a try without a challenge");
            assert!(story.now < open.until, "a try of an expired challenge");
            open.tries += 1;
            assert!(
                open.tries <= story.policy.codes.tries,
                "too many tries of one code"
            );
            open.tickets.push(ticket);
            self.wrong += 1;
            assert!(
                self.wrong <= story.policy.reset.wrong_proofs,
                "too many wrong proofs"
            );
        }
        answer
    }

    fn ticket(&mut self, was: &str) -> Option<Ticket> {
        let open = self.open.as_mut().filter(|_| was == "waiting")?;
        open.tickets.pop()
    }

    fn judge(
        &mut self,
        before: &Story,
        story: &Story,
        answer: &Answer,
        proof: Option<String>,
        may_write: bool,
    ) {
        let passed = story.acts.contains(&"pass");
        assert_eq!(passed, proof.is_some(), "{answer:?} with {:?}", story.acts);
        if let Some(place) = proof {
            let row = story.evidence.last().unwrap();
            assert_eq!((Some(row.goal), &row.destination), (self.goal, &place));
            assert_eq!(usize::from(row.gate), self.proofs.len() + 1);
            self.proofs.push((row.kind, place));
            self.wrong -= 1;
            assert_eq!(story.at() == "proven", self.enough(story));
        }
        let written = story.acts.contains(&"write");
        assert_eq!(written, may_write, "{answer:?} with {:?}", story.acts);
        self.writes += u32::from(written);
        assert!(answer.is_ok() || !(passed || written));

        // Every act of one decision comes with its company, and no other.
        let known: &[&[&str]] = &[
            &[],
            &["send"],
            &["seek"],
            &["uncount", "pass", "rotate", "take"],
            &["count"],
            &["uncount", "pass", "rotate"],
            &["write", "rotate"],
            &["finish"],
        ];
        assert!(known.contains(&story.acts.as_slice()), "{:?}", story.acts);
        assert_eq!(story.flow.wrong, self.wrong);
        let counted: i32 = story.counters.values().sum();
        assert_eq!(
            u32::try_from(counted).unwrap(),
            self.wrong,
            "counters and flow agree"
        );
        self.remember(before, story);
        self.finality(before, story, answer);
    }

    /// Which challenge is open now?
    fn remember(&mut self, before: &Story, story: &Story) {
        let State::Waiting { challenge, .. } = &story.flow.state else {
            self.open = None;
            return;
        };
        if before.open().is_some_and(|old| old.id == challenge.id) {
            return;
        }
        let codes = &story.policy.codes;
        let mut open = Open {
            way: challenge.way,
            code: None,
            arrived: None,
            until: story.now.plus(codes.life).min(story.flow.expires),
            tries: 0,
            tickets: Vec::new(),
        };
        if story.acts == ["send"] {
            let sent = story.messages.last().unwrap();
            assert_eq!(sent.challenge, challenge.id);
            open.code = Some(sent.code.expose().to_owned());
            open.arrived.clone_from(&sent.arrived);
            let times = self.sends.entry(challenge.way.kind()).or_default();
            if let Some(last) = times.last() {
                assert!(story.now >= last.plus(codes.again_after), "sent too soon");
            }
            times.push(story.now);
            assert!(
                times.len() <= usize::try_from(codes.sends).unwrap(),
                "sent too often"
            );
        } else {
            let kind = challenge.way.kind();
            assert!(!kind.is_sent());
            let first = self.proofs.is_empty();
            assert!(!first || kind.leads(), "{kind:?} came first");
            assert_eq!(story.acts == ["seek"], kind.leads() && !before.flow.sought);
        }
        self.open = Some(open);
    }

    /// What is done or closed stays as it is.
    fn finality(&mut self, before: &Story, story: &Story, answer: &Answer) {
        if let Some(saved) = &self.over {
            assert_eq!(saved, &story.saved());
            assert!(answer.is_err() && story.acts.is_empty());
        }
        let over = matches!(story.flow.state, State::Done { .. } | State::Closed { .. });
        self.over = over.then(|| story.saved());
        if matches!(before.flow.state, State::Applying { .. }) {
            let settled = story.at() == "done" || story.at() == "proven";
            assert!(settled || story.saved() == before.saved());
        }
    }
}

fn apply(story: &mut Story, change: Change) {
    match change {
        Change::Gates(gates) => story.policy.reset.gates = gates,
        Change::Withdraw(kind) => story.policy.methods.retain(|other| *other != kind),
        Change::OfferAll => story.policy.methods = Kind::ALL.to_vec(),
        Change::Promote => story.set_privileged(),
        Change::Open(open) => story.set_open(open),
        Change::Move(kind) => {
            for held in story.held.iter_mut().filter(|held| held.kind == kind) {
                held.destination.push('\'');
            }
        }
        Change::Merge => {
            for held in &mut story.held {
                if held.kind == Kind::Email {
                    PHONE.clone_into(&mut held.destination);
                }
            }
        }
        Change::Quarantine(kind) => {
            let until = story.now.plus(Duration::from_mins(2));
            for held in story.held.iter_mut().filter(|held| held.kind == kind) {
                held.usable_from = until;
            }
        }
        Change::Drop(kind) => story.held.retain(|held| held.kind != kind),
    }
}

fn way() -> impl Strategy<Value = Way> {
    prop::sample::select(Way::ALL.to_vec())
}

fn change() -> impl Strategy<Value = Change> {
    let kind = || prop::sample::select(Kind::ALL.to_vec());
    prop_oneof![
        (1_u8..=3).prop_map(Change::Gates),
        kind().prop_map(Change::Withdraw),
        Just(Change::OfferAll),
        Just(Change::Promote),
        any::<bool>().prop_map(Change::Open),
        Just(Change::Open(true)),
        kind().prop_map(Change::Move),
        Just(Change::Merge),
        kind().prop_map(Change::Quarantine),
        kind().prop_map(Change::Drop),
    ]
}

/// Asks in a row: mostly such as people make, some such as only an attacker makes.
fn moves() -> impl Strategy<Value = Vec<Move>> {
    use Move::{Answers, Code, Send, Settle, Shown, Submit, Try, Wait};
    let typed = prop::sample::select(vec![
        Typed::Newest,
        Typed::Newest,
        Typed::Oldest,
        Typed::Wrong,
        Typed::Wrong,
        Typed::Shapeless,
    ]);
    let place = prop::sample::select(vec![PHONE, EMAIL, QUESTIONS, "another"]);
    let proof = way().prop_map(|way| match way {
        Way::Questions => vec![Send(way), Try, Answers(true)],
        Way::App | Way::Codes => vec![Send(way), Try, Shown(true)],
        _ => vec![Send(way), Try, Code(Typed::Newest)],
    });
    let alone = prop_oneof![
        way().prop_map(Send),
        (way(), place).prop_map(|(way, number)| Move::SendTo(way, number)),
        Just(Move::Again),
        Just(Move::Other),
        Just(Try),
        typed.clone().prop_map(Code),
        any::<bool>().prop_map(Answers),
        any::<bool>().prop_map(Shown),
        Just(Submit),
        Just(Settle(Outcome::Done)),
        Just(Settle(Outcome::Refused)),
    ];
    let rare = prop_oneof![
        Just(Move::Cancel),
        Just(Move::Want(Goal::Unlock)),
        Just(Move::Want(Goal::Reset)),
        Just(Wait(600)),
    ];
    prop_oneof![
        8 => proof,
        8 => typed.prop_map(|typed| vec![Try, Code(typed)]),
        12 => alone.prop_map(|one| vec![one]),
        4 => prop::sample::select(vec![1_u64, 29, 30, 31, 121]).prop_map(|n| vec![Wait(n)]),
        2 => Just(vec![Submit, Settle(Outcome::Refused)]),
        2 => change().prop_map(|change| vec![Move::Change(change)]),
        1 => rare.prop_map(|one| vec![one]),
    ]
}

fn walk(goal: Goal, gates: u8, wrong: u32, moves: Vec<Vec<Move>>) -> Story {
    let mut story = Story::known();
    story.policy.reset.wrong_proofs = wrong;
    story.policy.reset.gates = gates;
    story.policy.reset.unlock_gates = gates;
    let mut oracle = Oracle::default();
    oracle.step(&mut story, Move::Want(goal));
    for one in moves.into_iter().flatten() {
        oracle.step(&mut story, one);
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn no_walk_passes_a_gate_or_writes_without_the_oracles_leave(
        goal in prop_oneof![Just(Goal::Reset), Just(Goal::Unlock)],
        gates in 1_u8..=3,
        wrong in prop::sample::select(vec![3_u32, 5, 10]),
        moves in prop::collection::vec(moves(), 1..30),
    ) {
        let story = walk(goal, gates, wrong, moves);
        prop_assert!(story.finished.len() <= 1);
    }
}

#[test]
fn the_oracle_lets_an_honest_walk_through() {
    use Move::{Code, Send, Settle, Submit, Try};
    let honest = vec![
        vec![Send(Way::Sms), Try, Code(Typed::Newest)],
        vec![Send(Way::Email), Try, Code(Typed::Newest)],
        vec![Submit, Settle(Outcome::Done)],
    ];
    let story = walk(Goal::Reset, 2, 10, honest);
    assert_eq!(story.finished, [Goal::Reset]);
}
