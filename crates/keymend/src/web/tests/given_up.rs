//! Messages that never leave, and how long the others wait: operators see it, by gateway.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::portal::Portal;
use crate::deliver::Worker;
use crate::deliver::gateway::Gateway;
use crate::deliver::gateways::{Gateways, Route};

/// With gateways that are away.
async fn cut_off() -> Portal {
    let away = |id| {
        let nowhere = PathBuf::from("/nowhere/at/all");
        vec![Route::only(id, Gateway::Folder(nowhere))]
    };
    let gateways = Gateways {
        sms: away("pool"),
        voice: Vec::new(),
        email: away("post"),
    };
    let mut portal = Portal::open().await;
    portal.worker = Worker::new(Arc::clone(&portal.app), gateways);
    portal
}

fn shows(portal: &Portal, line: &str) {
    let metrics = portal.app.metrics.text();
    assert!(metrics.lines().any(|one| one == line), "{line}: {metrics}");
}

async fn ask(portal: &mut Portal, method: &str) {
    portal.start("bo").await;
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    let fields = [
        ("method", method),
        ("country", "US"),
        ("number", "2125550142"),
    ];
    portal.post("/reset/send", &fields).await;
}

#[tokio::test]
async fn a_code_that_cannot_leave_grows_old_and_is_given_up() {
    let mut portal = cut_off().await;
    ask(&mut portal, "sms").await;
    portal.deliver().await;
    portal.wait(Duration::from_mins(2));
    portal.deliver().await;
    portal.worker.tidy().await;
    // It is tried again in a moment, and is two minutes old all the same.
    shows(&portal, "keymend_outbox_overdue_seconds{lane=\"text\"} 0");
    shows(&portal, "keymend_outbox_oldest_seconds{lane=\"text\"} 120");
    shows(&portal, "keymend_outbox_oldest_seconds{lane=\"mail\"} 0");
    portal.wait(Duration::from_mins(10));
    portal.deliver().await;
    shows(
        &portal,
        "keymend_gateway_dead_total{channel=\"sms\",gateway=\"pool\",reason=\"expired\"} 1",
    );
    portal.worker.tidy().await;
    shows(&portal, "keymend_outbox_oldest_seconds{lane=\"text\"} 0");
}

#[tokio::test]
async fn a_message_that_nobody_can_take_is_given_up_at_once() {
    let mut portal = cut_off().await;
    ask(&mut portal, "voice").await;
    portal.deliver().await;
    shows(
        &portal,
        "keymend_gateway_dead_total{channel=\"voice\",gateway=\"none\",reason=\"refused\"} 1",
    );
}

#[tokio::test]
async fn a_notice_is_given_up_after_its_last_try() {
    let mut portal = cut_off().await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    portal.get("/password").await;
    let fields = [
        ("current", "Maple-Orbit-Lamp-38"),
        ("password", "Quiet-Lantern-Gravel-57"),
    ];
    assert_eq!(portal.post("/password", &fields).await.status, 303);
    for _ in 0..12 {
        assert!(!portal.app.metrics.text().contains("gateway_dead_total{"));
        portal.deliver().await;
        portal.wait(Duration::from_mins(11));
    }
    for labels in [
        "channel=\"sms\",gateway=\"pool\"",
        "channel=\"email\",gateway=\"post\"",
    ] {
        let line = format!("keymend_gateway_dead_total{{{labels},reason=\"tries\"}} 1");
        shows(&portal, &line);
    }
}
