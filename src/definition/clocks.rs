//! 双监控: what a form says that the two clocks are read from, and what the rules of the place make of it.

use serde::{Deserialize, Serialize};

use super::{
    model::FieldName,
    registry::{self, Entry},
    value::Indicator,
};

/// The fields from which the two clocks are read: target achievement and budget execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFields {
    /// A choice: the round, as `policy/lamps.yaml` names it. The case begins with it and nobody changes it.
    pub round: FieldName,
    /// An amount: the budget of the whole year, as adjusted.
    pub budget: FieldName,
    /// An amount: what was spent so far.
    pub executed: FieldName,
    /// A progress table.
    pub progress: FieldName,
}

impl ClockFields {
    /// The three that people write, in one step; the round is filled in when a case starts.
    #[must_use]
    pub const fn written(&self) -> [&FieldName; 3] {
        [&self.budget, &self.executed, &self.progress]
    }

    /// The four of them.
    #[must_use]
    pub const fn all(&self) -> [&FieldName; 4] {
        [&self.round, &self.budget, &self.executed, &self.progress]
    }
}

/// What is computed from [`ClockFields`] and never typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computed {
    /// 预算执行率, in per cent: a number.
    Rate,
    /// 目标完成率, in per cent: a number; nothing where every indicator is in words.
    Achievement,
    /// The lamp of the project: a choice.
    Lamp,
    /// How the two clocks stand to one another: a choice.
    Quadrant,
    /// Whether the clocks are further apart than policy allows: a flag.
    GapWarning,
    /// Whether the execution rate is below the floor of the month: a flag.
    FloorWarning,
    /// Whether an indicator is declared impossible to reach: a flag.
    ImpossibleWarning,
    /// Whether anything warns, a red lamp included: a flag.
    Warned,
}

/// How a computed value is written in a definition.
pub const COMPUTED: [(&str, Computed); 8] = [
    ("rate", Computed::Rate),
    ("achievement", Computed::Achievement),
    ("lamp", Computed::Lamp),
    ("quadrant", Computed::Quadrant),
    ("gap", Computed::GapWarning),
    ("floor", Computed::FloorWarning),
    ("impossible", Computed::ImpossibleWarning),
    ("warned", Computed::Warned),
];

impl Computed {
    /// The type that its field has.
    #[must_use]
    pub const fn field_type(self) -> &'static str {
        match self {
            Self::Rate | Self::Achievement => "number",
            Self::Lamp | Self::Quadrant => "choice",
            Self::GapWarning | Self::FloorWarning | Self::ImpossibleWarning | Self::Warned => "flag",
        }
    }

    /// The options of its field, where it is a choice.
    #[must_use]
    pub const fn options(self) -> &'static [Entry] {
        match self {
            Self::Lamp => registry::LAMPS,
            Self::Quadrant => registry::QUADRANTS,
            Self::Rate
            | Self::Achievement
            | Self::GapWarning
            | Self::FloorWarning
            | Self::ImpossibleWarning
            | Self::Warned => &[],
        }
    }

    /// Whether it is there whenever the fields it is computed from are.
    #[must_use]
    pub const fn is_always_there(self) -> bool {
        !matches!(self, Self::Achievement)
    }
}

/// Where the value of a field comes from when a case starts: what the case wrote that recorded the standing fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The kind of fact, of the case's own project and year.
    pub fact: super::model::FactName,
    /// The field of the form of the case that recorded it.
    pub field: FieldName,
}

/// One row of a progress table: an indicator as its targets say it, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The indicator with its annual value; not to be changed.
    pub indicator: Indicator,
    /// What was reached so far: a number, or words.
    #[serde(default)]
    pub so_far: String,
    /// What will be reached by the end of the year.
    #[serde(default)]
    pub forecast: String,
    /// Why it deviates.
    #[serde(default)]
    pub cause: Option<Cause>,
    /// Whether the annual value will be reached.
    #[serde(default)]
    pub likelihood: Option<Likelihood>,
}

impl Progress {
    /// A row that nobody has written into.
    #[must_use]
    pub const fn of(indicator: Indicator) -> Self {
        Self { indicator, so_far: String::new(), forecast: String::new(), cause: None, likelihood: None }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $entries:ident { $($(#[$inner:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$inner])* $variant,)*
        }

        impl $name {
            /// As it is stored and posted.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads what is stored, posted, or written in Chinese.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                let entry = registry::$entries.iter().find(|entry| entry.name == word || entry.zh == word)?;
                match entry.name {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// Why an indicator deviates.
    Cause: CAUSES {
        /// 经费
        Funds = "funds",
        /// 制度
        Rules = "rules",
        /// 人员
        People = "people",
        /// 硬件
        Equipment = "equipment",
        /// 其他
        Other = "other",
    }
}

words! {
    /// Whether an annual value will be reached.
    Likelihood: LIKELIHOODS {
        /// 确定能
        Certain = "certain",
        /// 有可能
        Possible = "possible",
        /// 完全不可能
        Impossible = "impossible",
    }
}

words! {
    /// A lamp, from the worst on.
    Lamp: LAMPS {
        /// 红灯
        Red = "red",
        /// 黄灯
        Yellow = "yellow",
        /// 绿灯
        Green = "green",
        /// 蓝灯
        Blue = "blue",
    }
}

words! {
    /// How the two clocks stand to one another.
    Quadrant: QUADRANTS {
        /// Both are on time.
        OnTrack = "on-track",
        /// Money is spent, results are behind.
        MoneyAhead = "money-ahead",
        /// Results are there, money is behind.
        ResultsAhead = "results-ahead",
        /// Both are behind.
        BothBehind = "both-behind",
    }
}
