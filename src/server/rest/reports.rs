//! `/reports`: sums, each of which opens to its rows by the filter of `/expenses`.

use super::{
    extract::Reader,
    list::Query,
    problem::{Answer, Refusal},
};
use crate::{
    domain::{
        Category, CategoryId, Day, Me, Money, Problem, RecurringId, Span, Total,
        forecast::{Ahead, Coming, Forecast, Usual},
        import::EntryKind,
        report::{ASKED_FIELDS, Asked, By, CategorySum, Compared, Length, PeriodSpending, SpendingReport},
        text::What,
    },
    server::{App, reports},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct SpendingParams {
    /// By the account's own calendar: `month` when absent.
    #[param(nullable = false, pattern = "^(week|month|quarter|year|custom)$")]
    period: Option<String>,
    /// A day within the period; today when absent. Not with `custom`.
    #[param(format = Date, nullable = false)]
    date: Option<String>,
    /// First day of `custom`.
    #[param(format = Date, nullable = false)]
    from: Option<String>,
    /// Last day of `custom`; at most ten years after the first.
    #[param(format = Date, nullable = false)]
    to: Option<String>,
    /// `category` when absent.
    #[param(nullable = false, pattern = "^(category|day|week|month)$")]
    by: Option<String>,
    /// Divides groups of time by category.
    #[param(nullable = false, pattern = "^category$")]
    stack: Option<String>,
    /// What `previous` is: the period before when absent.
    #[param(nullable = false, pattern = "^(previous|last_year|average)$")]
    compare: Option<String>,
    /// Of how many periods before the average is: 3 when absent.
    #[param(nullable = false, minimum = 2, maximum = 12)]
    n: Option<u8>,
}

/// Spending in some days, in groups that sum to it.
#[derive(Serialize, ToSchema)]
pub struct SpendingBody {
    #[schema(value_type = String, format = Date)]
    from: Day,
    #[schema(value_type = String, format = Date)]
    to: Day,
    /// Decimal string.
    #[schema(example = "361.20")]
    total: String,
    count: u64,
    previous: PreviousBody,
    groups: Vec<GroupBody>,
}

/// What the total is compared with.
#[derive(Serialize, ToSchema)]
pub struct PreviousBody {
    #[schema(value_type = String, format = Date)]
    from: Day,
    #[schema(value_type = String, format = Date)]
    to: Day,
    #[schema(example = "402.10")]
    total: String,
}

/// One category, day, week or month. Its `from` and `to` (the report's own when absent) and its category, given to
/// `/expenses`, list the rows that it sums.
#[derive(Serialize, ToSchema)]
pub struct GroupBody {
    /// A category's id or `none`; else the first day.
    key: String,
    label: String,
    total: String,
    count: u64,
    /// Of the report's total, 0 to 1.
    share: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, nullable = false)]
    from: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, nullable = false)]
    to: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    stack: Option<Vec<GroupBody>>,
}

/// To four decimals.
#[expect(clippy::cast_precision_loss, reason = "a share, not money")]
fn share(part: Money, whole: Money) -> f64 {
    if whole.minor == 0 { 0.0 } else { (part.minor as f64 / whole.minor as f64 * 10_000.0).round() / 10_000.0 }
}

fn of_category(group: CategorySum, within: Option<Span>, whole: Money, categories: &[Category]) -> GroupBody {
    let category = categories.iter().find(|c| Some(c.id) == group.category_id);
    let Total { count, sum } = group.total;
    GroupBody {
        key: group.category_id.map_or_else(|| "none".to_owned(), |id| id.to_string()),
        label: category.map_or_else(|| "No category".to_owned(), |c| c.name.to_string()),
        total: sum.decimal(),
        count,
        share: share(sum, whole),
        from: within.map(|span| span.from),
        to: within.map(|span| span.to),
        stack: None,
    }
}

fn of_time(part: PeriodSpending, whole: Money, stacked: bool, categories: &[Category]) -> GroupBody {
    let PeriodSpending { span, name, total: Total { count, sum }, groups, .. } = part;
    let stack = groups.into_iter().map(|group| of_category(group, Some(span), whole, categories)).collect();
    let Span { from, to } = span;
    GroupBody {
        key: from.to_string(),
        label: name,
        total: sum.decimal(),
        count,
        share: share(sum, whole),
        from: Some(from),
        to: Some(to),
        stack: stacked.then_some(stack),
    }
}

impl SpendingBody {
    fn of(report: SpendingReport, categories: &[Category]) -> Self {
        let Compared { span, total: before, .. } = report.compared;
        let (asked, total) = (report.asked, report.total);
        let groups = match asked.by {
            By::Category => report.categories.into_iter().map(|group| of_category(group, None, total.sum, categories)).collect(),
            _ => report.parts.into_iter().map(|part| of_time(part, total.sum, asked.stacked, categories)).collect(),
        };
        Self {
            from: asked.span.from,
            to: asked.span.to,
            total: total.sum.decimal(),
            count: total.count,
            previous: PreviousBody { from: span.from, to: span.to, total: before.sum.decimal() },
            groups,
        }
    }
}

/// Spending in a period, by category or by time.
///
/// The groups sum to `total` to the cent.
#[utoipa::path(get, path = "/reports/spending", tag = "reports", params(SpendingParams),
    responses((status = 200, body = SpendingBody)), security(("bearer" = ["read"])))]
pub async fn spending(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<SpendingBody>> {
    query.only(&ASKED_FIELDS, &[])?;
    let Me { user, today, .. } = app.me(&caller).await?;
    let asked = Asked::read(query.pairs(), &user, today).map_err(Problem::from)?;
    let report = reports::spending(&*app.store, &user, asked).await?;
    Ok(Json(SpendingBody::of(report, &app.store.categories().await?)))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct BalanceParams {
    #[param(format = Date)]
    from: String,
    /// At most ten years after the first.
    #[param(format = Date)]
    to: String,
    /// `day` when absent.
    #[param(nullable = false, pattern = "^(day|week|month)$")]
    by: Option<String>,
}

/// How the balance will probably go on.
#[derive(Serialize, ToSchema)]
pub struct ForecastBody {
    /// Today's balance.
    #[schema(example = "1000.00")]
    balance: String,
    /// Each day after today, until the end of the next month.
    points: Vec<AheadBody>,
    /// What recurs in these days; what is late counts tomorrow.
    coming: Vec<ComingBody>,
    /// What is spent a day besides; null where there are too few days to tell.
    #[schema(required = true)]
    usual: Option<UsualBody>,
    /// On what all of it rests, a sentence each.
    assumptions: Vec<String>,
}

/// The balance at the end of a day to come. Four of five outcomes are from `low` to `high`.
#[derive(Serialize, ToSchema)]
pub struct AheadBody {
    #[schema(value_type = String, format = Date)]
    date: Day,
    expected: String,
    low: String,
    high: String,
}

/// A recurring entry on a day.
#[derive(Serialize, ToSchema)]
pub struct ComingBody {
    #[schema(value_type = String, format = Uuid)]
    recurring_id: RecurringId,
    #[schema(value_type = String, format = Date)]
    date: Day,
    #[schema(schema_with = super::schema::entry_kind)]
    kind: EntryKind,
    amount: String,
    #[schema(value_type = String)]
    what: What,
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    category_id: Option<CategoryId>,
}

/// What is usually spent a day, without what recurs.
#[derive(Serialize, ToSchema)]
pub struct UsualBody {
    /// How many days tell it, at most 90.
    days: i64,
    per_day: String,
    /// The standard deviation of a day.
    deviation: String,
}

/// How the balance will probably go on: by what recurs, and by what is usually spent.
#[utoipa::path(get, path = "/reports/forecast", tag = "reports",
    responses((status = 200, body = ForecastBody)), security(("bearer" = ["read"])))]
pub async fn forecast(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<ForecastBody>> {
    query.only(&[], &[])?;
    let me = app.me(&caller).await?;
    let forecast = reports::forecast(&*app.store, &me).await?;
    let assumptions = forecast.assumptions(me.user.locale);
    let Forecast { balance, usual, coming, points, .. } = forecast;
    let ahead = |Ahead { date, expected, low, high }: Ahead| AheadBody {
        date,
        expected: expected.decimal(),
        low: low.decimal(),
        high: high.decimal(),
    };
    let due = |Coming { id, date, kind, amount, what, category_id, .. }: Coming| ComingBody {
        recurring_id: id,
        date,
        kind,
        amount: amount.decimal(),
        what,
        category_id,
    };
    let usual = usual.map(|Usual { days, per_day, deviation, .. }| UsualBody {
        days,
        per_day: per_day.decimal(),
        deviation: deviation.decimal(),
    });
    Ok(Json(ForecastBody {
        balance: balance.decimal(),
        points: points.into_iter().map(ahead).collect(),
        coming: coming.into_iter().map(due).collect(),
        usual,
        assumptions,
    }))
}

/// The balance at the ends of days, weeks or months.
#[derive(Serialize, ToSchema)]
pub struct BalanceBody {
    points: Vec<PointBody>,
}

/// The balance at the end of a day.
#[derive(Serialize, ToSchema)]
pub struct PointBody {
    #[schema(value_type = String, format = Date)]
    date: Day,
    /// Decimal string.
    #[schema(example = "-12.50")]
    balance: String,
}

/// The balance over time.
#[utoipa::path(get, path = "/reports/balance", tag = "reports", params(BalanceParams),
    responses((status = 200, body = BalanceBody)), security(("bearer" = ["read"])))]
pub async fn balance(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<BalanceBody>> {
    query.only(&["from", "to", "by"], &[])?;
    let me = app.me(&caller).await?;
    let asked = [("period", Length::Custom.code()), ("by", By::Day.code())].into_iter().chain(query.pairs());
    let asked = Asked::read(asked, &me.user, me.today).map_err(Problem::from)?;
    if asked.by == By::Category {
        return Err(Refusal(Problem::field("by", "unknown_value", "Choose day, week or month.")));
    }
    let points = reports::balance(&*app.store, &me, &asked).await?;
    Ok(Json(BalanceBody {
        points: points.into_iter().map(|p| PointBody { date: p.date, balance: p.balance.decimal() }).collect(),
    }))
}
