//! The shape of a checked definition: blocks nest, nothing jumps forward.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    amounts::AmountRules,
    choosing::Choosing,
    clocks::{Carried, ClockFields, Computed},
    condition::Condition,
    handoff::Handoff,
    items::Each,
    limits::Limits,
    number::NumberPattern,
    reading::Reading,
    reminders::Reminders,
    schedule::Schedule,
    span::Span,
    starts::StartCase,
    title::TitlePattern,
    vote::Mode,
    waits::Wait,
    within::Within,
};
use crate::language::Text;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// A workflow's name, which is also its file's name: `performance-targets`.
    WorkflowName;
    /// A step's name, unique in its definition. Steps that are written without one get `<kind>-<n>`.
    StepName;
    /// A form field's name.
    FieldName;
    /// What a case can end as.
    Outcome;
    /// A kind of fact: `assessment`, `targets`.
    FactName;
    /// The value of a fact: `supported`.
    FactValue;
    /// A role an official is appointed to: `department-head`.
    RoleName;
    /// A declared grade of an approval: `excellent`.
    GradeName;
    /// A registered effect: `submit-budget-request`.
    EffectName;
    /// A mail template's name.
    MailName;
    /// The stable code of an organisation.
    OrgCode;
}

/// A place in a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// The article that imposes a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The rule's code in `workflows/policy/rules.yaml`.
    pub rule: String,
    /// The clause, as the document numbers it: `二(二)1`, `25`.
    pub clause: String,
}

/// What the cases of a workflow are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum About {
    /// One project and one budget year.
    #[default]
    Project,
    /// A draft of a definition, which may become the next version of its workflow.
    Definition,
}

/// A checked workflow definition.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The workflow's name.
    pub name: WorkflowName,
    /// The title people see.
    pub title: Text,
    /// What its cases are about.
    pub about: About,
    /// The articles the workflow rests on.
    pub basis: Vec<Citation>,
    /// The deadlines in law that the whole workflow has to keep.
    pub within: Vec<Within>,
    /// What a case can end as. `withdrawn` makes withdrawal by the initiator possible.
    pub outcomes: Vec<Outcome>,
    /// Who may start a case.
    pub starters: Who,
    /// The pattern of the case number.
    pub number: NumberPattern,
    /// What a case is called; `None` calls it as its project.
    pub case_title: Option<TitlePattern>,
    /// What starts cases by itself.
    pub schedules: Vec<Schedule>,
    /// The fields of the form, in order.
    pub form: Vec<Field>,
    /// What must hold among the form's amounts.
    pub amounts: AmountRules,
    /// The fields from which the two clocks are read, where it monitors.
    pub clocks: Option<ClockFields>,
    /// Every step; a [`StepIndex`] points in here.
    pub steps: Vec<Step>,
    /// Every block; index 0 is the whole workflow.
    pub blocks: Vec<Block>,
    /// SM3 of the source, in hexadecimal: what a case is pinned to.
    pub hash: String,
}

/// Points into [`Definition::steps`].
pub type StepIndex = usize;
/// Points into [`Definition::blocks`].
pub type BlockIndex = usize;

/// Steps one after another.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The steps in order.
    pub steps: Vec<StepIndex>,
    /// The step this block is a branch of, and which branch; `None` for the whole workflow.
    pub owner: Option<(StepIndex, usize)>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name.
    pub name: StepName,
    /// What people read; from the file, or the name.
    pub title: Text,
    /// What it does.
    pub kind: StepKind,
    /// Where it stands in the file.
    pub at: Place,
    /// The block it belongs to.
    pub block: BlockIndex,
    /// Its place in that block.
    pub offset: usize,
    /// The articles it rests on, when it cites any of its own.
    pub basis: Vec<Citation>,
    /// What it is of a handoff, where it is a part of one.
    pub handoff: Option<Handoff>,
    /// Who is told of the deadline of its tasks.
    pub reminders: Reminders,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Somebody completes fields.
    Fill(Fill),
    /// People decide.
    Approve(Approve),
    /// Lets the case through when facts hold.
    Gate(Gate),
    /// The first branch whose condition holds.
    Choose(Choose),
    /// All branches, then on.
    Parallel(Parallel),
    /// One block for every item of a list, then on.
    Each(Each),
    /// Until a time or a fact.
    Wait(Wait),
    /// Another workflow about the same project and year.
    Start(StartCase),
    /// A registered effect.
    Do(EffectName),
    /// Writes an immutable fact.
    Record(Record),
    /// Copies somebody in.
    Notify(Notify),
    /// The outcome.
    End(Outcome),
}

/// Somebody completes named fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// Who.
    pub by: Who,
    /// The fields this step may write.
    pub edit: Vec<FieldName>,
    /// What they may see of the form.
    pub reading: Reading,
    /// How long it may take.
    pub due: Option<Span>,
    /// Who is kept out.
    pub limits: Limits,
}

/// People decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approve {
    /// Who is asked.
    pub by: Who,
    /// How many of them, and in which order.
    pub mode: Mode,
    /// The fields a decider may write with the decision.
    pub edit: Vec<FieldName>,
    /// What they may see of the form.
    pub reading: Reading,
    /// How long it may take.
    pub due: Option<Span>,
    /// The steps a decider may return to; empty when returning is not offered.
    pub return_to: Vec<ReturnRoute>,
    /// What rejecting ends the case as; `None` when rejecting is not offered.
    pub reject: Option<Outcome>,
    /// Declared grades replace approve and reject; empty for an ordinary approval.
    pub grades: Vec<Grade>,
    /// What the system does by itself, once, when nobody has decided by the due time; the task stays open.
    pub late: Option<EffectName>,
    /// Who is kept out.
    pub limits: Limits,
}

/// A way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRoute {
    /// The step to go back to: before this one, never in a sibling branch.
    pub to: StepName,
    /// Where the case goes once that step is done again.
    pub resume: Resume,
}

/// Where a returned case goes once the step is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resume {
    /// Through every step again.
    Through,
    /// Straight back to the step that returned it.
    Here,
}

/// A declared grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Its name.
    pub name: GradeName,
    /// What people read.
    pub title: Text,
    /// Where it leads.
    pub route: GradeRoute,
    /// Fields that must be filled for this grade.
    pub requires: Vec<FieldName>,
    /// Whether this grade needs a reason even where it goes on.
    pub reason_required: bool,
}

impl Grade {
    /// Whether the decider must say why: whenever the case does not go on, and where the definition asks for it.
    #[must_use]
    pub fn needs_reason(&self) -> bool {
        self.reason_required || self.route != GradeRoute::Next
    }
}

/// Where a grade leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GradeRoute {
    /// On.
    Next,
    /// Back.
    Return(ReturnRoute),
    /// The case ends.
    End(Outcome),
}

/// Lets the case through when facts hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The fact that is needed, of the case's own project and year.
    pub fact: FactName,
    /// The values that open the gate.
    pub is: Vec<FactValue>,
    /// `covers: amount`: a money field that may not exceed the fact's cap, once it is filled.
    pub covers: Option<FieldName>,
    /// What happens otherwise.
    pub otherwise: GateElse,
}

/// What a closed gate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateElse {
    /// The command that led here is refused, with a sentence.
    Refuse,
    /// The case parks and wakes when the fact arrives.
    Wait,
}

/// The first branch whose condition holds.
#[derive(Debug, Clone)]
pub struct Choose {
    /// Conditions with their blocks, in order.
    pub branches: Vec<(Condition, BlockIndex)>,
    /// The block for all else; `None` (written `otherwise: next`) goes straight on.
    pub otherwise: Option<BlockIndex>,
}

/// All branches, then on.
#[derive(Debug, Clone)]
pub struct Parallel {
    /// The branches with their titles.
    pub branches: Vec<(Text, BlockIndex)>,
}

/// Writes an immutable fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The kind of fact.
    pub fact: FactName,
    /// Its value.
    pub is: FactValue,
    /// A money field that caps what the fact allows; none means no cap.
    pub cap: Option<FieldName>,
}

/// Copies somebody in.
#[derive(Debug, Clone)]
pub struct Notify {
    /// Who.
    pub to: Who,
    /// The mail they get.
    pub mail: MailName,
    /// What they may see of the form.
    pub reading: Reading,
}

/// Who is meant. Resolved against the organisation when a step is entered, and again when somebody acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The person who started the case.
    Initiator,
    /// Whoever holds a role, of one organisation or of the whole district.
    Role {
        /// The role.
        role: RoleName,
        /// The organisation, reached from the case; `None` means whoever holds the role anywhere.
        of: Option<OrgRef>,
    },
    /// Named people, by login.
    People(Vec<String>),
    /// The person at hand, inside an `each` over people.
    Item,
    /// Whom the actor of an earlier step chose.
    Chosen(Box<Choosing>),
    /// Whoever heads the organisation of the one who did an earlier step.
    Manager {
        /// That step.
        of: StepName,
        /// How many levels up; 1 is the head of their own organisation.
        levels: usize,
    },
    /// All of these together.
    Union(Vec<Who>),
}

impl Who {
    /// The parts that mean this role.
    #[must_use]
    pub fn roles(&self, wanted: &str) -> Vec<&Self> {
        match self {
            Self::Role { role, .. } if role.as_str() == wanted => vec![self],
            Self::Union(all) => all.iter().flat_map(|who| who.roles(wanted)).collect(),
            Self::Initiator
            | Self::Role { .. }
            | Self::People(_)
            | Self::Item
            | Self::Chosen(_)
            | Self::Manager { .. } => Vec::new(),
        }
    }
}

/// An organisation reached from the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrgRef {
    /// The unit that runs the project.
    ProjectUnit,
    /// The department above that unit.
    ProjectDepartment,
    /// The organisation of the person who started the case.
    InitiatorUnit,
    /// The department above it.
    InitiatorDepartment,
    /// A fixed one.
    Fixed(OrgCode),
    /// The organisation at hand, inside an `each` over organisations.
    Item,
}

/// A form field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: FieldName,
    /// What people read.
    pub title: Text,
    /// A sentence that helps to fill it in.
    pub hint: Option<Text>,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether the step that edits it must leave it filled.
    pub required: bool,
    /// Whether an amount of nothing counts as filled.
    pub may_be_zero: bool,
    /// Where its value comes from when a case starts; somebody may change it where a step edits it.
    pub from: Option<Carried>,
    /// What is computed into it; nobody writes it.
    pub computed: Option<Computed>,
}

impl Field {
    /// A field that people fill in, and that may stay empty.
    #[must_use]
    pub fn new(name: &str, title: Text, kind: FieldKind) -> Self {
        let name = name.into();
        Self { name, title, hint: None, kind, required: false, may_be_zero: false, from: None, computed: None }
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Text of at most `max` characters; long ones get a larger box.
    Text {
        /// Characters at most.
        max: usize,
    },
    /// A decimal number.
    Number,
    /// An amount.
    Money,
    /// A calendar date.
    Date,
    /// Yes or no.
    Flag,
    /// One of several options, in order.
    Choice(Vec<(String, Text)>),
    /// Performance indicators whose weights sum to what policy says.
    IndicatorTable,
    /// How far the indicators of accepted targets are.
    ProgressTable,
    /// A score sheet of policy, by its name in `scoring.yaml`.
    ScoreSheet(String),
    /// Files.
    Attachment {
        /// Files at most.
        max: usize,
    },
}

impl Definition {
    /// The step of that name.
    #[must_use]
    pub fn step(&self, name: &StepName) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == *name)
    }

    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.form.iter().find(|field| field.name == *name)
    }

    /// The first step of a block. Blocks are never empty behind the door.
    #[must_use]
    pub fn first(&self, block: BlockIndex) -> &Step {
        &self.steps[self.blocks[block].steps[0]]
    }

    /// The step after `step` in its own block.
    #[must_use]
    pub fn after(&self, step: &Step) -> Option<&Step> {
        self.blocks[step.block].steps.get(step.offset + 1).map(|index| &self.steps[*index])
    }

    /// The parallel or each step that `step` stands in most closely, looking through `choose` blocks, and in which
    /// branch; an each has one block for all of its items, which is branch 0.
    #[must_use]
    pub fn split_around(&self, step: &Step) -> Option<(&Step, usize)> {
        let (owner, branch) = self.blocks[step.block].owner?;
        let owner = &self.steps[owner];
        if owner.kind.splits() { Some((owner, branch)) } else { self.split_around(owner) }
    }

    /// The each step around `step`. They do not nest.
    #[must_use]
    pub fn each_around(&self, step: &Step) -> Option<&Step> {
        let (owner, _) = self.blocks[step.block].owner?;
        let owner = &self.steps[owner];
        if matches!(owner.kind, StepKind::Each(_)) { Some(owner) } else { self.each_around(owner) }
    }

    /// The kinds of facts from whose cases something is carried over, each once.
    #[must_use]
    pub fn carries(&self) -> std::collections::BTreeSet<&FactName> {
        self.form.iter().filter_map(|field| Some(&field.from.as_ref()?.fact)).collect()
    }

    /// Whether the initiator may withdraw a running case.
    #[must_use]
    pub fn may_be_withdrawn(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.as_str() == "withdrawn")
    }
}

impl Step {
    /// What the system does by itself when nobody has decided here in time.
    #[must_use]
    pub const fn late(&self) -> Option<&EffectName> {
        match &self.kind {
            StepKind::Approve(approve) => approve.late.as_ref(),
            StepKind::Fill(_)
            | StepKind::Gate(_)
            | StepKind::Choose(_)
            | StepKind::Parallel(_)
            | StepKind::Each(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => None,
        }
    }
}

impl StepKind {
    /// Whether several of its blocks, or its one block several times, are under way at once.
    #[must_use]
    pub const fn splits(&self) -> bool {
        match self {
            Self::Parallel(_) | Self::Each(_) => true,
            Self::Fill(_)
            | Self::Approve(_)
            | Self::Gate(_)
            | Self::Choose(_)
            | Self::Wait(_)
            | Self::Start(_)
            | Self::Do(_)
            | Self::Record(_)
            | Self::Notify(_)
            | Self::End(_) => false,
        }
    }
}
