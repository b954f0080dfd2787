//! The traffic: several clients, one pace, and a fixed order of what is sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::client::{self, Reply, Request};
use super::requests;
use crate::error::StartError;

/// Clients that send at the same time.
const CLIENTS: u32 = 4;

/// Between two requests of all clients together: 20 a second.
const PACE: Duration = Duration::from_millis(50);

/// What is sent, one after the other: a second's worth.
const ORDER: &[Kind] = &[
    Kind::Question,
    Kind::PatientQuestion,
    Kind::Question,
    Kind::WrongLogin,
    Kind::PatientDocument,
    Kind::Question,
    Kind::BadJson,
    Kind::PatientQuestion,
    Kind::Question,
    Kind::StrangeQuestion,
    Kind::Login,
    Kind::Question,
    Kind::PatientQuestion,
    Kind::UnknownRoute,
    Kind::Document,
    Kind::Question,
    Kind::Stranger,
    Kind::PatientQuestion,
    Kind::Topics,
    Kind::Intruder,
];

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Question,
    PatientQuestion,
    StrangeQuestion,
    Document,
    PatientDocument,
    Login,
    WrongLogin,
    BadJson,
    UnknownRoute,
    Topics,
    /// A question of somebody who has not logged in.
    Stranger,
    /// A document of somebody who may not add any.
    Intruder,
}

/// How requests have ended so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Answered, with whatever status.
    pub(super) answered: u64,
    /// Of these, refused with a status from 400 on.
    pub(super) refused: u64,
    /// Of these, failed with a status from 500 on.
    pub(super) failed: u64,
    /// Not answered at all.
    pub(super) lost: u64,
}

/// Traffic for one service.
pub(super) struct Traffic {
    address: SocketAddr,
    password: String,
    tokens: Mutex<Tokens>,
    next: AtomicUsize,
    answered: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    lost: AtomicU64,
}

#[derive(Clone)]
struct Tokens {
    clinician: String,
    admin: String,
}

impl Traffic {
    /// Logs both demo users in, who have this password.
    pub(super) async fn log_in(address: SocketAddr, password: String) -> Result<Arc<Self>, StartError> {
        let clinician = token(address, "clinician", &password).await?;
        let admin = token(address, "admin", &password).await?;
        let zero = || AtomicU64::new(0);
        Ok(Arc::new(Self {
            address,
            password,
            tokens: Mutex::new(Tokens { clinician, admin }),
            next: AtomicUsize::new(0),
            answered: zero(),
            refused: zero(),
            failed: zero(),
            lost: zero(),
        }))
    }

    /// Sends requests at the set pace for `length`, and waits for the last answers.
    pub(super) async fn run(self: Arc<Self>, length: Duration) {
        let start = Instant::now();
        let clients = (0..CLIENTS).map(|number| Arc::clone(&self).client(number, start, start + length));
        clients.collect::<JoinSet<()>>().join_all().await;
    }

    /// How requests have ended so far.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            answered: self.answered.load(Relaxed),
            refused: self.refused.load(Relaxed),
            failed: self.failed.load(Relaxed),
            lost: self.lost.load(Relaxed),
        }
    }

    /// One client: its choices are the same in every demo.
    async fn client(self: Arc<Self>, number: u32, start: Instant, end: Instant) {
        let mut rng = Rng::with_seed(number.into());
        let mut pace = interval_at(start + PACE * number, PACE * CLIENTS);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while pace.tick().await < end {
            let kind = ORDER[self.next.fetch_add(1, Relaxed) % ORDER.len()];
            let reply = client::send(self.address, &self.request(kind, &mut rng)).await;
            self.count(reply.as_ref().ok());
            if let (Kind::Login, Ok(reply)) = (kind, reply) {
                self.renew(&reply);
            }
        }
    }

    fn request(&self, kind: Kind, rng: &mut Rng) -> Request {
        let Tokens { clinician, admin } = self.lock().clone();
        match kind {
            Kind::Question => requests::question(rng, &clinician),
            Kind::PatientQuestion => requests::patient_question(rng, &clinician),
            Kind::StrangeQuestion => requests::strange_question(rng, &clinician),
            Kind::Document => requests::document(rng, &admin),
            Kind::PatientDocument => requests::patient_document(rng, &admin),
            Kind::Login => requests::login("clinician", &self.password),
            Kind::WrongLogin => requests::wrong_login(rng),
            Kind::BadJson => requests::bad_json(rng, &clinician),
            Kind::UnknownRoute => requests::unknown_route(rng, &clinician),
            Kind::Topics => requests::topics(),
            Kind::Stranger => requests::patient_question(rng, ""),
            Kind::Intruder => requests::document(rng, &clinician),
        }
    }

    fn count(&self, reply: Option<&Reply>) {
        let Some(reply) = reply else {
            self.lost.fetch_add(1, Relaxed);
            return;
        };
        self.answered.fetch_add(1, Relaxed);
        self.refused.fetch_add(u64::from(reply.status >= 400), Relaxed);
        self.failed.fetch_add(u64::from(reply.status >= 500), Relaxed);
    }

    /// Goes on with the token of a new log-in.
    fn renew(&self, reply: &Reply) {
        if let Some(token) = reply.text("token") {
            self.lock().clinician = token;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn token(address: SocketAddr, user: &str, password: &str) -> Result<String, StartError> {
    let reply = client::send(address, &requests::login(user, password)).await;
    reply.ok().and_then(|reply| reply.text("token")).ok_or(StartError::Demo("nobody could log in"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app, routes};

    async fn serve() -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes::router(app::for_tests())).await });
        address
    }

    #[tokio::test]
    async fn each_kind_ends_as_it_is_meant_to() {
        let address = serve().await;
        let traffic = Traffic::log_in(address, app::TEST_PASSWORD.to_owned()).await.unwrap();
        let mut rng = Rng::with_seed(1);
        for _ in 0..5 {
            for kind in ORDER {
                let reply = client::send(address, &traffic.request(*kind, &mut rng)).await.unwrap();
                let expected = match kind {
                    Kind::Question | Kind::PatientQuestion | Kind::Login | Kind::Topics => 200,
                    Kind::Document | Kind::PatientDocument => 201,
                    Kind::BadJson => 400,
                    Kind::WrongLogin | Kind::Stranger => 401,
                    Kind::Intruder => 403,
                    Kind::StrangeQuestion | Kind::UnknownRoute => 404,
                };
                assert_eq!(reply.status, expected, "{kind:?}: {}", reply.body);
            }
        }
    }

    #[tokio::test]
    async fn the_pace_is_kept() {
        let traffic = Traffic::log_in(serve().await, app::TEST_PASSWORD.to_owned()).await.unwrap();
        Arc::clone(&traffic).run(Duration::from_secs(1)).await;
        let tally = traffic.tally();
        assert!((5..=20).contains(&tally.answered), "{tally:?}");
        assert!(tally.refused > 0 && tally.refused < tally.answered, "{tally:?}");
        assert_eq!((tally.failed, tally.lost), (0, 0));
    }

    #[tokio::test]
    async fn without_the_password_there_is_no_traffic() {
        let failed = Traffic::log_in(serve().await, "another password".to_owned()).await;
        assert!(matches!(failed, Err(StartError::Demo(_))));
    }
}
