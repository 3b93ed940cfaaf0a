//! Who agrees, cell by cell: the samples of the map, how much ground it is, which accounts say so and of how many origins; and of
//! one cell the opposing reports side by side.

use eframe::egui::{self, Button, Image, Label, Role, ScrollArea, Ui, Vec2, WidgetInfo};

use crate::app::panels::cards::{self, Links};
use crate::app::panels::swatches::{SIZE, Swatches};
use crate::app::widgets::{capital, small_warning_ui, tick, tip};
use crate::app::{chrome, theme};
use crate::document::agreement::{Account, Agreement, Cell};
use crate::document::annotation::Citation;
use crate::dossier::words;
use crate::formats::visible::visible;
use crate::session::{Action, Command, Session, ShownAgreement};

/// By which the drawer is opened and remembered.
pub(super) const ID: &str = "who-agrees";

/// Where the reports stand beside the list and not below it, in points.
const BESIDE_PT: f32 = 820.0;

/// Of so many places in a cell the names are shown.
const MOST_NAMES: usize = 6;

/// What the drawer holds.
#[derive(Default)]
pub(crate) struct AgreementDrawer {
    swatches: Swatches,
}

impl AgreementDrawer {
    /// What stands at the right of the header, from the right.
    pub(super) fn header_ui(ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = session.agreement() else { return };
        let has_map = shown.map.is_some();
        let export = ui.add_enabled(has_map, Button::new("Export figure…"));
        export.widget_info(|| WidgetInfo::labeled(Role::Button, has_map, "Export figure of who agrees"));
        let export = export.on_disabled_hover_text("The map shows nothing of it");
        if tip(export, "Write the map of who agrees as a figure, with its legend, sources and credits").clicked() {
            actions.push(Action::Command(Command::ExportFigure));
        }
        let save = ui.button("Save…");
        save.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Save who agrees"));
        if tip(save, "Write the cells as a table (CSV), as JSON, or with their shapes").clicked() {
            actions.push(Action::SaveCells);
        }
        if tip(ui.button("Work out again"), "Lay the same accounts over each other as they are now").clicked() {
            actions.push(Action::AgreeAgain);
        }
    }

    /// What stands below the header.
    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        let Some(shown) = session.agreement() else { return };
        let reports = shown.selected.and_then(|place| shown.agreement.cells.get(place));
        let is_beside = ui.available_width() >= BESIDE_PT;
        match reports {
            Some(cell) if is_beside => {
                let list_pt = 0.42 * ui.available_width();
                let size = Vec2::new(list_pt, ui.available_height());
                ui.horizontal_top(|ui| {
                    ui.allocate_ui_with_layout(size, egui::Layout::top_down(egui::Align::LEFT), |ui| {
                        ScrollArea::vertical().auto_shrink(false).id_salt("cells").show(ui, |ui| {
                            self.list_ui(ui, session, shown, actions);
                            chrome::follow_focus(ui);
                        });
                    });
                    ui.separator();
                    ui.vertical(|ui| {
                        ScrollArea::vertical().auto_shrink(false).id_salt("reports").show(ui, |ui| {
                            reports_ui(ui, session, &shown.agreement, cell, actions);
                            chrome::follow_focus(ui);
                        });
                    });
                });
            }
            _ => {
                ScrollArea::vertical().auto_shrink(false).id_salt("cells alone").show(ui, |ui| {
                    if let Some(cell) = reports {
                        reports_ui(ui, session, &shown.agreement, cell, actions);
                        ui.separator();
                    }
                    self.list_ui(ui, session, shown, actions);
                    chrome::follow_focus(ui);
                });
            }
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, session: &Session, shown: &ShownAgreement, actions: &mut Vec<Action>) {
        let shade = theme::theme_of(ui.ctx());
        let agreement = &shown.agreement;
        let [agreed, contested] = agreement.agreed_and_contested_km2();
        let within =
            agreement.within.as_ref().map(|within| format!(", within {}", within.title.main())).unwrap_or_default();
        let day = agreement.day.map(|day| format!("{day}. ")).unwrap_or_default();
        let sums = format!(
            "{day}{} say so of {}, some and not others of {}{within}.",
            Agreement::all_in_words(agreement.accounts.len()),
            words::km2(agreed),
            words::km2(contested)
        );
        ui.add(Label::new(sums).wrap());
        if session.is_agreement_old() {
            small_warning_ui(ui, "What is open has been changed since: work it out again to see that too.");
        }
        for (names, said) in accounts_by_what_is_said(agreement) {
            let said = format!("{}: {said}", names.join(", "));
            ui.add(Label::new(theme::second(visible(&said), shade)).wrap());
        }
        for [one, other] in agreement.alike() {
            let said = format!(
                "The same shape in {} and {}: if one relies on the other, say so in Who agrees…, or they count as two origins.",
                one.name, other.name
            );
            small_warning_ui(ui, &visible(&said));
        }
        ui.add_space(4.0);
        if agreement.cells.is_empty() {
            ui.label("None of them shades anything there.");
        }
        for (place, cell) in agreement.drawn() {
            ui.push_id(place, |ui| self.cell_ui(ui, shown, (place, cell), actions));
        }
        let slivers: Vec<f64> = agreement.slivers().map(|cell| cell.km2).collect();
        if !slivers.is_empty() {
            let cells = if slivers.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", slivers.len()) };
            let (least, all) = (agreement.sliver_km2(), words::number(slivers.iter().sum(), 2));
            ui.label(theme::second(format!("Smaller than {least} km² each: {cells}, together {all} km²"), shade));
        }
    }

    fn cell_ui(
        &mut self,
        ui: &mut Ui,
        shown: &ShownAgreement,
        (place, cell): (usize, &Cell),
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let agreement = &shown.agreement;
        let who = visible(&who(agreement, cell));
        let agreed = shown.map.as_ref().and_then(|(scene, _)| scene.dossier().agreed.as_ref());
        let mark = agreed.and_then(|agreed| agreed.marks.get(&Agreement::overlay_id(place)));
        ui.horizontal_wrapped(|ui| {
            let can = shown.can_be_on_map(place);
            let mut is_on = shown.is_on_map(place);
            let eye = ui.add_enabled_ui(can, |ui| tick(ui, &mut is_on, "")).inner;
            let name = format!("Show on the map: {who}");
            eye.widget_info(|| WidgetInfo::selected(Role::CheckBox, can, is_on, &name));
            let eye = eye.on_disabled_hover_text("No map can be drawn of it");
            if tip(eye, name).changed() {
                actions.push(Action::ShowCell(place, is_on));
            }
            if let Some(overlay) = shown.overlay(place) {
                let texture = self.swatches.texture(ui.ctx(), overlay, shade);
                ui.add(Image::new(&texture).fit_to_exact_size(SIZE));
            }
            if let Some(mark) = mark {
                // Its letter on the map.
                ui.label(egui::RichText::new(mark).family(theme::semi_bold()));
            }
            let is_selected = shown.selected == Some(place);
            let row = ui.add(Button::new(&who).frame(is_selected).selected(is_selected).wrap());
            row.widget_info(|| {
                WidgetInfo::selected(Role::Button, true, is_selected, format!("Reports on this ground: {who}"))
            });
            let row = row.on_hover_cursor(egui::CursorIcon::PointingHand);
            if row.on_hover_text("Set the reports side by side, and show it on the map").clicked() {
                actions.push(Action::SelectCell((!is_selected).then_some(place)));
                if !is_selected {
                    actions.push(Action::GoToCell(place));
                }
            }
            ui.label(format!("{} ({})", words::km2(cell.km2), words::percent(100.0 * agreement.share(cell))));
            let origins = agreement.origins_in_words(cell);
            let names: Vec<&str> = cell.origins.iter().map(String::as_str).collect();
            ui.label(theme::second(origins, shade)).on_hover_text(visible(&names.join("; ")));
        });
        // What all agree on needs no list of what is at stake.
        let contested = shown.places.get(place).filter(|(_, count)| *count > 0 && !agreement.is_agreed(cell));
        if let Some((towns, count)) = contested {
            let names: Vec<&str> = towns.iter().take(MOST_NAMES).map(|town| town.name.as_str()).collect();
            let more = count - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let places = if *count == 1 { "1 place" } else { &format!("{count} places") };
            let said = format!("{places}, the largest first: {}{more}", names.join(", "));
            ui.indent("places", |ui| ui.add(Label::new(theme::second(visible(&said), shade)).wrap()));
        }
    }
}

/// Of which day each account is and whom it relies on, said once of all of which it is the same, in the order of the first.
fn accounts_by_what_is_said(agreement: &Agreement) -> Vec<(Vec<&str>, String)> {
    let mut all: Vec<(Vec<&str>, String)> = Vec::new();
    for account in &agreement.accounts {
        let origins: Vec<&str> = account.origins.iter().map(String::as_str).collect();
        let origin = match origins.as_slice() {
            [own] if *own == account.name => String::new(),
            _ => format!(" · relies on {}", origins.join("; ")),
        };
        let said = format!("{}{origin}", account.day_in_words());
        match all.iter_mut().find(|(_, known)| *known == said) {
            Some((names, _)) => names.push(&account.name),
            None => all.push((vec![&account.name], said)),
        }
    }
    all
}

/// Which accounts shade a cell, and which do not.
fn who(agreement: &Agreement, cell: &Cell) -> String {
    let names = |accounts: Vec<&Account>| -> String {
        accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    if agreement.is_agreed(cell) {
        return Agreement::all_in_words(agreement.accounts.len());
    }
    let not = names(agreement.not_saying(cell).collect());
    format!("{} (not {not})", names(agreement.saying(cell).collect()))
}

/// The reports on a cell side by side: of those who say so, and of those who do not.
fn reports_ui(ui: &mut Ui, session: &Session, agreement: &Agreement, cell: &Cell, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    ui.horizontal(|ui| {
        ui.label(theme::section(format!("Reports on {}", words::km2(cell.km2)), shade));
        if tip(ui.button("Back to the list"), "Set no reports side by side (Esc)").clicked() {
            actions.push(Action::SelectCell(None));
        }
    });
    let says: Vec<&Account> = agreement.saying(cell).collect();
    let not: Vec<&Account> = agreement.not_saying(cell).collect();
    let side = |ui: &mut Ui, title: &str, accounts: &[&Account], actions: &mut Vec<Action>| {
        ui.label(theme::section(format!("{title} {}", accounts.len()), shade));
        if accounts.is_empty() {
            ui.label(theme::second("None", shade));
        }
        for account in accounts {
            ui.push_id((title, &account.name), |ui| account_ui(ui, session, account, actions));
        }
    };
    ui.columns(2, |columns| {
        for (ui, (title, accounts)) in columns.iter_mut().zip([("Say it is so", &says), ("Do not say so", &not)]) {
            // Columns would stretch the words of a line to their width.
            ui.with_layout(egui::Layout::top_down(egui::Align::LEFT), |ui| side(ui, title, accounts, actions));
        }
    });
}

/// What an account rests on: its day, whom it relies on, its excerpts and pages.
fn account_ui(ui: &mut Ui, session: &Session, account: &Account, actions: &mut Vec<Action>) {
    let shade = theme::theme_of(ui.ctx());
    let name = egui::RichText::new(visible(&account.name)).family(theme::semi_bold());
    ui.add(Label::new(name).wrap());
    if let Some(wording) = &account.wording {
        ui.add(Label::new(theme::second(format!("shades {}", words::quoted(&visible(wording))), shade)).wrap());
    }
    ui.add(Label::new(theme::second(capital(&account.day_in_words()), shade)).wrap());
    let origins: Vec<&str> = account.origins.iter().map(String::as_str).collect();
    let said = match origins.as_slice() {
        _ if !account.states_origins() => "Not stated whom it relies on".to_owned(),
        [own] if *own == account.name => "Relies on nobody else, as far as is known".to_owned(),
        _ => format!("Relies on {}", origins.join("; ")),
    };
    ui.add(Label::new(theme::second(visible(&said), shade)).wrap());
    if account.citations.is_empty() {
        let said = format!("No excerpt is linked to it. From {}.", account.from);
        ui.add(Label::new(theme::second(visible(&said), shade)).wrap());
    }
    for citation in &account.citations {
        match citation {
            Citation::Excerpt { excerpt: id } => {
                let Some(excerpt) = session.excerpt(id) else { continue };
                cards::excerpt_ui(ui, session, excerpt, Links::ToExcerpt, actions);
                if session.texts().of(&excerpt.source).is_some()
                    && tip(ui.link("Read it in its source"), "Open the text of the source").clicked()
                {
                    actions.push(Action::ReadText(excerpt.source.clone()));
                }
            }
            Citation::Source(page) => cards::source_ui(ui, page, actions),
        }
    }
    ui.add_space(6.0);
}
