//! What goes on over one link, until it ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusmpp::pdus::{DataSmResp, DeliverSmResp, SubmitSm};
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::Habits;
use super::ears::Ears;
use super::link::{Frame, Link, is_answer};
use super::receipt;
use crate::deliver::receipt::Receipt;

/// What it says when it has forgotten us.
const SIGNED_OUT: &str = "it does not know that we are signed in";
/// Receipts that are being kept at once.
const RECEIPTS: usize = 64;

/// Why a message was not taken.
#[derive(Debug)]
pub enum Trouble {
    /// There is no link, or it broke.
    Down(String),
    /// It was sent, and nobody knows what became of it.
    Silent,
    /// The centre does not want it.
    Refused(CommandStatus),
}

/// A message that waits to be sent.
pub struct Request {
    /// It.
    pub part: SubmitSm,
    /// Turns true when it leaves.
    pub left: Arc<AtomicBool>,
    /// Whoever waits for what the centre calls it. Gone, where nobody does any more.
    pub answer: oneshot::Sender<Result<String, Trouble>>,
}

/// What waits to be sent. Somebody waits for a code; nobody for a notice.
pub struct Waiting {
    /// Codes.
    pub codes: mpsc::Receiver<Request>,
    /// Everything else, when no code waits.
    pub notices: mpsc::Receiver<Request>,
}

impl Waiting {
    /// The next; none when nobody can send any more. To stop waiting loses nothing.
    pub async fn next(&mut self) -> Option<Request> {
        tokio::select! {
            biased;
            Some(request) = self.codes.recv() => Some(request),
            Some(request) = self.notices.recv() => Some(request),
            else => None,
        }
    }
}

/// Why a link ended.
pub enum End {
    /// We wanted it.
    Stopped,
    /// It broke, or the centre ended it.
    Lost(String),
}

struct Sent {
    answer: oneshot::Sender<Result<String, Trouble>>,
    until: Instant,
}

/// A link in use.
pub struct Talk<'a> {
    link: Link,
    habits: &'a Habits,
    ears: Option<&'a Ears>,
    sent: HashMap<u32, Sent>,
    /// Receipts that are being kept, and how to answer them then.
    keeping: JoinSet<(Frame, CommandStatus)>,
    /// When something was heard last.
    heard: Instant,
    /// Since when we wait for a sign of life.
    asked: Option<Instant>,
    /// When the next message may leave.
    next: Instant,
}

impl<'a> Talk<'a> {
    /// Over a link that was just opened.
    pub fn new(link: Link, habits: &'a Habits, ears: Option<&'a Ears>) -> Self {
        let now = Instant::now();
        Self {
            link,
            habits,
            ears,
            sent: HashMap::new(),
            keeping: JoinSet::new(),
            heard: now,
            asked: None,
            next: now,
        }
    }

    /// Send what waits, and hear what comes.
    pub async fn run(mut self, waiting: &mut Waiting, stop: &mut watch::Receiver<bool>) -> End {
        let end = loop {
            if let Err(end) = self.step(waiting, stop).await {
                break end;
            }
        };
        let why = match &end {
            End::Stopped => "we are stopping",
            End::Lost(why) => why,
        };
        for (_, sent) in self.sent.drain() {
            // Nobody waits any more: then nobody needs to know.
            let _ = sent.answer.send(Err(Trouble::Down(why.to_owned())));
        }
        if matches!(end, End::Stopped) {
            self.link.close().await;
        }
        end
    }

    async fn step(
        &mut self,
        waiting: &mut Waiting,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), End> {
        let now = Instant::now();
        let room = self.sent.len() < self.habits.window && now >= self.next;
        let due = self.due(now);
        let lost = |error: std::io::Error| End::Lost(error.to_string());
        tokio::select! {
            frame = self.link.receive() => {
                let frame = frame.map_err(lost)?;
                (self.heard, self.asked) = (Instant::now(), None);
                self.heed(frame).await
            }
            request = waiting.next(), if room => match request {
                Some(request) => self.submit(request).await.map_err(lost),
                None => Err(End::Stopped),
            },
            Some(kept) = self.keeping.join_next(), if !self.keeping.is_empty() => {
                // One that broke off is not answered: it comes again.
                match kept {
                    Ok((frame, status)) => self.acknowledge(&frame, status).await.map_err(lost),
                    Err(_) => Ok(()),
                }
            }
            () = sleep_until(due) => self.look_at_the_clock().await,
            _ = stop.changed() => Err(End::Stopped),
        }
    }

    async fn submit(&mut self, request: Request) -> std::io::Result<()> {
        // Whoever wanted it has given up; it may have gone elsewhere.
        if request.answer.is_closed() {
            return Ok(());
        }
        let now = Instant::now();
        if let Some(pause) = self.habits.pause() {
            self.next = self.next.max(now) + pause;
        }
        let until = now + self.habits.patience;
        match self.link.ask(request.part.into()).await {
            Ok(sequence) => {
                request.left.store(true, Ordering::Relaxed);
                let answer = request.answer;
                self.sent.insert(sequence, Sent { answer, until });
                Ok(())
            }
            Err(error) => {
                let _ = request.answer.send(Err(Trouble::Down(error.to_string())));
                Err(error)
            }
        }
    }

    async fn heed(&mut self, frame: Frame) -> Result<(), End> {
        let lost = |error: std::io::Error| End::Lost(error.to_string());
        let (ok, sequence) = (CommandStatus::EsmeRok, frame.sequence);
        match frame.id {
            CommandId::SubmitSmResp | CommandId::GenericNack => {
                let Some(sent) = self.sent.remove(&sequence) else {
                    return Ok(());
                };
                let said = match (frame.status, &frame.pdu) {
                    (CommandStatus::EsmeRok, Some(Pdu::SubmitSmResp(said))) => {
                        Ok(self.habits.names.answered(said.message_id().as_str()))
                    }
                    // A refusal that does not say why is one nevertheless.
                    (CommandStatus::EsmeRok, _) if frame.id == CommandId::GenericNack => {
                        Err(Trouble::Refused(CommandStatus::EsmeRunknownerr))
                    }
                    (CommandStatus::EsmeRok, _) => Ok(String::new()),
                    (CommandStatus::EsmeRinvbndsts, _) => Err(Trouble::Down(SIGNED_OUT.to_owned())),
                    (status, _) => Err(Trouble::Refused(status)),
                };
                let _ = sent.answer.send(said);
                if frame.status == CommandStatus::EsmeRinvbndsts {
                    return Err(End::Lost(SIGNED_OUT.to_owned()));
                }
                Ok(())
            }
            CommandId::DeliverSm | CommandId::DataSm => self.delivered(frame).await.map_err(lost),
            CommandId::EnquireLink => {
                let answered = self.link.answer(sequence, ok, Pdu::EnquireLinkResp).await;
                answered.map_err(lost)
            }
            CommandId::Unbind => {
                let _ = self.link.answer(sequence, ok, Pdu::UnbindResp).await;
                Err(End::Lost("it said goodbye".to_owned()))
            }
            CommandId::AlertNotification | CommandId::Outbind => Ok(()),
            other if is_answer(other) => Ok(()),
            _ => {
                let unknown = CommandStatus::EsmeRinvcmdid;
                let answered = self.link.answer(sequence, unknown, Pdu::GenericNack).await;
                answered.map_err(lost)
            }
        }
    }

    /// A receipt is answered once it is kept: until then the centre has it. What else comes is answered and forgotten.
    async fn delivered(&mut self, frame: Frame) -> std::io::Result<()> {
        let names = self.habits.names;
        let receipt = match &frame.pdu {
            Some(Pdu::DeliverSm(deliver)) => receipt::of_deliver(deliver, names),
            Some(Pdu::DataSm(data)) => receipt::of_data(data, names),
            _ => return self.acknowledge(&frame, CommandStatus::EsmeRxPAppn).await,
        };
        let Some(Receipt { reference, state }) = receipt else {
            return self.acknowledge(&frame, CommandStatus::EsmeRok).await;
        };
        match self.ears {
            Some(ears) if self.keeping.len() < RECEIPTS => {
                let ears = ears.clone();
                self.keeping.spawn(async move {
                    let kept = ears.keep(&reference, state).await;
                    (frame, kept)
                });
                Ok(())
            }
            _ => self.acknowledge(&frame, CommandStatus::EsmeRxTAppn).await,
        }
    }

    async fn acknowledge(&mut self, frame: &Frame, status: CommandStatus) -> std::io::Result<()> {
        let pdu = match frame.id {
            CommandId::DataSm => DataSmResp::default().into(),
            _ => DeliverSmResp::default().into(),
        };
        self.link.answer(frame.sequence, status, pdu).await
    }

    /// When something has to be done although nobody says anything.
    fn due(&self, now: Instant) -> Instant {
        let sign = match self.asked {
            Some(asked) => asked + self.habits.patience,
            None => self.heard + self.habits.enquire,
        };
        let answers = self.sent.values().map(|sent| sent.until).min();
        let pace = (self.next > now).then_some(self.next);
        [answers, pace]
            .into_iter()
            .flatten()
            .fold(sign, Instant::min)
    }

    async fn look_at_the_clock(&mut self) -> Result<(), End> {
        let now = Instant::now();
        let late: Vec<_> = self
            .sent
            .iter()
            .filter(|(_, sent)| sent.until <= now)
            .map(|(at, _)| *at)
            .collect();
        for sent in late.iter().filter_map(|at| self.sent.remove(at)) {
            let _ = sent.answer.send(Err(Trouble::Silent));
        }
        match self.asked {
            Some(asked) if asked + self.habits.patience <= now => {
                Err(End::Lost("it is silent".to_owned()))
            }
            None if self.heard + self.habits.enquire <= now => {
                self.asked = Some(now);
                let asked = self.link.ask(Pdu::EnquireLink).await;
                asked
                    .map(drop)
                    .map_err(|error| End::Lost(error.to_string()))
            }
            _ => Ok(()),
        }
    }
}
