//! Every way a case can take, as a graph: which nodes are reached, by which shortest way, and from which a case can end.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::{
    moves::{Act, Moves, Node},
    places::Branch,
};
use crate::definition::StepIndex;

/// The place of a node in the graph.
pub(super) type NodeNo = usize;

#[derive(Debug, Clone, Copy)]
struct Edge {
    to: NodeNo,
    act: Act,
    joins: Option<StepIndex>,
}

/// The graph, searched.
pub(super) struct Ways {
    nodes: Vec<Node>,
    edges: Vec<Vec<Edge>>,
    /// In the order in which they are reached, the nearest first.
    order: Vec<NodeNo>,
    /// From where each was reached first, and by which act.
    from: Vec<Option<(NodeNo, Act)>>,
    reached: Vec<bool>,
    /// The branches that can be done.
    done: BTreeSet<Branch>,
}

impl Ways {
    pub(super) fn of(moves: &Moves<'_>) -> Self {
        let (nodes, edges) = build(moves);
        let lasting = lasting(&nodes, &edges);
        let mut ways = Self {
            from: vec![None; nodes.len()],
            reached: vec![false; nodes.len()],
            nodes,
            edges,
            order: Vec::new(),
            done: BTreeSet::new(),
        };
        // A join needs that its branches can be done, which is known once they were reached.
        loop {
            ways.search(moves, &lasting);
            let done: BTreeSet<_> = ways.reached().filter_map(|(_, node)| done_branch(node)).collect();
            if done == ways.done {
                return ways;
            }
            ways.done = done;
        }
    }

    /// Breadth first, through nodes from which a walk can come to rest: a walk that is refused never was.
    fn search(&mut self, moves: &Moves<'_>, lasting: &[bool]) {
        self.order.clear();
        self.from.fill(None);
        self.reached.fill(false);
        if lasting.first() != Some(&true) {
            return;
        }
        let mut open = VecDeque::from([0]);
        self.reached[0] = true;
        while let Some(no) = open.pop_front() {
            self.order.push(no);
            for edge in &self.edges[no] {
                let joined = edge.joins.is_none_or(|parallel| self.can_join(moves, parallel));
                if joined && lasting[edge.to] && !self.reached[edge.to] {
                    self.reached[edge.to] = true;
                    self.from[edge.to] = Some((no, edge.act));
                    open.push_back(edge.to);
                }
            }
        }
    }

    fn can_join(&self, moves: &Moves<'_>, parallel: StepIndex) -> bool {
        (0..moves.places.branches(parallel)).all(|no| self.done.contains(&Branch { parallel, no }))
    }

    /// The nodes that can be reached, the nearest first.
    pub(super) fn reached(&self) -> impl Iterator<Item = (NodeNo, Node)> {
        self.order.iter().map(|no| (*no, self.nodes[*no]))
    }

    /// The branches of a parallel step that can be done.
    pub(super) fn is_done(&self, branch: Branch) -> bool {
        self.done.contains(&branch)
    }

    /// The nodes from which the case can end, among those that are reached.
    pub(super) fn ending(&self) -> Vec<bool> {
        let back = self.backward();
        let ends = |no: &NodeNo| self.nodes[*no] == Node::Ended;
        let mut ending = vec![false; self.nodes.len()];
        let mut open: Vec<_> = self.order.iter().copied().filter(ends).collect();
        open.iter().for_each(|no| ending[*no] = true);
        while let Some(no) = open.pop() {
            for before in &back[no] {
                if !ending[*before] {
                    ending[*before] = true;
                    open.push(*before);
                }
            }
        }
        ending
    }

    /// From where each node can be reached, among nodes that are reached.
    pub(super) fn backward(&self) -> Vec<Vec<NodeNo>> {
        let mut back = vec![Vec::new(); self.nodes.len()];
        for &no in &self.order {
            for edge in self.edges[no].iter().filter(|edge| self.reached[edge.to]) {
                let joined =
                    edge.joins.is_none_or(|parallel| self.done.iter().any(|branch| branch.parallel == parallel));
                if joined {
                    back[edge.to].push(no);
                }
            }
        }
        back
    }

    pub(super) fn node(&self, no: NodeNo) -> Node {
        self.nodes[no]
    }

    /// The shortest way to a node: each node with the act by which it was left.
    pub(super) fn way(&self, to: NodeNo) -> Vec<(Node, Option<Act>)> {
        let mut way = vec![(self.nodes[to], None)];
        let mut no = to;
        while let Some((before, act)) = self.from[no] {
            way.push((self.nodes[before], Some(act)));
            no = before;
        }
        way.reverse();
        way
    }
}

const fn done_branch(node: Node) -> Option<Branch> {
    match node {
        Node::Done(branch, _) => Some(branch),
        Node::Entered(..) | Node::Waits(..) | Node::Rests | Node::Ended => None,
    }
}

fn build(moves: &Moves<'_>) -> (Vec<Node>, Vec<Vec<Edge>>) {
    let mut nodes: Vec<_> = moves.start().into_iter().collect();
    let mut numbers: HashMap<Node, NodeNo> = nodes.iter().map(|node| (*node, 0)).collect();
    let mut edges: Vec<Vec<Edge>> = Vec::new();
    while let Some(node) = nodes.get(edges.len()).copied() {
        let mut out = Vec::new();
        for way in moves.from(node) {
            let to = *numbers.entry(way.to).or_insert_with(|| {
                nodes.push(way.to);
                nodes.len() - 1
            });
            out.push(Edge { to, act: way.act, joins: way.joins });
        }
        edges.push(out);
    }
    (nodes, edges)
}

/// The nodes from which the walk can come to rest. A walk that comes to a closed gate is refused as a whole.
fn lasting(nodes: &[Node], edges: &[Vec<Edge>]) -> Vec<bool> {
    let mut back = vec![Vec::new(); nodes.len()];
    for (no, out) in edges.iter().enumerate() {
        for edge in out {
            // Waiting is no part of the walk: whether the walk lasts depends on what else it enters.
            if !matches!(nodes[edge.to], Node::Waits(..)) {
                back[edge.to].push(no);
            }
        }
    }
    let rests = |node: &Node| matches!(node, Node::Rests | Node::Ended | Node::Waits(..));
    let mut lasting: Vec<_> = nodes.iter().map(rests).collect();
    let mut open: Vec<_> = (0..nodes.len()).filter(|no| lasting[*no]).collect();
    while let Some(no) = open.pop() {
        for before in &back[no] {
            if !lasting[*before] {
                lasting[*before] = true;
                open.push(*before);
            }
        }
    }
    lasting
}
