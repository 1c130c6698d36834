use std::path::Path;

use super::*;

fn folder(id: &str, path: &Path, priority: u16) -> Route {
    Route {
        priority,
        ..Route::only(id, Gateway::Folder(path.to_owned()))
    }
}

fn message(number: u32, country: &str) -> Message {
    Message {
        id: format!("message-{number}"),
        channel: Channel::Sms,
        to: "+12125550142".to_owned(),
        country: Some(country.to_owned()),
        subject: String::new(),
        body: "482913".to_owned(),
        html: None,
        language: "en",
        code: zeroize::Zeroizing::new("482913".to_owned()),
        script: None,
        purpose: None,
        until: None,
    }
}

fn only_sms(sms: Vec<Route>) -> Gateways {
    Gateways {
        sms,
        ..Gateways::default()
    }
}

#[tokio::test]
async fn one_that_fails_is_passed_over_and_goes_last_for_a_while() {
    let there = tempfile::tempdir().unwrap();
    let gateways = only_sms(vec![
        folder("gone", &there.path().join("gone"), 1),
        folder("there", there.path(), 2),
    ]);
    let metrics = Metrics::default();
    for number in 0..2 {
        let sent = gateways
            .send(&message(number, "US"), &[], &Clock::System, &metrics)
            .await;
        assert_eq!(sent.unwrap().gateway, "there");
    }
    let said = |outcome, times| {
        let line = format!("outcome=\"{outcome}\"}} {times}");
        assert!(metrics.text().contains(&line), "{line}: {}", metrics.text());
    };
    said("later", 1);
    said("sent", 2);
}

#[tokio::test]
async fn where_nobody_takes_it_now_it_is_tried_again() {
    let folder_of = tempfile::tempdir().unwrap();
    let gateways = only_sms(vec![folder("gone", &folder_of.path().join("gone"), 1)]);
    let metrics = Metrics::default();
    let said = gateways
        .send(&message(1, "US"), &[], &Clock::System, &metrics)
        .await;
    let Err(Unsent { by, why }) = said else {
        panic!("taken")
    };
    assert_eq!(by, "gone");
    assert!(matches!(why, SendError::Later(..)));
    // Down or not, it is the only one: it is asked, and takes it once it can.
    std::fs::create_dir(folder_of.path().join("gone")).unwrap();
    let said = gateways
        .send(&message(1, "US"), &[], &Clock::System, &metrics)
        .await;
    assert_eq!(said.unwrap().gateway, "gone");
}

#[tokio::test]
async fn whoever_asks_again_is_served_by_another() {
    let place = tempfile::tempdir().unwrap();
    let gateways = only_sms(vec![
        folder("first", place.path(), 1),
        folder("second", place.path(), 2),
    ]);
    let metrics = Metrics::default();
    let silent = ["first".to_owned()];
    let sent = gateways
        .send(&message(1, "US"), &silent, &Clock::System, &metrics)
        .await;
    assert_eq!(sent.unwrap().gateway, "second");
}

#[tokio::test]
async fn a_country_that_nobody_serves_is_never() {
    let place = tempfile::tempdir().unwrap();
    let mut spain = folder("spain", place.path(), 1);
    spain.countries = vec!["ES".to_owned()];
    let gateways = only_sms(vec![spain]);
    let metrics = Metrics::default();
    let sent = gateways
        .send(&message(1, "ES"), &[], &Clock::System, &metrics)
        .await;
    assert_eq!(sent.unwrap().gateway, "spain");
    let said = gateways
        .send(&message(2, "US"), &[], &Clock::System, &metrics)
        .await;
    let Err(Unsent {
        by,
        why: SendError::Never(why),
    }) = said
    else {
        panic!("taken")
    };
    assert_eq!(by, "", "nobody was asked");
    assert!(why.contains("US"), "{why}");
}

#[test]
fn rests_double_up_to_two_minutes_and_end_with_an_answer() {
    let health = Health::default();
    let rest = || {
        let now = Instant::now();
        health.failed(now);
        let down = |seconds: &u64| health.down(now + Duration::from_secs(*seconds));
        (0..1000).take_while(down).count()
    };
    let rests: Vec<_> = (0..8).map(|_| rest()).collect();
    assert_eq!(rests, [2, 4, 8, 16, 32, 64, 120, 120]);
    health.answered();
    assert_eq!(rest(), 2);
}
