//! What every engine must do, written against [`Store`] alone, so that each engine runs the same suite:
//! `conformance_suite!(home)` makes one test of each function named here.

mod build;

use super::*;
use crate::domain::*;
use build::*;
pub use build::{added, append_all, entry, everything, expense, get, journal_after, person};

/// Where an engine keeps one store: empty at first, and the same again when opened again.
#[async_trait]
pub trait Home: Send + Sync {
    async fn open(&self) -> DynStore;
}

macro_rules! suite {
    ($($module:ident: $($test:ident)+;)+) => {
        $(pub mod $module;)+
        /// Makes a test of each function of the suite; `$home` makes a fresh `Home`.
        macro_rules! conformance_suite {
            ($home:expr) => {
                $(mod $module {
                    use super::*;
                    $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $test() {
                        let home = $home;
                        $crate::server::store::conformance::$module::$test(&home).await;
                    })+
                })+
            };
        }
        pub(crate) use conformance_suite;
    };
}

suite! {
    transactions:
        what_was_written_is_read a_refusal_leaves_nothing what_the_engine_refuses_is_never_half_done
        commands_at_once_all_count neighbours_do_not_touch a_panic_harms_nobody all_is_there_after_reopening
        nothing_follows_a_close;
    records:
        every_kind_is_kept_and_deleted keys_carry_their_owner names_and_hashes_are_unique answers_come_in_the_order_of_keys
        balances_are_held_at_the_ends;
    people: what_is_a_persons_goes_part_by_part links_end_and_removals_are_listed categories_in_their_order users_and_admins
        people_page_by_page what_is_known_of_people who_was_here_last sessions_end tokens_of_a_person programs_by_name
        what_happened_newest_first categories_by_name_and_use everybodys_expenses_in_a_category
        everybodys_budgets_of_a_category;
    lists:
        pages_add_up_to_the_list filters_choose_what_they_say search_takes_signs_as_they_are cursors_of_other_lists_are_refused
        funds_newest_first matching_by_id some_by_their_ids;
    finding: every_filter_finds_what_reading_every_row_finds a_number_finds_amounts_too long_texts_are_found;
    recurs: everybodys_recurring_entries_of_a_category what_is_due_by_day;
    reports: sums_do_not_overflow groups_sum_to_the_total sums_follow_the_rows every_day_by_category days_net_of_funds_and_expenses;
    journal: numbers_without_gaps an_undone_entry_says_so newest_first_page_by_page entries_by_origin_and_time
        the_life_of_an_expense entries_of_everybody entries_are_counted_by_time what_somebody_did_to_others whose_an_expense_is
        entries_keep_their_numbers what_is_planned_is_nobodys_yet changes_part_by_part;
    follow: who_listens_is_told_of_what_anybody_commits;
    imports: rows_and_fingerprints_of_an_import what_is_known_of_fingerprints uploads_of_a_person;
    trash: the_trash_page_by_page;
    upkeep: what_is_past_its_time_goes everything_is_scanned a_snapshot_is_one_moment the_engine_finds_no_fault the_engine_says_how_it_is;
}
