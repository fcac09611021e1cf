//! A headless Chromium of the test's own, driven through chromedriver.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::Method;
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// How long a page may take to show what a test waits for; generous, since the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(15);

/// The width of a desk and of a phone.
pub const WIDTHS: [u32; 2] = [1440, 390];
const PHONE_MAX: u32 = 600;

/// A browser that knows the address of one site.
pub struct Browser {
    /// The driver's client, for what the methods here do not offer.
    pub client: Client,
    site: String,
    driver: Child,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser for the site at `site`, such as `http://127.0.0.1:8080`.
    pub async fn start(site: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver and chromium must be installed; ./tests/run sees to it");
        let port = BufReader::new(driver.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("successfully on port ").map(|(_, p)| p.trim_end_matches('.').to_owned()))
            .expect("chromedriver says its port");
        let profile = tempfile::tempdir().unwrap();
        let capabilities = json!({ "goog:chromeOptions": { "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
            "--hide-scrollbars",
            "--accept-lang=zh-CN", "--lang=zh-CN", "--force-device-scale-factor=1",
            format!("--user-data-dir={}", profile.path().display()),
        ]}});
        let Value::Object(capabilities) = capabilities else { unreachable!("an object above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let browser = Self { client, site: site.trim_end_matches('/').to_owned(), driver, profile };
        browser.resize(WIDTHS[0]).await;
        browser
    }

    /// The address of the site.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Makes the page `width` pixels wide.
    pub async fn resize(&self, width: u32) {
        self.emulate(width, if width < PHONE_MAX { 844 } else { 900 }).await;
    }

    /// The emulated size is exact, where a window has a least width of its own.
    async fn emulate(&self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < PHONE_MAX });
        let command = Devtools(json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": params }));
        self.client.issue_cmd(command).await.unwrap();
    }

    /// Opens a page of the site.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site)).await.unwrap();
    }

    /// The path and query of the present page.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.site).unwrap_or(url.as_str()).to_owned()
    }

    /// Waits for the first element that matches the CSS selector.
    pub async fn find(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("{css}: {error}\n{}", self.seen().await),
        }
    }

    /// Whether an element matches the CSS selector now.
    pub async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }

    /// Waits until the page says `words`.
    pub async fn expect_text(&self, words: &str) {
        let wanted = json!(words);
        self.wait_until("return document.body !== null && document.body.innerText.includes(arguments[0])", wanted)
            .await;
    }

    /// Waits until `script` returns true; it gets `argument`.
    pub async fn wait_until(&self, script: &str, argument: Value) {
        let asked = tokio::time::Instant::now();
        loop {
            if self.client.execute(script, vec![argument.clone()]).await.is_ok_and(|answer| answer == json!(true)) {
                return;
            }
            assert!(asked.elapsed() < PATIENCE, "never true: {script} with {argument}\n{}", self.seen().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks the first element that matches, as a script would, so that nothing in front of it matters, and waits for
    /// the page that follows when it leads to one.
    pub async fn click(&self, css: &str) {
        let argument = serde_json::to_value(self.find(css).await).unwrap();
        self.client
            .execute("arguments[0].scrollIntoView({ block: 'center' }); arguments[0].click()", vec![argument])
            .await
            .unwrap();
        self.settle().await;
    }

    /// Waits until the page is loaded and no request of htmx is under way.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(80)).await;
        let quiet = "return document.readyState === 'complete' && !document.querySelector('.htmx-request')";
        self.wait_until(quiet, Value::Null).await;
    }

    /// Puts `value` into the field called `name`, whatever its kind, and tells the page.
    pub async fn fill(&self, name: &str, value: &str) {
        self.find(&format!("[name=\"{name}\"]")).await;
        let script = "
            const [name, value] = [arguments[0], arguments[1]];
            const every = [...document.getElementsByName(name)].filter((field) => field.type !== 'hidden');
            const shown = every.filter((field) => field.checkVisibility());
            const all = shown.length > 0 ? shown : every;
            const choice = all.find((field) => ['radio', 'checkbox'].includes(field.type) && field.value === value);
            if (choice) { choice.checked = true } else { all[0].value = value }
            for (const kind of ['input', 'change']) (choice || all[0]).dispatchEvent(new Event(kind, { bubbles: true }));
            return choice !== undefined || all[0].value === value";
        let took = self.client.execute(script, vec![json!(name), json!(value)]).await.unwrap();
        assert_eq!(took, json!(true), "{name} does not take “{value}”\n{}", self.seen().await);
    }

    /// What the field called `name` holds.
    pub async fn value(&self, name: &str) -> String {
        let script = "return document.querySelector(`[name=\"${arguments[0]}\"]:not([type=hidden])`).value";
        self.find(&format!("[name=\"{name}\"]")).await;
        let value = self.client.execute(script, vec![json!(name)]).await.unwrap();
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Keeps a picture of the whole page at each width, and fails when a phone would have to scroll sideways.
    pub async fn picture(&self, name: &str) {
        for width in WIDTHS {
            self.resize(width).await;
            self.settle().await;
            let overflow = "
                const wide = arguments[0];
                if (document.documentElement.scrollWidth <= wide) return [];
                return [...document.querySelectorAll('body *')]
                    .filter((element) => element.getBoundingClientRect().right > wide + 1)
                    .map((element) => element.outerHTML.slice(0, 160)).slice(0, 5)";
            let wide = self.client.execute(overflow, vec![json!(width)]).await.unwrap();
            // Without a viewport of its own, a page is laid out for a desk and shrunk on the phone.
            let (inner, _) = self.size("window.innerWidth", "0").await;
            self.keep(&format!("{name}-{width}.png"), true).await;
            assert_eq!(wide, json!([]), "{name} is wider than {width} pixels");
            assert_eq!(inner, width, "{name} is laid out for another width");
        }
        self.resize(WIDTHS[0]).await;
    }

    /// Keeps a picture in the target folder: of all of the page, or of what a screen shows.
    pub async fn keep(&self, file: &str, whole: bool) {
        let (width, height) = self.size("window.innerWidth", "window.innerHeight").await;
        if whole {
            let (_, whole) = self.size("0", "document.documentElement.scrollHeight").await;
            self.emulate(width, whole.max(height)).await;
        }
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(pictures().join(file), png).unwrap();
        self.emulate(width, height).await;
    }

    async fn size(&self, width: &str, height: &str) -> (u32, u32) {
        let size = self.client.execute(&format!("return [{width}, {height}]"), vec![]).await.unwrap();
        serde_json::from_value(size).unwrap()
    }

    /// Leaves the site: the next page is opened by nobody.
    pub async fn forget_everything(&self) {
        self.client.delete_all_cookies().await.unwrap();
    }

    /// What to print when a test fails here.
    async fn seen(&self) -> String {
        let path = self.path().await;
        let picture = format!("failed-{}.png", std::thread::current().name().unwrap_or("test").replace("::", "-"));
        self.keep(&picture, true).await;
        let text = self.client.execute("return document.body.innerText", vec![]).await.unwrap_or_default();
        format!("at {path}, see {}:\n{}", pictures().join(&picture).display(), text.as_str().unwrap_or_default())
    }
}

impl Drop for Browser {
    /// Ends the driver and its browser, which has a process group of its own and is known by its profile.
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
        let profile = self.profile.path().to_string_lossy().into_owned();
        for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let command = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&command).contains(&profile) {
                drop(Command::new("kill").arg("-KILL").arg(process.file_name()).stderr(Stdio::null()).status());
            }
        }
    }
}

/// Where pictures are kept.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A command of the DevTools protocol, through the driver.
#[derive(Debug)]
struct Devtools(Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}
