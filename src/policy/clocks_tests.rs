use std::{fs, path::Path};

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::{
    definition::Indicator,
    policy::{lamps::Lamps, lamps_file},
};

fn lamps() -> Lamps {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/policy/lamps.yaml");
    lamps_file::read("policy/lamps.yaml", &fs::read_to_string(path).unwrap()).unwrap()
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 10).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn yuan(yuan: i64) -> Money {
    Money::from_fen(yuan * 100).unwrap()
}

fn row(sign: Sign, target: &str, unit: &str, weight: &str, so_far: &str) -> Progress {
    let name = |text: &str| text.to_owned();
    let indicator = Indicator {
        level1: name("产出指标"),
        level2: name("数量指标"),
        level3: name("完成数量"),
        sign,
        target: name(target),
        unit: name(unit),
        weight: d(weight),
    };
    Progress { so_far: name(so_far), likelihood: Some(Likelihood::Certain), ..Progress::of(indicator) }
}

fn read_round(lamps: &Lamps, round: &str, (budget, executed): (i64, i64), rows: &[Progress]) -> Clocks {
    let reported = Reported { budget: yuan(budget), executed: yuan(executed), progress: rows };
    read(&reported, lamps.in_force(round, day()).unwrap(), d("10"))
}

/// Computed by hand: seven of twelve months have passed.
#[test]
fn a_mid_year_report_is_read_as_by_hand() {
    let rows = [
        // 60 ÷ 100 ÷ (7/12) = 102.86 %; 60 % of the year's value.
        row(Sign::AtLeast, "100", "公里", "50", "60"),
        // A rate: 49 ÷ 98 = 50 %; × 7/12 = 29.17 %.
        row(Sign::AtLeast, "98", "%", "30", "49"),
        // A limit that is kept is on time: 100 %; × 7/12 = 58.33 %.
        row(Sign::AtMost, "20", "万元", "10", "10"),
        // Words do not count.
        Progress {
            likelihood: Some(Likelihood::Possible), ..row(Sign::Qualitative, "明显改善", "", "10", "有所改善")
        },
    ];
    let clocks = read_round(&lamps(), "mid-year", (800_000, 300_000), &rows);
    let seen: Vec<_> = clocks.indicators.iter().map(|it| (it.progress, it.achievement, it.lamp)).collect();
    assert_eq!(
        seen,
        [
            (Some(d("102.86")), Some(d("60")), Some(Lamp::Green)),
            (Some(d("50")), Some(d("29.17")), Some(Lamp::Red)),
            (Some(d("100")), Some(d("58.33")), Some(Lamp::Green)),
            (None, None, Some(Lamp::Yellow)),
        ]
    );
    // (50 × 60 + 30 × 29.17 + 10 × 58.33) ÷ 90 = 49.54 %; ÷ (7/12) = 84.93 %: green.
    assert_eq!(clocks.achievement, Some(d("49.54")));
    assert_eq!(clocks.lamp, Lamp::Green);
    // 30 of 80 is 37.5 %, below the 40 % of June, and 12.04 points behind the achievement.
    assert_eq!(clocks.rate, Some(d("37.5")));
    assert_eq!(clocks.quadrant, Quadrant::ResultsAhead);
    assert_eq!(
        clocks.warnings,
        [Warning::Gap { points: d("12.04"), most: d("10") }, Warning::BelowFloor { rate: d("37.5"), floor: d("40") },]
    );
}

/// The limits of the lamps, at the end of a quarter: 25 of 100 are on time.
#[test]
fn a_lamp_changes_where_its_band_begins() {
    let lamps = lamps();
    let cases = [
        ("0", Lamp::Red),
        ("14.99", Lamp::Red),
        ("15", Lamp::Yellow),
        ("19.99", Lamp::Yellow),
        ("20", Lamp::Green),
        ("29.99", Lamp::Green),
        ("30", Lamp::Blue),
        ("400", Lamp::Blue),
    ];
    for (so_far, lamp) in cases {
        let clocks = read_round(&lamps, "q1", (100, 25), &[row(Sign::AtLeast, "100", "公里", "90", so_far)]);
        assert_eq!(clocks.indicators[0].lamp, Some(lamp), "{so_far}");
    }
}

#[test]
fn signs_and_words_are_read_each_in_its_way() {
    let lamps = lamps();
    let rules = lamps.in_force("mid-year", day()).unwrap();
    let lamp_of = |row: &Progress| indicator(row, rules).lamp;
    // A limit that is exceeded a little would be green by its ratio; it never is.
    assert_eq!(lamp_of(&row(Sign::AtMost, "100", "万元", "10", "101")), Some(Lamp::Yellow));
    assert_eq!(lamp_of(&row(Sign::AtMost, "100", "万元", "10", "250")), Some(Lamp::Red));
    assert_eq!(lamp_of(&row(Sign::AtMost, "0", "起", "10", "0")), Some(Lamp::Green));
    assert_eq!(lamp_of(&row(Sign::AtMost, "0", "起", "10", "1")), Some(Lamp::Red));
    assert_eq!(lamp_of(&row(Sign::Exactly, "12", "次", "10", "7")), Some(Lamp::Green));
    assert_eq!(lamp_of(&row(Sign::AtLeast, "≥95", "%", "10", "95")), Some(Lamp::Green), "a target that is no number");
    assert_eq!(lamp_of(&row(Sign::AtLeast, "95", "%", "10", "")), None, "nothing was reported");
    let words = |likelihood| Progress { likelihood, ..row(Sign::Qualitative, "好", "", "10", "较好") };
    assert_eq!(lamp_of(&words(Some(Likelihood::Certain))), Some(Lamp::Green));
    assert_eq!(lamp_of(&words(Some(Likelihood::Impossible))), Some(Lamp::Red));
    assert_eq!(lamp_of(&words(None)), None);
}

#[test]
fn the_quadrant_says_which_clock_is_behind() {
    let lamps = lamps();
    let of = |executed, so_far: &str| {
        read_round(&lamps, "mid-year", (100, executed), &[row(Sign::AtLeast, "120", "公里", "90", so_far)])
    };
    assert_eq!(of(60, "70").quadrant, Quadrant::OnTrack);
    assert_eq!(of(60, "70").warnings, []);
    assert_eq!(of(60, "20").quadrant, Quadrant::MoneyAhead);
    assert_eq!(of(60, "20").warnings[0], Warning::RedLamp);
    assert_eq!(of(10, "70").quadrant, Quadrant::ResultsAhead);
    assert_eq!(of(10, "20").quadrant, Quadrant::BothBehind);
    // In the first quarter there is no floor: a quarter of the year at 80 % is 20 %.
    let early = |executed| {
        let rows = [row(Sign::AtLeast, "100", "公里", "90", "25")];
        read_round(&lamps, "q1", (100, executed), &rows).quadrant
    };
    assert_eq!(early(20), Quadrant::OnTrack);
    assert_eq!(early(19), Quadrant::ResultsAhead);
}

#[test]
fn floors_hold_from_their_month_on() {
    let lamps = lamps();
    let floors = lamps.in_force("mid-year", day()).unwrap().floors.unwrap();
    let at = |month| floors.at(month).map(|floor| floor.to_string()).unwrap_or_default();
    assert_eq!([3, 4, 5, 6, 7, 8, 9, 10, 12].map(at), ["", "25", "25", "40", "40", "60", "60", "80", "80"]);
    let mid_year = lamps.in_force("mid-year", day()).unwrap().round;
    assert_eq!(mid_year.due.of(2026), NaiveDate::from_ymd_opt(2026, 8, 31));
}

#[test]
fn without_figures_the_worst_lamp_of_the_words_counts() {
    let lamps = lamps();
    let words =
        |likelihood| Progress { likelihood: Some(likelihood), ..row(Sign::Qualitative, "好", "", "45", "较好") };
    let clocks = read_round(&lamps, "mid-year", (100, 60), &[words(Likelihood::Certain), words(Likelihood::Possible)]);
    assert_eq!((clocks.achievement, clocks.lamp), (None, Lamp::Yellow));
    assert_eq!(clocks.warnings, []);
    let hopeless = read_round(&lamps, "mid-year", (100, 60), &[words(Likelihood::Impossible)]);
    assert_eq!(hopeless.warnings, [Warning::RedLamp, Warning::Impossible { count: 1 }]);
    assert_eq!(read_round(&lamps, "mid-year", (0, 0), &[]).rate, None, "no budget, no rate");
}

fn any_row() -> impl Strategy<Value = Progress> {
    let signs = prop::sample::select(vec![Sign::AtLeast, Sign::AtMost, Sign::Exactly]);
    let units = prop::sample::select(vec!["公里", "%", ""]);
    (signs, units, 0_u32..1000, 0_u32..2000, 1_u32..90).prop_map(|(sign, unit, target, so_far, weight)| {
        row(sign, &target.to_string(), unit, &weight.to_string(), &so_far.to_string())
    })
}

proptest! {
    #[test]
    fn figures_stay_within_their_bounds(rows in prop::collection::vec(any_row(), 1..20), executed in 0_i64..200) {
        let lamps = lamps();
        let clocks = read_round(&lamps, "q3", (100, executed), &rows);
        let achievement = clocks.achievement.unwrap();
        prop_assert!(achievement >= Decimal::ZERO && achievement <= Decimal::ONE_HUNDRED);
        prop_assert_eq!(clocks.rate, Some(Decimal::from(executed)));
        // Every figure has two decimals at most, and a gap warns exactly where it is above the limit.
        prop_assert!(achievement.scale() <= 2);
        let gap = (Decimal::from(executed) - achievement).abs();
        let warns = clocks.warnings.iter().any(|warning| matches!(warning, Warning::Gap { .. }));
        prop_assert_eq!(warns, gap > d("10"));
        // What is behind by its quadrant is so by its lamp.
        let results_behind = matches!(clocks.quadrant, Quadrant::MoneyAhead | Quadrant::BothBehind);
        prop_assert_eq!(results_behind, clocks.lamp < Lamp::Green);
    }

    #[test]
    fn more_done_is_never_a_worse_lamp(target in 1_u32..1000, less in 0_u32..1000, more in 0_u32..1000) {
        let lamps = lamps();
        let rules = lamps.in_force("mid-year", day()).unwrap();
        let (less, more) = (less.min(more), less.max(more));
        let of = |sign, so_far: u32| indicator(&row(sign, &target.to_string(), "公里", "10", &so_far.to_string()), rules);
        prop_assert!(of(Sign::AtLeast, less).lamp <= of(Sign::AtLeast, more).lamp);
        prop_assert!(of(Sign::AtMost, less).lamp >= of(Sign::AtMost, more).lamp);
    }
}
