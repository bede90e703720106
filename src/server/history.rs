//! What an entry of the journal changed, in words for its reader: field by field, before and after.
//!
//! It must never tell of a record that the journal does not keep, such as a password.

use super::{
    clock,
    store::{Change, Import, JournalFilter, Record},
};
use crate::domain::{
    Budget, Category, CategoryId, Expense, Funds, Locale, Money, Period, Recurring, Role, SavedFilter, Status, User,
    import::{EntryKind, ImportState},
    journal::{Deed, FieldTold, HistoryFilter, Told},
    text::{Name, Note},
};
use std::collections::HashMap;

/// What a person in this time zone asks for, as a store is asked.
pub fn filter(asked: &HistoryFilter, time_zone: &str) -> JournalFilter {
    let commands = asked.kind.into_iter().flat_map(|kind| kind.commands());
    JournalFilter {
        commands: commands.map(|name| (*name).to_owned()).collect(),
        via: asked.via,
        actor: None,
        from: asked.days.from.and_then(|day| clock::start_of(day, time_zone)),
        before: asked.days.to.and_then(|day| clock::start_of(day.plus(1), time_zone)),
    }
}

/// A record as it is told: what it is, what it is called, its page, its fields.
struct Facts {
    thing: &'static str,
    name: String,
    path: Option<String>,
    fields: Vec<(&'static str, Option<String>)>,
}

/// Tells changes to one reader.
pub struct Teller {
    locale: Locale,
    period: Period,
    names: HashMap<CategoryId, Name>,
}

impl Teller {
    /// `changes`: what will be told; categories that are gone are called what they were called there.
    pub fn new(reader: &User, categories: Vec<Category>, changes: &[Change]) -> Self {
        let mut names = HashMap::new();
        for record in changes.iter().flat_map(|change| change.before.iter().chain(&change.after)) {
            if let Record::Category(category) = record {
                names.insert(category.id, category.name.clone());
            }
        }
        names.extend(categories.into_iter().map(|category| (category.id, category.name)));
        Self { locale: reader.locale, period: reader.period, names }
    }

    /// `None` for what a person has no word for, such as the fingerprint of a row.
    pub fn told(&self, change: &Change) -> Option<Told> {
        let before = change.before.as_ref().and_then(|record| self.facts(record));
        let after = change.after.as_ref().and_then(|record| self.facts(record));
        let deed = match (&before, &after) {
            (None, _) => Deed::Added,
            (_, None) => Deed::Deleted,
            _ => Deed::Changed,
        };
        let shown = after.as_ref().or(before.as_ref())?;
        let of = |facts: &Option<Facts>, n: usize| facts.as_ref()?.fields.get(n)?.1.clone();
        let fields = shown.fields.iter().enumerate().map(|(n, (name, _))| FieldTold {
            name: (*name).to_owned(),
            before: of(&before, n),
            after: of(&after, n),
        });
        let fields = fields.filter(|field| field.before != field.after).collect();
        Some(Told { deed, thing: shown.thing.to_owned(), name: shown.name.clone(), path: shown.path.clone(), fields })
    }

    fn facts(&self, record: &Record) -> Option<Facts> {
        Some(match record {
            Record::Expense(e) => self.expense(e),
            Record::Funds(f) => self.funds(f),
            Record::Budget(b) => self.budget(b),
            Record::Recurring(r) => self.recurring(r),
            Record::Category(c) => category(c),
            Record::User(u) => user(u),
            Record::Import(i) => import(i),
            Record::Filter(f) => filter_kept(f),
            _ => return None,
        })
    }

    fn category(&self, id: CategoryId) -> String {
        self.names.get(&id).map_or_else(|| "A category that is gone".to_owned(), Name::to_string)
    }
    fn money(&self, money: Money) -> Option<String> {
        Some(self.locale.money(money))
    }

    fn expense(&self, e: &Expense) -> Facts {
        Facts {
            thing: "Expense",
            name: e.what.to_string(),
            path: Some(format!("/expenses/{}", e.id)),
            fields: vec![
                ("Day", Some(self.locale.day(e.date))),
                ("What", Some(e.what.to_string())),
                ("Category", e.category_id.map(|id| self.category(id))),
                ("Note", e.note.as_ref().map(Note::to_string)),
                ("Amount", self.money(e.amount)),
            ],
        }
    }

    fn funds(&self, f: &Funds) -> Facts {
        let note = f.note.as_ref().map(Note::to_string);
        Facts {
            thing: "Funds",
            name: note.clone().unwrap_or_else(|| self.locale.money(f.amount)),
            path: None,
            fields: vec![("Day", Some(self.locale.day(f.date))), ("Note", note), ("Amount", self.money(f.amount))],
        }
    }

    fn recurring(&self, r: &Recurring) -> Facts {
        let kind = match r.kind {
            EntryKind::Expense => "Expense",
            EntryKind::Funds => "Funds",
        };
        let next = r.next().map_or_else(|| "It is over".to_owned(), |day| self.locale.day(day));
        Facts {
            thing: "Recurring",
            name: r.what.to_string(),
            path: Some("/recurring".to_owned()),
            fields: vec![
                ("Kind", Some(kind.to_owned())),
                ("What", Some(r.what.to_string())),
                ("Category", r.category_id.map(|id| self.category(id))),
                ("Note", r.note.as_ref().map(Note::to_string)),
                ("Amount", self.money(r.amount)),
                ("When", Some(r.schedule.words(self.locale))),
                ("First day", Some(self.locale.day(r.schedule.parts().from))),
                ("On its day", Some(r.mode.label().to_owned())),
                ("Paused", yes(r.paused)),
                ("Next", Some(next)),
            ],
        }
    }

    fn budget(&self, b: &Budget) -> Facts {
        Facts {
            thing: "Budget",
            name: b.category_id.map_or_else(|| "All spending".to_owned(), |id| self.category(id)),
            path: Some("/budgets".to_owned()),
            fields: vec![
                ("From", Some(self.period.name(self.period.of_key(b.from)))),
                ("Amount", b.amount.map_or_else(|| Some("No budget".to_owned()), |amount| self.money(amount))),
                ("What is left goes on", yes(b.rollover)),
            ],
        }
    }
}

fn yes(it_is: bool) -> Option<String> {
    it_is.then(|| "Yes".to_owned())
}

fn category(c: &Category) -> Facts {
    Facts {
        thing: "Category",
        name: c.name.to_string(),
        path: None,
        fields: vec![
            ("Name", Some(c.name.to_string())),
            ("Colour", Some(c.color.code().to_owned())),
            ("Archived", yes(c.archived)),
        ],
    }
}

fn user(u: &User) -> Facts {
    let role = match u.role {
        Role::User => "User",
        Role::Admin => "Admin",
    };
    let status = match u.status {
        Status::Active => "Active",
        Status::Disabled => "Disabled",
    };
    let some = |text: &str| Some(text.to_owned());
    Facts {
        thing: "Profile",
        name: u.display_name.to_string(),
        path: Some("/settings".to_owned()),
        fields: vec![
            ("Name", some(u.display_name.as_str())),
            ("Username", some(u.username.as_str())),
            ("Role", some(role)),
            ("Sign-in", some(status)),
            ("Currency", some(u.currency.code())),
            ("Numbers and dates", some(u.locale.name())),
            ("Time zone", some(&u.time_zone.replace('_', " "))),
            ("The week begins on", some(u.first_weekday.name())),
            ("Period", Some(u.period.label())),
        ],
    }
}

fn filter_kept(f: &SavedFilter) -> Facts {
    Facts {
        thing: "Saved filter",
        name: f.name.to_string(),
        path: Some("/filters".to_owned()),
        fields: vec![("Name", Some(f.name.to_string())), ("Finds", Some(f.query.as_str().replace('&', ", ")))],
    }
}

fn import(i: &Import) -> Facts {
    let state = match i.state {
        ImportState::Preview => "Read, nothing stored",
        ImportState::Committed => "In the account",
        ImportState::Reverted => "Taken out again",
    };
    Facts {
        thing: "Statement",
        name: i.file_name.clone(),
        path: None,
        fields: vec![
            ("State", Some(state.to_owned())),
            ("Rows stored", (i.state == ImportState::Committed).then(|| i.added.to_string())),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{BudgetId, Color, Day, ExpenseId, ImportId, Instant, UserId, import::EntryKind, journal::Via},
        server::{
            ledger::testing::{draft, eur, preview, user as person},
            store::Fingerprint,
        },
    };
    use uuid::Uuid;

    fn expense(category_id: Option<CategoryId>) -> Expense {
        let draft = draft(eur(12_50), category_id, 1);
        Expense {
            id: ExpenseId::new(),
            owner: UserId::new(),
            date: draft.date,
            amount: draft.amount,
            what: draft.what,
            note: None,
            category_id,
            import_id: None,
            via: Via::Page,
            version: 1,
            created_at: Instant(0),
        }
    }
    fn somebody() -> User {
        person("ana", Role::User)
    }
    fn rent() -> Category {
        let name = Name::parse("Rent").expect("a name");
        Category { id: CategoryId::new(), name, color: Color::Blue, archived: false, position: 0, version: 1 }
    }
    fn change(before: Option<Record>, after: Option<Record>) -> Change {
        Change { before, after }
    }
    fn line(field: &FieldTold) -> String {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{}: {} to {}", field.name, side(&field.before), side(&field.after))
    }

    #[test]
    fn only_what_differs_is_told() {
        let category = rent();
        let before = expense(None);
        let after = Expense { amount: eur(13_00), category_id: Some(category.id), version: 2, ..before.clone() };
        let teller = Teller::new(&somebody(), vec![category], &[]);
        let told =
            teller.told(&change(Some(Record::Expense(before.clone())), Some(Record::Expense(after.clone())))).expect("told");
        assert_eq!((told.deed, told.thing.as_str(), told.name.as_str()), (Deed::Changed, "Expense", before.what.as_str()));
        let lines: Vec<_> = told.fields.iter().map(line).collect();
        assert_eq!(lines, ["Category: nothing to Rent", "Amount: €12.50 to €13.00"]);
        let gone = teller.told(&change(Some(Record::Expense(after)), None)).expect("told");
        assert_eq!(gone.deed, Deed::Deleted);
        assert!(gone.fields.iter().all(|field| field.before.is_some() && field.after.is_none()));
    }

    #[test]
    fn a_category_that_is_gone_is_called_what_it_was() {
        let category = rent();
        let deleted = change(Some(Record::Category(category.clone())), None);
        let told_of = |changes: &[Change]| {
            let teller = Teller::new(&somebody(), Vec::new(), changes);
            let told = teller.told(&change(None, Some(Record::Expense(expense(Some(category.id)))))).expect("told");
            told.fields.into_iter().find(|field| field.name == "Category").and_then(|field| field.after)
        };
        assert_eq!(told_of(&[deleted]).as_deref(), Some("Rent"));
        assert_eq!(told_of(&[]).as_deref(), Some("A category that is gone"));
    }

    #[test]
    fn every_kind_that_a_person_knows_is_told() {
        let (reader, import) = (somebody(), preview(UserId::new()));
        let teller = Teller::new(&reader, Vec::new(), &[]);
        let (id, owner, amount) = (BudgetId::new(), reader.id, Some(eur(5_00)));
        let budget = Budget { id, owner, category_id: None, from: Day::MIN, amount, rollover: true, version: 1 };
        let fingerprint = Fingerprint {
            owner,
            fingerprint: "row 1".into(),
            kind: EntryKind::Expense,
            row: Uuid::nil(),
            import: ImportId::new(),
        };
        for (record, thing) in [
            (Record::Budget(budget.clone()), Some("Budget")),
            (Record::User(reader), Some("Profile")),
            (Record::Import(import), Some("Statement")),
            (Record::Category(rent()), Some("Category")),
            (Record::Fingerprint(fingerprint), None),
        ] {
            let told = teller.told(&change(None, Some(record)));
            assert_eq!(told.as_ref().map(|told| told.thing.as_str()), thing);
            assert!(told.is_none_or(|told| told.deed == Deed::Added && !told.fields.is_empty()));
        }
        let ended = Budget { amount: None, version: 2, ..budget.clone() };
        let told = teller.told(&change(Some(Record::Budget(budget)), Some(Record::Budget(ended)))).expect("told");
        assert_eq!(told.fields.iter().map(line).collect::<Vec<_>>(), ["Amount: €5.00 to No budget"]);
    }
}
