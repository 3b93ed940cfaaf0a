//! The picture of a page of a PDF beside the text that is read, with the words that are selected or quoted marked on it.
//!
//! It is drawn in a process of its own ([`documents::page_picture`]), beside the window; of what is asked for, the latest is drawn.

use std::collections::VecDeque;
use std::ops::Range;

use eframe::egui::{
    self, Align, Color32, ColorImage, Context, Key, Pos2, Rect, Role, ScrollArea, Sense, Stroke, TextureHandle,
    TextureOptions, Ui, Vec2, WidgetInfo,
};

use crate::app::documents::TextDocument;
use crate::app::latest::Latest;
use crate::app::map::map_worker::waker;
use crate::app::theme;
use crate::app::widgets::{capital, small_warning_ui, tip};
use crate::files::documents;
use crate::formats::document::PagePicture;
use crate::formats::text::NormalizedText;
use crate::formats::visible::visible;
use crate::geometry::work::Work;
use crate::scene::display_list::Color;

/// Pictures that are kept together, in bytes: some twenty pages of A4 in a wide panel of a fine screen.
const KEPT_BYTES: usize = 96 << 20;

/// How wide a page is drawn, in pixels.
const WIDTHS_PX: std::ops::RangeInclusive<u32> = 200..=3000;

/// Words that are marked on a page.
pub(crate) struct Marked {
    /// Where they stand in the text.
    pub(crate) at: Range<usize>,
    pub(crate) color: Color,
    /// Whether they are what is looked at.
    pub(crate) is_selected: bool,
}

/// The page that is to be seen, and what is marked on it.
pub(crate) struct PageAsked<'a> {
    pub(crate) document: &'a TextDocument,
    pub(crate) text: &'a NormalizedText,
    /// The first is 0.
    pub(crate) page: usize,
    pub(crate) marked: Vec<Marked>,
}

/// Which picture it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Which {
    sha256: String,
    page: usize,
    width_px: u32,
}

struct Wanted {
    which: Which,
    document: TextDocument,
    work: Work,
}

/// A picture that was drawn.
struct Drawn {
    which: Which,
    /// Its pixels are in the texture.
    picture: PagePicture,
    texture: TextureHandle,
}

impl Drawn {
    fn bytes(&self) -> usize {
        self.picture.width as usize * self.picture.height as usize * 4
    }
}

type Answer = (Which, Result<PagePicture, String>);

/// The picture of a page.
pub(crate) struct PageView {
    /// Whether it is wanted.
    pub(crate) is_on: bool,
    worker: Option<Latest<Wanted, Answer>>,
    asked: Option<(Which, Work)>,
    /// The latest last.
    kept: VecDeque<Drawn>,
    failed: Option<(Which, String)>,
    /// How wide it was in the last frame: while that changes, nothing new is drawn.
    width_px: u32,
    /// What was brought into view last.
    seen: Option<(usize, Range<usize>)>,
}

impl PageView {
    pub(crate) fn new(is_on: bool) -> Self {
        Self { is_on, worker: None, asked: None, kept: VecDeque::new(), failed: None, width_px: 0, seen: None }
    }

    /// Whether what is seen is what is wanted.
    pub(crate) fn is_settled(&self) -> bool {
        self.worker.as_ref().is_none_or(|worker| !worker.is_busy())
    }

    /// Shows the page; which page is wanted next, if another one is.
    pub(crate) fn ui(&mut self, ui: &mut Ui, asked: &PageAsked<'_>) -> Option<usize> {
        let shade = theme::theme_of(ui.ctx());
        self.take(ui.ctx());
        let pages = asked.text.pages();
        let last = pages.len().max(1) - 1;
        let page = asked.page.min(last);
        let mut turned = None;
        ui.horizontal(|ui| {
            for (glyph, name, to, key) in
                [("‹", "Page before", page.checked_sub(1), "Page Up"), ("›", "Next page", Some(page + 1), "Page Down")]
            {
                let to = to.filter(|to| *to <= last);
                let button = ui.add_enabled(to.is_some(), egui::Button::new(glyph).min_size(Vec2::splat(24.0)));
                button.widget_info(|| WidgetInfo::labeled(Role::Button, to.is_some(), name));
                if tip(button, format!("{name} ({key})")).clicked() {
                    turned = to;
                }
            }
            ui.label(theme::second(format!("Page {} of {}", page + 1, last + 1), shade));
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                let hide = crate::app::widgets::icon_button(ui, crate::app::icons::X, "Hide the page", true);
                if hide.clicked() {
                    self.is_on = false;
                    ui.ctx().request_repaint();
                }
            });
        });
        ui.add_space(2.0);
        let width_pt = (ui.available_width() - 8.0).max(80.0);
        let per_pt = ui.ctx().pixels_per_point();
        let width_px = ((width_pt * per_pt).round() as u32).clamp(*WIDTHS_PX.start(), *WIDTHS_PX.end());
        let which = Which { sha256: asked.document.sha256.clone(), page, width_px };
        // What is being resized is drawn once it has its size.
        if self.width_px == width_px {
            self.ask(ui.ctx(), &which, asked.document);
        } else {
            self.width_px = width_px;
            ui.ctx().request_repaint();
        }
        if let Some((failed, why)) = &self.failed
            && (&failed.sha256, failed.page) == (&which.sha256, which.page)
        {
            small_warning_ui(ui, &capital(&format!("the page cannot be shown: {}", visible(why))));
            return turned;
        }
        let is_it = |drawn: &&Drawn| drawn.which.sha256 == which.sha256 && drawn.which.page == page;
        // Until it has been drawn as fine as it is wanted, the latest of this page is shown.
        let drawn = self.kept.iter().rev().filter(is_it).min_by_key(|drawn| drawn.which.width_px.abs_diff(width_px));
        let Some(drawn) = drawn else {
            ui.label(theme::second("Drawing the page…", shade));
            return turned;
        };
        let range = pages.get(page).cloned().unwrap_or_default();
        let on_page = |marked: &&Marked| marked.at.start < range.end && marked.at.end > range.start;
        let places = |marked: &Marked| drawn.picture.places(asked.text, range.clone(), marked.at.clone());
        let marks: Vec<(&Marked, Vec<[f32; 4]>)> =
            asked.marked.iter().filter(on_page).map(|marked| (marked, places(marked))).collect();
        let lost = marks.iter().any(|(marked, places)| marked.is_selected && places.is_empty());
        if lost {
            let note = format!("The words stand on page {}; where on it is not known.", page + 1);
            ui.label(theme::second(note, shade));
        }
        let selected = marks.iter().find(|(marked, places)| marked.is_selected && !places.is_empty());
        let wanted = selected.map(|(marked, places)| ((page, marked.at.clone()), places[0]));
        let is_new = wanted.as_ref().is_some_and(|(of, _)| self.seen.as_ref() != Some(of));
        if let Some((of, _)) = &wanted {
            self.seen = Some(of.clone());
        }
        let (picture, texture) = (&drawn.picture, &drawn.texture);
        let scale = width_pt / picture.width as f32;
        let size = Vec2::new(width_pt, picture.height as f32 * scale);
        let area = ScrollArea::vertical().auto_shrink(false).id_salt(("page", &which.sha256, page));
        area.show(ui, |ui| {
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            response.widget_info(|| {
                WidgetInfo::labeled(
                    Role::Image,
                    true,
                    format!("Picture of page {}; Page Up and Page Down turn it", page + 1),
                )
            });
            let painter = ui.painter();
            let uv = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
            painter.image(texture.id(), rect, uv, Color32::WHITE);
            let on_screen = |[left, top, right, bottom]: [f32; 4]| {
                let at = |x: f32, y: f32| rect.min + Vec2::new(x, y) * scale;
                Rect::from_min_max(at(left, top), at(right, bottom)).expand(1.0)
            };
            for (marked, places) in &marks {
                let ink = theme::ink(marked.color);
                for place in places.iter().map(|place| on_screen(*place)) {
                    painter.rect_filled(place, 2.0, ink.gamma_multiply(if marked.is_selected { 0.30 } else { 0.14 }));
                    if marked.is_selected {
                        painter.rect_stroke(place, 2.0, Stroke::new(1.5, ink), egui::StrokeKind::Outside);
                    } else {
                        painter.hline(place.x_range(), place.max.y, Stroke::new(1.0, ink));
                    }
                }
            }
            let edge = Stroke::new(1.0, theme::ink(shade.palette().line));
            painter.rect_stroke(rect, 0.0, edge, egui::StrokeKind::Inside);
            if response.clicked() {
                response.request_focus();
            }
            if response.has_focus() {
                painter.rect_stroke(
                    rect.intersect(ui.clip_rect()),
                    2.0,
                    ui.visuals().selection.stroke,
                    egui::StrokeKind::Inside,
                );
                turned = turned.or(turn_by_keys(ui, page, last));
            }
            if let Some((_, place)) = wanted.filter(|_| is_new) {
                ui.scroll_to_rect_animation(
                    on_screen(place),
                    Some(Align::Center),
                    egui::style::ScrollAnimation::none(),
                );
            }
        });
        turned
    }

    /// Asks for the picture, unless it is there or has been asked for.
    fn ask(&mut self, ctx: &Context, which: &Which, document: &TextDocument) {
        let is_kept = self.kept.iter().any(|drawn| drawn.which == *which);
        let is_failed =
            self.failed.as_ref().is_some_and(|(failed, _)| failed.page == which.page && failed.sha256 == which.sha256);
        if is_kept || is_failed || self.asked.as_ref().is_some_and(|(asked, _)| asked == which) {
            return;
        }
        if let Some((_, work)) = &self.asked {
            work.cancel();
        }
        if self.worker.is_none() {
            let draw = |Wanted { which, document, work }: Wanted| {
                let answer = work.run(|| {
                    let bytes = document.bytes()?;
                    let drawn = documents::page_picture(bytes, which.page, which.width_px, documents::LIMITS);
                    drawn.map_err(|error| error.to_string())
                });
                (!work.is_cancelled()).then_some((which, answer))
            };
            // Without a thread there is no picture; the text can still be read.
            self.worker = Latest::start("page", waker(ctx), draw).ok();
        }
        if let Some(worker) = &self.worker {
            let work = Work::default();
            worker.request(Wanted { which: which.clone(), document: document.clone(), work: work.clone() });
            self.asked = Some((which.clone(), work));
        }
    }

    fn take(&mut self, ctx: &Context) {
        let Some((which, answer)) = self.worker.as_ref().and_then(Latest::take) else { return };
        if self.asked.as_ref().is_some_and(|(asked, _)| *asked == which) {
            self.asked = None;
        }
        match answer {
            Err(why) => self.failed = Some((which, why)),
            Ok(mut picture) => {
                let size = [picture.width as usize, picture.height as usize];
                let image = ColorImage::from_rgba_unmultiplied(size, &picture.rgba);
                picture.rgba = Vec::new();
                let texture = ctx.load_texture("page of a document", image, TextureOptions::LINEAR);
                // Of one page, the latest is enough.
                self.kept.retain(|drawn| drawn.which.sha256 != which.sha256 || drawn.which.page != which.page);
                self.kept.push_back(Drawn { which, picture, texture });
                while self.kept.len() > 1 && self.kept.iter().map(Drawn::bytes).sum::<usize>() > KEPT_BYTES {
                    self.kept.pop_front();
                }
            }
        }
    }
}

impl Drop for PageView {
    fn drop(&mut self) {
        if let Some((_, work)) = &self.asked {
            work.cancel();
        }
    }
}

/// The page that keys turn to, where the page has them.
pub(crate) fn turn_by_keys(ui: &Ui, page: usize, last: usize) -> Option<usize> {
    ui.input(|input| {
        let back = input.key_pressed(Key::PageUp).then(|| page.saturating_sub(1));
        back.or_else(|| input.key_pressed(Key::PageDown).then(|| (page + 1).min(last)))
    })
    .filter(|to| *to != page)
}
