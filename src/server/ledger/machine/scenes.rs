//! Short stories that blind choice tells too seldom.

use super::{Machine, ops::Op};
use crate::domain::{CategoryId, Color, Command, ExpenseId, ImportId, Money, Seq};
use crate::server::ledger::testing::draft;

impl Machine {
    fn last_seq(&self, who: usize) -> Seq {
        self.world.journals.get(&self.people[who]).map_or(0, Vec::len) as Seq
    }

    pub async fn scene(&mut self, who: usize, n: u8) {
        match n % 5 {
            0 => self.back_and_forth(who, n / 5 % 5 + 2).await,
            1 => self.category_lost(who).await,
            2 => self.category_taken_back(who, n / 5).await,
            3 => self.one_after_the_other(who, n / 5 % 5 + 2).await,
            _ => self.same_row_twice(who, n / 5).await,
        }
    }

    /// Undo, redo, undo …
    async fn back_and_forth(&mut self, who: usize, times: u8) {
        for _ in 0..times {
            let seq = self.last_seq(who);
            self.give(who, Command::Undo { seq }).await;
        }
    }

    /// The last changes that stand are undone, one after the other, and some of them redone.
    async fn one_after_the_other(&mut self, who: usize, times: u8) {
        let owner = self.people[who];
        let mut undone = Vec::new();
        for _ in 0..times {
            let lines = self.world.journals.get(&owner).map_or(&[][..], Vec::as_slice);
            let by = self.world.undone_by(owner);
            let stands = |n: &usize| lines[*n].undoable && by[*n].is_none() && lines[*n].undoes.is_none();
            let Some(n) = (0..lines.len()).rev().find(stands) else { return };
            self.give(who, Command::Undo { seq: n as Seq + 1 }).await;
            undone.push(self.last_seq(who));
        }
        for seq in undone.into_iter().rev().take(usize::from(times) / 2 + 1) {
            self.give(who, Command::Undo { seq }).await;
        }
    }

    /// An expense comes back after its category went.
    async fn category_lost(&mut self, who: usize) {
        let owner = self.people[who];
        let of = self.world.expenses().find(|e| e.owner == owner && e.category_id.is_some());
        let Some((id, category)) = of.map(|e| (e.id, e.category_id)) else { return };
        self.give(who, Command::DeleteExpense { id, version: None }).await;
        let seq = self.last_seq(who);
        let Some(category) = category else { return };
        let move_to = self.world.categories().map(|c| c.id).find(|other| *other != category);
        self.give(0, Command::DeleteCategory { id: category, move_to, version: None }).await;
        self.give(who, Command::Undo { seq }).await;
    }

    /// A category is to be taken back while an expense has it, and after.
    async fn category_taken_back(&mut self, who: usize, name: u8) {
        let id = CategoryId::new();
        self.give(0, Command::AddCategory { id, name: Self::name(name), color: Some(Color::Pink) }).await;
        let add = self.last_seq(0);
        let amount = Money::new(5, self.world.user(self.people[who]).currency);
        let record = Command::RecordExpense { id: ExpenseId::new(), draft: draft(amount, Some(id), 0), allow_overdraft: true };
        self.give(who, record).await;
        let spent = self.last_seq(who);
        self.give(0, Command::Undo { seq: add }).await;
        self.give(who, Command::Undo { seq: spent }).await;
        let seq = if who == 0 { add } else { self.last_seq(0).min(add) };
        self.give(0, Command::Undo { seq }).await;
        let seq = self.last_seq(who);
        self.give(who, Command::Undo { seq }).await;
    }

    /// A row of an earlier statement is taken in again, that is reverted or undone, and the row comes a third time.
    async fn same_row_twice(&mut self, who: usize, n: u8) {
        let mut uploaded: Vec<ImportId> = Vec::new();
        for chosen in [false, true] {
            let command = self.command(who, Op::Import { rows: vec![(n, 7, 0)], chosen, other_digest: false }).await;
            if let Command::CommitImport { id, .. } = &command {
                uploaded.push(*id);
            }
            self.give(who, command).await;
        }
        let seq = self.last_seq(who);
        let back = if n.is_multiple_of(2) { Command::Undo { seq } } else { Command::RevertImport { id: uploaded[1] } };
        self.give(who, back).await;
        let third = self.command(who, Op::Import { rows: vec![(n, 7, 0)], chosen: false, other_digest: false }).await;
        self.give(who, third).await;
    }
}
