//! Recurring entries: a person's, those of a category, and what the server has to record.

use super::{
    super::{DuePlace, Key, numbers::day_int},
    ask::Ask,
    docs::{body, id_of, uuid},
    error::Result,
    kind::Kind,
    migrations::BY_DUE,
};
use crate::domain::{CategoryId, Day, Recurring, UserId};
use mongodb::{
    bson::doc,
    options::{FindOptions, Hint},
};

pub async fn of(ask: &mut Ask<'_>, owner: UserId) -> Result<Vec<Recurring>> {
    let options = FindOptions::builder().sort(doc! { "_id.id": 1 }).batch_size(1_000).build();
    ask.find(Kind::Recurring.name(), doc! { "owner": uuid(owner.0) }, options, body).await
}

/// Everybody's of a category.
pub async fn of_category(ask: &mut Ask<'_>, category: CategoryId) -> Result<Vec<Recurring>> {
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).batch_size(1_000).build();
    ask.find(Kind::Recurring.name(), doc! { "category": uuid(category.0) }, options, body).await
}

pub async fn due(ask: &mut Ask<'_>, until: Day, after: Option<DuePlace>, limit: u32) -> Result<Vec<Recurring>> {
    let mut query = doc! { "due": { "$lte": day_int(until) } };
    if let Some((day, owner, id)) = after {
        let day = day_int(day);
        let later = doc! { "due": { "$gt": day } };
        query.insert("$or", [later, doc! { "due": day, "_id": { "$gt": id_of(&Key::Recurring(owner, id)) } }].to_vec());
    }
    let options = FindOptions::builder()
        .hint(Hint::Name(BY_DUE.to_owned()))
        .sort(doc! { "due": 1, "_id": 1 })
        .limit(i64::from(limit))
        .build();
    ask.find(Kind::Recurring.name(), query, options, body).await
}
