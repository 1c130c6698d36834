//! Registering, below `/register`: the [`Overview`] and the page of each method.

use askama::Template;
use keymend_core::method::Channel;

use super::super::assets;
use super::{Chrome, Country, Faults, Sent, parts};

/// State of a row of the overview.
pub enum RowState {
    /// Not registered.
    Missing,
    /// Some are registered, and there may be one more.
    Another,
    /// Registered: the destination in full (its owner is signed in), or the number of questions as text.
    Set {
        /// The number, the address, or the count.
        value: String,
        /// It serves nothing any more after too many wrong proofs.
        worn: bool,
        /// Few recovery codes are left.
        few: bool,
        /// Clock time from which it can serve a reset, when it waits.
        waits_until: Option<String>,
    },
}

/// A row of the overview.
pub struct Row {
    /// `phone`, `email`, `app` or `questions`: also the last part of its path.
    pub method: &'static str,
    /// Tells it from other rows of the page.
    pub id: String,
    /// Which of several apps.
    pub which: Option<String>,
    /// Policy takes it; what it does not take any more can only be removed.
    pub offered: bool,
    /// Registered or not.
    pub state: RowState,
}

/// `/register`: the overview.
#[derive(Template)]
#[template(path = "overview.html")]
pub struct Overview {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// A row for each method that policy offers.
    pub rows: Vec<Row>,
    /// Policy's minimum is met.
    pub enough: bool,
    /// How safe what is registered is, in a sentence.
    pub readiness: Option<String>,
    /// Sentence of what just happened, such as "Your phone number is verified."
    pub news: Option<String>,
    /// Recovery was frozen through a "this wasn't me" link; the page offers to lift it.
    pub frozen: bool,
    /// Policy asks whether this is still right; the page offers `looks good`.
    pub confirm_again: bool,
    /// Why `finish` was refused.
    pub faults: Faults,
}

/// `/register/phone`: number first, and the code field below it once a code is on its way.
#[derive(Template)]
#[template(path = "phone.html")]
pub struct Phone {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Countries that policy allows.
    pub countries: Vec<Country>,
    /// Channels that have a gateway.
    pub channels: Vec<Channel>,
    /// The number as typed.
    pub number: String,
    /// It is the directory's, and nobody typed it.
    pub suggested: bool,
    /// Present once a code was sent.
    pub sent: Option<Sent>,
    /// Fields: `country`, `number`, `code`.
    pub faults: Faults,
}

/// `/register/email`.
#[derive(Template)]
#[template(path = "email.html")]
pub struct Email {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The address as typed.
    pub address: String,
    /// It is the directory's, and nobody typed it.
    pub suggested: bool,
    /// Present once a code was sent.
    pub sent: Option<Sent>,
    /// Fields: `address`, `code`.
    pub faults: Faults,
}

/// What a new authenticator app and we share, until its first code.
pub struct Shared {
    /// What its owner calls it.
    pub name: String,
    /// Shown only where it is ours: a device that came with its key has it.
    pub secret: Option<Secret>,
}

/// The secret of a new authenticator app, as its owner takes it over.
pub struct Secret {
    /// The picture to scan; `None` where the names around the key are too long for one.
    pub qr: Option<askama::filters::Safe<String>>,
    /// The key to type, in groups of four.
    pub key: zeroize::Zeroizing<String>,
}

/// `/register/app`: a name first, then the QR code and the code field.
#[derive(Template)]
#[template(path = "app.html")]
pub struct NewApp {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The name as typed.
    pub name: String,
    /// Present once there is a secret.
    pub shared: Option<Shared>,
    /// Fields: `name`, `given`, `code`.
    pub faults: Faults,
}

/// A set of recovery codes to be saved.
pub struct Sheet {
    /// Which set.
    pub set: String,
    /// The codes, in groups of four.
    pub codes: Vec<zeroize::Zeroizing<String>>,
    /// Address of the page where they are used.
    pub address: String,
    /// Sign-in name of their owner.
    pub name: String,
    /// Date and clock time at which they were made.
    pub at: String,
    /// Clock time until which they are shown.
    pub until: String,
}

/// `/register/codes`: a button first, then the codes, which are printed as a sheet.
#[derive(Template)]
#[template(path = "codes.html")]
pub struct Codes {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// How many of an older set are left, where there is one.
    pub left: Option<usize>,
    /// Present once there are new ones.
    pub sheet: Option<Sheet>,
    /// Fields: `saved`.
    pub faults: Faults,
}

/// A passkey that the browser is asked to make.
pub struct Making {
    /// What its owner calls it.
    pub name: String,
    /// What the browser is asked, in JSON.
    pub asked: String,
}

/// `/register/passkey`: a name first, then the button.
#[derive(Template)]
#[template(path = "passkey.html")]
pub struct NewPasskey {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The name as typed.
    pub name: String,
    /// Present once there is a name.
    pub making: Option<Making>,
    /// Fields: `name`.
    pub faults: Faults,
}

/// One drop-down with its answer.
pub struct Pair {
    /// 1 …
    pub number: usize,
    /// Questions of the drop-down: (id, text, selected).
    pub options: Vec<(&'static str, String, bool)>,
    /// The answer typed so far.
    pub answer: String,
}

/// `/register/questions`.
#[derive(Template)]
#[template(path = "questions.html")]
pub struct Questions {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// As many as policy wants.
    pub pairs: Vec<Pair>,
    /// Least characters of an answer.
    pub least: usize,
    /// Fields: `question-1`, `answer-1` …
    pub faults: Faults,
}

/// `/register/remove`: one question with two buttons.
#[derive(Template)]
#[template(path = "remove.html")]
pub struct Remove {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// `phone`, `email`, `app` or `questions`.
    pub method: &'static str,
    /// The number, the address, the name, or the count.
    pub value: String,
    /// Without it, less is registered than policy wants.
    pub needed: bool,
    /// Which of several apps.
    pub which: Option<String>,
}

/// `/register/confirm-it-is-you`: a fresh proof before something registered is changed.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Ways that this account can use, with the full destination: (`sms`, `voice`, `email`, `app`, `questions`; destination).
    pub ways: Vec<(&'static str, String)>,
    /// What is said where there is no such way.
    pub none: Option<String>,
    /// Present once a code was sent.
    pub sent: Option<Sent>,
    /// An authenticator app was chosen.
    pub app: bool,
    /// Present when a passkey was chosen: what the browser is asked, in JSON.
    pub passkey: Option<String>,
    /// A recovery code was chosen.
    pub codes: bool,
    /// The recovery code as it was mistyped.
    pub typed: String,
    /// Present when the questions were chosen: their texts.
    pub questions: Option<Vec<String>>,
    /// Fields: `code`, `answer-1` …
    pub faults: Faults,
}

/// `/register/done`.
#[derive(Template)]
#[template(path = "registered.html")]
pub struct Registered {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// True after `cancel`: what was verified stays.
    pub cancelled: bool,
    /// Recovery codes are offered: there are none yet.
    pub codes: bool,
}
