//! The portal in process, with a clock that stands where the test puts it.

mod alerts;
mod apps;
mod arrival;
mod calls;
mod claim_codes;
mod claims;
mod conversion;
mod effort;
mod given_up;
mod oidc;
mod passkeys;
pub mod portal;
mod profiles;
mod rank;
mod recovery;
mod rules;
mod security;
mod several;
mod time;

use portal::Portal;

#[tokio::test]
async fn every_page_carries_its_protection() {
    let mut portal = Portal::open().await;
    for path in [
        "/",
        "/reset",
        "/sign-in",
        "/nowhere",
        "/register",
        "/assets/nothing.css",
        "/reset/gate",
    ] {
        let answer = portal.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn a_stranger_and_a_colleague_get_the_same_pages() {
    let mut pages = Vec::new();
    for name in ["bo", "nobody", "dev", "ana", "ｂｏ", "*)(uid=*"] {
        let mut portal = Portal::open().await;
        let mut seen = vec![portal.start(name).await];
        portal.post("/reset/what", &[("goal", "forgot")]).await;
        seen.push(portal.get("/reset/gate").await.plain());
        portal.post("/reset/send", &[("method", "email")]).await;
        portal.deliver().await;
        seen.push(portal.get("/reset/gate").await.plain());
        for _ in 0..5 {
            seen.push(
                portal
                    .post("/reset/verify", &[("code", "000000")])
                    .await
                    .plain(),
            );
        }
        pages.push((name, seen));
    }
    let (_, first) = &pages[0];
    for (name, seen) in &pages {
        assert_eq!(seen, first, "{name}");
    }
}
