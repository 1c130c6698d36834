//! A flow as it stands, with everything that the rules look at. The same queries for everybody.

use keymend_core::challenge::Challenge;
use keymend_core::reset::{Evidence, Subject};
use keymend_core::secret::Token;

use crate::app::receipts::Arrival;
use crate::app::{App, AppError};
use crate::store::flows::{FlowRow, Owner};
use crate::store::methods::MethodRow;
use crate::store::{StoreError, Tx};

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

impl App {
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

    /// Load a flow with everything that the rules look at. The same queries for everybody.
    pub(in crate::app) async fn load(
        &self,
        tx: &mut Tx,
        cookie: &Token,
    ) -> Result<Standing, AppError> {
        let row = tx
            .flow_of(&cookie.digest(), &self.keys)
            .await?
            .ok_or(AppError::Gone)?;
        Ok(self.standing_of(tx, row).await?)
    }

    pub(in crate::app) async fn standing_of(
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
}
