//! Random walks through a visit: what must hold whatever is asked in whatever order.

use proptest::prelude::*;

use super::*;

/// What may happen on a walk.
#[derive(Clone, Copy, Debug)]
enum Move {
    Send(Channel, Place),
    Again(Slot, Option<Channel>),
    Try(Slot),
    Code(Slot, Typed),
    Answers(bool),
    NewApp,
    NewCodes,
    KeepCodes,
    Shown(bool),
    SaveAnswers,
    Remove(Kind),
    Confirm(Way),
    Unfreeze,
    Finish,
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum Place {
    PhoneA,
    PhoneB,
    EmailA,
    EmailB,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Typed {
    Right,
    Wrong,
    Shapeless,
}

fn destination(place: Place) -> Destination {
    match place {
        Place::PhoneA => phone(NUMBER),
        Place::PhoneB => phone("+12125550143"),
        Place::EmailA => email(ADDRESS),
        Place::EmailB => email("other@mail.example"),
    }
}

/// A second opinion with books of its own.
struct Oracle {
    /// Somebody who knows the password and reaches nothing that is registered.
    intruder: bool,
    vouched: Option<Timestamp>,
    /// When the first registration was finished on this walk.
    finished: Option<Timestamp>,
    verified: BTreeMap<Kind, Timestamp>,
    tickets: Vec<(Slot, Ticket)>,
    tries: BTreeMap<Id<id::Challenge>, u32>,
    sends: BTreeMap<Kind, Vec<Timestamp>>,
    wrong: u32,
}

impl Oracle {
    fn new(intruder: bool) -> Self {
        Self {
            intruder,
            vouched: None,
            finished: None,
            verified: BTreeMap::new(),
            tickets: Vec::new(),
            tries: BTreeMap::new(),
            sends: BTreeMap::new(),
            wrong: 0,
        }
    }

    fn fresh(now: Timestamp, then: Option<&Timestamp>) -> bool {
        then.is_some_and(|then| now < then.plus(FRESH))
    }

    /// Nothing is finished, or only since a moment ago for what is offered then.
    fn first(&self, story: &Story, kind: Kind) -> bool {
        let just = Self::fresh(story.now, self.finished.as_ref());
        !story.finished || (just && kind == Kind::Codes)
    }

    /// May this kind be touched, as far as anybody can know?
    fn may_touch(&self, story: &Story, kind: Kind) -> bool {
        let there = story.held.iter().any(|held| held.kind == kind);
        Self::fresh(story.now, self.vouched.as_ref())
            || Self::fresh(story.now, self.verified.get(&kind))
            || (!there && self.first(story, kind))
            || (!there && Self::fresh(story.now, Some(&story.visit.signed_in)))
    }

    fn step(&mut self, story: &mut Story, one: Move) {
        let before = story.clone();
        let (answer, proved) = match one {
            Move::Wait(seconds) => return story.wait(seconds),
            Move::Send(channel, place) => (story.ask(Ask::Send(channel, destination(place))), None),
            Move::Again(slot, channel) => (story.ask(Ask::Again(slot, channel)), None),
            Move::Confirm(way) => (story.ask(Ask::Confirm(way)), None),
            Move::NewApp => {
                let name = Label::parse("new").unwrap();
                (story.ask(Ask::NewApp(name)), None)
            }
            Move::NewCodes => (story.ask(Ask::NewCodes), None),
            Move::KeepCodes => {
                let shown = story.visit.codes.as_ref();
                let Some(set) = shown.map(|new| new.set.clone()) else {
                    return;
                };
                (story.ask(Ask::KeepCodes(set)), None)
            }
            Move::Shown(right) => {
                let Some(ticket) = self.ticket(Slot::Confirm) else {
                    return;
                };
                let right = right && !self.intruder;
                let asked = story
                    .visit
                    .confirm
                    .as_ref()
                    .filter(|open| open.admits(&ticket))
                    .map(|open| open.way);
                let recognised = matches!(asked, Some(Way::App | Way::Codes));
                let proved = (right && recognised).then_some(Slot::Confirm);
                let kind = asked.map_or(Kind::App, Way::kind);
                let held = story.held.iter().find(|held| held.kind == kind);
                let known = held.filter(|_| right).map(|held| match kind {
                    Kind::Codes => of_set(&held.destination),
                    _ => Recognised::from(Seen {
                        destination: held.destination.clone(),
                        step: 7,
                    }),
                });
                (story.ask(Ask::Recognised(ticket, known)), proved)
            }
            Move::SaveAnswers => (story.ask(Ask::SaveAnswers), None),
            Move::Remove(kind) => (story.ask(Ask::Remove(kind)), None),
            Move::Unfreeze => (story.ask(Ask::Unfreeze), None),
            Move::Finish => (story.ask(Ask::Finish), None),
            Move::Try(slot) => (self.try_once(story, slot), None),
            Move::Code(slot, typed) => {
                let Some(ticket) = self.ticket(slot) else {
                    return;
                };
                let reached = !(self.intruder && slot == Slot::Confirm);
                let current = story
                    .visit
                    .challenge(slot)
                    .is_some_and(|open| open.admits(&ticket));
                let known = story
                    .visit
                    .challenge(slot)
                    .and_then(|open| story.codes.iter().find(|(id, _)| *id == open.id))
                    .map(|(_, code)| code.clone());
                let shown = story.visit.app.as_ref().map(|_| story.app_code());
                let known = known.or(shown.filter(|_| slot == Slot::App));
                let code = known.filter(|_| typed == Typed::Right && reached);
                let right = code.is_some() && current;
                let code = code.or_else(|| match typed {
                    Typed::Shapeless => None,
                    _ => OneTimeCode::typed("000000", 6),
                });
                (
                    story.ask(Ask::Code(slot, ticket, code)),
                    right.then_some(slot),
                )
            }
            Move::Answers(right) => {
                let Some(ticket) = self.ticket(Slot::Confirm) else {
                    return;
                };
                let right = right && !self.intruder;
                let asked = story
                    .visit
                    .confirm
                    .as_ref()
                    .is_some_and(|open| open.way == Way::Questions && open.admits(&ticket));
                let proved = (right && asked).then_some(Slot::Confirm);
                (story.ask(Ask::Answers(ticket, right)), proved)
            }
        };
        self.judge(&before, story, one, &answer, proved);
    }

    fn try_once(&mut self, story: &mut Story, slot: Slot) -> Answer {
        let answer = story.ask(Ask::Try(slot));
        if answer.is_ok() {
            let open = story.visit.challenge(slot).unwrap();
            assert!(story.now < open.until, "a try of an expired challenge");
            let tries = self.tries.entry(open.id.clone()).or_default();
            *tries += 1;
            assert!(
                *tries <= story.policy.codes.tries,
                "too many tries of one code"
            );
            self.wrong += 1;
            assert!(
                self.wrong <= story.policy.reset.wrong_proofs,
                "too many wrong proofs"
            );
            self.tickets.push((slot, story.ticket(slot)));
        }
        answer
    }

    fn ticket(&mut self, slot: Slot) -> Option<Ticket> {
        let place = self.tickets.iter().rposition(|(other, _)| *other == slot)?;
        Some(self.tickets.remove(place).1)
    }

    fn judge(
        &mut self,
        before: &Story,
        story: &Story,
        one: Move,
        answer: &Answer,
        proved: Option<Slot>,
    ) {
        assert!(
            answer.is_ok() || story.acts.is_empty(),
            "{answer:?}: {:?}",
            story.acts
        );
        if answer.is_ok() && story.codes.len() > before.codes.len() {
            self.sent(story, one);
        }
        let vouched = Self::fresh(story.now, self.vouched.as_ref());
        for kind in Kind::ALL {
            self.changed(before, story, kind, proved);
        }
        if matches!(one, Move::Finish) && answer.is_ok() && !before.finished {
            self.finished = Some(story.now);
        }
        if matches!(one, Move::Unfreeze) {
            assert_eq!(answer.is_ok(), vouched, "{one:?}");
        }
        if let (true, Some(slot)) = (answer.is_ok(), proved) {
            self.wrong -= 1;
            let open = before.visit.challenge(slot).unwrap();
            match slot {
                Slot::Confirm => {
                    let held = before.held.iter().find(|held| held.kind == open.way.kind());
                    assert!(held.unwrap().usable_from <= story.now, "it still waits");
                    let answers = open.way == Way::Questions;
                    assert!(!(answers && story.privileged), "counts for nothing");
                    self.vouched = Some(story.now);
                }
                _ => {
                    self.verified.insert(open.way.kind(), story.now);
                }
            }
        }
        assert_eq!(story.visit.wrong, self.wrong);
        let counted: i32 = story.counters.values().sum();
        assert_eq!(u32::try_from(counted).unwrap(), self.wrong);
    }

    fn sent(&mut self, story: &Story, one: Move) {
        let slots = [Slot::Phone, Slot::Email, Slot::Confirm];
        let newest = &story.codes.last().unwrap().0;
        let open = slots
            .iter()
            .find_map(|slot| {
                story
                    .visit
                    .challenge(*slot)
                    .filter(|open| open.id == *newest)
            })
            .unwrap();
        let times = self.sends.entry(open.way.kind()).or_default();
        if let Some(last) = times.last() {
            let again = last.plus(story.policy.codes.again_after);
            assert!(story.now >= again, "{one:?}: sent too soon");
        }
        times.push(story.now);
        assert!(times.len() <= 3, "{one:?}: sent too often");
    }

    /// What became of one kind, and was it right?
    fn changed(&self, before: &Story, story: &Story, kind: Kind, proved: Option<Slot>) {
        let of = |story: &Story| story.held.iter().find(|held| held.kind == kind).cloned();
        let (old, new) = (of(before), of(story));
        if old == new {
            return;
        }
        assert!(
            self.may_touch(before, kind),
            "{kind:?} was touched without leave"
        );
        let Some(new) = new else {
            return;
        };
        let slot = match kind {
            Kind::Phone => Some(Slot::Phone),
            Kind::Email => Some(Slot::Email),
            Kind::App => Some(Slot::App),
            Kind::Questions | Kind::Passkey | Kind::Codes => None,
        };
        assert!(
            slot.is_none() || slot == proved,
            "{kind:?} was kept without its code"
        );
        if kind == Kind::Codes {
            let shown = before.visit.codes.as_ref().unwrap();
            assert_eq!(new.destination, shown.set.as_str());
            assert!(
                story.now < shown.until,
                "codes that were not shown any more"
            );
        }
        if let Some(Some(pending)) = slot.map(|slot| match slot {
            Slot::Phone => before.visit.phone.as_ref(),
            Slot::App => None,
            _ => before.visit.email.as_ref(),
        }) {
            assert_eq!(
                new.destination,
                format!("index of {}", pending.destination.same())
            );
        }
        let vouched = Self::fresh(story.now, self.vouched.as_ref());
        let at_once = vouched || !before.finished || (old.is_none() && self.first(before, kind));
        if vouched {
            assert_eq!(new.usable_from, story.now);
        }
        if !at_once {
            assert_eq!(
                new.usable_from,
                story.now.plus(QUARANTINE),
                "{kind:?} does not wait"
            );
        }
    }
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let slots = [Slot::Phone, Slot::Email, Slot::App, Slot::Confirm];
    let slot = || prop::sample::select(slots.to_vec());
    let way = || prop::sample::select(Way::ALL.to_vec());
    let channel = || prop::sample::select(vec![Channel::Sms, Channel::Voice, Channel::Email]);
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let places = [Place::PhoneA, Place::PhoneB, Place::EmailA, Place::EmailB];
    let place = || prop::sample::select(places.to_vec());
    let typed = prop::sample::select(vec![Typed::Right, Typed::Wrong, Typed::Shapeless]);
    let enrol = place().prop_map(|place| {
        let (channel, slot) = match destination(place).kind() {
            Kind::Phone => (Channel::Sms, Slot::Phone),
            _ => (Channel::Email, Slot::Email),
        };
        vec![
            Move::Send(channel, place),
            Move::Try(slot),
            Move::Code(slot, Typed::Right),
        ]
    });
    let confirm = way().prop_map(|way| {
        let proof = match way {
            Way::Questions => Move::Answers(true),
            Way::App | Way::Codes => Move::Shown(true),
            _ => Move::Code(Slot::Confirm, Typed::Right),
        };
        vec![Move::Confirm(way), Move::Try(Slot::Confirm), proof]
    });
    let offer = (slot(), typed.clone());
    let offer = offer.prop_map(|(slot, typed)| vec![Move::Try(slot), Move::Code(slot, typed)]);
    let alone = prop_oneof![
        (channel(), place()).prop_map(|(channel, place)| Move::Send(channel, place)),
        (slot(), prop::option::of(channel())).prop_map(|(slot, by)| Move::Again(slot, by)),
        slot().prop_map(Move::Try),
        (slot(), typed).prop_map(|(slot, typed)| Move::Code(slot, typed)),
        any::<bool>().prop_map(Move::Answers),
        any::<bool>().prop_map(Move::Shown),
        Just(Move::NewApp),
        Just(Move::NewCodes),
        Just(Move::KeepCodes),
        way().prop_map(Move::Confirm),
        Just(Move::SaveAnswers),
        kind.prop_map(Move::Remove),
        Just(Move::Unfreeze),
        Just(Move::Finish),
    ];
    let waits = prop::sample::select(vec![1_u64, 29, 30, 31, 60, 299, 300, 600]);
    prop_oneof![
        4 => enrol,
        2 => Just(vec![Move::NewApp, Move::Try(Slot::App), Move::Code(Slot::App, Typed::Right)]),
        2 => Just(vec![Move::NewCodes, Move::KeepCodes]),
        3 => confirm,
        3 => offer,
        8 => alone.prop_map(|one| vec![one]),
        4 => waits.prop_map(|seconds| vec![Move::Wait(seconds)]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(800) })]

    #[test]
    fn no_walk_keeps_removes_or_hastens_anything_without_the_oracles_leave(
        finished in any::<bool>(),
        privileged in any::<bool>(),
        held in prop::sample::subsequence(Kind::ALL.to_vec(), 0..=4),
        moves in prop::collection::vec(moves(), 1..30),
    ) {
        let mut story = Story::just_signed_in_with(&held);
        story.finished = finished;
        story.privileged = privileged;
        let mut oracle = Oracle::new(false);
        for one in moves.into_iter().flatten() {
            oracle.step(&mut story, one);
        }
    }

    #[test]
    fn an_intruder_with_the_password_alone_changes_nothing_and_adds_nothing_that_serves_today(
        held in prop::sample::subsequence(Kind::ALL.to_vec(), 1..=4),
        moves in prop::collection::vec(moves(), 1..40),
    ) {
        let mut story = Story::just_signed_in_with(&held);
        let mut oracle = Oracle::new(true);
        for one in moves.into_iter().flatten() {
            oracle.step(&mut story, one);
            for kind in &held {
                prop_assert_eq!(story.held(*kind).clone(), old(*kind));
            }
            for added in story.held.iter().filter(|added| !held.contains(&added.kind)) {
                prop_assert!(added.usable_from >= START.plus(QUARANTINE));
            }
        }
    }
}
