//! Files come in whole or not at all, on an empty database too, and beside others who write the same.

use rust_xlsxwriter::Workbook;
use yumen::{
    app::{
        App,
        importing::{Imported, Refused},
        passwords::Passwords,
        people::NewPerson,
        setup,
    },
    clock::Sources,
    domain::import_published::read_file,
    policy::Policy,
    store::directory,
};

use crate::harness::{
    databases::{Database, Kind, fresh, on_both},
    town::Town,
};

on_both!(
    a_district_is_set_up_from_a_sheet,
    a_bad_row_refuses_the_sheet_and_writes_nothing,
    of_two_imports_at_once_one_is_taken_and_the_other_reported,
    published_tables_come_in_whole_unless_asked_otherwise,
);

const HEADINGS: [&str; 5] = ["机构编码", "上级编码", "机构类型", "机构名称", "英文名称"];
const PUBLISHED: &[u8] = include_bytes!("../../../src/demo/published-cases.json");

fn sheet(headings: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (number, cells) in (0_u32..).zip(std::iter::once(&headings).chain(rows)) {
        for (column, text) in (0_u16..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(number, column, *text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

async fn nobody_yet(kind: Kind) -> (App, Database) {
    let database = fresh(kind).await;
    let sources = Sources::system();
    let policy = Policy::read(&yumen::app::library::embedded()).unwrap();
    (App::new(database.store.clone(), sources, policy), database)
}

async fn a_district_is_set_up_from_a_sheet(kind: Kind) {
    let (app, _database) = nobody_yet(kind).await;
    let tree: [&[&str]; 3] = [
        &["wq", "", "区", "武清区", "Wuqing"],
        &["edu", "wq", "部门", "区教育局", "Education Bureau"],
        &["school-1", "edu", "单位", "第一小学", ""],
    ];
    let done = app.import_organisation(sheet(&HEADINGS, &tree)).await.unwrap();
    assert_eq!((done.written, done.report.refused()), (3, 0));

    let token = setup::offer(&app).await.unwrap().expect("nobody is there yet");
    let new = NewPerson {
        login: "an".into(),
        name: "安全".into(),
        email: String::new(),
        password: "correct horse battery".into(),
    };
    let passwords = Passwords::new(&app.sources().chance).unwrap();
    let first = setup::first_administrator(&app, &passwords, &token, new).await.unwrap();
    let directory = app.directory(app.store().read()).await.unwrap();
    let today = yumen::engine::who::day_of(app.now());
    let held: Vec<_> = directory.appointments_of(first, today).map(|held| held.org.to_string()).collect();
    assert_eq!(held, ["wq"], "the district that was imported is the one");
    assert_eq!(directory.organisations.len(), 3);
    assert_eq!(directory.organisations[&"school-1".into()].path, "/wq/edu/school-1/");

    let more: [&[&str]; 1] = [&["school-2", "edu", "单位", "第二小学", ""]];
    assert_eq!(app.import_organisation(sheet(&HEADINGS, &more)).await.unwrap().written, 1);
    let again = app.import_organisation(sheet(&HEADINGS, &more)).await.unwrap();
    assert_eq!((again.written, again.report.refused()), (0, 1), "{:?}", again.report);
}

async fn a_bad_row_refuses_the_sheet_and_writes_nothing(kind: Kind) {
    let town = Town::founded(kind).await;
    let before = directory::version(town.app.store().read()).await.unwrap();
    let rows: [&[&str]; 2] = [&["edu-new", "edu", "单位", "新学校", ""], &["lost", "nowhere", "单位", "无主", ""]];
    let refused = town.app.import_organisation(sheet(&HEADINGS, &rows)).await.unwrap();
    assert_eq!((refused.written, refused.report.accepted(), refused.report.refused()), (0, 1, 1));
    assert_eq!(directory::version(town.app.store().read()).await.unwrap(), before);
    assert_eq!(town.count("SELECT count(*) FROM organisations WHERE code = 'edu-new'").await, 0);

    assert_eq!(town.app.import_organisation(sheet(&HEADINGS, &rows[..1])).await.unwrap().written, 1);
    let wakes = "SELECT count(*) FROM outbox WHERE kind = 'wake-held'";
    assert_eq!(town.count(wakes).await, 1, "held cases look again");
}

async fn of_two_imports_at_once_one_is_taken_and_the_other_reported(kind: Kind) {
    let town = Town::founded(kind).await;
    let one_of = |results: [Imported; 2]| {
        let taken: Vec<_> = results.iter().filter(|one| one.written == 1).collect();
        let refused: Vec<_> = results.iter().filter(|one| one.report.refused() == 1).collect();
        assert_eq!((taken.len(), refused.len()), (1, 1), "{results:?}");
    };
    let units: [&[&str]; 1] = [&["edu-new", "edu", "单位", "新学校", ""]];
    let file = sheet(&HEADINGS, &units);
    let (one, other) = tokio::join!(town.app.import_organisation(file.clone()), town.app.import_organisation(file));
    one_of([one.unwrap(), other.unwrap()]);

    let headings = [
        "项目编码",
        "项目名称",
        "单位编码",
        "预算类别",
        "资金工具",
        "项目性质",
        "是否新增重大",
        "总金额",
        "金额单位",
        "开始年度",
        "结束年度",
    ];
    let project: [&[&str]; 1] =
        [&["P-1", "校舍维修", "edu-new", "一般公共预算", "政府采购", "一次性", "是", "43.2", "万元", "2027", "2028"]];
    let file = sheet(&headings, &project);
    let (one, other) = tokio::join!(town.app.import_projects(file.clone()), town.app.import_projects(file));
    one_of([one.unwrap(), other.unwrap()]);
    assert_eq!(town.count("SELECT count(*) FROM projects WHERE code = 'P-1'").await, 1);
}

async fn published_tables_come_in_whole_unless_asked_otherwise(kind: Kind) {
    let town = Town::founded(kind).await;
    let count = "SELECT count(*) FROM projects";
    let before = town.count(count).await;
    let import = |refused| town.app.import_published(PUBLISHED.to_vec(), Some("edu-exp".into()), refused);
    let all = import(Refused::StopAll).await.unwrap();
    assert_eq!(all.report.lines.len(), read_file(PUBLISHED).unwrap().cases.len(), "every table is accounted for");
    assert!(all.report.refused() > 0 && all.report.accepted() > 0 && all.written == 0, "{:?}", all.report);
    assert_eq!(town.count(count).await, before, "nothing is half imported");

    let some = import(Refused::LeaveOut).await.unwrap();
    assert_eq!(some.written, some.report.accepted());
    assert_eq!(town.count(count).await, before + i64::try_from(some.written).unwrap());
    let nowhere = town.app.import_published(PUBLISHED.to_vec(), Some("nowhere".into()), Refused::LeaveOut).await;
    assert!(nowhere.unwrap_err().to_string().contains("nowhere"));
}
