//! What the rules of the place say, as data: thresholds, score sheets, weights, the working-day calendar. Pure.

pub mod calendar;
