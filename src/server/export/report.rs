//! The table of a report as CSV (RFC 4180).

use super::ExportFormat;
use crate::{
    domain::{
        Category, CategoryId, Money, Problem,
        audit::Event,
        report::{By, CategorySum, PeriodSpending, SpendingReport, share_percent},
    },
    server::{http::noted::Note, import::cell::guarded, store::StoreError},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

const BY_CATEGORY: [&str; 7] = ["Category", "Amount", "Currency", "Expenses", "Share in %", "Before", "Change"];
const BY_TIME: [&str; 7] = ["From", "To", "Category", "Amount", "Currency", "Expenses", "Share in %"];

/// The report as a file to save, under a name of the server's making (S46).
pub fn report(report: &SpendingReport, categories: &[Category]) -> Result<Response, Problem> {
    let span = report.asked.span;
    let name = format!("attachment; filename=\"outlay-report-{}-{}.csv\"", span.from, span.to);
    let name = HeaderValue::try_from(name).map_err(|_| Problem::internal())?;
    let kind = HeaderValue::from_static(ExportFormat::Csv.content_type());
    let mut response =
        ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], lines(report, categories)?).into_response();
    response.extensions_mut().insert(Note(Event::Exported));
    Ok(response)
}

fn lines(report: &SpendingReport, categories: &[Category]) -> Result<Vec<u8>, Problem> {
    let mut lines = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let by_category = report.asked.by == By::Category;
    let head = if by_category { BY_CATEGORY } else { BY_TIME };
    let rows = if by_category { of_categories(report, categories) } else { of_parts(report, categories) };
    let failed = |e: ::csv::Error| StoreError::Failed(format!("an export: {e}"));
    lines.write_record(head).map_err(failed)?;
    for row in rows {
        lines.write_record(row).map_err(failed)?;
    }
    Ok(lines.into_inner().map_err(|e| StoreError::Failed(format!("an export: {e}")))?)
}

fn named(id: Option<CategoryId>, categories: &[Category]) -> String {
    let found = categories.iter().find(|category| Some(category.id) == id);
    found.map_or_else(String::new, |category| guarded(category.name.as_str()).into_owned())
}

/// A row for each category of either period, the largest first.
fn of_categories(report: &SpendingReport, categories: &[Category]) -> Vec<[String; 7]> {
    let (now, before) = (&report.categories, &report.compared.categories);
    let gone = before.iter().filter(|group| now.iter().all(|other| other.category_id != group.category_id));
    let ids = now.iter().chain(gone).map(|group| group.category_id);
    let of = |groups: &[CategorySum], id| groups.iter().find(|group| group.category_id == id).map(|group| group.total);
    let zero = Money::zero(report.total.sum.currency);
    let row = |id| {
        let total = of(now, id);
        let (sum, earlier) = (total.map_or(zero, |total| total.sum), of(before, id).map_or(zero, |total| total.sum));
        let change = Money::new(sum.minor.saturating_sub(earlier.minor), sum.currency);
        [
            named(id, categories),
            sum.decimal(),
            sum.currency.code().to_owned(),
            total.map_or(0, |total| total.count).to_string(),
            share_percent(sum, report.total.sum).to_string(),
            earlier.decimal(),
            change.decimal(),
        ]
    };
    ids.map(row).collect()
}

/// A row for each part; for each category of each part where they are stacked.
fn of_parts(report: &SpendingReport, categories: &[Category]) -> Vec<[String; 7]> {
    let row = |part: &PeriodSpending, category: String, sum: Money, count: u64| {
        [
            part.span.from.to_string(),
            part.span.to.to_string(),
            category,
            sum.decimal(),
            sum.currency.code().to_owned(),
            count.to_string(),
            share_percent(sum, report.total.sum).to_string(),
        ]
    };
    let rows = |part: &PeriodSpending| -> Vec<[String; 7]> {
        if !report.asked.stacked {
            return vec![row(part, String::new(), part.total.sum, part.total.count)];
        }
        let group = |g: &CategorySum| row(part, named(g.category_id, categories), g.total.sum, g.total.count);
        part.groups.iter().map(group).collect()
    };
    report.parts.iter().flat_map(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            Color, Currency, Span, Total,
            report::{Asked, Compare, Compared, Length},
            text::Name,
        },
        server::ledger::testing::name,
    };

    fn report_of(by: By, stacked: bool) -> (SpendingReport, Vec<Category>) {
        let category =
            |name: Name| Category { id: CategoryId::new(), name, color: Color::Blue, archived: false, position: 0, version: 1 };
        let categories = vec![category(name("=1+1")), category(name("Rent"))];
        let eur = |minor| Money::new(minor, Currency::EUR);
        let group = |at: Option<usize>, count, minor| CategorySum {
            category_id: at.map(|at| categories[at].id),
            total: Total { count, sum: eur(minor) },
        };
        let span = |from: &str, to: &str| Span { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
        let november = span("2026-11-01", "2026-11-30");
        let groups = vec![group(Some(0), 2, 7_50), group(None, 1, 2_50)];
        let total = Total { count: 3, sum: eur(10_00) };
        let part = PeriodSpending { span: november, name: String::new(), short: String::new(), total, groups: groups.clone() };
        let report = SpendingReport {
            asked: Asked { length: Length::Month, span: november, by, stacked, compare: Compare::Previous, averaged: 3 },
            name: "November 2026".into(),
            total,
            categories: groups,
            parts: if by == By::Category { Vec::new() } else { vec![part] },
            compared: Compared {
                name: "October 2026".into(),
                span: span("2026-10-01", "2026-10-31"),
                total: Total { count: 1, sum: eur(4_00) },
                categories: vec![group(Some(1), 1, 4_00)],
            },
        };
        (report, categories)
    }

    #[test]
    fn s46_a_table_is_no_formula_and_has_every_category_of_either_period() {
        let text = |by, stacked| {
            let (report, categories) = report_of(by, stacked);
            String::from_utf8(lines(&report, &categories).expect("lines")).expect("text")
        };
        assert_eq!(
            text(By::Category, false),
            "Category,Amount,Currency,Expenses,Share in %,Before,Change\r\n\
             '=1+1,7.50,EUR,2,75,0.00,7.50\r\n,2.50,EUR,1,25,0.00,2.50\r\nRent,0.00,EUR,0,0,4.00,-4.00\r\n"
        );
        assert_eq!(
            text(By::Month, false),
            "From,To,Category,Amount,Currency,Expenses,Share in %\r\n2026-11-01,2026-11-30,,10.00,EUR,3,100\r\n"
        );
        assert_eq!(
            text(By::Month, true).lines().skip(1).collect::<Vec<_>>(),
            ["2026-11-01,2026-11-30,'=1+1,7.50,EUR,2,75", "2026-11-01,2026-11-30,,2.50,EUR,1,25"]
        );
    }
}
