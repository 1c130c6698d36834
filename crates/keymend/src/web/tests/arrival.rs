//! What became of a text message is told to its owner, and to nobody else.

use super::portal::Portal;
use crate::config::{Named, Provider};
use crate::deliver::receipt::{Heard, ReceiptKey, Signing};
use crate::deliver::spending::Price;

const WAITING: &str = "The text is still on its way.";
const ARRIVED: &str = "The text has reached your phone.";
const FAILED: &str = "The text could not be delivered.";

/// Somebody whose gateway tells what became of a message.
async fn portal() -> Portal {
    Portal::open_with(|settings| {
        settings.sms = vec![Named {
            id: "sms".to_owned(),
            countries: Vec::new(),
            priority: 10,
            weight: 1,
            price: Price::default(),
            receipts: Some(ReceiptKey::new("hunter-2".to_owned(), Signing::Ours)),
            provider: Provider::Folder(std::env::temp_dir()),
        }];
    })
    .await
}

/// The demo's gateway has no names for messages.
async fn hear(portal: &Portal, heard: Heard) {
    portal.deliver().await;
    portal.app.became("sms", "", heard).await.unwrap();
}

async fn ask_by_phone(portal: &mut Portal, number: &str) -> String {
    let phone = [("method", "sms"), ("country", "US"), ("number", number)];
    let sent = portal.post("/reset/send", &phone).await;
    assert_eq!(sent.status, 303);
    sent.header("location").to_owned()
}

#[tokio::test]
async fn before_the_first_proof_nothing_is_told() {
    for name in ["bo", "nobody-there"] {
        let mut portal = portal().await;
        assert_eq!(portal.start(name).await.0, 303);
        let goal = [("goal", "forgot")];
        assert_eq!(portal.post("/reset/what", &goal).await.status, 303);
        let page = ask_by_phone(&mut portal, "2125550142").await;
        assert!(!portal.get(&page).await.html.contains("id=\"arrival\""));
        hear(&portal, Heard::Arrived).await;
        assert!(!portal.get(&page).await.html.contains("id=\"arrival\""));
    }
}

#[tokio::test]
async fn after_the_first_proof_the_page_follows_the_message() {
    for (heard, wanted) in [(Heard::Arrived, ARRIVED), (Heard::Failed, FAILED)] {
        let mut portal = portal().await;
        let code = portal.mailed("bo", "forgot").await;
        let verified = portal.post("/reset/verify", &[("code", &code)]).await;
        assert_eq!(verified.status, 303);
        let page = ask_by_phone(&mut portal, "2125550142").await;
        let shown = portal.get(&page).await.html;
        assert!(
            shown.contains(WAITING) && shown.contains("data-arrival"),
            "{shown}"
        );
        portal.deliver().await;
        assert!(portal.get(&page).await.html.contains(WAITING));
        hear(&portal, heard).await;
        let shown = portal.get(&page).await.html;
        assert!(
            shown.contains(wanted) && !shown.contains("data-arrival"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_gateway_that_never_tells_promises_nothing() {
    let mut portal = Portal::open().await;
    let code = portal.mailed("bo", "forgot").await;
    portal.post("/reset/verify", &[("code", &code)]).await;
    let page = ask_by_phone(&mut portal, "2125550142").await;
    portal.deliver().await;
    assert!(!portal.get(&page).await.html.contains("id=\"arrival\""));
}

#[tokio::test]
async fn whoever_registers_a_phone_sees_it_too() {
    let mut portal = portal().await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    portal.get("/register/confirm-it-is-you").await;
    let asked = portal
        .post("/register/confirm-it-is-you", &[("method", "sms")])
        .await;
    assert_eq!(asked.status, 303);
    let page = "/register/confirm-it-is-you";
    assert!(portal.get(page).await.html.contains(WAITING));
    hear(&portal, Heard::Arrived).await;
    let shown = portal.get(page).await.html;
    assert!(shown.contains(ARRIVED), "{shown}");
    let code = portal.code("sms").await;
    let verified = portal
        .post("/register/confirm-it-is-you/verify", &[("code", &code)])
        .await;
    assert_eq!(verified.status, 303);
    assert!(
        !portal
            .get("/register/phone")
            .await
            .html
            .contains("id=\"arrival\"")
    );
}
