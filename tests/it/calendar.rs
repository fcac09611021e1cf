//! The shipped calendar against an independent source, day by day.

use std::{path::Path, process::Command};

use chrono::NaiveDate;
use yumen::{app::library, policy::Policy};

#[test]
fn every_day_of_four_years_is_worked_as_chinesecalendar_says() {
    let python = std::env::var("YUMEN_TEST_PYTHON")
        .expect("YUMEN_TEST_PYTHON names a Python with tests/python/requirements.txt; tests/run makes one");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/working_days.py");
    let said = Command::new(python).arg(script).args(["2023", "2024", "2025", "2026"]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let calendar = Policy::read(&library::embedded()).unwrap().calendar;
    let mut days = 0;
    for line in String::from_utf8(said.stdout).unwrap().lines() {
        let (day, worked) = line.split_once(' ').unwrap();
        let day: NaiveDate = day.parse().unwrap();
        assert_eq!(calendar.is_working_day(day), worked == "1", "{day}");
        days += 1;
    }
    assert_eq!(days, 365 * 3 + 366);
}
