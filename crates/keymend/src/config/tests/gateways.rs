//! `[sms]` and `[voice]` of the kinds that leave over the network.

use super::*;
use crate::deliver::gateway::http::ready::Kind;
use crate::deliver::receipt::{ReceiptKey, Signing};

/// A description that works.
const SMS: &str = r#"[sms]
kind = "http"
method = "POST"
url = "https://sms.example.org/v1/{account}/send?ref={id}"
headers = { Authorization = "Bearer {secret}", X-Sender = "{from}" }
json = { to = ["{to}"], text = "{text}", flash = false, nested = { digits = "{to-digits}" } }
from = "Campus"
account = "a1"
secret = "hunter-2"
sent = [{ status = "200-299", at = "/status", is = ["ok", 0] }]
later = [{ status = [429, "500-599"] }]
never = [{ status = 400, at = "/code", is = ["bad-number"] }]
reference = { at = "/id" }
probe = { url = "https://sms.example.org/v1/{account}", balance = "/balance" }
"#;

/// Phones, and nothing but text messages for them.
fn with(sms: &str) -> String {
    let phone = LEAST.replace("methods = [\"email\"]", "methods = [\"phone\", \"email\"]");
    format!("{phone}\n{sms}")
}

fn sms(text: &str) -> Vec<String> {
    let found = faults(&with(text));
    let own = found.into_iter();
    own.filter_map(|line| Some(line.split_once("sms")?.1.to_owned()))
        .collect()
}

/// The only gateway of a channel.
fn provider(named: &[Named]) -> &Provider {
    match named {
        [Named { provider, .. }] => provider,
        _ => panic!("not one gateway: {named:?}"),
    }
}

#[test]
fn a_described_gateway_makes_text_messages_something_to_offer() {
    assert_eq!(sms(SMS), Vec::<String>::new());
    let proxied = format!("{SMS}proxy = \"http://me:hunter-2@proxy.example:3128\"\n");
    let settings = read("x", &with(&proxied), std::iter::empty()).unwrap();
    assert!(matches!(provider(&settings.sms), Provider::Http(_)));
    let offered: Vec<_> = settings.policy.channels.iter().collect();
    assert_eq!(offered, [&Channel::Sms, &Channel::Email]);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("hunter-2"), "{shown}");
}

#[test]
fn each_ready_kind_needs_little() {
    for kind in Kind::ALL {
        let url = match kind.address() {
            None => "url = \"https://sms.example.org/send\"\n",
            Some(_) => "",
        };
        let name = kind.as_str();
        let text = format!(
            "[sms]\nkind = \"{name}\"\n{url}from = \"Campus\"\naccount = \"a1\"\nsecret = \"hunter-2\"\n"
        );
        assert_eq!(sms(&text), Vec::<String>::new(), "{name}");
        let settings = read("x", &with(&text), std::iter::empty()).unwrap();
        assert!(settings.policy.channels.contains(&Channel::Sms), "{name}");
        // A key of a description is no key of a ready one.
        let more = sms(&format!("{text}sent = []\n")).join("\n");
        assert!(more.contains(".sent: unknown"), "{name}: {more}");
        let without = text.replace("secret = \"hunter-2\"\n", "");
        let missing = sms(&without).join("\n");
        assert!(missing.contains(".secret: is missing"), "{name}: {missing}");
    }
    let other = sms("[sms]\nkind = \"pigeon\"\n").join("\n");
    assert!(
        other.starts_with(".kind: `folder`, `http`, `smpp`, `twilio`, "),
        "{other}"
    );
}

#[test]
fn the_secret_comes_from_a_file_or_the_environment_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "from-a-file\n").unwrap();
    let file = format!("secret-file = \"{}\"", path.display());
    let secret = |text: &str, variable: Option<&str>| {
        let variable = variable.map(|value| ("KEYMEND_SMS__SECRET".to_owned(), value.to_owned()));
        match provider(&read("x", &with(text), variable.into_iter()).unwrap().sms) {
            Provider::Http(http) => http.description.account.secret.clone().unwrap().to_string(),
            _ => panic!("no gateway"),
        }
    };
    let in_file = SMS.replace("secret = \"hunter-2\"", &file);
    assert_eq!(secret(&in_file, None), "from-a-file");
    let nowhere = SMS.replace("secret = \"hunter-2\"\n", "");
    assert_eq!(secret(&nowhere, Some("12345")), "12345");
}

/// Phones, and nothing but calls to them.
fn voice(text: &str) -> Vec<String> {
    let found = faults(&with(&format!("[voice]\n{text}")));
    let own = found.into_iter();
    own.filter_map(|line| Some(line.split_once("voice")?.1.to_owned()))
        .collect()
}

#[test]
fn calls_leave_by_twilio_or_by_a_request_that_is_described() {
    const TWILIO: &str =
        "kind = \"twilio\"\naccount = \"AC1\"\nsecret = \"hunter-2\"\nfrom = \"+12125550100\"\n";
    let webhook = "kind = \"webhook\"\nurl = \"https://a.example/call\"\nsecret = \"hunter-2\"\n";
    let http = SMS.replace("[sms]\n", "");
    for text in [TWILIO, webhook, &http] {
        assert_eq!(voice(text), Vec::<String>::new(), "{text}");
    }
    let key = |text: &str| {
        let text = with(&format!("[voice]\n{text}"));
        let settings = read("x", &text, std::iter::empty()).unwrap();
        assert!(settings.policy.channels.contains(&Channel::Voice));
        let shown = format!("{:?}", settings.voice);
        assert!(!shown.contains("hunter-2"), "{shown}");
        let [named] = &settings.voice[..] else {
            panic!("not one gateway: {shown}");
        };
        named.receipts.as_ref().map(ReceiptKey::signing)
    };
    // The auth token proves their requests as it proves ours.
    assert_eq!(key(TWILIO), Some(Signing::Twilio));
    assert_eq!(key(webhook), None);
    let with_key = format!("{TWILIO}user = \"SK1\"\n");
    let missing = voice(&with_key).join("\n");
    assert!(
        missing.starts_with(".receipt-secret: is missing: the auth token"),
        "{missing}"
    );
    let whole = format!("{with_key}receipt-secret = \"hunter-2\"\n");
    assert_eq!(key(&whole), Some(Signing::Twilio));
    let other = voice("kind = \"vonage\"\n").join("\n");
    assert!(
        other.starts_with(".kind: `folder`, `http`, `sip`, `twilio`, `webhook`"),
        "{other}"
    );
    // Who could use these must be somebody whose signature we know.
    for name in ["script", "receipts"] {
        let own = http.replace("{text}", &format!("{{{name}}}"));
        let all = voice(&own).join("\n");
        assert!(all.contains(&format!("{{{name}}} is unknown")), "{all}");
    }
}

#[test]
fn gateways_of_two_channels_whose_receipts_are_heard_have_two_names() {
    let both = |voice: &str| {
        let folder = "folder = \"/tmp\"\n";
        let text =
            format!("[sms.one]\n{folder}receipt-secret = \"k\"\n[voice.one]\n{folder}{voice}");
        faults(&with(&text)).join("\n")
    };
    assert_eq!(both(""), "");
    let same = both("receipt-secret = \"k\"\n");
    assert!(
        same.contains("voice.one: [sms] has a gateway of this name"),
        "{same}"
    );
}

const URL: &str = "https://sms.example.org/v1/{account}/send?ref={id}";
const SENT: &str = "sent = [{ status = \"200-299\", at = \"/status\", is = [\"ok\", 0] }]\n";
/// What is changed, into what, and the fault.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "at = \"/code\", is = [\"bad-number\"]",
        "has = [\"\"]",
        ".never: `has` is empty",
    ),
    ("\"{text}\"", "\"{code}\"", ".url: {text} stands nowhere"),
    (
        "\"{text}\"",
        "\"{txt}\"",
        ".json.text: {txt} is unknown; known are {to}",
    ),
    ("\"{text}\"", "\"{text\"", ".json.text: `{` without `}`"),
    (
        "\"{to-digits}\"",
        "\"{nr}\"",
        ".json.nested.digits: {nr} is unknown",
    ),
    (URL, "sms.example.org", ".url: an address such as"),
    (URL, "https://", ".url: an address such as"),
    (URL, "ftp://sms.example.org/", ".url: an address such as"),
    (
        URL,
        "http://sms.example.org/",
        ".url: plain http is for this machine only",
    ),
    (
        URL,
        "http://127.0.0.1.example.org/",
        ".url: plain http is for this machine only",
    ),
    (
        URL,
        "https://{account}.example.org/",
        ".url: the host is fixed",
    ),
    (
        URL,
        "https://sms.example.org{account}/",
        ".url: the host is fixed",
    ),
    (URL, "{account}", ".url: an address such as"),
    (
        URL,
        "https://a:b@sms.example.org/",
        ".url: no name and password",
    ),
    (URL, "https://sms.example.org/#a", ".url: no `#`"),
    (
        URL,
        "https://sms.example.org/{text}?a",
        ".url: {text} can stand behind the `?`",
    ),
    (
        URL,
        "https://sms.example.org/{signature}",
        ".url: {signature} and {aws-sns} can stand in a header only",
    ),
    (
        "\"{from}\"",
        "\"a\\r\\nb\"",
        ".headers.x-sender: holds a line break",
    ),
    (
        "\"{from}\"",
        "\"{text}\"",
        ".headers.x-sender: {text} has several lines",
    ),
    (
        "X-Sender",
        "\"X Sender\"",
        ".headers.X Sender: no header has such a name",
    ),
    (
        "X-Sender",
        "Host",
        ".headers.host: is written by the connection",
    ),
    (
        "X-Sender",
        "Content-Type",
        ".headers.content-type: comes from the body",
    ),
    (
        "from = \"Campus\"\n",
        "",
        ".from: is missing; the request has {from}",
    ),
    (
        "from = \"Campus\"",
        "from = \"a\\nb\"",
        ".from: holds a line break",
    ),
    ("from = \"Campus\"", "from = \"\"", ".from: is empty"),
    ("secret = \"hunter-2\"\n", "", ".secret: is missing"),
    ("account = \"a1\"\n", "", ".account: is missing"),
    (SENT, "", ".sent: no answer would mean"),
    ("\"200-299\"", "\"200+\"", ".sent: statuses are 100 to 599"),
    ("\"/status\"", "\"status\"", ".sent: a JSON pointer"),
    ("at = \"/code\", ", "", ".never: `is` needs `at`"),
    (
        "{ at = \"/id\" }",
        "{ header = \"a b\" }",
        ".reference: no header",
    ),
    (
        "{ at = \"/id\" }",
        "{ in = \"/id\" }",
        ".reference: unknown variant",
    ),
    (
        "balance = \"/balance\"",
        "balance = \"b\"",
        ".probe: a JSON pointer",
    ),
    (
        "/v1/{account}\", b",
        "/v1/{to}\", b",
        ".probe: there is no message",
    ),
    (
        "method = \"POST\"",
        "method = \"GET\"",
        ".method: GET has no body",
    ),
    (
        "method = \"POST\"",
        "method = \"SEND\"",
        ".method: `GET`, `POST` or `PUT`",
    ),
    (
        "json = ",
        "form = { to = \"{to}\" }\njson = ",
        ".form: one of",
    ),
    (
        "json = ",
        "proxy = \"socks5://hunter-2@a.example\"\njson = ",
        ".proxy: `http://HOST",
    ),
    ("json = ", "folder = \"/tmp\"\njson = ", ".folder: unknown"),
    (
        "json = ",
        "raw = \"{to}\"\njson = ",
        ".content-type: `raw` and",
    ),
];

#[test]
fn a_description_that_cannot_work_is_refused_with_its_key() {
    for (from, to, wanted) in FAULTS {
        assert!(SMS.contains(*from), "{from}");
        let all = sms(&SMS.replacen(*from, to, 1)).join("\n");
        assert!(all.contains(*wanted), "{wanted}: {all}");
        assert!(!all.contains("hunter-2"), "{all}");
    }
    // To this machine only, in the clear.
    for host in ["127.0.0.1:13013", "localhost", "[::1]:80"] {
        let near = SMS.replacen(
            "https://sms.example.org/v1/{account}/send",
            &format!("http://{host}/s"),
            1,
        );
        assert_eq!(sms(&near), Vec::<String>::new(), "{host}");
    }
}

#[test]
fn all_faults_of_a_description_are_told_at_once() {
    let found = sms(
        "[sms]\nkind = \"http\"\nurl = \"http://a.example/\"\nheaders = { A = \"{x}\" }\nform = { b = \"{y}\", c = \"{secret}\" }\n",
    );
    let all = found.join("\n");
    for wanted in [
        ".url: plain http",
        ".url: {to} stands nowhere",
        ".url: {text} stands nowhere",
        ".headers.A: {x} is unknown",
        ".form.b: {y} is unknown",
        ".secret: is missing",
        ".sent: no answer",
    ] {
        assert!(all.contains(wanted), "{wanted} is not in\n{all}");
    }
}

#[test]
fn how_a_raw_body_is_taken_apart_decides_how_values_are_escaped() {
    let (front, rest) = SMS.split_once("json = ").unwrap();
    let (_, back) = rest.split_once('\n').unwrap();
    let raw = |kind: &str| {
        sms(&format!(
            "{front}raw = \"<m to='{{to}}'>{{text}}</m>\"\ncontent-type = \"{kind}\"\n{back}"
        ))
    };
    for kind in [
        "text/xml; charset=UTF-8",
        "application/xml",
        "text/plain",
        "application/json",
    ] {
        assert_eq!(raw(kind), Vec::<String>::new(), "{kind}");
    }
    for kind in [
        "text/html",
        "text/xml; charset=latin1",
        "",
        "multipart/form-data",
    ] {
        let all = raw(kind).join("\n");
        assert!(all.contains(".content-type: `text/plain`"), "{kind}: {all}");
    }
}

/// What `check` says it knows of `[sms]` when a kind is asked for another key.
fn known(kind: &str) -> Vec<String> {
    let told = sms(&format!("[sms]\nkind = \"{kind}\"\nzzz = 1\n"));
    let line = told.iter().find(|line| line.starts_with(".zzz")).unwrap();
    let (_, keys) = line.split_once("known here: ").unwrap();
    keys.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_example_shows_every_key_of_a_gateway_and_they_work_as_they_stand() {
    let (_, section) = EXAMPLE.split_once("\n[sms]\n").unwrap();
    let (section, _) = section.split_once("# Of kind \"smpp\"").unwrap();
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for line in section.lines() {
        let bare = line.strip_prefix('#').unwrap_or(line);
        if let Some((key, _)) = bare.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
            lines.push((key, bare));
        }
    }
    for key in known("http").iter().chain(&known("twilio")) {
        let shown = key == "kind" || lines.iter().any(|(known, _)| known == key);
        assert!(shown, "{key} is not in the example");
    }
    let all_but = |left_out: &[&str]| {
        let kept = lines.iter().filter(|(key, _)| {
            !["folder", "secret-file", "receipt-secret-file", "ca-file"].contains(key)
                && !left_out.contains(key)
        });
        let kept: Vec<&str> = kept.map(|(_, line)| *line).collect();
        sms(&format!("[sms]\nkind = \"http\"\n{}\n", kept.join("\n")))
    };
    for left_out in [
        ["form", "raw", "content-type"].as_slice(),
        &["json", "raw", "content-type"],
        &["json", "form"],
    ] {
        assert_eq!(all_but(left_out), Vec::<String>::new(), "{left_out:?}");
    }
}

#[test]
fn the_descriptions_in_the_documents_work_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "hunter-2").unwrap();
    let documents = include_str!("../../../../../docs/messages.md");
    let mut tried = Vec::new();
    for block in documents.split("```toml\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        let Some((_, kind)) = block.split_once("[sms]\nkind = ") else {
            continue;
        };
        tried.push(kind.lines().next().unwrap().trim_matches('"').to_owned());
        let text = block.replace("/etc/keymend/sms-secret", &secret.display().to_string());
        assert_eq!(sms(&text), Vec::<String>::new(), "{block}");
    }
    for kind in Kind::ALL {
        assert!(tried.iter().any(|tried| tried == kind.as_str()), "{kind:?}");
    }
    assert!(tried.iter().any(|tried| tried == "http"));
    for name in crate::deliver::gateway::http::template::Name::ALL {
        let name = format!("`{{{}}}`", name.as_str());
        assert!(documents.contains(&name), "{name} is not explained");
    }
}

#[test]
fn calls_leave_by_an_exchange() {
    let exchange = "kind = \"sip\"\nserver = \"pbx.example.org\"\nfrom = \"+12125550100\"\n";
    let (_, section) = EXAMPLE.split_once("\n[voice]\n").unwrap();
    let (section, _) = section.split_once("\n\n").unwrap_or((section, ""));
    let (_, shown) = section.split_once("# Of kind \"sip\"").unwrap();
    let shown: Vec<&str> = shown
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| {
            line.split_once(" = ")
                .is_some_and(|(key, _)| !key.contains(' '))
        })
        .collect();
    let as_shown = format!(
        "kind = \"sip\"\nfrom = \"+12125550100\"\nuser = \"keymend\"\nsecret = \"hunter-2\"\n{}\n",
        shown.join("\n")
    );
    for text in [exchange, &as_shown] {
        assert_eq!(voice(text), Vec::<String>::new(), "{text}");
        let text = with(&format!("[voice]\n{text}"));
        let settings = read("x", &text, std::iter::empty()).unwrap();
        let shown = format!("{:?}", settings.voice);
        assert!(!shown.contains("hunter-2"), "{shown}");
    }
    for (line, wanted) in [
        ("user = \"keymend\"", ".secret: `user` and `secret`"),
        ("realm = \"pbx\"", ".realm: is for `user`"),
        ("dial = \"9\"", ".dial: `{to}` or `{to-digits}` once"),
        ("dial = \"{to},x\"", ".dial: `{to}` or `{to-digits}` once"),
        ("lines = 0", ".lines: 1 to 200"),
        ("ring-seconds = 61", ".ring-seconds: 10 to 60"),
        ("domain = \"a b\"", ".domain: a name such as"),
        ("transport = \"sctp\"", ".transport: "),
        ("port = 70000", ".port: "),
    ] {
        let told = voice(&format!("{exchange}{line}\n")).join("\n");
        assert!(told.contains(wanted), "{line}: {told}");
    }
    let told =
        voice("kind = \"sip\"\nserver = \"sip:pbx.example.org\"\nfrom = \"<me>\"\n").join("\n");
    assert!(told.contains(".server: a name such as"), "{told}");
    assert!(told.contains(".from: a number such as"), "{told}");
}

#[test]
fn texts_leave_through_a_message_centre() {
    let centre = "[sms]\nkind = \"smpp\"\nserver = \"smsc.example.org\"\nuser = \"keymend\"\nsecret = \"hunter-2\"\nfrom = \"Campus\"\n";
    let (_, section) = EXAMPLE.split_once("# Of kind \"smpp\"").unwrap();
    let (section, _) = section.split_once("\n[voice]").unwrap();
    let shown: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| {
            line.split_once(" = ")
                .is_some_and(|(key, _)| !key.contains(' ') && key != "server")
        })
        .collect();
    let as_shown = format!("{centre}{}\n", shown.join("\n"));
    for text in [centre, &as_shown] {
        assert_eq!(sms(text), Vec::<String>::new(), "{text}");
        let settings = read("x", &with(text), std::iter::empty()).unwrap();
        assert!(matches!(provider(&settings.sms), Provider::Smpp(_)));
        assert!(settings.sms[0].tells());
        let shown = format!("{:?}", settings.sms);
        assert!(!shown.contains("hunter-2"), "{shown}");
    }
    for key in known("smpp") {
        let shown = ["kind", "server", "ca-file"].contains(&key.as_str())
            || EXAMPLE.contains(&format!("\n#{key} = "));
        assert!(shown, "{key} is not in the example");
    }
    for (line, wanted) in [
        (
            "system-type = \"thirteen-long\"",
            ".system-type: at most 12",
        ),
        ("window = 0", ".window: 1 to 200"),
        ("per-second = -1", ".per-second: "),
        ("enquire-seconds = 4", ".enquire-seconds: 5 to 600"),
        ("alphabet = \"utf-8\"", ".alphabet: "),
        ("long = \"cut\"", ".long: "),
        ("receipt-ids = \"other\"", ".receipt-ids: "),
        ("transport = \"tcp\"\nca-file = \"/x\"", ".ca-file: is for"),
        ("from-ton = 7", ".from-ton: 0 to 6"),
        ("from-npi = 19", ".from-npi: 0 to 18"),
    ] {
        let told = sms(&format!("{centre}{line}\n")).join("\n");
        assert!(told.contains(wanted), "{line}: {told}");
    }
    for (from, to, wanted) in [
        ("hunter-2", "too-long-1", ".secret: 1 to 8 letters"),
        ("hunter-2", "é", ".secret: 1 to 8 letters"),
        (
            "\"keymend\"",
            "\"sixteen-letters-\"",
            ".user: the `system_id`",
        ),
        (
            "\"Campus\"",
            "\"Campus IT desk\"",
            ".from: a number such as",
        ),
        ("smsc.example.org", "smpp://smsc", ".server: a name such as"),
        ("secret = \"hunter-2\"\n", "", ".secret: is missing"),
        ("user = \"keymend\"\n", "", ".user: is missing"),
        ("\"keymend\"", "\"\"", ".user: the `system_id`"),
    ] {
        let told = sms(&centre.replace(from, to)).join("\n");
        assert!(told.contains(wanted), "{to}: {told}");
        assert!(!told.contains("too-long-1"), "{told}");
    }
}

#[test]
fn messages_have_a_price() {
    for (line, wanted) in [
        ("price = -1", ".price: 0 to 100"),
        ("price = 100.5", ".price: 0 to 100"),
        ("price = nan", ".price: 0 to 100"),
        ("prices = { Spain = 1 }", ".prices: `Spain`: two letters"),
        ("prices = { ES = 1000 }", ".prices: `ES`: two letters"),
    ] {
        let told = sms(&format!("{SMS}{line}\n")).join("\n");
        assert!(told.starts_with(wanted), "{line}: {told}");
    }
    let priced = with(&format!("{SMS}price = 0.045\nprices = {{ ES = 1 }}\n"));
    let settings = read("x", &priced, std::iter::empty()).unwrap();
    let [named] = &settings.sms[..] else {
        panic!("not one gateway");
    };
    assert_eq!(named.price.usual, 450);
    assert_eq!(named.price.countries["ES"], 10_000);
}
