//! People as admins see them: never their money, and nothing that only they need to know.

use super::{
    FieldError, Instant, Role, Status, User, UserId,
    text::{Name, Username},
};
use serde::{Deserialize, Serialize};

/// A person, as admins see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub username: Username,
    pub display_name: Name,
    pub role: Role,
    pub status: Status,
    pub version: u32,
    pub created_at: Instant,
    /// When they were last here, to the minute; `None`: not since this is noted.
    pub last_seen_at: Option<Instant>,
    /// Whether they have a second factor; no more of it.
    pub second_factor: bool,
    /// How many expenses they have.
    pub expenses: u64,
    /// When they go for good, if they have deleted their account and do not sign in again.
    #[serde(default)]
    pub leaves_at: Option<Instant>,
}

impl Person {
    pub fn new(user: User, last_seen_at: Option<Instant>, second_factor: bool, expenses: u64) -> Self {
        Self {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            role: user.role,
            status: user.status,
            version: user.version,
            created_at: user.created_at,
            last_seen_at,
            second_factor,
            expenses,
            leaves_at: None,
        }
    }
}

/// Somebody who was deleted and is still kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPerson {
    pub id: UserId,
    pub username: Username,
    pub display_name: Name,
    pub role: Role,
    pub deleted_at: Instant,
    /// Until then they can be restored.
    pub kept_until: Instant,
    pub expenses: u64,
}

/// How many people there are, each in one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleCount {
    pub active: u64,
    pub disabled: u64,
    /// Have deleted their own account, and may still come back.
    pub leaving: u64,
    /// Were deleted, and can be restored.
    pub deleted: u64,
    /// Of the active ones.
    pub admins: u64,
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Every word of it begins a word of the username or the shown name.
    pub q: String,
    pub role: Option<Role>,
    pub status: Option<Status>,
}

/// The names [`PeopleFilter::read`] understands.
pub const PEOPLE_FIELDS: [&str; 3] = ["q", "role", "status"];

impl PeopleFilter {
    /// Reads the query's pairs. Pairs with other names are left to the caller; blank values are as absent.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<FieldError>> {
        let (mut filter, mut errors) = (Self::default(), Vec::new());
        for (name, value) in pairs {
            let value = value.trim();
            let result = match name {
                _ if value.is_empty() => Ok(()),
                "q" if value.chars().count() > 200 => {
                    Err(FieldError::new(name, "too_long", "Search for at most 200 characters."))
                }
                "q" => {
                    value.clone_into(&mut filter.q);
                    Ok(())
                }
                "role" => value.parse().map(|role| filter.role = Some(role)),
                "status" => value.parse().map(|status| filter.status = Some(status)),
                _ => Ok(()),
            };
            errors.extend(result.err());
        }
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How long ago something was, of so many seconds, in words; `None` from a day on, when the date says more.
pub fn ago(seconds: i64) -> Option<String> {
    let some = |n: i64, one: &str| Some(format!("{n} {one}{} ago", if n == 1 { "" } else { "s" }));
    match seconds {
        ..120 => Some("now".to_owned()),
        120..3_600 => some(seconds / 60, "minute"),
        3_600..86_400 => some(seconds / 3_600, "hour"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        for (seconds, words) in [
            (-5, Some("now")),
            (119, Some("now")),
            (120, Some("2 minutes ago")),
            (3_599, Some("59 minutes ago")),
            (3_600, Some("1 hour ago")),
            (86_399, Some("23 hours ago")),
            (86_400, None),
        ] {
            assert_eq!(ago(seconds).as_deref(), words, "{seconds}");
        }
    }

    #[test]
    fn filters_say_what_is_wrong() {
        let read = |pairs: &[(&str, &str)]| PeopleFilter::read(pairs.iter().copied());
        let filter = read(&[("q", " ana "), ("role", "admin"), ("status", ""), ("cursor", "x")]).expect("a filter");
        assert_eq!(filter, PeopleFilter { q: "ana".into(), role: Some(Role::Admin), status: None });
        let wrong = read(&[("role", "root"), ("status", "gone"), ("q", &"x".repeat(201))]).expect_err("three errors");
        assert_eq!(wrong.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["role", "status", "q"]);
        assert!(read(&[]).expect("a filter").is_empty());
    }
}
