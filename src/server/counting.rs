//! Totals beside rows: the rows never wait long for what they sum to.

use super::store::Result;
use crate::domain::{Expense, Money, Page, Total};
use std::time::Duration;
use tokio::time::timeout;

/// How long rows that are there wait for their total.
const PATIENCE: Duration = Duration::from_millis(20);

/// The total, if it comes soon.
pub async fn soon(total: impl Future<Output = Result<Total>>) -> Result<Option<Total>> {
    timeout(PATIENCE, total).await.ok().transpose()
}

/// The total of a list of which this page is all.
pub fn of_all(page: &Page<Expense>, first: bool) -> Option<Total> {
    let currency = page.items.first()?.amount.currency;
    let minor = page.items.iter().try_fold(0_i64, |sum, e| sum.checked_add(e.amount.minor))?;
    let all = first && page.next_cursor.is_none() && page.items.iter().all(|e| e.amount.currency == currency);
    all.then(|| Total { count: page.items.len() as u64, sum: Money::new(minor, currency) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Cursor, Day, ExpenseId, Instant, UserId, journal::Via, text::What};

    fn expense(minor: i64) -> Expense {
        Expense {
            id: ExpenseId::new(),
            owner: UserId::new(),
            date: Day::MIN,
            amount: Money::new(minor, Currency::EUR),
            what: What::parse("Lunch").expect("a text"),
            note: None,
            category_id: None,
            import_id: None,
            via: Via::Page,
            version: 1,
            created_at: Instant(0),
        }
    }

    #[tokio::test]
    async fn rows_wait_for_a_total_but_not_long() {
        let total = Total { count: 2, sum: Money::new(5, Currency::EUR) };
        let after = |ms| async move {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(total)
        };
        assert_eq!(soon(after(0)).await.expect("no error"), Some(total));
        assert_eq!(soon(after(5_000)).await.expect("no error"), None);
    }

    #[test]
    fn what_is_shown_as_a_whole_is_its_own_total() {
        let rows: Vec<Expense> = [300, 200].map(expense).to_vec();
        let whole = Page { items: rows.clone(), next_cursor: None };
        assert_eq!(of_all(&whole, true), Some(Total { count: 2, sum: Money::new(500, Currency::EUR) }));
        assert_eq!(of_all(&whole, false), None, "others come before it");
        assert_eq!(of_all(&Page { items: rows, next_cursor: Some(Cursor("x".into())) }, true), None, "others come after it");
        assert_eq!(of_all(&Page { items: Vec::new(), next_cursor: None }, true), None, "its currency is not known");
    }
}
