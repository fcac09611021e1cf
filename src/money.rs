//! Money: whole 分 inside, 元 or 万元 only where a person reads or types it.

use std::fmt;

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};

/// An amount in 分 (hundredths of a yuan). Never negative: what Yumen handles are requests, caps and budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Money(i64);

/// The unit in which a person wrote an amount. There is no default: an amount without its unit is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoneyUnit {
    /// 元
    #[serde(rename = "元", alias = "yuan")]
    Yuan,
    /// 万元, ten thousand yuan
    #[serde(rename = "万元", alias = "wan")]
    Wan,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    /// Not a decimal number.
    #[error("not a number")]
    NotANumber,
    /// Below zero.
    #[error("negative")]
    Negative,
    /// More digits than 分 can hold.
    #[error("finer than one 分")]
    TooFine,
    /// Beyond [`Money::MAX`].
    #[error("too large")]
    TooLarge,
}

impl MoneyUnit {
    /// 分 per unit.
    #[must_use]
    pub const fn fen(self) -> i64 {
        match self {
            Self::Yuan => 100,
            Self::Wan => 1_000_000,
        }
    }

    /// 元 or 万元.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::Wan => "万元",
        }
    }

    /// Reads 元, 万元, `yuan`, `wan`.
    #[must_use]
    pub fn from_sign(sign: &str) -> Option<Self> {
        match sign {
            "元" | "yuan" => Some(Self::Yuan),
            "万元" | "wan" => Some(Self::Wan),
            _ => None,
        }
    }
}

/// What comes from outside is an amount or it is refused; there is no way in that is not counted.
impl TryFrom<i64> for Money {
    type Error = NotMoney;

    fn try_from(fen: i64) -> Result<Self, NotMoney> {
        Self::from_fen(fen)
    }
}

impl From<Money> for i64 {
    fn from(money: Money) -> Self {
        money.0
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One trillion yuan; any larger amount is a mistake in the unit.
    pub const MAX: Self = Self(100_000_000_000_000);

    /// From whole 分.
    ///
    /// # Errors
    /// [`NotMoney`] when negative or beyond [`Money::MAX`].
    pub const fn from_fen(fen: i64) -> Result<Self, NotMoney> {
        if fen < 0 {
            Err(NotMoney::Negative)
        } else if fen > Self::MAX.0 {
            Err(NotMoney::TooLarge)
        } else {
            Ok(Self(fen))
        }
    }

    /// From a number of units.
    ///
    /// # Errors
    /// [`NotMoney`] when negative, finer than one 分, or too large.
    pub fn from_units(amount: Decimal, unit: MoneyUnit) -> Result<Self, NotMoney> {
        let fen = amount.checked_mul(Decimal::from(unit.fen())).ok_or(NotMoney::TooLarge)?;
        if !fen.fract().is_zero() {
            return Err(NotMoney::TooFine);
        }
        Self::from_fen(fen.to_i64().ok_or(NotMoney::TooLarge)?)
    }

    /// Reads what a person typed: digits, an optional point, optional thousands separators.
    ///
    /// # Errors
    /// [`NotMoney`] says what is wrong with it.
    pub fn parse(text: &str, unit: MoneyUnit) -> Result<Self, NotMoney> {
        let digits: String = text.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
        let amount = Decimal::from_str_exact(&digits).map_err(|_| NotMoney::NotANumber)?;
        Self::from_units(amount, unit)
    }

    /// Whole 分.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The number of `unit`s, without trailing zeros.
    #[must_use]
    pub fn in_unit(self, unit: MoneyUnit) -> Decimal {
        (Decimal::from(self.0) / Decimal::from(unit.fen())).normalize()
    }
}

/// `1,234.50 元` up to 10,000 yuan, `123.45 万元` from there: how amounts are shown everywhere.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.0 < MoneyUnit::Wan.fen() { MoneyUnit::Yuan } else { MoneyUnit::Wan };
        write!(f, "{} {}", grouped(self.in_unit(unit)), unit.sign())
    }
}

/// Groups the digits before the point by threes.
#[must_use]
pub fn grouped(number: Decimal) -> String {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && digit.is_ascii_digit() && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_and_wan_are_never_confused() {
        let yuan = Money::parse("43,200", MoneyUnit::Yuan);
        let wan = Money::parse("4.32", MoneyUnit::Wan);
        assert_eq!(yuan, wan);
        assert_eq!(yuan.map(Money::fen), Ok(4_320_000));
    }

    #[test]
    fn amounts_are_shown_in_the_unit_that_reads_best() {
        assert_eq!(Money(123_450).to_string(), "1,234.5 元");
        assert_eq!(Money(1_234_567_000_000).to_string(), "1,234,567 万元");
        assert_eq!(Money::ZERO.to_string(), "0 元");
    }

    #[test]
    fn no_amount_comes_in_uncounted() {
        for fen in ["-1", "100000000000001", "9223372036854775807", "1.5", "\"1\""] {
            assert!(serde_json::from_str::<Money>(fen).is_err(), "{fen}");
        }
        assert_eq!(serde_json::from_str::<Money>("100").map(|money| money.fen()).ok(), Some(100));
    }

    #[test]
    fn bad_amounts_say_why() {
        assert_eq!(Money::parse("1.234", MoneyUnit::Yuan), Err(NotMoney::TooFine));
        assert_eq!(Money::parse("-1", MoneyUnit::Yuan), Err(NotMoney::Negative));
        assert_eq!(Money::parse("abc", MoneyUnit::Wan), Err(NotMoney::NotANumber));
        assert_eq!(Money::parse("99999999999999", MoneyUnit::Wan), Err(NotMoney::TooLarge));
    }
}
