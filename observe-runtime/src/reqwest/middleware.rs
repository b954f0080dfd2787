//! The middleware, and what sends a request without one.

use super::body::observe;
use super::call::{About, RequestCall};
use super::duration;
use crate::export::own_traffic;
use crate::operation::calls::{EXTERNAL_API, announce};
use ::http::Extensions;
use pin_project_lite::pin_project;
use reqwest::{Client, Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use std::borrow::Cow;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Goes around a client: all its requests are traced and counted, by the host that they go to.
///
/// ```no_run
/// let client = observe::reqwest::client(reqwest::Client::new());
/// ```
#[must_use]
pub fn client(client: Client) -> ClientWithMiddleware {
    middleware().client(client)
}

/// The middleware: for a client that has others, and to call the provider by a name.
///
/// ```no_run
/// let stripe = observe::reqwest::middleware().provider("stripe").client(reqwest::Client::new());
/// ```
///
/// Behind a middleware that sends a request again, each sending is a span of its own, which says how often it was sent
/// before; in front of it, all of them are one.
#[must_use]
pub fn middleware() -> Observed {
    known();
    Observed { provider: None, is_foreign: false }
}

/// Makes the metrics known before anybody counts.
fn known() {
    announce([EXTERNAL_API.declaration()]);
    duration::register();
}

/// See [`middleware`].
#[derive(Clone, Debug)]
pub struct Observed {
    provider: Option<Cow<'static, str>>,
    is_foreign: bool,
}

impl Observed {
    /// What the other side is called, in metrics and on spans, in place of its host: `stripe`.
    #[must_use]
    pub fn provider(self, name: impl Into<Cow<'static, str>>) -> Self {
        Self { provider: Some(name.into()), ..self }
    }

    /// Passes neither the trace nor its baggage on, for services of others: what is in baggage, such as a tenant, is
    /// none of their business. The span and the numbers stay.
    #[must_use]
    pub fn without_propagation(self) -> Self {
        Self { is_foreign: true, ..self }
    }

    /// Goes around a client that has no other middleware.
    #[must_use]
    pub fn client(self, client: Client) -> ClientWithMiddleware {
        ClientBuilder::new(client).with(self).build()
    }
}

/// The path of a request with placeholders in place of values, `/beds/{id}`: the span is named after it. It is put
/// into the extensions of a request.
///
/// ```no_run
/// use observe::reqwest::UrlTemplate;
///
/// # async fn run(client: reqwest_middleware::ClientWithMiddleware) -> Result<(), reqwest_middleware::Error> {
/// let bed = client.get("https://api.example/beds/7").with_extension(UrlTemplate("/beds/{id}")).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlTemplate(pub &'static str);

/// How often a request was sent.
#[derive(Clone, Copy)]
struct Sent(u32);

impl Middleware for Observed {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        mut request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'f>>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        if own_traffic::is_suppressed() {
            return next.run(request, extensions);
        }
        Box::pin(async move {
            let resent = extensions.get::<Sent>().map_or(0, |sent| sent.0);
            extensions.insert(Sent(resent.saturating_add(1)));
            let template = extensions.get::<UrlTemplate>().map(|template| template.0);
            let about = About { provider: self.provider.as_deref(), template, resent, is_foreign: self.is_foreign };
            let call = RequestCall::begin(&mut request, about);
            Sending { call: Some(call), answer: next.run(request, extensions) }.await
        })
    }
}

/// Sends one request, traced and counted, of a client that has no middleware.
///
/// ```no_run
/// # async fn run(client: reqwest::Client) -> Result<(), reqwest::Error> {
/// let request = client.get("https://api.example/beds").build()?;
/// let answer = observe::reqwest::execute(&client, request).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of [`reqwest::Client::execute`].
pub async fn execute(client: &Client, mut request: Request) -> reqwest::Result<Response> {
    if own_traffic::is_suppressed() {
        return client.execute(request).await;
    }
    known();
    let call = RequestCall::begin(&mut request, About::default());
    Sending { call: Some(call), answer: client.execute(request) }.await
}

pin_project! {
    /// A request until the head of its answer is there.
    struct Sending<F> {
        call: Option<RequestCall>,
        #[pin]
        answer: F,
    }
}

impl<F, E> Future for Sending<F>
where
    F: Future<Output = Result<Response, E>>,
    E: Error + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let answer = this.answer;
        let Some(call) = this.call else { return answer.poll(cx) };
        let Poll::Ready(result) = call.poll(|| answer.poll(cx)) else { return Poll::Pending };
        let Some(mut call) = this.call.take() else { return Poll::Ready(result) };
        Poll::Ready(match result {
            Ok(response) => {
                call.answered(&response);
                Ok(observe(response, call))
            }
            Err(error) => {
                call.failed(&error);
                Err(error)
            }
        })
    }
}
