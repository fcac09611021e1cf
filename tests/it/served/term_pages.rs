//! Every term of approvals as people use it: its form is found on the page where they look for it, filled in and sent;
//! where it may not be used, it is not offered, and a form sent all the same is refused with a sentence.

use std::{cell::Cell, collections::BTreeMap};

use reqwest::{Method, Response};
use yumen::{definition::Form, engine::Case, store};

use super::house::House;
use crate::{
    app::way::{HEAD, OFFICER, PERFORMANCE, REVIEWER, SECTION, UNDERPASS, targets_filed},
    harness::databases::{Kind, on_both},
};

on_both!(every_term_has_its_form);

/// A stranger to the case, another one of the performance section, and who administers workflows.
const STRANGER: &str = "xu-changgeng";
const COLLEAGUE: &str = "li-wei";
const WORKFLOWS: &str = "han-zhijian";

type Fields<'a> = &'a [(&'a str, &'a str)];

/// Targets on their way, and the people's browsers.
struct Desk<'h> {
    house: &'h House,
    case: String,
    /// The task that is open now.
    task: Cell<u32>,
    sessions: BTreeMap<&'static str, (String, String)>,
}

impl Desk<'_> {
    fn case_page(&self) -> String {
        format!("/cases/{}", self.case)
    }

    fn task_page(&self) -> String {
        format!("/cases/{}/tasks/{}", self.case, self.task.get())
    }

    async fn sees(&self, login: &str, path: &str) -> String {
        let request = self.house.asks(Method::GET, path).header("cookie", &self.sessions[login].0);
        let page = request.send().await.unwrap();
        assert_eq!(page.status(), 200, "{login} {path}");
        page.text().await.unwrap()
    }

    async fn sends(&self, login: &str, path: &str, fields: Fields<'_>) -> Response {
        let (cookie, csrf) = &self.sessions[login];
        let fields = [fields, &[("csrf", csrf.as_str())]].concat();
        self.house.posts(path, cookie, &fields).send().await.unwrap()
    }

    /// Finds the form on the page, fills it in and sends it; where it leads.
    async fn fills(&self, login: &str, page: &str, (path, fields): (&str, Fields<'_>)) -> String {
        let html = self.sees(login, page).await;
        assert!(offers(&html, (path, fields)), "{login} {page} offers {fields:?} to {path}: {html}");
        let answer = self.sends(login, path, fields).await;
        let (status, to) = (answer.status().as_u16(), answer.headers().get("location").cloned());
        let said = answer.text().await.unwrap();
        assert_eq!(status, 303, "{login} {path} {fields:?}: {said}");
        to.and_then(|to| to.to_str().map(str::to_owned).ok()).unwrap()
    }

    /// A term on the task that is open, from its own page.
    async fn uses(&self, login: &str, fields: Fields<'_>) -> String {
        let page = self.task_page();
        self.fills(login, &page, (&format!("{page}/terms"), fields)).await
    }

    /// A term on the task that is open, from the page of the case.
    async fn uses_beside(&self, login: &str, fields: Fields<'_>) -> String {
        self.fills(login, &self.case_page(), (&format!("{}/terms", self.task_page()), fields)).await
    }

    /// A form of the whole case.
    async fn whole(&self, login: &str, path: &str, fields: Fields<'_>) -> String {
        self.fills(login, &self.case_page(), (&format!("{}/{path}", self.case_page()), fields)).await
    }

    /// Decides or completes on the page of the task, and turns to the task that follows.
    async fn acts(&self, login: &str, fields: Fields<'_>) {
        let page = self.task_page();
        let to = self.sends(login, &page, fields).await;
        assert_eq!(to.status(), 303, "{login} {fields:?}: {}", to.text().await.unwrap());
        self.turn().await;
    }

    /// Turns to the newest task of the case.
    async fn turn(&self) {
        let case = self.case.parse().unwrap();
        let row = store::cases::find(self.house.town.app.store().read(), case).await.unwrap().unwrap();
        let case: Case = serde_json::from_str(&row.state).unwrap();
        self.task.set(case.tasks.keys().next_back().copied().unwrap());
    }

    /// It is not offered, and refused with a sentence that has these words.
    async fn refused(&self, login: &str, (path, fields): (&str, Fields<'_>), words: &str) {
        let answer = self.sends(login, path, fields).await;
        let status = answer.status().as_u16();
        let page = answer.text().await.unwrap();
        assert!((400..500).contains(&status), "{login} {path} {fields:?}: {status}");
        let (_, told) = page.split_once("role=\"alert\"").expect("a refusal");
        let told = told.split_once("</svg>").and_then(|(_, told)| told.split_once("</div>")).unwrap().0;
        assert!(told.contains(words), "{login} {path} {fields:?} is told “{told}”");
    }

    fn person(&self, login: &str) -> String {
        self.house.town.official(login).person.to_string()
    }
}

/// Whether a page has a form to `path` that knows every one of the fields, and the term among its buttons.
fn offers(html: &str, (path, fields): (&str, Fields<'_>)) -> bool {
    offered(html, fields).iter().any(|action| action == path)
}

/// Where the forms of a page lead that know every one of the fields.
fn offered(html: &str, fields: Fields<'_>) -> Vec<String> {
    let forms = html.split("<form ").skip(1).filter_map(|form| form.split_once("</form>")).map(|(form, _)| form);
    let knows = |form: &str, (name, value): &(&str, &str)| {
        let typed = ["reason", "text"].contains(name);
        form.contains(&format!("name=\"{name}\"")) && (typed || form.contains(&format!("value=\"{value}\"")))
    };
    let fitting = forms.filter(|form| fields.iter().all(|field| knows(form, field)));
    let actions = fitting.filter_map(|form| form.split_once("action=\"")?.1.split_once('"'));
    actions.map(|(action, _)| action.to_owned()).collect()
}

async fn every_term_has_its_form(kind: Kind) {
    let house = House::open(kind).await;
    let officer = house.town.official(OFFICER);
    let case = officer.starts("performance-targets", house.town.project(UNDERPASS).await).await.unwrap().case;
    targets_filed(&officer, case).await;
    let mut sessions = BTreeMap::new();
    for login in [OFFICER, REVIEWER, HEAD, SECTION, PERFORMANCE, COLLEAGUE, STRANGER, WORKFLOWS] {
        let cookie = house.enter(login).await;
        let csrf = house.csrf(&cookie).await;
        sessions.insert(login, (cookie, csrf));
    }
    let desk = Desk { house: &house, case: case.to_string(), task: Cell::default(), sessions };
    desk.turn().await;
    opinions_and_signers(&desk).await;
    return_transfer_and_taking_back(&desk).await;
    pooled(&desk).await;
    beside_and_whole(&desk).await;
    house.town.look_away().await;
    house.close().await;
}

async fn opinions_and_signers(desk: &Desk<'_>) {
    let stranger = desk.person(STRANGER);
    let asked = [("term", "delegate"), ("person", stranger.as_str()), ("reason", "成本偏高，请核。")];
    let of_task = format!("{}/terms", desk.task_page());
    assert!(!offers(&desk.sees(REVIEWER, &desk.task_page()).await, (&of_task, &[("term", "claim")])));
    desk.refused(REVIEWER, (&of_task, &[("term", "claim")]), "无需认领").await;
    desk.uses(REVIEWER, &asked).await;
    desk.uses(REVIEWER, &[("term", "call-back")]).await;
    desk.uses(REVIEWER, &asked).await;
    let opinions = desk.task_page();
    desk.turn().await;
    assert_ne!(opinions, desk.task_page(), "the colleague has a task of their own");
    let opinion = [("term", "give-opinion"), ("advice", "disapprove"), ("reason", "单价高于同类项目。")];
    desk.uses(STRANGER, &opinion).await;
    desk.turn().await;
    for place in ["before", "after", "parallel"] {
        let signer =
            [("term", "add-signer"), ("person", stranger.as_str()), ("place", place), ("reason", "涉及教育。")];
        let page = desk.task_page();
        desk.uses(REVIEWER, &signer).await;
        let gone = [("term", "remove-signer"), ("person", stranger.as_str())];
        desk.refused(STRANGER, (&format!("{page}/terms"), &gone), "加签人").await;
        // Who waits for whom stands on the page of the task, who signs beside whom on the page of the case.
        let shown = if place == "parallel" { desk.case_page() } else { page.clone() };
        let offered = offered(&desk.sees(REVIEWER, &shown).await, &gone);
        desk.fills(REVIEWER, &shown, (offered.first().expect(place), &gone)).await;
        assert!(desk.sees(REVIEWER, &page).await.contains("name=\"decision\""), "{place}: it is theirs again");
    }
    desk.uses_beside(OFFICER, &[("term", "urge")]).await;
    let urge = format!("{}/terms", desk.task_page());
    desk.refused(OFFICER, (&urge, &[("term", "urge")]), "催办").await;
}

async fn return_transfer_and_taking_back(desk: &Desk<'_>) {
    let stranger = desk.person(STRANGER);
    let back = [("action", "decide"), ("decision", "return"), ("return_to", "goals"), ("reason", "目标没有量化。")];
    desk.refused(REVIEWER, (&desk.task_page(), &back[..3]), "理由").await;
    desk.acts(REVIEWER, &back).await;
    let officer = desk.house.town.official(OFFICER);
    officer.completes(desk.case.parse().unwrap(), "goals", Form::new()).await.unwrap();
    desk.turn().await;
    let given = [("term", "transfer"), ("person", stranger.as_str()), ("reason", "出差。")];
    desk.refused(REVIEWER, (&format!("{}/terms", desk.task_page()), &given[..2]), "理由").await;
    assert_eq!(desk.uses(REVIEWER, &given).await, "/inbox");
    desk.turn().await;
    desk.acts(STRANGER, &[("action", "decide"), ("decision", "approve")]).await;
    let why = [("reason", "再看看。")];
    desk.refused(REVIEWER, (&format!("{}/take-back", desk.case_page()), &why), "撤回").await;
    desk.whole(STRANGER, "take-back", &why).await;
    desk.turn().await;
    desk.acts(STRANGER, &[("action", "decide"), ("decision", "approve")]).await;
    desk.acts(HEAD, &[("action", "decide"), ("decision", "approve")]).await;
}

async fn pooled(desk: &Desk<'_>) {
    desk.uses(PERFORMANCE, &[("term", "claim")]).await;
    let of_task = format!("{}/terms", desk.task_page());
    desk.refused(COLLEAGUE, (&of_task, &[("term", "claim")]), "认领").await;
    desk.uses(PERFORMANCE, &[("term", "release")]).await;
    desk.uses(COLLEAGUE, &[("term", "claim")]).await;
}

async fn beside_and_whole(desk: &Desk<'_>) {
    let (case, stranger, why) = (desk.case_page(), desk.person(STRANGER), [("reason", "规划调整。")]);
    assert!(!offers(&desk.sees(OFFICER, &case).await, (&format!("{case}/suspend"), &why)));
    desk.refused(OFFICER, (&format!("{case}/suspend"), &why), "管理员").await;
    desk.whole(WORKFLOWS, "suspend", &why).await;
    desk.refused(OFFICER, (&format!("{case}/withdraw"), &why), "挂起").await;
    desk.whole(WORKFLOWS, "resume", &why).await;
    desk.whole(OFFICER, "copies", &[("to", stranger.as_str())]).await;
    let copied = desk.sees(STRANGER, "/inbox?tab=copied").await;
    assert!(offers(&copied, (&format!("{case}/read"), &[])), "{copied}");
    assert_eq!(desk.sends(STRANGER, &format!("{case}/read"), &[]).await.status(), 303);
    desk.whole(STRANGER, "remarks", &[("text", "何时批复？")]).await;
    assert!(desk.sees(OFFICER, &case).await.contains("何时批复？"));
    desk.refused(WORKFLOWS, (&format!("{case}/terminate"), &[("reason", "")]), "内容不能为空").await;
    desk.whole(OFFICER, "withdraw", &why).await;
    desk.refused(WORKFLOWS, (&format!("{case}/terminate"), &why), "已").await;
}
