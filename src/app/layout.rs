//! Where the parts of the window lie, frame by frame: bars, panels or drawers, the map, and what stands over them.

use std::path::PathBuf;
use std::time::Instant;

use eframe::egui::{self, Panel, Rect, Ui};

use super::banner::UnsafeWork;
use super::chrome::{self, Chrome, Elsewhere};
use super::dialogs::{self, Decision, Dialog, gaps_window, history_window};
use super::drop_notice::drop_notice_ui;
use super::figure_panel::ExportPanel;
use super::focus::{self, Part};
use super::georeference::GeoreferencePanel;
use super::jobs::Watched;
use super::keys::surrender_keys;
use super::panels::linking::{self, CarriedWords};
use super::panels::reader::Beside;
use super::panels::{captures, layers_panel, sources_panel};
use super::widgets::{icon_button, tip};
use super::{ClaimlineApp, REMEMBERED, Remembered, Tab, banner, icons, map, streets_hint, toast};
use crate::document::Document;
use crate::session::{Action, Command, Selection, ThemeChoice};

/// How wide the picture of a page is at least, and how wide at first, in points.
const PAGE_PT: std::ops::RangeInclusive<f32> = 240.0..=440.0;

/// What is left beside it to the inspector, to the map, and to the drawer at the foot with its buttons, in points.
const INSPECTOR_PT: f32 = 340.0;
const LEAST_MAP_PT: f32 = 360.0;
const LEAST_DRAWER_PT: f32 = 560.0;

/// Below this width the panels lie over the map instead of beside it, in points.
const NARROW_PT: f32 = 1000.0;

impl ClaimlineApp {
    /// The panels beside the map.
    fn panels_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let frame = panel_frame(ui);
        let side = |panel: Panel, default: f32| {
            panel.resizable(true).default_size(default).size_range(240.0..=520.0).frame(frame)
        };
        if self.session.panels.layers {
            side(Panel::left("left panel"), 336.0).show(ui, |ui| self.left_ui(ui, actions));
            let inspector_pt = if self.session.panels.inspector { INSPECTOR_PT } else { 0.0 };
            let map_pt = if self.bottom_drawer.is_open() { LEAST_DRAWER_PT } else { LEAST_MAP_PT };
            let most_pt = ui.available_width() - inspector_pt - map_pt;
            self.has_room_for_page = most_pt >= *PAGE_PT.start();
            if self.has_room_for_page && self.tab == Tab::Reader && self.gaps.is_none() && !self.history {
                self.page_ui(ui, most_pt);
            }
        }
        if self.session.panels.inspector {
            let (session, inspector) = (&self.session, &mut self.inspector);
            side(Panel::right("right panel"), INSPECTOR_PT).show(ui, |ui| {
                focus::part(ui, Part::Right);
                inspector.ui(ui, session, actions);
            });
        }
    }

    /// The picture of the page that is read, beside its words.
    fn page_ui(&mut self, ui: &mut Ui, most_pt: f32) {
        if !self.page_view.is_on {
            return;
        }
        let Some(asked) = self.reader.page_asked(ui, &self.session, &self.documents) else { return };
        let usual_pt = PAGE_PT.end().min(most_pt);
        let panel = Panel::left("page picture").resizable(true).default_size(usual_pt);
        let panel = panel.size_range(*PAGE_PT.start()..=most_pt);
        let shown = panel.frame(panel_frame(ui)).show(ui, |ui| {
            focus::part(ui, Part::Left);
            self.page_view.ui(ui, &asked)
        });
        if let Some(page) = shown.inner {
            self.reader.read_page(page, asked.text);
            ui.ctx().request_repaint();
        }
    }

    /// In a narrow window the panels are drawers over the map; the inspector opens only for what is selected.
    fn drawers_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let map = self.map.rect;
        let width = drawer_width(map);
        let frame = panel_frame(ui).stroke(ui.visuals().window_stroke);
        let drawer = |ui: &mut Ui, name: &str, x: f32, content: &mut dyn FnMut(&mut Ui)| {
            let area = egui::Area::new(egui::Id::unique(name)).fixed_pos(egui::pos2(x, map.min.y));
            area.show(ui.ctx(), |ui| {
                // In a low window, what has no room ends at the edge of the map.
                ui.shrink_clip_rect(map);
                frame.show(ui, |ui| {
                    let room = egui::vec2(width, map.height()) - frame.total_margin().sum();
                    ui.set_width(room.x);
                    ui.set_height(room.y);
                    content(ui);
                });
            });
        };
        if self.has_left_drawer() {
            drawer(ui, "left drawer", map.min.x, &mut |ui| self.left_ui(ui, actions));
        }
        if self.has_right_drawer() {
            let x = map.max.x - width;
            let (session, inspector) = (&self.session, &mut self.inspector);
            drawer(ui, "right drawer", x, &mut |ui| {
                focus::part(ui, Part::Right);
                inspector.ui(ui, session, actions);
            });
        }
    }

    /// The map while a figure is set up: with its frame, or its preview in the map's place.
    fn framed_map_ui(&mut self, ui: &mut Ui, credits: &[(String, String)], actions: &mut Vec<Action>) {
        let Some(mut export) = self.export.take() else { return };
        let area = ui.available_rect_before_wrap();
        if export.large {
            self.map.pointer = None;
            export.large_ui(ui, actions);
        } else if area.width() > 1.0 {
            let (width_pt, height_pt) = (f64::from(area.width()), f64::from(area.height()));
            let credits_pt = f64::from(self.map.credits_height(ui, credits, area.width()));
            let before = self.session.frame();
            export.watch(&before);
            let _ = self.session.apply(Action::SetPage { width_pt, height_pt });
            if let Some(view) = export.arrival(&self.session.frame(), credits_pt) {
                let _ = self.session.apply(Action::SetView(view));
            }
            if self.session.frame() != before {
                export.put(&self.session.frame());
            }
            let page = self.map.page_action(ui);
            self.move_map([page, Action::SetCovered { left_pt: 0.0, right_pt: 0.0 }]);
            let (response, moves) = self.map.framed_moves_ui(ui, &self.session);
            self.move_map(moves);
            self.map.framed_ui(ui, &response, &self.session, &self.ground);
            export.frame_ui(ui, area, &self.session.frame(), actions);
            let taken = export.taken(area, &self.session.frame());
            self.map.furniture_ui(ui, &self.session, credits, area, &taken, actions);
        }
        self.export = Some(export);
    }

    /// The map beside a picture that is placed by hand, with the points on it.
    fn map_beside_picture_ui(&mut self, ui: &mut Ui, credits: &[(String, String)], actions: &mut Vec<Action>) {
        let Some(mut panel) = self.georeference.take() else { return };
        let area = ui.available_rect_before_wrap();
        let page = self.map.page_action(ui);
        self.move_map([page, Action::SetCovered { left_pt: 0.0, right_pt: 0.0 }]);
        let (response, moves) = self.map.framed_moves_ui(ui, &self.session);
        self.move_map(moves);
        self.map.framed_ui(ui, &response, &self.session, &self.ground);
        panel.map_ui(ui, area, &self.session.frame(), &response, actions);
        self.map.furniture_ui(ui, &self.session, credits, area, &[], actions);
        self.georeference = Some(panel);
    }

    /// Moves the map before it is shown, so that no frame shows it where it was; that has no effect outside the session.
    fn move_map(&mut self, moves: impl IntoIterator<Item = Action>) {
        for action in moves {
            let effects = self.session.apply(action);
            debug_assert!(effects.is_empty(), "{effects:?}");
        }
    }

    /// Escape closes the drawer that has the keys, or what stands in the place of the lists, unless something is typed or
    /// drawn, or lies over it.
    fn close_side_view(&mut self, ctx: &egui::Context, popup_is_open: bool) {
        let in_drawer = self.bottom_drawer.is_open() && self.focus.part(ctx) == Some(Part::Drawer);
        let is_beside = self.session.panels.layers && (self.gaps.is_some() || self.history);
        let is_shown = self.export.is_none() && self.georeference.is_none() && (in_drawer || is_beside);
        let is_over = popup_is_open || self.is_covered();
        let is_busy = ctx.text_edit_focused() || self.session.is_drafting() || self.session.typing().is_some();
        if is_shown
            && !is_over
            && !is_busy
            && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
        {
            if in_drawer {
                if self.bottom_drawer.shows_changes() {
                    self.session.end_comparison();
                }
                if self.bottom_drawer.shows_agreement() {
                    // The reports go before the list.
                    if self.session.leave_cell() {
                        return;
                    }
                    self.session.end_agreement();
                }
                self.bottom_drawer.close();
                self.focus.give_to(ctx, Part::Map);
                return;
            }
            self.gaps = None;
            self.history = false;
            self.focus.give_to(ctx, Part::Left);
        }
    }

    /// What was written last, above the credits of the map.
    fn toast_ui(&mut self, ctx: &egui::Context, credits: &[(String, String)]) {
        let clear = self.clear_of_drawers(ctx);
        // Beside the scale bar, where the map is wide, or else above it.
        let scale_pt = if clear.width() < 640.0 { map::SCALE_PT } else { 0.0 };
        let clear_pt = if credits.is_empty() { 0.0 } else { map::CREDITS_FOLDED_PT } + scale_pt;
        let Some(answer) = self.toast.as_mut().and_then(|toast| toast.ui(ctx, clear, clear_pt)) else { return };
        match answer {
            // It is there still once they have been read.
            toast::Answer::Tell(heading, lines) => {
                self.dialog.get_or_insert(Dialog::Told(heading, lines));
                return;
            }
            toast::Answer::Ask(what, path) => self.jobs.ask_desktop(what, path),
            toast::Answer::Close => {}
        }
        self.toast = None;
    }

    /// Where streets come from, once, over the map that ends before them.
    fn streets_hint_ui(&mut self, ctx: &egui::Context) {
        if self.export.is_some() || self.is_covered() {
            return;
        }
        let clear = self.clear_of_drawers(ctx);
        let (document, ground) = (self.session.document(), self.ground.ground());
        match self.streets_hint.ui(ctx, document, ground, clear) {
            Some(streets_hint::Answer::KeepOffline) => self.act(ctx, Action::Command(Command::KeepOffline)),
            Some(streets_hint::Answer::AddMap) => self.decide(ctx, Decision::AddMap),
            Some(streets_hint::Answer::Close) | None => return,
        }
        ctx.request_repaint();
    }

    /// What of the map no drawer covers.
    fn clear_of_drawers(&self, ctx: &egui::Context) -> Rect {
        let mut clear = self.map.rect;
        if ctx.content_rect().width() < NARROW_PT && self.export.is_none() && self.georeference.is_none() {
            let width = drawer_width(clear);
            clear.min.x += if self.has_left_drawer() { width } else { 0.0 };
            clear.max.x -= if self.has_right_drawer() { width } else { 0.0 };
        }
        clear
    }

    fn has_right_drawer(&self) -> bool {
        self.session.panels.inspector && *self.session.selection() != Selection::None
    }

    /// Where two drawers would leave no map to see, the inspector takes the place of the list.
    fn has_left_drawer(&self) -> bool {
        let room_for_both = self.map.rect.width() >= 2.0 * drawer_width(self.map.rect) + 200.0;
        self.session.panels.layers && (room_for_both || !self.has_right_drawer())
    }

    /// Shows one of the lists, in the place of gaps and history.
    pub(super) fn turn_to(&mut self, tab: Tab) {
        self.tab = tab;
        self.gaps = None;
        self.history = false;
    }

    fn left_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        focus::part(ui, Part::Left);
        ui.horizontal(|ui| {
            for (tab, label, help) in [
                (Tab::Overlays, "Overlays", "What is drawn on the map; the list is also its legend"),
                (Tab::Annotations, "Annotations", "What you have drawn, in its layers"),
                (Tab::Sources, "Sources", "Who is quoted, and the quotes themselves"),
                (Tab::Reader, "Reader", "The texts of sources, with their excerpts marked"),
            ] {
                let is_shown = self.tab == tab && self.gaps.is_none() && !self.history;
                let label = tip(ui.selectable_label(is_shown, label), help);
                // Words that are carried over it are on their way to a row of the list.
                let is_way = tab == Tab::Overlays && CarriedWords::carried(ui.ctx()).is_some();
                if label.clicked() || is_way && label.contains_pointer() {
                    self.turn_to(tab);
                }
            }
        });
        ui.separator();
        if let Some(gaps) = &self.gaps {
            let stays = side_head_ui(ui, "Gaps");
            gaps_window::gaps_ui(ui, gaps, &self.session, actions);
            if !stays {
                self.gaps = None;
            }
            return;
        }
        if self.history {
            self.history = side_head_ui(ui, "History");
            history_window::history_ui(ui, &self.session, actions);
            return;
        }
        match self.tab {
            Tab::Overlays => {
                layers_panel::layers_ui(ui, &self.session, &mut self.swatches, &mut self.open_rows, actions);
            }
            Tab::Annotations => self.annotations.ui(ui, &self.session, actions),
            Tab::Sources => {
                let known = captures::Known { servers: self.ground.servers(), before: &self.attached_before };
                sources_panel::sources_ui(ui, &self.session, &known, &mut self.shown_source, actions);
            }
            Tab::Reader => {
                let mut beside = Beside { is_on: &mut self.page_view.is_on, has_room: self.has_room_for_page };
                self.reader.ui(ui, &self.session, &self.documents, &mut beside, actions);
            }
        }
    }
}

/// The head of what stands in the place of the lists; false once it is closed.
fn side_head_ui(ui: &mut Ui, title: &str) -> bool {
    let mut stays = true;
    ui.horizontal(|ui| {
        ui.heading(title);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            stays = !icon_button(ui, icons::X, &format!("Close {title} (Esc)"), true).clicked();
        });
    });
    ui.add_space(2.0);
    stays
}

/// How much of the map a drawer covers in a narrow window: as much as the names of the lists need beside each other.
fn drawer_width(map: Rect) -> f32 {
    (map.width() - 120.0).clamp(200.0, 328.0)
}

fn panel_frame(ui: &Ui) -> egui::Frame {
    let margin = egui::Margin { left: 12, right: 12, top: 8, bottom: 8 };
    egui::Frame::new().fill(ui.visuals().panel_fill).inner_margin(margin)
}

impl eframe::App for ClaimlineApp {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let started = Instant::now();
        let ctx = ui.ctx().clone();
        self.focus.begin(&ctx);
        // Whatever else Escape does: it goes with what has been seen.
        if self.dialog.is_none() && ctx.input(|input| input.key_pressed(egui::Key::Escape)) {
            self.toast = None;
        }
        if self.applied_theme != Some(self.session.theme) {
            ctx.set_theme(match self.session.theme {
                ThemeChoice::System => egui::ThemePreference::System,
                ThemeChoice::Light => egui::ThemePreference::Light,
                ThemeChoice::Dark => egui::ThemePreference::Dark,
            });
            self.applied_theme = Some(self.session.theme);
        }
        self.session.system_is_dark = ctx.system_theme() == Some(egui::Theme::Dark);
        self.finish_jobs(&ctx);
        self.look_at_copies();
        self.hand_keys_to_dialog(&ctx);
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        self.take_dropped(dropped);

        let mut actions = Vec::new();
        let popup_was_open = egui::Popup::is_any_open(&ctx);
        self.close_side_view(&ctx, popup_was_open);
        self.keys(&ctx, &mut actions);
        let bar = |top: i8, bottom: i8| {
            egui::Frame::new().fill(ctx.global_style().visuals.panel_fill).inner_margin(egui::Margin {
                left: 10,
                right: 10,
                top,
                bottom,
            })
        };
        let elsewhere = match (&self.export, &self.georeference) {
            (Some(_), _) => Some(Elsewhere::Figure),
            (_, Some(panel)) => {
                let (undo, redo) = panel.work.steps();
                Some(Elsewhere::Picture(undo, redo))
            }
            (None, None) => None,
        };
        let bars = Chrome { session: &self.session, elsewhere, is_unsaved: self.has_unsaved_dossier() };
        Panel::top("menu").frame(bar(3, 3)).show(ui, |ui| {
            focus::part(ui, Part::Menu);
            bars.menu_ui(ui, &self.project.recents, &mut actions);
        });
        Panel::top("toolbar").frame(bar(4, 6)).show(ui, |ui| {
            focus::part(ui, Part::Toolbar);
            bars.toolbar_ui(ui, self.jobs.is_busy(), &mut actions);
        });
        let has_exchanged = !banner::exchanged(&self.session, &self.project.not_exchanged).is_empty();
        let has_wrong = self.project.wrong.iter().any(|layer| banner::stands(&self.session, layer));
        let has_trouble = self.project.trouble.is_some() || self.project.not_saved.is_some();
        let asked = self.ground.asked(self.session.document());
        let mut said = None;
        let stands = has_trouble || has_exchanged || has_wrong;
        if asked.is_some() || stands {
            let (session, project) = (&self.session, &mut self.project);
            let (wrong, as_they_are) = (&mut project.wrong, &mut project.not_exchanged);
            let unsafe_work = UnsafeWork { trouble: project.trouble.as_deref(), not_saved: &mut project.not_saved };
            let frame = banner::frame(ui);
            Panel::top("banner").frame(frame).show(ui, |ui| {
                focus::part(ui, Part::Banner);
                if let Some(asked) = &asked {
                    said = banner::server_ui(ui, asked);
                }
                if stands {
                    banner::banner_ui(ui, session, unsafe_work, wrong, as_they_are, &mut actions);
                }
            });
        }
        if let Some((asked, said)) = asked.zip(said) {
            let trouble = self.ground.say(&asked.server, Some(said));
            self.tell_trouble(trouble);
            ctx.request_repaint();
        }
        let message = match (self.jobs.watched().and_then(Watched::words), &self.message) {
            (Some(words), _) => words,
            (None, Some((text, _))) => text.clone(),
            (None, None) => match (&self.export, &self.georeference) {
                (Some(export), _) => export.help(&ctx).to_owned(),
                (_, Some(panel)) => panel.help().to_owned(),
                (None, None) => self.ground.status(self.session.document()),
            },
        };
        Panel::bottom("status").frame(bar(4, 4)).show(ui, |ui| {
            focus::part(ui, Part::Status);
            ui.horizontal(|ui| {
                if let Some(watched) = self.jobs.watched() {
                    watched.cancel_ui(ui);
                }
                let measure = self.map.draft.measure.as_deref();
                chrome::status_ui(
                    ui,
                    &self.session,
                    self.map.pointer,
                    measure,
                    &message,
                    elsewhere.is_some(),
                    &mut actions,
                );
            });
        });
        let narrow = ui.available_width() < NARROW_PT;
        let listens = !self.is_covered() && !popup_was_open;
        let mut of_export = None;
        let mut of_georeference = None;
        if let Some(mut export) = self.export.take() {
            export.follow(&self.session, self.ground.ground());
            let (width, range) = ExportPanel::widths(ui.available_width());
            Panel::right("figure panel")
                .resizable(range.start() < range.end())
                .default_size(width)
                .size_range(range)
                .frame(panel_frame(ui))
                .show(ui, |ui| {
                    focus::part(ui, Part::Right);
                    of_export = export.ui(ui, &self.session, listens, &mut actions);
                });
            self.export = Some(export);
        } else if let Some(mut panel) = self.georeference.take() {
            let (width, range) = GeoreferencePanel::widths(ui.available_width());
            Panel::left("georeference panel")
                .resizable(range.start() < range.end())
                .default_size(width)
                .size_range(range)
                .frame(panel_frame(ui))
                .show(ui, |ui| {
                    focus::part(ui, Part::Left);
                    of_georeference = panel.ui(ui, listens);
                });
            self.map.placed_by_hand = (panel.shown(), panel.replaces().map(str::to_owned));
            self.georeference = Some(panel);
        } else if !narrow {
            self.panels_ui(ui, &mut actions);
        }
        self.has_room_for_page &= !narrow;
        if self.export.is_none() && self.georeference.is_none() {
            self.bottom_drawer.ui(ui, &self.session, &mut actions);
        }

        self.ground.prepare(self.session.document());
        self.read_missing_pictures();
        let (session, compared) = (&self.session, self.map.swipe.is_some());
        let credits = self.ground.credits(&session.frame(), session.document(), session.dossier(), compared);
        egui::CentralPanel::no_frame().show(ui, |ui| {
            focus::part(ui, Part::Map);
            if self.export.is_some() {
                self.framed_map_ui(ui, &credits, &mut actions);
                return;
            }
            if self.georeference.is_some() {
                self.map_beside_picture_ui(ui, &credits, &mut actions);
                return;
            }
            let page = self.map.page_action(ui);
            let clear = self.clear_of_drawers(&ctx);
            let (left, right) = (clear.min.x - self.map.rect.min.x, self.map.rect.max.x - clear.max.x);
            let covered = Action::SetCovered { left_pt: f64::from(left), right_pt: f64::from(right) };
            self.move_map([page, covered]);
            let (response, moves) = self.map.moves_ui(ui, &self.session);
            self.move_map(moves);
            self.map.ui(ui, &response, &self.session, &self.ground, clear, &mut actions);
            self.sketch_ui(ui);
            actions.extend(self.preview_ui(ui));
            linking::map_ui(ui, self.map.rect, &self.session, &mut actions);
            self.map.furniture_ui(ui, &self.session, &credits, clear, &[], &mut actions);
            self.map.found_ui(ui, &self.session, &mut actions);
            self.map.typing_ui(ui, &self.session, &mut actions);
            map::context_menu(&response, &self.session, self.map.pointer, &mut actions);
        });

        if let Some(decision) = of_export {
            self.decide(&ctx, decision);
            ctx.request_repaint();
            if self.export.is_none() {
                surrender_keys(&ctx);
            }
        }
        if let Some(wish) = of_georeference {
            self.grant(&ctx, wish);
            ctx.request_repaint();
        }
        if narrow && self.export.is_none() && self.georeference.is_none() {
            self.drawers_ui(ui, &mut actions);
        }
        self.streets_hint_ui(&ctx);
        self.toast_ui(&ctx, &credits);
        linking::carried_ui(&ctx, &self.session);
        drop_notice_ui(&ctx, self.map.rect, self.session.manuscript().is_some());
        if let Some(palette) = &mut self.palette
            && !palette.ui(&ctx, &self.session, &mut self.feature_search, &mut self.places, &mut actions)
        {
            self.palette = None;
            surrender_keys(&ctx);
        }
        self.place_search_ui(&ctx, &mut actions);
        if matches!(&self.dialog, Some(Dialog::NewDossier(dialog)) if dialog.looks_for_place()) {
            self.read_gazetteers();
        }
        if let Some(Dialog::NewDossier(dialog)) = &mut self.dialog {
            dialog.look(&ctx, &self.session, &mut self.places);
        }
        if let Some(mut dialog) = self.dialog.take() {
            let name = self.name_of_unsaved();
            let ground = (&self.ground, self.map.swipe.is_some());
            let decision = dialogs::dialog_ui(&ctx, &mut dialog, &self.session, ground, &credits, &name, &mut actions);
            self.dialog = Some(dialog);
            if let Some(decision) = decision {
                self.decide(&ctx, decision);
                // What the dialog says now, or that it is gone, must be seen before the next key; a field that is gone
                // takes none.
                ctx.request_repaint();
                if self.dialog.is_none() {
                    surrender_keys(&ctx);
                }
            }
        }
        let passing = |action: &Action| matches!(action, Action::Gesture { .. } | Action::EndGesture);
        if !actions.iter().all(passing) {
            self.message = None;
        }
        for action in actions {
            let Some(action) = self.of_georeferencing(action) else {
                ctx.request_repaint();
                continue;
            };
            self.act(&ctx, action);
            ctx.request_repaint();
        }
        if let Some(panel) = self.georeference.as_mut().filter(|_| self.place_search.is_none()) {
            panel.awaits_place = false;
        }
        self.ask(&ctx);
        self.jobs.sort_features(&self.session);
        self.jobs.prepare_shown(self.map.shows_all(&self.session));
        self.keep(&ctx);
        self.hand_keys_to_dialog(&ctx);
        self.focus.end(&ctx, self.is_covered());
        self.frames += 1;
        self.ui_time = started.elapsed();
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        // How a project shows things is the project's; a new window begins as the dossier does.
        let document = match self.project_path() {
            Some(_) => self.session.fresh(),
            None => Document {
                view: self.export.as_ref().map_or(self.session.document().view, |export| export.view()),
                ..self.session.document().clone()
            },
        };
        let document_figure = document.figure.clone();
        let remembered = Remembered {
            document,
            panels: self.session.panels,
            theme: self.session.theme,
            export_folder: self.export_folder.clone(),
            export_habits: self.export_habits.clone(),
            keymap: self.session.keymap.clone(),
            figure: serde_json::to_string(&*document_figure).unwrap_or_default(),
            folded: self.inspector.folded.clone(),
            open_rows: self.open_rows.ids.clone(),
            bottom_drawer: self.bottom_drawer.clone(),
            gazetteers: self.places.files().to_vec(),
            told_of_streets: self.streets_hint.is_told,
            page_beside: self.page_view.is_on,
            attached: self.attached_before.clone(),
        };
        eframe::set_value(storage, REMEMBERED, &remembered);
    }
}
