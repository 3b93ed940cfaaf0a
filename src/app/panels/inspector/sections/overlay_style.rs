//! How the features of an overlay are told apart, drawn, named and filtered: a display setting, evidence untouched.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    self, Button, Color32, ComboBox, DragValue, Image, Rect, RichText, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo,
};

use super::kind_swatches::{KindSwatches, SIZE};
use super::style::{DASHES, choose, number_ui, percent_ui, row_ui};
use super::{Subject, Typed};
use crate::app::widgets::small_warning_ui;
use crate::app::{chrome, theme};
use crate::document::OverlayState;
use crate::document::annotation::{Dash, SAFE_COLORS};
use crate::dossier::classes::{self, Method};
use crate::dossier::kinds::Row;
use crate::dossier::model::{PatternKind, StylePart};
use crate::dossier::ramps::{RAMPS, Ramp, RampKind};
use crate::dossier::styling::{
    By, Categories, Graduated, KindChange, LabelPlacement, Labels, Styling, property_in_words,
};
use crate::dossier::{Dimension, Kind, Kinds, Overlay, Property, Style, words};
use crate::formats::color::Rgba;
use crate::formats::columns::ColumnKind;
use crate::formats::filter::{Filter, FilterError};
use crate::formats::simplestyle::MarkerSize;
use crate::formats::table::SIMPLESTYLE;
use crate::scene::kind_swatch;
use crate::scene::palette::Theme;
use crate::session::Action;

/// What is typed and has not been applied yet, of the overlay that is selected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Styled {
    overlay: String,
    /// By the names of their fields.
    texts: BTreeMap<String, String>,
    /// The kind whose style is open, by its key.
    open: Option<String>,
    swatches: KindSwatches,
}

/// Whose style is changed.
#[derive(Clone, Copy)]
enum Whose<'a> {
    All,
    Kind(&'a Kind),
}

/// A styling on its way to another one.
struct Editor<'a> {
    overlay: &'a Overlay,
    state: &'a OverlayState,
    kinds: Arc<Kinds>,
    properties: Option<&'a [Property]>,
    shade: Theme,
    made: Option<Styling>,
    /// Whether the change is a step of its own, not part of a drag.
    is_step: bool,
}

impl Editor<'_> {
    fn styling(&self) -> &Styling {
        self.made.as_ref().unwrap_or(&self.state.styling)
    }

    /// Changes something as part of a gesture.
    fn drag(&mut self, change: impl FnOnce(&mut Styling)) {
        let mut styling = self.styling().clone();
        change(&mut styling);
        self.made = Some(styling);
    }

    /// Changes something as a step of its own.
    fn step(&mut self, change: impl FnOnce(&mut Styling)) {
        self.drag(change);
        self.is_step = true;
    }

    fn part(&self, whose: Whose<'_>) -> StylePart {
        match whose {
            Whose::All => self.styling().change.clone(),
            Whose::Kind(kind) => {
                self.styling().kinds.get(&kind.key).map(|change| change.style.clone()).unwrap_or_default()
            }
        }
    }

    fn set_part(&mut self, whose: Whose<'_>, is_step: bool, change: impl FnOnce(&mut StylePart)) {
        let edit = |styling: &mut Styling| match whose {
            Whose::All => change(&mut styling.change),
            Whose::Kind(kind) => {
                let of_kind = styling.kinds.entry(kind.key.clone()).or_default();
                change(&mut of_kind.style);
                if *of_kind == KindChange::default() {
                    styling.kinds.remove(&kind.key);
                }
            }
        };
        if is_step { self.step(edit) } else { self.drag(edit) }
    }

    fn has(&self, dimension: Dimension) -> bool {
        let shape = &self.overlay.shape;
        match dimension {
            Dimension::Area => !shape.polygons().is_empty(),
            Dimension::Line => !shape.lines().is_empty(),
            Dimension::Point => !shape.places().is_empty(),
        }
    }

    /// Names of properties that can be chosen, simplestyle's aside, with what their values are.
    fn choices(&self, fits: impl Fn(ColumnKind) -> bool) -> Vec<(String, &'static str)> {
        let properties = self.properties.unwrap_or_default().iter();
        let own = properties.filter(|one| !SIMPLESTYLE.contains(&one.name.as_str()) && fits(one.kind));
        own.map(|one| (one.name.clone(), kind_in_words(one.kind))).collect()
    }

    fn values(&self) -> Vec<(String, &'static str)> {
        self.choices(|kind| kind != ColumnKind::Empty)
    }

    fn numbers(&self) -> Vec<(String, &'static str)> {
        let mut numbers = self.choices(|kind| matches!(kind, ColumnKind::Number | ColumnKind::Mixed));
        for (name, dimension) in [("km2", Dimension::Area), ("km", Dimension::Line)] {
            if self.has(dimension) && numbers.iter().all(|(known, _)| known != name) {
                numbers.push((name.to_owned(), "size"));
            }
        }
        numbers
    }
}

/// Shows the section.
pub(crate) fn overlay_style_ui(ui: &mut Ui, subject: &Subject<'_>, typed: &mut Typed, actions: &mut Vec<Action>) {
    let Some(overlay) = subject.overlay() else { return };
    let Some(state) = subject.session.document().overlay(&overlay.id) else { return };
    let typed = &mut typed.styled;
    if typed.overlay != overlay.id {
        typed.overlay.clone_from(&overlay.id);
        typed.texts.clear();
        typed.open = None;
    }
    let (kinds, is_sorted) = overlay.kinds_at_hand(&state.styling);
    let properties = overlay.properties_at_hand();
    let shade = subject.shade;
    let mut editor = Editor { overlay, state, kinds, properties, shade, made: None, is_step: false };
    let has_features = overlay.features.count() > 0;
    if has_features {
        by_ui(ui, &mut editor);
        if !is_sorted {
            wait_ui(ui, "Sorting the features…");
        }
        if !matches!(state.styling.by, By::AsGiven | By::One) {
            editor.kinds.problems().iter().for_each(|problem| small_warning_ui(ui, &problem.what));
        }
        kinds_ui(ui, &mut editor, typed);
    }
    let title = if editor.kinds.is_told_apart() { "All kinds" } else { "Look" };
    ui.add_space(4.0);
    ui.label(RichText::new(title).family(theme::semi_bold()));
    part_ui(ui, &mut editor, Whose::All, typed);
    percent_ui(ui, "Opacity", "Opacity of the overlay", state.opacity, |opacity| {
        actions.push(Action::SetOpacity(overlay.id.clone(), opacity));
    });
    if has_features {
        labels_ui(ui, &mut editor);
        filter_ui(ui, &mut editor, typed);
    }
    ui.add_space(4.0);
    let reset = ui.add_enabled(!editor.styling().is_plain(), Button::new("Reset style"));
    if reset.on_hover_text("Draw it as it is given, with nothing left out").clicked() {
        editor.step(|styling| *styling = Styling::default());
        typed.texts.clear();
        typed.open = None;
    }
    let Editor { made, is_step, .. } = editor;
    let made = made.filter(|made| *made != *state.styling);
    if let Some(made) = made {
        if is_step {
            actions.push(Action::EndGesture);
        }
        actions.push(Action::SetStyling(overlay.id.clone(), Arc::new(made)));
        if is_step {
            actions.push(Action::EndGesture);
        }
    }
    if ui.input(|input| input.pointer.any_released()) {
        actions.push(Action::EndGesture);
    }
}

fn wait_ui(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(theme::second(text, theme::theme_of(ui.ctx())));
    });
}

fn kind_in_words(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Empty => "empty",
        ColumnKind::Number => "number",
        ColumnKind::Date => "date",
        ColumnKind::Bool => "yes or no",
        ColumnKind::Link => "link",
        ColumnKind::Text => "text",
        ColumnKind::Mixed => "mixed",
    }
}

/// A list to choose from by number; the number that has been chosen.
fn list_ui(ui: &mut Ui, name: &str, now: &str, choices: &[(String, bool)]) -> Option<usize> {
    let mut chosen = None;
    let width = (ui.available_width() - 8.0).clamp(96.0, 190.0);
    let list = ComboBox::from_id_salt(name).selected_text(now).width(width).truncate();
    let list = chrome::list_ui(ui, list, |ui| {
        for (index, (text, is_current)) in choices.iter().enumerate() {
            if chrome::choice_ui(ui, *is_current, text) {
                chosen = Some(index);
            }
        }
    });
    list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    chosen
}

/// What tells kinds apart, and what that needs.
fn by_ui(ui: &mut Ui, editor: &mut Editor<'_>) {
    let by = editor.styling().by.clone();
    let (values, numbers) = (editor.values(), editor.numbers());
    let mut modes = vec![("As given", By::AsGiven), ("One style", By::One)];
    let likely = |(_, kind): &&(String, &'static str)| matches!(*kind, "text" | "yes or no");
    if let Some((name, _)) = values.iter().find(likely).or(values.first()) {
        modes.push(("A property’s values", By::Property(Categories::of(name.clone()))));
    }
    if let Some((name, _)) = numbers.first() {
        modes.push(("Classes of a number", By::Graduated(Graduated::of(name.clone()))));
    }
    let is_of_mode = |mode: &By| std::mem::discriminant(mode) == std::mem::discriminant(&by);
    let now = match &by {
        By::AsGiven => "As given",
        By::One => "One style",
        By::Property(_) => "A property’s values",
        By::Graduated(_) => "Classes of a number",
        By::Rules(_) => "Rules",
    };
    row_ui(ui, "Tell apart by", |ui, _| {
        let choices: Vec<_> = modes.iter().map(|(text, mode)| ((*text).to_owned(), is_of_mode(mode))).collect();
        if let Some(index) = list_ui(ui, "Tell apart by", now, &choices)
            && !is_of_mode(&modes[index].1)
        {
            let by = modes[index].1.clone();
            editor.step(|styling| {
                // The keys of kinds mean other kinds now.
                (styling.by, styling.kinds, styling.hidden) = (by, BTreeMap::new(), Default::default());
            });
        }
    });
    if editor.properties.is_none() {
        wait_ui(ui, "Reading the properties…");
    }
    match by {
        By::AsGiven | By::One | By::Rules(_) => {}
        By::Property(categories) => {
            property_ui(ui, "Property that tells apart", &categories.property, &values, |name| {
                let by = By::Property(Categories { property: name, ..categories.clone() });
                editor.step(|styling| {
                    (styling.by, styling.kinds, styling.hidden) = (by, BTreeMap::new(), Default::default());
                });
            });
            ramp_ui(
                ui,
                categories.ramp(),
                |kind| kind == RampKind::Qualitative,
                false,
                |id| {
                    let by = By::Property(Categories { colors: id, ..categories.clone() });
                    editor.step(|styling| styling.by = by);
                },
            );
        }
        By::Graduated(graduated) => graduated_ui(ui, editor, &graduated, &numbers),
    }
}

fn graduated_ui(ui: &mut Ui, editor: &mut Editor<'_>, graduated: &Graduated, numbers: &[(String, &'static str)]) {
    let mut change = |is_step: bool, made: Graduated| {
        let edit = |styling: &mut Styling| styling.by = By::Graduated(made);
        if is_step { editor.step(edit) } else { editor.drag(edit) }
    };
    property_ui(ui, "Number that tells apart", &graduated.property, numbers, |name| {
        change(true, Graduated { property: name, ..graduated.clone() });
    });
    row_ui(ui, "Classes", |ui, _| {
        let choices: Vec<_> =
            Method::ALL.iter().map(|method| (method.name().to_owned(), *method == graduated.method)).collect();
        if let Some(index) = list_ui(ui, "How numbers fall into classes", graduated.method.name(), &choices) {
            change(true, Graduated { method: Method::ALL[index], ..graduated.clone() });
        }
    });
    number_ui(ui, "How many", "Number of classes", graduated.classes as f64, 2.0..=12.0, "", |count| {
        let classes = (count.round() as usize).clamp(*classes::COUNT.start(), *classes::COUNT.end());
        change(false, Graduated { classes, ..graduated.clone() });
    });
    let is_ramp = |kind| kind != RampKind::Qualitative;
    ramp_ui(ui, graduated.ramp(), is_ramp, graduated.reversed, |id| {
        change(true, Graduated { ramp: id, ..graduated.clone() });
    });
    row_ui(ui, "", |ui, _| {
        let mut reversed = graduated.reversed;
        if ui.checkbox(&mut reversed, "Reversed").changed() {
            change(true, Graduated { reversed, ..graduated.clone() });
        }
    });
}

fn property_ui(ui: &mut Ui, name: &str, now: &str, choices: &[(String, &'static str)], chosen: impl FnOnce(String)) {
    row_ui(ui, "Property", |ui, _| {
        let listed: Vec<_> = choices
            .iter()
            .map(|(property, kind)| (format!("{} · {kind}", property_in_words(property)), property == now))
            .collect();
        if let Some(index) = list_ui(ui, name, &property_in_words(now), &listed) {
            chosen(choices[index].0.clone());
        }
    });
}

/// A list of ramps, painted, with their names; below it who made the one that is chosen.
fn ramp_ui(
    ui: &mut Ui,
    now: &'static Ramp,
    fits: impl Fn(RampKind) -> bool,
    reversed: bool,
    chosen: impl FnOnce(String),
) {
    let mut choice = None;
    row_ui(ui, "Colours", |ui, _| {
        let list = ComboBox::from_id_salt("colours").selected_text(now.title).width(84.0);
        let list = chrome::list_ui(ui, list, |ui| {
            ui.set_min_width(200.0);
            for kind in RampKind::ALL.into_iter().filter(|kind| fits(*kind)) {
                ui.label(theme::second(kind.name(), theme::theme_of(ui.ctx())));
                for ramp in RAMPS.iter().filter(|ramp| ramp.kind == kind) {
                    ui.horizontal(|ui| {
                        painted_ui(ui, ramp, reversed);
                        if chrome::choice_ui(ui, ramp.id == now.id, ramp.title) {
                            choice = Some(ramp.id.to_owned());
                        }
                    });
                }
            }
        });
        list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Colours of kinds"));
        painted_ui(ui, now, reversed);
    });
    row_ui(ui, "", |ui, _| {
        let credit = theme::second(now.credit, theme::theme_of(ui.ctx()));
        ui.add(egui::Label::new(credit.size(11.0)).wrap());
    });
    if let Some(id) = choice {
        chosen(id);
    }
}

fn painted_ui(ui: &mut Ui, ramp: &Ramp, reversed: bool) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(72.0, 14.0), Sense::hover());
    let mut colors = ramp.colors(ramp.most().unwrap_or(24));
    if reversed {
        colors.reverse();
    }
    let step = rect.width() / colors.len().max(1) as f32;
    for (index, color) in colors.iter().enumerate() {
        let left = rect.left() + index as f32 * step;
        let part = Rect::from_min_max(egui::pos2(left, rect.top()), egui::pos2(left + step, rect.bottom()));
        ui.painter().rect_filled(part, 0.0, shown(*color));
    }
}

fn shown(color: Rgba) -> Color32 {
    Color32::from_rgb(color.r, color.g, color.b)
}

/// A row for each kind: its sample, which opens its style, its name and how many features it has.
fn kinds_ui(ui: &mut Ui, editor: &mut Editor<'_>, typed: &mut Styled) {
    let kinds = Arc::clone(&editor.kinds);
    if !kinds.is_told_apart() {
        return;
    }
    ui.add_space(4.0);
    for row in kinds.rows() {
        match row {
            Row::Kind(index) => kind_ui(ui, editor, &kinds.list()[index], typed),
            Row::Others(others) => {
                let features: usize = others.iter().map(|index| kinds.list()[*index].features).sum();
                let (kinds, features) = (others.len(), words::number(features as f64, 0));
                ui.label(theme::second(format!("others ({kinds}): {features} features"), editor.shade));
            }
        }
    }
}

fn kind_ui(ui: &mut Ui, editor: &mut Editor<'_>, kind: &Kind, typed: &mut Styled) {
    let title = if kind.title.is_empty() { editor.overlay.title.main() } else { &kind.title };
    let is_open = typed.open.as_deref() == Some(kind.key.as_str());
    ui.push_id(&kind.key, |ui| {
        ui.horizontal(|ui| {
            let swatch = kind_swatch(editor.overlay, kind, editor.shade, editor.state.opacity);
            let texture = typed.swatches.texture(ui.ctx(), &swatch, editor.shade);
            let image = Image::new(&texture).fit_to_exact_size(SIZE);
            let button = ui.add(Button::image(image).selected(is_open).min_size(Vec2::new(34.0, 24.0)));
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, format!("Style of kind {title}")));
            if button.on_hover_text("Change how this kind is drawn").clicked() {
                typed.open = (!is_open).then(|| kind.key.clone());
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // Clear of the bar that scrolls the inspector.
                ui.add_space(10.0);
                let count = words::number(kind.features as f64, 0);
                let features = if kind.features == 1 { "feature" } else { "features" };
                ui.label(theme::second(&count, editor.shade)).on_hover_text(format!("{count} {features}"));
                let field = format!("Name of kind {title}");
                if let Some(name) = text_ui(ui, &field, title, "", f32::INFINITY, &mut typed.texts) {
                    let name = name.trim().to_owned();
                    editor.step(|styling| {
                        let change = styling.kinds.entry(kind.key.clone()).or_default();
                        change.title = (!name.is_empty()).then_some(name);
                        if *change == KindChange::default() {
                            styling.kinds.remove(&kind.key);
                        }
                    });
                    typed.texts.remove(&field);
                }
            });
        });
        if is_open {
            ui.indent("style of kind", |ui| part_ui(ui, editor, Whose::Kind(kind), typed));
        }
    });
}

/// A field that gives what was typed once it is left or entered; until then it is kept in `texts`.
fn text_ui(
    ui: &mut Ui,
    name: &str,
    now: &str,
    hint: &str,
    width_pt: f32,
    texts: &mut BTreeMap<String, String>,
) -> Option<String> {
    let mut text = texts.get(name).cloned().unwrap_or_else(|| now.to_owned());
    let response = ui.add(TextEdit::singleline(&mut text).hint_text(hint).desired_width(width_pt));
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    if response.changed() {
        texts.insert(name.to_owned(), text.clone());
    }
    let is_done = response.lost_focus() && texts.contains_key(name);
    if is_done && ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        texts.remove(name);
        return None;
    }
    is_done.then_some(text)
}

/// The style of all kinds or of one.
fn part_ui(ui: &mut Ui, editor: &mut Editor<'_>, whose: Whose<'_>, typed: &mut Styled) {
    let of = match whose {
        Whose::All => String::new(),
        Whose::Kind(kind) => format!(" of kind {}", kind.title),
    };
    let named = |what: &str| format!("{what}{of}");
    let part = editor.part(whose);
    // What stands in a control where nothing has been changed: of several kinds there is no one colour.
    let given = match whose {
        Whose::Kind(kind) => kind.style.clone(),
        Whose::All => editor.kinds.list().first().map_or_else(Style::default, |kind| kind.style.clone()),
    };
    let has_one_color = matches!(whose, Whose::Kind(_)) || editor.kinds.list().len() < 2;
    let now = |said: &Option<String>, given: &Option<String>| match said {
        Some(color) => Some(color.clone()),
        None if has_one_color => Some(given.clone().unwrap_or_else(|| "none".to_owned())),
        None => None,
    };
    let has = |dimension: Dimension| match whose {
        Whose::Kind(kind) => kind.dimension == dimension,
        Whose::All => editor.has(dimension),
    };
    let (areas, lines, points) = (has(Dimension::Area), has(Dimension::Line), has(Dimension::Point));
    if areas || lines {
        let stroke = now(&part.stroke, &given.stroke);
        color_ui(ui, "Line", &named("Line colour"), stroke.as_deref(), true, typed, |color| {
            editor.set_part(whose, true, |part| part.stroke = Some(color));
        });
        let width_pt = part.stroke_width.unwrap_or(given.stroke_width);
        number_ui(ui, "Width", &named("Line width"), width_pt, 0.0..=20.0, " pt", |width_pt| {
            editor.set_part(whose, false, |part| part.stroke_width = Some(width_pt));
        });
        row_ui(ui, "Dashes", |ui, label| {
            let dash = dash_of(part.dash.as_deref().or(given.dash.as_deref()).unwrap_or_default(), width_pt);
            choose(ui, label, &named("Dashes"), dash, &DASHES, |dash| {
                editor.set_part(whose, true, |part| part.dash = Some(lengths_of(dash, width_pt)));
            });
        });
    }
    if areas || points {
        let fill = now(&part.fill, &given.fill);
        let row = if areas { "Fill" } else { "Colour" };
        color_ui(ui, row, &named("Fill colour"), fill.as_deref(), areas, typed, |color| {
            editor.set_part(whose, true, |part| part.fill = Some(color));
        });
    }
    if areas {
        let opacity = part.fill_opacity.unwrap_or(given.fill_opacity);
        percent_ui(ui, "Strength", &named("Fill opacity"), opacity, |opacity| {
            editor.set_part(whose, false, |part| part.fill_opacity = Some(opacity));
        });
        let pattern = part.pattern.unwrap_or(given.pattern);
        row_ui(ui, "Pattern", |ui, label| {
            choose(ui, label, &named("Pattern"), pattern, &PATTERNS, |pattern| {
                editor.set_part(whose, true, |part| part.pattern = Some(pattern));
            });
        });
        if pattern == PatternKind::Hatch {
            let angle = part.pattern_angle.unwrap_or(given.pattern_angle);
            row_ui(ui, "Angle", |ui, _| {
                let mut angle = angle;
                let response =
                    ui.add(DragValue::new(&mut angle).range(0.0..=180.0).speed(1.0).max_decimals(0).suffix("°"));
                response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, named("Angle of the hatch")));
                if response.changed() {
                    editor.set_part(whose, false, |part| part.pattern_angle = Some(angle));
                }
            });
        }
    }
    if points {
        let symbol = symbol_of(part.marker_symbol.as_ref().or(given.marker_symbol.as_ref()));
        let size = part.marker_size.or(given.marker_size);
        row_ui(ui, "Points", |ui, label| {
            choose(ui, label, &named("Point symbol"), symbol, &SYMBOLS, |symbol| {
                editor.set_part(whose, true, |part| {
                    part.marker_symbol = (!symbol.is_empty()).then(|| symbol.to_owned());
                    // Without either, a point is a dot.
                    part.marker_size = part.marker_symbol.as_ref().and(size);
                });
            });
        });
        row_ui(ui, "Size", |ui, label| {
            choose(ui, label, &named("Point size"), size, &SIZES, |size| {
                editor.set_part(whose, true, |part| part.marker_size = size);
            });
        });
    }
    if !part.is_empty() {
        row_ui(ui, "", |ui, _| {
            let button = ui.small_button("As before");
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, named("Style as before")));
            if button.on_hover_text("Take these changes back, and leave everything else").clicked() {
                editor.set_part(whose, true, |part| *part = StylePart::default());
                typed.texts.clear();
            }
        });
    }
}

const PATTERNS: [(PatternKind, &str); 3] =
    [(PatternKind::None, "None"), (PatternKind::Hatch, "Hatch"), (PatternKind::Dots, "Dots")];

/// Symbols by their names in simplestyle.
const SYMBOLS: [(&str, &str); 8] = [
    ("", "As given"),
    ("circle", "Circle"),
    ("square", "Square"),
    ("triangle", "Triangle"),
    ("diamond", "Diamond"),
    ("star", "Star"),
    ("cross", "Cross"),
    ("marker", "Pin"),
];

const SIZES: [(Option<MarkerSize>, &str); 4] = [
    (None, "As given"),
    (Some(MarkerSize::Small), "Small"),
    (Some(MarkerSize::Medium), "Medium"),
    (Some(MarkerSize::Large), "Large"),
];

fn symbol_of(symbol: Option<&String>) -> &'static str {
    symbol.and_then(|symbol| SYMBOLS.iter().find(|(known, _)| known == symbol)).map_or("", |(known, _)| known)
}

/// The kind of a dash by its lengths: dashes no longer than the line is wide are dots.
fn dash_of(lengths_pt: &[f64], width_pt: f64) -> Dash {
    match lengths_pt.first() {
        None => Dash::Solid,
        Some(first) if *first <= 1.2 * width_pt => Dash::Dotted,
        Some(_) => Dash::Dashed,
    }
}

fn lengths_of(dash: Dash, width_pt: f64) -> Vec<f64> {
    let width_pt = width_pt.max(0.5);
    match dash {
        Dash::Solid => Vec::new(),
        Dash::Dashed => vec![(3.0 * width_pt).max(5.0), (2.0 * width_pt).max(3.0)],
        Dash::Dotted => vec![width_pt, 2.0 * width_pt],
    }
}

/// The colours that stay apart for all readers, any other as CSS writes it, and none.
fn color_ui(
    ui: &mut Ui,
    row: &str,
    name: &str,
    now: Option<&str>,
    may_be_none: bool,
    typed: &mut Styled,
    mut chosen: impl FnMut(String),
) {
    let current = now.and_then(Rgba::parse);
    row_ui(ui, row, |ui, _| {
        ui.spacing_mut().item_spacing.x = 1.0;
        for (title, rgb) in SAFE_COLORS {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::click());
            let on = current.is_some_and(|color| (color.r, color.g, color.b) == (rgb.r, rgb.g, rgb.b));
            let label = format!("{name}: {title}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &label));
            let ring = ui.visuals().text_color();
            ui.painter().circle_filled(rect.center(), 8.0, Color32::from_rgb(rgb.r, rgb.g, rgb.b));
            if on || response.has_focus() || response.hovered() {
                ui.painter().circle_stroke(rect.center(), 10.0, egui::Stroke::new(1.5, ring));
            }
            if response.on_hover_text(title).clicked() {
                typed.texts.remove(name);
                chosen(rgb.to_hex());
            }
        }
    });
    let mut error = None;
    row_ui(ui, "", |ui, _| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(18.0, 18.0), Sense::hover());
        match current {
            Some(color) => {
                ui.painter().rect_filled(rect, 3.0, shown(color));
            }
            None => {
                let line = egui::Stroke::new(1.0, ui.visuals().weak_text_color());
                ui.painter().rect_stroke(rect, 3.0, line, egui::StrokeKind::Inside);
            }
        }
        let text = now.unwrap_or_default();
        if let Some(text) = text_ui(ui, name, text, "#hex or a name", 104.0, &mut typed.texts) {
            match Rgba::parse(&text) {
                Some(color) => {
                    typed.texts.remove(name);
                    chosen(color.to_hex());
                }
                None if text.trim() == "none" && may_be_none => {
                    typed.texts.remove(name);
                    chosen("none".to_owned());
                }
                None if text.trim().is_empty() => {
                    typed.texts.remove(name);
                }
                None => {}
            }
        }
        error = typed.texts.get(name).filter(|text| Rgba::parse(text).is_none() && !text.trim().is_empty()).cloned();
        if may_be_none {
            let button = ui.selectable_label(now == Some("none"), "None");
            button.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, now == Some("none"), format!("{name}: none"))
            });
            if button.clicked() {
                typed.texts.remove(name);
                chosen("none".to_owned());
            }
        }
    });
    if let Some(text) = error.filter(|text| !may_be_none || !"none".starts_with(text.trim())) {
        small_warning_ui(ui, &format!("{} is no colour, such as #0072b2, red or rgb(0 114 178)", words::quoted(&text)));
    }
}

/// Words beside the features.
fn labels_ui(ui: &mut Ui, editor: &mut Editor<'_>) {
    let labels = editor.styling().labels.clone();
    ui.add_space(4.0);
    ui.label(RichText::new("Labels").family(theme::semi_bold()));
    let mut choices = vec![(None, "None".to_owned()), (Some("$title".to_owned()), "Title".to_owned())];
    choices.extend(editor.values().into_iter().map(|(name, kind)| {
        let text = format!("{name} · {kind}");
        (Some(name), text)
    }));
    let now = labels.as_ref().map(|labels| labels.property.clone());
    row_ui(ui, "Words from", |ui, _| {
        let text = now.as_deref().map_or_else(
            || "None".to_owned(),
            |now| match now {
                "$title" => "Title".to_owned(),
                other => property_in_words(other),
            },
        );
        let listed: Vec<_> = choices.iter().map(|(name, text)| (text.clone(), *name == now)).collect();
        if let Some(index) = list_ui(ui, "Labels from", &text, &listed) {
            let property = choices[index].0.clone();
            let before = labels.clone();
            editor.step(|styling| {
                styling.labels = property.map(|property| match before {
                    Some(before) => Labels { property, ..before },
                    None => Labels::of(property),
                });
            });
        }
    });
    let Some(labels) = labels else { return };
    number_ui(ui, "Size", "Size of labels", labels.size_pt, Labels::SIZES_PT, " pt", |size_pt| {
        editor.drag(|styling| styling.labels.iter_mut().for_each(|labels| labels.size_pt = size_pt));
    });
    row_ui(ui, "Place", |ui, label| {
        choose(ui, label, "Place of labels", labels.placement, &PLACEMENTS, |placement| {
            editor.step(|styling| styling.labels.iter_mut().for_each(|labels| labels.placement = placement));
        });
    });
}

const PLACEMENTS: [(LabelPlacement, &str); 4] = [
    (LabelPlacement::Auto, "Automatic"),
    (LabelPlacement::Over, "Over"),
    (LabelPlacement::Above, "Above"),
    (LabelPlacement::Below, "Below"),
];

/// The name of the field for a filter.
const FILTER: &str = "Filter of features";

/// Which features are drawn at all.
fn filter_ui(ui: &mut Ui, editor: &mut Editor<'_>, typed: &mut Styled) {
    ui.add_space(4.0);
    ui.label(RichText::new("Filter").family(theme::semi_bold()));
    let now = editor.styling().filter.as_ref().map_or_else(String::new, Filter::to_string);
    let entered = text_ui(ui, FILTER, &now, "status = occupied and km2 > 10", f32::INFINITY, &mut typed.texts);
    if let Some(text) = entered {
        if text.trim().is_empty() {
            editor.step(|styling| styling.filter = None);
            typed.texts.remove(FILTER);
        } else if let Ok(filter) = Filter::parse(&text) {
            editor.step(|styling| styling.filter = Some(filter));
            typed.texts.remove(FILTER);
        }
    }
    let error = typed.texts.get(FILTER).filter(|text| !text.trim().is_empty()).map(|text| Filter::parse(text));
    if let Some(Err(error)) = error {
        error_ui(ui, &error);
        return;
    }
    let Some(filter) = editor.styling().filter.clone() else { return };
    let (all, left_out) = (editor.overlay.features.count(), editor.kinds.left_out());
    let (passing, all) = (words::number(all.saturating_sub(left_out) as f64, 0), words::number(all as f64, 0));
    ui.label(theme::second(format!("{passing} of {all} features pass"), editor.shade));
    let known = |name: &str| {
        ["$title", "$id", "km2", "km"].contains(&name)
            || editor.properties.is_none_or(|properties| properties.iter().any(|property| property.name == name))
    };
    for name in filter.names().into_iter().filter(|name| !known(name)) {
        small_warning_ui(ui, &format!("no feature has a property {}", words::quoted(name)));
    }
}

/// What is wrong with a filter, and the text with the word marked.
fn error_ui(ui: &mut Ui, error: &FilterError) {
    let visuals = ui.visuals();
    let (ink, wrong) = (visuals.text_color(), visuals.error_fg_color);
    let font = egui::FontId::proportional(12.0);
    let plain = TextFormat { font_id: font.clone(), color: ink, ..TextFormat::default() };
    let marked = TextFormat { underline: egui::Stroke::new(1.5, wrong), color: wrong, ..plain.clone() };
    let mut job = LayoutJob::default();
    job.append(error.text.get(..error.at.start).unwrap_or_default(), 0.0, plain.clone());
    let word = error.text.get(error.at.clone()).unwrap_or_default();
    job.append(if word.is_empty() { " ? " } else { word }, 0.0, marked);
    job.append(error.text.get(error.at.end..).unwrap_or_default(), 0.0, plain);
    ui.add(egui::Label::new(job).wrap());
    small_warning_ui(ui, &error.what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_is_known_again_by_its_lengths() {
        for width_pt in [0.5, 1.0, 2.0, 6.0] {
            for (dash, _) in DASHES {
                assert_eq!(dash_of(&lengths_of(dash, width_pt), width_pt), dash, "{width_pt}");
            }
        }
    }
}
