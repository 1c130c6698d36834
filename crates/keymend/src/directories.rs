//! The directories of an installation, in the order in which they are asked.
//!
//! A name finds its directory once, in [`Directories::find`] or [`Directories::look`]. From then
//! on everything about a person goes to that directory by its id, [`Directories::of`], under which
//! accounts are kept: what has the same name, or the same id, in another one is somebody else.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use keymend_core::name::{Choice, NameFault, Realm};
use keymend_core::password::NewPassword;
use keymend_core::time::Timestamp;

use crate::directory::{Directory, DirectoryError, Entry, Protection, SignIn};

/// One of them.
pub struct Member {
    /// Its name in the configuration, under which accounts are kept.
    pub id: String,
    /// The connector.
    pub directory: Directory,
}

/// Whom a name means.
pub struct Found<'a> {
    /// The id of the directory that has the name.
    pub directory: &'a str,
    /// The entry there.
    pub entry: Entry,
}

/// All of them.
pub struct Directories {
    members: Vec<Member>,
    realms: Vec<Realm>,
    /// Ids that accounts are kept under and nobody configured; each is told once.
    missed: Mutex<BTreeSet<String>>,
}

impl Directories {
    /// In the order in which they are asked.
    #[must_use]
    pub fn new(members: Vec<Member>) -> Self {
        let realms = members.iter().map(|member| Realm {
            id: member.id.clone(),
            domains: member.directory.domains().to_vec(),
        });
        Self {
            realms: realms.collect(),
            members,
            missed: Mutex::default(),
        }
    }

    /// All of them, in order.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The directory of an id.
    ///
    /// # Errors
    /// [`DirectoryError::NotAllowed`] when it is not configured any more: its people are gone.
    pub fn of(&self, id: &str) -> Result<&Directory, DirectoryError> {
        let member = self.members.iter().find(|member| member.id == id);
        if member.is_none() {
            let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
            if missed.insert(id.to_owned()) {
                tracing::warn!(
                    directory = id,
                    "accounts are kept under a directory that is not configured; they are as if deleted"
                );
            }
        }
        member
            .map(|member| &member.directory)
            .ok_or(DirectoryError::NotAllowed)
    }

    /// The entry of an account as it is now. Nobody is in a directory that is not configured.
    ///
    /// # Errors
    /// [`DirectoryError::Down`].
    pub async fn entry(
        &self,
        directory: &str,
        subject: &str,
    ) -> Result<Option<Entry>, DirectoryError> {
        match self.of(directory) {
            Ok(directory) => directory.entry(subject).await,
            Err(_) => Ok(None),
        }
    }

    /// Read a typed sign-in name. Asks nobody.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn name(&self, typed: &str) -> Result<Choice, NameFault> {
        Choice::read(typed, &self.realms)
    }

    /// What limits count a name under, one for each directory that may be meant.
    #[must_use]
    pub fn counters(&self, name: &Choice) -> Vec<String> {
        name.counters(&self.realms)
    }

    /// Ask about a name: the directory that its domain chose, or all at the same time. Which one has
    /// it does not show in how long that takes.
    pub async fn look(&self, name: &Choice) -> Seen<'_> {
        match name.name().lookup() {
            Some(lookup) => self.ask(lookup, name.home()).await,
            // Nobody's in whichever directory.
            None => Seen(self.meant(name.home()).map(|one| (one, Ok(None))).collect()),
        }
    }

    /// Whom a canonical name means, of the directory `home` or of the first that has it.
    ///
    /// # Errors
    /// [`DirectoryError::Down`] when a directory that goes before does not answer: it might have it.
    pub async fn find(
        &self,
        name: &str,
        home: Option<&str>,
    ) -> Result<Option<Found<'_>>, DirectoryError> {
        self.ask(name, home).await.decided()
    }

    /// Everybody of a canonical name, of the directory `home` or of any: whoever vouches for one person must not mean two.
    ///
    /// # Errors
    /// [`DirectoryError::Down`] when one of them does not answer: it might have the name.
    pub async fn all_named(
        &self,
        name: &str,
        home: Option<&str>,
    ) -> Result<Vec<Found<'_>>, DirectoryError> {
        let asked = self.ask(name, home).await.0;
        found(asked)
    }

    /// Everybody of an immutable id, of the directory `home` or of any.
    ///
    /// # Errors
    /// As [`Directories::all_named`].
    pub async fn all_of_subject(
        &self,
        subject: &str,
        home: Option<&str>,
    ) -> Result<Vec<Found<'_>>, DirectoryError> {
        let asked = self.meant(home).map(async |member| {
            let answer = member.directory.entry(subject).await;
            (member, answer)
        });
        found(join_all(asked).await)
    }

    /// Try a password in the directory that has the name, and in no other. While it is tried, the
    /// others that were asked do the same work for nobody, with a password that is made up: how long
    /// all of it takes tells nobody who has the name, or whether anybody has.
    ///
    /// # Errors
    /// [`DirectoryError::Down`] unless the password is right, when one of those asked did not answer:
    /// whether it is the one that has the name must not show.
    pub async fn sign_in<'a>(
        &self,
        name: &Choice,
        password: &NewPassword,
        seen: Seen<'a>,
        now: Timestamp,
    ) -> Result<SignIn<Found<'a>>, DirectoryError> {
        let holder = match seen.0.as_slice() {
            // Whom a stranger's password is tried for, is then this directory's to say.
            [_] => Some(0),
            _ => seen.holder(),
        };
        let name = name.name();
        let tries = seen
            .0
            .into_iter()
            .enumerate()
            .map(async |(at, (member, answer))| {
                // One that did not answer is not asked again.
                answer?;
                if holder == Some(at) {
                    let signed = member.directory.sign_in(name, password, now).await?;
                    return Ok(Some((member, signed)));
                }
                member.directory.turn_away(name, now).await.map(|()| None)
            });
        let mut down = None;
        for tried in join_all(tries).await {
            match tried {
                Ok(Some((member, SignIn::In(entry)))) => {
                    return Ok(SignIn::In(Found {
                        directory: &member.id,
                        entry,
                    }));
                }
                Ok(Some((_, SignIn::Closed(why)))) => return Ok(SignIn::Closed(why)),
                Ok(_) => {}
                Err(error) => down = down.or(Some(error)),
            }
        }
        down.map_or(Ok(SignIn::Out), Err)
    }

    async fn ask(&self, name: &str, home: Option<&str>) -> Seen<'_> {
        let asked = self.meant(home).map(async |member| {
            let answer = member.directory.find(name).await;
            (member, answer)
        });
        Seen(join_all(asked).await)
    }

    fn meant(&self, home: Option<&str>) -> impl Iterator<Item = &Member> {
        let meant = move |member: &&Member| home.is_none_or(|home| home == member.id);
        self.members.iter().filter(meant)
    }
}

type Said<'a> = (&'a Member, Result<Option<Entry>, DirectoryError>);

fn found(said: Vec<Said<'_>>) -> Result<Vec<Found<'_>>, DirectoryError> {
    let mut all = Vec::new();
    for (member, answer) in said {
        all.extend(answer?.map(|entry| Found {
            directory: &member.id,
            entry,
        }));
    }
    Ok(all)
}

/// What the directories said that may have a name, in order.
pub struct Seen<'a>(Vec<Said<'a>>);

impl<'a> Seen<'a> {
    /// Whom the name means.
    ///
    /// # Errors
    /// As [`Directories::find`].
    pub fn decided(self) -> Result<Option<Found<'a>>, DirectoryError> {
        for (member, answer) in self.0 {
            if let Some(entry) = answer? {
                return Ok(Some(Found {
                    directory: &member.id,
                    entry,
                }));
            }
        }
        Ok(None)
    }

    /// Whom the name means, if that is known: not while a directory that goes before does not answer.
    #[must_use]
    pub fn found(&self) -> Option<(&str, &Entry)> {
        let (member, answer) = self.0.get(self.holder()?)?;
        let entry = answer.as_ref().ok()?.as_ref()?;
        Some((&member.id, entry))
    }

    /// How whom the name means is protected; `None` when that is nobody, or not known. Each directory that answered is
    /// asked, about them or about nobody, so that how long it takes does not show which of them has the name.
    ///
    /// # Errors
    /// [`DirectoryError::Down`] when one of them cannot say it, whoever has the name.
    pub async fn protection(&self) -> Result<Option<Protection>, DirectoryError> {
        let holder = self.holder();
        let asked = self.0.iter().enumerate();
        let asked = asked.map(async |(at, (member, answer))| match answer {
            Ok(Some(entry)) if holder == Some(at) => {
                member.directory.protection(entry).await.map(Some)
            }
            Ok(_) => {
                let nobody = member.directory.protection_of_nobody();
                nobody.await.map(|()| None)
            }
            Err(_) => Ok(None),
        });
        let mut protection = None;
        for said in join_all(asked).await {
            protection = protection.or(said?);
        }
        Ok(protection)
    }

    fn holder(&self) -> Option<usize> {
        let has = |answer: &Result<Option<Entry>, DirectoryError>| !matches!(answer, Ok(None));
        let at = self.0.iter().position(|(_, answer)| has(answer))?;
        let (_, answer) = self.0.get(at)?;
        answer.is_ok().then_some(at)
    }
}
