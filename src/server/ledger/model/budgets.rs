//! What the commands on budgets do to the rows.

use super::{World, seen};
use crate::{
    domain::{Budget, BudgetId, CategoryId, Code, Command, Day, Period, UserId, budget::BudgetDraft},
    server::{
        ledger::derived,
        store::{Key, Record},
    },
};

impl World {
    fn calendar(&self, owner: UserId) -> Period {
        self.user(owner).period
    }
    /// The budget that is known for a period: of all that begin by then, the last.
    fn known(&self, owner: UserId, category: Option<CategoryId>, key: Day) -> Option<Budget> {
        let calendar = self.calendar(owner);
        let first = |key: Day| calendar.of_key(key).from;
        let mut known: Option<&Budget> = None;
        for budget in self.budgets().filter(|b| b.owner == owner && b.category_id == category && first(b.from) <= first(key)) {
            if known.is_none_or(|other| (first(budget.from), budget.from) > (first(other.from), other.from)) {
                known = Some(budget);
            }
        }
        known.cloned()
    }
    fn write_budget(&mut self, owner: UserId, key: Day, after: Budget) {
        let calendar = self.calendar(owner);
        let from = calendar.key(calendar.of_key(key));
        let own = self.known(owner, after.category_id, key).filter(|b| calendar.of_key(b.from) == calendar.of_key(key));
        let category = after.category_id.map_or_else(Vec::new, |id| id.0.as_bytes().to_vec());
        let id = derived::id(&[b"budget", owner.0.as_bytes(), from.to_string().as_bytes(), &category]);
        let (id, from, version) = own.map_or((BudgetId(id), from, 1), |own| (own.id, own.from, own.version));
        self.replace(Record::Budget(Budget { id, from, version, ..after }));
    }
    fn set_budget(&mut self, owner: UserId, key: Day, draft: &BudgetDraft, version: Option<u32>) -> Result<(), Code> {
        let known = self.known(owner, draft.category_id, key);
        if version.is_some() {
            seen(version, known.as_ref().map_or(0, |b| b.version))?;
        }
        let now = known.filter(|b| b.amount.is_some());
        let fits = draft.category_id.is_none_or(|id| self.categories().any(|c| c.id == id && (!c.archived || now.is_some())));
        if !fits {
            return Err(Code::Invalid);
        }
        let (category_id, amount) = (draft.category_id, Some(draft.amount));
        let rollover = draft.rollover.unwrap_or(now.is_some_and(|b| b.rollover));
        let id = BudgetId(uuid::Uuid::nil());
        self.write_budget(owner, key, Budget { id, owner, category_id, from: key, amount, rollover, version: 1 });
        Ok(())
    }

    pub fn budget(&mut self, owner: UserId, command: &Command) -> Result<(), Code> {
        match command {
            Command::SetBudget { key, draft, version } => self.set_budget(owner, *key, draft, *version),
            Command::CopyBudgets { drafts, .. } if drafts.is_empty() => Err(Code::Invalid),
            Command::CopyBudgets { key, drafts, .. } => drafts.iter().try_for_each(|d| self.set_budget(owner, *key, d, None)),
            Command::DeleteBudget { id, key, version } => {
                let Some(Record::Budget(budget)) = self.rows.get(&Key::Budget(owner, *id)).cloned() else {
                    return Err(Code::NotFound);
                };
                if budget.amount.is_none() {
                    return Err(Code::NotFound);
                }
                seen(*version, budget.version)?;
                let key = key.unwrap_or(budget.from).max(budget.from);
                if self.known(owner, budget.category_id, key).as_ref() != Some(&budget) {
                    return Err(Code::VersionConflict);
                }
                self.write_budget(owner, key, Budget { amount: None, rollover: false, ..budget });
                Ok(())
            }
            other => panic!("the model does not know {other:?}"),
        }
    }
}
