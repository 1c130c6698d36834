//! Who is protected: marked by the directory, or in a protected group, directly or through other groups. The groups
//! that choose a profile are asked about in the same way.

use std::collections::BTreeSet;

use keymend_core::policy::below;
use ldap3::{Scope, ldap_escape};

use super::Ldap;
use super::connection::Trouble;
use super::dialect::Dialect;
use super::dialect::active_directory::{escaped, primary_group};
use crate::directory::{DirectoryError, Entry, Protection};

/// "Directly, or through any number of groups" ([MS-ADTS] 3.1.1.3.4.4.3).
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";
/// The group that every Active Directory has ([MS-DTYP] 2.4.2.4, `BUILTIN_ADMINISTRATORS`).
const ADMINISTRATORS: &str = "(objectSid=S-1-5-32-544)";
/// Groups that one person may be in, counted with those they are in. Whoever is in more is taken for protected.
const GROUPS: usize = 500;

impl Ldap {
    /// How an entry is protected. A protected group that cannot be read protects everybody: the answer is an error.
    pub(in super::super) async fn protection(
        &self,
        entry: &Entry,
    ) -> Result<Protection, DirectoryError> {
        // Asked also of whom the directory marks: how long it takes does not show who that is.
        let protected = self.in_protected_group(&entry.place).await? || entry.protected;
        Ok(match (protected, self.settings.refuse_protected) {
            (false, _) => Protection::None,
            (true, false) => Protection::Floor,
            (true, true) => Protection::Refused,
        })
    }

    /// The same questions about nobody: as many as about somebody who is in no group.
    pub(in super::super) async fn protection_of_nobody(&self) -> Result<(), DirectoryError> {
        let Some(group) = self.settings.privileged_groups.first() else {
            return Ok(());
        };
        if self.settings.dialect == Dialect::Standard {
            let nobody = format!("cn=nobody,{}", self.settings.root());
            return self.in_protected_group(&nobody).await.map(drop);
        }
        // Nobody has a primary group to look for: a group stands in, and one that every directory has.
        let attributes = ["objectSid", "primaryGroupID"];
        let own = self.look(group, Scope::Base, "(objectClass=*)", &attributes, 1);
        own.await?;
        let primary = self.look(
            self.settings.root(),
            Scope::Subtree,
            ADMINISTRATORS,
            &["1.1"],
            1,
        );
        primary.await?;
        let filter = in_chain(group);
        self.member_by(&filter, &self.protected_groups())
            .await
            .map(drop)
    }

    fn protected_groups(&self) -> Vec<&str> {
        let groups = self.settings.privileged_groups.iter();
        groups.map(String::as_str).collect()
    }

    async fn in_protected_group(&self, dn: &str) -> Result<bool, DirectoryError> {
        let groups = self.protected_groups();
        Ok(self.member_of(dn, &groups).await?.contains(&true))
    }

    /// Which of these groups hold an entry, directly or through other groups. One that cannot be read is an error, and
    /// whoever is in too many groups to follow is taken to be in all of these.
    pub(in super::super) async fn member_of(
        &self,
        dn: &str,
        groups: &[&str],
    ) -> Result<Vec<bool>, DirectoryError> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let filter = match self.settings.dialect {
            Dialect::ActiveDirectory => self.chain(dn).await?,
            Dialect::Standard => match self.closure(dn).await? {
                Some(all) => members(&all),
                None => return Ok(vec![true; groups.len()]),
            },
        };
        self.member_by(&filter, groups).await
    }

    /// Which of these groups are found by a filter.
    async fn member_by(&self, filter: &str, groups: &[&str]) -> Result<Vec<bool>, DirectoryError> {
        let mut member = Vec::new();
        for group in groups {
            let found = self.groups(group, Scope::Base, filter.to_owned(), 1).await;
            // "No such object" as well: a group that was renamed must not open the gate.
            let found = found
                .map_err(|trouble| DirectoryError::Down(format!("the group {group}: {trouble}")))?;
            if found.is_empty() {
                self.shows_members(group).await?;
            }
            member.push(!found.is_empty());
        }
        Ok(member)
    }

    /// Is a group one of this directory, by its name?
    pub(in super::super) fn has_group(&self, group: &str) -> bool {
        group.contains('=') && below(group, self.settings.root())
    }

    /// "Not a member" is believed only of a group that shows its members.
    async fn shows_members(&self, group: &str) -> Result<(), DirectoryError> {
        // In Active Directory a group may be empty; whether members can be read there `doctor` says.
        if self.settings.dialect == Dialect::ActiveDirectory {
            return Ok(());
        }
        let shown = "(|(member=*)(uniqueMember=*))".to_owned();
        match self.groups(group, Scope::Base, shown, 1).await {
            Ok(found) if !found.is_empty() => Ok(()),
            Ok(_) => Err(DirectoryError::Down(format!(
                "the group {group}: no members to be seen"
            ))),
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// Active Directory follows groups itself, but for the primary one, which has no list of members.
    async fn chain(&self, dn: &str) -> Result<String, DirectoryError> {
        let attributes = ["objectSid", "primaryGroupID"];
        let own = self.look(dn, Scope::Base, "(objectClass=*)", &attributes, 1);
        let own = own.await?;
        let unreadable =
            || DirectoryError::Down(format!("the primary group of {dn} cannot be read"));
        let sid = own.first().and_then(primary_group);
        let sid = format!("(objectSid={})", escaped(&sid.ok_or_else(unreadable)?));
        let primary = self.look(self.settings.root(), Scope::Subtree, &sid, &["1.1"], 1);
        let primary = primary.await?;
        let primary = in_chain(&primary.first().ok_or_else(unreadable)?.dn);
        Ok(format!("(|{}{primary}{sid})", in_chain(dn)))
    }

    /// An entry, and all groups that hold it, or hold a group that does; `None` when there are too many.
    async fn closure(&self, dn: &str) -> Result<Option<BTreeSet<String>>, DirectoryError> {
        let mut all = BTreeSet::from([dn.to_owned()]);
        let mut new = all.clone();
        while !new.is_empty() {
            let filter = members(&new);
            let mut found = BTreeSet::new();
            for base in &self.settings.group_bases {
                let most = i32::try_from(GROUPS).unwrap_or(i32::MAX);
                let groups = self
                    .groups(base, Scope::Subtree, filter.clone(), most)
                    .await;
                let groups = groups.map_err(|trouble| {
                    DirectoryError::Down(format!("groups below {base}: {trouble}"))
                })?;
                found.extend(groups);
            }
            new = found.difference(&all).cloned().collect();
            all.extend(new.iter().cloned());
            if all.len() > GROUPS {
                tracing::warn!(dn, "in more than {GROUPS} groups: taken for protected");
                return Ok(None);
            }
        }
        Ok(Some(all))
    }

    async fn groups(
        &self,
        base: &str,
        scope: Scope,
        filter: String,
        most: i32,
    ) -> Result<Vec<String>, Trouble> {
        let found = self.look(base, scope, &filter, &["1.1"], most).await?;
        Ok(found.into_iter().map(|found| found.dn).collect())
    }
}

/// "This is a member, through any number of groups."
fn in_chain(dn: &str) -> String {
    format!("(member:{IN_CHAIN}:={})", ldap_escape(dn))
}

/// "One of these is a member."
fn members(of: &BTreeSet<String>) -> String {
    let one = |dn: &String| {
        let dn = ldap_escape(dn.as_str());
        format!("(member={dn})(uniqueMember={dn})")
    };
    format!("(|{})", of.iter().map(one).collect::<String>())
}
