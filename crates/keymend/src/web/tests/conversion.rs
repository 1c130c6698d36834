//! Whoever is paid for messages does not type the codes in them (FRD-3).

use std::time::Duration;

use keymend_core::id::Id;
use keymend_core::method::Channel;

use super::portal::Portal;
use crate::chance::Os;
use crate::deliver::conversion::TYPED;
use crate::store::deliveries::Delivery;
use crate::store::stops::Stop;

/// Send codes to as many numbers of a country; the first ones are typed.
async fn codes(portal: &Portal, country: &str, purpose: &'static str, [sent, used]: [u32; 2]) {
    let now = portal.app.now();
    let mut tx = portal.app.store.begin().await.unwrap();
    for number in 0..sent {
        let delivery = Delivery {
            channel: Channel::Sms,
            gateway: "sms".to_owned(),
            country: country.to_owned(),
            destination: format!("{country} {purpose} {number}"),
            purpose,
            reference: String::new(),
            price: 0,
        };
        tx.taken(&Id::random(&mut Os), &delivery, now)
            .await
            .unwrap();
        if number < used {
            tx.used(&delivery.destination, now).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn stops(portal: &Portal) -> Vec<Stop> {
    portal.worker.tidy().await;
    let now = portal.app.now();
    portal
        .app
        .store
        .read()
        .await
        .unwrap()
        .stops(now)
        .await
        .unwrap()
}

fn countries(stops: &[Stop]) -> Vec<&str> {
    stops.iter().map(|stop| stop.country.as_str()).collect()
}

#[tokio::test]
async fn registering_stops_where_hardly_any_code_is_used_and_begins_anew() {
    let portal = Portal::open().await;
    codes(&portal, "FR", "enrol", [50, 9]).await;
    codes(&portal, "US", "enrol", [50, 10]).await;
    codes(&portal, "ES", "enrol", [49, 0]).await;
    codes(&portal, "US", "reset", [70, 3]).await;
    assert!(stops(&portal).await.is_empty(), "they may still be typed");
    portal.wait(TYPED + Duration::from_secs(1));
    let found = stops(&portal).await;
    assert_eq!(countries(&found), ["FR"]);
    let metrics = portal.app.metrics.text();
    for line in [
        "keymend_registering_stopped{country=\"FR\"} 1",
        "keymend_codes_used_percent{country=\"FR\",errand=\"register\"} 18",
        "keymend_codes_used_percent{country=\"US\",errand=\"register\"} 20",
        "keymend_codes_used_percent{country=\"US\",errand=\"reset\"} 4",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    // It is not made longer, and what was sent before counts no more when it is over.
    portal.wait(Duration::from_mins(1));
    assert_eq!(stops(&portal).await, found);
    let now = portal.app.now();
    let mut tx = portal.app.store.begin().await.unwrap();
    assert!(tx.resume("FR", now).await.unwrap());
    tx.commit().await.unwrap();
    assert!(stops(&portal).await.is_empty());
    assert!(!portal.app.metrics.text().contains("registering_stopped{"));
    codes(&portal, "FR", "enrol", [50, 0]).await;
    portal.wait(TYPED + Duration::from_secs(1));
    assert_eq!(countries(&stops(&portal).await), ["FR"]);
    portal.wait(Duration::from_hours(6));
    assert!(stops(&portal).await.is_empty(), "it ends by itself");
}
