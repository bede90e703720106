//! What pages share.

pub mod add;
pub mod amount;
pub mod ask;
pub mod bar;
pub mod category;
pub mod dialog;
pub mod dialogs;
pub mod empty;
pub mod field;
pub mod form;
pub mod frame;
pub mod guess;
pub mod here;
pub mod icon;
pub mod keyboard;
pub mod layout;
pub mod over;
pub mod palette;
pub mod password;
pub mod paste;
pub mod period;
pub mod read;
pub mod select;
pub mod tabs;
pub mod toast;
pub mod trouble;
