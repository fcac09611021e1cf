//! What people read of lists that are gone through, and of waits.

use crate::app::who_words::{organisation, who};
use crate::{
    definition::{Definition, Each, EmptyList, ItemKind, ItemList, Wait},
    engine::refusal::fact_title,
    language::{Lang, Text},
};

/// Over the block of an each: for each of what.
pub(super) fn branch_title(each: &Each) -> Text {
    match each.list.kind() {
        ItemKind::Person => Text::new("每一人", "For each person"),
        ItemKind::Organisation => Text::new("每一单位", "For each organisation"),
        ItemKind::Row => Text::new("每一行", "For each row"),
    }
}

/// The list, its bound, its order, and what happens when it is empty.
pub(super) fn details(definition: &Definition, each: &Each) -> Vec<Text> {
    let order = if each.in_order {
        Text::new("逐项依次办理", "one after another")
    } else {
        Text::new("各项同时办理", "all at once")
    };
    let most = Text::new(format!("最多{}项", each.at_most), format!("at most {}", each.at_most));
    let empty = (each.empty == EmptyList::Next).then(|| Text::new("列表为空时跳过", "skipped when the list is empty"));
    [Some(list(definition, &each.list)), Some(order), Some(most), empty].into_iter().flatten().collect()
}

fn list(definition: &Definition, list: &ItemList) -> Text {
    match list {
        ItemList::People(people) => who(people),
        ItemList::Units(of) => {
            let of = organisation(of);
            Text::new(format!("{}所属单位", of.zh), format!("organisations below that {}", of.en))
        }
        ItemList::Organisations(codes) => {
            let codes: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
            Text::new(codes.join("、"), codes.join(", "))
        }
        ItemList::Rows(field) => {
            let title = definition.field(field).map(|field| field.title.clone()).unwrap_or_default();
            Text::new(format!("“{}”的各行", title.zh), format!("the rows of “{}”", title.en))
        }
    }
}

/// What a wait waits for.
pub(super) fn wait(definition: &Definition, wait: &Wait) -> Text {
    match wait {
        Wait::For(span) => {
            Text::new(format!("等待{}", span.words(Lang::Zh)), format!("waits {}", span.words(Lang::En)))
        }
        Wait::UntilDay(day) => {
            Text::new(format!("等到预算年度的{day}"), format!("waits until {day} of the budget year"))
        }
        Wait::UntilField(field) => {
            let title = definition.field(field).map(|field| field.title.clone()).unwrap_or_default();
            Text::new(format!("等到“{}”填写的日期", title.zh), format!("waits until the day in “{}”", title.en))
        }
        Wait::Fact { fact, .. } => {
            let title = |lang| fact_title(fact, lang);
            Text::new(format!("等待“{}”", title(Lang::Zh)), format!("waits for “{}”", title(Lang::En)))
        }
    }
}
