//! Everything one has recorded, as a file.

use super::Section;
use crate::app::components::icon::{Icon, IconKind};
use leptos::prelude::*;

const FORMATS: [(&str, &str); 2] = [("/export?format=csv", "Download as CSV"), ("/export?format=json", "Download as JSON")];

#[component]
pub(super) fn Download() -> impl IntoView {
    let link = |(href, text): (&'static str, &'static str)| {
        view! { <a class="btn" href=href rel="external" download><Icon kind=IconKind::Export/><span>{text}</span></a> }
    };
    view! {
        <Section
            id="download" title="Your data"
            lead="All your funds and expenses. CSV opens in any spreadsheet and can be imported again; JSON leaves nothing out."
        >
            <div class="form-actions">
                {FORMATS.map(link).collect_view()}
                <a class="btn" href="/history?kind=account"><Icon kind=IconKind::History/><span>"What happened to your account"</span></a>
            </div>
        </Section>
    }
}
