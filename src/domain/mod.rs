//! What effects mean: assessments, targets, budget requests.

pub mod budget_request;
