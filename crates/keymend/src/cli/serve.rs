//! `keymend serve`: the real thing.

use std::sync::Arc;

use super::{Configured, Outcome, build};
use crate::config::Passwords;
use crate::deliver::Worker;
use crate::web::server::{listen, serve};
use crate::web::{metrics_router, router};

/// Serve until told to stop.
pub async fn run(configured: Configured) -> Outcome {
    build::log(true, "info");
    let settings = build::settings(&configured)?;
    let line = |line: String| vec![line];
    let listener = listen(settings.listen).await.map_err(line)?;
    let metrics = match settings.metrics_listen {
        Some(address) => Some(listen(address).await.map_err(line)?),
        None => None,
    };
    let origin = settings.site.origin.clone();
    let proxies = settings.site.proxies.clone();
    if !settings.site.secure {
        tracing::warn!(
            "the origin is plain http: cookies go without `Secure`; for this machine only"
        );
    }
    for (directory, passwords) in &settings.directories {
        if let Passwords::Ldap(ldap) = passwords
            && ldap.plain()
        {
            tracing::warn!(directory, url = %ldap.url, "passwords go to the directory without TLS; for this machine only");
        }
    }
    let ids: Vec<&str> = settings
        .directories
        .iter()
        .map(|(id, _)| id.as_str())
        .collect();
    let directories = ids.join(", ");
    let (app, gateways) = build::app(settings).await?;
    let stop = build::stop_signal()?;
    let worker = tokio::spawn(Worker::new(Arc::clone(&app), gateways).run(stop.clone()));
    if let Some(listener) = metrics {
        let router = metrics_router(Arc::clone(&app));
        tokio::spawn(serve(listener, router, Vec::new(), stop.clone()));
    }
    tracing::info!(origin, directories, "ready");
    // Without a service manager there is nobody to tell.
    drop(sd_notify::notify(&[sd_notify::NotifyState::Ready]));
    serve(listener, router(Arc::clone(&app)), proxies, stop).await;
    drop(worker.await);
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}
