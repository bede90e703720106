//! What the ledger refuses, in the user's words.

use crate::domain::{
    Code, FieldError, Locale, Money, Problem,
    budget::{Copied, MOST},
    passkey::MOST_PASSKEYS,
    recurring, saved,
    text::Name,
};

fn conflict_on(code: Code, field: &str, message: String) -> Problem {
    Problem { errors: vec![FieldError::new(field, code.as_str(), message.clone())], ..Problem::new(code, message) }
}

/// A large command is at work on the account, or on one whose rows this is about.
pub(super) fn at_work() -> Problem {
    let detail = "A large change of the account is still at work. Nothing else was changed; try again in a moment.";
    Problem { retry_after: Some(2), ..Problem::new(Code::Busy, detail) }
}
/// The command was accepted and will be done, but not within this request.
pub(super) fn goes_on() -> Problem {
    let detail =
        "The change was accepted and goes on. Look again in a moment, or send the same request with the same Idempotency-Key.";
    Problem { retry_after: Some(2), ..Problem::new(Code::StoreUnavailable, detail) }
}
/// What was begun was begun anew, ended, or is too long ago.
pub(super) fn factor_not_begun() -> Problem {
    Problem::field("code", "not_begun", "This took too long, or was begun anew. Begin again and scan the new picture.")
}
/// The device has made this one before.
pub(super) fn passkey_known() -> Problem {
    Problem::new(Code::AlreadyDone, "This passkey is yours already.")
}
pub(super) fn too_many_passkeys() -> Problem {
    let message = format!("You have {MOST_PASSKEYS} passkeys, which is the most. Remove one first.");
    Problem::field("name", "too_many", message)
}
pub(super) fn not_admin() -> Problem {
    Problem::new(Code::Forbidden, "Only an admin may do this.")
}
pub(super) fn last_admin() -> Problem {
    Problem::new(Code::LastAdmin, "This is the last active admin. Make somebody else an admin first.")
}
pub(super) fn disabled() -> Problem {
    Problem::field("id", "disabled", "This person is disabled. Enable them first, then make a link.")
}
/// One answer for a link that is unknown, used, past its time, or of somebody who is no admin any more.
pub(crate) fn dead_link() -> Problem {
    Problem::new(Code::NotFound, "This link is not valid any more. Ask an admin for a new one.")
}
pub(super) fn their_balance() -> Problem {
    Problem::new(Code::InsufficientFunds, "Their balance would fall below zero. Say that you want it all the same.")
}
pub(super) fn other_request() -> Problem {
    Problem::new(
        Code::IdempotencyMismatch,
        "This key was used for another request. Use a new key for each request, the same one only to repeat it.",
    )
}
pub(super) fn secret_given() -> Problem {
    Problem::new(Code::AlreadyDone, "This was done already; its answer held a secret and is not kept. Make a new one.")
}
pub(super) fn id_taken() -> Problem {
    Problem::new(Code::AlreadyDone, "This was recorded already.")
}
pub(super) fn changed() -> Problem {
    Problem::new(Code::VersionConflict, "This was changed in the meantime. Look at it as it is now, then change it again.")
}
pub(super) fn changed_since() -> Problem {
    Problem::new(Code::VersionConflict, "Something of this was changed later. Undo the later change first.")
}
pub(super) fn already_undone() -> Problem {
    Problem::new(Code::AlreadyUndone, "This was undone already.")
}
pub(super) fn not_deleted() -> Problem {
    Problem::new(Code::NotDeleted, "This is not deleted. It may have been put back already.")
}
pub(super) fn not_undoable() -> Problem {
    Problem::new(Code::NotUndoable, "Changes of this kind cannot be undone.")
}
pub(super) fn balance_out_of_range() -> Problem {
    Problem::field("amount", "balance_out_of_range", "The balance would become too large to keep.")
}
pub(super) fn other_currency() -> Problem {
    Problem::field("amount", "other_currency", "The amount is not in the account's currency.")
}
pub(super) fn amount_out_of_range() -> Problem {
    Problem::field("amount", "out_of_range", "The amount must be more than zero, and not too large.")
}
/// `after` is the balance as it would be: less than zero, and less than before.
pub(super) fn insufficient_funds(locale: Locale, before: Money, after: Money) -> Problem {
    let missing = after.abs();
    let detail = format!(
        "Your balance is {}, that is {} too little. Record it anyway, or add funds first.",
        locale.money(before),
        locale.money(missing)
    );
    Problem {
        balance: Some(before.decimal()),
        short_by: Some(missing.decimal()),
        ..Problem::new(Code::InsufficientFunds, detail)
    }
}
pub(super) fn unknown_category(field: &str) -> Problem {
    Problem::field(field, "unknown_category", "This category is not there any more. Choose another.")
}
pub(super) fn archived_category(name: &Name) -> Problem {
    Problem::field("category_id", "archived_category", format!("“{name}” is archived. Choose another category."))
}
pub(super) fn too_many_budgets() -> Problem {
    let detail = format!("You have {MOST} budgets, those of the past counted: no more are kept. Change one that is there.");
    Problem::field("category_id", "too_many", detail)
}
pub(super) fn nothing_to_copy(copied: Copied) -> Problem {
    let why = match copied {
        Copied::Last => "The budgets of the period before are the same, or there are none.",
        Copied::Average => "Nothing was spent in the periods before.",
    };
    Problem::field("from", "nothing_to_copy", why)
}
pub(super) fn too_many_recurring() -> Problem {
    let detail = format!("You have {} recurring entries: no more are kept. Delete one, or change one.", recurring::MOST);
    Problem::field("what", "too_many", detail)
}
pub(super) fn is_over() -> Problem {
    Problem::field("until", "no_day", "None of its days is still to come. Choose a later end.")
}
pub(super) fn day_done() -> Problem {
    Problem::new(Code::AlreadyDone, "This day is dealt with already.")
}
pub(super) fn no_such_day() -> Problem {
    Problem::field("day", "no_day", "This is not one of its days.")
}
pub(super) fn too_far_ahead() -> Problem {
    Problem::field("day", "too_many", "Too many of its days are dealt with ahead. Wait until some have come.")
}
pub(super) fn funds_have_no_category() -> Problem {
    Problem::field("category_id", "conflicting", "Funds have no category.")
}
pub(super) fn too_many_filters() -> Problem {
    let detail = format!("You have {} saved filters: no more are kept. Delete one, or change one that is there.", saved::MOST);
    Problem::field("name", "too_many", detail)
}
pub(super) fn filter_name_taken(name: &Name) -> Problem {
    conflict_on(Code::DuplicateName, "name", format!("There is a filter “{name}” already."))
}
pub(super) fn category_name_taken(name: &Name) -> Problem {
    conflict_on(Code::DuplicateName, "name", format!("There is a category “{name}” already."))
}
pub(super) fn category_in_use() -> Problem {
    Problem::new(Code::CategoryInUse, "Expenses use this category. Choose another one to move them to, or archive it.")
}
pub(super) fn username_taken(username: &str) -> Problem {
    conflict_on(Code::DuplicateName, "username", format!("The name “{username}” is taken. Choose another."))
}
pub(super) fn currency_fixed() -> Problem {
    conflict_on(Code::CurrencyFixed, "currency", "The currency stays once there are entries.".into())
}
pub(super) fn count_mismatch(found: Option<usize>) -> Problem {
    let found = found.map_or_else(|| "more".to_owned(), |n| n.to_string());
    Problem::new(Code::CountMismatch, format!("By now {found} expenses match. Look at them, then try again."))
}
pub(super) fn preview_outdated() -> Problem {
    Problem::new(Code::VersionConflict, "The account changed since this preview was made. Look at the preview again.")
}
pub(super) fn import_not_open() -> Problem {
    Problem::new(Code::AlreadyDone, "This statement was stored already. Upload the file again to take in more of it.")
}
pub(super) fn import_not_stored() -> Problem {
    Problem::new(Code::AlreadyDone, "Nothing of this statement is in the account.")
}
