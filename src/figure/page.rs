//! Stub.
#![expect(missing_docs, reason = "stub")]
use crate::geometry::Frame;
use crate::scene::display_list::*;
use crate::scene::palette::Theme;
use crate::scene::swatch::SwatchStyle;
#[derive(Debug, Clone)]
pub struct FigureSpec { pub size_pt: (f64, f64), pub theme: Theme, pub title: String, pub subtitle: Option<String>, pub as_of: String, pub legend: Vec<LegendGroup>, pub references: Vec<Reference>, pub notes: Vec<String>, pub credits: Vec<String> }
#[derive(Debug, Clone)]
pub struct LegendGroup { pub title: String, pub entries: Vec<LegendEntry> }
#[derive(Debug, Clone)]
pub struct LegendEntry { pub title: String, pub title_uk: Option<String>, pub swatch: SwatchStyle, pub note: Option<String>, pub opacity: f64, pub references: Vec<usize> }
#[derive(Debug, Clone)]
pub struct Reference { pub number: usize, pub outlet: String, pub title: String, pub date: Option<String>, pub url: String, pub cites: Vec<String> }
pub struct Layout { pub map_frame: kurbo::Rect }
pub fn layout(spec: &FigureSpec) -> Layout { Layout { map_frame: kurbo::Rect::new(0.0, 0.0, spec.size_pt.0, spec.size_pt.1) } }
pub fn compose(_: &FigureSpec, _: &Layout, _: &Frame, map: DisplayList) -> DisplayList { map }
pub struct ScaleBar { pub length_pt: f64, pub label: String }
pub fn scale_bar(_: &Frame, longest_pt: f64) -> ScaleBar { ScaleBar { length_pt: longest_pt, label: "?".into() } }
