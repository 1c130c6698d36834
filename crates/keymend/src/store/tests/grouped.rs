//! Writers that share a commit.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_that_give_up_take_only_their_own_work_back() {
    let Engine { store, folder, .. } = sqlite().await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..60 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            tx.set_meta(&format!("w{writer}"), "1").await.unwrap();
            tokio::task::yield_now().await;
            if writer % 3 == 0 {
                drop(tx);
            } else {
                tx.commit().await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    // A commit that returned is on the disk: another program sees it.
    store.close().await;
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let again = Store::open(&url).await.unwrap();
    let mut tx = again.read().await.unwrap();
    for writer in 0..60 {
        let found = tx.meta(&format!("w{writer}")).await.unwrap();
        assert_eq!(found.is_some(), writer % 3 != 0, "writer {writer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_writer_that_leaves_the_queue_leaves_nobody_waiting() {
    let Engine {
        store,
        folder: _folder,
        ..
    } = sqlite().await;
    for round in 0..100 {
        let mut holder = store.begin().await.unwrap();
        holder.set_meta("round", &round.to_string()).await.unwrap();
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { drop(store.begin().await) }
        });
        tokio::task::yield_now().await;
        let committed = tokio::spawn(holder.commit());
        waiting.abort();
        let done = tokio::time::timeout(Duration::from_mins(1), committed).await;
        done.expect("the commit does not wait for somebody who left")
            .unwrap()
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_writer_that_is_cancelled_anywhere_harms_nobody() {
    let Engine {
        store,
        folder: _folder,
        ..
    } = sqlite().await;
    for round in 0..200_u64 {
        let cut_off = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                tx.set_meta("cut", "off").await.unwrap();
                tx.commit().await
            }
        });
        let beside = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                tx.set_meta("beside", &round.to_string()).await.unwrap();
                tx.commit().await
            }
        });
        tokio::time::sleep(Duration::from_micros(round * 7)).await;
        cut_off.abort();
        beside.await.unwrap().unwrap();
        let seen = store.read().await.unwrap().meta("beside").await.unwrap();
        assert_eq!(seen, Some(round.to_string()));
    }
}

#[tokio::test]
async fn a_commit_is_seen_by_readers_at_once() {
    let Engine {
        store,
        folder: _folder,
        ..
    } = sqlite().await;
    for value in 0..50 {
        let text = value.to_string();
        let mut tx = store.begin().await.unwrap();
        tx.set_meta("value", &text).await.unwrap();
        tx.commit().await.unwrap();
        let seen = store.read().await.unwrap().meta("value").await.unwrap();
        assert_eq!(seen, Some(text));
    }
}
