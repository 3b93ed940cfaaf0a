//! The frame of the window: menu bar, toolbar, status bar.

use eframe::egui::{self, Align, Button, Id, LayerId, Layout, RichText, Role, Ui, Vec2, WidgetInfo};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::widgets::{named, outlined, tip, with_keys};
use crate::app::{icons, theme};
use crate::basemap::{MapKind, MapSource, sources};
use crate::document::{Document, Names};
use crate::dossier::{Problem, words};
use crate::figure::FigureLanguage;
use crate::geometry::Point;
use crate::scene::palette::Theme;
use crate::session::{Action, Command, Session, ThemeChoice};
use crate::tools::Tool;

/// A menu of the menu bar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Menu {
    File,
    Edit,
    View,
    Overlays,
    Insert,
    Annotation,
    Help,
}

impl Menu {
    /// What the menu bar calls it.
    fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Overlays => "Overlays",
            Self::Insert => "Insert",
            Self::Annotation => "Annotation",
            Self::Help => "Help",
        }
    }
}

/// The menus, each with its commands in groups.
pub(crate) const MENUS: [(Menu, &[&[Command]]); 7] = [
    (
        Menu::File,
        &[
            &[
                Command::New,
                Command::NewDossier,
                Command::Open,
                Command::OpenAddress,
                Command::OpenDatabase,
                Command::OpenMap,
                Command::GeoreferencePicture,
                Command::KeepOffline,
                Command::AttachText,
                Command::BuiltinDossier,
            ],
            &[Command::Save, Command::SaveAs],
            &[
                Command::EditDossier,
                Command::EditDossierCopy,
                Command::SaveDossier,
                Command::SaveDossierAs,
                Command::EndEditing,
                Command::Compare,
                Command::CompareDays,
                Command::Agree,
            ],
            &[Command::ExportFigure, Command::Animate, Command::CopyFigure, Command::SaveFeatures],
            &[Command::Quit],
        ],
    ),
    (
        Menu::Edit,
        &[
            &[Command::Undo, Command::Redo, Command::ShowHistory],
            &[Command::Cut, Command::Copy, Command::Paste, Command::Duplicate, Command::Delete],
            &[Command::SelectAll, Command::ClearSelection],
            &[Command::Find, Command::FindPlace, Command::Palette],
        ],
    ),
    (
        Menu::View,
        &[
            &[Command::Home, Command::ZoomIn, Command::ZoomOut, Command::ZoomToSelection],
            &[Command::ToggleLayersPanel, Command::ToggleInspector, Command::ToggleAnnotations],
            &[Command::Table, Command::Timeline, Command::AreaOverTime],
            &[Command::ShowGaps, Command::ShowWarnings, Command::ShowMaps, Command::ShowServers],
        ],
    ),
    (
        Menu::Overlays,
        &[
            &[Command::SelectBelow, Command::ShowAlone, Command::ConvertOverlay],
            &[Command::MoveUp, Command::MoveDown, Command::ResetOverlays],
            &[Command::MakeSeries, Command::MakeOverlay, Command::DeriveOverlay, Command::UseAsLine],
        ],
    ),
    (
        Menu::Insert,
        &[
            &[Command::ToolSelect, Command::ToolPan],
            &[Command::ToolMarker, Command::ToolText, Command::ToolCallout],
            &[
                Command::ToolLine,
                Command::ToolArrow,
                Command::ToolPolygon,
                Command::ToolRectangle,
                Command::ToolCircle,
                Command::ToolFreehand,
                Command::ToolMeasure,
            ],
            &[Command::FinishDraft, Command::ToggleSnapping],
        ],
    ),
    (
        Menu::Annotation,
        &[
            &[Command::EditText, Command::Lock, Command::Group],
            &[Command::BringToFront, Command::SendToBack],
            &[Command::Merge, Command::CutOut, Command::Split, Command::Buffer, Command::Simplify],
            &[Command::CropPicture],
            &[Command::Reverse, Command::Align, Command::Renumber],
        ],
    ),
    (Menu::Help, &[&[Command::ShowKeys, Command::ShowAbout]]),
];

/// How wide the button is that sets up a figure, with some to spare, in points.
const EXPORT_PT: f32 = 103.0;

/// What the window works at besides the map, which leaves few commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// A figure is set up.
    Figure,
    /// A picture is placed by hand: whether it has a step to take back, and one to do again.
    Picture(bool, bool),
}

impl Elsewhere {
    /// Why what does not go with it has to wait.
    fn close_first(self) -> &'static str {
        match self {
            Self::Figure => "Close the figure first (Esc)",
            Self::Picture(..) => "Place the picture first, or close it (Esc)",
        }
    }

    fn commands(self) -> &'static [Command] {
        match self {
            Self::Figure => &super::keys::WHILE_EXPORTING,
            Self::Picture(..) => &super::keys::WHILE_GEOREFERENCING,
        }
    }
}

/// The bars with the commands.
#[derive(Clone, Copy)]
pub(crate) struct Chrome<'a> {
    pub(crate) session: &'a Session,
    /// What the window works at besides the map.
    pub(crate) elsewhere: Option<Elsewhere>,
    /// Whether the dossier that is written has changes that are in no file.
    pub(crate) is_unsaved: bool,
}

impl Chrome<'_> {
    /// The menu bar.
    pub(crate) fn menu_ui(self, ui: &mut Ui, recents: &[PathBuf], actions: &mut Vec<Action>) {
        egui::MenuBar::new().ui(ui, |ui| {
            for (menu, commands) in MENUS {
                ui.menu_button(menu.title(), |ui| {
                    for (index, group) in commands.iter().enumerate() {
                        if index > 0 {
                            ui.separator();
                        }
                        for command in *group {
                            self.command_ui(ui, *command, actions);
                            if *command == Command::Open && !recents.is_empty() && self.elsewhere.is_none() {
                                recents_ui(ui, recents, actions);
                            }
                        }
                    }
                    if menu == Menu::View && self.elsewhere.is_none() {
                        ui.separator();
                        view_ui(ui, self.session, actions);
                    }
                });
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let shade = theme::theme_of(ui.ctx());
                // A title that is longer than its room must not lie over the menus.
                let title = self.session.dossier().title.main();
                if self.session.manuscript().is_none() {
                    ui.add(egui::Label::new(theme::second(title, shade)).truncate());
                    return;
                }
                let mark = if self.is_unsaved { " •" } else { "" };
                let words = RichText::new(format!("Editing {title}{mark}")).color(theme::ink(shade.palette().accent));
                let label = ui.add(egui::Label::new(words.family(theme::semi_bold())).truncate());
                tip(
                    label,
                    if self.is_unsaved { "The dossier has changes that are not saved" } else { "The dossier is saved" },
                );
            });
        });
    }

    /// Why a command can't be given now.
    fn why_not(self, command: Command) -> Option<&'static str> {
        if let Some(elsewhere) = self.elsewhere.filter(|elsewhere| !elsewhere.commands().contains(&command)) {
            return Some(elsewhere.close_first());
        }
        match (self.elsewhere, command) {
            (Some(Elsewhere::Picture(undo, _)), Command::Undo) => return (!undo).then_some("Nothing to undo"),
            (Some(Elsewhere::Picture(_, redo)), Command::Redo) => return (!redo).then_some("Nothing to redo"),
            _ => {}
        }
        self.session.why_not(command)
    }

    fn command_ui(self, ui: &mut Ui, command: Command, actions: &mut Vec<Action>) {
        let (session, why_not) = (self.session, self.why_not(command));
        let keys = session.keymap.keys(command).first().map(|keys| spoken(keys)).unwrap_or_default();
        let label = match command {
            Command::Undo | Command::Redo if matches!(self.elsewhere, Some(Elsewhere::Picture(..))) => None,
            Command::Undo => session.history().undo_step().map(|step| format!("Undo: {}", super::words::step(step))),
            Command::Redo => session.history().redo_step().map(|step| format!("Redo: {}", super::words::step(step))),
            Command::ToggleAnnotations if !session.document().layers.iter().any(|layer| layer.visible) => {
                Some("Show annotations".to_owned())
            }
            Command::ToggleSnapping if session.snapping => Some("Snap to points and edges: on".to_owned()),
            Command::ToggleSnapping => Some("Snap to points and edges: off".to_owned()),
            _ => None,
        };
        let label = label.unwrap_or_else(|| command.label().to_owned());
        let button = Button::new(label).shortcut_text(keys);
        let response = ui.add_enabled(why_not.is_none(), button);
        if response.clicked() {
            actions.push(Action::Command(command));
            ui.close();
        }
        tip(response, command.help()).on_disabled_hover_text(why_not.unwrap_or_default());
    }

    /// The toolbar.
    pub(crate) fn toolbar_ui(self, ui: &mut Ui, exporting: bool, actions: &mut Vec<Action>) {
        let session = self.session;
        let roomy = ui.available_width() >= ROOM_FOR_ALL_PT;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            self.tool_ui(ui, icons::STACK, Command::ToggleLayersPanel, session.panels.layers, actions);
            if roomy {
                self.tool_ui(ui, icons::FOLDER_OPEN, Command::Open, false, actions);
                self.tool_ui(ui, icons::FLOPPY_DISK, Command::Save, false, actions);
            }
            for group in TOOLS {
                ui.separator();
                for (glyph, tool) in group {
                    self.tool_ui(ui, glyph, Command::of_tool(*tool), session.tool() == *tool, actions);
                }
            }
            if roomy {
                self.tool_ui(ui, icons::MAGNET, Command::ToggleSnapping, session.snapping, actions);
            }
            ui.separator();
            self.tool_ui(ui, icons::UNDO, Command::Undo, false, actions);
            self.tool_ui(ui, icons::REDO, Command::Redo, false, actions);
            if roomy {
                ui.separator();
                self.tool_ui(ui, icons::CORNERS_OUT, Command::ZoomToSelection, false, actions);
                self.tool_ui(ui, icons::EYE, Command::ShowAlone, session.is_alone(), actions);
                self.tool_ui(ui, icons::SEARCH, Command::Palette, false, actions);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.available_width() < 60.0 {
                    return;
                }
                // Where there is room for one alone, that is the way to a figure.
                let room = ui.available_width();
                if !(EXPORT_PT..EXPORT_PT + 40.0).contains(&room) {
                    self.tool_ui(ui, icons::INFO, Command::ToggleInspector, session.panels.inspector, actions);
                }
                if room < EXPORT_PT {
                    return;
                }
                let theme_icon = match session.theme {
                    ThemeChoice::System => icons::CIRCLE_HALF,
                    ThemeChoice::Light => icons::SUN,
                    ThemeChoice::Dark => icons::MOON,
                };
                if roomy {
                    self.tool_ui(ui, theme_icon, Command::SwitchTheme, false, actions);
                    self.tool_ui(ui, icons::COPY, Command::CopyFigure, false, actions);
                }
                let palette = theme::theme_of(ui.ctx()).palette();
                let text = RichText::new(Command::ExportFigure.label()).color(theme::ink(palette.panel));
                let export = ui.add_enabled(
                    !exporting && self.elsewhere.is_none(),
                    Button::new(text).fill(theme::ink(palette.accent)),
                );
                let help = with_keys(session, Command::ExportFigure.help(), Command::ExportFigure);
                let why_not = match self.elsewhere {
                    Some(Elsewhere::Figure) => "The figure is already being set up",
                    Some(elsewhere) => elsewhere.close_first(),
                    None => "A file is still being read or written; wait until it is done",
                };
                if tip(export, help).on_disabled_hover_text(why_not).clicked() {
                    actions.push(Action::Command(Command::ExportFigure));
                }
                ui.add_space(4.0);
                let room = ui.available_width() - 16.0;
                if room < 100.0 {
                    return;
                }
                let document = session.document();
                let current = lowest_map(document);
                if self.elsewhere.is_some() {
                    ui.disable();
                }
                let list = egui::ComboBox::from_id_salt("map").selected_text(maps_label(document)).height(480.0);
                let list = list_ui(ui, list.truncate().width(room.min(200.0)), |ui| {
                    for map in sources::all(&document.map_sources) {
                        if choice_ui(ui, current.id == map.id, map_label(map)) {
                            actions.push(Action::SetMap(map.id.clone()));
                        }
                    }
                    ui.separator();
                    if choice_ui(ui, false, Command::ShowMaps.label()) {
                        actions.push(Action::Command(Command::ShowMaps));
                    }
                });
                list.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Map under the overlays"));
                tip(list, "Map under the overlays")
                    .on_disabled_hover_text(self.elsewhere.map_or("", Elsewhere::close_first));
            });
        });
    }

    fn tool_ui(self, ui: &mut Ui, glyph: &str, command: Command, on: bool, actions: &mut Vec<Action>) {
        let (session, why_not) = (self.session, self.why_not(command));
        let button =
            Button::new(theme::icon(glyph, 17.0)).selected(on).min_size(Vec2::splat(28.0)).frame_when_inactive(on);
        let response = ui.add_enabled(why_not.is_none(), button);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, why_not.is_none(), command.label()));
        if response.clicked() {
            actions.push(Action::Command(command));
        }
        let help = with_keys(session, &format!("{}. {}", named(command), command.help()), command);
        let why_not = why_not.map(|why_not| format!("{}. {why_not}", named(command)));
        tip(response, help).on_disabled_hover_text(why_not.unwrap_or_default());
    }
}

/// What a file that was open is called: a dossier as its folder.
fn recent_name(path: &Path) -> String {
    let is_in_folder = path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("dossier.json"));
    let named = path.parent().filter(|folder| is_in_folder && folder.file_name().is_some()).unwrap_or(path);
    let name = named.file_name().unwrap_or(named.as_os_str()).to_string_lossy();
    let is_dossier = is_in_folder || named.extension().is_none_or(|ending| ending == "claimline" || ending == "zip");
    if is_dossier { format!("{name} (dossier)") } else { name.into_owned() }
}

/// The projects and dossiers that were open last.
fn recents_ui(ui: &mut Ui, recents: &[PathBuf], actions: &mut Vec<Action>) {
    ui.menu_button("Open recent", |ui| {
        for path in recents {
            if ui.button(recent_name(path)).on_hover_text(path.display().to_string()).clicked() {
                actions.push(Action::OpenPath(path.clone()));
                ui.close();
            }
        }
    });
}

fn view_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let mut choose = |ui: &mut Ui, label: &str, chosen: bool, action: Action| {
        if outlined(ui, |ui| ui.radio(chosen, label)).clicked() {
            actions.push(action);
            ui.close();
        }
    };
    let mut other = None;
    ui.menu_button("Names on the map", |ui| {
        let names = &session.document().names;
        for (label, choice) in names_on_the_map() {
            choose(ui, &label, *names == choice, Action::SetNames(choice));
        }
        ui.separator();
        other = other_names_ui(ui, names);
        if other.is_some() {
            ui.close();
        }
    });
    ui.menu_button("Theme", |ui| {
        for (label, choice) in
            [("Same as the system", ThemeChoice::System), ("Light", ThemeChoice::Light), ("Dark", ThemeChoice::Dark)]
        {
            choose(ui, label, session.theme == choice, Action::SetTheme(choice));
        }
    });
    actions.extend(other.map(Action::SetNames));
}

/// The lowest map under the overlays.
fn lowest_map(document: &Document) -> Arc<MapSource> {
    let id = document.maps.first().map_or(MapSource::BUILTIN, |map| map.id.as_str());
    sources::find_or_builtin(id, &document.map_sources)
}

/// What the button of the list of maps says: the only map, or the topmost and how many lie beneath it.
fn maps_label(document: &Document) -> String {
    let laid = sources::laid(&document.maps, &document.map_sources, document.day);
    let beneath = laid.len().saturating_sub(1);
    match laid.iter().rev().find(|map| map.shown.visible) {
        Some(map) if beneath > 0 => format!("{} +{beneath}", map.source.title.main()),
        Some(map) => map_label(&map.source),
        None => map_label(&lowest_map(document)),
    }
}

/// A map's name in the menu, and whether it takes the network.
fn map_label(map: &MapSource) -> String {
    let title = map.title.main();
    match map.kind {
        MapKind::Builtin => format!("{title} (offline)"),
        _ if map.is_online() => format!("{title} (from a server)"),
        _ => title.to_owned(),
    }
}

/// The tools of the toolbar, each with its glyph, in groups.
const TOOLS: [&[(&str, Tool)]; 3] = [
    &[(icons::CURSOR, Tool::Select), (icons::HAND, Tool::Pan)],
    &[
        (icons::MAP_PIN, Tool::Marker),
        (icons::TEXT_T, Tool::Text),
        (icons::CHAT_TEXT, Tool::Callout),
        (icons::LINE_SEGMENTS, Tool::Line),
        (icons::ARROW_UP_RIGHT, Tool::Arrow),
        (icons::POLYGON, Tool::Polygon),
        (icons::RECTANGLE, Tool::Rectangle),
        (icons::CIRCLE, Tool::Circle),
        (icons::SCRIBBLE, Tool::Freehand),
    ],
    &[(icons::RULER, Tool::Measure)],
];

/// Below this width some buttons stay in the menus alone.
const ROOM_FOR_ALL_PT: f32 = 1000.0;

/// The languages that names on the map can have, as lists offer them: those of figures, and each place's own.
pub(crate) fn names_on_the_map() -> impl Iterator<Item = (String, Names)> {
    let choices: [(&str, &[&str]); 4] = [
        ("English and Ukrainian", &["en", "uk"]),
        ("English", &["en"]),
        ("Ukrainian", &["uk"]),
        ("As each place has it", &[Names::LOCAL]),
    ];
    let own = choices.into_iter().filter_map(|(label, tags)| Some((label.to_owned(), Names::of_tags(tags)?)));
    let of_figures = FigureLanguage::all().filter(|language| !["en", "uk"].contains(&language.tag()));
    own.chain(of_figures.filter_map(|language| Some((language.label(), Names::of_tags(&[language.tag()])?))))
}

/// What a list says of some languages of names: as it offers them, or else their tags.
pub(crate) fn label_of_names(names: &Names) -> String {
    let known = names_on_the_map().find(|(_, choice)| choice == names);
    known.map_or_else(|| names.tags().join(", "), |(label, _)| label)
}

/// A field for any other language, by its tag; two with a comma stand beneath each other. Returns what Enter chooses.
pub(crate) fn other_names_ui(ui: &mut Ui, names: &Names) -> Option<Names> {
    let id = ui.scope_id().with("tags of names");
    let is_listed = names_on_the_map().any(|(_, choice)| choice == *names);
    let usual = || if is_listed { String::new() } else { names.tags().join(", ") };
    let mut typed = ui.data_mut(|data| data.get_temp::<String>(id)).unwrap_or_else(usual);
    let mut chosen = None;
    ui.horizontal(|ui| {
        let label = ui.label("Other");
        let field = egui::TextEdit::singleline(&mut typed).desired_width(90.0).hint_text("ka, or he, en");
        let field = ui.add(field).labelled_by(label.id);
        let field = field.on_hover_text("Language tag (BCP 47); after a comma the language beneath. Enter chooses it.");
        if field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
            chosen = typed.parse().ok();
        }
    });
    if !typed.trim().is_empty() && typed.parse::<Names>().is_err() {
        ui.label("No language tag, such as ar or zh-Hant");
    }
    ui.data_mut(|data| {
        if chosen.is_some() {
            data.remove::<String>(id);
        } else {
            data.insert_temp(id, typed);
        }
    });
    chosen
}

/// A drop-down list, which closes once a [choice](choice_ui) is made; the keys then go back to it.
pub(crate) fn list_ui(ui: &mut Ui, list: egui::ComboBox<'_>, choices: impl FnOnce(&mut Ui)) -> egui::Response {
    let shown = list.show_ui(ui, |ui| {
        // Lists are open one at a time.
        let (now, last) = (ui.ctx().cumulative_pass_nr(), Id::unique("list was open"));
        ui.data_mut(|data| {
            let was_open =
                data.get_temp::<(LayerId, u64)>(last).is_some_and(|was| was == (ui.layer_id(), now.saturating_sub(1)));
            data.insert_temp(Id::unique("list opens"), !was_open);
            data.insert_temp(last, (ui.layer_id(), now));
        });
        choices(ui);
        ui.will_parent_close()
    });
    if shown.inner == Some(true) && !ui.input(|input| input.pointer.any_released()) {
        shown.response.request_focus();
    }
    shown.response
}

/// A choice in a drop-down list.
pub(crate) fn choice_ui(ui: &mut Ui, current: bool, label: impl Into<String>) -> bool {
    let choice = ui.selectable_label(current, label.into());
    // From here the arrows go on: the keys start at what is chosen.
    let opens = current && ui.data(|data| data.get_temp::<bool>(Id::unique("list opens"))).unwrap_or_default();
    if opens && !ui.input(|input| input.pointer.any_released()) {
        choice.request_focus();
        choice.scroll_to_me(None);
    }
    let is_chosen = choice.clicked();
    if is_chosen {
        // A click closes the list by itself; a key does not.
        ui.close();
    }
    is_chosen
}

/// At the end of what is scrolled: brings the control into view that the keyboard has just gone to.
pub(crate) fn follow_focus(ui: &Ui) {
    let focused = ui.memory(|memory| memory.focused());
    let (known, now) = (ui.scope_id().with("followed focus"), ui.ctx().cumulative_pass_nr());
    let before = ui.data_mut(|data| {
        let before = data.get_temp::<(Option<egui::Id>, u64)>(known);
        data.insert_temp(known, (focused, now));
        before
    });
    // What had the focus before this was shown has no part in it; what the pointer takes is seen, and must not move away
    // from under it.
    let moved = before.is_some_and(|(before, pass)| pass + 1 >= now && before != focused);
    if !moved || ui.input(|input| input.pointer.any_down() || input.pointer.any_released()) {
        return;
    }
    let Some(control) = focused.and_then(|id| ui.ctx().read_response(id)) else { return };
    let (seen, clip) = (control.interact_rect, ui.clip_rect());
    let is_beside = seen.is_positive() && !seen.intersects(clip);
    let is_here = control.layer_id == ui.layer_id() && ui.min_rect().expand(4.0).contains_rect(control.rect);
    if is_here && !is_beside && !clip.contains_rect(control.rect) {
        ui.scroll_to_rect(control.rect, None);
    }
}

/// The status bar: what can be done next, what went on, which day is shown, where the pointer is, how large the map is. Elsewhere, where a
/// figure is set up or a picture placed, nothing leads to the timeline.
pub(crate) fn status_ui(
    ui: &mut Ui,
    session: &Session,
    pointer: Option<Point>,
    measure: Option<&str>,
    message: &str,
    is_elsewhere: bool,
    actions: &mut Vec<Action>,
) {
    let shade = theme::theme_of(ui.ctx());
    ui.horizontal(|ui| {
        let hint = match session.hint() {
            _ if !message.is_empty() && !session.is_drafting() => message,
            "" => "Select · click a region to read its sources, click again for the one below",
            hint => hint,
        };
        let warnings = session.warnings().count();
        if warnings > 0 {
            let text = RichText::new(counted(warnings)).size(12.0);
            let button = ui.add(Button::new((theme::icon(icons::WARNING, 13.0), text)).small());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, counted(warnings)));
            if tip(button, Command::ShowWarnings.help()).clicked() {
                actions.push(Action::Command(Command::ShowWarnings));
            }
        }
        day_ui(ui, session, is_elsewhere, actions);
        let frame = session.frame();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            let mono = |text: String| RichText::new(text).monospace().color(theme::ink(shade.palette().second));
            ui.label(mono(format!("1:{}", words::number(round_to_two_digits(frame.scale_denominator()), 0))));
            ui.label(mono(format!("z {:.1}", frame.view.zoom)));
            if let Some(pointer) = pointer {
                let at = frame.lon_lat_from_page(pointer);
                ui.label(mono(words::position(at.x, at.y)));
            }
            if let Some(measure) = measure {
                ui.label(mono(measure.to_owned()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                line_ui(ui, hint, shade);
            });
        });
    });
}

/// A line that is shortened in its middle where it has no room: what went wrong stands first, and which file it was last. All of
/// it is there for the pointer and for screen readers.
fn line_ui(ui: &mut Ui, words: &str, shade: Theme) {
    let room_pt = ui.available_width();
    let fits = |words: &str| {
        let galley = egui::WidgetText::from(theme::second(words, shade));
        let galley = galley.into_galley(ui, Some(egui::TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Body);
        galley.size().x <= room_pt
    };
    let letters: Vec<char> = words.chars().take(LONGEST_LINE).collect();
    if letters.len() < LONGEST_LINE && fits(words) {
        ui.add(egui::Label::new(theme::second(words, shade)).truncate());
        return;
    }
    let all: Vec<char> = words.chars().collect();
    let shortened = |kept: usize| {
        let last = kept / 2;
        let [first, last] = [&all[..kept - last], &all[all.len() - last..]].map(|part| part.iter().collect::<String>());
        format!("{}…{}", first.trim_end(), last.trim_start())
    };
    // As many letters as there is room for: from few on, each half of what is left.
    let (mut least, mut most) = (0, letters.len().min(all.len()));
    while most - least > 1 {
        let kept = (least + most) / 2;
        *(if fits(&shortened(kept)) { &mut least } else { &mut most }) = kept;
    }
    let line = ui.add(egui::Label::new(theme::second(shortened(least), shade)).truncate());
    line.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    line.on_hover_text(words);
}

/// No line of the status bar shows more letters.
const LONGEST_LINE: usize = 600;

/// Which day the map shows, where one is chosen, and a way to the first report of what nobody has reported up to it.
fn day_ui(ui: &mut Ui, session: &Session, is_elsewhere: bool, actions: &mut Vec<Action>) {
    let Some(day) = session.document().day.filter(|_| session.has_days()) else { return };
    if is_elsewhere {
        ui.label(RichText::new(format!("Day shown: {day}")).size(12.0));
        return;
    }
    let small = |words: String| Button::new(RichText::new(words).size(12.0)).small();
    let help = "What was reported up to this day is shown, and nothing later. Opens the timeline, or closes it";
    if tip(ui.add(small(format!("Day shown: {day}"))), help).clicked() {
        actions.push(Action::Command(Command::Timeline));
    }
    if let Some(first) = session.first_report_after() {
        let help = "Layers that are switched on have no report of this day or earlier, and are not shown. Goes to the first of theirs";
        if tip(ui.add(small(format!("First report: {first}"))), help).clicked() {
            actions.push(Action::ShowDay(Some(first)));
        }
    }
}

/// How many warnings there are and what the first one says, to go on a sentence; the status bar leads to the others.
pub(crate) fn first_of(warnings: &[Problem]) -> String {
    match warnings {
        [] => String::new(),
        [warning] => format!(". 1 warning: {warning}"),
        [first, ..] => format!(". {}, the first of them: {first}", counted(warnings.len())),
    }
}

/// So many warnings, in words.
pub(crate) fn counted(warnings: usize) -> String {
    if warnings == 1 { "1 warning".to_owned() } else { format!("{} warnings", words::number(warnings as f64, 0)) }
}

/// 1,147,392 as 1,100,000: a scale on a screen of unknown size has no more meaning than that.
fn round_to_two_digits(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 0.0;
    }
    let step = 10f64.powf(value.log10().floor() - 1.0);
    (value / step).round() * step
}

/// A key as a person reads it: arrows drawn, names of signs as signs.
pub(crate) fn spoken(keys: &str) -> String {
    let names = [
        ("ArrowUp", "↑"),
        ("ArrowDown", "↓"),
        ("Plus", "+"),
        ("Minus", "−"),
        ("Equals", "="),
        ("Questionmark", "?"),
        ("Escape", "Esc"),
        ("OpenBracket", "["),
        ("CloseBracket", "]"),
        ("Delete", "Del"),
    ];
    let mut text = keys.to_owned();
    for (name, sign) in names {
        text = text.replace(name, sign);
    }
    text
}
