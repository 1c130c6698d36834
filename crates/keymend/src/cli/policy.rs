//! `keymend policy`: whose policy is whose, and what a change of it would do.

mod explain;
pub(crate) mod simulate;

use std::path::PathBuf;

use clap::Subcommand;
use keymend_core::readiness::Why;
use keymend_core::time::Timestamp;

use super::{Configured, Outcome};

/// What to ask about policy.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Say which profiles are somebody's, what policy they have, and whether they could reset now, and why
    #[command(
        after_help = "Example: keymend policy explain --account ana --config /etc/keymend/keymend.toml"
    )]
    Explain {
        /// Sign-in name
        #[arg(long, value_name = "NAME")]
        account: String,
        #[command(flatten)]
        configured: Configured,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say how many people could no longer reset if the policy were another one; changes nothing
    #[command(
        after_help = "Example: keymend policy simulate --policy new.toml --csv out.csv --config /etc/keymend/keymend.toml"
    )]
    Simulate {
        /// File whose policy is to be tried, with its profiles
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        #[command(flatten)]
        configured: Configured,
        /// Write a line here for everybody who could no longer reset
        #[arg(long, value_name = "OUT")]
        csv: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Run the command.
pub async fn run(command: PolicyCommand) -> Outcome {
    match command {
        PolicyCommand::Explain {
            account,
            configured,
            json,
        } => explain::run(&configured, &account, json).await,
        PolicyCommand::Simulate {
            policy,
            configured,
            csv,
            json,
        } => simulate::run(&configured, &policy, csv.as_deref(), json).await,
    }
}

/// Why somebody stands as they do, in words.
fn because(why: Why) -> String {
    match why {
        Why::Spare => "can lose any one of these and still reset".to_owned(),
        Why::HangsOn(kind) => format!("could not reset without {}", kind.as_str()),
        Why::Nothing => "nothing is registered".to_owned(),
        Why::NotOffered => "nothing that is registered is offered by their policy".to_owned(),
        Why::Waits(until) => format!("what is registered can be used from {} on", when(until)),
        Why::TooFew { there, needed } => {
            format!("{there} independent proofs of {needed} that are needed")
        }
        Why::NothingFirst => {
            "questions and recovery codes need another proof before them".to_owned()
        }
        Why::NothingResistant => {
            "their policy wants a passkey or a recovery code among the proofs".to_owned()
        }
        Why::Frozen => "recovery is frozen since somebody said \"this wasn't me\"".to_owned(),
    }
}

/// A time, as operators read it.
fn when(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default()
}
