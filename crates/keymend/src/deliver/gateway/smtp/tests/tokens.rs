//! Signing in with tokens.

use zeroize::Zeroizing;

use super::{kept, message, provider, settings, variable};
use crate::deliver::gateway::SendError;
use crate::deliver::gateway::http::tests::provider::Provider;
use crate::deliver::gateway::smtp::grant::GrantSettings;
use crate::deliver::gateway::smtp::sign_in::Proof;
use crate::deliver::gateway::smtp::{Security, Smtp, SmtpSettings};

#[tokio::test]
async fn a_token_is_read_anew_for_each_connection() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP_TOKEN") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let with_token = SmtpSettings {
        account: Some(("portal".to_owned(), Proof::TokenFile(path.clone()))),
        ..settings(&address, Security::Starttls)
    };
    let smtp = Smtp::new(&with_token).unwrap();
    let gone = smtp.send(&message("token@mail.example")).await;
    assert!(matches!(gone, Err(SendError::Later(..))), "{gone:?}");
    std::fs::write(&path, "old-token").unwrap();
    let old = smtp.send(&message("token@mail.example")).await.unwrap_err();
    let words = old.to_string();
    assert!(words.contains("the token is not taken"), "{words}");
    assert!(!words.contains("old-token"), "{words}");
    std::fs::write(&path, "mail-secret\n").unwrap();
    smtp.send(&message("token@mail.example")).await.unwrap();
    let mails = kept("token@mail.example");
    assert_eq!(mails.as_array().unwrap().len(), 1);
    assert_eq!(mails[0]["auth"], "XOAUTH2");
}

#[tokio::test]
async fn a_token_is_asked_for_and_kept_as_long_as_it_lives() {
    provider();
    let Some(address) = variable("KEYMEND_TEST_SMTP_TOKEN") else {
        return;
    };
    let asks = |tokens: &Provider| GrantSettings {
        url: format!("{}/token", tokens.address).parse().unwrap(),
        client: "portal-client".to_owned(),
        secret: Zeroizing::new("client-secret&1".to_owned()),
        scope: "https://outlook.example/.default".to_owned(),
    };
    let smtp = |tokens: &Provider| {
        let grant = Proof::Grant(asks(tokens));
        let shown = format!("{grant:?}");
        assert!(!shown.contains("client-secret"), "{shown}");
        let settings = SmtpSettings {
            account: Some(("portal".to_owned(), grant)),
            ..settings(&address, Security::Starttls)
        };
        Smtp::new(&settings).unwrap()
    };
    let good = Provider::answering(
        200,
        "{\"access_token\": \"mail-secret\", \"expires_in\": 3600}",
    )
    .await;
    let granted = smtp(&good);
    for _ in 0..2 {
        granted.probe().await.unwrap();
    }
    // Two connections, one token.
    let asked = good.only();
    assert_eq!(asked.line, "POST /token HTTP/1.1");
    let form: Vec<(String, String)> = url::form_urlencoded::parse(asked.body.as_bytes())
        .into_owned()
        .collect();
    let wanted = [
        ("grant_type", "client_credentials"),
        ("client_id", "portal-client"),
        ("client_secret", "client-secret&1"),
        ("scope", "https://outlook.example/.default"),
    ];
    assert_eq!(form, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    for (status, body, wanted) in [
        (401, "{}", "no token: its server answered 401"),
        (302, "{}", "no token: its server answered 302"),
        (200, "[]", "no token: there is none in the answer"),
        (
            200,
            "{\"access_token\": \"not-mine\"}",
            "the token is not taken",
        ),
    ] {
        let refuses = Provider::answering(status, body).await;
        let said = smtp(&refuses).probe().await.unwrap_err();
        assert!(said.starts_with(wanted), "{said}");
    }
    // One that is not taken is not kept.
    let stale =
        Provider::answering(200, "{\"access_token\": \"stale\", \"expires_in\": 3600}").await;
    let smtp = smtp(&stale);
    for times in 1..=2 {
        assert!(smtp.probe().await.is_err());
        assert_eq!(stale.asked.lock().unwrap().len(), times);
    }
}
