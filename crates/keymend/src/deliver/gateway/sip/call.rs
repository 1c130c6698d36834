//! A call: placed, ringing, answered, over (RFC 3261, 13 to 15).
//!
//! [`Call::place`] waits until it rings, because up to there another gateway could do it instead. [`Call::go_on`] is the
//! rest: whoever is called is not called again for it.

use std::time::Duration;

use keymend_core::secret::Purpose;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use super::Settings;
use super::agent::{AGAIN, Agent, Target, Trouble, answers, random};
use super::dial::Dialled;
use super::line::{self, Line};
use super::message::{Incoming, Request, Response, list, parameter, uri};
use super::script::{Act, Script};
use super::sdp;
use super::sound::Voice;

/// An exchange that says nothing at all is silent after this.
const SILENCE: Duration = Duration::from_secs(5);
/// One that says that it tries has until then to make a phone ring.
const RINGING: Duration = Duration::from_secs(20);
/// What is taken back is over after this, whatever the exchange says.
const TAKEN_BACK: Duration = Duration::from_secs(3);
/// To say goodbye.
const GOODBYE: Duration = Duration::from_secs(4);
/// Phones that may answer one call.
const CONFIRMED: usize = 64;
/// Proofs that an exchange may ask for, see [`Agent::ask`].
const PROOFS: u8 = 3;

/// What a call is to say.
pub struct Errand {
    /// The number.
    pub dialled: Dialled,
    /// Our voice.
    pub voice: &'static Voice,
    /// What for; nothing when it is a test.
    pub purpose: Option<Purpose>,
    /// The digits.
    pub code: Zeroizing<String>,
    /// When they are worth nothing any more.
    pub ends: Option<Instant>,
}

/// Why a call was not placed.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// This exchange cannot call this number.
    Elsewhere(String),
    /// The exchange says nothing, so that it may have begun.
    Silent(String),
    /// Not now, or not by this exchange.
    Later(String),
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The code was said.
    Told,
    /// Nobody pressed a key.
    NoKey,
    /// Whoever answered hung up before the code was said.
    HungUp,
    /// Somebody is on the phone, or does not want to be.
    Busy,
    /// It rang.
    NotAnswered,
    /// For a cause that the log has.
    Failed,
}

impl End {
    /// For the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::NoKey => "no key pressed",
            Self::HungUp => "hung up",
            Self::Busy => "busy",
            Self::NotAnswered => "not answered",
            Self::Failed => "failed",
        }
    }
}

enum Stage {
    /// Until then.
    Ringing(Instant),
    /// By whom and with what.
    Answered(Target, Box<Response>),
    /// It did not come to that.
    Over(End),
}

/// A call that rings, or has gone further.
pub struct Call {
    invitation: Invitation,
    errand: Errand,
    sound: UdpSocket,
    stage: Stage,
}

impl Call {
    /// Place it, and wait until it rings.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn place(settings: &Settings, errand: Errand) -> Result<Self, Refused> {
        let agent = Agent::new(settings).await.map_err(Refused::Later)?;
        let sound = line::socket(agent.wire.local.ip()).await;
        let sound = sound.map_err(|error| Refused::Later(format!("no socket: {error}")))?;
        let address = sound.local_addr();
        let address = address.map_err(|error| Refused::Later(format!("no socket: {error}")))?;
        let began = Instant::now();
        let id = u64::from_str_radix(random().get(..12).unwrap_or_default(), 16);
        let offer = sdp::offer(address, id.unwrap_or_default());
        let broken = |trouble| match trouble {
            Trouble::Silent => Refused::Silent("the exchange stays silent".to_owned()),
            Trouble::Broken(what) => Refused::Later(what),
        };
        let invited = Invitation::send(agent, &errand.dialled.called, offer).await;
        let mut invitation = invited.map_err(broken)?;
        let mut until = began + SILENCE;
        let mut left = PROOFS;
        let stage = loop {
            let news = invitation.news(until).await.map_err(broken)?;
            match news {
                Some(News::Progress(100)) => until = began + RINGING,
                Some(News::Progress(_)) => {
                    break Stage::Ringing(Instant::now() + settings.ring);
                }
                Some(News::Answered(target, response)) => break Stage::Answered(target, response),
                Some(News::Refused(response)) if left > 0 && invitation.agent.takes(&response) => {
                    left -= 1;
                    until = Instant::now() + SILENCE;
                    invitation.again().await.map_err(broken)?;
                }
                Some(News::Refused(response)) => break Stage::Over(judge(&response)?),
                None if invitation.heard => {
                    invitation.take_back().await;
                    let seconds = RINGING.as_secs();
                    let what = format!("no phone rings within {seconds} seconds");
                    return Err(Refused::Later(what));
                }
                None => return Err(broken(Trouble::Silent)),
            }
        };
        Ok(Self {
            invitation,
            errand,
            sound,
            stage,
        })
    }

    /// What the exchange calls it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.invitation.agent.id
    }

    /// The rest of it.
    pub async fn go_on(self) -> End {
        let reference = self.id().to_owned();
        let end = self.finish().await;
        end.unwrap_or_else(|what| {
            tracing::warn!(reference, what, "a call broke off");
            End::Failed
        })
    }

    async fn finish(self) -> Result<End, String> {
        let Self {
            mut invitation,
            errand,
            sound,
            mut stage,
        } = self;
        let words = |trouble| match trouble {
            Trouble::Silent => "the exchange stays silent".to_owned(),
            Trouble::Broken(what) => what,
        };
        let (target, response) = loop {
            let until = match stage {
                Stage::Ringing(until) => until,
                Stage::Answered(target, response) => break (target, response),
                Stage::Over(end) => return Ok(end),
            };
            stage = match invitation.news(until).await.map_err(words)? {
                Some(News::Progress(_)) => Stage::Ringing(until),
                Some(News::Answered(target, response)) => Stage::Answered(target, response),
                Some(News::Refused(response)) => Stage::Over(match judge(&response) {
                    Ok(end) => end,
                    Err(_) if response.status == 408 => End::NotAnswered,
                    // It rang before: whatever came between is not to be told from nobody there.
                    Err(
                        Refused::Later(what) | Refused::Silent(what) | Refused::Elsewhere(what),
                    ) => {
                        return Err(what);
                    }
                }),
                None => {
                    invitation.take_back().await;
                    Stage::Over(End::NotAnswered)
                }
            };
        };
        let answer = match sdp::read(&response.body) {
            Ok(answer) => answer,
            Err(what) => {
                invitation.goodbye(&target).await;
                return Err(what.to_owned());
            }
        };
        let mut line = Line::new(sound, answer);
        if !line.has_keys() {
            tracing::warn!(
                "the exchange tells no keys (telephone-event): nobody can ask for the code"
            );
        }
        let mut script = Script::new(errand.purpose, errand.code);
        let pause = invitation.agent.settings.extension_pause;
        let speaking = async {
            if let Some(extension) = &errand.dialled.pressed {
                line.pause(pause, false).await;
                line.press(extension).await;
            }
            let mut key = None;
            loop {
                let step = script.next(key);
                key = match step.act {
                    Act::Say(sound) => line.say(errand.voice.say(sound), step.listens).await,
                    Act::Pause(time) => line.pause(time, step.listens).await,
                    Act::HangUp => break,
                };
                // Nobody is told what does not work.
                if key.is_some() && errand.ends.is_some_and(|ends| Instant::now() >= ends) {
                    break;
                }
            }
        };
        let listening = invitation.until_goodbye();
        let hung_up = tokio::select! {
            () = speaking => Ok(false),
            heard = listening => heard.map(|()| true),
        };
        let told = script.told();
        match hung_up {
            Ok(true) | Err(_) if told => Ok(End::Told),
            Ok(true) => Ok(End::HungUp),
            Ok(false) => {
                invitation.goodbye(&target).await;
                Ok(if told { End::Told } else { End::NoKey })
            }
            Err(trouble) => Err(words(trouble)),
        }
    }
}

/// What a refusal means for whoever is called; an error where it says nothing about them.
fn judge(response: &Response) -> Result<End, Refused> {
    let words = response.words();
    match response.status {
        486 | 600 | 603 => Ok(End::Busy),
        480 | 487 => Ok(End::NotAnswered),
        404 | 410 | 484 | 604 => Err(Refused::Elsewhere(format!(
            "the exchange cannot call this number ({words})"
        ))),
        401 | 407 => Err(Refused::Later(format!(
            "the exchange does not take user and secret ({words})"
        ))),
        403 => Err(Refused::Later(format!(
            "the exchange does not let us call ({words})"
        ))),
        300..=399 => Err(Refused::Later(format!(
            "the exchange sends us elsewhere, where we do not go ({words})"
        ))),
        _ => Err(Refused::Later(format!("the exchange answered {words}"))),
    }
}

/// What is heard of a call that was not answered yet.
enum News {
    /// It goes on, by this status below 200.
    Progress(u16),
    /// Somebody answered, and knows that we know.
    Answered(Target, Box<Response>),
    /// Nobody will.
    Refused(Response),
}

/// An INVITE and what belongs to it.
struct Invitation {
    agent: Agent,
    target: Target,
    offer: String,
    request: Request,
    /// When it is sent again, and the wait after that.
    again: Option<(Instant, Duration)>,
    /// The exchange said something about it.
    heard: bool,
    /// Final answers that were confirmed: what they are known by, and what is said to each when it comes again.
    confirmed: Vec<(String, String, Option<String>)>,
}

impl Invitation {
    async fn send(mut agent: Agent, dialled: &str, offer: String) -> Result<Self, Trouble> {
        let uri = format!("sip:{dialled}@{}", agent.settings.domain);
        let target = Target {
            to: format!("<{uri}>"),
            uri,
            ..Target::default()
        };
        let request = agent.request("INVITE", &target, None);
        let mut invitation = Self {
            agent,
            target,
            offer,
            request,
            again: None,
            heard: false,
            confirmed: Vec::new(),
        };
        invitation.post().await?;
        Ok(invitation)
    }

    /// Once more, with a proof.
    async fn again(&mut self) -> Result<(), Trouble> {
        self.request = self.agent.request("INVITE", &self.target, None);
        self.heard = false;
        self.post().await
    }

    async fn post(&mut self) -> Result<(), Trouble> {
        self.request.headers.push("Content-Type", "application/sdp");
        self.request.body.clone_from(&self.offer);
        self.again = Some((Instant::now() + AGAIN, AGAIN * 2));
        self.repeat().await
    }

    async fn repeat(&mut self) -> Result<(), Trouble> {
        // What leads there is known: the exchange.
        let to = self.agent.wire.server;
        self.agent.wire.send_to(&self.request.print(), to).await?;
        Ok(())
    }

    /// The next that is heard; `None` when nothing was until then.
    async fn news(&mut self, until: Instant) -> Result<Option<News>, Trouble> {
        loop {
            let repeats = !self.heard && !self.agent.wire.is_reliable();
            let again = self.again.filter(|_| repeats);
            let next = again.map_or(until, |(at, _)| at.min(until));
            let Some((incoming, source)) = self.agent.receive(next).await? else {
                if Instant::now() >= until {
                    return Ok(None);
                }
                if let Some((_, wait)) = again {
                    self.again = Some((Instant::now() + wait, wait * 2));
                    self.repeat().await?;
                }
                continue;
            };
            match incoming {
                Incoming::Request(asked) => {
                    self.agent.oblige(&asked, source).await?;
                }
                Incoming::Response(response) => {
                    if let Some(news) = self.hear(response).await? {
                        return Ok(Some(news));
                    }
                }
            }
        }
    }

    async fn hear(&mut self, response: Response) -> Result<Option<News>, Trouble> {
        if self.confirm_again(&response).await? || !answers(&response, &self.request) {
            return Ok(None);
        }
        self.heard = true;
        match response.status {
            ..200 => Ok(Some(News::Progress(response.status))),
            200..300 => {
                let target = self.confirm(&response).await?;
                Ok(Some(News::Answered(target, Box::new(response))))
            }
            _ => {
                self.acknowledge_refusal(&response).await?;
                Ok(Some(News::Refused(response)))
            }
        }
    }

    /// Was this one confirmed before? Then that was lost, and is said again.
    async fn confirm_again(&mut self, response: &Response) -> Result<bool, Trouble> {
        let key = key(response);
        let known = self.confirmed.iter().find(|(known, ..)| *known == key);
        let Some((_, text, hop)) = known.cloned() else {
            return Ok(false);
        };
        self.agent.wire.send(&text, hop.as_deref()).await?;
        Ok(true)
    }

    /// Confirm that somebody answered (RFC 3261, 13.2.2.4), and know whom to talk to from here on.
    async fn confirm(&mut self, response: &Response) -> Result<Target, Trouble> {
        let headers = &response.headers;
        let contact = headers.get("Contact").map(list);
        let contact = contact.and_then(|all| all.first().map(|one| uri(one).to_owned()));
        let routes = headers.all("Record-Route").flat_map(list);
        let mut routes: Vec<_> = routes.map(str::to_owned).collect();
        routes.reverse();
        let target = Target {
            direct: contact.is_some(),
            uri: contact.unwrap_or_else(|| self.target.uri.clone()),
            to: headers.get("To").unwrap_or(&self.target.to).to_owned(),
            routes,
        };
        let sequence = self.request.headers.sequence().map(|(number, _)| number);
        let text = self.agent.request("ACK", &target, sequence).print();
        let hop = target.hop();
        self.agent.wire.send(&text, hop.as_deref()).await?;
        if self.confirmed.len() < CONFIRMED {
            self.confirmed.push((key(response), text, hop));
        }
        Ok(target)
    }

    /// Confirm that nobody answers (RFC 3261, 17.1.1.3): in the name of the request itself.
    async fn acknowledge_refusal(&mut self, response: &Response) -> Result<(), Trouble> {
        let mut request = self.request.clone();
        let text = self.belonging("ACK", response.headers.get("To"), &mut request);
        let to = self.agent.wire.server;
        self.agent.wire.send_to(&text, to).await?;
        let hop = self.target.hop();
        self.confirmed.push((key(response), text, hop));
        Ok(())
    }

    /// A request that belongs to the invitation: an ACK of a refusal, a CANCEL.
    fn belonging(&self, method: &str, to: Option<&str>, request: &mut Request) -> String {
        let own = &self.request.headers;
        let mut headers = super::message::Headers::default();
        for name in ["Via", "Max-Forwards", "From", "Call-ID", "User-Agent"] {
            headers.push(name, own.get(name).unwrap_or_default());
        }
        headers.push("To", to.unwrap_or(&self.target.to));
        let sequence = own.sequence().map_or(0, |(number, _)| number);
        headers.push("CSeq", &format!("{sequence} {method}"));
        method.clone_into(&mut request.method);
        request.headers = headers;
        request.body.clear();
        request.print()
    }

    /// Take it back (RFC 3261, 9.1). Whoever answers at this very moment is told goodbye.
    async fn take_back(&mut self) {
        drop(timeout(TAKEN_BACK + GOODBYE, self.cancel()).await);
    }

    async fn cancel(&mut self) {
        let mut request = self.request.clone();
        let text = self.belonging("CANCEL", None, &mut request);
        let until = Instant::now() + TAKEN_BACK;
        let mut wait = AGAIN;
        loop {
            let to = self.agent.wire.server;
            if self.agent.wire.send_to(&text, to).await.is_err() {
                return;
            }
            let next = until.min(Instant::now() + wait);
            wait = (wait * 2).min(TAKEN_BACK);
            match self.news(next).await {
                Ok(Some(News::Answered(target, _))) => {
                    self.goodbye(&target).await;
                    return;
                }
                Ok(Some(News::Progress(_)) | None) if Instant::now() < until => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Hear what comes while we speak, until the other side hangs up. A second phone that answers is told goodbye.
    async fn until_goodbye(&mut self) -> Result<(), Trouble> {
        loop {
            let (incoming, source) = self.agent.wire.receive().await?;
            match incoming {
                Incoming::Request(asked) => {
                    if self.agent.oblige(&asked, source).await? {
                        return Ok(());
                    }
                }
                Incoming::Response(response) => {
                    if let Some(News::Answered(target, _)) = self.hear(response).await? {
                        let goodbye = self.agent.request("BYE", &target, None);
                        let hop = target.hop();
                        self.agent
                            .wire
                            .send(&goodbye.print(), hop.as_deref())
                            .await?;
                    }
                }
            }
        }
    }

    /// Hang up. If nobody hears it, the exchange finds out by itself.
    async fn goodbye(&mut self, target: &Target) {
        // Over, whatever else the exchange goes on saying.
        drop(timeout(GOODBYE, self.agent.ask("BYE", target, GOODBYE)).await);
    }
}

/// What a final answer is known by: to which request, and by whom. Of each phone that answers there is one.
fn key(response: &Response) -> String {
    let headers = &response.headers;
    let number = headers.sequence().map_or(0, |(number, _)| number);
    let method = headers.sequence().map_or("", |(_, method)| method);
    let to = headers.get("To").unwrap_or_default();
    let tag = parameter(to, "tag").unwrap_or_default();
    let class = response.status / 100;
    format!("{number} {method} {class} {tag}")
}
