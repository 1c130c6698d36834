mod gateways;
mod profiles;
mod several;
mod sign_in;

use super::*;
use crate::deliver::gateway::smtp::SmtpSettings;
use crate::deliver::gateway::smtp::sign_in::Proof;

const EXAMPLE: &str = include_str!("../../../../keymend.example.toml");

fn faults(text: &str) -> Vec<String> {
    read("keymend.toml", text, std::iter::empty())
        .err()
        .unwrap_or_default()
}

const LEAST: &str = r#"
[server]
origin = "https://reset.example.org"
[organisation]
name = "Example Campus"
help = "the service desk"
[database]
url = "sqlite:keymend.db"
[keys]
file = "keymend.keys"
[policy]
methods = ["email"]
gates = 1
minimum = 1
code-digits = 8
[mail]
server = "mail.example.org"
from = "no-reply@example.org"
"#;

fn server(settings: &Settings) -> &SmtpSettings {
    match settings.mail.as_slice() {
        [
            Named {
                provider: Provider::Smtp(smtp),
                ..
            },
        ] => smtp,
        _ => panic!("no server"),
    }
}

#[test]
fn the_least_that_works_is_short() {
    assert_eq!(faults(LEAST), Vec::<String>::new());
}

#[test]
fn every_fault_is_reported_at_once_with_its_key() {
    let found = faults(
        "[server]\norigin = \"http://reset.example.org/x\"\nlisten = \"abc\"\nport = 1\n[organisation]\nname = \"\"\n[colour]\nred = 1\n[policy]\nmethods = [\"fax\"]\n",
    );
    let all = found.join("\n");
    for key in [
        "server.origin",
        "server.listen",
        "server.port: unknown; known here:",
        "organisation.name",
        "organisation.help: is missing",
        "database.url: is missing",
        "keys.file",
        "policy.methods",
        "colour: unknown",
    ] {
        assert!(all.contains(key), "{key} is not in\n{all}");
    }
    assert!(
        found.iter().all(|line| line.starts_with("keymend.toml: ")),
        "{all}"
    );
}

#[test]
fn known_networks_are_some_and_need_to_be_told_apart() {
    let with = |networks: &str, proxies: &str| {
        let proxies = format!("[server]\ntrusted-proxies = {proxies}");
        let text = LEAST.replacen("[server]", &proxies, 1);
        format!("{text}[limits]\nknown-networks = {networks}\n")
    };
    let good = with("[\"10.0.0.0/8\", \"2001:db8::/32\"]", "[\"127.0.0.1/32\"]");
    let settings = read("x", &good, std::iter::empty()).unwrap();
    assert_eq!(settings.site.known_networks.len(), 2);
    for (networks, proxies, wanted) in [
        (
            "[\"10.0.0.0/8\"]",
            "[]",
            "limits.known-networks: nothing without server.trusted-proxies",
        ),
        (
            "[\"::/0\"]",
            "[\"127.0.0.1/32\"]",
            "limits.known-networks: networks of the organisation",
        ),
        (
            "[\"10.0.0.0\"]",
            "[\"127.0.0.1/32\"]",
            "limits.known-networks: ",
        ),
        (
            "\"10.0.0.0/8\"",
            "[\"127.0.0.1/32\"]",
            "limits.known-networks: invalid type",
        ),
    ] {
        let all = faults(&with(networks, proxies)).join("\n");
        assert!(all.contains(wanted), "{networks}: {all}");
    }
}

#[test]
fn a_text_that_is_no_toml_names_its_line() {
    let all = faults("[server\n").join("\n");
    assert!(all.contains("line 1"), "{all}");
}

fn password(smtp: &SmtpSettings) -> String {
    match &smtp.account {
        Some((_, Proof::Password(password))) => password.to_string(),
        other => panic!("no password: {other:?}"),
    }
}

#[test]
fn the_environment_lies_over_the_file() {
    let environment = [
        ("KEYMEND_SERVER__LISTEN", "127.0.0.1:9999"),
        ("KEYMEND_POLICY__CODE_DIGITS", "9"),
        ("KEYMEND_MAIL__FROM", "Campus <a@b.example>"),
        ("KEYMEND_MAIL__USER", "portal"),
        ("KEYMEND_MAIL__PASSWORD", "12345"),
        ("OTHER", "x"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = read("x", LEAST, environment.into_iter()).unwrap();
    assert_eq!(settings.listen.port(), 9999);
    assert_eq!(settings.policy.codes.digits, 9);
    let smtp = server(&settings);
    assert_eq!(password(smtp), "12345");
}

#[test]
fn a_secret_comes_from_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "mail-secret\n").unwrap();
    let text = format!(
        "{LEAST}user = \"portal\"\npassword-file = \"{}\"\n",
        path.display()
    );
    let settings = read("x", &text, std::iter::empty()).unwrap();
    let smtp = server(&settings);
    assert_eq!(password(smtp), "mail-secret");
    let missing = faults(&format!(
        "{LEAST}user = \"portal\"\npassword-file = \"/nowhere\"\n"
    ))
    .join("\n");
    assert!(
        missing.contains("mail.password-file: /nowhere"),
        "{missing}"
    );
}

#[test]
fn a_mail_server_may_want_a_token() {
    let with = |more: &str| format!("{LEAST}user = \"portal\"\n{more}");
    let proof = |more: &str| {
        let settings = read("x", &with(more), std::iter::empty()).unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter-2"), "{shown}");
        server(&settings).account.clone().unwrap().1
    };
    let file = "token-file = \"/dev/null\"\n";
    assert!(matches!(proof(file), Proof::TokenFile(_)));
    let grant = "token-url = \"https://login.example.org/token\"\nclient-id = \"c\"\nclient-secret = \"hunter-2\"\n";
    assert!(matches!(proof(grant), Proof::Grant(_)));
    for (more, wanted) in [
        (format!("{file}{grant}"), "mail.password: one of"),
        (format!("{file}password = \"x\"\n"), "mail.password: one of"),
        (String::new(), "mail.user: `user` and what proves it"),
        (
            "token-file = \"/nowhere\"\n".to_owned(),
            "mail.token-file: /nowhere",
        ),
        ("scope = \"x\"\n".to_owned(), "mail.token-url: is missing"),
        (
            "token-url = \"https://login.example.org/token\"\n".to_owned(),
            "mail.token-url: `client-id` and `client-secret`",
        ),
        (
            grant.replace("https://", "http://"),
            "mail.token-url: an address such as",
        ),
        (
            grant.replace("https://", "https://me:hunter-2@"),
            "mail.token-url: an address such as",
        ),
    ] {
        let all = faults(&with(&more)).join("\n");
        assert!(all.contains(wanted), "{wanted}: {all}");
        assert!(!all.contains("hunter-2"), "{all}");
    }
    let near = grant.replace("https://login.example.org", "http://127.0.0.1:8000");
    assert!(matches!(proof(&near), Proof::Grant(_)));
}

#[test]
fn a_signature_needs_a_key_a_name_and_a_domain_that_says_something_for_the_sender() {
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dkim.pem");
    std::fs::write(&path, KEY).unwrap();
    let key = format!("dkim-key-file = \"{}\"\n", path.display());
    let whole = format!("{LEAST}{key}dkim-selector = \"portal\"\n");
    let settings = read("x", &whole, std::iter::empty()).unwrap();
    let signer = server(&settings).dkim.as_ref().unwrap();
    assert_eq!(signer.place(), "portal._domainkey.example.org");
    let below = whole.replace("no-reply@example.org", "no-reply@reset.example.org");
    let parent = format!("{below}dkim-domain = \"example.org\"\n");
    let settings = read("x", &parent, std::iter::empty()).unwrap();
    let signer = server(&settings).dkim.as_ref().unwrap();
    assert_eq!(signer.place(), "portal._domainkey.example.org");
    std::fs::write(folder.path().join("none.pem"), "x").unwrap();
    for (text, wanted) in [
        (format!("{LEAST}{key}"), "mail.dkim-key: `dkim-key`"),
        (
            format!("{LEAST}dkim-selector = \"portal\"\n"),
            "mail.dkim-key: `dkim-key`",
        ),
        (
            format!("{whole}dkim-domain = \"example.net\"\n"),
            "mail.dkim-domain: the sender's domain, example.org",
        ),
        (
            whole.replace("portal", "a b"),
            "mail.dkim-selector: a name such as",
        ),
        (
            whole.replace("dkim.pem", "none.pem"),
            "mail.dkim-key: a private key in PEM",
        ),
    ] {
        let all = faults(&text).join("\n");
        assert!(all.contains(wanted), "{wanted}: {all}");
    }
}

#[test]
fn unsafe_settings_are_refused() {
    for (change, key) in [
        ("gates = 1", "gates = 2"),
        ("code-digits = 8", "code-digits = 6"),
        (
            "server = \"mail.example.org\"",
            "server = \"mail.example.org\"\nsecurity = \"none\"",
        ),
        ("methods = [\"email\"]", "methods = [\"questions\"]"),
        ("methods = [\"email\"]", "methods = [\"phone\", \"email\"]"),
    ] {
        assert!(!faults(&LEAST.replace(change, key)).is_empty(), "{key}");
    }
}

#[test]
fn the_example_shows_every_key_with_its_default() {
    let settings = read("example", EXAMPLE, std::iter::empty());
    assert_eq!(settings.as_ref().err(), None);
    // A line `# key = value` of the example is a default: switching it on changes nothing.
    let all = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if rest
                    .split_once(" = ")
                    .is_some_and(|(key, _)| !key.contains(' ')) =>
            {
                rest
            }
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n");
    let expected = settings.unwrap();
    let found = read("example", &all, std::iter::empty()).unwrap();
    assert_eq!(
        format!("{:?}", found.policy),
        format!("{:?}", expected.policy)
    );
    assert_eq!(
        format!("{:?}", found.rules),
        format!("{:?}", expected.rules)
    );
    assert_eq!(
        format!("{:?}", found.directories),
        format!("{:?}", expected.directories)
    );
    assert_eq!(found.listen, expected.listen);
}

/// The keys of `[directory]` in the example, as somebody with an LDAP directory would switch them on.
fn ldap_example() -> String {
    let (front, rest) = EXAMPLE.split_once("# kind = \"local\"\n").unwrap();
    let (keys, back) = rest.split_once("[policy]").unwrap();
    let keys: Vec<&str> = keys
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|key| !key.starts_with(' ')))
        .filter(|key| !key.starts_with("ca-file"))
        .collect();
    let keys = keys.join("\n");
    format!("{front}kind = \"ldap\"\n{keys}\n[policy]{back}")
}

#[test]
fn the_example_shows_every_key_of_an_ldap_directory_with_its_default() {
    let ldap = |text: &str| match &read("example", text, std::iter::empty())
        .unwrap()
        .directories[0]
        .1
    {
        Passwords::Ldap(ldap) => format!("{ldap:?}"),
        Passwords::Local(_) => panic!("the built-in directory"),
    };
    let all = ldap_example();
    assert!(!ldap(&all).contains("change-me"), "a secret hides itself");
    let needed = [
        "url",
        "read-url",
        "bind-dn",
        "bind-password",
        "base",
        "policy",
        "privileged-groups",
    ];
    let (front, rest) = all.split_once("[directory]").unwrap();
    let (keys, back) = rest.split_once("[policy]").unwrap();
    let least: Vec<&str> = keys
        .lines()
        .filter(|line| {
            let key = line.split(" = ").next().unwrap_or_default();
            needed.contains(&key) || key == "kind"
        })
        .collect();
    let least = format!("{front}[directory]\n{}\n[policy]{back}", least.join("\n"));
    assert_eq!(ldap(&least), ldap(&all));
}

#[test]
fn several_servers_are_a_list_in_the_file_and_in_the_environment() {
    let urls = |text: &str, variable: Option<&str>| {
        let variable =
            variable.map(|value| ("KEYMEND_DIRECTORY__URL".to_owned(), value.to_owned()));
        match &read("example", text, variable.into_iter())
            .unwrap()
            .directories[0]
            .1
        {
            Passwords::Ldap(ldap) => (ldap.url.to_string(), ldap.read_url.to_string()),
            Passwords::Local(_) => panic!("the built-in directory"),
        }
    };
    let (good, copies) = (
        ldap_example(),
        "ldaps://copy1.example.org, ldaps://copy2.example.org",
    );
    let found = urls(&good, None);
    assert_eq!(
        found,
        ("ldaps://ldap.example.org".to_owned(), copies.to_owned())
    );
    let list = "[\"ldaps://a.example\", \"ldaps://b.example\"]";
    let (both, _) = urls(&good, Some(list));
    assert_eq!(both, "ldaps://a.example, ldaps://b.example");
    let (one, _) = urls(&good, Some("ldaps://c.example"));
    assert_eq!(one, "ldaps://c.example");
    let file = good.replace(
        "url = \"ldaps://ldap.example.org\"",
        &format!("url = {list}"),
    );
    assert_eq!(urls(&file, None).0, both);
}

#[test]
fn a_directory_that_could_not_work_or_would_show_passwords_is_refused() {
    let good = ldap_example();
    let url = "url = \"ldaps://ldap.example.org\"";
    let start_tls = "start-tls = false";
    for (from, to, key) in [
        (
            url,
            "url = \"ldap://ldap.example.org\"",
            "url: ldap:// needs",
        ),
        (url, "url = \"ldaps://[::1]\"", "url: a name"),
        (
            url,
            "url = \"ldaps://a.example/dc=x\"",
            "url: a server alone",
        ),
        (url, "url = \"https://a.example\"", "url: `ldaps://HOST`"),
        (url, "url = []", "url: is empty"),
        (url, "url = 636", "url: invalid type"),
        (
            url,
            "url = [\"ldaps://a.example\", \"ldap://b.example\"]",
            "url: ldap:// needs",
        ),
        (
            url,
            "url = [\"ldaps://a.example\", \"ldaps://a.example\"]",
            "url: names a server twice",
        ),
        ("copy1.", "copy2.", "read-url: names a server twice"),
        ("ldaps://copy1.", "ldap://copy1.", "read-url: ldap:// needs"),
        (
            start_tls,
            "start-tls = true",
            "url: ldaps:// is TLS already",
        ),
        ("plain = false", "plain = true", "url: `plain` contradicts"),
        (
            "bind-password = ",
            "bind-passwort = ",
            "bind-password-file: name a file",
        ),
        ("\"change-me\"", "\"\"", "bind-password-file: name a file"),
        ("[\"uid\"]", "[\"uid)(x=\"]", "name-attributes: a name"),
        ("[\"uid\"]", "[]", "name-attributes: a name"),
        (
            "set-on-reset = []",
            "set-on-reset = [\"description {now-unix}\"]",
            "set-on-reset: lines of",
        ),
        (
            "set-on-reset = []",
            "set-on-reset = [\"description: {now}\"]",
            "set-on-reset: in braces only",
        ),
        ("\"entryUUID\"", "\"\"", "id-attribute: a name"),
        ("inetOrgPerson)", "inetOrgPerson", "person-filter: a filter"),
        (
            "base = \"ou=people,dc=example,dc=org\"",
            "",
            "base: is missing",
        ),
        ("\nbase = ", "\nhistory = 5\nbase = ", "history: unknown"),
        ("kind = \"ldap\"", "kind = \"nis\"", "kind: `local`"),
    ] {
        assert!(good.contains(from), "{from}");
        let all = faults(&good.replacen(from, to, 1)).join("\n");
        assert!(all.contains(&format!("directory.{key}")), "{key}: {all}");
    }
    // In the clear only to this machine, and only when it is asked for.
    let plain = good.replace("plain = false", "plain = true");
    let plain = plain.replace("read-url = ", "domains = [] # ");
    let with = |host: &str| faults(&plain.replace(url, &format!("url = \"ldap://{host}\"")));
    assert_eq!(with("127.0.0.1:389"), Vec::<String>::new());
    assert_eq!(with("localhost"), Vec::<String>::new());
    assert!(
        with("ldap.example.org")
            .join("")
            .contains("this machine only")
    );
    assert!(
        with("127.0.0.1.example.org")
            .join("")
            .contains("this machine only")
    );
}

/// The least that somebody with Active Directory has to say.
const DOMAIN: &str = "kind = \"active-directory\"
url = \"ldaps://dc1.example.org\"
bind-dn = \"svc@example.org\"
bind-password = \"x\"
base = \"OU=People,DC=example,DC=org\"
";

#[test]
fn active_directory_has_defaults_of_its_own() {
    let with = |more: &str| {
        let (front, rest) = EXAMPLE.split_once("[directory]").unwrap();
        let (_, back) = rest.split_once("[policy]").unwrap();
        format!("{front}[directory]\n{DOMAIN}{more}\n[policy]{back}")
    };
    let settings = read("example", &with(""), std::iter::empty()).unwrap();
    let [(id, Passwords::Ldap(ldap))] = settings.directories.as_slice() else {
        panic!("one directory");
    };
    assert_eq!(id, "active-directory");
    assert_eq!(
        ldap.name_attributes,
        ["sAMAccountName", "userPrincipalName"]
    );
    assert_eq!(ldap.id_attribute, "objectGUID");
    assert!(ldap.refuse_protected && !ldap.must_change_after_reset);
    for (more, wanted) in [
        ("id-attribute = \"mail\"", "directory.id-attribute: unknown"),
        ("group-bases = []", "directory.group-bases: unknown"),
        ("protected = \"no\"", "directory.protected: `two-proofs`"),
    ] {
        let all = faults(&with(more)).join("\n");
        assert!(all.contains(wanted), "{all}");
    }
}
