//! How a statement was read, and how to read it otherwise. Which amount fields matter follows from the
//! choice above them, by the style sheet alone.

use crate::{
    api::imports::MapImport,
    app::components::{
        field::Radio,
        form::{CommandForm, FormError, Submit, use_command},
        select::{Choice, SelectField},
    },
    domain::import::{AmountColumns, DELIMITERS, DayOrder, Preview},
};
use leptos::prelude::*;

/// The form; open while there are questions.
#[component]
pub fn Columns(preview: Preview) -> impl IntoView {
    let asks = !preview.questions.is_empty();
    let mapping = preview.mapping.clone();
    let was = delimiter_name(mapping.delimiter);
    let about = vec![("id", preview.id.to_string()), ("was", was.to_owned())];
    let action = use_command::<MapImport>();
    let columns = preview.columns;
    let pick = {
        let columns = columns.clone();
        move |label: &'static str, name: &'static str, none: &'static str, column: Option<usize>| {
            let choices = std::iter::once(Choice::new("", none))
                .chain(columns.iter().enumerate().map(|(i, name)| Choice::new(i.to_string(), name)))
                .collect();
            let value = column.map(|c| c.to_string()).unwrap_or_default();
            view! { <SelectField label name choices value/> }
        }
    };
    let order = mapping.day_order.map_or("", DayOrder::code);
    let what = mapping.what.first().copied();
    view! {
        <details class="card columns" open=asks>
            <summary>
                <h2>"How it was read"</h2>
                <span class="sub">{told(&mapping.what, mapping.date, mapping.amount, &columns)}</span>
            </summary>
            <CommandForm action id="columns" class="form" about clear=false>
                <div class="columns-grid">
                    {pick("Date", "date", "Choose a column", mapping.date)}
                    <SelectField label="Dates are written" name="day_order" choices=day_orders() value=order.to_owned()/>
                    {pick("What it was", "what", "Nothing", what)}
                    {pick("Note", "note", "Nothing", mapping.note)}
                </div>
                <Amounts amount=mapping.amount pick=pick.clone()/>
                <div class="columns-grid">
                    <SelectField label="Amounts are written" name="decimal" choices=decimals() value=decimal(mapping.decimal_comma)/>
                    {pick("Category", "category", "Nothing", mapping.category)}
                    {pick("Currency", "currency", "Nothing", mapping.currency)}
                    {pick("The bank's reference", "reference", "Nothing", mapping.reference)}
                    <SelectField
                        label="Columns are separated by" name="delimiter" choices=delimiters() value=was.to_owned()
                        hint="Another separator makes other columns: they are found anew.".to_owned()
                    />
                </div>
                <FormError/>
                <div class="form-actions"><Submit class="btn">"Read again"</Submit></div>
            </CommandForm>
        </details>
    }
}

/// One column, two, or one and another that says which way.
#[component]
fn Amounts<P, V>(amount: Option<AmountColumns>, pick: P) -> impl IntoView
where
    P: Fn(&'static str, &'static str, &'static str, Option<usize>) -> V,
    V: IntoView + 'static,
{
    let (kind, column, negate, direction, debit, credit) = match amount {
        None => ("signed", None, false, None, None, None),
        Some(AmountColumns::Signed { column, negate }) => ("signed", Some(column), negate, None, None, None),
        Some(AmountColumns::Marked { column, direction }) => ("marked", Some(column), false, Some(direction), None, None),
        Some(AmountColumns::DebitCredit { debit, credit }) => ("debit_credit", None, false, None, Some(debit), Some(credit)),
    };
    let radio = move |value: &'static str, label: &'static str, note: &'static str| {
        view! { <Radio label note name="amounts" value checked=kind == value/> }
    };
    let positive = vec![Choice::new("in", "money in"), Choice::new("out", "money out")];
    view! {
        <fieldset class="fields amounts">
            <legend>"The amount stands in"</legend>
            <div class="amount-kinds">
                {radio("signed", "One column", "A sign tells money out from money in")}
                {radio("debit_credit", "Two columns", "One for money out, one for money in")}
                {radio("marked", "One column and a mark", "Another column says debit or credit")}
            </div>
            <div class="columns-grid">
                <div class="of-signed of-marked">{pick("Amount", "amount", "Choose a column", column)}</div>
                <div class="of-signed">
                    <SelectField
                        label="A positive amount is" name="positive" choices=positive
                        value=if negate { "out".to_owned() } else { "in".to_owned() }
                    />
                </div>
                <div class="of-marked">{pick("Debit or credit", "direction", "Choose a column", direction)}</div>
                <div class="of-debit_credit">{pick("Money out", "debit", "Choose a column", debit)}</div>
                <div class="of-debit_credit">{pick("Money in", "credit", "Choose a column", credit)}</div>
            </div>
        </fieldset>
    }
}

fn delimiter_name(delimiter: char) -> &'static str {
    DELIMITERS.iter().find(|(known, _)| *known == delimiter).map_or("comma", |(_, name)| *name)
}

fn delimiters() -> Vec<Choice> {
    DELIMITERS.iter().zip(["Comma", "Semicolon", "Tab"]).map(|((_, name), text)| Choice::new(*name, text)).collect()
}

fn day_orders() -> Vec<Choice> {
    let text = |order| match order {
        DayOrder::Dmy => "Day, month, year",
        DayOrder::Mdy => "Month, day, year",
        DayOrder::Ymd => "Year, month, day",
    };
    let orders = DayOrder::ALL.into_iter().map(|order| Choice::new(order.code(), text(order)));
    std::iter::once(Choice::new("", "Choose the order")).chain(orders).collect()
}

fn decimals() -> Vec<Choice> {
    vec![Choice::new("point", "1,234.56"), Choice::new("comma", "1.234,56")]
}

fn decimal(comma: bool) -> String {
    if comma { "comma".to_owned() } else { "point".to_owned() }
}

/// The columns that matter most, in one line.
fn told(what: &[usize], date: Option<usize>, amount: Option<AmountColumns>, columns: &[String]) -> String {
    let numbers = match amount {
        None => Vec::new(),
        Some(AmountColumns::Signed { column, .. } | AmountColumns::Marked { column, .. }) => vec![column],
        Some(AmountColumns::DebitCredit { debit, credit }) => vec![debit, credit],
    };
    let named = date.into_iter().chain(what.iter().copied()).chain(numbers);
    named.filter_map(|c| columns.get(c).map(String::as_str)).collect::<Vec<_>>().join(" · ")
}
