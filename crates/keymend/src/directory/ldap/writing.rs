//! New passwords and opened locks. Silence is not taken for an answer: the new password itself is tried once.

use keymend_core::password::{NewPassword, PasswordFault};
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;

use super::Ldap;
use super::along::{Classes, Moment};
use super::connection::{Change, Connection, Trouble};
use super::dialect::active_directory::policy_hints;
use super::dialect::{Dialect, NewSecret, Verdict};
use super::offers::Offers;
use super::reply::Answer;
use crate::chance::Clock;
use crate::directory::DirectoryError;

/// How far the directory's clock may be behind ours.
pub(super) const CLOCKS: std::time::Duration = std::time::Duration::from_secs(30);

/// A new password, to be set by the service account.
pub struct Prepared {
    subject: String,
    password: NewPassword,
}

/// Whose password is written, and why.
#[derive(Clone, Copy)]
pub(super) struct Whose<'a> {
    /// Where the entry is now.
    pub dn: &'a str,
    /// What it can hold beside the password.
    pub classes: Classes,
    /// The password was forgotten; otherwise the person knew it.
    pub forgotten: bool,
}

impl Ldap {
    /// Nothing is asked yet: rules and history are the server's, and it applies them as it writes.
    pub(in super::super) fn prepare(
        subject: &str,
        new: &NewPassword,
    ) -> Result<Prepared, DirectoryError> {
        if subject.is_empty() {
            return Err(DirectoryError::NotAllowed);
        }
        Ok(Prepared {
            subject: subject.to_owned(),
            password: new.clone(),
        })
    }

    pub(in super::super) async fn write(&self, prepared: &Prepared) -> Result<(), DirectoryError> {
        let person = self.open_person(&prepared.subject).await?;
        let whose = Whose {
            dn: &person.entry.place,
            classes: person.state.classes,
            forgotten: true,
        };
        self.reset(whose, &prepared.password).await
    }

    pub(in super::super) async fn change(
        &self,
        subject: &str,
        current: &NewPassword,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        if current.expose().is_empty() {
            return Err(DirectoryError::WrongPassword);
        }
        let person = self.open_person(subject).await?;
        let dn = person.entry.place;
        let whose = Whose {
            dn: &dn,
            classes: person.state.classes,
            forgotten: false,
        };
        let (verdict, own) = self.bind(&dn, current).await?;
        if verdict == Verdict::Out {
            return Err(DirectoryError::WrongPassword);
        }
        if current.same_as(new) {
            return Err(DirectoryError::Rejected(PasswordFault::SameAsCurrent));
        }
        match (verdict, self.settings.dialect) {
            (Verdict::In | Verdict::MustChange, _) => {
                self.send(&own, whose, Some(current), new).await?;
            }
            // It was right and opens no connection any more. In Active Directory whoever knows the old
            // password may change it, so that it is still a change of the person's.
            (_, Dialect::ActiveDirectory) => {
                let service = self.service.connection(&self.server).await?;
                self.send(&service, whose, Some(current), new).await?;
            }
            (_, Dialect::Standard) => return self.reset(whose, new).await,
        }
        self.follow(whose, new).await;
        Ok(())
    }

    /// What belongs beside a password that the person wrote. People may not write it, and it does not undo their change.
    async fn follow(&self, whose: Whose<'_>, new: &NewPassword) {
        let along = self.along(whose, new);
        if along.is_empty() {
            return;
        }
        let written = match self.service.connection(&self.server).await {
            Ok(service) => service.modify(whose.dn, along, Vec::new()).await,
            Err(trouble) => Err(trouble),
        };
        let refused = match written {
            Ok(answer) if answer.code == 0 => return,
            Ok(answer) => answer.to_string(),
            Err(trouble) => trouble.to_string(),
        };
        let dn = whose.dn;
        tracing::error!(
            dn,
            refused,
            "a password was changed, and what belongs beside it was not"
        );
    }

    pub(in super::super) async fn unlock(&self, subject: &str) -> Result<(), DirectoryError> {
        let person = self.open_person(subject).await?;
        if !person.state.locked {
            return Ok(());
        }
        let opening = self.settings.dialect.opening(person.state.counted);
        let service = self.service.connection(&self.server).await?;
        match service
            .modify(&person.entry.place, opening, Vec::new())
            .await
        {
            // Gone already: somebody was faster.
            Ok(answer) if matches!(answer.code, 0 | 16) => Ok(()),
            Ok(answer) if matches!(answer.code, 19 | 32 | 50 | 53) => {
                tracing::error!(%answer, "the directory does not let this account be unlocked");
                Err(DirectoryError::NotAllowed)
            }
            Ok(answer) => Err(Trouble::Refused(answer).into()),
            Err(trouble @ (Trouble::Lost(_) | Trouble::Silent)) => {
                Err(DirectoryError::Unknown(trouble.to_string()))
            }
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// The directory keeps no name of a write, but the moment of the last one; or whether there is a lock.
    pub(in super::super) async fn wrote(
        &self,
        subject: &str,
        goal: Goal,
        since: Timestamp,
    ) -> Result<bool, DirectoryError> {
        let Some(person) = self.by_subject(subject).await? else {
            return Ok(false);
        };
        let state = person.state;
        // Where a password leaves no moment of its own, that of the entry tells: not too little, perhaps too much.
        let changed = if self.settings.must_change_after_reset && state.must_change {
            state.touched.or(state.changed)
        } else {
            state.changed.or(state.touched)
        };
        Ok(match (goal, changed) {
            (Goal::Reset, Some(changed)) => changed >= since.minus(CLOCKS),
            (Goal::Reset, None) => {
                // Sessions end and the owner is told: the worse mistake would be to say nothing.
                let dn = person.entry.place;
                tracing::warn!(
                    dn,
                    "the directory does not show when a password was set: taken for written"
                );
                true
            }
            (Goal::Unlock, _) => !state.locked,
        })
    }

    /// Set a password as the service account.
    pub(super) async fn reset(
        &self,
        whose: Whose<'_>,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        let dn = whose.dn;
        let asks = self.settings.dialect == Dialect::ActiveDirectory
            && policy_hints(self.offers().await?).is_none();
        // Without the control the server takes any password from the service account, the current one too. No answer
        // is not a no.
        if asks && self.bind(dn, new).await?.0 != Verdict::Out {
            return Err(DirectoryError::Rejected(PasswordFault::Used));
        }
        let service = self.service.connection(&self.server).await?;
        let said = self.send(&service, whose, None, new).await;
        // What is unknown was tried a second time, and has been taken back.
        if asks && !matches!(said, Ok(()) | Err(DirectoryError::Unknown(_))) {
            self.take_back(dn).await;
        }
        said
    }

    /// A password that was tried here and was wrong counts as a guess, and must not lock the account. Only Active
    /// Directory lets us take that back.
    async fn take_back(&self, dn: &str) {
        let dialect = self.settings.dialect;
        if dialect != Dialect::ActiveDirectory {
            return;
        }
        let opened = match self.service.connection(&self.server).await {
            Ok(service) => service.modify(dn, dialect.opening(false), Vec::new()).await,
            Err(trouble) => Err(trouble),
        };
        if let Err(trouble) = opened {
            tracing::warn!(%trouble, "a wrong password that was ours stays counted");
        }
    }

    async fn send(
        &self,
        on: &Connection,
        whose: Whose<'_>,
        old: Option<&NewPassword>,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        let secret = NewSecret {
            dn: whose.dn,
            old: old.map(NewPassword::expose),
            new: new.expose(),
            must_change: whose.forgotten && self.settings.must_change_after_reset,
            along: match old {
                Some(_) => Vec::new(),
                None => self.along(whose, new),
            },
        };
        let offers: &Offers = self.offers().await?;
        let said = self.settings.dialect.write(on, secret, offers).await;
        self.outcome(said, on, whose.dn, new).await
    }

    fn along(&self, whose: Whose<'_>, new: &NewPassword) -> Vec<Change> {
        let moment = Moment {
            new: new.expose(),
            now: Clock::System.now(),
            forgotten: whose.forgotten,
            must_change: whose.forgotten && self.settings.must_change_after_reset,
        };
        self.settings.along.changes(whose.classes, moment)
    }

    /// What became of a new password. It is tried on the very server that was asked to set it, and
    /// sent to none a second time: another one may know nothing of the first.
    async fn outcome(
        &self,
        said: Result<Answer, Trouble>,
        on: &Connection,
        dn: &str,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        match said {
            Ok(answer) if answer.code == 0 => Ok(()),
            Ok(answer) => Err(self.settings.dialect.refusal(&answer)),
            Err(trouble @ (Trouble::Lost(_) | Trouble::Silent)) => {
                let tried = match on.server().connect().await {
                    Ok(own) => self.bind_on(own, dn, new).await,
                    Err(trouble) => Err(trouble),
                };
                if tried.is_ok() {
                    on.server().answers();
                }
                match tried {
                    Ok((Verdict::Out, _)) | Err(_) => {
                        self.take_back(dn).await;
                        Err(DirectoryError::Unknown(trouble.to_string()))
                    }
                    Ok(_) => {
                        tracing::warn!(%trouble, "a new password works, though nobody said so");
                        Ok(())
                    }
                }
            }
            Err(trouble) => Err(trouble.into()),
        }
    }
}
