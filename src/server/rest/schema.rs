//! Schemas that the derives cannot see, made from the domain's own lists so that they cannot drift, and
//! the references by which bodies name them.

use crate::domain::{
    Color, Role, Scope, Sort, Status, Weekday,
    audit::{About, Event},
    expense::Added,
    filter::Preset,
    import::{EntryKind, ImportState, Verdict},
    journal::{Kind, Via},
    recurring::{Mode, Unit},
    user::SignUp,
};
use serde_json::{Value, json};
use utoipa::openapi::{
    Ref, Schema,
    schema::{Array, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Type},
};

macro_rules! references {
    ($($function:ident $name:literal;)+) => {$(
        pub fn $function() -> Ref {
            Ref::from_schema_name($name)
        }
    )+};
}

references! {
    amount "Amount";
    color "Color";
    weekday "Weekday";
    sort "Sort";
    preset "Preset";
    period "Period";
    mapping "Mapping";
    mapping_choice "MappingChoice";
    verdict "Verdict";
    choice "Choice";
    import_state "ImportState";
    via "Via";
    kind "Kind";
    audited "Audited";
    entry_kind "EntryKind";
    added "Added";
    text "Text";
    name "Name";
    unit "Unit";
    mode "Mode";
    role "Role";
    status "Status";
    sign_up "SignUp";
    command "Command";
    event "Event";
}

fn null() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

/// A colour, or null.
pub fn some_color() -> Schema {
    Schema::OneOf(OneOfBuilder::new().item(null()).item(color()).build())
}

/// What a personal access token may do.
pub fn token_scopes() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("TokenScope")).min_items(Some(1)).build()
}

/// What a program may ask for.
pub fn scopes() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name("Scope")).min_items(Some(1)).build()
}

/// Ways to add an expense.
pub fn ways_added() -> Array {
    ArrayBuilder::new().items(added()).build()
}

/// The components that no type describes.
pub fn components() -> Vec<(&'static str, Value)> {
    let choice = |description: &str, values: Vec<&str>| json!({ "type": "string", "description": description, "enum": values });
    let colors = Color::ALL.iter().map(|c| c.code()).collect();
    let weekdays = Weekday::ALL.iter().map(|w| w.code()).collect();
    let scopes = Scope::ALL.iter().filter(|s| **s != Scope::Account).map(|s| s.as_str()).collect();
    let presets = Preset::ALL.iter().map(|p| p.code()).collect();
    let sorts = Sort::ALL.iter().map(|s| s.code()).collect();
    vec![
        (
            "Amount",
            json!({
                "type": "string",
                "description": "A decimal string in the account's currency, more than zero, with no more decimals than the currency has.",
                "pattern": "^[0-9]{1,13}(\\.[0-9]{1,3})?$",
                "examples": ["12.50"],
            }),
        ),
        ("Color", choice("A colour of the palette.", colors)),
        ("Weekday", choice("A day of the week.", weekdays)),
        ("Scope", choice("One thing that a program may do.", Scope::ALL.map(Scope::as_str).to_vec())),
        ("TokenScope", choice("One thing that a token may do.", scopes)),
        ("Preset", choice("Days by what they are to today; a month is the account's own, or its pay period.", presets)),
        ("Sort", choice("By day or by amount; with a minus the largest first.", sorts)),
        ("Verdict", words("What becomes of a row.", &[Verdict::New, Verdict::Duplicate, Verdict::Error, Verdict::Ignored])),
        ("Choice", words("To take a row in, or to leave it out.", &[Verdict::New, Verdict::Ignored])),
        (
            "ImportState",
            words("How far an import has come.", &[ImportState::Preview, ImportState::Committed, ImportState::Reverted]),
        ),
        ("Via", words("From where a change came.", &Via::ALL)),
        ("Kind", words("What a change was about; `undo` for what was undone, or done again.", &Kind::ALL)),
        ("Audited", choice("What a line of the audit log is about.", About::all().map(About::code).collect())),
        ("EntryKind", words("Money spent, or money added.", &EntryKind::ALL)),
        (
            "Added",
            words(
                "How an expense was added: by hand, by a program, on the command line, by a recurring entry, or with a statement.",
                &Added::ALL,
            ),
        ),
        ("Unit", words("What is counted from one day to the next.", &Unit::ALL)),
        ("Mode", words("Whether the server records it on its day, or it waits.", &Mode::ALL)),
        ("Role", words("What a person may do.", &[Role::User, Role::Admin])),
        ("Status", words("Whether a person may sign in.", &[Status::Active, Status::Disabled])),
        ("SignUp", words("Who may sign up.", &[SignUp::Open, SignUp::Invite, SignUp::Closed])),
        ("Event", words("What happened.", &Event::ALL)),
        ("Command", choice("What was done, or happened.", About::names().collect())),
        ("Text", visible(500, "Lunch")),
        ("Name", visible(64, "Groceries")),
        ("Period", period_schema()),
        ("Mapping", mapping_schema()),
        ("MappingChoice", mapping_choice_schema()),
    ]
}

/// An enumeration as serde writes it.
fn words<T: serde::Serialize>(description: &str, values: &[T]) -> Value {
    json!({ "type": "string", "description": description, "enum": values })
}

/// Text with something to see in it, without control characters.
fn visible(most: u32, example: &str) -> Value {
    json!({ "type": "string", "maxLength": most, "pattern": "\\S", "examples": [example] })
}

fn period_schema() -> Value {
    json!({ "oneOf": [
        {
            "type": "object",
            "description": "A calendar month, from a start day.",
            "required": ["kind", "start_day"],
            "additionalProperties": false,
            "properties": {
                "kind": { "type": "string", "enum": ["month"] },
                "start_day": { "oneOf": [
                    { "type": "integer", "minimum": 1, "maximum": 28 },
                    { "type": "string", "enum": ["last_working_day"] },
                ] },
            },
        },
        {
            "type": "object",
            "description": "Two or four weeks, counted from a payday.",
            "required": ["kind", "anchor", "weeks"],
            "additionalProperties": false,
            "properties": {
                "kind": { "type": "string", "enum": ["weeks"] },
                "anchor": { "type": "string", "format": "date" },
                "weeks": { "type": "integer", "enum": [2, 4] },
            },
        },
    ] })
}

/// A mapping of which every part may be left out.
fn mapping_choice_schema() -> Value {
    let mut choice = mapping_schema();
    choice["description"] =
        "What is left out is detected, or stays as it was. Columns count from 0; null means that there is none.".into();
    choice["required"] = json!([]);
    choice
}

fn mapping_schema() -> Value {
    let column = json!({ "type": ["integer", "null"], "minimum": 0 });
    let needed = json!({ "type": "integer", "minimum": 0 });
    let variant = |description: &str, kind: &str, columns: Value| {
        let required: Vec<&str> =
            std::iter::once("kind").chain(columns.as_object().into_iter().flatten().map(|(name, _)| name.as_str())).collect();
        let required: Vec<&str> = required.into_iter().filter(|name| *name != "negate").collect();
        let mut properties = columns.clone();
        properties["kind"] = json!({ "type": "string", "enum": [kind] });
        json!({
            "type": "object",
            "description": description,
            "required": required,
            "additionalProperties": false,
            "properties": properties,
        })
    };
    let signed = json!({ "column": needed, "negate": { "type": "boolean" } });
    json!({
        "type": "object",
        "description": "How a statement is read. Columns count from 0; null means that there is none.",
        "required": [
            "delimiter", "decimal_comma", "date", "day_order", "amount", "what", "note", "category", "currency", "reference",
        ],
        "additionalProperties": false,
        "properties": {
            "delimiter": { "type": "string", "enum": [",", ";", "\t"] },
            "decimal_comma": { "type": "boolean" },
            "date": column,
            "day_order": { "enum": ["ymd", "dmy", "mdy", null], "description": "Null when it cannot be told." },
            "amount": { "oneOf": [
                { "type": "null" },
                variant("One signed column; `negate` when expenses are positive in it.", "signed", signed),
                variant("One column for money out, one for money in.", "debit_credit", json!({ "debit": needed, "credit": needed })),
                variant("One unsigned column, one that says which way.", "marked", json!({ "column": needed, "direction": needed })),
            ] },
            "what": { "type": "array", "items": needed, "description": "The columns joined to say what it was." },
            "note": column,
            "category": column,
            "currency": column,
            "reference": column,
        },
    })
}
