//! Use cases that do next to nothing, for workers whose mail is what matters.

use async_trait::async_trait;
use yumen::{
    app::{
        clocks_due::RingOrder, firing::FireOrder, handing_over::Order, held_starts::HeldOrder, mail_timing::Sending,
        recounting::RecountOrder, waking::WakeOrder,
    },
    ids::{DispatchId, PersonId},
    jobs::{Cases, Trouble},
    notify::{
        compose::MailOrder,
        mails::{Digest, MailContext},
    },
};

/// Cases that are woken without a word, or with a panic when the year is 1313, and whose tasks are done before
/// anybody is reminded of them.
pub struct Sleepers;

#[async_trait]
impl Cases for Sleepers {
    async fn sending(&self, _: DispatchId, _: PersonId, _: &MailContext) -> Result<Sending, Trouble> {
        Ok(Sending::Now)
    }

    async fn digest(&self, _: &str, _: PersonId) -> Result<Option<Digest>, Trouble> {
        Ok(None)
    }

    async fn wake(&self, order: &WakeOrder) -> Result<(), Trouble> {
        assert_ne!(order.year, 1313, "a year that no case survives");
        Ok(())
    }

    async fn wake_held(&self) -> Result<(), Trouble> {
        Ok(())
    }

    async fn moot(&self, order: &MailOrder) -> Result<Option<&'static str>, Trouble> {
        Ok((order.mail.name() == "task-reminder").then_some("superseded"))
    }

    async fn ring(&self, _: &RingOrder) -> Result<(), Trouble> {
        Ok(())
    }

    async fn hand_over(&self, _: &Order) -> Result<(), Trouble> {
        Ok(())
    }

    async fn check_people(&self) -> Result<(), Trouble> {
        Ok(())
    }

    async fn tidy_notices(&self) -> Result<(), Trouble> {
        Ok(())
    }

    async fn recount(&self, _: &RecountOrder) -> Result<(), Trouble> {
        Ok(())
    }

    async fn fire_slice(&self, _: &FireOrder) -> Result<(), Trouble> {
        Ok(())
    }

    async fn start_held_for(&self, _: &HeldOrder) -> Result<(), Trouble> {
        Ok(())
    }
}
