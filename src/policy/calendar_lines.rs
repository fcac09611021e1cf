//! A year of the calendar as people type it: one holiday, one day, one local arrangement to a line.
//!
//! `春节：2026-02-15 至 2026-02-23` · `2026-02-14` · `2026-07-01 放假 津武政办〔2026〕3号`

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::{
    calendar_file::{Addition, AdditionIs, Holiday},
    problem::Problems,
};

/// Days of one holiday at most; no notice comes near it, and a slip of the pen does.
const HOLIDAY_DAYS_MAX: usize = 31;

/// What a line cannot be, as sentences.
pub type Wrong = Vec<super::PolicyProblem>;

/// Reads holidays, one to a line.
///
/// # Errors
/// A sentence for every line that is none.
pub fn holidays(text: &str) -> Result<Vec<Holiday>, Wrong> {
    each_line(
        text,
        |line| {
            let digit = line.find(|c: char| c.is_ascii_digit())?;
            let name = line[..digit].trim_matches(|c: char| c.is_whitespace() || matches!(c, '：' | ':' | ',' | '，'));
            let days: Vec<_> = line[digit..].split(['、', ',', '，']).map(range).collect::<Option<Vec<_>>>()?.concat();
            (!name.is_empty() && days.len() <= HOLIDAY_DAYS_MAX).then(|| Holiday { holiday: name.to_owned(), days })
        },
        ("应为“春节：2026-02-15 至 2026-02-23”", "write “春节：2026-02-15 至 2026-02-23”"),
    )
}

/// Reads days, any number to a line.
///
/// # Errors
/// A sentence for every line that is none.
pub fn days(text: &str) -> Result<Vec<NaiveDate>, Wrong> {
    let days = each_line(
        text,
        |line| {
            let words = line.split(|c: char| c.is_whitespace() || matches!(c, '、' | ',' | '，'));
            words.filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect::<Option<Vec<NaiveDate>>>()
        },
        ("应为“2026-02-14”这样的日期", "write dates such as “2026-02-14”"),
    )?;
    Ok(days.concat())
}

/// Reads what the place adds, one day to a line.
///
/// # Errors
/// A sentence for every line that is none.
pub fn additions(text: &str) -> Result<Vec<Addition>, Wrong> {
    each_line(
        text,
        |line| {
            let mut words = line.splitn(3, char::is_whitespace);
            let day = words.next()?.parse().ok()?;
            let is = match words.next()?.trim() {
                "放假" | "off" => AdditionIs::Off,
                "上班" | "worked" => AdditionIs::Worked,
                _ => return None,
            };
            Some(Addition { day, is, document: words.next()?.trim().to_owned() })
        },
        ("应为“2026-07-01 放假 依据文件”", "write “2026-07-01 放假 document”"),
    )
}

/// Writes holidays as [`holidays`] reads them.
#[must_use]
pub fn of_holidays(holidays: &[Holiday]) -> String {
    let mut text = String::new();
    for Holiday { holiday, days } in holidays {
        let ranges: Vec<_> = days
            .chunk_by(|one, next| one.succ_opt() == Some(*next))
            .filter_map(|run| match run {
                [] => None,
                [day] => Some(day.to_string()),
                [first, .., last] => Some(format!("{first} 至 {last}")),
            })
            .collect();
        let _ = writeln!(text, "{holiday}：{}", ranges.join("、"));
    }
    text
}

/// Writes days as [`days`] reads them.
#[must_use]
pub fn of_days(days: &[NaiveDate]) -> String {
    days.iter().map(|day| format!("{day}\n")).collect()
}

/// Writes local days as [`additions`] reads them.
#[must_use]
pub fn of_additions(additions: &[Addition]) -> String {
    let word = |is: AdditionIs| match is {
        AdditionIs::Off => "放假",
        AdditionIs::Worked => "上班",
    };
    additions.iter().map(|local| format!("{} {} {}\n", local.day, word(local.is), local.document)).collect()
}

fn range(text: &str) -> Option<Vec<NaiveDate>> {
    let (first, last) = ["至", "到", "~", "～", "–", "—"]
        .iter()
        .find_map(|between| text.split_once(between))
        .map_or((text, text), |ends| ends);
    let (first, last): (NaiveDate, NaiveDate) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then(|| first.iter_days().take_while(|day| *day <= last).take(HOLIDAY_DAYS_MAX + 1).collect())
}

fn each_line<T>(text: &str, read: impl Fn(&str) -> Option<T>, (zh, en): (&str, &str)) -> Result<Vec<T>, Wrong> {
    let mut problems = Problems::of("calendar");
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match read(line) {
            Some(one) => found.push(one),
            None => problems.push(format!("“{line}”：{zh}"), format!("“{line}”: {en}")),
        }
    }
    let wrong = problems.found();
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_the_same() {
        let text = "春节：2026-02-15 至 2026-02-23\n元旦：2026-01-01\n分开：2026-05-01、2026-05-04 至 2026-05-05\n";
        let read = holidays(text).unwrap();
        assert_eq!((read[0].days.len(), read[2].days.len()), (9, 3));
        assert_eq!(of_holidays(&read), text);
        let local = "2026-07-01 放假 津武政办〔2026〕3号\n2026-07-04 上班 津武政办〔2026〕3号 第二条\n";
        assert_eq!(of_additions(&additions(local).unwrap()), local);
        assert_eq!(
            of_days(&days("2026-02-14, 2026-02-28\n2026-05-09").unwrap()),
            "2026-02-14\n2026-02-28\n2026-05-09\n"
        );
    }

    #[test]
    fn every_line_that_is_none_is_told() {
        let wrong =
            holidays("春节\n2026-02-15\n倒着：2026-02-23 至 2026-02-15\n太长：2026-01-01 至 2026-12-31").unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert!(wrong[0].text.zh.starts_with("“春节”：应为"), "{wrong:?}");
        assert!(days("2026-02-30").is_err() && additions("2026-07-01 停电 无").is_err());
        assert!(additions("2026-07-01 放假").is_err(), "a local day needs its document");
    }
}
