//! What is selected of the user's own: words, look, size, layer, and what it rests on.

use eframe::egui::{
    self, Button, Color32, ComboBox, DragValue, RichText, Role, Slider, TextEdit, Ui, Vec2, WidgetInfo,
};

use crate::app::widgets::{icon_button, warning_ui, with_keys};
use crate::app::{chrome, icons, theme};
use crate::document::annotation::{
    Citation, Dash, Hatch, MarkerSize, PointKind, Rgb, SAFE_COLORS, STROKE_WIDTH_PT, Shape, Style, Symbol, TEXT_SIZE_PT,
};
use crate::document::{Annotation, AnnotationId};
use crate::dossier::{Crossing, Measure, words};
use crate::geometry::Coord;
use crate::geometry::measure::area_m2;
use crate::scene::annotations::measure_label;
use crate::scene::palette::Theme;
use crate::session::{Action, Annotate, Command, Session, StyleChange};

/// The colour by which an annotation is known, as far as it can be told apart from the panel.
pub(crate) fn color_of(annotation: &Annotation, shade: Theme) -> Color32 {
    let ink = theme::ink(shade.palette().ink);
    match &annotation.shape {
        Shape::Point { kind: PointKind::Marker, .. } => color(annotation.style.marker),
        shape if shape.is_text() => annotation.style.text.map_or(ink, color),
        _ => color(annotation.style.stroke),
    }
}

fn color(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.r, rgb.g, rgb.b)
}

/// Shows the inspector of the selected annotations.
pub(crate) fn annotations_ui(ui: &mut Ui, session: &Session, citing: &mut Citing, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let ids = session.selected_annotations().to_vec();
    let selected: Vec<&Annotation> =
        ids.iter().filter_map(|id| session.document().annotations.get(*id)).map(AsRef::as_ref).collect();
    let Some(first) = selected.first().copied() else { return };
    head_ui(ui, session, &selected, shade, actions);
    let locked = selected.iter().all(|annotation| session.document().is_locked(annotation));
    if locked {
        ui.horizontal_wrapped(|ui| {
            ui.label(theme::icon(icons::LOCK, 14.0));
            ui.label("Locked: it is kept from being changed.");
            if first.locked && ui.link("Unlock").clicked() {
                actions.push(Action::Annotate(ids.clone(), Annotate::Lock(false)));
            }
        });
    }
    ui.add_enabled_ui(!locked, |ui| {
        if let [one] = selected.as_slice() {
            words_ui(ui, one, actions);
        }
        ui.add_space(8.0);
        ui.label(theme::section("Look", shade));
        style_ui(ui, &selected, &first.style, |change| {
            actions.push(Action::Annotate(ids.clone(), Annotate::Restyle(change)));
        });
        layer_ui(ui, session, &ids, first, actions);
    });
    ui.add_space(8.0);
    citations_ui(ui, session, &ids, first, citing, actions);
    if ui.input(|input| input.pointer.any_released()) {
        actions.push(Action::EndGesture);
    }
}

/// What is wrong with the size of an area whose outline crosses itself or whose parts lie over each other. Looked for anew only after a change; areas of
/// more vertices than anyone draws are passed over, as the window must not wait.
fn crossing_of(ui: &Ui, annotation: &Annotation) -> Option<String> {
    const MOST_VERTICES: usize = 20_000;
    let Shape::Area { area, .. } = &annotation.shape else {
        return None;
    };
    let vertices = area.0.iter().map(|polygon| polygon.exterior().0.len()).sum::<usize>();
    if vertices > MOST_VERTICES {
        return None;
    }
    let km2 = area_m2(area) / 1e6;
    let state = (annotation.id, vertices, km2.to_bits());
    let key = egui::Id::unique("crossing of the annotation");
    let known = ui.data(|data| data.get_temp::<(_, Option<String>)>(key)).filter(|(of, _)| *of == state);
    let (_, warning) = known.unwrap_or_else(|| {
        let measure = Measure::Area { km2, range_km2: None };
        (state, Crossing::of(area).map(|crossing| words::crossing(&crossing, measure)))
    });
    ui.data_mut(|data| data.insert_temp(key, (state, warning.clone())));
    warning
}

fn head_ui(ui: &mut Ui, session: &Session, selected: &[&Annotation], shade: Theme, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
            if icon_button(ui, icons::X, Command::ClearSelection.label(), true).clicked() {
                actions.push(Action::Command(Command::ClearSelection));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::TOP).with_main_wrap(true), |ui| match selected {
                [one] => ui.heading(one.label()),
                several => ui.heading(format!("{} annotations", several.len())),
            });
        });
    });
    if let [one] = selected {
        let at = match &one.shape {
            Shape::Point { at, .. } | Shape::Callout { target: at, .. } => Some(*at),
            Shape::Circle { center, .. } => Some(*center),
            _ => None,
        };
        let mut facts = vec![one.shape.name().to_owned()];
        facts.extend(measure_label(one));
        ui.label(theme::second(facts.join(" · "), shade));
        if let Some(warning) = crossing_of(ui, one) {
            warning_ui(ui, &warning);
        }
        if let Some(Coord { x, y }) = at {
            let text = words::position(x, y);
            let label = egui::Label::new(RichText::new(&text).monospace()).sense(egui::Sense::click());
            if ui.add(label).on_hover_text("Copy the coordinates").clicked() {
                actions.push(Action::CopyText(text));
            }
        }
    }
    ui.horizontal_wrapped(|ui| {
        let ids: Vec<AnnotationId> = selected.iter().map(|annotation| annotation.id).collect();
        if ui.button("Zoom to").clicked() {
            actions.push(Action::ZoomToAnnotations(ids));
        }
        for command in [
            Command::Duplicate,
            Command::Merge,
            Command::CutOut,
            Command::Split,
            Command::Reverse,
            Command::Buffer,
            Command::Simplify,
            Command::Delete,
        ] {
            if session.why_not(command).is_none()
                && ui.button(command.label()).on_hover_text(with_keys(session, command.help(), command)).clicked()
            {
                actions.push(Action::Command(command));
            }
        }
    });
}

fn words_ui(ui: &mut Ui, one: &Annotation, actions: &mut Vec<Action>) {
    ui.add_space(6.0);
    let label = ui.label("Title, as the map shows it");
    let mut title = one.title.clone();
    let rows = if one.shape.is_text() { 2 } else { 1 };
    let field = TextEdit::multiline(&mut title).desired_rows(rows).desired_width(f32::INFINITY);
    if ui.add(field.id_salt(("title", one.id.0))).labelled_by(label.id).changed() {
        actions.push(Action::Annotate(vec![one.id], Annotate::Title(title)));
    }
    let label = ui.label("Description");
    let mut text = one.description.clone();
    let field = TextEdit::multiline(&mut text).desired_rows(2).desired_width(f32::INFINITY);
    if ui.add(field.id_salt(("description", one.id.0))).labelled_by(label.id).changed() {
        actions.push(Action::Annotate(vec![one.id], Annotate::Description(text)));
    }
}

/// The controls of a look; only those that change something about what is selected.
pub(crate) fn style_ui(ui: &mut Ui, selected: &[&Annotation], style: &Style, mut change: impl FnMut(StyleChange)) {
    let any = |is: &dyn Fn(&Shape) -> bool| selected.iter().any(|annotation| is(&annotation.shape));
    let marker = any(&|shape| matches!(shape, Shape::Point { kind: PointKind::Marker, .. }));
    let text = any(&Shape::is_text);
    let area = any(&Shape::is_area);
    let line = any(&|shape| matches!(shape, Shape::Path { .. } | Shape::Other(_))) || area;
    if marker {
        row_ui(ui, "Symbol", |ui, label| {
            choose(ui, label, "Marker symbol", style.symbol, &SYMBOLS, |symbol| change(StyleChange::Symbol(symbol)));
            choose(ui, label, "Marker size", style.marker_size, &SIZES, |size| change(StyleChange::MarkerSize(size)));
        });
        color_ui(ui, "Colour", "Marker colour", style.marker, |rgb| change(StyleChange::Marker(rgb)));
        row_ui(ui, "Number", |ui, _| {
            let mut numbered = style.number.is_some();
            let check = ui.checkbox(&mut numbered, "");
            check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, numbered, "Numbered marker"));
            if check.changed() {
                change(StyleChange::Number(numbered.then_some(1)));
            }
            if let Some(mut number) = style.number {
                let response = ui.add(DragValue::new(&mut number).range(0..=999));
                response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Marker number"));
                if response.changed() {
                    change(StyleChange::Number(Some(number)));
                }
            }
        });
    }
    if line {
        color_ui(ui, "Line", "Line colour", style.stroke, |rgb| change(StyleChange::Stroke(rgb)));
        number_ui(ui, "Width", "Line width", style.stroke_width_pt, STROKE_WIDTH_PT, " pt", |width_pt| {
            change(StyleChange::StrokeWidth(width_pt));
        });
        percent_ui(ui, "Strength", "Line opacity", style.stroke_opacity, |opacity| {
            change(StyleChange::StrokeOpacity(opacity));
        });
        row_ui(ui, "Dashes", |ui, label| {
            choose(ui, label, "Dashes", style.dash, &DASHES, |dash| change(StyleChange::Dash(dash)));
        });
    }
    if area {
        color_ui(ui, "Fill", "Fill colour", style.fill, |rgb| change(StyleChange::Fill(rgb)));
        percent_ui(ui, "Strength", "Fill opacity", style.fill_opacity, |opacity| {
            change(StyleChange::FillOpacity(opacity));
        });
        row_ui(ui, "Hatch", |ui, label| {
            choose(ui, label, "Hatch", style.hatch, &HATCHES, |hatch| change(StyleChange::Hatch(hatch)));
        });
    }
    number_ui(ui, "Text", "Text size", style.text_size_pt, TEXT_SIZE_PT, " pt", |size_pt| {
        change(StyleChange::TextSize(size_pt));
    });
    if text {
        let ink = Rgb::new(0x1B1D20);
        color_ui(ui, "Text colour", "Text colour", style.text.unwrap_or(ink), |rgb| {
            change(StyleChange::Text(Some(rgb)));
        });
    }
    if selected.iter().all(|annotation| annotation.shape.is_text()) {
        return;
    }
    row_ui(ui, "On the map", |ui, _| {
        if selected.iter().any(|annotation| !annotation.shape.is_text()) {
            let mut show = style.show_title;
            if ui.checkbox(&mut show, "Title").changed() {
                change(StyleChange::ShowTitle(show));
            }
        }
        if line {
            let mut show = style.show_measure;
            if ui.checkbox(&mut show, "Size").changed() {
                change(StyleChange::ShowMeasure(show));
            }
        }
    });
}

const SYMBOLS: [(Symbol, &str); 7] = [
    (Symbol::Pin, "Pin"),
    (Symbol::Circle, "Circle"),
    (Symbol::Square, "Square"),
    (Symbol::Triangle, "Triangle"),
    (Symbol::Diamond, "Diamond"),
    (Symbol::Star, "Star"),
    (Symbol::Cross, "Cross"),
];
const SIZES: [(MarkerSize, &str); 3] =
    [(MarkerSize::Small, "Small"), (MarkerSize::Medium, "Medium"), (MarkerSize::Large, "Large")];
const DASHES: [(Dash, &str); 3] = [(Dash::Solid, "Solid"), (Dash::Dashed, "Dashed"), (Dash::Dotted, "Dotted")];
const HATCHES: [(Hatch, &str); 5] = [
    (Hatch::None, "None"),
    (Hatch::Rising, "Rising lines"),
    (Hatch::Falling, "Falling lines"),
    (Hatch::Level, "Level lines"),
    (Hatch::Dots, "Dots"),
];

/// Width of the column of names.
const NAME_PT: f32 = 78.0;

fn row_ui(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui, egui::Id)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let shade = theme::theme_of(ui.ctx());
        let label = ui.allocate_ui(Vec2::new(NAME_PT, 24.0), |ui| {
            ui.set_min_width(NAME_PT);
            ui.label(theme::second(name, shade))
        });
        content(ui, label.inner.id);
    });
}

fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    _label: egui::Id,
    name: &str,
    now: T,
    choices: &[(T, &str)],
    mut chosen: impl FnMut(T),
) {
    let text = choices.iter().find(|(value, _)| *value == now).map_or("", |(_, text)| text);
    let list = ComboBox::from_id_salt(name).selected_text(text).width(96.0);
    let list = chrome::list_ui(ui, list, |ui| {
        for (value, text) in choices {
            if chrome::choice_ui(ui, *value == now, *text) {
                chosen(*value);
            }
        }
    });
    list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
}

/// The colours that stay apart for all readers, and any other.
fn color_ui(ui: &mut Ui, row: &str, name: &str, now: Rgb, mut chosen: impl FnMut(Rgb)) {
    row_ui(ui, row, |ui, _| {
        ui.spacing_mut().item_spacing.x = 1.0;
        for (title, rgb) in SAFE_COLORS {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), egui::Sense::click());
            let on = rgb == now;
            let label = format!("{name}: {title}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &label));
            let ring = ui.visuals().text_color();
            ui.painter().circle_filled(rect.center(), 8.0, color(rgb));
            if on || response.has_focus() || response.hovered() {
                ui.painter().circle_stroke(rect.center(), 10.0, egui::Stroke::new(1.5, ring));
            }
            if response.on_hover_text(title).clicked() {
                chosen(rgb);
            }
        }
        let mut free = [now.r, now.g, now.b];
        let picker = ui.color_edit_button_srgb(&mut free);
        picker.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, format!("{name}: any")));
        if picker.changed() {
            let [r, g, b] = free;
            chosen(Rgb { r, g, b });
        }
    });
}

fn number_ui(
    ui: &mut Ui,
    row: &str,
    name: &str,
    now: f64,
    range: std::ops::RangeInclusive<f64>,
    suffix: &str,
    mut chosen: impl FnMut(f64),
) {
    row_ui(ui, row, |ui, _| {
        let mut value = now;
        let response = ui.add(DragValue::new(&mut value).range(range).speed(0.1).max_decimals(1).suffix(suffix));
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
        if response.changed() {
            chosen(value);
        }
    });
}

fn percent_ui(ui: &mut Ui, row: &str, name: &str, now: f64, mut chosen: impl FnMut(f64)) {
    row_ui(ui, row, |ui, _| {
        let mut percent = now * 100.0;
        let response = ui.add(Slider::new(&mut percent, 0.0..=100.0).suffix(" %").fixed_decimals(0));
        response.widget_info(|| WidgetInfo::slider(true, percent, name));
        if response.changed() {
            chosen(percent / 100.0);
        }
    });
}

fn layer_ui(ui: &mut Ui, session: &Session, ids: &[AnnotationId], first: &Annotation, actions: &mut Vec<Action>) {
    let layers = &session.document().layers;
    if layers.len() < 2 {
        return;
    }
    row_ui(ui, "Layer", |ui, _| {
        let title = session.document().layer(first.layer).map_or("", |layer| &layer.title);
        let list = ComboBox::from_id_salt("layer").selected_text(title);
        let list = chrome::list_ui(ui, list, |ui| {
            for layer in layers.iter().rev() {
                if chrome::choice_ui(ui, layer.id == first.layer, &layer.title) {
                    actions.push(Action::Annotate(ids.to_vec(), Annotate::ToLayer(layer.id)));
                }
            }
        });
        list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Layer"));
    });
}

/// What is being cited, while it is typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Citing {
    search: String,
    url: String,
    /// Whether the menu was open when it was last looked at.
    open: bool,
}

fn citations_ui(
    ui: &mut Ui,
    session: &Session,
    ids: &[AnnotationId],
    first: &Annotation,
    citing: &mut Citing,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    ui.label(theme::section(format!("Says who? ({})", first.citations.len()), shade));
    if first.citations.is_empty() {
        ui.label(theme::second("No source is cited yet.", shade));
    }
    for citation in &first.citations {
        match citation {
            Citation::Excerpt { excerpt: id } => match session.excerpt(id) {
                Some(excerpt) => {
                    crate::app::panels::cards::excerpt_ui(
                        ui,
                        session,
                        excerpt,
                        crate::app::panels::cards::Links::ToExcerpt,
                        actions,
                    );
                }
                None => {
                    ui.horizontal_wrapped(|ui| {
                        ui.label(theme::icon(icons::WARNING, 14.0));
                        ui.label(format!("The excerpt “{id}” is not in the dossier that is open."));
                    });
                }
            },
            Citation::Link { url, title, date } => {
                ui.horizontal_wrapped(|ui| {
                    ui.label(title.as_deref().unwrap_or(url));
                    if let Some(date) = date {
                        ui.label(theme::second(date, shade));
                    }
                    crate::app::panels::cards::link_ui(ui, url, &format!("Open {url}"), actions);
                });
            }
        }
        if ui.link("Remove citation").clicked() {
            actions.push(Action::Annotate(ids.to_vec(), Annotate::Uncite(citation.clone())));
        }
    }
    ui.add_space(4.0);
    let button = Button::new("Cite…");
    let (response, shown) = egui::containers::menu::MenuButton::from_button(button)
        .config(egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside))
        .ui(ui, |ui| cite_menu_ui(ui, session, ids, citing, actions));
    citing.open &= shown.is_some();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Cite an excerpt or a page"));
}

/// Which excerpt, or which page.
fn cite_menu_ui(ui: &mut Ui, session: &Session, ids: &[AnnotationId], citing: &mut Citing, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    ui.set_min_width(360.0);
    let field = ui.add(TextEdit::singleline(&mut citing.search).hint_text("Search excerpts").desired_width(340.0));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search excerpts"));
    if !std::mem::replace(&mut citing.open, true) {
        field.request_focus();
    }
    let wanted = citing.search.trim().to_lowercase();
    egui::ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
        for excerpt in session.excerpts() {
            let outlet = session.dossier().source(&excerpt.source).map_or("", |source| source.outlet.as_str());
            let line = format!("{outlet}: {}", words::quoted(&excerpt.exact));
            if !wanted.is_empty() && !line.to_lowercase().contains(&wanted) {
                continue;
            }
            let row = ui.add(Button::new(RichText::new(&line).size(12.0)).frame(false).wrap());
            if row.clicked() {
                let citation = Citation::Excerpt { excerpt: excerpt.id.clone() };
                actions.push(Action::Annotate(ids.to_vec(), Annotate::Cite(citation)));
                ui.close();
            }
        }
        chrome::follow_focus(ui);
    });
    ui.separator();
    ui.label(theme::second("Or a page on the web:", shade));
    ui.horizontal(|ui| {
        let field = ui.add(
            TextEdit::singleline(&mut citing.url)
                .hint_text("https://…")
                .desired_width(260.0)
                .id(egui::Id::unique("cited page")),
        );
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Address of the page"));
        let url = citing.url.trim();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let usable = host.is_some_and(|host| host.contains('.') && !host.contains(char::is_whitespace));
        let add = ui.add_enabled(usable, Button::new("Add"));
        let entered = usable && field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if add.on_disabled_hover_text("An address begins with https:// and names a site").clicked() || entered {
            let citation = Citation::Link { url: url.to_owned(), title: None, date: None };
            actions.push(Action::Annotate(ids.to_vec(), Annotate::Cite(citation)));
            citing.url.clear();
            ui.close();
        }
    });
}
