//! `outlay demo`: a filled store to look at, in a temporary directory that is gone when the server stops.
#![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

use crate::{
    domain::{
        CategoryId, Command, Day, ExpenseId, FundsId, Money, Problem, Role, User,
        budget::BudgetDraft,
        command::UserEdit,
        expense::ExpenseDraft,
        funds::FundsDraft,
        text::{Note, What},
    },
    server::{
        App,
        auth::{Caller, one_time_token},
        clock,
    },
};

const ADMIN: &str = "demo";
const PERSON: &str = "ana";
/// Full months before this one that have entries.
const MONTHS: i64 = 14;
/// For how many of the last months there are budgets.
const BUDGETED: i64 = 6;

const SALARY: i64 = 2_900_00;
const RENT: i64 = 940_00;
/// Category, what, least and most in minor units, and of a hundred days on how many.
const HABITS: [(&str, &str, i64, i64, u64); 14] = [
    ("Groceries", "Supermarket", 18_00, 74_00, 24),
    ("Groceries", "Bakery", 2_40, 9_80, 30),
    ("Groceries", "Farmers' market", 9_00, 31_00, 9),
    ("Eating out", "Lunch with the team", 9_50, 16_00, 18),
    ("Eating out", "Espresso bar", 2_20, 6_40, 22),
    ("Eating out", "Dinner at Luigi's", 24_00, 62_00, 5),
    ("Transport", "Train ticket", 6_80, 48_00, 8),
    ("Fun", "Cinema", 11_00, 24_00, 4),
    ("Fun", "Bookshop", 8_00, 36_00, 4),
    ("Health", "Pharmacy", 4_50, 29_00, 3),
    ("Home", "Hardware store", 7_00, 88_00, 3),
    ("Clothes", "Shoes and coats", 29_00, 140_00, 2),
    ("Travel", "Weekend away", 80_00, 260_00, 1),
    ("Other", "Present", 15_00, 55_00, 2),
];
/// Day of the month, category, what, minor units.
const MONTHLY: [(i8, &str, &str, i64); 4] = [
    (1, "Rent", "Rent", RENT),
    (3, "Transport", "Monthly pass", 49_00),
    (12, "Home", "Electricity", 63_00),
    (20, "Fun", "Music and films", 17_98),
];
const BUDGETS: [(Option<&str>, i64, bool); 4] =
    [(None, 2_300_00, false), (Some("Groceries"), 560_00, true), (Some("Eating out"), 260_00, false), (Some("Fun"), 90_00, true)];

/// Makes the people and their entries; answers how to sign in.
pub async fn fill(app: &App) -> Result<String, Problem> {
    let password = one_time_token();
    for username in [ADMIN, PERSON] {
        app.auth.create_admin(username, &password).await?;
        let caller = app.auth.local(username).await?;
        Filling::of(app, &caller).await?.fill().await?;
    }
    let (admin, person) = (app.auth.local(ADMIN).await?, app.auth.local(PERSON).await?);
    let edit = UserEdit { role: Some(Role::User), ..UserEdit::default() };
    app.ledger.execute(&admin, None, Command::ChangeUser { user: person.user.id, edit, version: None }).await?;
    Ok(format!(
        "This is a demo. Sign in as {ADMIN} (an admin) or {PERSON}, with the password {password}\nAll of it is gone when this stops.\n"
    ))
}

/// Chance that comes out alike for the same name each time.
struct Dice(u64);

impl Dice {
    /// Less than `sides` (SplitMix64).
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.throw(most.abs_diff(least) + 1)).unwrap_or(0)
    }
}

struct Filling<'a> {
    app: &'a App,
    caller: &'a Caller,
    categories: Vec<(String, CategoryId)>,
    today: Day,
}

impl<'a> Filling<'a> {
    async fn of(app: &'a App, caller: &'a Caller) -> Result<Self, Problem> {
        let categories = app.store.categories().await?;
        let categories = categories.into_iter().map(|category| (category.name.to_string(), category.id)).collect();
        Ok(Self { app, caller, categories, today: clock::today(&caller.user.time_zone) })
    }

    fn user(&self) -> &User {
        &self.caller.user
    }

    fn category(&self, name: &str) -> Option<CategoryId> {
        self.categories.iter().find(|(known, _)| known == name).map(|(_, id)| *id)
    }

    async fn run(&self, command: Command) -> Result<(), Problem> {
        self.app.ledger.execute(self.caller, None, command).await.map(drop)
    }

    async fn fill(&self) -> Result<(), Problem> {
        let mut dice = Dice(self.user().username.as_str().bytes().fold(0, |sum, byte| sum * 31 + u64::from(byte)));
        let first = self.today.first_of_month().plus_months(-MONTHS);
        self.funds(first, 1_200_00, "Opening balance").await?;
        let days = self.today.since(first);
        for day in (0..=days).map(|n| first.plus(n)) {
            for (_, category, what, minor) in MONTHLY.into_iter().filter(|(on, ..)| *on == day.day()) {
                self.expense(day, category, what, minor).await?;
            }
            for (category, what, least, most, often) in HABITS {
                if dice.throw(100) < often {
                    self.expense(day, category, what, dice.between(least, most)).await?;
                }
            }
            if day == day.last_of_month() {
                self.funds(day, SALARY, "Salary").await?;
            }
        }
        let key = self.user().period.key(self.user().period.containing(self.today.first_of_month().plus_months(-BUDGETED)));
        for (category, minor, rollover) in BUDGETS {
            let category_id = category.and_then(|name| self.category(name));
            let draft = BudgetDraft { category_id, amount: self.money(minor), rollover: Some(rollover) };
            self.run(Command::SetBudget { key, draft, version: None }).await?;
        }
        Ok(())
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.user().currency)
    }

    async fn funds(&self, date: Day, minor: i64, note: &str) -> Result<(), Problem> {
        let note = Some(Note::parse(note).map_err(|e| Problem::invalid(vec![e.of("note")]))?);
        let draft = FundsDraft { date, amount: self.money(minor), note };
        self.run(Command::AddFunds { id: FundsId::new(), draft }).await
    }

    async fn expense(&self, date: Day, category: &str, what: &str, minor: i64) -> Result<(), Problem> {
        let what = What::parse(what).map_err(|e| Problem::invalid(vec![e.of("what")]))?;
        let draft = ExpenseDraft { date, amount: self.money(minor), what, note: None, category_id: self.category(category) };
        self.run(Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: true }).await
    }
}
