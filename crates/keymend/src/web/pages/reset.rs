//! Resetting and unlocking, below `/reset`, in the order in which people see them.

use askama::Template;
use keymend_core::method::Channel;

use super::super::assets;
use super::{Chrome, Country, Faults, Sent, parts};

/// The challenge for the quiet proof of work. The page's script looks for a `counter` such that
/// SHA-256(`seal` ‖ `:` ‖ counter in decimal) begins with `bits` zero bits and puts the counter into the field `work`.
pub struct Work {
    /// Opaque text with our signature.
    pub seal: String,
    /// Zero bits asked for.
    pub bits: u32,
}

/// `/reset`: who are you?
#[derive(Template)]
#[template(path = "who.html")]
pub struct Who {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The name typed so far, or the login hint.
    pub name: String,
    /// The challenge.
    pub work: Work,
    /// Fields: `name`.
    pub faults: Faults,
}

/// `/reset/what`.
#[derive(Template)]
#[template(path = "what.html")]
pub struct What {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Fields: `goal`.
    pub faults: Faults,
}

/// `gate` of `gates`.
#[derive(Clone, Copy)]
pub struct Step {
    /// 1 …
    pub gate: usize,
    /// How many proofs policy wants.
    pub gates: usize,
}

/// `/reset/gate` while a method is to be chosen.
#[derive(Template)]
#[template(path = "ways.html")]
#[expect(
    clippy::struct_field_names,
    reason = "the list of ways is what this page is about"
)]
pub struct Ways {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// `sms`, `voice`, `email`, `app`, `questions`: what policy offers and can still serve. May be empty.
    /// `sms` and `voice` are links to `/reset/number?channel=…` when `retype` is true, else buttons.
    pub ways: Vec<&'static str>,
    /// The phone number must be typed in full before a code goes out.
    pub retype: bool,
    /// Said above the choice, such as "That code was not right five times. Choose again."
    pub faults: Faults,
}

/// `/reset/number`.
#[derive(Template)]
#[template(path = "number.html")]
#[expect(
    clippy::struct_field_names,
    reason = "the page is named after its field"
)]
pub struct Number {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// `sms` or `voice`.
    pub channel: Channel,
    /// Countries that policy allows.
    pub countries: Vec<Country>,
    /// The number as typed.
    pub number: String,
    /// Fields: `country`, `number`.
    pub faults: Faults,
}

/// `/reset/gate` while a code is awaited. Says "if we know this account …" and never a destination.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// The code.
    pub sent: Sent,
    /// Digits of the code.
    pub digits: usize,
    /// Fields: `code`.
    pub faults: Faults,
}

/// `/reset/gate` while the code of an authenticator app is awaited.
#[derive(Template)]
#[template(path = "app_code.html")]
pub struct AppCode {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// Fields: `code`.
    pub faults: Faults,
}

/// `/reset/gate` while a passkey is awaited.
#[derive(Template)]
#[template(path = "passkey_gate.html")]
pub struct PasskeyGate {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// What the browser is asked, in JSON. Before a first proof it names no passkey, whoever the flow is about.
    pub asked: String,
    /// About the form as a whole.
    pub faults: Faults,
}

/// `/reset/gate` while a recovery code is awaited.
#[derive(Template)]
#[template(path = "recovery_code.html")]
pub struct RecoveryCode {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// The code as it was mistyped: nobody types 32 letters twice for one of them.
    pub typed: String,
    /// Fields: `code`.
    pub faults: Faults,
}

/// `/reset/gate` while the questions are asked.
#[derive(Template)]
#[template(path = "answers.html")]
pub struct Answers {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Which proof.
    pub step: Step,
    /// Texts of the questions.
    pub questions: Vec<String>,
    /// One verdict for the whole set, at the form.
    pub faults: Faults,
}

/// `/reset/gate` when everything is proven and the goal is unlock: one button.
#[derive(Template)]
#[template(path = "unlock.html")]
pub struct Unlock {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// What the directory said, when it refused.
    pub faults: Faults,
}

/// `/reset/done`.
#[derive(Template)]
#[template(path = "done.html")]
pub struct Done {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// True after an unlock, false after a reset.
    pub unlocked: bool,
    /// Methods that were registered or changed lately, each with its name and the clock time: an intruder's would be
    /// among them.
    pub lately: Vec<(&'static str, String)>,
    /// So few recovery codes are left that it is time for new ones.
    pub few: Option<usize>,
    /// Where to sign in, when configured.
    pub sign_in_url: Option<String>,
}

/// `/reset/help`.
#[derive(Template)]
#[template(path = "help.html")]
pub struct Help {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Short reference for the service desk, such as `K7D-4Q2`.
    pub reference: Option<String>,
}
