//! Which texts there are. `plain` ones are as they stand, `filled` ones hold other texts, `counted` ones a number.

use std::borrow::Borrow;
use std::fmt::Display;

/// What an argument of a text is.
macro_rules! argument {
    ($name:ident) => {
        &str
    };
}

macro_rules! catalogue {
    (
        plain { $($plain:ident,)* }
        filled { $($filled:ident($($argument:ident),+),)* }
        counted { $($counted:ident,)* }
    ) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub(in crate::admin) struct Texts {
            $(pub(in crate::admin) $plain: &'static str,)*
            $(pub(super) $filled: fn($(argument!($argument)),+) -> String,)*
            $(pub(super) $counted: fn(usize) -> String,)*
            /// What the engine says, by its English words; `{}` stands for what is said of.
            pub(super) messages: &'static [(&'static str, &'static str)],
        }

        #[allow(clippy::needless_pass_by_value, reason = "templates pass what they have")]
        impl Texts {
            $(pub(in crate::admin) fn $filled(&self, $($argument: impl Display),+) -> String {
                (self.$filled)($(&$argument.to_string()),+)
            })*
            $(pub(in crate::admin) fn $counted(&self, count: impl Borrow<usize>) -> String {
                (self.$counted)(*count.borrow())
            })*
        }

        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$(stringify!($plain),)* $(stringify!($filled),)* $(stringify!($counted),)*];

        #[cfg(test)]
        impl Texts {
            pub(super) fn plain(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($plain), self.$plain),)*]
            }
        }
    };
}

catalogue! {
    plain {
        admin, skip, signed_in, sign_out, entities, browse, overview, nothing_to_see, add, search,
        search_hint, apply, clear, remove_filter, nothing_matches, nothing_yet, show_all, pages,
        previous, next, any, not_set, breadcrumb, edit, delete, none, more_show_all, more, may_not_see,
        hidden, yes, no, new, changed_by_you, changed_by_other, row_last_at, below_now, empty, at, save_again,
        start_over, rest_is_now, one_row, mean_it, save, required, choose, find, nothing_found, create,
        create_another, cancel, result, nothing_deleted, cannot_delete, shown_nowhere, gone_for_good,
        once_clear, no_others_point, more_than_counted, hidden_may_point, and, stands_in_way, stand_in_way,
        deleted_too, unlinked, will_stay, not_confirmed, changed_look_again, lost_by_other, lost,
        below_as_new, unknown_outcome, you, the_application, someone_anonymous, created, saved, unchanged,
        deleted, done, is_required, keeps_present, bytes, elements, characters, slug_letters, in_utc,
        in_base64, a_json_value, a_json_list, back_to_admin, typed_withheld, what_you_entered, to_be_copied,
        secret_not_sent, typed_cut, please_sign_in, not_allowed, not_found, too_large, too_many, went_wrong,
        not_available, did_not_work, signed_in_again, form_before_sign_in, sign_in, email_address, password,
        session_ended, form_too_old, no_accounts_here, wrong_credentials, type_to_search, session_ended_save,
        search_failed, server_away, more_type_on, people, accounts, accounts_about, new_account, account_word,
        roles, roles_hint, subject, subject_hint, may_sign_in, may_sign_in_hint, created_at, set_password,
        set_password_about, new_password, present_password, password_about, view_as, view_as_about,
        stop_viewing, end_session, sessions, sessions_about, signed_in_at, last_used, ends_at, status_word,
        this_one, api_tokens, tokens_about, token_word, new_token, make_token, token_name_hint, valid_for,
        no_end, token_made, token_once, own_token_about, no_tokens, revoke, revoked, expired, valid, name,
        your_account, how_you_read, language, as_browser, time_zone, dense_lists, why_not, what_word,
        rule_word, holds_for, every_row, no_row, this_row_word, holds, does_not_hold, own_pages,
        recent_changes, tile_failed, change_created, change_updated, change_deleted, change_restored,
        history, create_continue, save_continue, save_another, back_without, search_everywhere, import, add_filter, with_many, with_word, the_chosen_rows, first, last, columns_and_order, columns, order_by, then_by, rows_of_page, show, save_view, saved_views, trash, back_to_list, export, restored, purged, more_linked,
    }
    filled {
        add_to(name), new_of(singular), choose_row(key), edit_of(title), delete_of(title), by(who),
        search_in(field), deprecated_label(name), not_to_be_used(reason), delete_this(singular),
        and_more(count), deleted_mark(title), nothing_saved_because(why), was_deleted_by(who, at),
        last_change_by(who, at), length_between(least, most, unit), length_least(least, unit),
        length_most(most, unit), between(least, most), at_least(least), at_most(most), sized_bytes(size, hex),
        names_no_row(words), request_id(id), form_unread(why),
        too_many_wait(seconds), not_signed_in_because(why), viewing_as(who), rules_of(name), rules_about(who),
        all_on_page(count), all_that_match(count),
    }
    counted {
        nothing_saved_values, rows_all_or_none, deletes_more, days,
    }
}
