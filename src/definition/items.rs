//! What an `each` step goes through: one block for every item of a list.

use super::model::{BlockIndex, FieldName, OrgCode, OrgRef, Who};

/// The most items that an `each` step may take.
pub const ITEMS_MAX: usize = 100;

/// One block for every item of a list, then on.
#[derive(Debug, Clone)]
pub struct Each {
    /// Where the items come from. The list is fixed when the step is entered.
    pub list: ItemList,
    /// Items at most; more of them and the command that led here is refused.
    pub at_most: usize,
    /// Whether one item is done before the next begins.
    pub in_order: bool,
    /// What happens when there is no item.
    pub empty: EmptyList,
    /// What is done for each item.
    pub block: BlockIndex,
}

/// Where the items come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemList {
    /// The people that a `by` would mean, such as the holders of a role.
    People(Who),
    /// The organisations directly below one.
    Units(OrgRef),
    /// Organisations by their codes.
    Organisations(Vec<OrgCode>),
    /// The rows of an indicator table.
    Rows(FieldName),
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A person, who may act: `by: item`.
    Person,
    /// An organisation, whose officials may act: `of: item`.
    Organisation,
    /// A row, which has a title only.
    Row,
}

impl ItemList {
    /// What its items are.
    #[must_use]
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::People(_) => ItemKind::Person,
            Self::Units(_) | Self::Organisations(_) => ItemKind::Organisation,
            Self::Rows(_) => ItemKind::Row,
        }
    }
}

/// What an empty list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyList {
    /// The case goes on.
    Next,
    /// The case is held, and the workflow administrator told.
    Hold,
}
