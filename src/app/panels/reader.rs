//! The reader: the attached text of a source with its excerpts marked, and words selected in it for an excerpt of one's
//! own. Nothing of it leaves the window.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use eframe::egui::text::{CCursor, LayoutJob, TextFormat};
use eframe::egui::{
    self, Align, FontId, Galley, Id, Key, Pos2, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use super::linking::{self, CarriedWords};
use super::page_view::{Marked, PageAsked, turn_by_keys};
use crate::app::dialogs::attach_dialog::STAYS;
use crate::app::documents::{TextDocument, TextDocuments};
use crate::app::panels::cards;
use crate::app::reading_order::words_label;
use crate::app::widgets::{capital, ended, line_edit, small_warning_ui, tick, tip};
use crate::app::{chrome, icons, theme};
use crate::document::annotation::Citation;
use crate::dossier::Source;
use crate::dossier::verify::{MAX_WORDS, MatchedBy};
use crate::dossier::words;
use crate::formats::direction::in_sentence;
use crate::formats::document::{Other, is_same_address};
use crate::formats::text::NormalizedText;
use crate::formats::visible::visible;
use crate::scene::display_list::Color;
use crate::session::{Action, Command, Selection, Session};

/// Between paragraphs, in points.
const GAP_PT: f32 = 9.0;

const LINE_PT: f32 = 22.0;

/// The number of a page above its first words, in points.
const PAGE_PT: f32 = 24.0;

/// As many pieces are laid out whether they are in view or not.
const FEW: usize = 200;

/// What is kept free under the text for what is selected in it.
const FOOTER_PT: f32 = 132.0;

/// Which text is open, where, and what is selected in it.
#[derive(Default)]
pub(crate) struct Reader {
    source: Option<String>,
    /// The fingerprint of the text that the following belongs to.
    of: String,
    pieces: Vec<Range<usize>>,
    /// Of the pieces that have been laid out.
    heights: Vec<Option<f32>>,
    width: f32,
    /// The selection that the text was last moved for.
    seen: Option<Selection>,
    /// A code point to bring into view, and for how many more frames.
    target: Option<(usize, u8)>,
    /// The first and the last word selected, as a code point within each.
    words: Option<(usize, usize)>,
    /// The page that is looked at, of a text with pages; the first is 0.
    page: usize,
    /// Whether the words that are selected are being carried to an overlay.
    carries: bool,
    /// Where the text was scrolled to, and for how many more frames that moves by itself.
    scrolled: (f32, u8),
}

/// Words of the text that an excerpt quotes.
struct Passage<'a> {
    at: Range<usize>,
    id: &'a str,
    exact: &'a str,
    color: Color,
    selected: bool,
}

impl Reader {
    /// Turns to the text of a source.
    pub(crate) fn open(&mut self, source: String) {
        self.source = Some(source);
        self.seen = None;
    }

    /// Shows the text.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        documents: &TextDocuments,
        beside: &mut Beside<'_>,
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let texts = session.texts();
        if texts.all().is_empty() {
            ui.add_space(8.0);
            ui.label("Attach the text of a source to read it here, with its excerpts marked.");
            ui.label(theme::second(STAYS, shade));
            ui.add_space(4.0);
            let why_not = session.why_not(Command::AttachText);
            let button = ui.add_enabled(why_not.is_none(), egui::Button::new(Command::AttachText.label()));
            let button = button.on_disabled_hover_text(why_not.unwrap_or_default());
            if button.on_hover_text(Command::AttachText.help()).clicked() {
                actions.push(Action::Command(Command::AttachText));
            }
            return;
        }
        self.follow(session);
        let Some(id) = self.shown(session) else { return };
        if texts.all().len() > 1 {
            ui.horizontal_wrapped(|ui| {
                for source in session.dossier().sources.iter().filter(|source| texts.of(&source.id).is_some()) {
                    if ui.selectable_label(source.id == id, format!("{} text", source.outlet)).clicked() {
                        self.open(source.id.clone());
                    }
                }
            });
        }
        let (Some(source), Some(text)) = (session.dossier().source(&id), texts.of(&id)) else {
            return;
        };
        let text = text.text();
        if self.of != text.sha256() {
            self.of = text.sha256().to_owned();
            self.pieces = text.pieces();
            self.heights = vec![None; self.pieces.len()];
            self.words = None;
            self.seen = None;
            self.page = 0;
        }
        words_label(ui, egui::RichText::new(&source.title).family(theme::semi_bold()).size(15.0));
        let date = source.published.as_deref().map(words::date).unwrap_or_else(|| "undated".to_owned());
        ui.label(theme::second(format!("{} · {date}", in_sentence(&source.outlet)), shade));
        ui.label(theme::second(capital(&texts.tally(&id, session.excerpts())), shade));
        if let Some(attached) = texts.attached(&id).filter(|attached| attached.matched == Some(MatchedBy::Capture)) {
            ui.label(theme::second(
                format!("From {}, {}", visible(&attached.file), MatchedBy::Capture.phrase()),
                shade,
            ));
        }
        if let Some(document) = documents.get(&id) {
            for note in &document.notes {
                small_warning_ui(ui, &ended(&visible(note)));
            }
            archive_ui(ui, &id, document, actions);
            if document.is_pdf {
                page_toggle_ui(ui, beside);
            }
        }
        ui.add_space(4.0);
        let passages = passages(ui, session, &id);
        if self.seen.as_ref() != Some(session.selection()) {
            self.seen = Some(session.selection().clone());
            let first = passages.iter().filter(|passage| passage.selected).map(|passage| passage.at.start).min();
            self.target = first.map(|at| (at, 3));
            if let Some(page) = first.and_then(|at| text.page_of(at)) {
                self.turn_to(page - 1);
            }
        }
        let height = (ui.available_height() - FOOTER_PT).max(80.0);
        let area = ScrollArea::vertical().auto_shrink(false).max_height(height).id_salt(("reader", &id));
        area.show_viewport(ui, |ui, viewport| {
            self.text_ui(ui, viewport, source, text, &passages, actions);
        });
        ui.separator();
        self.footer_ui(ui, session, &id, text, actions);
    }

    /// Turns to the source of the excerpt that has been selected elsewhere.
    fn follow(&mut self, session: &Session) {
        if let Selection::Excerpt { id } = session.selection()
            && self.seen.as_ref() != Some(session.selection())
            && let Some(excerpt) = session.excerpt(id)
            && session.texts().of(&excerpt.source).is_some()
        {
            self.source = Some(excerpt.source.clone());
        }
    }

    fn text_ui(
        &mut self,
        ui: &mut Ui,
        viewport: Rect,
        of: &Source,
        text: &NormalizedText,
        passages: &[Passage<'_>],
        actions: &mut Vec<Action>,
    ) {
        let width = ui.available_width() - 6.0;
        if width != self.width {
            self.width = width;
            self.heights.fill(None);
        }
        let selected = self.selected_words(text);
        let origin = ui.min_rect().min;
        let all = self.pieces.len() <= FEW;
        let mut laid_out: Vec<(Range<usize>, Pos2, Arc<Galley>)> = Vec::new();
        let mut pages: Vec<(usize, f32)> = Vec::new();
        let (mut y, mut page) = (0.0, None);
        for (piece, known) in self.pieces.iter().zip(&mut self.heights) {
            let here = text.page_of(piece.start);
            if let Some(number) = here.filter(|_| here != page) {
                pages.push((number, y));
                y += PAGE_PT;
            }
            page = here;
            // About seven points a letter, until it is known.
            let guess = || ((piece.len() as f32 * 7.0 / width.max(40.0)).floor() + 1.0) * LINE_PT;
            let height = known.unwrap_or_else(guess);
            let near = y + height > viewport.min.y - 400.0 && y < viewport.max.y + 400.0;
            let wanted = self.target.is_some_and(|(at, _)| piece.contains(&at));
            if all || near || wanted {
                let galley = ui.painter().layout_job(job(ui, text, piece, passages, selected.as_ref(), width));
                *known = Some(galley.rect.height());
                laid_out.push((piece.clone(), origin + Vec2::new(0.0, y), galley));
            }
            y += known.unwrap_or(height) + GAP_PT;
        }
        ui.set_height(y);
        let whole = Rect::from_min_size(origin, Vec2::new(width, y));
        let response = ui.interact(whole, ui.scope_id().with("text"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Document, true, format!("Text of {}", of.outlet)));
        let response = response.on_hover_cursor(egui::CursorIcon::Text);
        for (piece, at, galley) in &laid_out {
            let rect = Rect::from_min_size(*at, galley.rect.size());
            if ui.is_rect_visible(rect) {
                ui.painter().galley(*at, Arc::clone(galley), ui.visuals().text_color());
                let words = text.slice(piece.clone()).unwrap_or_default();
                let paragraph = ui.interact(rect, ui.scope_id().with(("piece", piece.start)), Sense::hover());
                paragraph.widget_info(|| WidgetInfo::labeled(Role::Paragraph, true, words));
            }
        }
        for (number, y) in pages {
            page_ui(ui, number, Rect::from_min_size(origin + Vec2::new(0.0, y), Vec2::new(width, PAGE_PT)));
        }
        let mut followed = None;
        for passage in passages {
            let starts = laid_out.iter().find(|(piece, ..)| piece.contains(&passage.at.start));
            if let Some((piece, at, galley)) = starts {
                let rect = first_row(galley, *at, passage, piece);
                if passage_ui(ui, rect, passage).clicked() {
                    followed = Some((passage.id, passage.at.start));
                }
            }
        }
        let place = |at: Pos2| place_at(&laid_out, at);
        self.carries &= ui.input(|input| input.pointer.any_down());
        if let Some(selected) = selected.as_ref().filter(|_| !self.carries) {
            let is_in = |at: Option<Pos2>| at.and_then(place).is_some_and(|at| selected.contains(&at));
            // Words that are selected are taken up where they are pressed.
            if response.drag_started() && is_in(ui.input(|input| input.pointer.press_origin())) {
                self.carries = true;
                self.carried(&of.id, text, selected).take_up(ui.ctx());
            } else if response.hovered() && is_in(response.hover_pos()) {
                ui.ctx().set_cursor_icon(egui::CursorIcon::Grab);
            }
        }
        let shift = ui.input(|input| input.modifiers.shift);
        if let Some(at) = response.interact_pointer_pos().and_then(place).filter(|_| !self.carries) {
            if response.drag_started() {
                let from = ui.input(|input| input.pointer.press_origin()).and_then(place).unwrap_or(at);
                self.words = Some((from, at));
            } else if response.dragged() {
                self.words = Some((self.words.map_or(at, |(from, _)| from), at));
            } else if response.clicked() {
                match self.words {
                    Some((from, _)) if shift => self.words = Some((from, at)),
                    _ => {
                        self.words = Some((at, at));
                        followed = smallest(passages, at).map(|passage| (passage.id, at));
                    }
                }
                response.request_focus();
            }
        }
        if let Some((id, _)) = followed.filter(|_| !shift) {
            self.words = None;
            actions.push(Action::FollowExcerpt(id.to_owned()));
        }
        if response.has_focus() {
            self.keys(ui, &response, text, passages, actions);
            ui.painter().rect_stroke(
                whole.intersect(ui.clip_rect()),
                3.0,
                ui.visuals().selection.stroke,
                egui::StrokeKind::Inside,
            );
        }
        self.bring_into_view(ui, &laid_out);
        // The page at the upper third of what is seen is looked at, where the user has scrolled there.
        let (before, frames) = self.scrolled;
        self.scrolled = (viewport.min.y, frames.saturating_sub(1));
        if frames == 0 && before != viewport.min.y {
            let at = origin.y + viewport.min.y + viewport.height() / 3.0;
            let top = laid_out.iter().take_while(|(_, from, _)| from.y <= at).last();
            if let Some(page) = top.and_then(|(piece, ..)| text.page_of(piece.start)) {
                self.page = page - 1;
            }
        }
        if (response.dragged() || response.clicked()) && !self.carries {
            self.show_page_of_words(text);
        }
    }

    fn carried(&self, source: &str, text: &NormalizedText, at: &Range<usize>) -> CarriedWords {
        let words = text.slice(at.clone()).unwrap_or_default().to_owned();
        CarriedWords { source: source.to_owned(), at: at.clone(), words }
    }

    /// Looks at a page, whatever the text is scrolled to on the way there.
    fn turn_to(&mut self, page: usize) {
        self.page = page;
        self.scrolled.1 = 6;
    }

    /// Turns to a page, and brings its first words into view.
    pub(crate) fn read_page(&mut self, page: usize, text: &NormalizedText) {
        if let Some(range) = text.pages().get(page) {
            self.target = Some((range.start, 3));
            self.turn_to(page);
        }
    }

    fn show_page_of_words(&mut self, text: &NormalizedText) {
        if let Some(page) = self.words.and_then(|(_, at)| text.page_of(at)) {
            self.turn_to(page - 1);
        }
    }

    /// The page that is looked at with what is marked on it, of a text that is from a PDF.
    pub(crate) fn page_asked<'a>(
        &self,
        ui: &Ui,
        session: &'a Session,
        documents: &'a TextDocuments,
    ) -> Option<PageAsked<'a>> {
        let id = self.shown(session)?;
        let document = documents.get(&id).filter(|document| document.is_pdf)?;
        let text = session.texts().of(&id)?.text();
        let accent = theme::theme_of(ui.ctx()).palette().accent;
        let words = self.selected_words(text).map(|at| Marked { at, color: accent, is_selected: true });
        let has_words = words.is_some();
        let quoted = passages(ui, session, &id).into_iter().map(|passage| Marked {
            at: passage.at,
            color: passage.color,
            is_selected: passage.selected && !has_words,
        });
        let marked = words.into_iter().chain(quoted).collect();
        Some(PageAsked { document, text, page: self.page, marked })
    }

    /// The source whose text is read.
    fn shown(&self, session: &Session) -> Option<String> {
        let texts = session.texts();
        let open = self.source.clone().filter(|id| texts.of(id).is_some());
        open.or_else(|| texts.all().keys().next().cloned())
    }

    /// Left and right go from word to word, up and down by ten; with Shift they select. Enter follows an excerpt.
    fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        text: &NormalizedText,
        passages: &[Passage<'_>],
        actions: &mut Vec<Action>,
    ) {
        ui.memory_mut(|memory| {
            let arrows = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
            memory.set_focus_lock_filter(response.id, arrows);
        });
        let shift = ui.input(|input| input.modifiers.shift);
        let last = text.pages().len().max(1) - 1;
        if let Some(page) = turn_by_keys(ui, self.page, last) {
            self.read_page(page, text);
        }
        for (key, forward, count) in [
            (Key::ArrowLeft, false, 1),
            (Key::ArrowRight, true, 1),
            (Key::ArrowUp, false, 10),
            (Key::ArrowDown, true, 10),
        ] {
            if !ui.input(|input| input.key_pressed(key)) {
                continue;
            }
            let Some((from, at)) = self.words else {
                self.words = Some((0, 0));
                continue;
            };
            let mut to = at;
            for _ in 0..count {
                let Some(word) = text.word_at(to) else { break };
                to = if forward { (word.end + 1).min(text.length()) } else { word.start.saturating_sub(2) };
            }
            // At the start of the word, whichever of its letters was met.
            to = text.word_at(to).map_or(at, |word| word.start);
            self.words = Some((if shift { from } else { to }, to));
            self.target = Some((to, 2));
            self.show_page_of_words(text);
        }
        if ui.input(|input| input.key_pressed(Key::Enter))
            && let Some(passage) = self.words.and_then(|(_, at)| smallest(passages, at))
        {
            actions.push(Action::FollowExcerpt(passage.id.to_owned()));
        }
    }

    fn bring_into_view(&mut self, ui: &Ui, laid_out: &[(Range<usize>, Pos2, Arc<Galley>)]) {
        let Some((at, frames)) = self.target.take() else {
            return;
        };
        let Some((piece, origin, galley)) = laid_out.iter().find(|(piece, ..)| piece.contains(&at)) else {
            return;
        };
        let rect = galley.pos_from_cursor(CCursor::new(at - piece.start)).translate(origin.to_vec2());
        if !ui.clip_rect().shrink(LINE_PT / 2.0).y_range().contains(rect.center().y) {
            ui.scroll_to_rect_animation(rect, Some(Align::Center), egui::style::ScrollAnimation::none());
            ui.ctx().request_repaint();
            // Heights that were guessed may turn out others.
            self.target = frames.checked_sub(1).map(|frames| (at, frames));
        }
    }

    /// The words that are selected, whole.
    fn selected_words(&self, text: &NormalizedText) -> Option<Range<usize>> {
        let (from, to) = self.words?;
        let (first, last) = (text.word_at(from.min(to))?, text.word_at(from.max(to))?);
        Some(first.start..last.end)
    }

    /// What is selected, and the way to make an excerpt of it.
    fn footer_ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        source: &str,
        text: &NormalizedText,
        actions: &mut Vec<Action>,
    ) {
        let shade = theme::theme_of(ui.ctx());
        let selected = self.selected_words(text);
        let Some((at, quoted)) = selected.and_then(|at| Some((at.clone(), text.slice(at)?))) else {
            ui.label(theme::second(
                "To add an excerpt of your own, select words: drag over them, or press Tab to the text and use the \
                 arrow keys, with Shift to select.",
                shade,
            ));
            return;
        };
        let count = quoted.split_whitespace().count();
        let phrase = if count == 1 { "1 word selected".to_owned() } else { format!("{count} words selected") };
        let page = text.page_of(at.start).map(|page| format!(", p. {page}")).unwrap_or_default();
        let phrase = phrase + &page;
        ui.horizontal(|ui| {
            ui.label(theme::second(phrase, shade));
            if ui.link("Deselect words").on_hover_text("Clear the selection in the text").clicked() {
                self.words = None;
            }
        });
        let carried = self.carried(source, text, &at);
        ui.horizontal(|ui| {
            let dots = theme::icon(icons::DOTS_SIX_VERTICAL, 14.0).color(theme::ink(shade.palette().second));
            let handle = ui.add(egui::Button::new(dots).frame(false).sense(Sense::drag()).min_size(Vec2::splat(24.0)));
            handle.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Drag the words onto an overlay"));
            let serif = egui::RichText::new(words::quoted(quoted)).font(FontId::new(13.0, theme::serif()));
            let label = ui.add(egui::Label::new(serif).truncate().selectable(false).sense(Sense::drag()));
            for part in [handle, label] {
                let part = part.on_hover_cursor(egui::CursorIcon::Grab);
                if part.drag_started() {
                    carried.clone().take_up(ui.ctx());
                }
                tip(part, "Drag onto an overlay, on the map or in its list, to link these words to it");
            }
        });
        if session.manuscript().is_some() {
            ui.horizontal_wrapped(|ui| {
                let quote = ui.button("Quote in the dossier…");
                if quote.on_hover_text("Ask who says these words, what they do, and about what").clicked() {
                    actions.push(Action::QuoteWords { source: source.to_owned(), at, overlay: None });
                    self.words = None;
                }
                if linking::menu_ui(ui, session, &carried, actions) {
                    self.words = None;
                }
            });
            return;
        }
        let overlay = session.selected_overlay();
        let why_not = match overlay {
            _ if count > MAX_WORDS => Some(format!("An excerpt quotes at most {MAX_WORDS} words")),
            None => Some("Select an overlay first: click it on the map or in the list".to_owned()),
            Some(_) => None,
        };
        let name = overlay.map_or("the selected overlay", |overlay| overlay.title.main());
        ui.horizontal_wrapped(|ui| {
            let link = ui.add_enabled(why_not.is_none(), egui::Button::new(format!("Link to {name}")).truncate());
            let link = link.on_hover_text("Keep these words as an excerpt about this overlay, marked as added by you");
            if link.on_disabled_hover_text(why_not.clone().unwrap_or_default()).clicked()
                && let Some(overlay) = overlay
            {
                let overlay = overlay.id.clone();
                actions.push(Action::AddExcerpt { source: source.to_owned(), at, overlay });
                self.words = None;
            }
            if count <= MAX_WORDS && linking::menu_ui(ui, session, &carried, actions) {
                self.words = None;
            }
        });
        if let Some(why_not) = why_not {
            ui.label(theme::second(why_not, shade));
        }
    }
}

/// Whether the picture of a page is shown beside the text, and why it cannot be.
pub(crate) struct Beside<'a> {
    pub(crate) is_on: &'a mut bool,
    pub(crate) has_room: bool,
}

/// The way to show the page beside its words, or not.
fn page_toggle_ui(ui: &mut Ui, beside: &mut Beside<'_>) {
    ui.add_enabled_ui(beside.has_room, |ui| {
        let tick = tick(ui, beside.is_on, "Show the page beside its text");
        tick.on_disabled_hover_text("The window is too narrow; make it wider, or close the inspector");
    });
}

/// So many pages of an archive are offered at once.
const MOST_OFFERED: usize = 100;

/// The pages of an archive of the web, to be chosen from.
fn archive_ui(ui: &mut Ui, source: &str, document: &TextDocument, actions: &mut Vec<Action>) {
    if document.pages.len() < 2 {
        return;
    }
    let label = format!("{} pages in this archive…", document.pages.len());
    let menu = ui.menu_button(label, |ui| {
        ui.set_width(420.0);
        let filter = Id::unique(("pages of an archive", source));
        let mut words = ui.data(|data| data.get_temp::<String>(filter)).unwrap_or_default();
        if document.pages.len() > 8 {
            let field = ui.add(line_edit(&mut words).hint_text("Words of a title or an address").desired_width(400.0));
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Find a page of the archive"));
            ui.data_mut(|data| data.insert_temp(filter, words.clone()));
        }
        let wanted = words.to_lowercase();
        let is_wanted =
            |page: &&Other| [&page.title, &page.address].iter().any(|words| words.to_lowercase().contains(&wanted));
        let found: Vec<&Other> = document.pages.iter().filter(is_wanted).collect();
        ScrollArea::vertical().max_height(320.0).auto_shrink([false, true]).id_salt("pages").show(ui, |ui| {
            for page in found.iter().take(MOST_OFFERED) {
                if archive_page_ui(ui, page, is_same_address(&page.address, &document.page)) {
                    actions.push(Action::ReadPage { source: source.to_owned(), address: page.address.clone() });
                    ui.close();
                }
            }
            chrome::follow_focus(ui);
        });
        if found.len() > MOST_OFFERED {
            let shade = theme::theme_of(ui.ctx());
            ui.label(theme::second(format!("and {} more; type words to find them", found.len() - MOST_OFFERED), shade));
        }
    });
    menu.response.on_hover_text("Read another page of this archive as the text of the source");
    let shade = theme::theme_of(ui.ctx());
    ui.label(theme::second(format!("Page read: {}", visible(&document.page)), shade));
}

/// A page of an archive: its title, when it was saved, its address; whether it was chosen.
fn archive_page_ui(ui: &mut Ui, page: &Other, is_read: bool) -> bool {
    let shade = theme::theme_of(ui.ctx());
    let title = if page.title.is_empty() { "Without a title" } else { &page.title };
    let (title, saved, address) = (visible(title), visible(&page.saved), visible(&page.address));
    let mut job = LayoutJob::default();
    let part = |size: f32, family: egui::FontFamily, color: Color| TextFormat {
        font_id: FontId::new(size, family),
        color: theme::ink(color),
        ..TextFormat::default()
    };
    let palette = shade.palette();
    job.append(&title, 0.0, part(13.0, theme::semi_bold(), palette.ink));
    if !saved.is_empty() {
        job.append(&format!("  {saved}"), 0.0, part(11.5, egui::FontFamily::Proportional, palette.second));
    }
    job.append(&format!("\n{address}"), 0.0, part(11.5, egui::FontFamily::Proportional, palette.second));
    job.wrap.max_width = ui.available_width() - 16.0;
    job.wrap.max_rows = 3;
    let row = ui.add(egui::Button::selectable(is_read, job).min_size(Vec2::new(ui.available_width(), 0.0)));
    row.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_read, format!("{title}, {saved}, {address}")));
    row.clicked()
}

/// The passages of a source's text that its excerpts quote.
fn passages<'a>(ui: &Ui, session: &'a Session, source: &str) -> Vec<Passage<'a>> {
    let shade = theme::theme_of(ui.ctx());
    let selected: BTreeSet<&str> = match session.selection() {
        Selection::None => BTreeSet::new(),
        Selection::Annotations(ids) => {
            let annotations = ids.iter().filter_map(|id| session.document().annotations.get(*id));
            let cited = annotations.flat_map(|annotation| &annotation.citations);
            cited
                .filter_map(|citation| match citation {
                    Citation::Excerpt { excerpt } => Some(excerpt.as_str()),
                    Citation::Source(_) => None,
                })
                .collect()
        }
        Selection::Excerpt { id } => [id.as_str()].into(),
        Selection::Overlay { id, .. } => session.excerpts_of(id).map(|excerpt| excerpt.id.as_str()).collect(),
    };
    let of_source = session.excerpts().filter(|excerpt| excerpt.source == source);
    let found = of_source.filter_map(|excerpt| {
        Some(Passage {
            at: session.texts().state(&excerpt.id).at()?,
            id: &excerpt.id,
            exact: &excerpt.exact,
            color: cards::color_of(session, excerpt, shade),
            selected: selected.contains(excerpt.id.as_str()),
        })
    });
    found.collect()
}

/// The smallest passage at a place, which is the one that is meant where several overlap.
fn smallest<'a, 'b>(passages: &'a [Passage<'b>], at: usize) -> Option<&'a Passage<'b>> {
    passages.iter().filter(|passage| passage.at.contains(&at)).min_by_key(|passage| passage.at.len())
}

/// A piece of text, its passages and selected words marked.
fn job(
    ui: &Ui,
    text: &NormalizedText,
    piece: &Range<usize>,
    passages: &[Passage<'_>],
    words: Option<&Range<usize>>,
    width: f32,
) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = width;
    let mut cuts: BTreeSet<usize> = [piece.start, piece.end].into();
    for at in passages.iter().map(|passage| &passage.at).chain(words) {
        cuts.extend([at.start, at.end].into_iter().filter(|cut| piece.contains(cut)));
    }
    let cuts: Vec<usize> = cuts.into_iter().collect();
    for (start, end) in cuts.iter().zip(cuts.iter().skip(1)) {
        let here = || passages.iter().filter(|passage| passage.at.contains(start));
        let passage = here().filter(|passage| passage.selected).min_by_key(|passage| passage.at.len());
        let passage = passage.or_else(|| here().min_by_key(|passage| passage.at.len()));
        let mut format = TextFormat {
            font_id: FontId::new(15.0, theme::serif()),
            color: ui.visuals().widgets.noninteractive.fg_stroke.color,
            line_height: Some(LINE_PT),
            ..TextFormat::default()
        };
        if let Some(passage) = passage {
            format.background = theme::ink(passage.color.with_opacity(if passage.selected { 0.40 } else { 0.15 }));
            format.underline = Stroke::new(if passage.selected { 2.0 } else { 1.0 }, theme::ink(passage.color));
        }
        if words.is_some_and(|words| words.contains(start)) {
            format.background = ui.visuals().selection.bg_fill;
        }
        job.append(text.slice(*start..*end).unwrap_or_default(), 0.0, format);
    }
    job
}

/// Where the first row of a passage is.
fn first_row(galley: &Galley, origin: Pos2, passage: &Passage<'_>, piece: &Range<usize>) -> Rect {
    let offset = |at: usize| CCursor::new(at.min(piece.end) - piece.start);
    let start = galley.pos_from_cursor(offset(passage.at.start));
    let end = galley.pos_from_cursor(offset(passage.at.end));
    let right = if end.min.y > start.min.y + 1.0 { galley.rect.max.x } else { end.max.x };
    Rect::from_min_max(start.min, Pos2::new(right.max(start.min.x + 4.0), start.max.y)).translate(origin.to_vec2())
}

/// The number of a page, and a line, above its first words.
fn page_ui(ui: &Ui, number: usize, rect: Rect) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let ink = theme::ink(theme::theme_of(ui.ctx()).palette().second);
    let name = format!("Page {number}");
    let middle = rect.center().y;
    let words = ui.painter().text(
        Pos2::new(rect.min.x, middle),
        egui::Align2::LEFT_CENTER,
        &name,
        FontId::proportional(11.5),
        ink,
    );
    ui.painter().hline((words.max.x + 6.0)..=rect.max.x, middle, Stroke::new(1.0, ink.gamma_multiply(0.3)));
    let label = ui.interact(rect, ui.scope_id().with(("page", number)), Sense::hover());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, name.clone()));
}

/// A passage as a button, so that it is reached by Tab and by its name.
fn passage_ui(ui: &Ui, rect: Rect, passage: &Passage<'_>) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("passage", passage.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Passage: {}", passage.exact)));
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, ui.visuals().selection.stroke, egui::StrokeKind::Outside);
        if response.gained_focus() {
            ui.scroll_to_rect(rect, Some(Align::Center));
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text("Show on the map what this passage is about")
}

/// The code point at a position, within or beside the text.
fn place_at(laid_out: &[(Range<usize>, Pos2, Arc<Galley>)], at: Pos2) -> Option<usize> {
    let (piece, origin, galley) =
        laid_out.iter().take_while(|(_, origin, _)| origin.y <= at.y).last().or(laid_out.first())?;
    let offset = galley.cursor_from_pos(at - *origin).index.0;
    Some((piece.start + offset).min(piece.end.saturating_sub(1)))
}
