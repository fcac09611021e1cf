//! Random edits of a definition, as an administrator makes them between two versions.

use rand::{Rng as _, rngs::StdRng};
use yumen::definition::{
    Approve, Block, BlockIndex, Definition, Fill, Gate, GateElse, GradeRoute, Limits, Mode, OrgRef, Place, Reading,
    Record, Reminders, Step, StepKind, StepName, Who,
};
use yumen::language::Text;

/// A step with its branches, as the file has them.
#[derive(Clone)]
struct Node {
    step: Step,
    branches: Vec<Vec<Node>>,
}

/// The definition with `edits` random changes, under another hash.
pub fn edited(rng: &mut StdRng, definition: &Definition, edits: usize) -> Definition {
    let mut tree = read(definition, 0);
    for edit in 0..edits {
        change(rng, &mut tree, edit);
    }
    let mut flat = Definition { steps: Vec::new(), blocks: Vec::new(), hash: "edited".into(), ..definition.clone() };
    write(&mut flat, tree, None);
    mend(&mut flat);
    flat
}

fn read(definition: &Definition, block: BlockIndex) -> Vec<Node> {
    let node = |index: &usize| {
        let step = definition.steps[*index].clone();
        let branches = match &step.kind {
            StepKind::Parallel(parallel) => parallel.branches.iter().map(|(_, b)| read(definition, *b)).collect(),
            StepKind::Choose(choose) => {
                let taken = choose.branches.iter().map(|(_, block)| *block);
                taken.chain(choose.otherwise).map(|block| read(definition, block)).collect()
            }
            StepKind::Each(each) => vec![read(definition, each.block)],
            StepKind::Fill(_)
            | StepKind::Approve(_)
            | StepKind::Gate(_)
            | StepKind::Wait(_)
            | StepKind::Start(_)
            | StepKind::Do(_)
            | StepKind::Record(_)
            | StepKind::Notify(_)
            | StepKind::End(_) => Vec::new(),
        };
        Node { step, branches }
    };
    definition.blocks[block].steps.iter().map(node).collect()
}

fn write(flat: &mut Definition, nodes: Vec<Node>, owner: Option<(usize, usize)>) -> BlockIndex {
    let block = flat.blocks.len();
    flat.blocks.push(Block { steps: Vec::new(), owner });
    for (offset, node) in nodes.into_iter().enumerate() {
        let index = flat.steps.len();
        flat.blocks[block].steps.push(index);
        flat.steps.push(Step { block, offset, ..node.step });
        let branches = node.branches.into_iter().enumerate();
        let blocks: Vec<_> = branches.map(|(branch, nodes)| write(flat, nodes, Some((index, branch)))).collect();
        point_to(&mut flat.steps[index].kind, &blocks);
    }
    block
}

/// Lets a step that has blocks have these.
fn point_to(kind: &mut StepKind, blocks: &[BlockIndex]) {
    match kind {
        StepKind::Parallel(parallel) => parallel.branches.iter_mut().zip(blocks).for_each(|(it, block)| it.1 = *block),
        StepKind::Choose(choose) => {
            let taken = choose.branches.iter_mut().map(|(_, block)| block);
            taken.chain(&mut choose.otherwise).zip(blocks).for_each(|(it, block)| *it = *block);
        }
        StepKind::Each(each) => each.block = blocks[0],
        StepKind::Fill(_)
        | StepKind::Approve(_)
        | StepKind::Gate(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => {}
    }
}

/// One change, in the outermost block or deeper. The first and the last step stay where they are.
fn change(rng: &mut StdRng, nodes: &mut Vec<Node>, edit: usize) {
    let deeper: Vec<_> = nodes.iter().enumerate().filter(|(_, n)| !n.branches.is_empty()).map(|(i, _)| i).collect();
    if !deeper.is_empty() && rng.random_bool(0.4) {
        let node = &mut nodes[deeper[rng.random_range(0..deeper.len())]];
        let branch = rng.random_range(0..node.branches.len());
        return change(rng, &mut node.branches[branch], edit);
    }
    let at = rng.random_range(0..nodes.len());
    let outermost = matches!(nodes.last().map(|node| &node.step.kind), Some(StepKind::End(_)));
    let inner = !outermost || (at > 0 && at + 2 < nodes.len());
    match rng.random_range(0..6) {
        0 | 1 if !outermost || at > 0 => {
            let kind = fresh(rng);
            let place = if outermost { at.min(nodes.len() - 2).max(1) } else { at };
            nodes.insert(place, node(&format!("new-{edit}"), kind));
        }
        2 if inner && nodes.len() > 1 => {
            nodes.remove(at);
        }
        3 if inner && at + 1 < nodes.len() && (!outermost || at + 3 < nodes.len()) => nodes.swap(at, at + 1),
        4 => widen(&mut nodes[at].step.kind),
        _ => retitle(&mut nodes[at].step),
    }
}

fn fresh(rng: &mut StdRng) -> StepKind {
    let by = Who::Role { role: "finance-performance".into(), of: None };
    match rng.random_range(0..5) {
        0 | 1 => StepKind::Gate(Gate {
            fact: "assessment".into(),
            is: vec!["supported".into()],
            covers: None,
            otherwise: GateElse::Wait,
        }),
        4 => StepKind::Gate(Gate {
            fact: "targets".into(),
            is: vec!["accepted".into()],
            covers: None,
            otherwise: GateElse::Wait,
        }),
        2 => StepKind::Approve(Approve {
            by,
            mode: Mode::Any,
            edit: Vec::new(),
            reading: Reading::Everything,
            due: None,
            return_to: Vec::new(),
            reject: None,
            grades: Vec::new(),
            late: None,
            limits: Limits::default(),
        }),
        _ => StepKind::Record(Record { fact: "assessment".into(), is: "supported".into(), cap: None }),
    }
}

fn node(name: &str, kind: StepKind) -> Node {
    let name: StepName = name.into();
    let title = Text::new(name.as_str(), name.as_str());
    let step = Step {
        name,
        title,
        kind,
        at: Place::default(),
        block: 0,
        offset: 0,
        basis: Vec::new(),
        handoff: None,
        reminders: Reminders::default(),
    };
    Node { step, branches: Vec::new() }
}

/// Makes a step ask less, or somebody else.
fn widen(kind: &mut StepKind) {
    match kind {
        StepKind::Gate(gate) => gate.is.push("adjusted".into()),
        StepKind::Approve(approve) => {
            approve.by = Who::Role { role: "department-head".into(), of: Some(OrgRef::ProjectDepartment) };
        }
        StepKind::Fill(fill) => *fill = Fill { by: Who::Initiator, ..fill.clone() },
        StepKind::Choose(_)
        | StepKind::Parallel(_)
        | StepKind::Each(_)
        | StepKind::Wait(_)
        | StepKind::Start(_)
        | StepKind::Do(_)
        | StepKind::Record(_)
        | StepKind::Notify(_)
        | StepKind::End(_) => {}
    }
}

fn retitle(step: &mut Step) {
    step.title = Text::new("改名", "Renamed");
}

/// Ways back lead to what still stands before, in the same branch or around it.
fn mend(flat: &mut Definition) {
    let reachable: Vec<Vec<StepName>> = flat.steps.iter().map(|step| behind(flat, step)).collect();
    for (step, behind) in flat.steps.iter_mut().zip(reachable) {
        if let StepKind::Approve(approve) = &mut step.kind {
            approve.return_to.retain(|route| behind.contains(&route.to));
            approve.grades.retain(|grade| match &grade.route {
                GradeRoute::Return(route) => behind.contains(&route.to),
                GradeRoute::Next | GradeRoute::End(_) => true,
            });
        }
    }
}

/// The names of the steps that every case at `step` has passed.
pub fn behind(definition: &Definition, step: &Step) -> Vec<StepName> {
    let mut names = Vec::new();
    let mut here = Some(step);
    while let Some(step) = here {
        let block = &definition.blocks[step.block];
        names.extend(block.steps[..step.offset].iter().map(|index| definition.steps[*index].name.clone()));
        here = block.owner.map(|(owner, _)| &definition.steps[owner]);
    }
    names
}
