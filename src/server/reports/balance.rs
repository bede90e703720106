//! The balance as it was, at the ends of days, weeks or months.

use super::line;
use crate::{
    domain::{
        Me, Problem,
        report::{Asked, BalancePoint},
    },
    server::store::Store,
};

/// The balance at the end of each part of the days asked for, oldest first.
pub async fn balance(store: &dyn Store, me: &Me, asked: &Asked) -> Result<Vec<BalancePoint>, Problem> {
    let nets = store.daily_net(me.user.id, asked.span.from).await?;
    let mut days = line(me.balance, asked.span.from, asked.span.to, &nets);
    let ends: Vec<_> = asked.parts(&me.user).into_iter().map(|part| part.to).collect();
    days.retain(|point| ends.binary_search(&point.date).is_ok());
    Ok(days)
}
