//! The pause before the next attempt: a minute, doubled each time up to twelve hours, a fifth more or less by chance, so
//! that what failed together does not come back together.

use chrono::TimeDelta;

use crate::clock::Chance;

const FIRST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::hours(12);

/// The pause after the `attempt`th attempt (from 1) has failed.
pub(super) fn pause_after(attempt: i32, chance: &Chance) -> TimeDelta {
    let doublings = attempt.clamp(1, 20) - 1;
    let base = (FIRST * (1 << doublings)).min(LONGEST);
    let thousandths = i32::from(u16::from_le_bytes(chance.bytes::<2>()) % 401) + 800;
    base * thousandths / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_day_and_twenty_attempts_take_about_five_days() {
        let chance = Chance::seeded(7);
        let mut total = TimeDelta::zero();
        for attempt in 1..20 {
            let pause = pause_after(attempt, &chance);
            let base = (FIRST * (1 << (attempt - 1))).min(LONGEST);
            assert!(pause >= base * 4 / 5 && pause <= base * 6 / 5, "{attempt}: {pause}");
            total += pause;
        }
        assert!(total > TimeDelta::days(4) && total < TimeDelta::days(7), "{total}");
    }

    #[test]
    fn what_failed_together_does_not_come_back_together() {
        let chance = Chance::seeded(7);
        let pauses: std::collections::BTreeSet<_> = (0..50).map(|_| pause_after(3, &chance)).collect();
        assert!(pauses.len() > 30);
    }
}
