//! Reset and unlock flows. What they gathered is in [`super::evidence`].

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::reset::{Flow, Held, State};
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::accounts::Placed;
use super::{StoreError, Tx, changed};
use crate::chance::Os;
use crate::keys::{KeyRing, Place};

/// One query and one row, since every request of a flow begins with it and fetching a row takes time
/// that would tell strangers, who hold nothing, from others.
macro_rules! by {
    ($column:literal) => {
        concat!(
            "SELECT flows.id, name_key, flows.name, flows.language, flows.privileged, flows.belonging, resolved, challenge, delivered, ",
            "body, version, accounts.id AS account, directory, subject, frozen, ",
            "EXISTS (SELECT 1 FROM evidence WHERE evidence.flow = flows.id) AS proven, ",
            "(SELECT STRING_AGG(kind || ' ' || destination || ' ' || usable_from, ',') FROM methods ",
            "WHERE methods.account = accounts.id) AS held ",
            "FROM flows LEFT JOIN accounts ON accounts.id = flows.account WHERE flows.",
            $column,
            " = $1"
        )
    };
}
const ADD: &str = "INSERT INTO flows (id, cookie, name_key, name, language, privileged, resolved, state, body, version, expires) \
     VALUES ($1, $2, $3, $4, $5, FALSE, FALSE, $6, $7, 0, $8)";
const BY_COOKIE: &str = by!("cookie");
const BY_ID: &str = by!("id");
const SAVE: &str =
    "UPDATE flows SET body = $1, state = $2, version = version + 1 WHERE id = $3 AND version = $4";
const ROTATE: &str = "UPDATE flows SET cookie = $1 WHERE id = $2";
const RESOLVE: &str = "UPDATE flows SET account = $1, privileged = $2, belonging = $3, resolved = TRUE WHERE id = $4 AND resolved = FALSE";
const END_OTHERS: &str =
    "DELETE FROM flows WHERE account = $1 AND id <> $2 AND state NOT IN ('applying', 'done')";
const APPLYING: &str = "SELECT id FROM flows WHERE state = 'applying' LIMIT 100";
const DELIVER: &str =
    "UPDATE flows SET challenge = $1, delivered = $2 WHERE id = $3 AND version = $4";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[
    ADD, BY_COOKIE, BY_ID, SAVE, ROTATE, RESOLVE, END_OTHERS, APPLYING, DELIVER,
];

#[derive(FromRow)]
struct Row {
    id: String,
    name_key: String,
    name: Vec<u8>,
    language: String,
    privileged: bool,
    belonging: Option<String>,
    resolved: bool,
    challenge: Option<String>,
    delivered: Option<String>,
    body: String,
    version: i64,
    account: Option<String>,
    directory: Option<String>,
    subject: Option<String>,
    frozen: Option<i64>,
    proven: bool,
    held: Option<String>,
}

/// A flow as it was seen.
#[derive(Clone, Debug)]
pub struct FlowRow {
    /// The document.
    pub flow: Flow,
    /// Keyed indexes of the canonical sign-in name, one for each directory that may be meant: the
    /// buckets of every limit about it.
    pub name_keys: Vec<String>,
    /// The canonical sign-in name.
    pub name: String,
    /// The directory that the name's domain chose.
    pub home: Option<String>,
    /// Language of the messages.
    pub language: String,
    /// Whose it is, once the worker found somebody.
    pub owner: Option<Owner>,
    /// The worker has looked.
    pub resolved: bool,
    /// Index of where the code of the flow's challenge really went; `None` when it went nowhere.
    pub delivered: Option<String>,
    /// A gate was passed.
    pub proven: bool,
    /// Version that was seen.
    pub version: i64,
}

/// Somebody whom a flow is about.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The account.
    pub account: Id<id::Account>,
    /// The directory that has them.
    pub directory: String,
    /// Their entry there.
    pub subject: String,
    /// In a protected group, as the worker found.
    pub privileged: bool,
    /// Where they belong, as the worker found, as JSON.
    pub belonging: Option<String>,
    /// Recovery is frozen.
    pub frozen: bool,
    /// What is registered, as the rules need it. Nothing is unsealed for it.
    pub held: Vec<Held>,
}

impl FlowRow {
    /// The account, once the worker found one.
    #[must_use]
    pub fn account(&self) -> Option<&Id<id::Account>> {
        self.owner.as_ref().map(|owner| &owner.account)
    }

    /// The directory that has the owner; nothing for a stranger.
    #[must_use]
    pub fn directory(&self) -> &str {
        self.owner.as_ref().map_or("", |owner| &owner.directory)
    }

    /// What the account holds; nothing for a stranger.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        self.owner.as_ref().map_or(&[], |owner| &owner.held)
    }
}

/// What a new flow needs besides its document.
pub struct Opening<'a> {
    /// Digest of its cookie.
    pub cookie: &'a [u8],
    /// Keyed indexes of the canonical sign-in name.
    pub name_keys: &'a [String],
    /// The canonical sign-in name.
    pub name: &'a str,
    /// The directory that its domain chose.
    pub home: Option<&'a str>,
    /// Language of the messages.
    pub language: &'a str,
}

impl Tx {
    /// Write a new flow.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn add_flow(
        &mut self,
        flow: &Flow,
        opening: &Opening<'_>,
        keys: &KeyRing,
    ) -> Result<(), StoreError> {
        let meant = match opening.home {
            // No name has a line end in it.
            Some(home) => format!("{}\n{home}", opening.name),
            None => opening.name.to_owned(),
        };
        let name = keys.seal(&place(flow.id.as_str()), meant.as_bytes(), &mut Os);
        let body = written(flow)?;
        on!(self, |c| query(ADD)
            .bind(flow.id.as_str())
            .bind(opening.cookie)
            .bind(opening.name_keys.join(" "))
            .bind(name.as_slice())
            .bind(opening.language)
            .bind(state_name(&flow.state))
            .bind(body.as_str())
            .bind(flow.expires.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The flow of a cookie.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn flow_of(
        &mut self,
        cookie: &[u8],
        keys: &KeyRing,
    ) -> Result<Option<FlowRow>, StoreError> {
        let row: Option<Row> = on!(self, |c| query_as(BY_COOKIE)
            .bind(cookie)
            .fetch_optional(c)
            .await?);
        row.map(|row| row.opened(keys)).transpose()
    }

    /// A flow.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn flow(
        &mut self,
        id: &Id<id::Flow>,
        keys: &KeyRing,
    ) -> Result<Option<FlowRow>, StoreError> {
        let row: Option<Row> = on!(self, |c| query_as(BY_ID)
            .bind(id.as_str())
            .fetch_optional(c)
            .await?);
        row.map(|row| row.opened(keys)).transpose()
    }

    /// Save a flow as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when somebody was faster.
    pub async fn save_flow(&mut self, flow: &Flow, seen: i64) -> Result<(), StoreError> {
        let body = written(flow)?;
        let rows = on!(self, |c| query(SAVE)
            .bind(body.as_str())
            .bind(state_name(&flow.state))
            .bind(flow.id.as_str())
            .bind(seen)
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Lost)
    }

    /// Give the flow a new cookie; the old one is dead.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn rotate_flow(
        &mut self,
        id: &Id<id::Flow>,
        cookie: &[u8],
    ) -> Result<(), StoreError> {
        on!(self, |c| query(ROTATE)
            .bind(cookie)
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Write down whom the flow is about, once; `None` is a stranger.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn resolve_flow(
        &mut self,
        id: &Id<id::Flow>,
        owner: Option<(&Id<id::Account>, &Placed)>,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(RESOLVE)
            .bind(owner.map(|(account, _)| account.as_str()))
            .bind(owner.is_some_and(|(_, placed)| placed.privileged))
            .bind(owner.and_then(|(_, placed)| placed.belonging.as_deref()))
            .bind(id.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// End every other flow of the account. One that is being written is left to its own outcome.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn end_flows(
        &mut self,
        account: &Id<id::Account>,
        but: &str,
    ) -> Result<u64, StoreError> {
        Ok(on!(self, |c| query(END_OTHERS)
            .bind(account.as_str())
            .bind(but)
            .execute(c)
            .await?
            .rows_affected()))
    }

    /// Flows that were left in the middle of a write.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn flows_applying(&mut self) -> Result<Vec<Id<id::Flow>>, StoreError> {
        let ids: Vec<String> = on!(self, |c| query_scalar(APPLYING).fetch_all(c).await?);
        ids.iter()
            .map(|id| Id::parse(id).map_err(|error| StoreError::Corrupt(error.to_string())))
            .collect()
    }

    /// Write down where the code of a challenge goes, before it goes, on the flow as it was seen.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when somebody was faster.
    pub async fn note_delivery(
        &mut self,
        seen: &FlowRow,
        challenge: &Id<id::Challenge>,
        destination: &str,
    ) -> Result<(), StoreError> {
        let rows = on!(self, |c| query(DELIVER)
            .bind(challenge.as_str())
            .bind(destination)
            .bind(seen.flow.id.as_str())
            .bind(seen.version)
            .execute(c)
            .await?
            .rows_affected());
        changed(rows, StoreError::Lost)
    }
}

impl Row {
    fn owner(&self) -> Result<Option<Owner>, StoreError> {
        let (Some(account), Some(directory), Some(subject)) =
            (&self.account, &self.directory, &self.subject)
        else {
            return Ok(None);
        };
        let held = self.held.iter().flat_map(|held| held.split(','));
        let held = held.map(|one| held_of(one).ok_or_else(|| self.corrupt(&"a method")));
        Ok(Some(Owner {
            account: Id::parse(account).map_err(|error| self.corrupt(&error))?,
            directory: directory.clone(),
            subject: subject.clone(),
            privileged: self.privileged,
            belonging: self.belonging.clone(),
            frozen: self.frozen.is_some(),
            held: held.collect::<Result<_, _>>()?,
        }))
    }

    fn opened(self, keys: &KeyRing) -> Result<FlowRow, StoreError> {
        let owner = self.owner()?;
        let name = keys.open(&place(&self.id), &self.name)?;
        let name = String::from_utf8_lossy(&name);
        let (name, home) = match name.split_once('\n') {
            Some((name, home)) => (name, Some(home.to_owned())),
            None => (name.as_ref(), None),
        };
        let flow: Flow = serde_json::from_str(&self.body).map_err(|error| self.corrupt(&error))?;
        let asked = match &flow.state {
            State::Waiting { challenge, .. } => Some(challenge.id.as_str()),
            _ => None,
        };
        let delivered = self
            .delivered
            .filter(|_| asked.is_some() && asked == self.challenge.as_deref());
        Ok(FlowRow {
            flow,
            name: name.to_owned(),
            home,
            name_keys: self.name_key.split(' ').map(str::to_owned).collect(),
            language: self.language,
            owner,
            resolved: self.resolved,
            delivered,
            proven: self.proven,
            version: self.version,
        })
    }

    fn corrupt(&self, what: &dyn std::fmt::Display) -> StoreError {
        StoreError::Corrupt(format!("flow {}: {what}", self.id))
    }
}

/// A method as [`by`] writes it: kind, destination, usable from.
fn held_of(text: &str) -> Option<Held> {
    let mut parts = text.split(' ');
    let held = Held {
        kind: Kind::parse(parts.next()?)?,
        destination: parts.next()?.to_owned(),
        usable_from: Timestamp::from_millis(parts.next()?.parse().ok()?),
    };
    parts.next().is_none().then_some(held)
}

fn state_name(state: &State) -> &'static str {
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

fn written(flow: &Flow) -> Result<String, StoreError> {
    serde_json::to_string(flow).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "flows",
        column: "name",
        row,
    }
}
