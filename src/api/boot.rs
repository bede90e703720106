//! What a page knows before it asks anything: sent with the HTML, read again by the browser.

use crate::domain::{Category, Me, Problem, Seq, user::SignUp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Provided as a context by the server for each render; [`crate::app`] carries it over to the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// `None` on the pages for people who are not signed in.
    pub me: Option<Me>,
    /// All categories, archived ones too, by name; empty when nobody is signed in.
    pub categories: Vec<Category>,
    pub sign_up: SignUp,
    /// What the last form left behind, once.
    pub flash: Flash,
    /// Where the assets are: `/assets/<hash>`. Also says which build rendered the page.
    pub assets: String,
    /// Fresh for each render: the seed of the hidden ids of the page's forms.
    pub form_id: Uuid,
}

/// What a form without JavaScript left for the page after it (S30): at most 60 s old, read once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flash {
    pub notice: Option<Notice>,
    pub form: Option<FormFlash>,
    /// A secret that was just made, such as a token. Such a flash never leaves the server's memory but to the page that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_once: Option<String>,
}

/// A toast: something was done, and may be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub message: String,
    /// The journal entry to undo.
    pub undo: Option<Seq>,
}

/// A refused form: what was typed (never passwords) and why it was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormFlash {
    /// The path the form was posted to.
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub problem: Problem,
}

impl FormFlash {
    /// What was typed into a field.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }
}
