//! Chance and time: the only places that ask the system.

use getrandom::SysRng;
use keymend_core::time::Timestamp;
use rand_core::{TryCryptoRng, TryRng};

/// The operating system's random numbers, for every secret of the product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Os;

impl TryRng for Os {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    #[expect(
        clippy::expect_used,
        reason = "without random numbers nothing here may go on: no secret would be one"
    )]
    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        SysRng
            .try_fill_bytes(dst)
            .expect("the operating system gives random numbers");
        Ok(())
    }
}

impl TryCryptoRng for Os {}

/// The clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's.
    System,
    /// One that stands where a test put it.
    #[cfg(test)]
    Fixed(std::sync::Arc<std::sync::atomic::AtomicI64>),
}

impl Clock {
    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            #[cfg(test)]
            Self::Fixed(millis) => {
                Timestamp::from_millis(millis.load(std::sync::atomic::Ordering::SeqCst))
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for the time"
)]
fn system() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
