//! Proving who we are: HTTP digest (RFC 3261, 22; RFC 7616; SHA-256 by RFC 8760).

use std::fmt;
use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use md5::Md5;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Who we are to the exchange.
#[derive(Clone)]
pub struct Account {
    /// Name.
    pub user: String,
    /// Password.
    pub secret: Zeroizing<String>,
    /// The only realm that gets an answer; any where it is not named.
    pub realm: Option<String>,
}

/// Without the secret.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Account");
        shown.field("user", &self.user).field("realm", &self.realm);
        shown.finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn hash(self, text: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Md5 => HEXLOWER.encode(&Md5::digest(text)),
            Self::Sha256 => HEXLOWER.encode(&Sha256::digest(text)),
        })
    }
}

/// What an exchange wants to have proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    /// `qop=auth`. Without it, as RFC 2069 had it: some exchanges still ask so.
    auth: bool,
    /// The password was right, the nonce too old.
    pub stale: bool,
}

impl Challenge {
    /// The first of the offered ones that we can answer: they stand in the server's order (RFC 8760, 2.4).
    pub fn choose<'a>(offered: impl Iterator<Item = &'a str>, account: &Account) -> Option<Self> {
        let mut known = offered.filter_map(Self::read);
        known.find(|one| {
            account
                .realm
                .as_ref()
                .is_none_or(|realm| *realm == one.realm)
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let parameters = parameters(rest);
        let find = |name: &str| {
            let mut own = parameters.iter();
            let found = own.find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        let algorithm = match find("algorithm") {
            None => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("MD5") => Algorithm::Md5,
            Some(name) if name.eq_ignore_ascii_case("SHA-256") => Algorithm::Sha256,
            Some(_) => return None,
        };
        let auth = match find("qop") {
            None => false,
            Some(offered) => {
                let mut offered = offered.split(',');
                if !offered.any(|one| one.trim().eq_ignore_ascii_case("auth")) {
                    return None;
                }
                true
            }
        };
        Some(Self {
            realm: find("realm")?,
            nonce: find("nonce")?,
            opaque: find("opaque"),
            algorithm,
            auth,
            stale: find("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }

    /// The value of `Authorization` or `Proxy-Authorization`. `turn`: how often this challenge is answered, from 1;
    /// `cnonce`: our own random text.
    #[must_use]
    pub fn answer(
        &self,
        account: &Account,
        method: &str,
        uri: &str,
        turn: u32,
        cnonce: &str,
    ) -> String {
        let hash = |text: &str| self.algorithm.hash(text);
        let Account { user, secret, .. } = account;
        let who = Zeroizing::new(format!("{user}:{}:{}", self.realm, secret.as_str()));
        let who = hash(&who);
        let what = hash(&format!("{method}:{uri}"));
        let (who, what, nonce) = (who.as_str(), what.as_str(), &self.nonce);
        let response = if self.auth {
            hash(&format!("{who}:{nonce}:{turn:08x}:{cnonce}:auth:{what}"))
        } else {
            hash(&format!("{who}:{nonce}:{what}"))
        };
        let mut text = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm={}",
            quoted(user),
            quoted(&self.realm),
            quoted(nonce),
            quoted(uri),
            response.as_str(),
            self.algorithm.name(),
        );
        if self.auth {
            let _ = write!(text, ", qop=auth, nc={turn:08x}, cnonce={}", quoted(cnonce));
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(text, ", opaque={}", quoted(opaque));
        }
        text
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `name=value, name="quoted value"`.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        let mut name = String::new();
        let mut found = false;
        for c in rest.by_ref() {
            if c == '=' {
                found = true;
                break;
            }
            name.push(c);
        }
        if !found {
            return all;
        }
        let mut value = String::new();
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if rest.next_if_eq(&'"').is_some() {
            while let Some(c) = rest.next() {
                match c {
                    '"' => break,
                    '\\' => value.extend(rest.next()),
                    c => value.push(c),
                }
            }
        }
        for c in rest.by_ref() {
            if c == ',' {
                break;
            }
            if !c.is_whitespace() {
                value.push(c);
            }
        }
        all.push((name.trim().to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mufasa() -> Account {
        Account {
            user: "Mufasa".to_owned(),
            secret: Zeroizing::new("Circle of Life".to_owned()),
            realm: None,
        }
    }

    /// RFC 7616, 3.9.1.
    const OFFERED: &str = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
        nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
        opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    const CNONCE: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    fn response(text: &str) -> &str {
        text.split("response=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
    }

    #[test]
    fn the_examples_of_the_standard_come_out() {
        for (algorithm, wanted) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            let offered = format!("Digest {OFFERED}, algorithm={algorithm}");
            let challenge = Challenge::choose([offered.as_str()].into_iter(), &mufasa()).unwrap();
            let answer = challenge.answer(&mufasa(), "GET", "/dir/index.html", 1, CNONCE);
            assert_eq!(response(&answer), wanted);
            assert!(answer.contains(", qop=auth, nc=00000001, "), "{answer}");
        }
        // RFC 2069, with the response that its erratum 749 gives.
        let old =
            "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        let challenge = Challenge::choose([old].into_iter(), &mufasa()).unwrap();
        let account = Account {
            secret: Zeroizing::new("CircleOfLife".to_owned()),
            ..mufasa()
        };
        let answer = challenge.answer(&account, "GET", "/dir/index.html", 1, "");
        assert_eq!(response(&answer), "1949323746fe6a43ef61f9606e7febea");
    }

    #[test]
    fn the_first_that_can_be_answered_is_taken() {
        let sha = format!("Digest {OFFERED}, algorithm=SHA-256");
        let md5 = format!("Digest {OFFERED}, algorithm=MD5");
        let strange = format!("Digest {OFFERED}, algorithm=SHA-512-256");
        let whole = "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"";
        let offered = ["Basic realm=\"x\"", &strange, whole, &sha, &md5];
        let chosen = Challenge::choose(offered.into_iter(), &mufasa()).unwrap();
        assert_eq!(chosen.algorithm, Algorithm::Sha256);
        assert!(!chosen.stale);
        assert_eq!(
            Challenge::choose(offered.into_iter().take(3), &mufasa()),
            None
        );
    }

    #[test]
    fn another_realm_gets_no_answer() {
        let offered = format!("Digest {OFFERED}, stale=TRUE");
        let ours = Account {
            realm: Some("pbx.example.org".to_owned()),
            ..mufasa()
        };
        assert_eq!(
            Challenge::choose([offered.as_str()].into_iter(), &ours),
            None
        );
        let theirs = Account {
            realm: Some("http-auth@example.org".to_owned()),
            ..mufasa()
        };
        let chosen = Challenge::choose([offered.as_str()].into_iter(), &theirs).unwrap();
        assert!(chosen.stale);
        assert!(!format!("{theirs:?}").contains("Circle"));
    }

    #[test]
    fn quotes_come_back_as_they_came() {
        let odd = r#"Digest realm="a \"b\", \\c", nonce="n,=" , qop=auth"#;
        let chosen = Challenge::choose([odd].into_iter(), &mufasa()).unwrap();
        assert_eq!(
            (chosen.realm.as_str(), chosen.nonce.as_str()),
            ("a \"b\", \\c", "n,=")
        );
        let answer = chosen.answer(&mufasa(), "INVITE", "sip:1@x", 2, "c");
        assert!(
            answer.contains(r#"realm="a \"b\", \\c", nonce="n,=", "#),
            "{answer}"
        );
        proptest!(|(text in ".{0,200}")| {
            let _ = Challenge::read(&format!("Digest {text}"));
        });
    }
}
