//! What every engine must do, written against [`Store`] alone, so that each engine runs the same suite:
//! `conformance_suite!(home)` makes one test of each function named here.

mod build;

use super::*;
use crate::domain::*;
use build::*;
pub use build::{everything, journal_after};

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
    people: users_and_admins people_page_by_page what_is_known_of_people sessions_end tokens_of_a_person categories_by_name_and_use everybodys_expenses_in_a_category
        everybodys_budgets_of_a_category;
    lists:
        pages_add_up_to_the_list filters_choose_what_they_say search_takes_signs_as_they_are cursors_of_other_lists_are_refused
        funds_newest_first matching_by_id;
    reports: sums_do_not_overflow groups_sum_to_the_total sums_follow_the_rows days_net_of_funds_and_expenses;
    journal: numbers_without_gaps an_undone_entry_says_so newest_first_page_by_page the_life_of_an_expense
        entries_keep_their_numbers what_is_planned_is_nobodys_yet changes_part_by_part;
    follow: who_listens_is_told_of_what_anybody_commits;
    imports: rows_and_fingerprints_of_an_import what_is_known_of_fingerprints uploads_of_a_person;
    upkeep: what_is_past_its_time_goes everything_is_scanned a_snapshot_is_one_moment the_engine_finds_no_fault;
}
