//! What leaves the house, and what became of it.

use keymend_core::contact::EmailAddress;
use keymend_core::registration::Destination;
use sqlx::query;

use super::*;
use crate::deliver::job::{Happened, Job, Notice};
use crate::deliver::receipt::Heard;
use crate::store::deliveries::Delivery;
use crate::store::outbox::{Ended, Lane, Waiting};

fn row(lane: Lane, due: Timestamp, expires: Timestamp) -> Waiting {
    Waiting {
        lane,
        due,
        expires,
        known: false,
    }
}

#[tokio::test]
async fn a_claimed_row_comes_back_when_its_claim_ends_and_a_settled_one_never() {
    let keys = keys();
    let lease = Duration::from_secs(90);
    for Engine { store, .. } in &engines().await {
        let later = NOW.plus(Duration::from_mins(10));
        let before = NOW.minus(Duration::from_secs(5));
        let mut tx = store.begin().await.unwrap();
        for (text, due) in [(&b"second"[..], NOW), (b"first", before)] {
            let pushed = tx.push(text, row(Lane::Text, due, later), &keys);
            pushed.await.unwrap();
        }
        let notice = tx.push(b"notice", row(Lane::Notice, NOW, later), &keys);
        notice.await.unwrap();
        tx.commit().await.unwrap();
        let claim = async |now: Timestamp| {
            let until = now.plus(lease);
            let mut tx = store.begin().await.unwrap();
            let claimed = tx.claim(Lane::Text, now, until, 10, &keys).await.unwrap();
            tx.commit().await.unwrap();
            claimed
        };
        let waiting = async |lane, most| {
            let mut tx = store.read().await.unwrap();
            tx.waiting(lane, NOW, most).await.unwrap()
        };
        assert_eq!(waiting(Lane::Text, 10).await, (2, before));
        assert_eq!(waiting(Lane::Text, 1).await, (1, before));
        assert_eq!(waiting(Lane::Mail, 10).await, (0, NOW));
        let oldest = async |lane| store.read().await.unwrap().oldest(lane).await.unwrap();
        assert_eq!(oldest(Lane::Mail).await, None);
        let first = claim(NOW).await;
        let texts: Vec<_> = first.iter().map(|row| row.payload.as_slice()).collect();
        assert_eq!(
            texts,
            [&b"first"[..], b"second"],
            "in their order, and none of another lane"
        );
        assert!(claim(NOW).await.is_empty(), "claimed");
        let again = claim(NOW.plus(lease)).await;
        assert_eq!(
            again.iter().map(|row| row.attempts).collect::<Vec<_>>(),
            [2, 2]
        );
        let mut tx = store.begin().await.unwrap();
        tx.settle(&again[0].id, Ended::Sent, "", NOW).await.unwrap();
        tx.retry_at(&again[1].id, NOW.plus(lease * 3), "busy", "first")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(claim(NOW.plus(lease * 2)).await.is_empty());
        let last = claim(NOW.plus(lease * 3)).await;
        assert_eq!((last.len(), last[0].gateway.as_str()), (1, "first"));
        // Tried again it is as old as it is; a gateway that was asked is not forgotten.
        assert_eq!(oldest(Lane::Text).await, Some(NOW));
        let mut tx = store.begin().await.unwrap();
        let later = NOW.plus(lease * 4);
        let again = tx.retry_at(&last[0].id, later, "the directory is down", "");
        again.await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claim(later).await[0].gateway, "first");
        assert_eq!(waiting(Lane::Text, 10).await.0, 1);
    }
}

#[tokio::test]
async fn a_row_knows_where_it_was_asked_for_and_is_drawn_once() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let later = NOW.plus(MINUTE);
        let mut tx = store.begin().await.unwrap();
        for (text, known) in [(&b"known"[..], true), (b"unknown", false)] {
            let row = Waiting {
                known,
                ..row(Lane::Text, NOW, later)
            };
            tx.push(text, row, &keys).await.unwrap();
        }
        for claimed in tx.claim(Lane::Text, NOW, later, 10, &keys).await.unwrap() {
            assert_eq!(claimed.known, claimed.payload.as_slice() == b"known");
            assert!(tx.draw(&claimed.id).await.unwrap());
            assert!(!tx.draw(&claimed.id).await.unwrap(), "drawn twice");
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_gateway_is_silent_until_a_receipt_says_that_it_arrived() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let mut tx = store.begin().await.unwrap();
        let job = tx.push(b"x", row(Lane::Text, NOW, NOW.plus(MINUTE)), &keys);
        let job = job.await.unwrap();
        let delivery = Delivery {
            price: 0,
            channel: Channel::Sms,
            gateway: "first".to_owned(),
            country: "US".to_owned(),
            destination: "index".to_owned(),
            purpose: "reset",
            reference: "SM1".to_owned(),
        };
        tx.taken(&job, &delivery, NOW).await.unwrap();
        let mut silent = async |destination, channel, since| {
            tx.silent_gateways(destination, channel, since)
                .await
                .unwrap()
        };
        assert_eq!(silent("index", Channel::Sms, NOW).await, ["first"]);
        assert!(silent("other", Channel::Sms, NOW).await.is_empty());
        assert!(silent("index", Channel::Voice, NOW).await.is_empty());
        assert!(
            silent("index", Channel::Sms, NOW.plus(MINUTE))
                .await
                .is_empty()
        );
        let mut heard = async |gateway, reference, heard| {
            let now = NOW.plus(MINUTE);
            tx.heard(gateway, reference, heard, now).await.unwrap()
        };
        assert_eq!(heard("second", "SM1", Heard::Arrived).await, None);
        assert_eq!(heard("first", "SM2", Heard::Arrived).await, None);
        assert_eq!(heard("first", "SM1", Heard::Arrived).await, Some(MINUTE));
        // Played again, or contradicted: the first word stands.
        assert_eq!(heard("first", "SM1", Heard::Failed).await, None);
        let silent = tx.silent_gateways("index", Channel::Sms, NOW).await;
        assert!(silent.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

/// A gateway may be quicker with its receipt than we with the row of what it took; and a crash may lie between.
#[tokio::test]
async fn a_receipt_that_comes_first_is_kept() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        for (reference, said) in [("SM7", Some(Heard::Arrived)), ("SM8", None), ("", None)] {
            let mut tx = store.begin().await.unwrap();
            if said.is_some() {
                for heard in [Heard::Arrived, Heard::Failed] {
                    let known = tx.heard("first", "SM7", heard, NOW).await.unwrap();
                    assert_eq!(known, None, "nothing is known of it yet");
                }
            }
            let job = tx.push(b"x", row(Lane::Text, NOW, NOW.plus(MINUTE)), &keys);
            let job = job.await.unwrap();
            let delivery = Delivery {
                price: 0,
                channel: Channel::Sms,
                gateway: "first".to_owned(),
                country: "US".to_owned(),
                destination: format!("index {reference}"),
                purpose: "reset",
                reference: reference.to_owned(),
            };
            let heard = tx.taken(&job, &delivery, NOW).await.unwrap();
            assert_eq!(heard, said);
            let newest = tx.newest_delivery(&delivery.destination, Channel::Sms, NOW);
            let (_, state) = newest.await.unwrap().unwrap();
            assert_eq!(state, said.map_or("taken", Heard::as_str));
            tx.commit().await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        tx.sweep(NOW.plus(MINUTE)).await.unwrap();
        assert_eq!(
            tx.heard("first", "SM7", Heard::Failed, NOW).await.unwrap(),
            None
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn each_gateway_has_a_share_of_codes_that_were_used() {
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let mut tx = store.begin().await.unwrap();
        for (number, (gateway, channel, purpose)) in [
            ("one", Channel::Sms, "reset"),
            ("one", Channel::Sms, "enrol"),
            ("one", Channel::Sms, "test"),
            ("two", Channel::Voice, "unlock"),
            ("post", Channel::Email, "reset"),
        ]
        .into_iter()
        .enumerate()
        {
            let job = tx.push(b"x", row(Lane::Text, NOW, NOW.plus(MINUTE)), &keys);
            let job = job.await.unwrap();
            let delivery = Delivery {
                price: 0,
                channel,
                gateway: gateway.to_owned(),
                country: "US".to_owned(),
                destination: number.to_string(),
                purpose,
                reference: String::new(),
            };
            tx.taken(&job, &delivery, NOW).await.unwrap();
        }
        tx.used("0", NOW).await.unwrap();
        let shares = tx.used_by_gateway(NOW, NOW.plus(MINUTE)).await.unwrap();
        let shares = shares.iter().map(|share| {
            let counted = share.counted;
            (
                share.channel.as_str(),
                share.gateway.as_str(),
                counted.sent,
                counted.used,
            )
        });
        let shares: Vec<_> = shares.collect();
        assert_eq!(shares, [("sms", "one", 2, 1), ("voice", "two", 1, 0)]);
        assert!(tx.used_by_gateway(NOW, NOW).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn codes_find_no_room_behind_ten_thousand_and_notices_always_do() {
    const MANY: &str = "INSERT INTO outbox (id, lane, due, expires, attempts, state, reason, settled) \
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10000) \
         SELECT 'job-' || n, 'text', $1, $1, 0, 'queued', '', 0 FROM number";
    let keys = keys();
    for Engine { store, .. } in &engines().await {
        let account: Id<_> = Id::random(&mut Os);
        let code = |channel| Job::HeldCode {
            account: account.clone(),
            session: Id::random(&mut Os),
            challenge: Id::random(&mut Os),
            channel,
            code: "123456".to_owned(),
            until: NOW.plus(MINUTE),
        };
        let mut tx = store.begin().await.unwrap();
        on!(&mut tx, |c| query(MANY)
            .bind(NOW.as_millis())
            .execute(c)
            .await
            .unwrap()
            .rows_affected());
        let text = tx.queue_code(&code(Channel::Sms), false, NOW, &keys).await;
        assert!(matches!(text, Err(StoreError::Full)), "{text:?}");
        let mail = code(Channel::Email);
        tx.queue_code(&mail, true, NOW, &keys).await.unwrap();
        let told = Job::Tell {
            channel: Channel::Email,
            destination: Destination::Email(EmailAddress::parse("ana@example.org", &[]).unwrap()),
            notice: Notice {
                account: account.clone(),
                happened: Happened::Reset,
                method: None,
                at: NOW,
                token: String::new(),
            },
        };
        tx.queue(&told, NOW, &keys).await.unwrap();
        tx.commit().await.unwrap();
    }
}
