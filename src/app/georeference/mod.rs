//! The panel in which a picture is placed by hand: the picture beside the map, control points on both, the kind of map
//! through them and how exact it is, the crop, and what is said of the picture.
//!
//! What is done here is the document's once it is placed, in one step; till then it has steps of its own.

mod fitting;
mod marks;
mod picture_view;
mod points;

use std::sync::Arc;

use eframe::egui::{
    self, Align, Button, Context, Id, Key, Layout, Modifiers, Panel, Rect, RichText, Role, ScrollArea, Ui, Vec2,
    WidgetInfo,
};

use self::fitting::Fitting;
use self::picture_view::PictureView;
use self::points::Typed;
use super::focus::{self, Part};
use super::widgets::{icon_button, line_edit, small_warning_ui, tick, tip};
use super::{chrome, icons, theme};
use crate::basemap::raster::pyramid::Pyramid;
use crate::document::Picture;
use crate::formats::day::Day;
use crate::formats::picture::points::{NotedPoint, outside_words};
use crate::formats::visible::visible;
use crate::geometry::{Coord, Point};
use crate::session::georeferencing::Georeferencing;

/// The id of the picture while it is shown over the map: that of no picture of a document.
const SHOWN_ID: &str = " being placed";

/// Of a panel lower than this, more is scrolled, in points.
const LOW_PT: f32 = 560.0;

/// What is worked at beneath the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Points,
    Crop,
    About,
}

/// What the user wants of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The panel goes; what would be lost is asked about first.
    Close,
    /// The picture is placed.
    Place,
    /// A place is to be found by its name.
    FindPlace,
    /// Control points are to be read from a file.
    ReadPoints,
    /// They are to be written to one.
    WritePoints,
    /// The picture is to be written for other programs.
    Save,
}

/// The panel while it is open.
pub(crate) struct GeoreferencePanel {
    pub(crate) work: Georeferencing,
    pyramid: Arc<Pyramid>,
    view: PictureView,
    fitting: Fitting,
    tab: Tab,
    typed: Typed,
    /// What the field of the day holds that is no day yet.
    day: Option<String>,
    /// The corner of the crop that is chosen.
    corner: Option<usize>,
    /// Whether the picture is shown over the map, and how far it can be seen through.
    is_over: bool,
    opacity: f64,
    /// The point that was chosen when the table was last shown.
    chosen_shown: Option<usize>,
    /// What was wrong last.
    error: String,
    /// Whether a place that is found is the chosen point's.
    pub(crate) awaits_place: bool,
    /// Whether the picture is still to get the keys.
    is_new: bool,
}

impl GeoreferencePanel {
    pub(crate) fn new(ctx: &Context, picture: Picture, pyramid: Arc<Pyramid>) -> Self {
        let opacity = if picture.opacity < 1.0 { picture.opacity } else { 0.7 };
        Self {
            work: Georeferencing::of(picture),
            view: PictureView::new(ctx, Arc::clone(&pyramid)),
            pyramid,
            fitting: Fitting::default(),
            tab: Tab::Points,
            typed: Typed::default(),
            day: None,
            corner: None,
            is_over: true,
            opacity,
            chosen_shown: None,
            error: String::new(),
            awaits_place: false,
            is_new: true,
        }
    }

    /// Whether what is seen is what is wanted.
    pub(crate) fn is_settled(&self) -> bool {
        self.view.is_settled() && self.fitting.answer().is_some()
    }

    /// The pixels of the picture.
    pub(crate) fn pyramid(&self) -> Arc<Pyramid> {
        Arc::clone(&self.pyramid)
    }

    /// The id of the document's picture that is placed anew; it is not shown meanwhile.
    pub(crate) fn replaces(&self) -> Option<&str> {
        self.work.is_known().then_some(self.work.original().id.as_str())
    }

    /// The picture as it is to be shown over the map.
    pub(crate) fn shown(&self) -> Option<Arc<Picture>> {
        self.fitting.fit().filter(|_| self.is_over)?;
        let picture = Picture { id: SHOWN_ID.to_owned(), visible: true, opacity: self.opacity, ..self.work.placed() };
        Some(Arc::new(picture))
    }

    /// Takes a place for the chosen point, or for a new one.
    pub(crate) fn take_place(&mut self, at: Coord<f64>) {
        match self.work.chosen() {
            Some(chosen) => self.work.move_place(chosen, at),
            None => {
                let is_put = self.work.put_place(at);
                self.tell_full(is_put);
            }
        }
    }

    /// Takes points that were read from a file.
    pub(crate) fn take_points(&mut self, points: &[NotedPoint]) {
        self.work.take_points(points);
        self.tab = Tab::Points;
        let pixels: Vec<Point> = points.iter().map(|(point, _)| point.pixel).collect();
        self.error = outside_words(&pixels, self.work.original().size_px)
            .map(|what| super::widgets::capital(&what))
            .unwrap_or_default();
    }

    /// Says what was wrong.
    pub(crate) fn fail(&mut self, error: String) {
        self.error = error;
    }

    fn tell_full(&mut self, is_put: bool) {
        self.error =
            if is_put { String::new() } else { "There are as many points as are taken; remove some first".to_owned() };
    }

    /// How wide the panel is in a window of this width, at first and at most; all in points.
    pub(crate) fn widths(window_pt: f32) -> (f32, std::ops::RangeInclusive<f32>) {
        // The map keeps room, also where the window has become smaller since the panel was widened.
        let most = (0.62 * window_pt).max(300.0);
        ((0.48 * window_pt).clamp(300.0, 900.0).min(most), 300.0..=most)
    }

    /// What comes next; nothing where it is plain.
    fn next_words(&self) -> Option<&'static str> {
        if self.tab != Tab::Points {
            return None;
        }
        match self.work.waiting().and_then(|waiting| self.work.pairs().get(waiting)) {
            Some(pair) if pair.pixel.is_some() => Some("Now click the same spot on the map"),
            Some(_) => Some("Now click the same spot on the picture"),
            None if self.work.used().len() < self.work.transform().least_points() => {
                Some("Click a spot on the picture, then the same spot on the map")
            }
            None => None,
        }
    }

    /// What the status bar says.
    pub(crate) fn help(&self) -> &'static str {
        match self.tab {
            Tab::Crop => {
                "Click corner after corner on the picture · drag corners · Del removes one · Esc goes back to the map"
            }
            Tab::Points | Tab::About => {
                "Click the picture, then the map · drag either end · Enter puts a point in the middle · O shows it over the map"
            }
        }
    }

    /// What Escape does: gives up half a point, or closes the panel.
    fn escape(&mut self) -> Option<Wish> {
        if self.work.give_up_waiting() {
            return None;
        }
        Some(Wish::Close)
    }

    /// What keys do, wherever in the panel or on the map they are pressed; words that are typed have them first.
    fn keys(&mut self, ui: &Ui) -> Option<Wish> {
        if ui.ctx().text_edit_focused() {
            return None;
        }
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Delete) || pressed(Key::Backspace) {
            match self.tab {
                Tab::Crop => {
                    let last = self.work.crop().len().checked_sub(1);
                    if let Some(corner) = self.corner.take().filter(|corner| Some(*corner) <= last).or(last) {
                        self.work.remove_corner(corner);
                    }
                }
                Tab::Points | Tab::About => {
                    if let Some(chosen) = self.work.chosen() {
                        self.work.remove(chosen);
                    }
                }
            }
        }
        if pressed(Key::O) {
            self.is_over = !self.is_over;
        }
        pressed(Key::Escape).then(|| self.escape()).flatten()
    }

    /// Shows the panel; what is wanted of the window, if anything is.
    pub(crate) fn ui(&mut self, ui: &mut Ui, listens: bool) -> Option<Wish> {
        let mut wish = if listens { self.keys(ui) } else { None };
        self.fitting.follow(ui.ctx(), &self.work);
        let whole = ui.available_rect_before_wrap();
        Panel::bottom("georeferencing goes out").resizable(false).frame(egui::Frame::NONE).show(ui, |ui| {
            self.foot_ui(ui, &mut wish);
        });
        self.heading_ui(ui, &mut wish);
        let is_low = whole.height() < LOW_PT;
        let below_pt = (whole.height() * if is_low { 0.5 } else { 0.4 }).clamp(150.0, 340.0);
        let room = ui.available_rect_before_wrap();
        let picture_pt = (room.height() - below_pt).max(90.0);
        let (rect, _) = ui.allocate_exact_size(Vec2::new(room.width(), picture_pt), egui::Sense::hover());
        self.picture_ui(ui, rect);
        self.zoom_ui(ui, rect);
        if std::mem::take(&mut self.is_new) {
            ui.memory_mut(|memory| memory.request_focus(picture_view::picture_id()));
        }
        ui.add_space(2.0);
        self.tabs_ui(ui);
        match self.tab {
            Tab::Points => self.points_ui(ui, &mut wish),
            Tab::Crop => self.crop_tab_ui(ui),
            Tab::About => self.about_ui(ui),
        }
        wish
    }

    fn heading_ui(&mut self, ui: &mut Ui, wish: &mut Option<Wish>) {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, icons::X, "Close the picture (Esc)", true).clicked() {
                    *wish = Some(Wish::Close);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let title = format!("Georeference {}", visible(&self.work.original().title));
                    ui.add(egui::Label::new(RichText::new(title).heading()).truncate());
                });
            });
        });
    }

    /// The buttons over the picture.
    fn zoom_ui(&mut self, ui: &mut Ui, rect: Rect) {
        const BUTTON_PT: f32 = 28.0;
        let palette = theme::theme_of(ui.ctx()).palette();
        // They take no room of their own beneath it.
        let mut over = ui.new_child(egui::UiBuilder::new().max_rect(rect));
        let ui = &mut over;
        let mut top = rect.right_top() + Vec2::new(-BUTTON_PT - 8.0, 8.0);
        for (glyph, name, act) in [
            (icons::PLUS, "Zoom in on the picture", Some(true)),
            (icons::MINUS, "Zoom out of the picture", Some(false)),
            (icons::CORNERS_OUT, "Show all of the picture", None),
        ] {
            let place = Rect::from_min_size(top, Vec2::splat(BUTTON_PT));
            if place.bottom() > rect.bottom() - 2.0 {
                break;
            }
            let button = Button::new(theme::icon(glyph, 15.0))
                .fill(theme::ink(palette.panel))
                .stroke(egui::Stroke::new(1.0, theme::ink(palette.line)));
            let response = ui.put(place, button);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
            if tip(response, name).clicked() {
                match act {
                    Some(is_closer) => self.view.zoom_step(is_closer),
                    None => self.view.show_all(),
                }
            }
            top.y += BUTTON_PT + 4.0;
        }
    }

    fn tabs_ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            for (tab, label, help) in [
                (Tab::Points, "Points", "Spots of the picture, and where they are"),
                (Tab::Crop, "Crop", "The part of the picture that is shown"),
                (Tab::About, "About", "Name, source and licence of the picture"),
            ] {
                if tip(ui.selectable_label(self.tab == tab, label), help).clicked() {
                    self.tab = tab;
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.available_width() > 210.0 {
                    let mut percent = self.opacity * 100.0;
                    let slider = egui::Slider::new(&mut percent, 10.0..=100.0).show_value(false);
                    ui.spacing_mut().slider_width = 72.0;
                    let slider = ui.add_enabled(self.is_over, slider);
                    slider.widget_info(|| {
                        WidgetInfo::slider(self.is_over, percent, "Opacity of the picture over the map")
                    });
                    if tip(slider, "How far it can be seen through while it is placed").changed() {
                        self.opacity = percent / 100.0;
                    }
                }
                let over = tick(ui, &mut self.is_over, "Over the map");
                tip(over, "Show the picture where its points put it (O)");
            });
        });
        ui.separator();
    }

    fn crop_tab_ui(&mut self, ui: &mut Ui) {
        let shade = theme::theme_of(ui.ctx());
        let words = match self.work.crop().len() {
            0 => "All of the picture is shown. Click corner after corner on it to show a part alone.".to_owned(),
            1 | 2 => "A crop has three corners or more.".to_owned(),
            corners => format!(
                "A part with {corners} corners is shown. Drag a corner, click an edge to add one, Del removes one."
            ),
        };
        ui.label(words);
        ui.add_space(4.0);
        let has_crop = !self.work.crop().is_empty();
        let all = ui.add_enabled(has_crop, Button::new("Show all of it"));
        if tip(all, "Take the crop away; undo brings it back").clicked() {
            self.work.uncrop();
            self.corner = None;
        }
        ui.add_space(4.0);
        ui.label(theme::second(
            "The crop is kept with the picture, and holds in figures, GeoTIFFs and annotations alike.",
            shade,
        ));
    }

    fn about_ui(&mut self, ui: &mut Ui) {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            let facts = &mut self.work.facts;
            let width = ui.available_width();
            let label_pt = 64.0;
            let field = |ui: &mut Ui, name: &str, text: &mut String, hint: &str| {
                ui.horizontal(|ui| {
                    let label = ui.add_sized(Vec2::new(label_pt, 24.0), egui::Label::new(name).halign(Align::LEFT));
                    let line = line_edit(text).desired_width(width - label_pt - 24.0).hint_text(hint);
                    ui.add(line).labelled_by(label.id).changed()
                })
                .inner
            };
            field(ui, "Name", &mut facts.title, "as in the list and in figures");
            field(ui, "Source", &mut facts.source, "where it is from: an address, an archive");
            field(ui, "Credit", &mut facts.credit, "whom to name, as printed in figures");
            field(ui, "Licence", &mut facts.license, "such as CC BY 4.0");
            let mut day = self.day.clone().unwrap_or_else(|| facts.as_of.map(|day| day.iso()).unwrap_or_default());
            if field(ui, "As of", &mut day, "such as 1943 or 2025-12-15") {
                let parsed = day.trim().parse::<Day>();
                self.day = (!day.trim().is_empty() && parsed.is_err()).then_some(day);
                facts.as_of = parsed.ok();
            }
            if self.day.is_some() {
                small_warning_ui(ui, "This is no day such as 2025-12-15, 2025-12 or 2025");
            }
            if facts.source.trim().is_empty() || facts.license.trim().is_empty() {
                small_warning_ui(ui, "Figures warn of a picture without a source or a licence");
            }
            chrome::follow_focus(ui);
        });
    }

    /// Why the picture cannot be placed now.
    fn why_not(&self) -> Option<String> {
        match self.fitting.answer() {
            None => Some("The map through the points is being worked out".to_owned()),
            Some(Err(why)) => Some(super::widgets::capital(why)),
            Some(Ok(_)) if self.work.is_known() && !self.work.is_changed() => {
                Some("Nothing has been changed".to_owned())
            }
            Some(Ok(_)) => None,
        }
    }

    /// What the picture goes out by.
    fn foot_ui(&mut self, ui: &mut Ui, wish: &mut Option<Wish>) {
        focus::part(ui, Part::Left);
        ui.add_space(4.0);
        if !self.error.is_empty() {
            small_warning_ui(ui, &self.error);
            ui.add_space(2.0);
        }
        let is_bare = self.work.facts.source.trim().is_empty() || self.work.facts.license.trim().is_empty();
        ui.horizontal(|ui| {
            self.files_ui(ui, wish);
            if is_bare && self.tab != Tab::About {
                let ask =
                    tip(ui.link("Say where it is from…"), "A figure warns of a picture without source or licence");
                if ask.clicked() {
                    self.tab = Tab::About;
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let palette = theme::theme_of(ui.ctx()).palette();
                let why_not = self.why_not();
                let text = RichText::new("Place").color(theme::ink(palette.panel));
                let place = ui.add_enabled(why_not.is_none(), Button::new(text).fill(theme::ink(palette.accent)));
                let place = place.on_disabled_hover_text(why_not.unwrap_or_default());
                if tip(place, "Put the picture on the map, in one step that can be undone").clicked() {
                    *wish = Some(Wish::Place);
                }
                if tip(ui.button("Cancel"), "Back to the map (Esc)").clicked() {
                    *wish = Some(Wish::Close);
                }
            });
        });
    }

    fn files_ui(&mut self, ui: &mut Ui, wish: &mut Option<Wish>) {
        let button = Button::new(theme::icon(icons::DOTS_THREE, 16.0)).frame(false).min_size(Vec2::splat(24.0));
        let has_points = !self.work.noted_points().is_empty();
        let is_placed = self.fitting.fit().is_some();
        let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
            ui.set_min_width(220.0);
            for (label, on, help, wanted) in [
                ("Read control points…", true, "From a file of QGIS (.points) or GDAL (-gcp)", Wish::ReadPoints),
                ("Write control points…", has_points, "As QGIS reads them (.points)", Wish::WritePoints),
                (SAVE_AS, is_placed, "Warped to where it belongs, or its points for Allmaps", Wish::Save),
            ] {
                if tip(ui.add_enabled(on, Button::new(label)), help).clicked() {
                    *wish = Some(wanted);
                    ui.close();
                }
            }
        });
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, FILES));
        tip(response, FILES);
    }
}

/// What writes a placed picture for other programs.
pub(crate) const SAVE_AS: &str = "Save as GeoTIFF or annotation…";

/// What the menu of files is called.
const FILES: &str = "Files of the picture and its points";

/// The id of what is typed of a point.
fn field_id(name: &str) -> Id {
    Id::unique("field of a control point").with(name)
}
