//! The frame of the window: menu bar, toolbar, status bar.

use eframe::egui::{self, Align, Button, Layout, RichText, Role, Ui, Vec2, WidgetInfo};

use super::{icons, theme, with_keys};
use crate::document::{MapChoice, Names};
use crate::dossier::words;
use crate::geometry::Point;
use crate::session::{Action, Command, Session, ThemeChoice};

/// The menus, each with its commands.
pub(crate) const MENUS: [(&str, &[Command]); 4] = [
    (
        "File",
        &[
            Command::Open,
            Command::OpenMap,
            Command::AttachText,
            Command::ExportFigure,
            Command::CopyFigure,
            Command::Quit,
        ],
    ),
    (
        "View",
        &[
            Command::Home,
            Command::ZoomIn,
            Command::ZoomOut,
            Command::ZoomToSelection,
            Command::ToggleLayersPanel,
            Command::ToggleInspector,
            Command::ShowGaps,
        ],
    ),
    (
        "Overlays",
        &[
            Command::SelectBelow,
            Command::ClearSelection,
            Command::ShowAlone,
            Command::MoveUp,
            Command::MoveDown,
            Command::ResetOverlays,
        ],
    ),
    ("Help", &[Command::ShowKeys, Command::ShowAbout]),
];

/// The menu bar.
pub(crate) fn menu_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    egui::MenuBar::new().ui(ui, |ui| {
        for (title, commands) in MENUS {
            ui.menu_button(title, |ui| {
                for command in commands {
                    command_ui(ui, session, *command, actions);
                }
                if title == "View" {
                    ui.separator();
                    view_ui(ui, session, actions);
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let shade = theme::theme_of(ui.ctx());
            ui.label(theme::second(&session.dossier().title.en, shade));
        });
    });
}

fn command_ui(ui: &mut Ui, session: &Session, command: Command, actions: &mut Vec<Action>) {
    let why_not = session.why_not(command);
    let keys = command.keys().first().map(|keys| spoken(keys)).unwrap_or_default();
    let button = Button::new(command.label()).shortcut_text(keys);
    let response = ui.add_enabled(why_not.is_none(), button);
    if response.clicked() {
        actions.push(Action::Command(command));
        ui.close();
    }
    response.on_hover_text(command.help()).on_disabled_hover_text(why_not.unwrap_or_default());
}

fn view_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
    let mut choose = |ui: &mut Ui, label: &str, chosen: bool, action: Action| {
        if ui.radio(chosen, label).clicked() {
            actions.push(action);
            ui.close();
        }
    };
    ui.menu_button("Names on the map", |ui| {
        let names = session.document().names;
        for (label, choice) in
            [("English and Ukrainian", Names::Both), ("English", Names::English), ("Ukrainian", Names::Ukrainian)]
        {
            choose(ui, label, names == choice, Action::SetNames(choice));
        }
    });
    ui.menu_button("Map under the overlays", |ui| {
        for (label, choice) in MAPS {
            choose(ui, label, session.document().map == choice, Action::SetMap(choice));
        }
    });
    ui.menu_button("Theme", |ui| {
        for (label, choice) in
            [("As the system", ThemeChoice::System), ("Light", ThemeChoice::Light), ("Dark", ThemeChoice::Dark)]
        {
            choose(ui, label, session.theme == choice, Action::SetTheme(choice));
        }
    });
}

/// The maps that can lie under the overlays.
const MAPS: [(&str, MapChoice); 3] = [
    ("Built-in map (offline)", MapChoice::BuiltIn),
    ("OpenStreetMap (from the internet)", MapChoice::OpenStreetMap),
    ("No map", MapChoice::Blank),
];

/// The toolbar.
pub(crate) fn toolbar_ui(ui: &mut Ui, session: &Session, exporting: bool, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (glyph, command, on) in [
            (icons::STACK, Command::ToggleLayersPanel, session.panels.layers),
            (icons::FOLDER_OPEN, Command::Open, false),
        ] {
            tool_ui(ui, session, glyph, command, on, actions);
        }
        ui.separator();
        for (glyph, command) in [
            (icons::HOUSE, Command::Home),
            (icons::PLUS, Command::ZoomIn),
            (icons::MINUS, Command::ZoomOut),
            (icons::CORNERS_OUT, Command::ZoomToSelection),
        ] {
            tool_ui(ui, session, glyph, command, false, actions);
        }
        // In a very narrow window some stay in the menus alone.
        if ui.available_width() > 250.0 {
            ui.separator();
            tool_ui(ui, session, icons::EYE, Command::ShowAlone, session.is_alone(), actions);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            tool_ui(ui, session, icons::INFO, Command::ToggleInspector, session.panels.inspector, actions);
            let theme_icon = match session.theme {
                ThemeChoice::System => icons::CIRCLE_HALF,
                ThemeChoice::Light => icons::SUN,
                ThemeChoice::Dark => icons::MOON,
            };
            tool_ui(ui, session, theme_icon, Command::SwitchTheme, false, actions);
            tool_ui(ui, session, icons::COPY, Command::CopyFigure, false, actions);
            let palette = theme::theme_of(ui.ctx()).palette();
            let text = RichText::new(Command::ExportFigure.label()).color(theme::ink(palette.panel));
            let export = ui.add_enabled(!exporting, Button::new(text).fill(theme::ink(palette.accent)));
            if export.on_hover_text(with_keys(Command::ExportFigure.help(), Command::ExportFigure)).clicked() {
                actions.push(Action::Command(Command::ExportFigure));
            }
            ui.add_space(4.0);
            let room = ui.available_width() - 16.0;
            if room < 100.0 {
                return;
            }
            let current =
                MAPS.iter().find(|(_, choice)| *choice == session.document().map).map_or("", |(label, _)| label);
            let combo = egui::ComboBox::from_id_salt("map")
                .selected_text(current)
                .truncate()
                .width(room.min(200.0))
                .show_ui(ui, |ui| {
                    for (label, choice) in MAPS {
                        if ui.selectable_label(session.document().map == choice, label).clicked() {
                            actions.push(Action::SetMap(choice));
                        }
                    }
                });
            combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Map under the overlays"));
        });
    });
}

fn tool_ui(ui: &mut Ui, session: &Session, glyph: &str, command: Command, on: bool, actions: &mut Vec<Action>) {
    let why_not = session.why_not(command);
    let button = Button::new(theme::icon(glyph, 17.0)).selected(on).min_size(Vec2::splat(28.0)).frame_when_inactive(on);
    let response = ui.add_enabled(why_not.is_none(), button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, why_not.is_none(), command.label()));
    if response.clicked() {
        actions.push(Action::Command(command));
    }
    let help = with_keys(&format!("{}. {}", command.label(), command.help()), command);
    response.on_hover_text(help).on_disabled_hover_text(why_not.unwrap_or_default());
}

/// The status bar: what can be done next, what went on, where the pointer is, how large the map is.
pub(crate) fn status_ui(ui: &mut Ui, session: &Session, pointer: Option<Point>, message: &str) {
    let shade = theme::theme_of(ui.ctx());
    ui.horizontal(|ui| {
        let hint = if message.is_empty() {
            "Select · click a region to read its sources, click again for the one below"
        } else {
            message
        };
        let frame = session.frame();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let mono = |text: String| RichText::new(text).monospace().color(theme::ink(shade.palette().second));
            ui.label(mono(format!("1:{}", words::number(round_to_two_digits(frame.scale_denominator()), 0))));
            ui.label(mono(format!("z {:.1}", frame.view.zoom)));
            if let Some(pointer) = pointer {
                let at = frame.lon_lat_from_page(pointer);
                ui.label(mono(words::position(at.x, at.y)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(theme::second(hint, shade)).truncate());
            });
        });
    });
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
    ];
    let mut text = keys.to_owned();
    for (name, sign) in names {
        text = text.replace(name, sign);
    }
    text
}
