//! What is done once for a key, however often it is sent. Commands on cases keep their answer in their own transaction; the
//! rest, which repeating does not harm, keeps it here.

use serde::{Serialize, de::DeserializeOwned};

use super::{App, Failure, Key};
use crate::{
    engine::Refusal,
    ids::PersonId,
    store::{self, idempotency::IdempotencyRow},
};

impl App {
    /// Does `work` for a person and keeps its answer under the key; the same request is answered the same from then on.
    /// What was refused is not kept: it may go another way next time.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`] when the key came with another request; what `work` fails with.
    pub async fn once<T: Serialize + DeserializeOwned>(
        &self,
        person: PersonId,
        key: Key,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        if let Some(row) = store::idempotency::find(self.store().read(), person, &key.key).await? {
            if row.request_hash != key.request_hash {
                return Err(Refusal::KeyReused.into());
            }
            return serde_json::from_str(&row.body).map_err(Failure::broken);
        }
        let answer = work.await?;
        let row = IdempotencyRow {
            person_id: person,
            key: key.key,
            request_hash: key.request_hash,
            status: 200,
            body: serde_json::to_string(&answer).map_err(Failure::broken)?,
            at: self.now(),
        };
        match self.store().write(move |tx| async move { store::idempotency::remember(&tx, row).await }).await {
            // The same request came twice at once: this answer stands, too.
            Ok(()) | Err(store::Error::Duplicate(_)) => Ok(answer),
            Err(error) => Err(error.into()),
        }
    }
}
