//! Administrators get a mail about what only they can mend.

use std::time::Duration;

use keymend_core::contact::EmailAddress;
use keymend_core::id::Id;
use keymend_core::method::Channel;
use keymend_core::registration::Destination;

use super::portal::Portal;
use crate::chance::Os;
use crate::config::Settings;
use crate::deliver::conversion::TYPED;
use crate::deliver::spending::PARTS;
use crate::store::deliveries::Delivery;

const ADMIN: &str = "it-alerts@example.org";

async fn portal(change: impl FnOnce(&mut Settings)) -> Portal {
    Portal::open_with(|settings| {
        let address = EmailAddress::parse(ADMIN, &[]).unwrap();
        settings.site.alerts = vec![Destination::Email(address)];
        change(settings);
    })
    .await
}

/// The subjects of the mails to the administrator, the newest first.
async fn told(portal: &Portal) -> Vec<String> {
    let all = portal.messages().await.into_iter();
    let own = all.filter(|message| message.recipient == ADMIN);
    own.map(|message| message.subject).collect()
}

/// To the number of a code.
fn delivery(country: &str, purpose: &'static str, number: u32) -> Delivery {
    Delivery {
        channel: Channel::Sms,
        gateway: "sms".to_owned(),
        country: country.to_owned(),
        destination: format!("{country} {purpose} {number}"),
        purpose,
        reference: String::new(),
        price: 0,
    }
}

async fn unused(portal: &Portal, country: &str, purpose: &'static str) {
    let now = portal.app.now();
    let mut tx = portal.app.store.begin().await.unwrap();
    for number in 0..60 {
        let delivery = delivery(country, purpose, number);
        let job = Id::random(&mut Os);
        tx.taken(&job, &delivery, now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_stop_and_codes_that_nobody_uses_are_told() {
    let portal = portal(|_| {}).await;
    unused(&portal, "FR", "enrol").await;
    unused(&portal, "US", "reset").await;
    portal.wait(TYPED + Duration::from_secs(1));
    for _ in 0..3 {
        portal.worker.tidy().await;
    }
    let mut found = told(&portal).await;
    found.sort();
    assert_eq!(
        found,
        [
            "Example Campus: hardly any reset code to US is used",
            "Example Campus: numbers in FR cannot be registered",
        ]
    );
    let all = portal.messages().await;
    let stopped = all.iter().find(|message| message.subject.contains("FR"));
    let text = &stopped.unwrap().body;
    for wanted in [
        "Of 60 codes",
        "0 were used",
        "For 6 hours",
        "messages resume FR",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[tokio::test]
async fn a_budget_that_is_used_up_is_told_once_a_day() {
    let mut portal = portal(|settings| settings.policy.limits.spend.day = Some(1)).await;
    for day in 1..=2 {
        let costly = Delivery {
            price: PARTS,
            ..delivery("US", "reset", 0)
        };
        let mut tx = portal.app.store.begin().await.unwrap();
        portal
            .app
            .spend(&mut tx, &costly, portal.app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for _ in 0..2 {
            let (status, _) = portal.start("bo").await;
            assert_eq!(status, 303);
            let goal = [("goal", "forgot")];
            assert_eq!(portal.post("/reset/what", &goal).await.status, 303);
            let phone = [
                ("method", "sms"),
                ("country", "US"),
                ("number", "2125550142"),
            ];
            assert_eq!(portal.post("/reset/send", &phone).await.status, 303);
            portal.deliver().await;
            portal.other_browser();
            portal.wait(Duration::from_mins(1));
        }
        let found = told(&portal).await;
        assert_eq!(
            found,
            vec!["Example Campus: the budget spend-day is used up"; day]
        );
        portal.wait(Duration::from_hours(24));
    }
}

#[tokio::test]
async fn without_an_administrator_nobody_is_told() {
    let portal = Portal::open().await;
    unused(&portal, "FR", "enrol").await;
    portal.wait(TYPED + Duration::from_secs(1));
    portal.worker.tidy().await;
    assert!(portal.messages().await.is_empty());
}
