//! 流程编号: how the cases of a workflow are numbered.

/// A case number with `{year}` and `{seq:4}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern(pub Vec<NumberPart>);

/// A piece of a case number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberPart {
    /// As written.
    Literal(String),
    /// The budget year.
    Year,
    /// The running number of the workflow and year, padded to so many digits.
    Seq(usize),
}

impl NumberPattern {
    /// The number of the `seq`-th case of `year`.
    #[must_use]
    pub fn render(&self, year: i32, seq: u64) -> String {
        self.0
            .iter()
            .map(|part| match part {
                NumberPart::Literal(text) => text.clone(),
                NumberPart::Year => year.to_string(),
                NumberPart::Seq(width) => format!("{seq:0width$}"),
            })
            .collect()
    }
}
