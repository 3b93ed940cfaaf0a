//! The glyphs of the Phosphor icon face that the window uses; `assets/fonts/build.py` keeps just these.

pub(crate) const EYE: &str = "\u{E220}";
pub(crate) const EYE_SLASH: &str = "\u{E224}";
pub(crate) const HOUSE: &str = "\u{E2C2}";
pub(crate) const PLUS: &str = "\u{E3D4}";
pub(crate) const MINUS: &str = "\u{E32A}";
pub(crate) const COPY: &str = "\u{E1CA}";
pub(crate) const SUN: &str = "\u{E472}";
pub(crate) const MOON: &str = "\u{E330}";
pub(crate) const CIRCLE_HALF: &str = "\u{E18C}";
pub(crate) const X: &str = "\u{E4F6}";
pub(crate) const WARNING: &str = "\u{E4E0}";
pub(crate) const INFO: &str = "\u{E2CE}";
pub(crate) const ARROW_SQUARE_OUT: &str = "\u{E5DE}";
pub(crate) const STACK: &str = "\u{E466}";
pub(crate) const FOLDER_OPEN: &str = "\u{E256}";
pub(crate) const DOTS_THREE: &str = "\u{E1FE}";
pub(crate) const DOTS_SIX_VERTICAL: &str = "\u{EAE2}";
pub(crate) const CORNERS_OUT: &str = "\u{E1D0}";
pub(crate) const CHECK_CIRCLE: &str = "\u{E184}";
pub(crate) const WARNING_CIRCLE: &str = "\u{E4E2}";
pub(crate) const MINUS_CIRCLE: &str = "\u{E32C}";
