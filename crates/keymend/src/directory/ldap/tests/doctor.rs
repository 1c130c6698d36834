//! `keymend doctor`: what is right is said to be right, and each mistake is found.

use super::super::offers::Kind;
use super::super::probe::Finding;
use super::domain::Domain;
use super::peer::url;
use super::*;

/// What was found under a name.
fn said<'a>(findings: &'a [Finding], what: &str) -> &'a Result<String, String> {
    let found = findings.iter().find(|(name, _)| *name == what);
    &found.unwrap_or_else(|| panic!("{what}: {findings:?}")).1
}

fn fault<'a>(findings: &'a [Finding], what: &str) -> &'a str {
    said(findings, what).as_ref().unwrap_err()
}

#[tokio::test]
async fn a_person_is_described_and_the_least_rights_are_enough() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let ldap = peer.ldap_with(|settings| settings.policy = None);
    let findings = ldap.probe(Some(&name)).await;
    for (what, said) in &findings {
        assert!(said.is_ok(), "{what}: {said:?}");
    }
    let person = said(&findings, "person").as_ref().unwrap();
    assert!(person.contains(&peer.dn(&name)), "{person}");
    assert!(person.contains(", open; "), "{person}");
    assert!(person.contains("a new password: "), "{person}");
    for what in ["reset", "unlock", "rights", "policy", "clock"] {
        said(&findings, what).as_ref().unwrap();
    }
    // Nothing was changed, and nothing counted.
    assert!(sign_in(&peer.ldap(), &name, OLD).await.is_some());
    let locked = peer.person("").await;
    for _ in 0..3 {
        assert!(sign_in(&peer.ldap(), &locked, "wrong").await.is_none());
    }
    let findings = peer.ldap().probe(Some(&locked)).await;
    let person = said(&findings, "person").as_ref().unwrap();
    assert!(person.contains("locked"), "{person}");
    assert!(sign_in(&peer.ldap(), &locked, OLD).await.is_none());
}

#[tokio::test]
async fn the_doctor_finds_nobody_where_nobody_is() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    peer.person(&format!("uid: {name}")).await;
    for nobody in [name, peer::unique()] {
        let findings = peer.ldap().probe(Some(&nobody)).await;
        assert!(fault(&findings, "person").contains("nobody, or more than one"));
        assert!(findings.iter().all(|(what, _)| *what != "reset"));
    }
}

#[tokio::test]
async fn too_many_rights_are_found() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let name = peer.person("").await;
    let root = peer.ldap_with(|settings| {
        settings.bind_dn = "cn=admin,dc=campus,dc=example".to_owned();
        settings.bind_password = password("admin-secret");
    });
    let findings = root.probe(Some(&name)).await;
    let rights = fault(&findings, "rights");
    for what in ["uid of", "sn of", "description of dc=campus"] {
        assert!(rights.contains(what), "{rights}");
    }
    assert!(fault(&findings, "policy").contains("rootdn"));
    // A password of one letter was spoken of, and not set.
    assert!(sign_in(&peer.ldap(), &name, OLD).await.is_some());
}

#[tokio::test]
async fn missing_rights_are_found() {
    let Some(peer) = Peer::new() else {
        return;
    };
    // Groups may be read and no more.
    let ldap = peer.ldap_with(|settings| {
        settings.base = "ou=groups,dc=campus,dc=example".to_owned();
        settings.person_filter = "(objectClass=groupOfNames)".to_owned();
        settings.name_attributes = vec!["cn".to_owned()];
    });
    let findings = ldap.probe(Some("protected")).await;
    assert!(fault(&findings, "reset").contains("may not set the password"));
    assert!(fault(&findings, "unlock").contains("may not open a lock"));
    assert!(said(&findings, "rights").is_ok());
}

#[tokio::test]
async fn each_server_is_tried() {
    let Some(peer) = Peer::new() else {
        return;
    };
    let (one, gone, copy) = (peer.middle(), peer.middle(), peer.middle());
    gone.vanish();
    let mut settings = peer.settings();
    settings.url = [&gone, &one].map(url).into_iter().collect();
    settings.read_url = [url(&copy)].into_iter().collect();
    let findings = Ldap::new(settings).unwrap().probe(None).await;
    let servers: Vec<_> = findings
        .iter()
        .filter(|(what, _)| *what == "directory")
        .collect();
    assert_eq!(servers.len(), 3, "{findings:?}");
    assert!(
        servers[0]
            .1
            .as_ref()
            .unwrap_err()
            .contains(url(&gone).as_str())
    );
    assert!(servers[1].1.as_ref().unwrap().contains(url(&one).as_str()));
    assert!(servers[2].1.as_ref().unwrap().ends_with("for look-ups"));
    assert!(said(&findings, "reset").is_ok(), "the others are enough");
    assert_eq!(servers.len() + 9, findings.len(), "{findings:?}");
}

/// 389, if there is one.
fn ds389(change: impl FnOnce(&mut LdapSettings)) -> Option<Ldap> {
    let Ok(url) = std::env::var("KEYMEND_TEST_389S") else {
        println!("KEYMEND_TEST_389S is not set: 389 is left out");
        return None;
    };
    let mut settings = Peer::new()?.settings();
    settings.url = url.parse().unwrap();
    settings.ca_file = std::env::var("KEYMEND_TEST_389_CA").ok().map(Into::into);
    settings.id_attribute = "nsUniqueId".to_owned();
    change(&mut settings);
    Some(Ldap::new(settings).unwrap())
}

fn active(account: &str, secret: &str) -> Option<Ldap> {
    Some(Domain::new()?.ldap_with(|settings| {
        settings.bind_dn = account.to_owned();
        settings.bind_password = password(secret);
        settings.base = "DC=ad,DC=campus,DC=example".to_owned();
    }))
}

#[tokio::test]
async fn rights_are_told_from_too_many_on_active_directory() {
    let Some(ldap) = active("svc-keymend@ad.campus.example", "Service-Secret-1!") else {
        return;
    };
    assert!(ldap.offers().await.unwrap().kind() == Kind::Active);
    assert!(
        ldap.probe_clock(Kind::Active)
            .await
            .unwrap()
            .contains("seconds from ours")
    );
    let boss = ldap.by_name("boss").await.unwrap().unwrap();
    let findings = ldap.probe_rights(Kind::Active, &boss).await;
    assert!(
        findings.iter().all(|(_, said)| said.is_ok()),
        "{findings:?}"
    );
    // Nobody gave it a right on administrators.
    let administrator = ldap.by_name("administrator").await.unwrap().unwrap();
    let findings = ldap.probe_rights(Kind::Active, &administrator).await;
    assert!(fault(&findings, "reset").contains("may not set the password"));
    assert!(fault(&findings, "unlock").contains("may not open a lock"));

    let mighty = active("CAMPUS\\Administrator", "Adm1n-Passw0rd!").unwrap();
    let findings = mighty.probe_rights(Kind::Active, &boss).await;
    let rights = fault(&findings, "rights");
    assert!(rights.contains("it may write the access list"), "{rights}");
    let groups = mighty.memberships().await.unwrap();
    assert!(
        groups.iter().any(|said| said.contains("Domain Admins")),
        "{groups:?}"
    );
    let groups = ldap.memberships().await.unwrap();
    assert!(groups.is_empty(), "{groups:?}");
}

#[tokio::test]
async fn rights_are_told_from_too_many_on_389() {
    let Some(ldap) = ds389(|_| {}) else {
        return;
    };
    assert!(ldap.offers().await.unwrap().kind() == Kind::Directory389);
    assert!(
        ldap.probe_clock(Kind::Directory389)
            .await
            .unwrap()
            .contains("seconds from ours")
    );
    let boss = ldap.by_name("boss").await.unwrap().unwrap();
    let findings = ldap.probe_rights(Kind::Directory389, &boss).await;
    assert!(
        findings.iter().all(|(_, said)| said.is_ok()),
        "{findings:?}"
    );
    let mighty = ds389(|settings| {
        settings.bind_dn = "cn=Directory Manager".to_owned();
        settings.bind_password = password("admin-secret-1");
    });
    let findings = mighty
        .unwrap()
        .probe_rights(Kind::Directory389, &boss)
        .await;
    assert!(fault(&findings, "rights").contains("it may write uid"));
}
