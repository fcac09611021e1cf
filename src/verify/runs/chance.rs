//! What is open within one command, tried out one way after another.

/// The picks of one try; [`Chance::another`] turns to the next.
#[derive(Default)]
pub(super) struct Chance {
    picks: Vec<(usize, usize)>,
    at: usize,
}

impl Chance {
    /// One of `of` ways, counted from 0: in the first try the first everywhere.
    pub fn pick(&mut self, of: usize) -> usize {
        if of < 2 {
            return 0;
        }
        if self.at == self.picks.len() {
            self.picks.push((0, of));
        }
        self.at += 1;
        self.picks[self.at - 1].0
    }

    /// Turns to picks that were not tried yet; `false` when all were.
    pub fn another(&mut self) -> bool {
        self.at = 0;
        while let Some((pick, of)) = self.picks.pop() {
            if pick + 1 < of {
                self.picks.push((pick + 1, of));
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_tried_once() {
        let mut chance = Chance::default();
        let mut tried = Vec::new();
        loop {
            let first = chance.pick(2);
            let second = if first == 0 { chance.pick(3) } else { chance.pick(1) };
            tried.push((first, second));
            if !chance.another() {
                break;
            }
        }
        assert_eq!(tried, [(0, 0), (0, 1), (0, 2), (1, 0)]);
    }
}
