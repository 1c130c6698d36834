//! Reset and unlock, up to the write: start, choose, send, prove.
//!
//! The start does the same work for everybody: counters and one row. Whom the flow is about is found
//! out by the worker when a first code is to leave, so no request waits for the directory and a flood
//! of starts never reaches it.

use keymend_core::challenge::{Challenge, Ticket};
use keymend_core::id::{self, Id};
use keymend_core::method::{Kind, Way};
use keymend_core::name::Choice;
use keymend_core::recovery::RecoveryCode;
use keymend_core::reset::{
    Act, Ask, Decision, Evidence, Facts, Flow, Goal, Refusal, State, Subject, World, decide,
};
use keymend_core::secret::{OneTimeCode, Token};
use keymend_core::time::Timestamp;
use keymend_core::totp;

use super::limits::{Client, Hit, Proof, for_each};
use super::receipts::Arrival;
use super::work::{LIFE, Worked};
use super::{App, AppError, passkeys};
use crate::chance::Os;
use crate::deliver::job::Job;
use crate::store::audit::Event;
use crate::store::flows::{FlowRow, Opening, Owner};
use crate::store::methods::{Holding, MethodRow};
use crate::store::{StoreError, Tx};
use keymend_core::throttle::Limit;

/// How often a proof is compared again when somebody was faster.
const AGAIN: usize = 8;

/// A flow with everything that the rules look at.
pub struct Standing {
    /// The row.
    pub row: FlowRow,
    /// Gates that were passed.
    pub evidence: Vec<Evidence>,
    /// Whom it is about, as far as the rules may know.
    pub subject: Subject,
    /// Profiles that may be the owner's; none of a stranger's.
    pub profiles: u16,
    /// The account's methods, once a gate was passed; empty before.
    pub methods: Vec<MethodRow>,
}

/// A proof whose try was counted. It may be compared more than once.
#[derive(Clone)]
pub(super) enum Offer {
    /// A code that we sent.
    Code(Ticket, Option<OneTimeCode>),
    /// Answers, compared already: their hash takes its time.
    Answers(Ticket, bool),
    /// A code of an authenticator app, compared where it is taken.
    App(Ticket, Option<OneTimeCode>),
    /// What a passkey signed; its signature is right, and its counter is weighed where it is taken.
    Passkey(Ticket, Option<passkeys::Answer>),
    /// A recovery code, compared where it is taken.
    Codes(Ticket, Option<RecoveryCode>),
}

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

    /// Where the flow of a cookie stands.
    ///
    /// # Errors
    /// [`AppError::Gone`] when there is none, or its time is over; [`AppError::Busy`].
    pub async fn standing(&self, cookie: &Token) -> Result<Standing, AppError> {
        let mut tx = self.store.read().await?;
        let standing = self.load(&mut tx, cookie).await?;
        let over = standing.row.flow.open() && self.now() >= standing.row.flow.expires;
        if over {
            Err(AppError::Gone)
        } else {
            Ok(standing)
        }
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

    /// Offer a code: count, commit, then compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn offer_code(
        &self,
        cookie: &Token,
        typed: &str,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let standing = self.count_try(cookie, Some(typed), client).await?;
        let State::Waiting { challenge, .. } = &standing.row.flow.state else {
            return Err(AppError::Moved);
        };
        let ticket = challenge.ticket();
        let code = match challenge.way {
            Way::App => totp::typed(typed),
            _ => OneTimeCode::typed(typed, self.policy.codes.digits),
        };
        let shaped = code.is_some();
        let offer = match challenge.way {
            Way::App => Offer::App(ticket, code),
            Way::Codes => Offer::Codes(ticket, RecoveryCode::typed(typed)),
            _ => Offer::Code(ticket, code),
        };
        self.compare(cookie, &offer, client)
            .await
            .map_err(|error| shape(error, shaped))
    }

    /// Offer answers to all questions: count, commit, then compare with the one hash.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn offer_answers(
        &self,
        cookie: &Token,
        answers: &[String],
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let standing = self.count_try(cookie, None, client).await?;
        let State::Waiting { challenge, .. } = &standing.row.flow.state else {
            return Err(AppError::Moved);
        };
        let right = self.answers_match(&standing.methods, answers).await?;
        let ticket = challenge.ticket();
        let offer = Offer::Answers(ticket, right);
        self.compare(cookie, &offer, client).await
    }

    /// A request that no form of ours makes offered a proof: it counts as a wrong one.
    pub async fn spoil(&self, cookie: &Token, client: &Client) {
        let mut offered = self.offer_code(cookie, "", client).await.map(drop);
        // What no sheet has costs no try, but a form that is not ours does.
        if let Err(AppError::Refused(Refusal::RecoveryCodeShape)) = offered {
            offered = self.count_try(cookie, None, client).await.map(drop);
        }
        if let Err(error) = offered {
            tracing::debug!(%error, "a malformed proof was counted");
        }
    }

    /// Compare a whole set of answers with the one hash that is stored.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn answers_match(
        &self,
        methods: &[MethodRow],
        answers: &[String],
    ) -> Result<bool, AppError> {
        let set = methods.iter().find_map(|method| match &method.holding {
            Holding::Questions { ids, hash } => Some((ids, hash)),
            Holding::Destination(_)
            | Holding::App(_)
            | Holding::Passkey(_)
            | Holding::Codes { .. } => None,
        });
        let Some((ids, hash)) = set else {
            self.hasher.waste(b"").await?;
            return Ok(false);
        };
        let secret = super::registration::canonical(ids, answers);
        match (secret, crate::hashing::Hash::parse(hash)) {
            (Some(secret), Some(hash)) => Ok(self.hasher.verify(&secret, &hash).await?),
            _ => Ok(false),
        }
    }

    pub(super) async fn count_try(
        &self,
        cookie: &Token,
        typed: Option<&str>,
        client: &Client,
    ) -> Result<Standing, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut standing = self.load(&mut tx, cookie).await?;
        if let State::Waiting { challenge, .. } = &standing.row.flow.state {
            if let (Way::Codes, Some(typed)) = (challenge.way, typed) {
                super::recovery::typed(typed)?;
            }
            let proof = Proof {
                names: &standing.row.name_keys,
                kind: challenge.way.kind(),
                client,
            };
            self.waited(&mut tx, &proof, now).await?;
        }
        let done = self
            .decide_and_save(&mut tx, &standing, Ask::Try, client, now)
            .await?;
        tx.commit().await?;
        done.answer?;
        done.limited?;
        standing.row.flow = done.flow;
        Ok(standing)
    }

    /// Compare a proof whose try was counted. Somebody else's step in between is no reason to refuse
    /// it: the flow is looked at again, and its rules decide anew.
    pub(super) async fn compare(
        &self,
        cookie: &Token,
        offer: &Offer,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let mut compared = self.compare_once(cookie, offer, client).await;
        for _ in 0..AGAIN {
            if !matches!(compared, Err(AppError::Moved)) {
                break;
            }
            compared = self.compare_once(cookie, offer, client).await;
        }
        compared
    }

    async fn compare_once(
        &self,
        cookie: &Token,
        offer: &Offer,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let standing = self.load(&mut tx, cookie).await?;
        let mut clock = None;
        let ask = match offer.clone() {
            Offer::Code(ticket, code) => Ask::Code(ticket, code),
            Offer::Answers(ticket, right) => Ask::Answers(ticket, right),
            Offer::App(ticket, code) => {
                let account = standing.row.account();
                let found = self.recognise(&mut tx, account, code.as_ref(), client, now);
                let (seen, off) = found.await?;
                // Before a first proof it would tell who has an app.
                clock = off.filter(|_| standing.row.proven);
                Ask::Recognised(ticket, seen)
            }
            Offer::Passkey(ticket, answer) => {
                let whose = (standing.row.account(), Some(&standing.row.flow.id));
                let known = self
                    .recognise_passkey(&mut tx, whose, answer, client, now)
                    .await?;
                Ask::Recognised(ticket, known)
            }
            Offer::Codes(ticket, code) => {
                let account = standing.row.account();
                let known = self.recognise_code(&mut tx, account, code.as_ref()).await?;
                Ask::Recognised(ticket, known)
            }
        };
        let done = self
            .decide_and_save(&mut tx, &standing, ask, client, now)
            .await?;
        tx.commit().await?;
        self.metrics.proof(done.answer.is_ok());
        done.answer.map_err(|refusal| refusal.with_clock(clock))?;
        Ok(Stepped {
            cookie: done.cookie,
            state: done.flow.state,
        })
    }

    /// Load a flow with everything that the rules look at. The same queries for everybody.
    pub(super) async fn load(&self, tx: &mut Tx, cookie: &Token) -> Result<Standing, AppError> {
        let row = tx
            .flow_of(&cookie.digest(), &self.keys)
            .await?
            .ok_or(AppError::Gone)?;
        Ok(self.standing_of(tx, row).await?)
    }

    /// What is known of the code that a flow waits for: told after a first proof only.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn arrival_of(
        &self,
        standing: &Standing,
        challenge: &Challenge,
    ) -> Result<Option<Arrival>, AppError> {
        let Some(channel) = challenge.way.channel().filter(|_| standing.row.proven) else {
            return Ok(None);
        };
        let destination = standing.row.delivered.as_deref().unwrap_or_default();
        let mut tx = self.store.read().await?;
        Ok(self
            .arrival(&mut tx, destination, channel, challenge.at)
            .await?)
    }

    pub(super) async fn standing_of(
        &self,
        tx: &mut Tx,
        mut row: FlowRow,
    ) -> Result<Standing, StoreError> {
        self.forget_gone(&mut row);
        // Opened after a first proof only: unsealing takes time, and only somebody registered has anything sealed.
        let (mut evidence, mut methods) = (Vec::new(), Vec::new());
        if row.proven {
            evidence = tx.evidence(&row.flow.id).await?;
            if let Some(account) = row.account() {
                methods = tx.methods(account, &self.keys).await?;
            }
        }
        let subject = match &row.owner {
            Some(owner) => Subject::Known {
                account: owner.account.clone(),
                open: !owner.frozen,
                privileged: owner.privileged,
            },
            None => Subject::Stranger,
        };
        let owner = row.owner.as_ref();
        let profiles = owner.map_or(0, |owner| self.profiles_in(owner.belonging.as_deref()));
        Ok(Standing {
            row,
            evidence,
            subject,
            profiles,
            methods,
        })
    }

    /// Somebody whose directory is not configured any more is a stranger.
    pub fn forget_gone(&self, row: &mut FlowRow) {
        let gone = |owner: &Owner| self.directories.of(&owner.directory).is_err();
        row.owner.take_if(|owner| gone(owner));
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

    async fn carry_out(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        act: Act,
        client: &Client,
        now: Timestamp,
        done: &mut Done,
    ) -> Result<(), StoreError> {
        let row = &standing.row;
        let proof = |kind| Proof {
            names: &row.name_keys,
            kind,
            client,
        };
        match act {
            Act::Send {
                challenge,
                way,
                code,
                destination,
            } => {
                // There was room a moment ago; racing requests are stopped by the flow's version.
                drop(self.count_send(tx, &row.name_keys, way.kind(), now).await?);
                let job = Job::FlowCode {
                    flow: row.flow.id.clone(),
                    goal: done.flow.goal().unwrap_or(Goal::Reset),
                    challenge,
                    way,
                    destination,
                    code: code.expose().to_owned(),
                    until: now.plus(self.policy.codes.life).min(row.flow.expires),
                };
                tx.queue_code(&job, self.knows(client), now, &self.keys)
                    .await
            }
            Act::Count(kind) => {
                done.limited = self.count_proof(tx, &proof(kind), now).await?;
                if done.limited.is_ok() {
                    done.limited = self.count_set(tx, &proof(kind), now).await?;
                }
                // Only a try that could have been right wears a method out: its code went somewhere, or none had to.
                let asked = kind.is_guessable() && (row.delivered.is_some() || !kind.is_sent());
                let real = done.limited.is_ok() && asked;
                self.wear(tx, &proof(kind), row.account().filter(|_| real), now)
                    .await
            }
            Act::Uncount(kind) => {
                self.uncount_proof(tx, &proof(kind), &self.mine(row), now)
                    .await?;
                if let Some(destination) = row.delivered.as_ref().filter(|_| kind == Kind::Phone) {
                    tx.used(destination, now).await?;
                }
                match row.account() {
                    Some(account) => self.mend(tx, account, kind).await,
                    None => Ok(()),
                }
            }
            Act::Seek => {
                let job = Job::Find {
                    flow: row.flow.id.clone(),
                    until: row.flow.expires,
                };
                tx.queue(&job, now, &self.keys).await
            }
            Act::Take(known) => match row.account() {
                Some(account) => {
                    let flow = Some(&row.flow.id);
                    self.take(tx, account, &known, flow, client, now).await
                }
                None => Ok(()),
            },
            Act::Pass(evidence) => {
                if let Some(account) = row.account() {
                    tx.served(account, evidence.kind, &evidence.destination, now)
                        .await?;
                }
                tx.pass_gate(&row.flow.id, &evidence, now).await
            }
            Act::Rotate => {
                let cookie = Token::random(&mut Os);
                tx.rotate_flow(&row.flow.id, &cookie.digest()).await?;
                done.cookie = Some(cookie);
                Ok(())
            }
            Act::Write {
                goal,
                needed,
                gates,
            } => {
                tx.intend_write(&row.flow.id, goal, needed, &gates, now)
                    .await
            }
            Act::Finish(goal) => self.finish(tx, standing, goal, client, now).await,
        }
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

/// A wrong code that cannot be one is said so: the person may have typed something else.
pub(super) fn shape(error: AppError, shaped: bool) -> AppError {
    match error {
        AppError::Refused(Refusal::WrongCode) if !shaped => AppError::Refused(Refusal::CodeShape),
        other => other,
    }
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
