//! A person of the demonstration at a browser: enters, fills in, decides.

use serde_json::json;

use crate::harness::browser::Browser;

/// A browser in which one may enter as anybody.
pub struct Desk {
    /// The browser.
    pub browser: Browser,
}

impl Desk {
    /// A desk at the site.
    pub async fn at(site: &str) -> Self {
        Self { browser: Browser::start(site).await }
    }

    /// Enters as the person who signs in as `login`, whoever was here before.
    pub async fn enter(&self, login: &str) {
        self.browser.forget_everything().await;
        self.browser.open("/demo").await;
        self.browser.click(&format!("button[name=login][value=\"{login}\"]")).await;
        self.browser.find("nav.nav a[href=\"/inbox\"]").await;
    }

    /// Fills in each field; the names are those of the definition.
    pub async fn fill(&self, fields: &[(&str, &str)]) {
        for (name, value) in fields {
            self.browser.fill(&format!("f.{name}"), value).await;
        }
    }

    /// Fills in an indicator table, one row for each weight.
    pub async fn fill_indicators(&self, field: &str, rows: &[Indicator<'_>]) {
        for (no, row) in rows.iter().enumerate() {
            while !self.browser.has(&format!("[name=\"f.{field}.{no}.weight\"]")).await {
                self.browser.click("[data-adds-row]").await;
            }
            let cells = [
                ("level1", row.levels[0]),
                ("level2", row.levels[1]),
                ("level3", row.levels[2]),
                ("sign", row.sign),
                ("target", row.target),
                ("unit", row.unit),
                ("weight", row.weight),
            ];
            for (column, value) in cells {
                self.browser.fill(&format!("f.{field}.{no}.{column}"), value).await;
            }
        }
    }

    /// Gives every item of the score sheet on the page `points`.
    pub async fn score_all(&self, field: &str, points: &str) {
        let prefix = format!("f.{field}.");
        let script = "
            const items = [...document.querySelectorAll('input')].filter((item) => item.name.startsWith(arguments[0]));
            for (const item of items) {
                item.value = arguments[1];
                item.dispatchEvent(new Event('input', { bubbles: true }));
            }
            return items.length";
        let items = self.browser.client.execute(script, vec![json!(prefix), json!(points)]).await.unwrap();
        assert_ne!(items, json!(0), "no score sheet called {field}");
    }

    /// Attaches a small PDF to the upload field.
    pub async fn attach(&self, field: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("evidence.pdf");
        std::fs::write(&path, PDF).unwrap();
        let form = format!("form[action$=\"/files/{field}\"]");
        let input = self.browser.find(&format!("{form} input[type=file]")).await;
        input.send_keys(path.to_str().unwrap()).await.unwrap();
        self.browser.click(&format!("{form} button")).await;
        self.browser.expect_text("evidence.pdf").await;
    }

    /// Completes the fill task on the page.
    pub async fn submit(&self) {
        self.browser.click("button[name=action][value=complete]").await;
    }

    /// Decides the task on the page: `approve`, `return`, `reject` or `grade:<name>`.
    pub async fn decide(&self, decision: &str, reason: &str) {
        self.browser.fill("decision", decision).await;
        self.browser.fill("reason", reason).await;
        self.browser.click("button[name=action][value=decide]").await;
    }

    /// Opens the task that waits for the person in this case, by the way people take: the inbox, then the row.
    pub async fn open_task(&self, number: &str) {
        self.browser.open(&format!("/inbox?tab=to-decide&text={}", encoded(number))).await;
        self.browser.click(".rows a.title").await;
        self.browser.find("main form[action*=\"/tasks/\"]").await;
    }

    /// Starts a case from the page of a project, and leaves its number and its address.
    pub async fn start(&self, workflow: &str, project: &str, year: &str) -> Started {
        self.browser.open(&format!("/start?project={project}&year={year}&workflow={workflow}")).await;
        self.browser.fill("workflow", workflow).await;
        self.browser.click("form[action=\"/start\"][method=post] button.primary").await;
        let link = self.browser.find("nav.crumbs a[href^=\"/cases/\"]").await;
        Started { number: link.text().await.unwrap(), path: link.attr("href").await.unwrap().unwrap() }
    }

    /// The page says in an alert why nothing was done.
    pub async fn expect_refusal(&self, words: &str) {
        let alert = self.browser.find("[role=alert]").await.text().await.unwrap();
        assert!(alert.contains(words), "expected “{words}” in “{alert}”");
    }

    /// The person posts an approval of a task that no page offers them, and reads that it is not theirs.
    pub async fn cannot_approve(&self, task: &str) {
        let script = "
            const [task, done] = [arguments[0], arguments[arguments.length - 1]];
            const csrf = document.querySelector('input[name=csrf]').value;
            const body = new URLSearchParams({ csrf, action: 'decide', decision: 'approve', reason: '' });
            fetch(task, { method: 'POST', body }).then(async (answer) => done([answer.status, await answer.text()]))";
        let answer = self.browser.client.execute_async(script, vec![json!(task)]).await.unwrap();
        assert!([json!(403), json!(404)].contains(&answer[0]), "{answer}");
        let said = answer[1].as_str().unwrap();
        assert!(said.contains("该任务由其他人办理") || said.contains("没有找到该内容"), "{said}");
    }

    /// The task went through: the page that follows has no alert.
    pub async fn expect_done(&self) {
        if self.browser.has("[role=alert]").await {
            let alert = self.browser.find("[role=alert]").await.text().await.unwrap();
            panic!("refused: {alert}");
        }
    }
}

/// A case that was just started.
pub struct Started {
    /// 流程编号.
    pub number: String,
    /// `/cases/…`.
    pub path: String,
}

/// A row of an indicator table.
#[derive(Clone, Copy)]
pub struct Indicator<'a> {
    pub levels: [&'a str; 3],
    pub sign: &'a str,
    pub target: &'a str,
    pub unit: &'a str,
    pub weight: &'a str,
}

/// The smallest file that looks like what it claims to be.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
