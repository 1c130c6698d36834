//! The commands. Wiring only.

mod bench;
pub(crate) mod build;
mod check;
mod claim;
pub(crate) mod demo;
mod doctor;
mod messages;
pub(crate) mod policy;
mod serve;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use keymend_core::policy::Preset;

/// Self-service password reset that an organisation runs itself.
#[derive(Parser)]
#[command(
    name = "keymend",
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try the whole product with nothing else installed
    #[command(after_help = "Example: keymend demo --listen 127.0.0.1:8080")]
    Demo {
        /// Where to listen
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
        listen: SocketAddr,
        /// The policy to try: seed, standard, phishing-resistant or simple
        #[arg(long, default_value = "seed", value_name = "NAME", value_parser = preset)]
        preset: Preset,
    },
    /// Serve the portal
    #[command(after_help = "Example: keymend serve --config /etc/keymend/keymend.toml")]
    Serve(Configured),
    /// Read the configuration and report every fault; starts nothing
    #[command(after_help = "Example: keymend check --config /etc/keymend/keymend.toml")]
    Check(Configured),
    /// Try every dependency for real: database, keys, directory, sign-in, texts, mail, messages, clock
    #[command(after_help = "Example: keymend doctor --config /etc/keymend/keymend.toml")]
    Doctor {
        #[command(flatten)]
        configured: Configured,
        /// Sign-in name of somebody to look for in the directory
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// Send one harmless message to a number or an address, through each gateway that reaches it; may be given twice
        #[arg(long, value_name = "DESTINATION")]
        send_test: Vec<String>,
        /// One JSON object for each line of the report
        #[arg(long)]
        json: bool,
    },
    /// Manage the accounts of the built-in directory
    #[command(
        after_help = "Example: keymend user add ana --name 'Ana Reyes' --config /etc/keymend/keymend.toml"
    )]
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Make one-time codes for people who have nothing yet: no password that they know, nothing registered
    #[command(after_help = "Example: keymend claim new ana --config /etc/keymend/keymend.toml")]
    Claim {
        #[command(subcommand)]
        command: claim::ClaimCommand,
    },
    /// Read the messages that people get, and try whether they arrive
    #[command(
        after_help = "Example: keymend messages preview --purpose reset --channel sms --config /etc/keymend/keymend.toml"
    )]
    Messages {
        #[command(subcommand)]
        command: messages::MessagesCommand,
    },
    /// Whose policy is whose, and what a change of it would do
    #[command(
        after_help = "Example: keymend policy explain --account ana --config /etc/keymend/keymend.toml"
    )]
    Policy {
        #[command(subcommand)]
        command: policy::PolicyCommand,
    },
    /// Fill a database for a benchmark
    #[command(hide = true)]
    Seed {
        #[command(flatten)]
        configured: Configured,
        /// Registered people
        #[arg(long)]
        people: u32,
        /// What each of them has registered: a phone, an address, and then apps and passkeys in turn
        #[arg(long, default_value_t = 2)]
        methods: u32,
        /// Live flows
        #[arg(long)]
        flows: u32,
        /// Codes by text that wait to be sent, each to somebody else
        #[arg(long, default_value_t = 0)]
        codes: u32,
        /// Notices by text that wait to be sent
        #[arg(long, default_value_t = 0)]
        notices: u32,
    },
    /// Measure what a reset asks of the directory alone
    #[command(hide = true)]
    BenchDirectory {
        #[command(flatten)]
        configured: Configured,
        /// The number of the first of the people whose passwords are set
        #[arg(long)]
        first: u32,
        /// How many there are
        #[arg(long)]
        people: u32,
        /// How many resets at once
        #[arg(long)]
        at_once: u32,
        /// How long, in seconds
        #[arg(long)]
        seconds: u64,
    },
    /// Measure how many passkeys are checked on one core
    #[command(hide = true)]
    BenchPasskeys {
        /// For how long, each of three
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Measure how many people a second are assessed
    #[command(hide = true)]
    BenchPolicy {
        /// How many there are
        #[arg(long, default_value_t = 1_000_000)]
        people: u32,
    },
    /// Measure the password hash alone
    #[command(hide = true)]
    BenchHash {
        /// For how long
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
}

/// Where the configuration is.
#[derive(Args, Clone)]
pub struct Configured {
    /// Configuration file; keymend.example.toml shows every key
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Run the command that was typed. Usage errors exit with 2, failures with 1.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Demo { listen, preset } => on_runtime(demo::run(listen, preset)),
        Command::Serve(configured) => on_runtime(serve::run(configured)),
        Command::Check(configured) => on_runtime(check::run(configured)),
        Command::Doctor {
            configured,
            person,
            send_test,
            json,
        } => on_runtime(doctor::run(configured, person, send_test, json)),
        Command::User { command } => on_runtime(user::run(command)),
        Command::Claim { command } => on_runtime(claim::run(command)),
        Command::Messages { command } => on_runtime(messages::run(command)),
        Command::Policy { command } => on_runtime(policy::run(command)),
        Command::Seed {
            configured,
            people,
            methods,
            flows,
            codes,
            notices,
        } => {
            let filling = bench::Filling {
                people,
                methods,
                flows,
                codes,
                notices,
            };
            on_runtime(bench::seed(configured, filling))
        }
        Command::BenchDirectory {
            configured,
            first,
            people,
            at_once,
            seconds,
        } => {
            let floor = bench::Floor {
                people: first..first.saturating_add(people),
                at_once,
                seconds,
            };
            on_runtime(bench::directory(configured, floor))
        }
        Command::BenchPasskeys { seconds } => bench::passkeys::run(seconds),
        Command::BenchPolicy { people } => {
            bench::policy::run(people);
            Ok(())
        }
        Command::BenchHash { seconds } => on_runtime(bench::hash(seconds)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(lines) => {
            for line in lines {
                eprintln!("keymend: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn preset(name: &str) -> Result<Preset, String> {
    let names = Preset::ALL.map(Preset::as_str);
    Preset::parse(name).ok_or_else(|| format!("one of {}", names.join(", ")))
}

/// What went wrong, each in a line that says what to do.
pub type Outcome = Result<(), Vec<String>>;

fn on_runtime(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| vec![format!("cannot start: {error}")])?
        .block_on(work)
}
