//! What a call says, and when it says nothing any more.

use std::time::Duration;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keymend_core::secret::Purpose;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::portal::{Answer, Portal};
use crate::chance::Os;
use crate::config::{Named, Provider};
use crate::deliver::call::Call;
use crate::deliver::gateway::http::HttpSettings;
use crate::deliver::gateway::http::account::Account;
use crate::deliver::gateway::http::ready::calls;
use crate::deliver::receipt::{ReceiptKey, Signing};
use crate::deliver::spending::Price;

const TOKEN: &str = "auth-token";
const NUMBER: &str = "+12125550142";

async fn portal() -> Portal {
    let account = Account {
        from: Some("+12125550100".to_owned()),
        name: Some("AC1".to_owned()),
        user: None,
        secret: Some(Zeroizing::new(TOKEN.to_owned())),
    };
    let http = HttpSettings {
        description: calls::description("https://api.twilio.com", account),
        ca_file: None,
        proxy: None,
    };
    let named = Named {
        price: Price::default(),
        id: "voice".to_owned(),
        countries: Vec::new(),
        priority: 10,
        weight: 1,
        receipts: Some(ReceiptKey::new(TOKEN.to_owned(), Signing::Twilio)),
        provider: Provider::Http(Box::new(http)),
    };
    Portal::open_with(|settings| settings.voice = vec![named]).await
}

fn call(portal: &Portal, life: Duration) -> String {
    let call = Call {
        to: NUMBER.to_owned(),
        language: "es".to_owned(),
        purpose: Some(Purpose::Enrol),
        code: "482913".to_owned(),
        until: portal.app.now().plus(life),
        flow: None,
    };
    call.seal(&portal.app.keys, &mut Os)
}

/// Ask for what a call says, as Twilio does.
async fn ask(portal: &mut Portal, path: &str, digits: &str) -> Answer {
    let fields = [("CallSid", "CA1"), ("Digits", digits), ("To", NUMBER)];
    let mut mac = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(format!("http://localhost:8080{path}").as_bytes());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
        form.append_pair(name, value);
    }
    let signature = BASE64.encode(&mac.finalize().into_bytes());
    let header = ("x-twilio-signature", signature.as_str());
    portal.program(path, header, &form.finish()).await
}

#[tokio::test]
async fn the_code_can_be_heard_again_but_not_for_ever() {
    let mut portal = portal().await;
    let path = format!("/calls/voice/{}", call(&portal, Duration::from_mins(10)));
    let opening = ask(&mut portal, &path, "").await;
    assert_eq!(opening.status, 200, "{}", opening.html);
    assert_eq!(opening.header("content-type"), "text/xml; charset=utf-8");
    // Twilio keeps cookies during a call: it needs none.
    assert_eq!(opening.header("set-cookie"), "");
    assert!(opening.html.contains("Example Campus"), "{}", opening.html);
    let code = |answer: &Answer| answer.html.matches("4, 8, 2").count();
    assert_eq!(code(&opening), 0);
    for (turn, digits, times, more) in [
        (1, "", 0, false),
        (1, "#", 2, true),
        (2, "2", 0, false),
        (2, "1", 2, true),
        (3, "1", 2, true),
        (4, "1", 2, false),
        (5, "1", 0, false),
        (255, "1", 0, false),
    ] {
        let said = ask(&mut portal, &format!("{path}/{turn}"), digits).await;
        assert_eq!((said.status, code(&said)), (200, times), "{turn} {digits}");
        let next = format!("{path}/{}\"", turn + 1);
        assert_eq!(said.html.contains("<Gather"), more, "{turn} {digits}");
        assert_eq!(said.html.contains(&next), more, "{turn} {digits}");
        assert!(said.html.contains("<Hangup/>"), "{turn} {digits}");
    }
}

#[tokio::test]
async fn a_code_without_life_is_not_said() {
    let mut portal = portal().await;
    let life = Duration::from_mins(10);
    let path = format!("/calls/voice/{}", call(&portal, life));
    portal.wait(life);
    for turn in ["", "/1", "/2"] {
        let said = ask(&mut portal, &format!("{path}{turn}"), "1").await;
        assert_eq!(said.status, 200);
        assert!(!said.html.contains("4, 8, 2"), "{turn}");
        assert_eq!(said.html.matches("<Say").count(), 1, "{}", said.html);
        assert!(said.html.contains("Adiós"), "{}", said.html);
    }
}
