//! The dialog that attaches the text of a source: of one that is chosen, of the one that it fits, or of a new one. It stays open
//! until the text is attached.

use std::path::Path;

use eframe::egui::{self, ComboBox, Key, RichText, Role, ScrollArea, Ui, WidgetInfo};

use super::page_form::PageForm;
use super::{Decision, Purpose, goes_on_by_keys};
use crate::app::chrome::{choice_ui, list_ui};
use crate::app::widgets::{capital, choice, ended, line_edit, small_warning_ui};
use crate::app::{icons, theme};
use crate::dossier::Source;
use crate::formats::cited_page::page_key;
use crate::formats::direction::in_sentence;
use crate::formats::document::{Other, is_same_address};
use crate::formats::visible::visible;
use crate::session::Session;

/// Of which source a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextOf {
    /// The one that it fits, by its fingerprint or the file's name.
    Any,
    /// This one, by its id.
    Source(String),
    /// One that is not there yet.
    New,
}

/// What has been typed and chosen.
#[derive(Debug, Clone)]
pub(crate) struct AttachDialog {
    pub(crate) path: String,
    pub(crate) of: TextOf,
    pub(crate) form: PageForm,
    /// Why it was not attached.
    pub(crate) error: String,
    /// The source that the text is not of by all that can be told, to which it can be attached all the same.
    pub(crate) all_the_same: Option<String>,
    /// Whether the text is being read.
    pub(crate) reading: bool,
    /// Whether it is being looked at: whose it is, what it says of itself.
    pub(crate) looks: bool,
    /// Whether the file was dropped on the window, so that nobody has chosen a source yet.
    pub(crate) is_dropped: bool,
    /// The source whose text it seems to be, by its id, and how that is known.
    pub(crate) fits: Option<(String, &'static str)>,
    /// The pages of an archive that has several, and the address of the one that is meant.
    pub(crate) pages: Vec<Other>,
    pub(crate) page: String,
    /// What is doubtful of how the document was read.
    pub(crate) notes: Vec<String>,
}

impl AttachDialog {
    pub(crate) fn new(source: Option<String>) -> Self {
        Self {
            path: String::new(),
            of: source.map_or(TextOf::Any, TextOf::Source),
            form: PageForm::default(),
            error: String::new(),
            all_the_same: None,
            reading: false,
            looks: false,
            is_dropped: false,
            fits: None,
            pages: Vec::new(),
            page: String::new(),
            notes: Vec::new(),
        }
    }

    /// The dialog of a file that was dropped.
    pub(crate) fn dropped(path: &Path) -> Self {
        Self { path: path.display().to_string(), is_dropped: true, ..Self::new(None) }
    }
}

/// What becomes of a text that is attached.
pub(crate) const STAYS: &str = "The text stays on this computer and is forgotten when the window closes; where its file lies is \
                                remembered.";

/// So many pages of an archive are offered.
const MOST_PAGES: usize = 300;

/// What the button is called that attaches a text to a source that it is not of.
pub(crate) const ALL_THE_SAME: &str = "Attach anyway";

/// Shows the dialog.
pub(super) fn attach_ui(ui: &mut Ui, session: &Session, dialog: &mut AttachDialog, decision: &mut Option<Decision>) {
    ui.set_width(540.0);
    ui.heading(Purpose::AttachText.title());
    ui.add_space(8.0);
    let before = (dialog.path.clone(), dialog.of.clone());
    if dialog.is_dropped {
        let name = Path::new(&dialog.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        ui.label(RichText::new(visible(&name)).family(theme::semi_bold()));
    }
    source_ui(ui, session, &mut dialog.of);
    let shade = theme::theme_of(ui.ctx());
    if let (Some((id, how)), TextOf::Source(of)) = (&dialog.fits, &dialog.of)
        && id == of
    {
        ui.label(theme::second(capital(how), shade));
    }
    if dialog.pages.len() > 1
        && let Some(page) = pages_ui(ui, &dialog.pages, &dialog.page)
    {
        dialog.page.clone_from(&page);
        *decision = Some(Decision::LookAtText(page));
    }
    if dialog.of == TextOf::New {
        ui.add_space(6.0);
        ui.indent("new source", |ui| dialog.form.ui(ui, 420.0));
    }
    ui.add_space(4.0);
    let label = ui.label(Purpose::AttachText.hint());
    ui.horizontal(|ui| {
        let field = line_edit(&mut dialog.path).desired_width(430.0).id(super::path_field());
        let field = ui.add(field).labelled_by(label.id);
        // Asked before the field may take the focus again: then it has not lost it.
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            *decision = Some(Decision::Attach { all_the_same: false });
        }
        if !ui.memory(|memory| memory.focused().is_some()) {
            field.request_focus();
        }
        if super::browse_ui(ui) {
            *decision = Some(Decision::Browse(Purpose::AttachText));
        }
    });
    if before != (dialog.path.clone(), dialog.of.clone()) {
        dialog.error.clear();
        dialog.all_the_same = None;
        if before.0 != dialog.path {
            dialog.pages.clear();
            dialog.page.clear();
            dialog.notes.clear();
        }
    }
    for note in &dialog.notes {
        small_warning_ui(ui, &ended(&visible(note)));
    }
    if let Some(source) =
        dialog.form.url().filter(|_| dialog.of == TextOf::New).and_then(|url| same_page(session, &url))
    {
        let words =
            format!("{} has this address already: the text may be that of this source", in_sentence(&source.outlet));
        small_warning_ui(ui, &ended(&words));
    }
    if !dialog.error.is_empty() {
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            ui.label(theme::icon(icons::WARNING, 15.0));
            ui.label(dialog.error.as_str());
        });
    }
    if dialog.reading || dialog.looks {
        ui.label(theme::second("Reading the text…", shade));
    }
    ui.add_space(12.0);
    let why_not = if dialog.reading {
        Some("The text is being read")
    } else {
        dialog.form.why_not().filter(|_| dialog.of == TextOf::New)
    };
    let row = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let text = RichText::new(Purpose::AttachText.verb()).color(theme::ink(shade.palette().panel));
        let button = egui::Button::new(text).fill(theme::ink(shade.palette().accent));
        let button = ui.add_enabled(why_not.is_none(), button);
        let clicked = button.on_disabled_hover_text(why_not.unwrap_or_default()).clicked();
        if clicked || (why_not.is_none() && goes_on_by_keys(ui)) {
            *decision = Some(Decision::Attach { all_the_same: false });
        }
        if dialog.all_the_same.is_some() {
            let help = "Excerpts that you make from it stay marked as not from the text of this source";
            if ui.button(ALL_THE_SAME).on_hover_text(help).clicked() {
                *decision = Some(Decision::Attach { all_the_same: true });
            }
        }
        if ui.button("Cancel").clicked() {
            *decision = Some(Decision::Close);
        }
    });
}

/// The source of the page at an address.
fn same_page<'a>(session: &'a Session, url: &str) -> Option<&'a Source> {
    session.dossier().sources.iter().find(|source| !source.url.is_empty() && page_key(&source.url) == page_key(url))
}

/// Which page of an archive is meant; one that is chosen.
fn pages_ui(ui: &mut Ui, pages: &[Other], now: &str) -> Option<String> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        let label = ui.label(format!("Page, of {} in the archive", pages.len()));
        let words = |page: &Other| {
            let title = if page.title.is_empty() { &page.address } else { &page.title };
            let parts = [title, &page.saved].into_iter().filter(|part| !part.is_empty());
            visible(&parts.map(String::as_str).collect::<Vec<_>>().join(" · "))
        };
        let shown = pages.iter().find(|page| is_same_address(&page.address, now)).map_or_else(String::new, words);
        let list = ComboBox::from_id_salt("page of the archive").selected_text(shown).width(300.0).truncate();
        let response = list_ui(ui, list, |ui| {
            for page in pages.iter().take(MOST_PAGES) {
                if choice_ui(ui, is_same_address(&page.address, now), words(page)) {
                    chosen = Some(page.address.clone());
                }
            }
        });
        response.labelled_by(label.id);
    });
    chosen.filter(|address| !is_same_address(address, now))
}

/// Of which source the text is.
fn source_ui(ui: &mut Ui, session: &Session, chosen: &mut TextOf) {
    ui.label("Text of");
    choice(ui, chosen, TextOf::Any, "the source that it matches, by SHA-256, address or file name");
    let list = ScrollArea::vertical().max_height(200.0).auto_shrink([false, true]).id_salt("sources to attach to");
    list.show(ui, |ui| {
        for source in &session.dossier().sources {
            let label = format!("{}: {}", in_sentence(&source.outlet), in_sentence(&source.title));
            let radio = choice(ui, chosen, TextOf::Source(source.id.clone()), &label);
            radio.widget_info(|| {
                let on = *chosen == TextOf::Source(source.id.clone());
                WidgetInfo::selected(Role::RadioButton, true, on, format!("Text of {}", source.outlet))
            });
        }
        crate::app::chrome::follow_focus(ui);
    });
    choice(ui, chosen, TextOf::New, "a new source");
    let shade = theme::theme_of(ui.ctx());
    ui.label(theme::second(STAYS, shade));
}
