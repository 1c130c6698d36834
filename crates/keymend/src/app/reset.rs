//! Reset and unlock, up to the write: start, choose, send, prove.
//!
//! The start does the same work for everybody: counters and one row. Whom the flow is about is found
//! out by the worker when a first code is to leave, so no request waits for the directory and a flood
//! of starts never reaches it.
//!
//! Begin with [`App::ask`]: load, decide, save, act, commit. What is offered as a proof takes two such steps (`proof`);
//! what each act does is in `act`.

mod act;
mod proof;
mod standing;

pub(super) use self::proof::{Offer, shape};
pub use self::standing::Standing;

use keymend_core::id::{self, Id};
use keymend_core::name::Choice;
use keymend_core::reset::{Ask, Decision, Facts, Flow, Refusal, State, World, decide};
use keymend_core::secret::Token;
use keymend_core::throttle::Limit;
use keymend_core::time::Timestamp;

use super::limits::{Client, Hit, for_each};
use super::work::{LIFE, Worked};
use super::{App, AppError};
use crate::chance::Os;
use crate::store::audit::Event;
use crate::store::flows::{FlowRow, Opening};
use crate::store::{StoreError, Tx};

/// What came of an ask.
pub struct Stepped {
    /// A new cookie; the old one is dead.
    pub cookie: Option<Token>,
    /// Where the flow stands now.
    pub state: State,
}

impl App {
    /// Begin a flow about whoever was named. The same work for everybody.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn start(
        &self,
        name: &Choice,
        worked: &Worked,
        client: &Client,
        language: &str,
    ) -> Result<Token, AppError> {
        let now = self.now();
        let limits = &self.policy.limits;
        let name_keys = self.name_keys(name);
        let address = client.address();
        let site = client.site();
        let [hour, day] = limits.starts_per_name;
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        let names = [("starts-hour", hour), ("starts-day", day)];
        let names = names.map(|(which, limit)| for_each(&name_keys, which, limit));
        let names = names.concat();
        let mut clients = vec![hit(
            "starts-address",
            address.as_str(),
            limits.starts_per_address,
        )];
        if let Some(site) = &site {
            clients.push(hit("starts-site", site, limits.starts_per_site));
        }
        let once = Limit {
            most: 1,
            window: LIFE,
        };
        match worked {
            Worked::Yes(seal) => clients.push(hit("work", seal, once)),
            Worked::No => clients.push(hit(
                "starts-without-work",
                &address,
                limits.starts_without_work,
            )),
        }
        let mut tx = self.store.begin().await?;
        if let Err(refused) = self.count_in_turn(&mut tx, [&clients, &names], now).await? {
            tx.commit().await?;
            return Err(refused);
        }
        let flow = Flow::begin(&self.policy, now, &mut Os);
        let cookie = Token::random(&mut Os);
        let opening = Opening {
            cookie: &cookie.digest(),
            name_keys: &name_keys,
            name: name.name().lookup().unwrap_or_default(),
            home: name.home(),
            language,
        };
        tx.add_flow(&flow, &opening, &self.keys).await?;
        self.note(&mut tx, "reset.started", &flow.id, None, client, "", now)
            .await?;
        tx.commit().await?;
        self.metrics.started();
        Ok(cookie)
    }

    /// Ask something that offers no proof.
    ///
    /// # Errors
    /// [`AppError::Refused`] after the flow was saved; [`AppError`] otherwise.
    pub async fn ask(
        &self,
        cookie: &Token,
        ask: Ask,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let standing = self.load(&mut tx, cookie).await?;
        let way = match (&ask, &standing.row.flow.state) {
            (Ask::Send { way, .. }, _) => Some(*way),
            (Ask::Again, State::Waiting { challenge, .. }) => Some(challenge.way),
            _ => None,
        };
        if let Some(way) = way {
            self.room_to_send(&mut tx, &standing.row.name_keys, way.kind(), now)
                .await?;
        }
        let done = self
            .decide_and_save(&mut tx, &standing, ask, client, now)
            .await?;
        tx.commit().await?;
        if way.is_some() {
            self.wake.notify_one();
        }
        done.answer?;
        Ok(Stepped {
            cookie: done.cookie,
            state: done.flow.state,
        })
    }

    /// The counter of whom a flow is about; for nobody, one that nobody reads.
    pub(super) fn mine(&self, row: &FlowRow) -> String {
        self.name_key(row.directory(), &row.name)
    }

    /// Decide, save as seen, do what was decided. The caller commits.
    pub(super) async fn decide_and_save(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        ask: Ask,
        client: &Client,
        now: Timestamp,
    ) -> Result<Done, StoreError> {
        let Decision { flow, acts, answer } = {
            let mut chance = Os;
            let mut world = World {
                policy: &self.policy,
                own: self.own(standing.profiles),
                key: &self.keys.codes,
                now,
                rng: &mut chance,
                facts: Facts {
                    subject: &standing.subject,
                    evidence: &standing.evidence,
                    delivered: standing.row.delivered.as_deref(),
                    held: standing.row.held(),
                },
            };
            decide(standing.row.flow.clone(), ask, &mut world)
        };
        tx.save_flow(&flow, standing.row.version).await?;
        let mut done = Done {
            flow,
            answer,
            cookie: None,
            limited: Ok(()),
        };
        for act in acts {
            self.carry_out(tx, standing, act, client, now, &mut done)
                .await?;
        }
        let (event, detail) = match &done.answer {
            Ok(()) => ("reset.step", state_word(&done.flow.state)),
            Err(refusal) => ("reset.refused", refusal.code()),
        };
        let account = standing.row.account();
        self.note(
            tx,
            event,
            &standing.row.flow.id,
            account,
            client,
            detail,
            now,
        )
        .await?;
        Ok(done)
    }

    /// Write an audit event about a flow.
    #[expect(clippy::too_many_arguments, reason = "the columns of the row")]
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        name: &'static str,
        flow: &Id<id::Flow>,
        account: Option<&Id<id::Account>>,
        client: &Client,
        detail: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let source = client.0.to_string();
        let event = Event {
            name,
            account,
            flow: Some(flow),
            source: &source,
            detail,
        };
        tx.record(&event, now).await
    }
}

/// A decision that was saved, with what its acts brought.
pub(super) struct Done {
    /// The flow as saved.
    pub flow: Flow,
    /// What the rules said.
    pub answer: Result<(), Refusal>,
    /// A new cookie.
    pub cookie: Option<Token>,
    /// What the limits said.
    pub limited: Result<(), AppError>,
}

fn state_word(state: &State) -> &'static str {
    match state {
        State::Named => "named",
        State::Choosing { .. } => "choosing",
        State::Waiting { .. } => "waiting",
        State::Proven { .. } => "proven",
        State::Applying { .. } => "applying",
        State::Done { .. } => "done",
        State::Closed { .. } => "closed",
    }
}
