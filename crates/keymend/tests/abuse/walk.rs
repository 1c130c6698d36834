//! The steps of a person, as the pages lead them.

use sha2::{Digest as _, Sha256};

use crate::browser::Browser;
use crate::portal::{Portal, Setup};

/// Somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// Sign-in name.
    pub name: String,
    /// Password.
    pub password: String,
    /// Registered number.
    pub phone: String,
    /// Registered address.
    pub email: String,
}

/// One of the people that [`Setup::people`] makes: a phone and an address are registered.
pub fn person(number: u32) -> Person {
    let name = format!("person-{number:07}");
    Person {
        password: "Seeded-Person-Pass-1".to_owned(),
        phone: format!("+1212{}", 2_000_000 + number),
        email: format!("{name}@mail.example"),
        name,
    }
}

/// Bo of the demo: phone, address and questions.
pub fn bo() -> Person {
    demo_person("bo", "Maple-Orbit-Lamp-38", "+12125550142")
}

/// Cleo of the demo: as Bo, but locked out.
pub fn cleo() -> Person {
    demo_person("cleo", "Signal-Peach-Tundra-26", "+12125550187")
}

fn demo_person(name: &str, password: &str, phone: &str) -> Person {
    Person {
        name: name.to_owned(),
        password: password.to_owned(),
        phone: phone.to_owned(),
        email: format!("{name}.home@mail.example"),
    }
}

/// The answers of the demo's people.
pub const ANSWERS: [(&str, &str); 3] = [
    ("answer-1", "lisbon"),
    ("answer-2", "kestrel"),
    ("answer-3", "hopper"),
];
/// A password that every rule takes.
pub const NEW: &str = "Quiet-Lantern-Gravel-57";
/// A code that is never sent: codes are random, this one is right once in a million.
pub const WRONG: &str = "000000";

/// A portal with so many people and the product's numbers.
pub fn portal(people: u32) -> Portal {
    Setup::new().people(people).start()
}

/// Solve the proof of work.
pub fn solve(seal: &str, bits: u32) -> String {
    let zeros = |counter: &u64| {
        let digest = Sha256::digest(format!("{seal}:{counter}"));
        let front = u64::from_be_bytes(digest[..8].try_into().unwrap());
        front.leading_zeros() >= bits
    };
    (0..u64::MAX).find(zeros).unwrap().to_string()
}

impl Browser {
    /// Open the first page of a reset and give a name, with the work done.
    pub fn begin(&mut self, name: &str) -> u16 {
        let page = self.get("/reset");
        let seal = page
            .field("seal")
            .expect("a page with a challenge")
            .to_owned();
        let bits = page.between("data-bits=\"", "\"").unwrap().parse().unwrap();
        let work = solve(&seal, bits);
        self.post(
            "/reset",
            &[("name", name), ("seal", &seal), ("work", &work)],
        )
        .status
    }

    /// Begin, and say what happened.
    pub fn begin_for(&mut self, name: &str, goal: &str) {
        assert_eq!(self.begin(name), 303, "{}", self.page.body);
        assert_eq!(self.post("/reset/what", &[("goal", goal)]).status, 303);
    }

    /// Ask for a code to a phone.
    pub fn text(&mut self, number: &str) -> u16 {
        self.phone("sms", number)
    }

    /// Ask for a code by `sms` or `voice`.
    pub fn phone(&mut self, method: &str, number: &str) -> u16 {
        self.post(
            "/reset/send",
            &[("method", method), ("country", "US"), ("number", number)],
        )
        .status
    }

    /// The request that asks for a text message, for [`crate::race`].
    pub fn texting(&self, person: &Person) -> Vec<u8> {
        let fields = [
            ("method", "sms"),
            ("country", "US"),
            ("number", person.phone.as_str()),
        ];
        self.posting("/reset/send", &fields)
    }

    /// Ask for a code by mail.
    pub fn mail(&mut self) -> u16 {
        self.post("/reset/send", &[("method", "email")]).status
    }

    /// Offer a code.
    pub fn verify(&mut self, code: &str) -> u16 {
        self.post("/reset/verify", &[("code", code)]).status
    }

    /// Pass a gate by text message.
    pub fn pass_phone(&mut self, portal: &Portal, person: &Person) {
        assert_eq!(self.text(&person.phone), 303, "{}", self.page.body);
        let code = portal.code("sms", &person.phone);
        assert_eq!(self.verify(&code), 303, "{}", self.page.body);
    }

    /// Pass a gate by mail.
    pub fn pass_mail(&mut self, portal: &Portal, person: &Person) {
        assert_eq!(self.mail(), 303, "{}", self.page.body);
        let code = portal.code("email", &person.email);
        assert_eq!(self.verify(&code), 303, "{}", self.page.body);
    }

    /// Walk up to the page of the new password, or the button that unlocks.
    pub fn prove(&mut self, portal: &Portal, person: &Person, goal: &str) {
        self.begin_for(&person.name, goal);
        self.pass_phone(portal, person);
        self.pass_mail(portal, person);
    }

    /// Offer a new password.
    pub fn password(&mut self, new: &str) -> u16 {
        self.post("/reset/password", &[("password", new)]).status
    }

    /// Sign in; true when it worked.
    pub fn sign_in(&mut self, name: &str, password: &str) -> bool {
        self.get("/sign-in");
        let fields = [("name", name), ("password", password), ("next", "register")];
        self.post("/sign-in", &fields).status == 303
    }

    /// Is this browser signed in?
    pub fn is_in(&mut self) -> bool {
        self.get("/register").status == 200
    }

    /// Register a number, signed in. Gives the status of the last step.
    pub fn register_phone(&mut self, portal: &Portal, number: &str) -> u16 {
        self.get("/register/phone");
        let fields = [("country", "US"), ("number", number), ("channel", "sms")];
        if self.post("/register/phone", &fields).status != 303 {
            return self.page.status;
        }
        let code = portal.code("sms", number);
        self.post("/register/phone/verify", &[("code", &code)])
            .status
    }

    /// Register an address, signed in. Gives the status of the last step.
    pub fn register_mail(&mut self, portal: &Portal, address: &str) -> u16 {
        self.get("/register/email");
        if self.post("/register/email", &[("address", address)]).status != 303 {
            return self.page.status;
        }
        let code = portal.code("email", address);
        self.post("/register/email/verify", &[("code", &code)])
            .status
    }
}

impl Portal {
    /// Does this password let this person in?
    pub fn lets_in(&self, name: &str, password: &str) -> bool {
        self.browser().from("192.0.2.250").sign_in(name, password)
    }
}
