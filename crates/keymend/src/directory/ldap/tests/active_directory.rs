//! Against a real domain controller of Samba, which `cargo xtask test` starts. Every test makes people of its own.

use std::collections::HashSet;
use std::time::Duration;

use ldap3::Mod;

use super::domain::{Domain, OLD};
use super::*;
use crate::chance::Clock;
use crate::directory::Closed;

const NEW: &str = "Quiet-Lantern-Gravel-57";

async fn try_in(ldap: &Ldap, name: &str, typed: &str) -> SignIn {
    let name = ldap.name(name).unwrap();
    ldap.sign_in(&name, &password(typed)).await.unwrap()
}

async fn reset(ldap: &Ldap, name: &str, new: &str) -> Result<(), DirectoryError> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    let prepared = Ldap::prepare(&entry.subject, &password(new)).unwrap();
    ldap.write(&prepared).await
}

async fn change(ldap: &Ldap, name: &str, old: &str, new: &str) -> Result<(), DirectoryError> {
    let entry = ldap.find(name).await.unwrap().unwrap();
    ldap.change(&entry.subject, &password(old), &password(new))
        .await
}

fn rejected(said: Result<(), DirectoryError>) -> PasswordFault {
    match said {
        Err(DirectoryError::Rejected(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

async fn lock(ldap: &Ldap, name: &str) {
    for _ in 0..3 {
        assert!(sign_in(ldap, name, "wrong").await.is_none());
    }
    assert!(sign_in(ldap, name, OLD).await.is_none());
}

#[tokio::test]
async fn a_person_is_found_by_every_name_and_kept_by_the_id_of_the_object() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    let entry = ldap.find(&name).await.unwrap().unwrap();
    assert_eq!(
        (&entry.name, entry.display_name.as_str()),
        (&name, "Test Person")
    );
    assert!(entry.enabled && !entry.must_change && !entry.protected);
    for typed in [
        name.clone(),
        name.to_uppercase(),
        format!("{name}@campus.example"),
        format!("CAMPUS\\{name}"),
        format!("{name}@ad.campus.example"),
    ] {
        let lookup = ldap.name(&typed).unwrap();
        let found = ldap.find(lookup.lookup().unwrap()).await.unwrap();
        assert_eq!(
            found.map(|found| found.subject),
            Some(entry.subject.clone()),
            "{typed}"
        );
    }
    for nobody in ["*", "krbtgt", "guest)(cn=*", &format!("{name}\\00")] {
        assert!(ldap.find(nobody).await.unwrap().is_none(), "{nobody}");
    }
    // Renamed to something that has to be escaped, and then gone.
    let mut admin = domain.admin().await;
    let (dn, renamed) = (domain.dn(&name), format!("CN=Renamed (x)\\, é {name}"));
    let moved = admin.modifydn(&dn, &renamed, true, None).await;
    moved.unwrap().success().unwrap();
    let after = ldap.entry(&entry.subject).await.unwrap().unwrap();
    assert_ne!(after.place, entry.place);
    admin.delete(&after.place).await.unwrap().success().unwrap();
    assert!(ldap.entry(&entry.subject).await.unwrap().is_none());
    assert!(ldap.entry("").await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_right_password_is_told_a_wrong_one_is_not() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    let dn = domain.dn(&name);
    assert!(matches!(try_in(&ldap, &name, OLD).await, SignIn::In(_)));
    assert!(matches!(try_in(&ldap, &name, "").await, SignIn::Out));
    for (attribute, value, back, wanted) in [
        ("userAccountControl", "514", "512", Closed::Disabled),
        ("accountExpires", "132000000000000000", "0", Closed::Ended),
    ] {
        domain.set(&dn, attribute, value).await;
        let said = try_in(&ldap, &name, OLD).await;
        assert!(
            matches!(said, SignIn::Closed(why) if why == wanted),
            "{said:?}"
        );
        let said = try_in(&ldap, &name, "wrong").await;
        assert!(matches!(said, SignIn::Out), "{said:?}");
        assert!(!ldap.find(&name).await.unwrap().unwrap().enabled);
        let refused = reset(&ldap, &name, NEW).await;
        assert!(
            matches!(refused, Err(DirectoryError::NotAllowed)),
            "{refused:?}"
        );
        domain.set(&dn, attribute, back).await;
    }
    let stranger = try_in(&ldap, "nobody-at-all", OLD).await;
    assert!(matches!(stranger, SignIn::Out));
}

#[tokio::test]
async fn a_password_that_must_be_changed_is_changed_under_history() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    domain.set(&domain.dn(&name), "pwdLastSet", "0").await;
    let entry = sign_in(&ldap, &name, OLD).await.unwrap();
    assert!(entry.must_change);
    let wrong = change(&ldap, &name, "wrong", NEW).await;
    assert!(
        matches!(wrong, Err(DirectoryError::WrongPassword)),
        "{wrong:?}"
    );
    let same = rejected(change(&ldap, &name, OLD, OLD).await);
    assert_eq!(same, PasswordFault::SameAsCurrent);
    let short = rejected(change(&ldap, &name, OLD, "Ab1!").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    change(&ldap, &name, OLD, NEW).await.unwrap();
    assert!(!sign_in(&ldap, &name, NEW).await.unwrap().must_change);
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    let used = rejected(change(&ldap, &name, NEW, OLD).await);
    assert_eq!(used, PasswordFault::Used);
    let simple = rejected(change(&ldap, &name, NEW, "alllowercaseletters").await);
    assert_eq!(simple, PasswordFault::FewKinds { least: 3 });
}

#[tokio::test]
async fn a_forgotten_password_is_set_and_opens_the_lock() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    lock(&ldap, &name).await;
    let short = rejected(reset(&ldap, &name, "Ab1!").await);
    assert_eq!(short, PasswordFault::TooShortForDirectory);
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(!sign_in(&ldap, &name, NEW).await.unwrap().must_change);
    assert!(sign_in(&ldap, &name, OLD).await.is_none());
    // DI-163: the server would take it; and asking for it again and again locks nobody out.
    for _ in 0..5 {
        assert_eq!(
            rejected(reset(&ldap, &name, NEW).await),
            PasswordFault::Used
        );
        let simple = rejected(reset(&ldap, &name, "alllowercaseletters").await);
        assert_eq!(simple, PasswordFault::FewKinds { least: 3 });
    }
    assert!(sign_in(&ldap, &name, NEW).await.is_some());
    // Every character that a keyboard makes, and some that it does not.
    let odd = "Grün \"𝄞\" \\ 漢字 é9'";
    reset(&ldap, &name, odd).await.unwrap();
    assert!(sign_in(&ldap, &name, odd).await.is_some());
}

#[tokio::test]
async fn somebody_who_resets_chooses_again_where_that_is_wanted() {
    let Some(domain) = Domain::new() else { return };
    let name = domain.person().await;
    let ldap = domain.ldap_with(|settings| settings.must_change_after_reset = true);
    let before = Clock::System.now();
    reset(&ldap, &name, NEW).await.unwrap();
    assert!(sign_in(&ldap, &name, NEW).await.unwrap().must_change);
    let entry = ldap.find(&name).await.unwrap().unwrap();
    let wrote = ldap.wrote(&entry.subject, Goal::Reset, before).await;
    assert!(wrote.unwrap());
}

#[tokio::test]
async fn a_lock_is_opened_and_the_password_stays() {
    let Some(domain) = Domain::new() else { return };
    let (ldap, name) = (domain.ldap(), domain.person().await);
    let subject = ldap.find(&name).await.unwrap().unwrap().subject;
    lock(&ldap, &name).await;
    let now = Clock::System.now();
    assert!(!ldap.wrote(&subject, Goal::Unlock, now).await.unwrap());
    assert!(ldap.entry(&subject).await.unwrap().unwrap().enabled);
    ldap.unlock(&subject).await.unwrap();
    assert!(ldap.wrote(&subject, Goal::Unlock, now).await.unwrap());
    assert!(sign_in(&ldap, &name, OLD).await.is_some());
    ldap.unlock(&subject).await.unwrap();
    // The moment of the last password tells whether a silent reset happened.
    let later = now.plus(Duration::from_mins(1));
    assert!(!ldap.wrote(&subject, Goal::Reset, later).await.unwrap());
    assert!(ldap.wrote(&subject, Goal::Reset, now).await.unwrap());
}

#[tokio::test]
async fn administrators_are_protected_by_mark_by_group_and_by_primary_group() {
    let Some(domain) = Domain::new() else { return };
    let name = domain.person().await;
    let dn = domain.dn(&name);
    let inner = domain.group(&[&dn]).await;
    let outer = domain.group(&[&inner]).await;
    let guarding = |group: &str| {
        domain.ldap_with(|settings| settings.privileged_groups = vec![group.to_owned()])
    };
    let ldap = domain.ldap();
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::None));
    assert_eq!(
        protection(&guarding(&inner), &name).await,
        Ok(Protection::Floor)
    );
    assert_eq!(
        protection(&guarding(&outer), &name).await,
        Ok(Protection::Floor)
    );
    let other = domain.group(&[]).await;
    assert_eq!(
        protection(&guarding(&other), &name).await,
        Ok(Protection::None)
    );
    guarding(&other).protection_of_nobody().await.unwrap();
    let gone = Domain::group_dn("Gone");
    assert!(guarding(&gone).protection_of_nobody().await.is_err());
    // "Domain Users" is everybody's primary group, and lists nobody as its member.
    let users = Domain::group_dn("Domain Users");
    assert_eq!(
        protection(&guarding(&users), &name).await,
        Ok(Protection::Floor)
    );
    let above = domain.group(&[&users]).await;
    assert_eq!(
        protection(&guarding(&above), &name).await,
        Ok(Protection::Floor)
    );
    let mut admin = domain.admin().await;
    let apart = Mod::Delete("member", HashSet::from([users.as_str()]));
    admin
        .modify(&above, vec![apart])
        .await
        .unwrap()
        .success()
        .unwrap();
    let gone = protection(&guarding(&format!("CN=gone,{users}")), &name).await;
    assert!(gone.unwrap_err().contains("the group"));
    domain.set(&dn, "adminCount", "1").await;
    assert_eq!(protection(&ldap, &name).await, Ok(Protection::Floor));
    let strict = domain.ldap_with(|settings| settings.refuse_protected = true);
    assert_eq!(protection(&strict, &name).await, Ok(Protection::Refused));
}

#[tokio::test]
async fn the_service_account_reaches_nobody_outside_the_people() {
    let Some(domain) = Domain::new() else { return };
    let ldap = domain.ldap();
    let administrator = Domain::group_dn("Administrator");
    let refused = ldap.reset(forgotten(&administrator), &password(NEW)).await;
    assert!(
        matches!(refused, Err(DirectoryError::NotAllowed)),
        "{refused:?}"
    );
    assert!(ldap.find("administrator").await.unwrap().is_none());
    let all = domain.ldap_with(|settings| settings.base = "DC=ad,DC=campus,DC=example".to_owned());
    let found = all.find("administrator").await.unwrap().unwrap();
    assert!(found.protected);
}

#[tokio::test]
async fn doctor_says_what_the_domain_can_do() {
    let Some(domain) = Domain::new() else { return };
    let findings = domain.ldap().probe(None).await;
    for (what, said) in &findings {
        assert!(said.is_ok(), "{what}: {said:?}");
    }
    let wrong = domain.ldap_with(|settings| settings.bind_password = password("wrong"));
    let findings = wrong.probe(None).await;
    let said = findings.first().unwrap().1.as_ref().unwrap_err();
    assert!(said.contains("bind-dn"), "{said}");
}
