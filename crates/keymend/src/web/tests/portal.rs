//! A browser without a network: cookies, hidden fields, redirects.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::app::App;
use crate::chance::Clock;
use crate::cli::{build, demo};
use crate::config::Settings;
use crate::deliver::Worker;
use crate::deliver::gateway::Gateway;
use crate::deliver::gateways::{Gateways, Route};
use crate::i18n::Catalogue;
use crate::store::Store;
use crate::store::demo::DemoMessage;

const HOST: &str = "localhost:8080";

/// The demo, its clock in our hand.
pub struct Portal {
    pub app: Arc<App>,
    pub worker: Arc<Worker>,
    clock: Arc<AtomicI64>,
    router: Router,
    cookies: BTreeMap<String, String>,
    csrf: String,
    _folder: tempfile::TempDir,
}

/// A browser that waits.
pub struct Left {
    cookies: BTreeMap<String, String>,
    csrf: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub html: String,
    headers: HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Status and page, without what is random: tokens and the reference.
    pub fn plain(&self) -> (u16, String) {
        let mut text = String::new();
        for part in self.html.split("value=\"") {
            let long = part
                .split('"')
                .next()
                .is_some_and(|value| value.len() >= 40);
            text.push_str(if long {
                part.split_once('"').map_or("", |(_, rest)| rest)
            } else {
                part
            });
        }
        (self.status, text)
    }
}

impl Portal {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// Another demo.
    pub async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = demo::settings(SocketAddr::from(([127, 0, 0, 1], 8080)), folder.path());
        change(&mut settings);
        let (store, keys) = build::open(&settings.database, &settings.keys)
            .await
            .unwrap();
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let fixed = Clock::Fixed(Arc::clone(&clock));
        let app = build::wire(settings, store, keys, Catalogue::built_in(), fixed.clone()).unwrap();
        if app.directories.of("local").is_ok() {
            demo::plant(&app).await.unwrap();
        }
        let page = |channel| {
            let page = Gateway::Demo {
                store: app.store.clone(),
                clock: fixed.clone(),
            };
            vec![Route::only(channel, page)]
        };
        let gateways = Gateways {
            sms: page("sms"),
            voice: page("voice"),
            email: page("mail"),
        };
        Self {
            worker: Worker::new(Arc::clone(&app), gateways),
            router: crate::web::router(Arc::clone(&app)),
            app,
            clock,
            cookies: BTreeMap::new(),
            csrf: String::new(),
            _folder: folder,
        }
    }

    /// Let time pass.
    pub fn wait(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Make it now in the test's portal as well.
    pub fn wake_up(&self) {
        let now = Clock::System.now().as_millis();
        self.clock.store(now, Ordering::SeqCst);
    }

    /// Let the worker do what is due.
    pub async fn deliver(&self) {
        self.worker.drain().await;
    }

    /// Somebody else's browser.
    pub fn other_browser(&mut self) {
        self.cookies.clear();
    }

    /// One more browser before the same portal.
    pub fn another(&self) -> Self {
        Self {
            app: Arc::clone(&self.app),
            worker: Arc::clone(&self.worker),
            clock: Arc::clone(&self.clock),
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            _folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Go to somebody else's browser; this one stays as it is.
    pub fn leave(&mut self) -> Left {
        Left {
            cookies: std::mem::take(&mut self.cookies),
            csrf: std::mem::take(&mut self.csrf),
        }
    }

    /// Back to a browser that was left.
    pub fn back(&mut self, left: Left) {
        self.cookies = left.cookies;
        self.csrf = left.csrf;
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path), String::new()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).append_pair("csrf", &self.csrf);
        let request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.ask(request, form.finish()).await
    }

    /// A request of a program, not of a page.
    pub async fn program(&mut self, path: &str, header: (&str, &str), body: &str) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header.0, header.1);
        self.ask(request, body.to_owned()).await
    }

    pub async fn ask(&mut self, request: http::request::Builder, body: String) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let peer = SocketAddr::from(([127, 0, 0, 1], 4000));
        let request = request
            .header("host", HOST)
            .header("cookie", cookies.join("; "))
            .extension(ConnectInfo(peer))
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let line = cookie.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        if let Some((_, rest)) = html.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        Answer {
            status: parts.status.as_u16(),
            html,
            headers: parts.headers,
        }
    }

    /// Begin a reset about somebody.
    pub async fn start(&mut self, name: &str) -> (u16, String) {
        let page = self.get("/reset").await;
        let (_, rest) = page.html.split_once("name=\"seal\" value=\"").unwrap();
        let seal = rest.split('"').next().unwrap().to_owned();
        self.post("/reset", &[("name", name), ("seal", &seal), ("work", "")])
            .await
            .plain()
    }

    /// Begin a reset and ask for a code by mail; gives the code.
    pub async fn mailed(&mut self, name: &str, goal: &str) -> String {
        assert_eq!(self.start(name).await.0, 303);
        assert_eq!(
            self.post("/reset/what", &[("goal", goal)]).await.status,
            303
        );
        assert_eq!(
            self.post("/reset/send", &[("method", "email")])
                .await
                .status,
            303
        );
        self.code("email").await
    }

    /// Pass both gates of bo or cleo: mail, then text.
    pub async fn proven(&mut self, name: &str, number: &str, goal: &str) {
        let code = self.mailed(name, goal).await;
        assert_eq!(
            self.post("/reset/verify", &[("code", &code)]).await.status,
            303
        );
        let phone = [("method", "sms"), ("country", "US"), ("number", number)];
        assert_eq!(self.post("/reset/send", &phone).await.status, 303);
        let code = self.code("sms").await;
        assert_eq!(
            self.post("/reset/verify", &[("code", &code)]).await.status,
            303
        );
    }

    /// Register an address of whoever is signed in.
    pub async fn register_email(&mut self, address: &str) {
        let page = "/register/email";
        self.register(page, &[("address", address)], "email").await;
    }

    /// Register a number of whoever is signed in, by text.
    pub async fn register_phone(&mut self, number: &str) {
        let fields = [("country", "US"), ("number", number), ("channel", "sms")];
        self.register("/register/phone", &fields, "sms").await;
    }

    async fn register(&mut self, page: &str, fields: &[(&str, &str)], channel: &str) {
        // So that its code is the newest.
        self.wait(Duration::from_mins(1));
        self.get(page).await;
        let sent = self.post(page, fields).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        let code = self.code(channel).await;
        let verify = format!("{page}/verify");
        let verified = self.post(&verify, &[("code", &code)]).await;
        assert_eq!(verified.status, 303, "{}", verified.html);
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> u16 {
        self.get("/sign-in").await;
        let fields = [("name", name), ("password", password), ("next", "register")];
        self.post("/sign-in", &fields).await.status
    }

    /// All cookies.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.clone()
    }

    /// The browser that has these.
    pub fn these_cookies(&mut self, cookies: BTreeMap<String, String>) {
        self.cookies = cookies;
    }

    /// What the audit log says beyond of events of a name.
    pub async fn details(&self, event: &str) -> Vec<String> {
        let mut tx = self.app.store.read().await.unwrap();
        tx.details(event).await.unwrap()
    }

    /// The token in the flow's cookie.
    pub fn flow_cookie(&self) -> keymend_core::secret::Token {
        keymend_core::secret::Token::presented(&self.cookies["keymend-flow"]).unwrap()
    }

    /// The token in the session's cookie.
    pub fn session_cookie(&self) -> keymend_core::secret::Token {
        keymend_core::secret::Token::presented(&self.cookies["keymend-session"]).unwrap()
    }

    /// Choose a language, as the picker does.
    pub fn choose_language(&mut self, tag: &str) {
        let language = "keymend-lang".to_owned();
        self.cookies.insert(language, tag.to_owned());
    }

    pub async fn messages(&self) -> Vec<DemoMessage> {
        self.deliver().await;
        self.app.store.read().await.unwrap().shown().await.unwrap()
    }

    /// The details of all audit events of this name, the oldest first.
    pub async fn audited(&self, event: &str) -> Vec<String> {
        let Store::Sqlite { read, .. } = &self.app.store else {
            panic!("the tests of pages are on SQLite");
        };
        sqlx::query_scalar("SELECT detail FROM audit WHERE event = $1 ORDER BY id")
            .bind(event)
            .fetch_all(read)
            .await
            .unwrap()
    }

    /// The newest code of a channel.
    pub async fn code(&self, channel: &str) -> String {
        let messages = self.messages().await;
        let found = messages
            .iter()
            // A notice has a link, in whose letters there may be six digits in a row.
            .filter(|message| message.channel == channel && !message.body.contains("/n/"))
            .find_map(|message| {
                let digits = message.body.split(|c: char| !c.is_ascii_digit());
                digits
                    .into_iter()
                    .find(|run| run.len() == 6)
                    .map(str::to_owned)
            });
        found.expect("a code was sent")
    }
}
