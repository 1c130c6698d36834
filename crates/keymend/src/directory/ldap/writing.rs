//! New passwords and opened locks. Silence is not taken for an answer: the new password itself is tried once.

use keymend_core::password::{NewPassword, PasswordFault};
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;

use super::Ldap;
use super::connection::{Connection, Trouble};
use super::dialect::active_directory::policy_hints;
use super::dialect::{Dialect, NewSecret, Verdict};
use super::offers::Offers;
use super::reply::Answer;
use crate::directory::DirectoryError;

/// How far the directory's clock may be behind ours.
pub(super) const CLOCKS: std::time::Duration = std::time::Duration::from_secs(30);

/// A new password, to be set by the service account.
pub struct Prepared {
    subject: String,
    password: NewPassword,
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
        self.reset(&person.entry.place, &prepared.password).await
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
        let dn = self.open_person(subject).await?.entry.place;
        let (verdict, own) = self.bind(&dn, current).await?;
        if matches!(verdict, Verdict::Out | Verdict::Closed(_)) {
            return Err(DirectoryError::WrongPassword);
        }
        if current.same_as(new) {
            return Err(DirectoryError::Rejected(PasswordFault::SameAsCurrent));
        }
        match (verdict, self.settings.dialect) {
            (Verdict::In | Verdict::MustChange, _) => {
                self.send(&own, &dn, Some(current), new).await
            }
            // It was right and opens no connection any more. In Active Directory whoever knows the old
            // password may change it, so that it is still a change of the person's.
            (_, Dialect::ActiveDirectory) => {
                let service = self.service.connection(&self.server).await?;
                self.send(&service, &dn, Some(current), new).await
            }
            (_, Dialect::Standard) => self.reset(&dn, new).await,
        }
    }

    pub(in super::super) async fn unlock(&self, subject: &str) -> Result<(), DirectoryError> {
        let person = self.open_person(subject).await?;
        if !person.state.locked {
            return Ok(());
        }
        let opening = self.settings.dialect.opening();
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
        Ok(match goal {
            Goal::Reset => person
                .state
                .changed
                .is_some_and(|changed| changed >= since.minus(CLOCKS)),
            Goal::Unlock => !person.state.locked,
        })
    }

    /// Set a password as the service account.
    pub(super) async fn reset(&self, dn: &str, new: &NewPassword) -> Result<(), DirectoryError> {
        let asks = self.settings.dialect == Dialect::ActiveDirectory
            && policy_hints(self.offers().await?).is_none();
        // Without the control the server takes any password from the service account, the current one too.
        if asks && let Ok((Verdict::In | Verdict::Expired, _)) = self.bind(dn, new).await {
            return Err(DirectoryError::Rejected(PasswordFault::Used));
        }
        let service = self.service.connection(&self.server).await?;
        let said = self.send(&service, dn, None, new).await;
        if asks && matches!(said, Err(DirectoryError::Rejected(_))) {
            // Our question counted as a wrong password; it must not lock the account.
            let opening = self.settings.dialect.opening();
            if let Err(trouble) = service.modify(dn, opening, Vec::new()).await {
                tracing::warn!(%trouble, "a wrong password that was ours stays counted");
            }
        }
        said
    }

    async fn send(
        &self,
        on: &Connection,
        dn: &str,
        old: Option<&NewPassword>,
        new: &NewPassword,
    ) -> Result<(), DirectoryError> {
        let secret = NewSecret {
            dn,
            old: old.map(NewPassword::expose),
            new: new.expose(),
            must_change: old.is_none() && self.settings.must_change_after_reset,
        };
        let offers: &Offers = self.offers().await?;
        let said = self.settings.dialect.write(on, secret, offers).await;
        self.outcome(said, on, dn, new).await
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
                    Ok((Verdict::In | Verdict::MustChange | Verdict::Expired, _)) => {
                        tracing::warn!(%trouble, "a new password works, though nobody said so");
                        Ok(())
                    }
                    Ok((Verdict::Out | Verdict::Closed(_), _)) | Err(_) => {
                        Err(DirectoryError::Unknown(trouble.to_string()))
                    }
                }
            }
            Err(trouble) => Err(trouble.into()),
        }
    }
}
