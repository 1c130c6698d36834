//! Signing in, and the session that follows.

use std::time::Duration;

use keymend_core::id::Id;
use keymend_core::name::Choice;
use keymend_core::password::NewPassword;
use keymend_core::policy::Limits;
use keymend_core::registration::{Slot, Visit};
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

use super::limits::{Client, Hit, for_each};
use super::receipts::Arrival;
use super::{App, AppError};
use crate::chance::Os;
use crate::directories::Found;
use crate::directory::{Closed, Entry, Protection, SignIn};
use crate::store::Tx;
use crate::store::accounts::{AccountRow, Placed};
use crate::store::audit::Event;
use crate::store::methods::MethodRow;
use crate::store::sessions::{Alive, Begun, SessionRow};

/// Idle life of a session.
pub const IDLE: Duration = Duration::from_mins(15);
/// Absolute life of a session.
pub const LIFE: Duration = Duration::from_hours(12);
/// How exactly the last request is remembered: spares a write for every page.
const GRAIN: Duration = Duration::from_secs(30);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The session as it was seen.
    pub session: SessionRow,
    /// The account.
    pub account: AccountRow,
    /// Registered methods.
    pub methods: Vec<MethodRow>,
    /// The entry as it is now.
    pub entry: Entry,
    /// What is known of the code that was sent to a phone last, and what for.
    pub arrival: Option<(Slot, Arrival)>,
}

/// The language of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Tongue {
    /// Of the pages.
    pub language: &'static str,
    /// The person chose it; else the directory's word counts for messages.
    pub chosen: bool,
}

/// What a sign-in came to.
pub enum Entered {
    /// The session's token.
    In(Token),
    /// The right password of an account that lets nobody in.
    Closed(Closed),
    /// One answer to a wrong name, a wrong password, a locked account, and the right password of a protected account that
    /// must sign in by a provider.
    Out,
}

/// Where somebody signs in, and in which language.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The browser and its system, as far as they are told.
    pub browser: &'a str,
    /// The client's address.
    pub source: &'a str,
    /// The language.
    pub tongue: Tongue,
}

/// Somebody who has proven who they are.
pub(super) struct Entering<'a> {
    /// Who.
    pub found: Found<'a>,
    /// How often all sessions of the account had been ended before that was proven.
    pub before: Option<i64>,
    /// Where they belong, if the directory said so.
    pub placed: Option<Placed>,
    /// The visit that begins.
    pub visit: Visit,
    /// Where.
    pub place: Place<'a>,
    /// By what, for the audit log: empty for a password.
    pub by: &'a str,
}

/// Whose tries are counted when somebody wants to sign in.
pub(super) struct Counting {
    names: Vec<String>,
    address: String,
    site: Option<String>,
}

impl Counting {
    /// The buckets: those of the client, those of the name.
    pub(super) fn hits(&self, limits: &Limits) -> (Vec<Hit<'_>>, Vec<Hit<'_>>) {
        let mut clients = vec![Hit {
            which: "sign-ins-address",
            whose: &self.address,
            limit: limits.wrong_per_address,
        }];
        clients.extend(self.site.as_ref().map(|site| Hit {
            which: "sign-ins-site",
            whose: site,
            limit: limits.wrong_per_site,
        }));
        (
            clients,
            for_each(&self.names, "sign-ins", limits.wrong_sign_ins),
        )
    }
}

impl App {
    pub(super) fn counting(&self, name: &Choice, client: &Client) -> Counting {
        Counting {
            names: self.name_keys(name),
            address: client.address(),
            site: client.site(),
        }
    }

    /// Try to sign in.
    ///
    /// Where protected people must sign in by a provider, their right password is a wrong one here, in what is said and in
    /// what is counted. Said to be right, it would be tried elsewhere: the form would tell whoever guesses what the second
    /// step at the provider is there to keep. The page says to everybody who is refused that some accounts come in by the
    /// buttons alone, so that nobody looks for a fault in the password for long.
    ///
    /// # Errors
    /// [`AppError::TooMany`], [`AppError::Busy`].
    pub async fn sign_in(
        &self,
        name: &Choice,
        password: &NewPassword,
        client: &Client,
        browser: &str,
        tongue: Tongue,
    ) -> Result<Entered, AppError> {
        let now = self.now();
        let counting = self.counting(name, client);
        let (clients, names) = counting.hits(&self.policy.limits);
        let mut tx = self.store.begin().await?;
        let counted = self.count_in_turn(&mut tx, [&clients, &names], now).await?;
        tx.commit().await?;
        counted?;
        let seen = self.directories.look(name).await;
        // Seen before the password is checked: a reset meanwhile makes the check worthless.
        let before = self.epoch(seen.found()).await?;
        // Asked of whatever password, and of nobody as well: neither how long it takes nor that it cannot be said shows
        // that a password was right, or that there is such a name. Whoever appears only afterwards stays out.
        let decides = self.providers.keeps_protected();
        let stays_out = decides && seen.protection().await? != Some(Protection::None);
        let signed = self.directories.sign_in(name, password, seen, now).await?;
        let source = client.0.to_string();
        let found = match signed {
            SignIn::Out => {
                self.refused(&source, "", now).await?;
                return Ok(Entered::Out);
            }
            _ if stays_out => {
                self.refused(&source, "protected", now).await?;
                return Ok(Entered::Out);
            }
            SignIn::In(found) => found,
            SignIn::Closed(why) => {
                self.refused(&source, why.word(), now).await?;
                return Ok(Entered::Closed(why));
            }
        };
        let protected = if decides {
            Some(false)
        } else {
            self.is_protected_if_known(&found).await
        };
        let placed = self.placed(&found, protected).await;
        let mut tx = self.store.begin().await?;
        let hits = [clients.as_slice(), &names].concat();
        self.take_back(&mut tx, &hits, now).await?;
        let entering = Entering {
            found,
            before,
            placed,
            visit: Visit::begin(Id::random(&mut Os), now),
            place: Place {
                browser,
                source: &source,
                tongue,
            },
            by: "",
        };
        let Some(token) = self.enter(&mut tx, &entering, now).await? else {
            return Ok(Entered::Out);
        };
        tx.commit().await?;
        Ok(Entered::In(token))
    }

    /// Note that somebody was not let in, and why.
    pub(super) async fn refused(
        &self,
        source: &str,
        why: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let event = Event {
            name: "sign-in.refused",
            account: None,
            flow: None,
            source,
            detail: why,
        };
        tx.record(&event, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Begin the session of somebody who has proven who they are, whichever way: the account as the directory has it
    /// now, the session, the audit event. `None` when all sessions of the account were ended meanwhile; then nothing is
    /// to be committed.
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        entering: &Entering<'_>,
        now: Timestamp,
    ) -> Result<Option<Token>, AppError> {
        let Found { directory, entry } = &entering.found;
        let Place {
            browser,
            source,
            tongue,
        } = entering.place;
        let hinted = entry.hints.language.as_deref();
        let hinted = hinted.filter(|_| !tongue.chosen);
        let language = hinted.and_then(|tags| self.speaks(tags));
        let account = tx
            .see_account(
                &Id::random(&mut Os),
                directory,
                &entry.subject,
                &entry.name,
                language.unwrap_or(tongue.language),
                now,
            )
            .await?;
        let id = account.id()?;
        let before = entering.before.unwrap_or(account.epoch);
        if !tx.hold_epoch(&id, before).await? {
            return Ok(None);
        }
        if let Some(placed) = &entering.placed {
            tx.place_account(&id, placed, now).await?;
        }
        let token = Token::random(&mut Os);
        let session = SessionRow {
            visit: entering.visit.clone(),
            account: id.clone(),
            // Whoever claims an account knows no password to change.
            must_change: entry.must_change && !entering.visit.claimed,
            seen: now,
            version: 0,
        };
        let begun = Begun {
            expires: now.plus(LIFE),
            browser,
            source,
        };
        tx.add_session(&session, &token.digest(), &begun, &self.keys)
            .await?;
        let event = Event {
            name: "sign-in.done",
            account: Some(&id),
            flow: None,
            source,
            detail: entering.by,
        };
        tx.record(&event, now).await?;
        Ok(Some(token))
    }

    /// How often the sessions of somebody were ended, if there is an account. The same queries for everybody.
    pub(super) async fn epoch(
        &self,
        found: Option<(&str, &Entry)>,
    ) -> Result<Option<i64>, AppError> {
        let (directory, subject) = found.map_or(("", ""), |(directory, entry)| {
            (directory, entry.subject.as_str())
        });
        let mut tx = self.store.read().await?;
        let account = tx.account_of(directory, subject).await?;
        Ok(account.map(|account| account.epoch))
    }

    /// The person of a session cookie.
    ///
    /// # Errors
    /// [`AppError::Gone`] when there is none, or it ended; [`AppError::Busy`].
    pub async fn person(&self, token: &Token) -> Result<Person, AppError> {
        let now = self.now();
        let alive = Alive {
            seen_after: now.minus(IDLE),
            now,
        };
        let mut tx = self.store.read().await?;
        let session = tx
            .session_of(&token.digest(), alive, &self.keys)
            .await?
            .ok_or(AppError::Gone)?;
        let account = tx.account(&session.account).await?.ok_or(AppError::Gone)?;
        let methods = tx.methods(&session.account, &self.keys).await?;
        let arrival = self.arrival_in(&mut tx, &session.visit).await?;
        drop(tx);
        // Disabled in the directory: the next request is the last.
        let entry = self
            .directories
            .entry(&account.directory, &account.subject)
            .await?;
        let entry = entry.filter(|entry| entry.enabled).ok_or(AppError::Gone)?;
        self.touch(&session, now).await?;
        Ok(Person {
            session,
            account,
            methods,
            entry,
            arrival,
        })
    }

    /// What became of the code that a visit sent to a phone last.
    async fn arrival_in(
        &self,
        tx: &mut Tx,
        visit: &Visit,
    ) -> Result<Option<(Slot, Arrival)>, AppError> {
        let new = visit.phone.as_ref().map(|pending| {
            let index = self.index("destination", &pending.destination.same());
            (Slot::Phone, &pending.challenge, index)
        });
        let held = visit
            .confirm
            .as_ref()
            .map(|open| (Slot::Confirm, open, open.destination.clone()));
        let newest = new
            .into_iter()
            .chain(held)
            .max_by_key(|(_, open, _)| open.at);
        let Some((slot, open, index)) = newest else {
            return Ok(None);
        };
        let Some(channel) = open.way.channel() else {
            return Ok(None);
        };
        let arrival = self.arrival(tx, &index, channel, open.at).await?;
        Ok(arrival.map(|arrival| (slot, arrival)))
    }

    async fn touch(&self, session: &SessionRow, now: Timestamp) -> Result<(), AppError> {
        if now >= session.seen.plus(GRAIN) {
            let mut tx = self.store.begin().await?;
            tx.touch_session(&session.visit.id, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// End a session on the server. Gives the provider that it came from, and the token by which that one knows it.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn sign_out(
        &self,
        person: &Person,
        client: &Client,
    ) -> Result<Option<(String, String)>, AppError> {
        let now = self.now();
        let session = &person.session.visit.id;
        let mut tx = self.store.begin().await?;
        let came = tx.came_by(session, &self.keys).await?;
        tx.end_session(session).await?;
        let source = client.0.to_string();
        let event = Event {
            name: "sign-out",
            account: Some(&person.session.account),
            flow: None,
            source: &source,
            detail: "",
        };
        tx.record(&event, now).await?;
        tx.commit().await?;
        Ok(came)
    }
}
