//! What handing over changes.

use super::Held;
use crate::{
    engine::{
        case::{Case, TaskNo, Waiting},
        people::Principal,
        tasks::{Asked, Holding},
    },
    ids::PersonId,
};

impl Case {
    /// What [`Event::HandedOver`] changes.
    pub(in crate::engine) fn apply_handed_over(&mut self, held: Held, (from, to): (PersonId, PersonId), by_name: bool) {
        match held {
            Held::Start => self.successors.push(to),
            Held::Task(no) => self.pass_task_on(no, (from, to), by_name),
            Held::Signature(no) => {
                let task = self.tasks.get_mut(&no);
                for follower in task.into_iter().flat_map(|task| &mut task.hands.followers) {
                    if follower.person == from {
                        follower.person = to;
                    }
                }
            }
            Held::Turn(no) => {
                if let Some(Waiting::People { later, .. }) = self.activations.get_mut(&no).map(|own| &mut own.waiting) {
                    later.iter_mut().filter(|person| **person == from).for_each(|person| *person = to);
                }
            }
            // The task that is opened says it all.
            Held::Step(_) => {}
        }
    }

    fn pass_task_on(&mut self, no: TaskNo, (from, to): (PersonId, PersonId), by_name: bool) {
        let Some(task) = self.tasks.get_mut(&no) else { return };
        if by_name {
            task.candidates = vec![Principal::Person(to)];
            if task.hands.asked == Asked::ByStep {
                task.hands.asked = Asked::InPlaceOf(from);
            }
        }
        match &mut task.hands.holding {
            Holding::Claimed { by } if *by == from && by_name => task.hands.holding = Holding::Open,
            Holding::Claimed { by } | Holding::Parked { by, .. } if *by == from => *by = to,
            Holding::Open | Holding::Claimed { .. } | Holding::Parked { .. } => {}
        }
        task.hands.followers.iter_mut().filter(|follower| follower.by == from).for_each(|follower| follower.by = to);
        // Whom they had asked to give an opinion or to sign is answerable to the successor, who may remove them.
        let activation = task.activation;
        for other in self.tasks.values_mut().filter(|other| other.activation == activation && other.no != no) {
            if let Asked::ForOpinion { by } | Asked::AsSigner { by, .. } = &mut other.hands.asked
                && *by == from
            {
                *by = to;
            }
        }
    }
}
