//! The directory's rules before typing, with the real OpenLDAP of the tests, and what it knows of how to reach people.

use super::portal::{Answer, Portal};
use crate::config::Passwords;
use crate::directory::ldap::tests::peer::{OLD, Peer};

const STRICT: &str = "pwdPolicySubentry: cn=strict,ou=policies,dc=campus,dc=example";
const NEW: &str = "Quiet-Lantern-Gravel-57";

async fn over(peer: &Peer) -> Portal {
    let ldap = Passwords::Ldap(Box::new(peer.settings()));
    let portal = Portal::open_with(|settings| {
        settings.directories = vec![("ldap".to_owned(), ldap)];
    })
    .await;
    portal.wake_up();
    portal
}

fn rules_of(page: &Answer) -> String {
    let (_, rest) = page.html.split_once("<div class=\"rules\">").unwrap();
    rest.split_once("</div>").unwrap().0.to_owned()
}

#[tokio::test]
async fn the_built_in_directory_tells_its_history() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    let rules = rules_of(&portal.get("/password").await);
    assert!(rules.contains("At least 15 characters"), "{rules}");
    assert!(
        rules.contains("Not one of your last 6 passwords."),
        "{rules}"
    );
    assert!(!rules.contains("directory"), "{rules}");
    portal.other_browser();
    portal.proven("bo", "2125550142", "forgot").await;
    let rules = rules_of(&portal.get("/reset/password").await);
    assert!(
        rules.contains("Not one of your last 6 passwords."),
        "{rules}"
    );
}

#[tokio::test]
async fn the_stricter_of_both_is_told_in_one_line_and_faults_at_once() {
    let Some(peer) = Peer::new() else { return };
    let (mut portal, name) = (over(&peer).await, peer.person(STRICT).await);
    assert_eq!(portal.sign_in(&name, OLD).await, 303);
    let page = portal.get("/password").await;
    let rules = rules_of(&page);
    for line in [
        "At least 20 characters.",
        "Not one of your last 6 passwords.",
        "Your organisation&#39;s directory also asks for",
        "Days until it must be changed again: 60.",
        "Days before you can change it once more: 1.",
    ] {
        assert!(rules.contains(line), "{line}: {rules}");
    }
    assert!(!rules.contains("At least 15"), "{rules}");
    assert!(page.html.contains("minlength=\"20\""));
    assert!(
        page.html
            .contains("passwordrules=\"minlength: 20; maxlength: 256;")
    );
    let (_, rest) = page.html.split_once("id=\"suggestion\">").unwrap();
    assert!(rest.split('<').next().unwrap().len() >= 20);

    let short = [("current", OLD), ("password", "Test person garden")];
    let refused = portal.post("/password", &short).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("Use at least 20 characters."));
    assert!(refused.html.contains("in it is easy to guess"));
    // Too young, and until when: the account was made a moment ago.
    let young = [("current", OLD), ("password", NEW)];
    let refused = portal.post("/password", &young).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.html.contains("lets you change it again from 20"),
        "{}",
        refused.html
    );
}

#[tokio::test]
async fn a_page_without_the_directorys_rules_is_a_page() {
    let Some(peer) = Peer::new() else { return };
    let hidden = STRICT.replace("strict", "hidden");
    let (mut portal, name) = (over(&peer).await, peer.person(&hidden).await);
    assert_eq!(portal.sign_in(&name, OLD).await, 303);
    let rules = rules_of(&portal.get("/password").await);
    assert!(
        rules.contains("Perhaps more that it does not show us."),
        "{rules}"
    );
    // It refuses what only it knows of, and the change is possible all the same.
    let short = [("current", OLD), ("password", NEW)];
    let refused = portal.post("/password", &short).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("too short for your directory"));
    let long = [
        ("current", OLD),
        ("password", "Quiet-Lantern-Gravel-57-and-more"),
    ];
    assert_eq!(portal.post("/password", &long).await.status, 303);
}

#[tokio::test]
async fn what_the_directory_knows_is_suggested_and_is_no_method() {
    let Some(peer) = Peer::new() else { return };
    let name = peer.person("mail: ana@campus.example").await;
    let mut portal = over(&peer).await;
    assert_eq!(portal.sign_in(&name, OLD).await, 303);
    // Nothing known that could be used: an address of the organisation cannot be read while locked out.
    for path in ["/register/phone", "/register/email"] {
        let page = portal.get(path).await;
        assert_eq!(page.status, 200);
        assert!(!page.html.contains("has this"), "{path}");
        assert!(!page.html.contains("campus.example\""), "{path}");
    }
    peer.set(&name, "mail", "ana.home@mail.example").await;
    peer.set(&name, "mobile", "(212) 555-0142").await;
    let page = portal.get("/register/email").await;
    assert!(page.html.contains("value=\"ana.home@mail.example\""));
    assert!(page.html.contains("directory has this address"));
    let page = portal.get("/register/phone").await;
    assert!(
        page.html.contains("value=\"+1 212-555-0142\""),
        "{}",
        page.html
    );
    assert!(page.html.contains("directory has this number"));
    // It is nothing before its owner asks for a code and brings it back.
    assert!(portal.messages().await.is_empty());
    let overview = portal.get("/register").await.html;
    assert!(!overview.contains("0142") && !overview.contains("ana.home"));
    assert!(overview.contains("Authentication Phone is not configured"));
    let send = [("address", "ana.home@mail.example")];
    assert_eq!(portal.post("/register/email", &send).await.status, 303);
    let code = portal.code("email").await;
    let verified = portal
        .post("/register/email/verify", &[("code", &code)])
        .await;
    assert_eq!(verified.status, 303);
    peer.set(&name, "mail", "other@mail.example").await;
    let page = portal.get("/register/email").await;
    assert!(
        !page.html.contains("other@mail.example"),
        "nothing once one is registered"
    );
}

#[tokio::test]
async fn messages_speak_the_directorys_language_until_somebody_chooses() {
    let Some(peer) = Peer::new() else { return };
    let name = peer.person("preferredLanguage: es-MX, en;q=0.5").await;
    let mut portal = over(&peer).await;
    let spoken = async |portal: &Portal| {
        let token = portal.session_cookie();
        let person = portal.app.person(&token).await.unwrap();
        person.account.language
    };
    assert_eq!(portal.sign_in(&name, OLD).await, 303);
    assert_eq!(spoken(&portal).await, "es");
    portal.other_browser();
    portal.get("/sign-in?ui_locales=ar").await;
    portal.choose_language("ar");
    assert_eq!(portal.sign_in(&name, OLD).await, 303);
    assert_eq!(spoken(&portal).await, "ar");
    let nonsense = peer.person("preferredLanguage: ,;q=x 7").await;
    portal.other_browser();
    assert_eq!(portal.sign_in(&nonsense, OLD).await, 303);
    assert_eq!(spoken(&portal).await, "en");
}
