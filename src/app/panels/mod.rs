//! The panels beside the map: the lists at the left, the inspector at the right, and what they show alike.

pub(crate) mod annotations_panel;
pub(crate) mod captures;
pub(crate) mod cards;
pub(crate) mod inspector;
pub(crate) mod kinds_list;
pub(crate) mod layers_panel;
pub(crate) mod linking;
pub(crate) mod page_view;
mod pictures_panel;
pub(crate) mod reader;
pub(crate) mod sources_panel;
pub(crate) mod swatches;
