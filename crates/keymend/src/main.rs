//! Keymend: self-service password reset that an organisation runs itself.
//!
//! Where to begin: the rules are in the crate `keymend-core`; [`app`] carries them out, [`web`]
//! shows them, [`store`], [`directory`] and [`deliver`] touch the world, and [`cli`] wires all of it.

mod app;
mod chance;
mod cli;
mod config;
mod deliver;
mod directories;
mod directory;
mod error;
mod hashing;
mod i18n;
mod keys;
mod metrics;
mod oidc;
mod outbound;
mod store;
mod tls;
mod web;
mod webauthn;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything that may open a TLS connection: there is one provider, and it is chosen here.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("keymend: the TLS provider was chosen twice");
        return ExitCode::FAILURE;
    }
    cli::run()
}
