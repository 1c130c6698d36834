//! `[directory]`: where passwords live.

use keymend_core::password::NewPassword;
use url::Url;

use super::reader::Reader;
use super::{Passwords, policy};
use crate::directory::ldap::{Addresses, Along, Dialect, LdapSettings, along_fault, beside};
use crate::directory::local::LocalPolicy;

/// Read them, in the order in which they are asked. There are several where there is a table
/// `[directory.NAME]` or an `order`: each has a table, whose name is its id. The id of a directory
/// that stands alone in `[directory]` is its kind.
pub fn directories(from: &mut Reader) -> Option<Vec<(String, Passwords)>> {
    let tables = from.tables("directory");
    let order: Option<Vec<String>> = from.maybe("directory", "order");
    if tables.is_empty() && order.is_none() {
        let only = directory(from)?;
        let id = match &only {
            Passwords::Local(_) => "local",
            Passwords::Ldap(ldap) => ldap.dialect.kind(),
        };
        return Some(vec![(id.to_owned(), only)]);
    }
    let order = match order {
        Some(order) => order,
        None if tables.len() < 2 => tables.clone(),
        None => {
            let what = format!("name all of them, first asked first: {}", tables.join(", "));
            from.fault("directory", "order", &what);
            tables.clone()
        }
    };
    if order.is_empty() {
        from.fault("directory", "order", "names no directory");
    }
    for (at, name) in order.iter().enumerate() {
        if order.iter().take(at).any(|earlier| earlier == name) {
            let what = format!("names {name} more than once");
            from.fault("directory", "order", &what);
        }
    }
    for name in &tables {
        if !order.contains(name) {
            let what = format!("does not name {name}, for which there is a table");
            from.fault("directory", "order", &what);
        }
    }
    for name in &order {
        if !tables.contains(name) {
            let what = format!("names {name}, and there is no table `[directory.{name}]`");
            from.fault("directory", "order", &what);
        }
    }
    // Each once, and those that are not named as well: all faults at once.
    let place = |name: &String| order.iter().position(|named| named == name);
    let mut named = tables.clone();
    named.sort_by_key(|name| place(name).unwrap_or(order.len()));
    let mut all = Vec::new();
    for name in &named {
        let section = format!("directory.{name}");
        if !is_id(name) {
            let what = "the name of a directory is small letters, digits and hyphens, at most 32";
            from.fault(&section, "", what);
        }
        from.go_inside("directory", Some(section));
        let read = directory(from);
        from.go_inside("directory", None);
        all.push(read.map(|read| (name.clone(), read)));
    }
    let all: Vec<(String, Passwords)> = all.into_iter().collect::<Option<_>>()?;
    compared(from, &all);
    Some(all)
}

/// What one directory alone cannot show.
fn compared(from: &mut Reader, all: &[(String, Passwords)]) {
    for (at, (id, passwords)) in all.iter().enumerate() {
        let section = format!("directory.{id}");
        for (earlier, others) in all.iter().take(at) {
            if let (Passwords::Local(_), Passwords::Local(_)) = (passwords, others) {
                let what = format!("there is one built-in directory, and {earlier} is it");
                from.fault(&section, "kind", &what);
            }
            for domain in passwords.domains() {
                if others.domains().contains(domain) {
                    let what = format!("{domain} belongs to {earlier} already");
                    from.fault(&section, "domains", &what);
                }
            }
        }
    }
}

/// Fit for the name of a variable, and without a blank.
pub fn is_id(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=32).contains(&name.len()) && name.chars().all(fits)
}

/// Read one. Keys of another kind are faults, like every key that nobody reads.
fn directory(from: &mut Reader) -> Option<Passwords> {
    let domains = from.or("directory", "domains", Vec::<String>::new());
    // As names are compared.
    let domains = domains.iter().map(|domain| domain.to_lowercase()).collect();
    match from.or("directory", "kind", "local".to_owned()).as_str() {
        "local" => Some(Passwords::Local(local(from, domains))),
        "ldap" => ldap(from, &STANDARD, domains).map(|ldap| Passwords::Ldap(Box::new(ldap))),
        "active-directory" => {
            ldap(from, &ACTIVE_DIRECTORY, domains).map(|ldap| Passwords::Ldap(Box::new(ldap)))
        }
        _ => {
            let kinds = "`local`, the built-in directory, `ldap` or `active-directory`";
            from.fault("directory", "kind", kinds);
            None
        }
    }
}

fn local(from: &mut Reader, domains: Vec<String>) -> LocalPolicy {
    let local = LocalPolicy {
        domains,
        lock_after: from.or("directory", "lock-after", 10),
        lock_for: policy::minutes(from.or("directory", "lock-minutes", 30)),
        history: from.or("directory", "history", 5),
    };
    if !(3..=100).contains(&local.lock_after) {
        from.fault("directory", "lock-after", "3 to 100 wrong passwords");
    }
    if !(1..=1440).contains(&(local.lock_for.as_secs() / 60)) {
        from.fault("directory", "lock-minutes", "1 to 1440");
    }
    if local.history > 24 {
        from.fault("directory", "history", "0 to 24 passwords");
    }
    local
}

/// What is usual where a dialect is spoken.
struct Usual {
    dialect: Dialect,
    names: &'static [&'static str],
    id: &'static str,
    display: &'static str,
    people: &'static str,
}

const STANDARD: Usual = Usual {
    dialect: Dialect::Standard,
    names: &["uid"],
    id: "entryUUID",
    display: "cn",
    people: "(objectClass=inetOrgPerson)",
};

const ACTIVE_DIRECTORY: Usual = Usual {
    dialect: Dialect::ActiveDirectory,
    names: &["sAMAccountName", "userPrincipalName"],
    id: "objectGUID",
    display: "displayName",
    // Accounts of people: no computers, no trusts ([MS-SAMR] 2.2.1.9).
    people: "(sAMAccountType=805306368)",
};

fn ldap(from: &mut Reader, usual: &Usual, domains: Vec<String>) -> Option<LdapSettings> {
    let start_tls = from.or("directory", "start-tls", false);
    let plain = from.or("directory", "plain", false);
    let (url, read_url) = servers(from, start_tls, plain);
    let ca_file = from.maybe("directory", "ca-file");
    let bind_dn = text(from, "bind-dn");
    let password = from.secret("directory", "bind-password");
    if password.as_ref().is_none_or(String::is_empty) {
        let variable = from.variable("directory", "bind-password");
        let what = format!("name a file with the password of `bind-dn`, or give {variable}");
        from.fault("directory", "bind-password-file", &what);
    }
    let base = text(from, "base");
    let names = usual.names.iter().map(|name| (*name).to_owned()).collect();
    let name_attributes: Vec<String> = from.or("directory", "name-attributes", names);
    let id_attribute = match usual.dialect {
        Dialect::Standard => from.or("directory", "id-attribute", usual.id.to_owned()),
        // It is read as the bytes that it is.
        Dialect::ActiveDirectory => usual.id.to_owned(),
    };
    let display_attribute = from.or("directory", "display-attribute", usual.display.to_owned());
    let one = |name: &String| std::slice::from_ref(name).to_vec();
    for (key, names) in [
        ("name-attributes", &name_attributes),
        ("id-attribute", &one(&id_attribute)),
        ("display-attribute", &one(&display_attribute)),
    ] {
        if names.is_empty() || !names.iter().all(|name| is_attribute(name)) {
            from.fault("directory", key, "a name of an attribute, such as uid");
        }
    }
    let person_filter = from.or("directory", "person-filter", usual.people.to_owned());
    if !person_filter.starts_with('(') || ldap3::parse_filter(&person_filter).is_err() {
        from.fault(
            "directory",
            "person-filter",
            "a filter in parentheses (RFC 4515), such as (objectClass=inetOrgPerson)",
        );
    }
    let privileged_groups = from.or("directory", "privileged-groups", Vec::<String>::new());
    let group_bases = match usual.dialect {
        Dialect::Standard => from.or("directory", "group-bases", beside(&privileged_groups)),
        // It follows groups in groups by itself.
        Dialect::ActiveDirectory => Vec::new(),
    };
    // Active Directory takes the service account's rights away from those whom it protects itself: with proofs they
    // would get no further than to its refusal.
    let usual_protection = match usual.dialect {
        Dialect::Standard => "two-proofs",
        Dialect::ActiveDirectory => "refused",
    };
    let protected = from.or("directory", "protected", usual_protection.to_owned());
    if !matches!(protected.as_str(), "two-proofs" | "refused") {
        let allowed = "`two-proofs`, or `refused`: no reset here for protected people";
        from.fault("directory", "protected", allowed);
    }
    let mail_attribute = from.or("directory", "mail-attribute", "mail".to_owned());
    let phone_attribute = from.or("directory", "phone-attribute", "mobile".to_owned());
    let language = "preferredLanguage".to_owned();
    let language_attribute = from.or("directory", "language-attribute", language);
    for (key, name) in [
        ("mail-attribute", &mail_attribute),
        ("phone-attribute", &phone_attribute),
        ("language-attribute", &language_attribute),
    ] {
        if !is_attribute(name) {
            from.fault("directory", key, "a name of an attribute, such as mail");
        }
    }
    let policy = match usual.dialect {
        Dialect::Standard => from.maybe("directory", "policy"),
        // It says by itself which policy holds for whom.
        Dialect::ActiveDirectory => None,
    };
    let must_change_after_reset = from.or("directory", "must-change-after-reset", false);
    Some(LdapSettings {
        dialect: usual.dialect,
        url: url?,
        read_url,
        start_tls,
        ca_file,
        bind_dn: bind_dn?,
        bind_password: NewPassword::new(password?),
        base: base?,
        name_attributes,
        id_attribute,
        display_attribute,
        person_filter,
        privileged_groups,
        profile_groups: Vec::new(),
        group_bases,
        refuse_protected: protected == "refused",
        must_change_after_reset,
        policy,
        mail_attribute,
        phone_attribute,
        language_attribute,
        along: along(from),
        domains,
    })
}

/// Those that take writes, and their copies.
fn servers(from: &mut Reader, start_tls: bool, plain: bool) -> (Option<Addresses>, Addresses) {
    let url: Option<Addresses> = from.needed("directory", "url");
    if url.as_ref().is_some_and(Addresses::is_empty) {
        from.fault("directory", "url", "is empty");
    }
    let read_url = from.or("directory", "read-url", Addresses::default());
    for (key, addresses) in [("url", url.as_ref()), ("read-url", Some(&read_url))] {
        let mut before = Vec::new();
        for url in addresses.into_iter().flat_map(Addresses::iter) {
            if let Some(what) = address_fault(url, start_tls, plain) {
                from.fault("directory", key, what);
            }
            if before.contains(&url) {
                from.fault("directory", key, "names a server twice");
            }
            before.push(url);
        }
    }
    (url, read_url)
}

fn text(from: &mut Reader, key: &'static str) -> Option<String> {
    let text: Option<String> = from.needed("directory", key);
    if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
        from.fault("directory", key, "is empty");
    }
    text
}

/// What is written beside a password.
fn along(from: &mut Reader) -> Along {
    let lines = from.or("directory", "set-on-reset", Vec::<String>::new());
    let mut on_reset = Vec::new();
    for line in lines {
        let Some((attribute, value)) = line.split_once(": ").filter(|it| is_attribute(it.0)) else {
            let wanted =
                "lines of `attribute: value`, such as \"description: reset at {now-generalized}\"";
            from.fault("directory", "set-on-reset", wanted);
            continue;
        };
        if let Some(wanted) = along_fault(value) {
            from.fault("directory", "set-on-reset", wanted);
        }
        on_reset.push((attribute.to_owned(), value.to_owned()));
    }
    Along {
        shadow: from.or("directory", "shadow-last-change", false),
        samba: from.or("directory", "samba-password", false),
        on_reset,
    }
}

/// What is wrong with the address of a server. Passwords travel there: never in the clear, except
/// to this machine, and when that was asked for.
fn address_fault(url: &Url, start_tls: bool, plain: bool) -> Option<&'static str> {
    let host = match url.host_str() {
        Some(host) if !host.is_empty() => host,
        _ => return Some("`ldaps://HOST` or `ldap://HOST`"),
    };
    if !matches!(url.path(), "" | "/")
        || url.query().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Some("a server alone; what to search for stands in `base`");
    }
    let here = host == "localhost"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback());
    if host.starts_with('[') {
        return Some("a name or an IPv4 address; certificates of IPv6 addresses cannot be checked");
    }
    match (url.scheme(), start_tls, plain) {
        ("ldaps", true, _) => Some("ldaps:// is TLS already; leave `start-tls` out"),
        ("ldaps", _, true) | ("ldap", true, true) => Some("`plain` contradicts TLS; leave it out"),
        ("ldaps", false, false) | ("ldap", true, false) => None,
        ("ldap", false, true) if here => None,
        ("ldap", false, true) => {
            Some("`plain` is for a server on this machine only; use ldaps:// or `start-tls`")
        }
        ("ldap", false, false) => Some("ldap:// needs `start-tls = true`; or use ldaps://"),
        _ => Some("`ldaps://HOST` or `ldap://HOST`"),
    }
}

/// Letters, digits and hyphens, as RFC 4512 spells the names: anything else would be part of a filter.
fn is_attribute(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
