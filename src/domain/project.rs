//! A project as it is imported: plain, checked, not yet stored.

use crate::{language::Text, money::Money};

/// A checked project row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    /// Its code, unique in the place.
    pub code: String,
    /// Its name, on one line.
    pub name: String,
    /// The code of the unit that runs it.
    pub unit: String,
    /// Which of the four budgets pays.
    pub category: BudgetCategory,
    /// How the money is given.
    pub instrument: Instrument,
    /// How long it lasts.
    pub nature: Nature,
    /// Whether it is a new major policy or project, which needs an assessment.
    pub is_new_major: bool,
    /// What it costs in all.
    pub total: Money,
    /// The first budget year.
    pub start_year: i32,
    /// The last budget year, never before the first.
    pub end_year: i32,
    /// What it is about; may be empty.
    pub description: String,
    /// Where its figures were published: title and address.
    pub source: Option<String>,
}

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As the database and conditions write it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What people read.
            #[must_use]
            pub fn title(self) -> Text {
                match self {
                    $(Self::$variant => Text::new($zh, $en),)*
                }
            }

            /// Reads the code or the title in either language.
            #[must_use]
            pub fn from_text(text: &str) -> Option<Self> {
                let text = text.trim();
                Self::ALL.iter().copied().find(|one| {
                    let title = one.title();
                    text == one.code() || text == title.zh || text.eq_ignore_ascii_case(&title.en)
                })
            }
        }
    };
}

coded! {
    /// The four budgets of the Budget Law, article 5.
    BudgetCategory {
        /// 一般公共预算
        General = "general", "一般公共预算", "General public budget";
        /// 政府性基金预算
        GovernmentFund = "government-fund", "政府性基金预算", "Government fund budget";
        /// 国有资本经营预算
        StateCapital = "state-capital", "国有资本经营预算", "State capital budget";
        /// 社会保险基金预算
        SocialInsurance = "social-insurance", "社会保险基金预算", "Social insurance fund budget";
    }
}

coded! {
    /// How the money is given.
    Instrument {
        /// 财政直接安排
        Direct = "direct", "财政直接安排", "Direct";
        /// 政府和社会资本合作
        Ppp = "ppp", "政府和社会资本合作", "PPP";
        /// 政府投资基金
        InvestmentFund = "investment-fund", "政府投资基金", "Investment fund";
        /// 政府采购
        Procurement = "procurement", "政府采购", "Procurement";
        /// 政府购买服务
        PurchasedService = "purchased-service", "政府购买服务", "Purchased service";
        /// 政府债务项目
        GovernmentDebt = "government-debt", "政府债务项目", "Government debt";
    }
}

coded! {
    /// How long a project lasts.
    Nature {
        /// 一次性
        Once = "一次性", "一次性", "One-off";
        /// 经常性
        Recurring = "经常性", "经常性", "Recurring";
        /// 阶段性
        Phased = "阶段性", "阶段性", "Phased";
    }
}
