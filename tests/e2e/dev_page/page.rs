//! What somebody does on the page, and what they see there: found by its hooks, `data-test="…"`.

use crate::browser::{Browser, attempted, until};
use crate::target;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use serde_json::{Value, json};

/// Every tab, as its address names it.
pub(crate) const TABS: [&str; 8] = ["requests", "trace", "metrics", "logs", "health", "catalogue", "exporters", "map"];

/// Before each script: everything in sight that has this hook.
const ALL: &str = "const all = (name) => \
    [...document.querySelectorAll(`[data-test=\"${name}\"]`)].filter((node) => node.checkVisibility());\n";

/// Under what a script returns an element (W3C `WebDriver`, "Elements").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What `everything` sees. Not the page's own script and style, which come before all data.
const EVERYTHING: &str = "[location.href, document.title, \
    ...[...document.body.children].filter((node) => node.tagName !== 'SCRIPT').map((node) => node.outerHTML), \
    document.body.innerText, \
    ...[...document.querySelectorAll('input')].map((node) => node.value)].join('\\n')";

impl Browser {
    /// Opens the page of the service at this address, and waits until it is connected.
    #[track_caller]
    pub(crate) fn open(&self, address: &str, place: &str) {
        self.wait(self.client().goto(&format!("http://{address}/observe{place}"))).unwrap();
        self.wait_for("a connection", "all('connection')[0]?.dataset.state === 'live'");
    }

    /// Goes to another place of the page that is open, such as `#/logs`.
    #[track_caller]
    pub(crate) fn go(&self, place: &str) {
        self.run("location.hash = arguments[0]", vec![place.into()]);
        let view = place.trim_start_matches("#/").split(['/', '?']).next().unwrap();
        self.wait_for(place, &format!("all('view').some((node) => node.dataset.view === '{view}')"));
    }

    /// What an expression is in the page; `all(hook)` is there for it.
    #[track_caller]
    pub(crate) fn see(&self, expression: &str) -> Value {
        self.run(&format!("{ALL}return {expression};"), Vec::new())
    }

    /// Waits until an expression holds; its value.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, expression: &str) -> Value {
        let holds = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && value != 0 && value != "";
        match attempted(|| Some(self.see(expression)).filter(holds)) {
            Some(found) => found,
            // Without what is seen instead, nobody could say why.
            None => panic!("no {what}: {expression}\n{}\n{:#?}", self.words(), self.complaints()),
        }
    }

    #[track_caller]
    pub(crate) fn count(&self, hook: &str) -> usize {
        self.see(&format!("all('{hook}').length")).as_u64().unwrap().try_into().unwrap()
    }

    #[track_caller]
    pub(crate) fn wait_for_count(&self, hook: &str, count: usize) {
        self.wait_for(&format!("{count} of {hook}"), &format!("all('{hook}').length === {count}"));
    }

    /// The texts of all that has this hook, in their order.
    #[track_caller]
    pub(crate) fn texts(&self, hook: &str) -> Vec<String> {
        serde_json::from_value(self.see(&format!("all('{hook}').map((node) => node.innerText)"))).unwrap()
    }

    /// An attribute of the first that has this hook; `None` where it has none.
    #[track_caller]
    pub(crate) fn attribute(&self, hook: &str, name: &str) -> Option<String> {
        let value = self.see(&format!("all('{hook}')[0]?.getAttribute('{name}')"));
        value.as_str().map(ToOwned::to_owned)
    }

    /// All words in sight.
    #[track_caller]
    pub(crate) fn words(&self) -> String {
        self.see("document.body.innerText").as_str().unwrap().to_owned()
    }

    /// The whole page as the service's data made it: texts and attributes, and what was typed.
    #[track_caller]
    pub(crate) fn everything(&self) -> String {
        self.see(EVERYTHING).as_str().unwrap().to_owned()
    }

    /// Clicks on each row that has this hook, one after the other; the whole page after each.
    #[track_caller]
    pub(crate) fn everything_of_each(&self, hook: &str) -> Vec<String> {
        let expression = format!("all('{hook}').map((row) => {{ row.click(); return {EVERYTHING}; }})");
        serde_json::from_value(self.see(&expression)).unwrap()
    }

    /// Goes to a trace, and waits until its spans are there.
    #[track_caller]
    pub(crate) fn go_to_trace(&self, id: &str) {
        self.go(&format!("#/trace/{id}"));
        let is_there = format!("all('waterfall-row').length > 0 && all('view')[0].innerText.includes('{id}')");
        self.wait_for("the trace", &is_there);
    }

    /// Opens every family of metrics: what is folded is not in the page.
    pub(crate) fn unfold_metrics(&self) {
        self.see("all('metric-open').forEach((one) => one.click())");
    }

    /// Does something with the first element that an expression finds. A list that is live may replace it meanwhile:
    /// then it is looked for again.
    #[track_caller]
    fn act<F: Future<Output = Result<(), CmdError>>>(&self, expression: &str, act: impl Fn(Element) -> F) {
        until(expression, || {
            let found = self.wait(self.client().execute(&format!("{ALL}return {expression};"), Vec::new())).ok()?;
            let id = found.get(ELEMENT)?.as_str()?.to_owned();
            self.wait(act(Element::from_element_id(self.client().clone(), ElementRef::from(id)))).ok()
        });
    }

    /// Clicks on the first that has this hook.
    #[track_caller]
    pub(crate) fn click(&self, hook: &str) {
        self.click_on(&format!("all('{hook}')[0]"));
    }

    /// Clicks on the element that an expression finds.
    #[track_caller]
    pub(crate) fn click_on(&self, expression: &str) {
        self.act(expression, |element| async move { element.click().await });
    }

    /// Writes a text into an input, instead of what is in there.
    #[track_caller]
    pub(crate) fn write(&self, hook: &str, text: &str) {
        self.act(&format!("all('{hook}')[0]"), |element| async move {
            element.clear().await?;
            element.send_keys(text).await
        });
    }

    /// Presses keys, one after the other, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, keys: &str) {
        let pressed =
            |keyboard: KeyActions, value| keyboard.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        let keyboard = keys.chars().fold(KeyActions::new("keyboard".to_owned()), pressed);
        self.wait(self.client().perform_actions(keyboard)).unwrap();
    }

    /// Keeps what the page looks like, for whoever looks at it later.
    pub(crate) fn picture(&self, name: &str) {
        let folder = target().join("dev-page");
        std::fs::create_dir_all(&folder).unwrap();
        let png = self.wait(self.client().screenshot()).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    /// Reads JSON as the page does.
    #[track_caller]
    pub(crate) fn fetch(&self, path: &str) -> Value {
        let script = "return fetch(arguments[0]).then((answer) => answer.json())";
        self.run(script, vec![json!(format!("/observe/api/{path}"))])
    }

    /// The browser never had a reason to complain.
    #[track_caller]
    pub(crate) fn assert_content(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
