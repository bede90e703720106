//! Saved filters.

use super::*;
use crate::domain::{FilterId, SavedFilter, saved::MOST};

fn filter(outcome: &Outcome) -> SavedFilter {
    match &outcome.effect {
        Effect::Filter(filter) => filter.clone(),
        other => panic!("not a filter: {other:?}"),
    }
}
fn save(text: &str, query: u8) -> Command {
    Command::SaveFilter { id: FilterId::new(), name: name(text), query: filter_query(query) }
}

impl House {
    async fn filters(&self, who: usize) -> Vec<SavedFilter> {
        self.store.filters(self.people[who].id).await.expect("filters")
    }
}

#[tokio::test]
async fn a_filter_is_saved_renamed_replaced_and_deleted() {
    let house = House::new().await;
    let saved = house.run(1, save("Tea", 0)).await.expect("saved");
    assert_eq!(saved.summary, "Saved the filter “Tea”");
    let id = filter(&saved).id;
    let edit = |name: Option<&str>, query: Option<u8>, version| Command::EditFilter {
        id,
        name: name.map(super::name),
        query: query.map(filter_query),
        version: Some(version),
    };
    let renamed = house.run(1, edit(Some("Tea and cake"), None, 1)).await.expect("renamed");
    assert_eq!(renamed.summary, "Renamed the filter “Tea” to “Tea and cake”");
    let replaced = house.run(1, edit(None, Some(1), 2)).await.expect("replaced");
    assert_eq!((replaced.summary.as_str(), filter(&replaced).query), ("Changed the filter “Tea and cake”", filter_query(1)));
    assert_eq!(refused(house.run(1, edit(None, Some(2), 2)).await), Code::VersionConflict);
    let deleted = house.run(1, Command::DeleteFilter { id, version: Some(3) }).await.expect("deleted");
    assert_eq!(house.filters(1).await, []);
    house.undo(1, deleted.seq).await.expect("undone");
    assert_eq!(house.filters(1).await, [SavedFilter { version: 4, ..filter(&replaced) }]);
    assert_eq!(refused(house.run(1, Command::DeleteFilter { id: FilterId::new(), version: None }).await), Code::NotFound);
}

#[tokio::test]
async fn names_are_ones_own_and_unique() {
    let house = House::new().await;
    let tea = house.run(1, save("Büro", 0)).await.expect("saved");
    house.run(2, save("Büro", 0)).await.expect("somebody else's");
    assert_eq!(field(house.run(1, save(" BÜRO ", 1)).await), pair("name", "duplicate_name"));
    assert_eq!(field(house.run(1, save("аdmin", 1)).await), pair("name", "mixed_script"));
    let other = filter(&house.run(1, save("Other", 1)).await.expect("saved"));
    let taken = Command::EditFilter { id: other.id, name: Some(name("büro")), query: None, version: None };
    assert_eq!(field(house.run(1, taken).await), pair("name", "duplicate_name"));
    let foreign = Command::EditFilter { id: filter(&tea).id, name: Some(name("Mine")), query: None, version: None };
    assert_eq!(refused(house.run(2, foreign).await), Code::NotFound, "S34");
    // The name is taken by the time the first one is to come back.
    let deleted = house.run(1, Command::DeleteFilter { id: filter(&tea).id, version: None }).await.expect("deleted");
    house.run(1, save("Büro", 2)).await.expect("free again");
    assert_eq!(refused(house.undo(1, deleted.seq).await), Code::DuplicateName);
}

#[tokio::test]
async fn there_are_so_many_at_most() {
    let house = House::new().await;
    for n in 0..MOST {
        house.run(1, save(&format!("Filter {n}"), 0)).await.expect("saved");
    }
    assert_eq!(field(house.run(1, save("One more", 0)).await), pair("name", "too_many"));
    let first = house.filters(1).await.remove(0);
    let edit = Command::EditFilter { id: first.id, name: Some(name("Renamed")), query: None, version: None };
    house.run(1, edit).await.expect("a change is no new one");
    let deleted = house.run(1, Command::DeleteFilter { id: first.id, version: None }).await.expect("deleted");
    house.run(1, save("One more", 0)).await.expect("there is room");
    assert_eq!(field(house.undo(1, deleted.seq).await), pair("name", "too_many"));
}
