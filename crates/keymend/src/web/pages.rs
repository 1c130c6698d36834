//! The pages: one struct a page, each with its template under `templates/`.
//!
//! A handler fills a struct and calls [`askama::Template::render`]. Everything here is already
//! decided: no page asks the store or the clock. Begin with [`Chrome`], which every page carries; what
//! templates ask of the structs besides their fields is in [`parts`].

pub mod parts;

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use keymend_core::method::Channel;

use super::assets;
use crate::app::receipts::Arrival;
use crate::i18n::Words;

/// What every page carries: language, theme, the organisation and the form's guard.
pub struct Chrome {
    /// The words of the page's language.
    pub words: Arc<Words>,
    /// `Some("light")` or `Some("dark")` when the person chose one.
    pub theme: Option<&'static str>,
    /// Display name of the organisation.
    pub organisation: Arc<str>,
    /// How to reach the service desk, in the operator's words.
    pub help: Arc<str>,
    /// Token for the hidden field `csrf` of every form on the page.
    pub csrf: String,
    /// Path that the language and theme forms return to: one of our own page paths.
    pub here: Cow<'static, str>,
    /// Sign-in name of the person signed in, for the sign-out form in the header.
    pub signed_in: Option<String>,
    /// Languages offered by the picker.
    pub languages: Arc<[&'static str]>,
    /// True in the demo, which shows a strip with a link to the messages.
    pub demo: bool,
}

/// One thing wrong with a form, said at the top and beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the field, which is the `id` of its input; empty when it belongs to the whole form.
    pub field: String,
    /// The sentence, in the page's language.
    pub text: String,
}

/// All that is wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Sentence for one field, if there is one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|fault| fault.field == field)
            .map(|fault| fault.text.as_str())
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn none(&self) -> bool {
        self.0.is_empty()
    }
}

/// `/`: reset or unlock, register or manage, change.
#[derive(Template)]
#[template(path = "start.html")]
pub struct Start {
    /// See [`Chrome`].
    pub chrome: Chrome,
}

/// `/sign-in`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Where to go afterwards: `register` or `password`.
    pub next: &'static str,
    /// The name typed so far.
    pub name: String,
    /// Passwords are taken.
    pub password: bool,
    /// Providers, as (id, what people call it).
    pub providers: Vec<(String, String)>,
    /// What was wrong. A wrong name, a wrong password and a locked account share one sentence.
    pub faults: Faults,
}

/// `/sign-in/claim`.
#[derive(Template)]
#[template(path = "claim.html")]
pub struct Claim {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The name typed so far.
    pub name: String,
    /// The code as it was mistyped.
    pub typed: String,
    /// What was wrong. A wrong name, a wrong code, one that was used and one that is over share one sentence.
    pub faults: Faults,
}

/// A page that goes on by itself: to another site, or from one. It has no form, for it may know nothing of the browser.
#[derive(Template)]
#[template(path = "hop.html")]
pub struct Hop {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Where it goes.
    pub title: String,
    /// The address, for whom it does not go on by itself.
    pub url: String,
}

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

/// A code that is on its way.
pub struct Sent {
    /// By which channel.
    pub channel: Channel,
    /// Clock time at which it was asked for, such as `14:32`.
    pub at: String,
    /// Clock time until which it is valid.
    pub until: String,
    /// Seconds until `try again` is accepted; 0 when it is accepted now.
    pub again_in: i64,
    /// What its owner may know of it.
    pub arrival: Option<Arrival>,
}

/// A country of the drop-down.
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// Name in the page's language where known, with the calling code: `United States (+1)`.
    pub label: String,
    /// Preselected.
    pub selected: bool,
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

/// What a new password needs.
pub struct Rules {
    /// Ours in plain sentences; length and history are the stricter ones of both.
    pub ours: Vec<String>,
    /// What the directory asks for beyond.
    pub directory: Vec<String>,
    /// The least length, in code points.
    pub min: usize,
    /// Value for `passwordrules`.
    pub for_managers: String,
    /// A passphrase that meets them all.
    pub suggestion: Option<String>,
}

/// `/reset/password`.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPassword {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Sign-in name for the hidden `username` field, so that password managers file it right.
    pub name: String,
    /// The rules, shown before typing.
    pub rules: Rules,
    /// Strength of the refused password in words.
    pub strength: Option<String>,
    /// Fields: `password`, `confirm`.
    pub faults: Faults,
}

/// `/password`: change it, signed in.
#[derive(Template)]
#[template(path = "change_password.html")]
pub struct ChangePassword {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Sign-in name for the hidden `username` field.
    pub name: String,
    /// The rules.
    pub rules: Rules,
    /// The directory wants a new password before anything else.
    pub must: bool,
    /// Strength of the refused password in words.
    pub strength: Option<String>,
    /// The change is done: the page says so and shows no form.
    pub done: bool,
    /// Fields: `current`, `password`, `confirm`.
    pub faults: Faults,
}

/// A registered method on [`Security`].
pub struct Known {
    /// `phone`, `email`, `app` or `questions`.
    pub method: &'static str,
    /// What the overview shows of it.
    pub value: String,
    /// Clock time of its registration.
    pub verified: String,
    /// Clock time of its last use as a proof.
    pub served: Option<String>,
}

/// A signed-in browser on [`Security`].
pub struct Session {
    /// For the form that ends it.
    pub id: String,
    /// The browser and its system; empty when unknown.
    pub browser: String,
    /// The client's address at the sign-in.
    pub source: String,
    /// Clock time of the sign-in.
    pub since: String,
    /// Clock time of the last request.
    pub seen: String,
    /// It is the one that asks.
    pub here: bool,
}

/// A method of earlier times on [`Security`].
pub struct Before {
    /// What it was.
    pub method: &'static str,
    /// Clock time of its registration.
    pub since: String,
    /// Clock time of its end.
    pub until: String,
}

/// Something that happened, on [`Security`].
pub struct Happening {
    /// Key of what happened.
    pub sentence: &'static str,
    /// The method that it is about.
    pub method: Option<&'static str>,
    /// Clock time.
    pub at: String,
    /// Address of the browser that did it.
    pub source: Option<String>,
}

/// `/register/security`.
#[derive(Template)]
#[template(path = "security.html")]
pub struct Security {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// A session was ended just now.
    pub news: bool,
    /// Registered methods.
    pub methods: Vec<Known>,
    /// Signed-in browsers.
    pub sessions: Vec<Session>,
    /// Methods that are registered no more.
    pub earlier: Vec<Before>,
    /// What happened, the newest first.
    pub events: Vec<Happening>,
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

/// `/n/{token}`: somebody says that a notice was not about them.
#[derive(Template)]
#[template(path = "not_me.html")]
pub struct NotMe {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Path that the button posts to; `None` once it was used or when the link is not known.
    pub post: Option<String>,
    /// True right after the button was pressed.
    pub frozen: bool,
}

/// Any page that only says something: an error, an expired visit, a stop.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Heading.
    pub title: String,
    /// What happened and what to do.
    pub text: String,
    /// A link onwards: (path, text).
    pub onward: Option<(&'static str, String)>,
    /// Reference that the log line carries too.
    pub request: String,
}

/// A message of the demo.
pub struct Shown {
    /// `sms`, `voice` or `email`.
    pub channel: &'static str,
    /// Number or address.
    pub to: String,
    /// Subject of a mail, else empty.
    pub subject: String,
    /// The text.
    pub body: String,
    /// RFC 3339, UTC.
    pub sent_at: String,
}

/// `/demo/messages`.
#[derive(Template)]
#[template(path = "demo_messages.html")]
pub struct DemoMessages {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Newest first.
    pub messages: Vec<Shown>,
}
