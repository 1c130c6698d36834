//! Real providers, where `cargo xtask peers` has started them (`tests/peers/README.md`).

use std::collections::BTreeMap;

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;
use url::form_urlencoded::Serializer;

use super::super::portal::{Answer, Portal};
use super::provider::Hostile;
use super::{back, is_in, onward, portal, query, refused};
use crate::oidc::settings::ProviderSettings;
use crate::outbound;

/// A browser before a provider.
#[derive(Default)]
struct Surfer {
    cookies: BTreeMap<String, String>,
}

impl Surfer {
    /// From an address to the portal, filling in each form on the way.
    async fn back_to_us(&mut self, address: &str, fields: &[(&str, &str)]) -> Url {
        let client = outbound::client(None, None).unwrap();
        let mut url = Url::parse(address).unwrap();
        let mut posted: Option<String> = None;
        for _ in 0..12 {
            if url.port() == Some(8080) {
                return url;
            }
            let cookies = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let cookies = cookies.collect::<Vec<_>>().join("; ");
            let request = match posted.take() {
                Some(body) => client
                    .post(url.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body),
                None => client.get(url.clone()),
            };
            let response = request.header(COOKIE, cookies).send().await.unwrap();
            for line in response.headers().get_all(SET_COOKIE) {
                let pair = line.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            if let Some(next) = response.headers().get(LOCATION) {
                url = url.join(next.to_str().unwrap()).unwrap();
                continue;
            }
            let status = response.status();
            let html = response.text().await.unwrap();
            assert!(
                status.is_success() && html.contains("<form"),
                "{url}: {status}: {html}"
            );
            if let Some((_, rest)) = html.split_once("action=\"") {
                url = url.join(rest.split('"').next().unwrap()).unwrap();
            }
            let mut form = Serializer::new(String::new());
            form.extend_pairs(fields);
            for input in html.split("<input type=\"hidden\"").skip(1) {
                let named = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\""))?;
                    rest.split('"').next()
                };
                if let Some((name, value)) = named("name").zip(named("value")) {
                    form.append_pair(name, value);
                }
            }
            posted = Some(form.finish());
        }
        panic!("it goes round in circles: {url}");
    }
}

/// A portal before the provider that a variable names; `None` where there is none.
async fn before(variable: &str, change: impl FnOnce(&mut ProviderSettings)) -> Option<Portal> {
    let Ok(issuer) = std::env::var(variable) else {
        println!("{variable} is not set: that provider is left out");
        return None;
    };
    let hostile = Hostile::begin().await;
    let portal = portal(&hostile, |settings| {
        settings.issuer = issuer;
        settings.secret = Some("portal-secret".to_owned().into());
        settings.scopes.push("email".to_owned());
        change(settings);
    })
    .await;
    portal.wake_up();
    Some(portal)
}

async fn sign_in(portal: &mut Portal, surfer: &mut Surfer, fields: &[(&str, &str)]) -> Answer {
    portal.get("/sign-in").await;
    let next = [("next", "register")];
    let away = portal.post("/sign-in/with/campus", &next).await;
    assert_eq!(away.status, 200, "{}", away.html);
    let sent = query(surfer.back_to_us(&onward(&away), fields).await.as_str());
    let sent: Vec<_> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let known = ["code", "state", "iss", "error", "error_description"];
    assert!(
        sent.iter().all(|(name, _)| known.contains(name)),
        "{sent:?}"
    );
    back(portal, &sent).await
}

/// Out here, and out there.
async fn sign_out(portal: &mut Portal, surfer: &mut Surfer, fields: &[(&str, &str)]) {
    let out = portal.post("/sign-out", &[]).await;
    let home = surfer.back_to_us(&onward(&out), fields).await;
    let done = format!("{}?{}", home.path(), home.query().unwrap_or_default());
    assert!(
        portal.get(&done).await.html.contains("You are signed out"),
        "{done}"
    );
}

#[tokio::test]
async fn a_certified_provider_lets_in_and_out() {
    let variable = "KEYMEND_TEST_OIDC";
    let Some(mut portal) = before(variable, |_| {}).await else {
        return;
    };
    let mut surfer = Surfer::default();
    is_in(&sign_in(&mut portal, &mut surfer, &[("login", "bo")]).await);
    assert_eq!(portal.get("/register").await.status, 200);
    let yes = [("logout", "yes")];
    sign_out(&mut portal, &mut surfer, &yes).await;
    // The provider forgot them as well: it asks for the name again.
    is_in(&sign_in(&mut portal, &mut surfer, &[("login", "ana")]).await);
    let person = portal.app.person(&portal.session_cookie()).await.unwrap();
    assert_eq!(person.account.name, "ana");
    portal.other_browser();
    let no = [("login", "bo"), ("cancel", "yes")];
    let answer = sign_in(&mut portal, &mut Surfer::default(), &no).await;
    assert!(answer.html.contains("You did not sign in"));
    let answer = sign_in(&mut portal, &mut Surfer::default(), &[("login", "nobody")]).await;
    assert!(answer.html.contains("There is no account for you here"));
    let mut words = refused(&portal).await;
    words.sort();
    assert_eq!(words, ["campus cancelled", "campus nobody"]);
}

#[tokio::test]
async fn a_certified_provider_says_how_strongly() {
    let variable = "KEYMEND_TEST_OIDC";
    let strong = |settings: &mut ProviderSettings| {
        settings.demands.amr = vec!["otp".to_owned()];
        settings.max_age = Some(std::time::Duration::from_mins(5));
    };
    let Some(mut portal) = before(variable, strong).await else {
        return;
    };
    let once = [("login", "bo")];
    let answer = sign_in(&mut portal, &mut Surfer::default(), &once).await;
    assert!(answer.html.contains("This needs a stronger sign-in"));
    let twice = [("login", "bo"), ("mfa", "yes")];
    is_in(&sign_in(&mut portal, &mut Surfer::default(), &twice).await);
    assert!(portal.get("/register/email").await.status < 400);
}

#[tokio::test]
async fn a_provider_of_another_make_lets_in_and_out() {
    let by_address = |settings: &mut ProviderSettings| settings.claim = "email".to_owned();
    let Some(mut portal) = before("KEYMEND_TEST_OIDC_MOCK", by_address).await else {
        return;
    };
    let mut surfer = Surfer::default();
    is_in(&sign_in(&mut portal, &mut surfer, &[("sub", "bo")]).await);
    sign_out(&mut portal, &mut surfer, &[]).await;
    // One whose address nobody has verified.
    let answer = sign_in(&mut portal, &mut Surfer::default(), &[("sub", "ana")]).await;
    assert!(answer.html.contains("did not tell us who you are"));
}
