use proptest::prelude::*;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::*;
use crate::deliver::gateway::Message;
use crate::deliver::gateway::http::account::Account;
use crate::deliver::gateway::http::body::{Body, Json};
use crate::deliver::gateway::http::facts::Back;
use crate::deliver::gateway::http::tests::message;
use keymend_core::time::Timestamp;

fn fault(text: &str) -> String {
    Template::parse(text).unwrap_err()
}

#[test]
fn what_is_not_in_the_set_is_refused_by_name() {
    assert!(fault("a {number} b").starts_with("{number} is unknown; known are {to}, {to-digits}"));
    assert!(fault("{To}").starts_with("{To} is unknown"));
    assert!(fault("{}").starts_with("{} is unknown"));
    assert!(fault("{to").starts_with("`{` without `}`"));
    assert!(fault("to}").starts_with("`}` without `{`"));
    // Between unbalanced braces may stand a secret.
    assert!(!fault("{hunter2 and a long passphrase}").contains("hunter2"));
}

#[test]
fn braces_are_written_twice() {
    let facts = Facts {
        account: &Account::default(),
        message: None,
        back: &Back::default(),
        now: Timestamp::from_millis(1_763_856_000_999),
        signature: String::new(),
        authorization: String::new(),
    };
    let parsed = Template::parse("{{\"at\": {timestamp}}}").unwrap();
    let filled = parsed.fill(&facts, Escape::Nothing).unwrap();
    assert_eq!(filled, "{\"at\": 1763856000}");
}

/// Everything that a message or an account could hold, and more.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC*",
        any::<String>(),
        "[&=?#/%+.<>\"'\\\\{}\r\n\0 -]{0,12}"
    ]
}

fn filled(text: &str, value: &str, escape: Escape) -> Result<String, String> {
    let message = Message {
        body: value.to_owned(),
        ..message("+12125550143")
    };
    let account = Account {
        secret: Some(Zeroizing::new(value.to_owned())),
        ..Account::default()
    };
    let facts = Facts {
        account: &account,
        message: Some(&message),
        back: &Back::default(),
        now: Timestamp::from_millis(0),
        signature: String::new(),
        authorization: String::new(),
    };
    Template::parse(text).unwrap().fill(&facts, escape)
}

/// The text between the first of these and the next, with the five entities and three numbers undone.
fn from_xml(document: &str) -> String {
    let inner = document
        .strip_prefix("<a b=\"")
        .and_then(|rest| rest.strip_suffix("\"/>"))
        .unwrap();
    assert!(
        !inner.contains(['<', '>', '"', '\'', '\n', '\r']),
        "{inner}"
    );
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#10;", "\n"),
        ("&#13;", "\r"),
        ("&#9;", "\t"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(inner.to_owned(), |text, (from, to)| text.replace(from, to))
}

proptest! {
    #[test]
    fn a_value_in_a_query_is_read_as_it_was(value in anything()) {
        let url = filled("https://a.example/s?x=1&t={text}&y=2", &value, Escape::Url).unwrap();
        let url = Url::parse(&url).unwrap();
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let wanted = [("x", "1"), ("t", value.as_str()), ("y", "2")];
        prop_assert_eq!(pairs, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
        prop_assert_eq!((url.host_str(), url.path()), (Some("a.example"), "/s"));
    }

    #[test]
    fn a_value_in_a_path_stays_one_part_of_it(value in anything()) {
        let url = filled("https://a.example/s/-{secret}/send", &value, Escape::Url).unwrap();
        let url = Url::parse(&url).unwrap();
        prop_assert_eq!(url.path_segments().unwrap().count(), 3);
        prop_assert_eq!(url.query(), None);
    }

    #[test]
    fn a_value_in_a_form_is_read_as_it_was(value in anything()) {
        let field = |text: &str| Template::parse(text).unwrap();
        let form = Body::Form(vec![("a&b".to_owned(), field("={text}")), ("to".to_owned(), field("{to}"))]);
        let message = Message { body: value.clone(), ..message("+12125550143") };
        let facts = Facts { account: &Account::default(), message: Some(&message), back: &Back::default(), now: Timestamp::from_millis(0), signature: String::new(), authorization: String::new() };
        let body = form.fill(&facts).unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        prop_assert_eq!(pairs, [("a&b".to_owned(), format!("={value}")), ("to".to_owned(), "+12125550143".to_owned())]);
    }

    #[test]
    fn a_value_in_json_is_read_as_it_was(value in anything()) {
        let raw = filled("{{\"t\": \"-{text}-\", \"u\": 1}}", &value, Escape::Json).unwrap();
        let read: serde_json::Value = serde_json::from_str(&raw).unwrap();
        prop_assert_eq!(read, serde_json::json!({"t": format!("-{value}-"), "u": 1}));
        let json = Body::Json(Json::List(vec![Json::Text(Template::parse("-{text}-").unwrap())]));
        let message = Message { body: value.clone(), ..message("+12125550143") };
        let facts = Facts { account: &Account::default(), message: Some(&message), back: &Back::default(), now: Timestamp::from_millis(0), signature: String::new(), authorization: String::new() };
        let read: serde_json::Value = serde_json::from_str(&json.fill(&facts).unwrap()).unwrap();
        prop_assert_eq!(read, serde_json::json!([format!("-{value}-")]));
    }

    #[test]
    fn a_value_in_xml_is_read_as_it_was_but_for_what_xml_cannot_hold(value in anything()) {
        let document = filled("<a b=\"{text}\"/>", &value, Escape::Xml).unwrap();
        let wanted: String = value.chars().map(|c| match c {
            '\n' | '\r' | '\t' => c,
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => ' ',
            c => c,
        }).collect();
        prop_assert_eq!(from_xml(&document), wanted);
    }

    #[test]
    fn a_value_in_a_header_is_the_same_or_refused_and_never_a_second_header(value in anything()) {
        match filled("Bearer {secret}", &value, Escape::Header) {
            Ok(text) => {
                prop_assert_eq!(&text, &format!("Bearer {value}"));
                prop_assert!(!text.contains(['\r', '\n', '\0']));
                prop_assert!(http::HeaderValue::from_str(&text).is_ok());
            }
            Err(why) => {
                prop_assert!(!can_be_header(&value));
                prop_assert_eq!(why, "{secret} holds what cannot stand in a header");
            }
        }
    }

    #[test]
    fn any_text_is_a_template_or_a_fault(text in anything()) {
        if let Ok(template) = Template::parse(&text) {
            prop_assert!(template.sample("").len() <= text.len());
        }
    }
}
