//! One person at the reset portal: cookies, hidden fields, and the way from the name to the new password.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::http::{Connection, Response, form, get, post};
use super::mailbox::Mailbox;

/// What `keymend seed` gives everybody as their password.
const SEEDED_PASSWORD: &str = "Seeded-Person-Pass-1";

/// A browser of the simplest kind, seen by the server under an address of its own.
pub struct Visit {
    connection: Connection,
    address: String,
    cookies: Vec<(String, String)>,
    csrf: String,
    seal: String,
}

/// Somebody whom `keymend seed` has registered.
pub struct Person {
    /// The sign-in name.
    pub name: String,
    email: String,
    /// The ten digits after +1.
    number: String,
}

impl Person {
    /// The person with this number: the same names, addresses and numbers as `keymend seed` gives out.
    pub fn number(at: u32) -> Self {
        Self {
            name: format!("person-{at:07}"),
            email: format!("person-{at:07}@mail.example"),
            number: format!("212{}", 2_000_000 + at),
        }
    }

    /// The whole number, as gateways get it (E.164).
    pub fn phone(&self) -> String {
        format!("+1{}", self.number)
    }
}

/// The client address with this number, as the proxy in front would report it.
pub fn address(at: u32) -> String {
    let [_, a, b, c] = at.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

impl Visit {
    /// Connect, as a client that has never been here.
    pub fn open(port: u16, address: String) -> Result<Self> {
        let connection = Connection::open(port)?;
        Ok(Self {
            connection,
            address,
            cookies: Vec::new(),
            csrf: String::new(),
            seal: String::new(),
        })
    }

    /// Start again as somebody else, on the same connection.
    pub fn forget(&mut self, address: String) {
        self.cookies.clear();
        self.address = address;
    }

    /// Go on where another one stands, on this connection: one that waits too long is closed by the server.
    pub fn take_over(&mut self, other: Self) {
        self.address = other.address;
        self.cookies = other.cookies;
        self.csrf = other.csrf;
        self.seal = other.seal;
    }

    /// Open a page and keep its cookies and hidden fields.
    pub fn get(&mut self, path: &str) -> Result<()> {
        let request = get(path, &self.headers());
        let response = self.connection.exchange(&request)?;
        if response.status != 200 {
            bail!("GET {path} gave {}", response.status);
        }
        let page = response.text();
        let (csrf, seal) = (hidden(&page, "csrf"), hidden(&page, "seal"));
        keep_cookies(&mut self.cookies, &response);
        self.csrf = csrf.with_context(|| format!("{path} has no csrf field"))?;
        self.seal = seal.unwrap_or_default();
        Ok(())
    }

    /// Send a form and open the page it leads to, which must be `next`.
    fn send(&mut self, path: &str, fields: &[(&str, &str)], next: &str) -> Result<()> {
        let request = post(path, &self.headers(), &self.form(fields));
        let response = self.connection.exchange(&request)?;
        let location = response.headers("location").next().unwrap_or_default();
        if response.status != 303 || location != next {
            bail!(
                "POST {path} gave {} {location:?} instead of 303 {next:?}",
                response.status
            );
        }
        keep_cookies(&mut self.cookies, &response);
        self.get(next)
    }

    /// The reset's first form for any name, from any address, as if this visit had just opened the page.
    pub fn start_only(&mut self, name: &str, address: String) -> Result<()> {
        self.address = address;
        let seal = self.seal.clone();
        let form = self.form(&[("name", name), ("work", ""), ("seal", &seal)]);
        let request = post("/reset", &self.headers(), &form);
        let status = self.connection.exchange(&request)?.status;
        if status != 303 {
            bail!("POST /reset gave {status}");
        }
        Ok(())
    }

    /// Sign in to the registration portal.
    pub fn sign_in(&mut self, person: &Person) -> Result<()> {
        self.get("/sign-in")?;
        let fields = [
            ("name", person.name.as_str()),
            ("password", SEEDED_PASSWORD),
            ("next", "register"),
        ];
        self.send("/sign-in", &fields, "/register")
    }

    /// The request for a page, with the cookies that this visit has.
    pub fn request(&self, path: &str) -> Vec<u8> {
        get(path, &self.headers())
    }

    /// A reset up to its first code, which is not waited for.
    pub fn ask(&mut self, name: &str) -> Result<()> {
        self.begin(name)?;
        self.send("/reset/send", &[("method", "email")], "/reset/gate")
    }

    /// A reset up to the page where the number is typed to which a code is to be sent.
    pub fn stand(&mut self, person: &Person) -> Result<()> {
        self.begin(&person.name)?;
        self.get("/reset/number?channel=sms")
    }

    /// A reset up to the page where it is chosen what proves who one is.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        self.get("/reset")?;
        let seal = self.seal.clone();
        let who = [("name", name), ("work", ""), ("seal", &seal)];
        self.send("/reset", &who, "/reset/what")?;
        self.send("/reset/what", &[("goal", "forgot")], "/reset/gate")
    }

    /// The next step: have the code sent. Says when the form was about to leave.
    pub fn ask_by_text(&mut self, person: &Person) -> Result<Instant> {
        let form = self.form(&[
            ("method", "sms"),
            ("country", "US"),
            ("number", person.number.as_str()),
        ]);
        let request = post("/reset/send", &self.headers(), &form);
        let began = Instant::now();
        let status = self.connection.exchange(&request)?.status;
        if status != 303 {
            bail!("POST /reset/send gave {status}");
        }
        Ok(began)
    }

    /// A whole reset: name, goal, a code by mail, a code by text, a new password.
    pub fn reset(&mut self, person: &Person, mailbox: &Mailbox) -> Result<()> {
        self.prove(person, mailbox)?;
        self.set_password()
    }

    /// The reset up to the page of the new password.
    pub fn prove(&mut self, person: &Person, mailbox: &Mailbox) -> Result<()> {
        self.ask(&person.name)?;
        let code = mailbox.code(&person.email)?;
        self.send("/reset/verify", &[("code", &code)], "/reset/gate")?;
        self.get("/reset/number?channel=sms")?;
        let phone = [
            ("method", "sms"),
            ("country", "US"),
            ("number", person.number.as_str()),
        ];
        self.send("/reset/send", &phone, "/reset/gate")?;
        let code = mailbox.code(&person.phone())?;
        self.send("/reset/verify", &[("code", &code)], "/reset/password")
    }

    /// The last step: a new password.
    pub fn set_password(&mut self) -> Result<()> {
        const PASSWORD: &str = "Quartz-Lantern-Otter-58-Meadow";
        let form = self.form(&[("password", PASSWORD)]);
        let request = post("/reset/password", &self.headers(), &form);
        let response = self.connection.exchange(&request)?;
        let location = response.headers("location").next().unwrap_or_default();
        if response.status != 303 || location != "/reset/done" {
            bail!("the new password gave {} {location:?}", response.status);
        }
        Ok(())
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut all = fields.to_vec();
        all.push(("csrf", &self.csrf));
        form(&all)
    }

    fn headers(&self) -> String {
        let mut text = format!(
            "X-Forwarded-For: {}\r\nX-Forwarded-Proto: https\r\n",
            self.address
        );
        for (at, (name, value)) in self.cookies.iter().enumerate() {
            text.push_str(if at == 0 { "Cookie: " } else { "; " });
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
        if !self.cookies.is_empty() {
            text.push_str("\r\n");
        }
        text
    }
}

fn keep_cookies(jar: &mut Vec<(String, String)>, response: &Response<'_>) {
    for cookie in response.headers("set-cookie") {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            jar.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> Option<String> {
    let wanted = format!("name=\"{name}\"");
    let tag = page
        .split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .find(|tag| tag.contains(&wanted))?;
    let (_, rest) = tag.split_once("value=\"")?;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_found_whatever_the_order_of_their_attributes() {
        let page = r#"<input name="name"><input type="hidden" value="v1" name="csrf"><input name="seal" value="a&amp;b">"#;
        assert_eq!(hidden(page, "csrf").as_deref(), Some("v1"));
        assert_eq!(hidden(page, "seal").as_deref(), Some("a&b"));
        assert_eq!(hidden(page, "work"), None);
    }
}
