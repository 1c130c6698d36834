//! A link that is there whenever it can be: made again when it breaks.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::ears::Ears;
use super::link::{Link, Refused, Role};
use super::talk::{End, Talk, Trouble, Waiting};
use super::{Habits, Place};

/// Wait before the first try after a failure; doubled with each further one.
const SHORTEST: Duration = Duration::from_secs(1);
/// Wait at most.
const LONGEST: Duration = Duration::from_mins(1);
/// Wait at least where we are not let in: a centre may lock whoever tries too often.
const SHUT: Duration = Duration::from_secs(10);
/// A link that lived so long was a good one.
const STEADY: Duration = Duration::from_secs(30);

/// Everything that outlives a link.
pub struct Session {
    /// Where the centre is.
    pub place: Arc<Place>,
    /// How we behave there.
    pub habits: Habits,
    /// Who hears receipts; without them we only send.
    pub ears: Option<Ears>,
    /// What is to be sent.
    pub waiting: Waiting,
    /// Turns when it is over.
    pub stop: watch::Receiver<bool>,
}

impl Session {
    /// Until it is told to stop, or nobody can send any more.
    pub async fn run(mut self) {
        let role = match self.ears {
            Some(_) => Role::Transceiver,
            None => Role::Transmitter,
        };
        self.tell(false);
        let mut wait = SHORTEST;
        let mut why: Option<String> = None;
        loop {
            let place = Arc::clone(&self.place);
            let opening = async move { Link::open(&place, role).await };
            let Some(opened) = self.meanwhile(opening, why.as_deref()).await else {
                return;
            };
            let trouble = match opened {
                Ok(link) => {
                    let began = Instant::now();
                    tracing::info!(server = self.place.host, "a message centre lets us in");
                    self.tell(true);
                    let talk = Talk::new(link, &self.habits, self.ears.as_ref());
                    let end = talk.run(&mut self.waiting, &mut self.stop).await;
                    self.tell(false);
                    if began.elapsed() >= STEADY {
                        wait = SHORTEST;
                    }
                    match end {
                        End::Stopped => return,
                        End::Lost(trouble) => trouble,
                    }
                }
                Err(refused) => {
                    if matches!(refused, Refused::Out(_)) {
                        wait = wait.max(SHUT);
                    }
                    refused.words()
                }
            };
            let server = &self.place.host;
            tracing::warn!(server, trouble, "there is no link to a message centre");
            if self.meanwhile(sleep(wait), Some(&trouble)).await.is_none() {
                return;
            }
            wait = wait.saturating_mul(2).min(LONGEST);
            why = Some(trouble);
        }
    }

    fn tell(&self, connected: bool) {
        if let Some(ears) = &self.ears {
            ears.connected(connected);
        }
    }

    /// Wait for something; nothing comes of it when we are to stop. Whoever wants to send meanwhile hears why nobody can: another gateway may be
    /// able to. Before the first trouble they wait.
    async fn meanwhile<T>(
        &mut self,
        what: impl Future<Output = T>,
        why: Option<&str>,
    ) -> Option<T> {
        let mut what = pin!(what);
        loop {
            tokio::select! {
                done = &mut what => return Some(done),
                request = self.waiting.next(), if why.is_some() => {
                    let trouble = Trouble::Down(why.unwrap_or_default().to_owned());
                    let _ = request?.answer.send(Err(trouble));
                }
                _ = self.stop.changed() => return None,
            }
        }
    }
}
