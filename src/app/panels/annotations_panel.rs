//! The list of annotations by layer: search, eye, lock, rename in place, order by drag and by keys, zoom to, select.

use eframe::egui::{self, Button, Id, Key, Layout, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

use crate::app::reading_order::words_field;
use crate::app::widgets::{self, icon_button, line_edit, tip};
use crate::app::{chrome, icons, theme};
use crate::document::{Annotation, AnnotationId, Layer, LayerId};
use crate::scene::palette::Theme;
use crate::session::{Action, Annotate, Command, LayerChange, Session};

/// Height of a row; all are alike, so that only those in view are laid out.
const ROW_PT: f32 = 28.0;

/// The field that searches the list.
pub(crate) const SEARCH: &str = "Search annotations";

/// What the panel itself remembers.
#[derive(Debug, Default)]
pub(crate) struct AnnotationsPanel {
    search: String,
    /// Layers whose annotations are not listed.
    folded: Vec<LayerId>,
    renaming: Option<(Renaming, String)>,
    /// Whether the search field is to take the focus.
    find: bool,
    /// The rows as they were last made, with what they were made from.
    rows: Option<(u64, String, Vec<LayerId>, Vec<Row>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Renaming {
    Annotation(AnnotationId),
    Layer(LayerId),
}

#[derive(Debug, Clone, Copy)]
enum Row {
    Layer(LayerId, usize),
    /// By its place in the document's list.
    Annotation(usize),
}

impl AnnotationsPanel {
    /// Gives the search field the focus when it is next shown.
    pub(crate) fn find(&mut self) {
        self.find = true;
    }

    /// Shows the panel; what the user asks for goes to `actions`.
    pub(crate) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let document = session.document();
        ui.horizontal(|ui| {
            ui.label(theme::icon(icons::SEARCH, 15.0));
            let field = line_edit(&mut self.search).hint_text(SEARCH).id(Id::unique("search annotations"));
            let width = ui.available_width() - 36.0;
            let field = words_field(ui, field.desired_width(width), false);
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, SEARCH));
            if std::mem::take(&mut self.find) {
                field.request_focus();
            }
            if icon_button(ui, icons::FOLDER_PLUS, "Add layer", true).clicked() {
                actions.push(Action::AddLayer(format!("Layer {}", document.layers.len() + 1)));
            }
        });
        if document.annotations.is_empty() {
            ui.add_space(8.0);
            ui.label("Nothing is drawn yet.");
            ui.label(theme::second(
                "Choose a tool in the toolbar above, or press its key: M for a marker, T for text, L for a line, P for a \
                 polygon. Ctrl+V adds GeoJSON from the clipboard.",
                shade,
            ));
            ui.add_space(8.0);
        }
        let rows = self.rows(session);
        let spacing = 2.0;
        ui.spacing_mut().item_spacing.y = spacing;
        ScrollArea::vertical().auto_shrink(false).id_salt("annotations").show_rows(
            ui,
            ROW_PT,
            rows.len(),
            |ui, range| {
                for row in &rows[range] {
                    match *row {
                        Row::Layer(id, count) => {
                            if let Some(layer) = document.layer(id) {
                                ui.push_id(("layer", id.0), |ui| self.layer_ui(ui, session, layer, count, actions));
                            }
                        }
                        Row::Annotation(index) => {
                            if let Some(annotation) = document.annotations.iter().nth(index) {
                                ui.push_id(annotation.id.0, |ui| self.annotation_ui(ui, session, annotation, actions));
                            }
                        }
                    }
                }
                chrome::follow_focus(ui);
            },
        );
    }

    /// The rows, topmost layer and annotation first; those that do not match the search are left out.
    fn rows(&mut self, session: &Session) -> Vec<Row> {
        let revision = session.history().revision();
        if let Some((at, search, folded, rows)) = &self.rows
            && *at == revision
            && *search == self.search
            && *folded == self.folded
        {
            return rows.clone();
        }
        let document = session.document();
        let wanted = self.search.trim().to_lowercase();
        let matches = |annotation: &Annotation| {
            wanted.is_empty()
                || annotation.label().to_lowercase().contains(&wanted)
                || annotation.description.to_lowercase().contains(&wanted)
        };
        let mut rows = Vec::new();
        for layer in document.layers.iter().rev() {
            let found: Vec<usize> = document
                .annotations
                .iter()
                .enumerate()
                .rev()
                .filter(|(_, annotation)| annotation.layer == layer.id && matches(annotation))
                .map(|(index, _)| index)
                .collect();
            if found.is_empty() && !wanted.is_empty() {
                continue;
            }
            rows.push(Row::Layer(layer.id, found.len()));
            if !self.folded.contains(&layer.id) || !wanted.is_empty() {
                rows.extend(found.into_iter().map(Row::Annotation));
            }
        }
        self.rows = Some((revision, self.search.clone(), self.folded.clone(), rows.clone()));
        rows
    }

    fn layer_ui(&mut self, ui: &mut Ui, session: &Session, layer: &Layer, count: usize, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let change = |change: LayerChange| Action::Layer(layer.id, change);
        ui.horizontal(|ui| {
            ui.set_min_height(ROW_PT);
            ui.spacing_mut().item_spacing.x = 4.0;
            let folded = self.folded.contains(&layer.id);
            let (glyph, verb) = if folded { (icons::CARET_RIGHT, "Expand") } else { (icons::CARET_DOWN, "Collapse") };
            if icon_button(ui, glyph, &format!("{verb} layer {}", layer.title), true).clicked() {
                match self.folded.iter().position(|id| *id == layer.id) {
                    Some(index) => drop(self.folded.remove(index)),
                    None => self.folded.push(layer.id),
                }
            }
            if eye(ui, layer.visible, &format!("layer {}", layer.title)).clicked() {
                actions.push(change(LayerChange::Show(!layer.visible)));
            }
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                self.layer_menu_ui(ui, session, layer, actions);
                if lock(ui, layer.locked, &format!("layer {}", layer.title)).clicked() {
                    actions.push(change(LayerChange::Lock(!layer.locked)));
                }
                ui.label(theme::second(count.to_string(), shade)).on_hover_text("Annotations in this layer");
                ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                    if self.renaming_ui(ui, Renaming::Layer(layer.id), "Name of the layer", |title| {
                        actions.push(change(LayerChange::Rename(title)));
                    }) {
                        return;
                    }
                    let target = session.layer_of_new() == layer.id;
                    let title = if target && session.document().layers.len() > 1 {
                        format!("{} · current", layer.title)
                    } else {
                        layer.title.clone()
                    };
                    let button = Button::new(theme::section(title, shade)).frame(false).truncate();
                    let name = ui.add(button.min_size(Vec2::new(0.0, 24.0)));
                    name.widget_info(|| {
                        WidgetInfo::selected(Role::Button, true, target, format!("Draw in layer {}", layer.title))
                    });
                    if name.double_clicked() {
                        self.renaming = Some((Renaming::Layer(layer.id), layer.title.clone()));
                    } else if name.on_hover_text("New annotations go here; double-click to rename").clicked() {
                        actions.push(Action::UseLayer(layer.id));
                    }
                });
            });
        });
    }

    fn layer_menu_ui(&mut self, ui: &mut Ui, session: &Session, layer: &Layer, actions: &mut Vec<Action>) {
        let button = Button::new(theme::icon(icons::DOTS_THREE, 16.0)).frame(false).min_size(Vec2::splat(24.0));
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            if ui.button("Rename").clicked() {
                self.renaming = Some((Renaming::Layer(layer.id), layer.title.clone()));
                ui.close();
            }
            if ui.button("Select all in it").clicked() {
                let ids = session.document().annotations.iter().filter(|one| one.layer == layer.id);
                actions.push(Action::SelectAnnotations(ids.map(|one| one.id).collect()));
                ui.close();
            }
            for (label, change) in [
                ("Move up", LayerChange::Move(-1)),
                ("Move down", LayerChange::Move(1)),
                ("Remove layer, keep its annotations", LayerChange::Remove),
            ] {
                let possible = change != LayerChange::Remove || session.document().layers.len() > 1;
                let response = ui.add_enabled(possible, Button::new(label));
                if response.on_disabled_hover_text("The last layer cannot be removed").clicked() {
                    actions.push(Action::Layer(layer.id, change));
                    ui.close();
                }
            }
        });
        let name = format!("Options of layer {}", layer.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        tip(response, name);
    }

    fn annotation_ui(&mut self, ui: &mut Ui, session: &Session, annotation: &Annotation, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let palette = shade.palette();
        let label = annotation.label();
        let selected = session.selected_annotations().contains(&annotation.id);
        let change = |change: Annotate| Action::Annotate(vec![annotation.id], change);
        let background = ui.painter().add(egui::Shape::Noop);
        let inner = ui.horizontal(|ui| {
            ui.set_min_height(ROW_PT);
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.add_space(14.0);
            if eye(ui, annotation.visible, &label).clicked() {
                actions.push(change(Annotate::Show(!annotation.visible)));
            }
            kind_ui(ui, annotation, shade);
            ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                self.annotation_menu_ui(ui, annotation, &label, actions);
                handle_ui(ui, annotation, &label, shade, actions);
                if annotation.locked && lock(ui, true, &label).clicked() {
                    actions.push(change(Annotate::Lock(false)));
                }
                if !annotation.citations.is_empty() {
                    let count = annotation.citations.len();
                    ui.label(theme::second(count.to_string(), shade)).on_hover_text("Citations");
                }
                ui.with_layout(Layout::left_to_right(egui::Align::Center), |ui| {
                    if self.renaming_ui(ui, Renaming::Annotation(annotation.id), "Title", |title| {
                        actions.push(change(Annotate::Title(title)));
                    }) {
                        return;
                    }
                    let color = if annotation.visible { palette.ink } else { palette.second };
                    let text = RichText::new(&label).color(theme::ink(color));
                    let name = ui.add(Button::new(text).frame(false).truncate().min_size(Vec2::new(0.0, 24.0)));
                    name.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &label));
                    if name.double_clicked() {
                        self.renaming = Some((Renaming::Annotation(annotation.id), annotation.title.clone()));
                    } else if name.clicked() {
                        let adds = ui.input(|input| input.modifiers.shift || input.modifiers.command);
                        actions.push(if adds {
                            Action::ToggleSelected(annotation.id)
                        } else {
                            Action::SelectAnnotations(vec![annotation.id])
                        });
                    }
                });
            });
        });
        let rect = inner.response.rect.expand2(Vec2::new(4.0, 0.0));
        if selected || ui.rect_contains_pointer(rect) {
            let wash = theme::ink(palette.ink.with_opacity(0.05));
            let fill = if selected { ui.visuals().selection.bg_fill } else { wash };
            ui.painter().set(background, egui::Shape::rect_filled(rect, 6.0, fill));
        }
    }

    fn annotation_menu_ui(&mut self, ui: &mut Ui, annotation: &Annotation, label: &str, actions: &mut Vec<Action>) {
        let ids = || vec![annotation.id];
        let button = Button::new(theme::icon(icons::DOTS_THREE, 16.0)).frame(false).min_size(Vec2::splat(24.0));
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            if ui.button("Rename").clicked() {
                self.renaming = Some((Renaming::Annotation(annotation.id), annotation.title.clone()));
                ui.close();
            }
            for (label, action) in [
                ("Zoom to", Action::ZoomToAnnotations(ids())),
                ("Move up", Action::Annotate(ids(), Annotate::Raise)),
                ("Move down", Action::Annotate(ids(), Annotate::Lower)),
                (
                    if annotation.locked { "Unlock" } else { "Lock" },
                    Action::Annotate(ids(), Annotate::Lock(!annotation.locked)),
                ),
                (Command::Delete.label(), Action::Annotate(ids(), Annotate::Remove)),
            ] {
                if ui.button(label).clicked() {
                    actions.push(action);
                    ui.close();
                }
            }
        });
        let name = format!("Options of {label}");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        tip(response, name);
    }

    /// The field in which a name is changed, in place of the name; whether it is shown.
    fn renaming_ui(&mut self, ui: &mut Ui, what: Renaming, label: &str, done: impl FnOnce(String)) -> bool {
        let Some((renaming, text)) = &mut self.renaming else { return false };
        if *renaming != what {
            return false;
        }
        let field = line_edit(text).desired_width(f32::INFINITY).id(Id::unique("rename"));
        let field = words_field(ui, field, false);
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, label));
        if field.lost_focus() {
            let given_up = ui.input(|input| input.key_pressed(Key::Escape));
            let text = std::mem::take(text);
            self.renaming = None;
            if !given_up {
                done(text);
            }
        } else if !field.has_focus() {
            field.request_focus();
        }
        true
    }
}

/// What kind of annotation it is, in its own colour.
fn kind_ui(ui: &mut Ui, annotation: &Annotation, shade: Theme) {
    let glyph = widgets::glyph(&annotation.shape);
    let color = crate::app::panels::inspector::sections::color_of(annotation, shade);
    ui.label(theme::icon(glyph, 15.0).color(color)).on_hover_text(annotation.shape.name());
}

/// The dots by which a row is dragged.
fn handle_ui(ui: &mut Ui, annotation: &Annotation, label: &str, shade: Theme, actions: &mut Vec<Action>) {
    let text = theme::icon(icons::DOTS_SIX_VERTICAL, 14.0).color(theme::ink(shade.palette().second));
    let response = ui.add(Button::new(text).frame(false).sense(Sense::drag()).min_size(Vec2::new(18.0, 24.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Drag to reorder {label}")));
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let off = pointer.y - response.rect.center().y;
        if off.abs() > ROW_PT * 0.75 {
            let change = if off < 0.0 { Annotate::Raise } else { Annotate::Lower };
            actions.push(Action::Annotate(vec![annotation.id], change));
        }
    }
    if response.drag_stopped() {
        actions.push(Action::EndGesture);
    }
    response.on_hover_cursor(egui::CursorIcon::Grab);
}

fn eye(ui: &mut Ui, visible: bool, name: &str) -> egui::Response {
    let (glyph, verb) = if visible { (icons::EYE, "Hide") } else { (icons::EYE_SLASH, "Show") };
    icon_button(ui, glyph, &format!("{verb} {name}"), visible)
}

fn lock(ui: &mut Ui, locked: bool, name: &str) -> egui::Response {
    let (glyph, verb) = if locked { (icons::LOCK, "Unlock") } else { (icons::LOCK_OPEN, "Lock") };
    icon_button(ui, glyph, &format!("{verb} {name}"), locked)
}
