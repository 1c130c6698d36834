//! A connection to a message centre, signed in.

use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use rusmpp::decode::DecodeWithLength as _;
use rusmpp::encode::{Length as _, owned::Encode as _};
use rusmpp::pdus::{BindTransceiver, BindTransmitter};
use rusmpp::values::InterfaceVersion;
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::submit::string;
use super::{Place, status};
use crate::deliver::gateway::stream::{self, Stream};

/// Longest wait for being let in, and for a goodbye.
const SIGN_IN: Duration = Duration::from_secs(5);
/// Longest wait for room to write.
const WRITE: Duration = Duration::from_secs(10);
/// Bytes before the body (SMPP 3.4, 3.2).
const HEADER: usize = 16;
/// The longest message that makes sense: `message_payload` has at most 64 KiB.
const LONGEST: usize = 70_000;

/// What we are signed in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To send, and to hear receipts.
    Transceiver,
    /// To send only: receipts go to whoever hears them.
    Transmitter,
}

/// What the other side says.
pub struct Frame {
    /// What it is.
    pub id: CommandId,
    /// How it went, in an answer.
    pub status: CommandStatus,
    /// Which answer belongs to which question.
    pub sequence: u32,
    /// The rest; nothing where there is none, or where it makes no sense.
    pub pdu: Option<Pdu>,
}

/// Why there is no link.
pub enum Refused {
    /// Nobody there, or nobody that speaks SMPP.
    Away(String),
    /// It answered, but does not let us in.
    Out(CommandStatus),
}

impl Refused {
    /// For the log and for the operator.
    pub fn words(&self) -> String {
        match self {
            Self::Away(what) => what.clone(),
            Self::Out(status) => status::words(*status),
        }
    }
}

/// A connection that is signed in.
pub struct Link {
    stream: Stream,
    inbox: BytesMut,
    sequence: u32,
    /// What the centre calls itself.
    pub name: String,
}

impl Link {
    /// Connect, and sign in.
    pub async fn open(place: &Place, role: Role) -> Result<Self, Refused> {
        let stream = stream::reach(&place.host, place.port, place.tls.as_ref()).await;
        let mut link = Self::over(stream.map_err(Refused::Away)?);
        let signing_in = timeout(SIGN_IN, link.sign_in(place, role));
        let said = signing_in.await.unwrap_or_else(|_| {
            let seconds = SIGN_IN.as_secs();
            Err(Refused::Away(format!("no answer within {seconds} seconds")))
        });
        said.map(|name| Self { name, ..link })
    }

    /// A connection as it is: nobody is signed in.
    pub fn over(stream: Stream) -> Self {
        Self {
            stream,
            inbox: BytesMut::new(),
            sequence: 0,
            name: String::new(),
        }
    }

    async fn sign_in(&mut self, place: &Place, role: Role) -> Result<String, Refused> {
        let account = &place.account;
        let user = string(&account.user).unwrap_or_default();
        let password = string(&account.secret).unwrap_or_default();
        let system_type = string(&place.system_type).unwrap_or_default();
        let pdu = match role {
            Role::Transceiver => BindTransceiver::builder()
                .system_id(user)
                .password(password)
                .system_type(system_type)
                .interface_version(InterfaceVersion::Smpp3_4)
                .build()
                .into(),
            Role::Transmitter => BindTransmitter::builder()
                .system_id(user)
                .password(password)
                .system_type(system_type)
                .interface_version(InterfaceVersion::Smpp3_4)
                .build()
                .into(),
        };
        let broken = |error: std::io::Error| Refused::Away(error.to_string());
        let sequence = self.ask(pdu).await.map_err(broken)?;
        loop {
            let frame = self.receive().await.map_err(broken)?;
            if frame.sequence != sequence || !is_answer(frame.id) {
                continue;
            }
            if frame.status != CommandStatus::EsmeRok {
                return Err(Refused::Out(frame.status));
            }
            return match frame.pdu {
                Some(Pdu::BindTransceiverResp(said)) => Ok(said.system_id.as_str().to_owned()),
                Some(Pdu::BindTransmitterResp(said)) => Ok(said.system_id.as_str().to_owned()),
                _ => Ok(String::new()),
            };
        }
    }

    /// Send something that wants an answer; the number that the answer will have.
    pub async fn ask(&mut self, pdu: Pdu) -> std::io::Result<u32> {
        // 1 to 0x7FFFFFFF (SMPP 3.4, 5.1.4).
        self.sequence = self.sequence % 0x7FFF_FFFF + 1;
        let sequence = self.sequence;
        self.write(&Command::new(CommandStatus::EsmeRok, sequence, pdu))
            .await?;
        Ok(sequence)
    }

    /// Answer something.
    pub async fn answer(
        &mut self,
        sequence: u32,
        status: CommandStatus,
        pdu: Pdu,
    ) -> std::io::Result<()> {
        self.write(&Command::new(status, sequence, pdu)).await
    }

    async fn write(&mut self, command: &Command) -> std::io::Result<()> {
        let length = 4 + command.length();
        let mut bytes = BytesMut::with_capacity(length);
        let told = u32::try_from(length).map_err(std::io::Error::other)?;
        bytes.extend_from_slice(&told.to_be_bytes());
        command.encode(&mut bytes);
        let writing = async {
            self.stream.write_all(&bytes).await?;
            self.stream.flush().await
        };
        let written = timeout(WRITE, writing).await;
        written.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }

    /// The next that the other side says. To stop waiting loses nothing. What makes no sense inside of a frame does not
    /// break the connection, since the frame says where it ends.
    pub async fn receive(&mut self) -> std::io::Result<Frame> {
        loop {
            if let Some(frame) = self.take()? {
                return Ok(frame);
            }
            if self.stream.read_buf(&mut self.inbox).await? == 0 {
                let what = "it closed the connection";
                return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, what));
            }
        }
    }

    fn take(&mut self) -> std::io::Result<Option<Frame>> {
        let Some(length) = self.inbox.first_chunk().copied().map(u32::from_be_bytes) else {
            return Ok(None);
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(HEADER..=LONGEST).contains(&length) {
            return Err(std::io::Error::other("it does not speak SMPP"));
        }
        if self.inbox.len() < length {
            return Ok(None);
        }
        let mut bytes = self.inbox.split_to(length);
        bytes.advance(4);
        let mut header = bytes.clone();
        let frame = Frame {
            id: CommandId::from(header.get_u32()),
            status: CommandStatus::from(header.get_u32()),
            sequence: header.get_u32(),
            pdu: None,
        };
        let whole = bytes.clone();
        let read = Command::decode(&mut bytes, length - 4).ok();
        let pdu = read.and_then(|(command, _)| command.pdu().cloned());
        let pdu = pdu.or_else(|| without_fields(frame.id, whole));
        Ok(Some(Frame { pdu, ..frame }))
    }

    /// Say something that is no frame.
    #[cfg(test)]
    pub async fn raw(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Does it answer?
    ///
    /// # Errors
    /// In words.
    pub async fn probe(&mut self) -> Result<(), String> {
        self.question(Pdu::EnquireLink).await
    }

    /// Say goodbye. Whoever does not answer is left anyway.
    pub async fn close(mut self) {
        let _ = self.question(Pdu::Unbind).await;
        let _ = self.stream.shutdown().await;
    }

    /// Ask, and pass over everything before the answer.
    async fn question(&mut self, pdu: Pdu) -> Result<(), String> {
        let asking = async {
            let sequence = self.ask(pdu).await?;
            while self.receive().await?.sequence != sequence {}
            Ok(())
        };
        let asked = timeout(SIGN_IN, asking).await;
        let asked = asked.map_err(|_| format!("no answer within {} seconds", SIGN_IN.as_secs()))?;
        asked.map_err(|error: std::io::Error| error.to_string())
    }
}

/// What a centre tells without the optional fields behind it: some write those as nobody can read them, and the text says
/// the same.
fn without_fields(id: CommandId, mut bytes: BytesMut) -> Option<Pdu> {
    if id != CommandId::DeliverSm {
        return None;
    }
    let mut at = 12;
    // Three strings, with two bytes before the last two each; three bytes; two strings; four bytes, and the length of the text.
    for skipped in [0, 2, 2, 3, 0] {
        let rest = bytes.get(at + skipped..)?;
        at += skipped + rest.iter().position(|byte| *byte == 0)? + 1;
    }
    at += 4;
    let end = at + 1 + usize::from(*bytes.get(at)?);
    bytes.truncate(end);
    let (command, _) = Command::decode(&mut bytes, end).ok()?;
    command.pdu().cloned()
}

/// Is this an answer to something (SMPP 3.4, 5.1.2.1)?
pub fn is_answer(id: CommandId) -> bool {
    u32::from(id) & 0x8000_0000 != 0
}
