//! Passkeys: what a page asks of one, and what its answer is recognised as.
//!
//! What a browser signs is derived from the open challenge ([`keymend_core::passkey`]), so a page may be shown again and
//! on another node. An answer is read and its signature checked before any transaction; the counter is weighed where the
//! proof is taken.

use data_encoding::BASE64URL_NOPAD;
use keymend_core::challenge::{Challenge, Recognised};
use keymend_core::id::{self, Id};
use keymend_core::passkey::{Signed, recognise};
use keymend_core::refusal::Refusal;
use keymend_core::registration::{Ask, Slot};
use keymend_core::reset::State;
use keymend_core::time::Timestamp;

use super::limits::Client;
use super::registration::Visited;
use super::reset::{Standing, Stepped};
use super::session::Person;
use super::{App, AppError, registration, reset};
use crate::deliver::job::Happened;
use crate::store::audit::Event;
use crate::store::methods::{Holding, MethodRow};
use crate::store::{StoreError, Tx};
use crate::webauthn::{Assertion, Fault, Owner, Passkey};

/// The audit event of a browser that gives no passkey, or none that is taken.
const FAILED: &str = "passkey.failed";

/// What a right answer says, and who has the passkey.
#[derive(Clone)]
pub(super) struct Answer {
    signed: Signed,
    owner: Id<id::Account>,
}

/// A passkey that was made, with its counter: not kept yet.
pub(super) struct Fresh {
    /// The passkey.
    pub passkey: Passkey,
    /// Index of its name.
    pub destination: String,
    /// Its counter.
    pub count: u32,
}

/// Can a passkey be asked for before anything else is proven?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leads(pub bool);

/// Why a browser gives no answer, as its script says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Cancelled, refused or timed out: browsers do not tell these apart.
    Cancelled,
    /// It knows no passkeys.
    Unsupported,
    /// The authenticator has one of this account already.
    Exists,
    /// It gives no passkeys to this address.
    Insecure,
    /// Something else.
    Other,
}

impl Silence {
    const ALL: [Self; 5] = [
        Self::Cancelled,
        Self::Unsupported,
        Self::Exists,
        Self::Insecure,
        Self::Other,
    ];

    /// The word that the script sends.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
            Self::Exists => "exists",
            Self::Insecure => "insecure",
            Self::Other => "other",
        }
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|silence| silence.as_str() == word)
    }

    /// Key of the sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Cancelled => "fault-passkey-cancelled",
            Self::Unsupported => "fault-passkey-unsupported",
            Self::Exists => "fault-passkey-exists",
            Self::Insecure => "fault-passkey-insecure",
            Self::Other => "fault-passkey-other",
        }
    }
}

/// The passkeys among these, as far as they serve now.
fn usable(methods: &[MethodRow], now: Timestamp) -> Vec<&Passkey> {
    let serving = methods.iter().filter(|method| method.serves(now));
    serving.filter_map(passkey).collect()
}

fn passkey(method: &MethodRow) -> Option<&Passkey> {
    match &method.holding {
        Holding::Passkey(passkey) => Some(passkey),
        _ => None,
    }
}

/// Was this silence the first to be saved? Whoever was faster is the same person, by another press or in another tab: it is
/// noted already, or nothing is awaited any more, and that is no reason to keep back the page that says why.
fn first(saved: Result<(), StoreError>) -> Result<bool, StoreError> {
    match saved {
        Ok(()) => Ok(true),
        Err(StoreError::Lost) => Ok(false),
        Err(error) => Err(error),
    }
}

impl App {
    /// What the browser of somebody signed in is asked to make, while a new passkey is awaited.
    #[must_use]
    pub fn passkey_to_make(&self, person: &Person) -> Option<String> {
        let open = person.session.visit.challenge(Slot::Passkey)?;
        let nonce = person
            .session
            .visit
            .nonce(&self.keys.codes, Slot::Passkey)?;
        self.with_owner(person, |owner| {
            self.relying
                .creation(owner, &nonce, self.left(open))
                .inspect_err(|fault| tracing::error!(%fault, "a passkey cannot be asked for"))
                .ok()
        })
    }

    /// What the browser of somebody signed in is asked to sign, while a passkey is to vouch for a change.
    #[must_use]
    pub fn passkey_to_vouch(&self, person: &Person) -> Option<String> {
        let open = person.session.visit.challenge(Slot::Confirm)?;
        let nonce = person
            .session
            .visit
            .nonce(&self.keys.codes, Slot::Confirm)?;
        self.to_sign(&usable(&person.methods, self.now()), &nonce, open)
    }

    /// What the browser is asked to sign at a gate. Before a first proof it names no passkey, whoever the flow is about:
    /// the browser offers those that find their account by themselves.
    #[must_use]
    pub fn passkey_to_pass(&self, standing: &Standing, open: &Challenge) -> Option<String> {
        let flow = &standing.row.flow;
        let nonce = flow.nonce(&self.keys.codes, &standing.evidence)?;
        self.to_sign(&usable(&standing.methods, self.now()), &nonce, open)
    }

    fn to_sign(&self, allowed: &[&Passkey], nonce: &[u8; 32], open: &Challenge) -> Option<String> {
        self.relying
            .request(allowed, nonce, self.left(open))
            .inspect_err(|fault| tracing::error!(%fault, "no passkey can be asked for"))
            .ok()
    }

    fn left(&self, open: &Challenge) -> std::time::Duration {
        self.now().until(open.until)
    }

    fn with_owner<T>(&self, person: &Person, then: impl FnOnce(&Owner<'_>) -> T) -> T {
        let own: Vec<&Passkey> = person.methods.iter().filter_map(passkey).collect();
        then(&Owner {
            handle: &self.handle(&person.session.account),
            name: &person.account.name,
            own: &own,
        })
    }

    /// What authenticators call an account: it tells nobody anything, and is the same for all of its passkeys.
    fn handle(&self, account: &Id<id::Account>) -> [u8; 32] {
        self.keys.index.index("passkey-owner", account.as_str())
    }

    /// What a passkey is found by.
    pub(super) fn passkey_index(&self, name: &[u8]) -> String {
        self.index("passkey", &BASE64URL_NOPAD.encode(name))
    }

    /// Offer what a passkey signed at a gate: count, commit, check, compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn offer_passkey(
        &self,
        cookie: &keymend_core::secret::Token,
        answer: &str,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let standing = self.count_try(cookie, None, client).await?;
        let State::Waiting { challenge, .. } = &standing.row.flow.state else {
            return Err(AppError::Moved);
        };
        let flow = &standing.row.flow;
        let answer = match flow.nonce(&self.keys.codes, &standing.evidence) {
            Some(nonce) => self.signed(answer, &nonce).await?,
            None => None,
        };
        let offer = reset::Offer::Passkey(challenge.ticket(), answer);
        self.compare(cookie, &offer, client).await
    }

    /// Offer what a registered passkey signed for a change: count, commit, check, compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn visit_passkey(
        &self,
        person: &Person,
        answer: &str,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let person = self.count_visit_try(person, Slot::Confirm, client).await?;
        let visit = &person.session.visit;
        let open = visit.challenge(Slot::Confirm).ok_or(AppError::Moved)?;
        let answer = match visit.nonce(&self.keys.codes, Slot::Confirm) {
            Some(nonce) => self.signed(answer, &nonce).await?,
            None => None,
        };
        let offer = registration::Offer::Passkey(open.ticket(), answer);
        self.compare_visit(&person, offer, client).await
    }

    /// Keep the passkey that the browser made: count, commit, check, keep.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn keep_passkey(
        &self,
        person: &Person,
        answer: &str,
        client: &Client,
    ) -> Result<(Visited, Leads), AppError> {
        let person = self.count_visit_try(person, Slot::Passkey, client).await?;
        let visit = &person.session.visit;
        let new = visit.passkey.as_ref().ok_or(AppError::Moved)?;
        let nonce = visit.nonce(&self.keys.codes, Slot::Passkey);
        let nonce = nonce.ok_or(AppError::Moved)?;
        let made = self.with_owner(&person, |owner| self.relying.made(answer, owner, &nonce));
        let fresh = match made {
            Ok(made) => Some(Box::new(Fresh {
                destination: self.passkey_index(&made.credential.cred_id),
                count: made.count,
                passkey: Passkey {
                    name: new.name.clone(),
                    credential: made.credential,
                    discoverable: made.discoverable,
                },
            })),
            Err(Fault::Model(error)) => {
                tracing::info!(%error, "a passkey of a model that policy does not take");
                let refusal = Refusal::PasskeyModel;
                let mut tx = self.store.begin().await?;
                let detail = refusal.code();
                self.note_visit(&mut tx, &person, FAILED, detail, client, self.now())
                    .await?;
                tx.commit().await?;
                return Err(refusal.into());
            }
            Err(fault) => {
                tracing::info!(%fault, "a new passkey was refused");
                None
            }
        };
        let leads = fresh.as_ref().map(|fresh| fresh.passkey.discoverable);
        let leads = Leads(leads.flatten() != Some(false));
        let ask = Ask::Made(new.challenge.ticket(), fresh.is_some());
        let offer = registration::Offer::Made(ask, fresh);
        let visited = self.compare_visit(&person, offer, client).await?;
        Ok((visited, leads))
    }

    /// Read and check what was signed: the same work whether anybody has such a passkey or not.
    async fn signed(&self, answer: &str, nonce: &[u8; 32]) -> Result<Option<Answer>, AppError> {
        let assertion = match Assertion::read(answer) {
            Ok(assertion) => assertion,
            Err(fault) => {
                tracing::info!(%fault, "what a passkey signed was refused");
                return Ok(None);
            }
        };
        let destination = self.passkey_index(assertion.credential_id());
        let owned = {
            let mut tx = self.store.read().await?;
            tx.passkey(&destination, &self.keys).await?
        };
        let passkey = owned.as_ref().map(|owned| &owned.passkey);
        let said = match self.relying.signed(&assertion, passkey, nonce) {
            Ok(said) => said,
            Err(fault) => {
                tracing::info!(%fault, "what a passkey signed was refused");
                return Ok(None);
            }
        };
        Ok(owned
            .filter(|owned| {
                let handle = self.handle(&owned.account);
                assertion.handle().is_none_or(|said| said == handle)
            })
            .map(|owned| Answer {
                signed: Signed {
                    destination,
                    count: said.count,
                    verified: said.verified,
                    backed_up: said.backed_up,
                },
                owner: owned.account,
            }))
    }

    /// What a right answer is worth to this account (`None` is a stranger), where it is taken: nothing when somebody
    /// else has the passkey, and policy's word when there may be a second one of it.
    pub(super) async fn recognise_passkey(
        &self,
        tx: &mut Tx,
        whose: (Option<&Id<id::Account>>, Option<&Id<id::Flow>>),
        answer: Option<Answer>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Recognised>, StoreError> {
        let (account, flow) = whose;
        let destination = answer.as_ref().map(|answer| &answer.signed.destination);
        let destination = destination.map(String::as_str).unwrap_or_default();
        let kept = tx.passkey_count(account, destination).await?;
        let answer = answer.filter(|answer| Some(&answer.owner) == account);
        let signed = answer.map(|answer| answer.signed);
        let found = recognise(signed, kept, self.policy.passkeys.counter_back);
        if let (true, Some(account)) = (found.back, account) {
            let detail = if found.known.is_some() {
                "taken"
            } else {
                "refused"
            };
            tracing::warn!(%account, detail, "the counter of a passkey went back: there may be a copy of it");
            self.metrics.passkey_back();
            let event = Event {
                name: "passkey.counter-back",
                account: Some(account),
                flow,
                source: &client.0.to_string(),
                detail,
            };
            tx.record(&event, now).await?;
            let happened = Happened::PasskeyBack;
            self.notify(tx, account, happened, None, Vec::new(), now)
                .await?;
        }
        Ok(found.known)
    }

    /// A browser gave no answer at a gate. It costs no try: nothing was offered.
    ///
    /// # Errors
    /// [`AppError::Moved`] when no passkey is awaited; [`AppError::Busy`].
    pub async fn silent_passkey(
        &self,
        cookie: &keymend_core::secret::Token,
        why: Silence,
        client: &Client,
    ) -> Result<(), AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Standing {
            mut row, evidence, ..
        } = self.load(&mut tx, cookie).await?;
        if row.flow.nonce(&self.keys.codes, &evidence).is_none() {
            return Err(AppError::Moved);
        }
        if row.flow.silence() {
            if !first(tx.save_flow(&row.flow, row.version).await)? {
                return Ok(());
            }
            let (flow, account) = (&row.flow.id, row.account());
            self.note(&mut tx, FAILED, flow, account, client, why.as_str(), now)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// A browser of somebody signed in gave no answer. Nothing is noted where none was awaited.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn silent_visit(
        &self,
        person: &Person,
        slot: Slot,
        why: Silence,
        client: &Client,
    ) -> Result<(), AppError> {
        let now = self.now();
        let mut visit = person.session.visit.clone();
        if !visit.silence(slot) {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let saved = tx.save_session(&visit, person.session.version, now, &self.keys);
        if !first(saved.await)? {
            return Ok(());
        }
        self.note_visit(&mut tx, person, FAILED, why.as_str(), client, now)
            .await?;
        Ok(tx.commit().await?)
    }
}
