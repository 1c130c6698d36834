//! Real providers, where `cargo xtask peers` has started them (`tests/peers/README.md`).

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use url::Url;
use url::form_urlencoded::Serializer;

use super::super::portal::{Answer, Portal};
use super::provider::Hostile;
use super::{Query, back, is_in, onward, portal, query, refused};
use crate::oidc::settings::ProviderSettings;
use crate::outbound;

/// A browser before a provider.
#[derive(Default)]
struct Surfer {
    cookies: BTreeMap<String, String>,
    /// Where a form was filled in.
    asked: Vec<String>,
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
            self.asked.push(url.path().to_owned());
            let mut form = Serializer::new(String::new());
            form.extend_pairs(fields);
            for input in html.split("<input type=\"hidden\"").skip(1) {
                let (input, _) = input.split_once('>').unwrap();
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

/// Away, and before our door again: what the provider sends.
async fn go(portal: &mut Portal, surfer: &mut Surfer, fields: &[(&str, &str)]) -> Query {
    portal.get("/sign-in").await;
    let next = [("next", "register")];
    let away = portal.post("/sign-in/with/campus", &next).await;
    assert_eq!(away.status, 200, "{}", away.html);
    let sent = query(surfer.back_to_us(&onward(&away), fields).await.as_str());
    let known = ["code", "state", "iss", "error", "error_description"];
    let all = sent.keys().all(|name| known.contains(&name.as_str()));
    assert!(all, "{sent:?}");
    sent
}

/// Through our door with that.
async fn come(portal: &mut Portal, sent: &Query) -> Answer {
    let sent = sent.iter().map(|(name, value)| (&**name, &**value));
    back(portal, &sent.collect::<Vec<_>>()).await
}

async fn sign_in(portal: &mut Portal, surfer: &mut Surfer, fields: &[(&str, &str)]) -> Answer {
    // However long the last one took.
    portal.wake_up();
    let sent = go(portal, surfer, fields).await;
    come(portal, &sent).await
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
    // Whoever is in does it for a fresh proof, and is asked once more.
    is_in(&sign_in(&mut portal, &mut surfer, &[("login", "bo")]).await);
    assert_eq!(surfer.asked.len(), 2);
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
        settings.max_age = Some(Duration::from_mins(5));
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

const DJANGO: &str = "KEYMEND_TEST_OIDC_DJANGO";
const SECRET: &str = "Harbor-Violet-Kite-71";
const BO: &[(&str, &str)] = &[("username", "bo"), ("password", SECRET), ("allow", "yes")];
const ANA: &[(&str, &str)] = &[("username", "ana"), ("password", SECRET), ("allow", "yes")];
const FORM: &str = "/login/";

/// A portal before Django, whose people are known by their addresses.
async fn before_django(change: impl FnOnce(&mut ProviderSettings)) -> Option<Portal> {
    before(DJANGO, |settings| {
        settings.claim = "email".to_owned();
        change(settings);
    })
    .await
}

#[tokio::test]
async fn django_lets_in_by_a_verified_address_and_out() {
    let Some(mut portal) = before_django(|_| {}).await else {
        return;
    };
    let mut surfer = Surfer::default();
    let sent = go(&mut portal, &mut surfer, BO).await;
    assert_eq!(sent["iss"], std::env::var(DJANGO).unwrap());
    is_in(&come(&mut portal, &sent).await);
    let person = portal.app.person(&portal.session_cookie()).await.unwrap();
    assert_eq!(person.account.name, "bo");
    assert_eq!(portal.get("/register").await.status, 200);
    sign_out(&mut portal, &mut surfer, BO).await;
    // It forgot bo as well, and nobody has verified the address of ana.
    surfer.asked.clear();
    let answer = sign_in(&mut portal, &mut surfer, ANA).await;
    assert_eq!(surfer.asked, [FORM, "/o/authorize/"]);
    assert_eq!(answer.status, 502);
    assert!(answer.html.contains("did not tell us who you are"));
    assert_eq!(portal.get("/register").await.header("location"), "/sign-in");
    assert_eq!(refused(&portal).await, ["campus unnamed"]);
}

#[tokio::test]
async fn an_answer_of_django_serves_once_and_for_its_own_sign_in() {
    let Some(mut portal) = before_django(|_| {}).await else {
        return;
    };
    let mut surfer = Surfer::default();
    let first = go(&mut portal, &mut surfer, BO).await;
    let cookies = portal.cookies();
    is_in(&come(&mut portal, &first).await);
    portal.these_cookies(cookies);
    let again = come(&mut portal, &first).await;
    assert!(again.status == 410 && again.html.contains("This sign-in is over"));
    // A code that was used, and one that somebody else got and left alone, in an answer that is ours.
    portal.other_browser();
    let unused = go(&mut portal, &mut surfer, BO).await;
    for code in [&first["code"], &unused["code"]] {
        portal.other_browser();
        let mut sent = go(&mut portal, &mut surfer, BO).await;
        sent.insert("code".to_owned(), code.clone());
        let answer = come(&mut portal, &sent).await;
        assert_eq!(answer.status, 502);
        assert!(answer.html.contains("Campus account did not let you in"));
        assert_eq!(portal.get("/register").await.header("location"), "/sign-in");
    }
    let mut words = refused(&portal).await;
    words.sort();
    assert_eq!(words, ["campus over", "campus refused", "campus refused"]);
}

#[tokio::test]
async fn each_no_of_django_has_its_page() {
    type Change = fn(&mut ProviderSettings);
    let (no, yes) = (&BO[..2], BO);
    let scope = |settings: &mut ProviderSettings| settings.scopes.push("groups".to_owned());
    let secret =
        |settings: &mut ProviderSettings| settings.secret = Some("wrong".to_owned().into());
    let cases: [(Change, _, _, _); 3] = [
        (|_| {}, no, "You did not sign in", "campus cancelled"),
        (
            scope,
            yes,
            "Campus account did not let you in",
            "campus refused",
        ),
        (
            secret,
            yes,
            "Campus account cannot be reached",
            "campus down",
        ),
    ];
    for (change, fields, page, word) in cases {
        let Some(mut portal) = before_django(change).await else {
            return;
        };
        let answer = sign_in(&mut portal, &mut Surfer::default(), fields).await;
        assert!(answer.html.contains(page), "{word}: {}", answer.html);
        assert_eq!(refused(&portal).await, [word]);
    }
}

#[tokio::test]
async fn what_django_does_not_know_to_demand_has_a_plain_page() {
    let classes =
        |settings: &mut ProviderSettings| settings.demands.acr = vec!["urn:mfa".to_owned()];
    let Some(mut portal) = before_django(classes).await else {
        return;
    };
    let answer = sign_in(&mut portal, &mut Surfer::default(), BO).await;
    assert!(answer.status == 403 && answer.html.contains("This needs a stronger sign-in"));
    assert_eq!(refused(&portal).await, ["campus weak"]);

    let age = |settings: &mut ProviderSettings| settings.max_age = Some(Duration::from_mins(30));
    let mut portal = before_django(age).await.unwrap();
    let mut surfer = Surfer::default();
    is_in(&sign_in(&mut portal, &mut surfer, BO).await);
    portal.other_browser();
    portal.wait(Duration::from_mins(40));
    let sent = go(&mut portal, &mut surfer, BO).await;
    let answer = come(&mut portal, &sent).await;
    assert!(answer.status == 403 && answer.html.contains("Please sign in anew"));
    assert_eq!(refused(&portal).await, ["campus stale"]);
}

#[tokio::test]
async fn django_asks_anew_whoever_must_prove_it_anew() {
    let Some(mut portal) = before_django(|_| {}).await else {
        return;
    };
    let mut surfer = Surfer::default();
    let forms = |surfer: &Surfer| surfer.asked.iter().filter(|path| *path == FORM).count();
    is_in(&sign_in(&mut portal, &mut surfer, BO).await);
    portal.other_browser();
    is_in(&sign_in(&mut portal, &mut surfer, BO).await);
    assert_eq!(forms(&surfer), 1, "it knows them");
    // Whoever is in does it for a fresh proof.
    is_in(&sign_in(&mut portal, &mut surfer, BO).await);
    assert_eq!(forms(&surfer), 2);
    let each_time = |settings: &mut ProviderSettings| settings.max_age = Some(Duration::ZERO);
    let mut portal = before_django(each_time).await.unwrap();
    is_in(&sign_in(&mut portal, &mut surfer, BO).await);
    assert_eq!(forms(&surfer), 3);
}
