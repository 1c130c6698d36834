//! `keymend check`: the configuration alone.

use keymend_core::policy::Profiles;

use super::{Configured, Outcome, build};
use crate::config::Passwords;
use crate::directory::Ldap;
use crate::oidc::Providers;

/// Report every fault; start nothing.
#[expect(
    clippy::unused_async,
    reason = "the mail library wants a runtime around it, even to be set up"
)]
pub async fn run(configured: Configured) -> Outcome {
    let settings = build::settings(&configured)?;
    let mut faults = Vec::new();
    let judged = build::words(&settings).and_then(|words| build::judged(&settings, &words));
    let notes = judged.unwrap_or_else(|lines| {
        faults.extend(lines);
        Vec::new()
    });
    faults.extend(build::gateways(&settings).err().unwrap_or_default());
    for (id, passwords) in &settings.directories {
        if let Passwords::Ldap(ldap) = passwords {
            let fault = Ldap::new(ldap.as_ref().clone()).err();
            faults.extend(fault.map(|line| build::with_keys_of(id, &settings, &line)));
        }
    }
    let (providers, password) = (&settings.sign_in.providers, settings.sign_in.password);
    faults.extend(
        Providers::new(providers, password)
            .err()
            .unwrap_or_default(),
    );
    if !faults.is_empty() {
        return Err(faults);
    }
    println!("{}: fine", configured.config.display());
    for note in notes {
        println!("note: {note}");
    }
    for note in settings.policy.notes() {
        println!("note: {note}");
    }
    for together in Profiles::new(&settings.policy, settings.profiles).check() {
        let profiles = together.profiles.join(" and ");
        for fault in together.faults {
            println!("warning: whoever has the profiles {profiles} cannot reset: {fault}");
        }
    }
    Ok(())
}
