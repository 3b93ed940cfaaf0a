//! The fields of a page on the web: typed, or filled from a citation or an address that is pasted.

use std::collections::BTreeSet;

use eframe::egui::{self, Grid, Id, ScrollArea, TextEdit, Ui};

use crate::app::dialogs::gaps_window::today;
use crate::app::reading_order::words_field;
use crate::app::theme;
use crate::app::widgets::{line_edit, small_warning_ui};
use crate::formats::cited_page::{self, host};
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;

/// How wide the names of the fields are, and how far from their fields, in points.
const NAMES_PT: f32 = 104.0;
const GAP_PT: f32 = 10.0;

/// How wide the words are that mark a guess, in points.
const GUESS_PT: f32 = 56.0;

/// The field of what is pasted.
pub(super) fn pasted_field() -> Id {
    Id::unique("pasted citation")
}

/// What is known of a page while it is typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageForm {
    pasted: String,
    /// What of the pasted text was not understood; `None` while none has been pasted.
    left: Option<String>,
    title: String,
    outlet: String,
    author: String,
    date: String,
    accessed: String,
    url: String,
    archived: String,
    /// The names of the fields that hold a guess which nobody has touched.
    guessed: BTreeSet<&'static str>,
}

impl PageForm {
    /// The form with an address, as far as it has been typed.
    pub(crate) fn of_address(address: &str) -> Self {
        let mut form = Self::default();
        if !address.is_empty() {
            form.fill(&cited_page::read(address).page);
            if form.url.is_empty() && form.archived.is_empty() {
                address.clone_into(&mut form.url);
            }
        }
        form
    }

    /// The form with what is known of a page.
    pub(crate) fn of_page(page: &PropertySource) -> Self {
        let mut form = Self::default();
        form.fill(page);
        form
    }

    /// Fills in what a document says of itself, as guesses, wherever nothing has been typed.
    pub(crate) fn guess(&mut self, page: &PropertySource) {
        let guesses = [
            ("Title", &page.title, &mut self.title),
            ("Outlet", &page.outlet, &mut self.outlet),
            ("Author", &page.author, &mut self.author),
            ("Published on", &page.date, &mut self.date),
            ("Read on", &page.accessed, &mut self.accessed),
            ("Address", &page.url, &mut self.url),
            ("Archived address", &page.archived, &mut self.archived),
        ];
        for (name, words, field) in guesses {
            // What was guessed of another page of the same archive goes.
            if field.is_empty() || self.guessed.contains(name) {
                field.clear();
                self.guessed.remove(name);
                if let Some(words) = words {
                    field.clone_from(words);
                    self.guessed.insert(name);
                }
            }
        }
    }

    /// The page, as it is typed.
    pub(crate) fn page(&self) -> PropertySource {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        PropertySource {
            title: some(&self.title),
            outlet: some(&self.outlet),
            author: some(&self.author),
            date: some(&self.date),
            accessed: some(&self.accessed),
            url: some(&self.url),
            archived: some(&self.archived),
        }
    }

    /// The address of the page, as it is typed.
    pub(crate) fn url(&self) -> Option<String> {
        self.page().url
    }

    /// Why it cannot be cited yet.
    pub(crate) fn why_not(&self) -> Option<&'static str> {
        let page = self.page();
        let is_bad = |address: &Option<String>| address.as_deref().is_some_and(|address| host(address).is_none());
        if is_bad(&page.url) || is_bad(&page.archived) {
            return Some("An address begins with https:// and names a site");
        }
        let says = page.url.is_some() || page.title.is_some() || page.outlet.is_some() || page.author.is_some();
        (!says).then_some("Give an address, a title, an outlet or an author")
    }

    /// Takes over what is known; what is not stays as it is.
    fn fill(&mut self, page: &PropertySource) {
        let known = [
            (&page.title, &mut self.title),
            (&page.outlet, &mut self.outlet),
            (&page.author, &mut self.author),
            (&page.date, &mut self.date),
            (&page.accessed, &mut self.accessed),
            (&page.url, &mut self.url),
            (&page.archived, &mut self.archived),
        ];
        for (words, field) in known {
            if let Some(words) = words {
                field.clone_from(words);
            }
        }
    }

    /// Shows the fields, and what is doubtful about them; they scroll where the window has no room for them beside the rest
    /// of the dialog, which takes so many points.
    pub(crate) fn ui(&mut self, ui: &mut Ui, rest_pt: f32) {
        let most_pt = (ui.ctx().content_rect().height() - rest_pt).max(120.0);
        let area = ScrollArea::vertical().max_height(most_pt).min_scrolled_height(most_pt);
        let area = area.auto_shrink([false, true]).id_salt("page");
        area.show(ui, |ui| {
            self.fields_ui(ui);
            crate::app::chrome::follow_focus(ui);
        });
    }

    fn fields_ui(&mut self, ui: &mut Ui) {
        let shade = theme::theme_of(ui.ctx());
        let label = ui.label("Paste a citation or an address to fill in what is certain");
        let field = TextEdit::multiline(&mut self.pasted)
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .hint_text("An address, BibTeX, RIS, a Wikipedia reference, or a line such as: Author, “Title”, Outlet, 15 December 2025, https://…")
            .id(pasted_field());
        let field = ui.add(field).labelled_by(label.id);
        if !ui.memory(|memory| memory.focused().is_some()) {
            field.request_focus();
        }
        if field.changed() {
            if self.pasted.trim().is_empty() {
                self.left = None;
            } else {
                let understood = cited_page::read(&self.pasted);
                self.fill(&understood.page);
                self.left = Some(understood.left);
            }
        }
        match self.left.as_deref() {
            None => {}
            Some("") => {
                ui.label(theme::second("All of it was understood and is in the fields below.", shade));
            }
            Some(left) => {
                ui.label(theme::second(format!("Not understood and not used: “{}”", visible(left)), shade));
            }
        }
        ui.add_space(6.0);
        let field_pt = ui.available_width() - NAMES_PT - GAP_PT;
        Grid::new("page").num_columns(2).min_col_width(NAMES_PT).spacing([GAP_PT, 6.0]).show(ui, |ui| {
            for (name, hint, words) in [
                ("Title", "", &mut self.title),
                ("Outlet", "who publishes it", &mut self.outlet),
                ("Author", "", &mut self.author),
                ("Published on", "such as 2025-12-15", &mut self.date),
                ("Read on", "such as 2025-12-16", &mut self.accessed),
                ("Address", "https://…", &mut self.url),
                ("Archived address", "of the copy in an archive", &mut self.archived),
            ] {
                let is_guess = self.guessed.contains(name);
                let label = ui.label(name);
                ui.horizontal(|ui| {
                    let width = if is_guess { field_pt - GUESS_PT } else { field_pt };
                    let field = line_edit(words).desired_width(width).hint_text(hint).id(Id::unique(("page", name)));
                    if words_field(ui, field, false).labelled_by(label.id).changed() {
                        self.guessed.remove(name);
                    }
                    if is_guess {
                        let guess = ui.label(theme::second("a guess", shade));
                        guess.on_hover_text("Taken from what the document says of itself; check it");
                    }
                });
                ui.end_row();
            }
        });
        for warning in cited_page::warnings(&self.page(), today()) {
            small_warning_ui(ui, &format!("{}.", crate::app::widgets::capital(&warning.to_string())));
        }
    }
}

/// The button that goes on, and beside it the way out: whether either was chosen.
pub(crate) fn buttons_ui(ui: &mut Ui, verb: &str, why_not: Option<&str>) -> Option<bool> {
    let mut chosen = None;
    let row = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let palette = theme::theme_of(ui.ctx()).palette();
        let text = egui::RichText::new(verb).color(theme::ink(palette.panel));
        let button = egui::Button::new(text).fill(theme::ink(palette.accent));
        let button = ui.add_enabled(why_not.is_none(), button);
        let clicked = button.on_disabled_hover_text(why_not.unwrap_or_default()).clicked();
        if clicked || (why_not.is_none() && super::goes_on_by_keys(ui)) {
            chosen = Some(true);
        }
        if ui.button("Cancel").clicked() {
            chosen = Some(false);
        }
    });
    chosen
}
