//! `[directory.NAME]`: several directories.

use super::*;

const STAFF: &str = r#"
[directory.staff]
kind = "ldap"
url = "ldaps://ldap.example.org"
bind-dn = "cn=keymend"
bind-password = "staff-secret"
base = "ou=staff,dc=example,dc=org"
domains = ["Staff.Example"]
"#;
const LOCAL: &str = r#"
[directory.local]
history = 3
domains = ["guests.example"]
"#;

fn two(order: &str) -> String {
    format!("{LEAST}[directory]\n{order}\n{STAFF}{LOCAL}")
}

fn set(text: &str, environment: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let environment = environment.iter();
    let environment = environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    read("keymend.toml", text, environment)
}

fn ids(text: &str) -> Vec<String> {
    let settings = set(text, &[]).unwrap();
    let ids = settings.directories.into_iter().map(|(id, _)| id);
    ids.collect()
}

#[test]
fn directories_are_asked_in_the_order_of_the_configuration() {
    assert_eq!(ids(LEAST), ["local"]);
    let alone = STAFF.replace("directory.staff", "directory");
    assert_eq!(ids(&format!("{LEAST}{alone}")), ["ldap"]);
    assert_eq!(
        ids(&two("order = [\"staff\", \"local\"]")),
        ["staff", "local"]
    );
    assert_eq!(
        ids(&two("order = [\"local\", \"staff\"]")),
        ["local", "staff"]
    );
    assert_eq!(ids(&format!("{LEAST}{STAFF}")), ["staff"]);
    let settings = set(&two("order = [\"local\", \"staff\"]"), &[]).unwrap();
    let [(_, Passwords::Local(local)), (_, Passwords::Ldap(staff))] =
        settings.directories.as_slice()
    else {
        panic!("another kind")
    };
    assert_eq!(local.history, 3);
    assert_eq!(staff.base, "ou=staff,dc=example,dc=org");
    // Names are compared in small letters.
    assert_eq!(staff.domains, ["staff.example"]);
}

#[test]
fn the_environment_and_secret_files_reach_one_of_several() {
    let text = two("order = [\"staff\", \"local\"]").replace("bind-password = ", "# ");
    let missing = set(&text, &[]).unwrap_err().join("\n");
    let said = "directory.staff.bind-password-file: name a file with the password of `bind-dn`, or give KEYMEND_DIRECTORY__STAFF__BIND_PASSWORD";
    assert!(missing.contains(said), "{missing}");
    let secret = |settings: Settings| match &settings.directories[0].1 {
        Passwords::Ldap(ldap) => ldap.bind_password.expose().to_owned(),
        Passwords::Local(_) => panic!("the built-in directory"),
    };
    let variables = [
        ("KEYMEND_DIRECTORY__STAFF__BIND_PASSWORD", "12345"),
        ("KEYMEND_DIRECTORY__ORDER", "[\"staff\", \"local\"]"),
    ];
    assert_eq!(secret(set(&text, &variables).unwrap()), "12345");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "from-a-file\n").unwrap();
    let with_file = text.replace(
        "base = ",
        &format!("bind-password-file = \"{}\"\nbase = ", file.display()),
    );
    assert_eq!(secret(set(&with_file, &[]).unwrap()), "from-a-file");
}

#[test]
fn every_fault_of_one_of_several_names_its_whole_key() {
    let good = two("order = [\"staff\", \"local\"]");
    for (from, to, said) in [
        (
            "base = \"ou=staff,dc=example,dc=org\"",
            "",
            "directory.staff.base: is missing",
        ),
        ("ldaps://", "ldap://", "directory.staff.url: ldap:// needs"),
        (
            "history = 3",
            "history = 30",
            "directory.local.history: 0 to 24",
        ),
        (
            "history = 3",
            "history = \"x\"",
            "directory.local.history: ",
        ),
        (
            "history = 3",
            "base = \"x\"",
            "directory.local.base: unknown; known here: domains, history, kind",
        ),
        (
            "history = 3",
            "[directory.local.deep]\nx = 1",
            "directory.local.deep: unknown",
        ),
        (
            "kind = \"ldap\"",
            "kind = \"nis\"",
            "directory.staff.kind: `local`",
        ),
        (
            "order = [\"staff\", \"local\"]",
            "",
            "directory.order: name all of them, first asked first: local, staff",
        ),
        (
            "[\"staff\", \"local\"]",
            "[\"staff\"]",
            "directory.order: does not name local",
        ),
        (
            "[\"staff\", \"local\"]",
            "[\"staff\", \"local\", \"students\"]",
            "directory.order: names students, and there is no table",
        ),
        (
            "[\"staff\", \"local\"]",
            "[\"staff\", \"local\", \"staff\"]",
            "directory.order: names staff more than once",
        ),
        ("[\"staff\", \"local\"]", "1", "directory.order: "),
        (
            "order = ",
            "url = \"ldaps://x\"\norder = ",
            "directory.url: unknown; known here: order",
        ),
        (
            "guests.example",
            "STAFF.example",
            "directory.local.domains: staff.example belongs to staff already",
        ),
        (
            "directory.local]",
            "directory.The_Guests]",
            "directory.The_Guests: the name of a directory",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let all = faults(&good.replacen(from, to, 1)).join("\n");
        assert!(all.contains(said), "{said}: {all}");
    }
    let none = format!("{LEAST}[directory]\norder = []\n");
    let all = faults(&none).join("\n");
    assert!(all.contains("directory.order: names no directory"), "{all}");
    let second = two("order = [\"a\", \"local\"]").replace(STAFF, "[directory.a]\nhistory = 1\n");
    let all = faults(&second).join("\n");
    let said = "directory.local.kind: there is one built-in directory, and a is it";
    assert!(all.contains(said), "{all}");
}
