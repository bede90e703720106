//! Line icons, drawn on 24 × 24. Decoration only: the words beside them, or an `aria-label`, say it.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $path:literal),+ $(,)?) => {
        /// Which icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconKind { $($name),+ }
        impl IconKind {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }
        }
    };
}

icons! {
    Home "M3 11.5 12 4l9 7.5M5.5 9.5V20h4.5v-5.5h4V20h4.5V9.5",
    List "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
    Wallet "M4 7.5V18a2 2 0 0 0 2 2h13a1 1 0 0 0 1-1V9a1 1 0 0 0-1-1H5.5A1.5 1.5 0 0 1 4 6.5 2.5 2.5 0 0 1 6.5 4H17v4M16.5 14h.01",
    Import "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14",
    Export "M12 15V4M7.5 8.5 12 4l4.5 4.5M5 20h14",
    Settings "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
    Tag "M20 12.5 12.5 20a1.5 1.5 0 0 1-2.1 0L4 13.6V5.5A1.5 1.5 0 0 1 5.5 4h8.1l6.4 6.4a1.5 1.5 0 0 1 0 2.1M8.5 8.5h.01",
    History "M4 12a8 8 0 1 0 2.7-6L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8",
    More "M5.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2M12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2M18.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2",
    Plus "M12 5v14M5 12h14",
    Check "M5 12.5 10 17.5 19.5 7",
    Close "M6 6l12 12M18 6 6 18",
    Undo "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
    Pencil "M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19l-4 1M14.5 6.5l3 3",
    Trash "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5",
    Search "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M20 20l-4.3-4.3",
    Calendar "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1M4 10.5h16M8 3.5V8M16 3.5V8",
    Left "M14.5 6l-6 6 6 6",
    Right "M9.5 6l6 6-6 6",
    Down "M6 9.5l6 6 6-6",
    SortDown "M12 5v14M6.5 13.5 12 19l5.5-5.5",
    SortUp "M12 19V5M6.5 10.5 12 5l5.5 5.5",
    SignOut "M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M10 8l-4 4 4 4M6 12h9",
    Warning "M12 4 2.8 19.5h18.4L12 4M12 10v4.5M12 17h.01",
    Info "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 11v5M12 8h.01",
    Key "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l8.5-8M16 7l3 3",
    User "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20a7.5 7.5 0 0 1 15 0",
    Users "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14.2a6.5 6.5 0 0 1 4 5.3",
    Target "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 12h.01",
    Chart "M3.5 20.5h17M6.5 17v-6M12 17V4.5M17.5 17V9",
    Copy "M9 9h10v11H9zM5.5 15H5V4h10v1.5",
    Archive "M4 5h16v4H4zM5.5 9v11h13V9M10 13h4",
    File "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
    Filter "M4 6h16M7 12h10M10 18h4",
    Window "M4 5h16v14H4zM4 9h16",
    Code "M8.5 8l-4 4 4 4M15.5 8l4 4-4 4",
    Shield "M12 3.5 5 6v5.5c0 4.2 2.9 7.4 7 9 4.1-1.6 7-4.8 7-9V6l-7-2.5",
    Refresh "M20 12a8 8 0 1 1-2.3-5.7L20 8.5M20 4v4.5h-4.5",
    Pulse "M3 12h4.5l2.5-7 4 14 2.5-7H21",
    Terminal "M4 5h16v14H4zM7.5 9.5l3 2.5-3 2.5M12.5 15h4",
}

/// A line icon in the colour of its text.
#[component]
pub fn Icon(kind: IconKind) -> impl IntoView {
    view! {
        <svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=kind.path()></path>
        </svg>
    }
}
