//! What somebody holds and what becomes of it, in words: for the page before and after, and for the letter.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{App, Failure, Looked, Order, Parties, Viewer, Wanted, words};
use crate::{
    app::notices,
    clock::Instant,
    engine::{Held, Task, TaskKind, tasks::Asked},
    ids::{CaseId, PersonId},
    language::{Lang, Text},
    notify::{
        compose::{Dispatch, MAIL, MailOrder},
        mails::{CaseLine, HandedItem, HandedOver, MailContext},
    },
    store::notices::NoticeRow,
};

/// What somebody holds, and what becomes of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HandoverView {
    /// Who leaves, by login.
    pub login: String,
    /// Their name.
    pub name: String,
    /// The successor, by login, as typed.
    pub to: String,
    /// Why, as typed.
    pub reason: String,
    /// The posts that may have a successor of their own.
    pub posts: Vec<PostView>,
    /// Everything they hold.
    pub items: Vec<ItemView>,
    /// How many of them can pass.
    pub can: usize,
    /// How many have passed.
    pub passed: usize,
    /// How many stay.
    pub stays: usize,
    /// For whom they stand as substitute.
    pub substitutes: Vec<String>,
}

/// A post, and who succeeds in it.
#[derive(Debug, Clone, Serialize)]
pub struct PostView {
    /// `role@organisation`.
    pub key: String,
    /// In words.
    pub title: Text,
    /// The successor, by login, as typed.
    pub to: String,
}

/// One thing that somebody holds.
#[derive(Debug, Clone, Serialize)]
pub struct ItemView {
    /// The case.
    pub case: CaseId,
    /// Whether the viewer may open it.
    pub opens: bool,
    /// 流程编号.
    pub number: String,
    /// The workflow.
    pub workflow: Text,
    /// The step.
    pub step: Option<Text>,
    /// What they hold there.
    pub what: Text,
    /// Who is to have it, by name.
    pub to: Option<String>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why it stays.
    pub why: Option<Text>,
}

/// What becomes of something that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nobody is named for it yet.
    Unnamed,
    /// It can pass.
    Can,
    /// It stays.
    Stays,
    /// It has passed.
    Passed,
    /// It was settled in another way meanwhile.
    Settled,
}

/// Something that has passed, for the letter.
pub(super) struct Passed {
    line: CaseLine,
    item: HandedItem,
}

/// What `order` finds and leaves.
pub(super) async fn of(
    app: &App,
    viewer: &Viewer,
    parties: &Parties,
    wanted: &Wanted,
    order: &Order,
) -> Result<HandoverView, Failure> {
    let directory = app.directory(app.store().read()).await?;
    let (mut items, mut posts) = (Vec::new(), BTreeMap::new());
    for one in &order.moves {
        let Some(looked) = app.looked_at(one.case).await? else { continue };
        if let Some(post) = looked.post(app, one.held, parties.from) {
            posts.entry(post.clone()).or_insert_with(|| post_view(&directory, wanted, post));
        }
        let held = looked.held_by(app, order.from).contains(&one.held);
        let refused = looked.may_pass(app, (one.held, order.from, one.to)).err();
        let (verdict, why) = match (held, one.to == order.from, refused) {
            (false, _, _) if looked.has(app, one) => (Verdict::Passed, None),
            (false, _, _) => (Verdict::Settled, None),
            (true, true, _) => (Verdict::Unnamed, None),
            (true, false, None) => (Verdict::Can, None),
            (true, false, Some(why)) => {
                (Verdict::Stays, Some(Text::new(why.sentence(Lang::Zh), why.sentence(Lang::En))))
            }
        };
        let to = (one.to != order.from).then(|| words::person(&directory, one.to));
        items.push(looked.item(one.held, (viewer, to), (verdict, why)));
    }
    let count = |verdict| items.iter().filter(|item: &&ItemView| item.verdict == verdict).count();
    let standing = app.standing_substitutes().await?;
    let substitutes = standing.into_iter().filter(|one| one.deputy == parties.from).map(|one| one.of).collect();
    Ok(HandoverView {
        login: wanted.login.clone(),
        name: words::person(&directory, parties.from),
        to: wanted.to.clone(),
        reason: wanted.reason.clone(),
        posts: posts.into_values().collect(),
        can: count(Verdict::Can),
        passed: count(Verdict::Passed),
        stays: count(Verdict::Stays),
        items,
        substitutes,
    })
}

fn post_view(directory: &crate::engine::Directory, wanted: &Wanted, key: String) -> PostView {
    let (role, org) = key.split_once('@').unwrap_or((&key, ""));
    let (role, org) = (words::role(&role.into()), words::organisation(directory, org));
    let title = Text::new(format!("{} · {}", org.zh, role.zh), format!("{} · {}", org.en, role.en));
    PostView { to: wanted.posts.get(&key).cloned().unwrap_or_default(), title, key }
}

/// The letter to a successor; `None` where nothing passed.
pub(super) async fn letter(
    app: &App,
    order: &Order,
    (to, passed): (PersonId, Vec<Passed>),
) -> Result<Option<(Dispatch, NoticeRow)>, Failure> {
    let Some(case) = passed.first().map(|first| first.line.clone()) else { return Ok(None) };
    let directory = app.directory(app.store().read()).await?;
    let mail = MailContext::HandedOver(HandedOver {
        from: words::person(&directory, order.from),
        by: words::person(&directory, order.by),
        items: passed.into_iter().map(|passed| passed.item).collect(),
        case,
    });
    let occurrence = format!("{}/{}/{to}", order.id, mail.name());
    let id = order.id.derive(&occurrence);
    let notice = notices::notice(id, (to, &mail), app.now())?;
    let payload = serde_json::to_value(MailOrder { person: to, mail }).map_err(Failure::broken)?;
    Ok(Some((Dispatch { id, occurrence, kind: MAIL, person: Some(to), payload }, notice)))
}

impl Looked {
    fn item(
        &self,
        held: Held,
        (viewer, to): (&Viewer, Option<String>),
        (verdict, why): (Verdict, Option<Text>),
    ) -> ItemView {
        ItemView {
            case: self.case.id,
            opens: viewer.scope.covers(&self.row.org_path),
            number: self.case.number.clone(),
            workflow: self.definition.title.clone(),
            step: self.step_of(held),
            what: self.what(held),
            to,
            verdict,
            why,
        }
    }

    /// What the letter says of it.
    pub(super) fn passed(&self, held: Held) -> Passed {
        let line = CaseLine {
            id: self.case.id,
            workflow: self.definition.title.clone(),
            number: self.case.number.clone(),
            title: super::super::case_page::title_of(&self.case, &self.definition, &self.around.name),
            year: self.case.year,
        };
        let item =
            HandedItem { case: line.clone(), step: self.step_of(held), what: self.what(held), due_at: self.due(held) };
        Passed { line, item }
    }

    fn due(&self, held: Held) -> Option<Instant> {
        self.task(held).and_then(|task| task.due_at)
    }

    fn task(&self, held: Held) -> Option<&Task> {
        match held {
            Held::Task(no) | Held::Signature(no) => self.case.tasks.get(&no),
            Held::Step(activation) => self.case.tasks.values().find(|task| task.activation == activation),
            Held::Start | Held::Turn(_) => None,
        }
    }

    fn step_of(&self, held: Held) -> Option<Text> {
        let (step, item) = match held {
            Held::Start => return None,
            Held::Task(no) | Held::Signature(no) => {
                let task = self.case.tasks.get(&no)?;
                (&task.step, task.item.as_ref())
            }
            Held::Turn(no) | Held::Step(no) => (&self.case.activations.get(&no)?.step, None),
        };
        Some(words::step_of(&self.definition, step, item))
    }

    fn what(&self, held: Held) -> Text {
        match held {
            Held::Start => Text::new("作为发起人", "As the initiator"),
            Held::Signature(_) => Text::new("后加签，尚未轮到", "Signs afterwards, not asked yet"),
            Held::Turn(_) => Text::new("依次审批，尚未轮到", "In turn, not asked yet"),
            Held::Step(_) => Text::new("指定本人办理，已挂起", "Asked by name, held"),
            Held::Task(_) => match self.task(held).map(|task| (task.kind, &task.hands.asked)) {
                Some((TaskKind::Fill, _)) => Text::new("填报", "To fill in"),
                Some((TaskKind::Decide, Asked::ForOpinion { .. })) => Text::new("提出意见", "To give an opinion"),
                Some((TaskKind::Decide, Asked::AsSigner { .. })) => Text::new("加签审批", "To decide as added signer"),
                Some((TaskKind::Decide, Asked::ByStep | Asked::InPlaceOf(_))) => Text::new("审批", "To decide"),
                None => Text::new("任务", "A task"),
            },
        }
    }
}
