//! Progress values from a sheet: given out by the page of the task, filled in, and taken back by the page and the API, with
//! every wrong cell told and nothing half taken.

use calamine::{Data, Reader as _, Xlsx};
use reqwest::{Method, Response};
use rust_xlsxwriter::Workbook;
use serde_json::{Value as Json, json};
use yumen::{
    definition::{Likelihood, Progress},
    ids::CaseId,
};

use super::house::{House, problem};
use crate::{
    app::{
        monitoring::{case_of, first_round_is_over, rows},
        way::{OFFICER, REVIEWER, UNDERPASS, targets_set},
    },
    harness::databases::{Kind, on_both},
};

on_both!(a_sheet_is_given_out_filled_in_and_taken_back);

type Cells = Vec<Vec<String>>;

fn read(xlsx: &[u8]) -> Cells {
    let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(xlsx)).unwrap();
    let name = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&name).unwrap();
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

fn written(cells: &Cells) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip(cells) {
        for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The sheet as somebody fills it in: the first indicators, one value each.
fn filled(sheet: &Cells, said: &[&str]) -> Vec<u8> {
    let mut sheet = sheet.clone();
    for (row, so_far) in sheet.iter_mut().skip(1).zip(said) {
        row.resize(7, String::new());
        for (column, text) in (3..).zip([so_far, "90", "有可能", "经费"]) {
            row[column] = text.to_owned();
        }
    }
    written(&sheet)
}

/// Sends a sheet from the page of the task; the token comes first, as the page sends it.
async fn upload(house: &House, (cookie, csrf): (&str, &str), path: &str, file: Vec<u8>) -> Response {
    let mut body = format!("--seam\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
    body.extend(b"--seam\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--seam--\r\n");
    let request = house.asks(Method::POST, path).header("origin", &house.url).header("cookie", cookie);
    request.header("content-type", "multipart/form-data; boundary=seam").body(body).send().await.unwrap()
}

async fn send(house: &House, token: &str, (path, key): (&str, &str), file: Vec<u8>) -> Response {
    let lang = if key.ends_with("en") { "en" } else { "zh-CN" };
    let request = house.asks(Method::POST, path).bearer_auth(token).header("idempotency-key", key);
    let request = request.header("accept-language", lang);
    request.header("content-type", "application/octet-stream").body(file).send().await.unwrap()
}

async fn held(house: &House, case: CaseId) -> Vec<Progress> {
    rows(&case_of(&house.town, case).await)
}

async fn a_sheet_is_given_out_filled_in_and_taken_back(kind: Kind) {
    let house = House::open(kind).await;
    let project = house.town.project(UNDERPASS).await;
    targets_set(&house.town, project).await;
    first_round_is_over(&house.town);
    let case = house.town.official(OFFICER).starts("monitoring", project).await.unwrap().case;
    let task = format!("/cases/{case}/tasks/1");
    let path = format!("{task}/files/progress");
    let cookie = house.enter(OFFICER).await;
    let csrf = house.csrf(&cookie).await;
    let page =
        async |cookie: &str, path: &str| house.asks(Method::GET, path).header("cookie", cookie).send().await.unwrap();
    let shown = page(&cookie, &task).await.text().await.unwrap();
    assert!(shown.contains(&format!("href=\"{path}\"")) && shown.contains("从 Excel 导入"), "{shown}");
    let given = page(&cookie, &path).await;
    assert_eq!(given.status(), 200);
    let sheet = read(&given.bytes().await.unwrap());
    assert_eq!(sheet.len(), 4, "a row for each indicator");
    assert_eq!(sheet[1][..3], ["数量指标", "数量指标一", "≥ 90 %"]);

    let wrong = upload(&house, (&cookie, &csrf), &path, filled(&sheet, &["45%上下", "90"])).await;
    assert_eq!(wrong.status(), 422);
    let told = wrong.text().await.unwrap();
    assert!(told.contains("D2 截至期末完成“45%上下”不是数字") && told.contains("数量指标一"), "{told}");
    assert!(held(&house, case).await.iter().all(|row| row.so_far.is_empty()), "nothing is half taken");

    let taken = upload(&house, (&cookie, &csrf), &path, filled(&sheet, &["45", "60"])).await;
    assert_eq!(
        (taken.status().as_u16(), taken.headers()["location"].to_str().unwrap()),
        (303, format!("{task}?told=imported&imported=progress").as_str())
    );
    let now = held(&house, case).await;
    assert_eq!((now[0].so_far.as_str(), now[1].so_far.as_str(), now[2].so_far.as_str()), ("45", "60", ""));
    assert_eq!(now[0].likelihood, Some(Likelihood::Possible));
    let told = page(&cookie, &format!("{task}?told=imported&imported=progress")).await.text().await.unwrap();
    assert!(told.contains("data-imported=\"f.progress.\"") && told.contains("请核对后提交"), "{told}");

    programs_send_the_same(&house, case, &sheet).await;
    // Nobody else is given the sheet, and no other field is one.
    for (login, path, status) in [("he-jingshu", &path, 404), (OFFICER, &format!("{task}/files/files"), 422)] {
        let cookie = house.enter(login).await;
        assert_eq!(page(&cookie, path).await.status().as_u16(), status, "{login} {path}");
    }
    house.town.look_away().await;
    house.close().await;
}

async fn programs_send_the_same(house: &House, case: CaseId, sheet: &Cells) {
    let token = house.token(OFFICER).await;
    let path = format!("/api/v1/cases/{case}/tasks/1/progress/progress");
    for (key, said) in [("k1", "D3 截至期末完成“许多”不是数字"), ("k1-en", "D3 So far “许多” is no number")]
    {
        let wrong = send(house, &token, (&path, key), filled(sheet, &["50", "许多"])).await;
        let body = problem(wrong, 422, "fields").await;
        let fault = &body["fields"][0];
        assert_eq!(fault["field"], "progress");
        assert!(fault["detail"].as_str().unwrap().contains(said), "{body}");
    }
    let right = filled(sheet, &["50", "70", "80"]);
    for _ in 0..2 {
        let done = send(house, &token, (&path, "k2"), right.clone()).await;
        assert_eq!(done.status(), 200);
        assert_eq!(done.json::<Json>().await.unwrap()["case"], json!(case));
    }
    let now = held(house, case).await;
    assert_eq!(now.iter().map(|row| row.so_far.as_str()).collect::<Vec<_>>(), ["50", "70", "80"]);
    let saved = "SELECT COUNT(*) FROM journal WHERE command = 'save'";
    assert_eq!(house.town.count(saved).await, 2, "one from the page, one from the program, however often it is sent");
    let other = format!("/api/v1/cases/{case}/tasks/1/progress/budget");
    problem(send(house, &token, (&other, "k3"), right.clone()).await, 422, "not-offered").await;
    let (stranger, reviewer) = (house.token("he-jingshu").await, house.token(REVIEWER).await);
    problem(send(house, &stranger, (&path, "k4"), right.clone()).await, 404, "not-found").await;
    problem(send(house, &reviewer, (&path, "k5"), right).await, 403, "not-your-task").await;
}
