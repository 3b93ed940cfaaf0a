//! Words that are read from the right, in the window: egui shapes them word by word and lays the words from the left, so
//! that what it has laid out is put into reading order here before it is painted.
//!
//! A word of Hebrew or Arabic letters comes out of egui right in itself, for it is shaped by the same library as the words
//! of a figure; the words of a row, their brackets and their numbers are then moved to where the bidirectional algorithm
//! (Unicode Standard Annex 9) has them. Rows break where they did: in the order of reading.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use eframe::egui::epaint::text::cursor::CCursor;
use eframe::egui::epaint::text::{CharIndex, Glyph, Row};
use eframe::egui::epaint::{Shape, Vertex};
use eframe::egui::text::{CCursorRange, LayoutJob};
use eframe::egui::{self, Color32, FullOutput, Galley, Pos2, Ui};
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::app::theme;
use crate::formats::direction::is_mark;
use crate::scene::display_list::Face;
use crate::scene::text::{self, FontId};

/// Marks galleys of fields, which are in reading order already: the least height of a first row, too little to matter.
const IN_ORDER: f32 = 1.0 / 64.0;

/// Puts all words that egui paints into reading order, and gives egui the fonts for the scripts that occur: all of them
/// would cost every start of the program some 30 ms and 3 MB.
#[derive(Default)]
pub(crate) struct ReadingOrder {
    seen: HashSet<char>,
    fonts: Vec<FontId>,
}

impl egui::Plugin for ReadingOrder {
    fn debug_name(&self) -> &'static str {
        "reading order"
    }

    fn output_hook(&mut self, ctx: &egui::Context, output: &mut FullOutput) {
        let known = self.fonts.len();
        for shape in &mut output.shapes {
            self.look_at(&shape.shape);
            put_in_order(&mut shape.shape);
        }
        // What sets words apart in a line is of no use where they are copied to.
        for command in &mut output.platform_output.commands {
            if let egui::OutputCommand::CopyText(words) = command {
                words.retain(|letter| !matches!(letter, '\u{2066}'..='\u{2069}'));
            }
        }
        if self.fonts.len() > known {
            ctx.set_fonts(theme::fonts(&self.fonts));
            ctx.request_repaint();
        }
    }
}

impl ReadingOrder {
    /// Notes which fonts besides our faces the letters of a shape ask for.
    fn look_at(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.look_at(shape)),
            Shape::Text(words) if !words.galley.job.text.is_ascii() => {
                for letter in words.galley.job.text.chars().filter(|letter| is_foreign(*letter)) {
                    if !self.seen.insert(letter) {
                        continue;
                    }
                    let font = text::font_of(letter, Face::Sans);
                    if font.face().is_none() && !self.fonts.contains(&font) {
                        self.fonts.push(font);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a letter may be one that our faces lack: not Latin, Cyrillic, usual Greek, or a sign.
fn is_foreign(letter: char) -> bool {
    letter >= '\u{530}' && !matches!(letter, '\u{1D00}'..'\u{1F00}' | '\u{2000}'..'\u{2E80}' | '\u{E000}'..'\u{F900}')
}

fn put_in_order(shape: &mut Shape) {
    match shape {
        Shape::Vec(shapes) => shapes.iter_mut().for_each(put_in_order),
        Shape::Text(words) if needs_order(&words.galley) => {
            if let Some(mut ordered) = in_reading_order(&words.galley) {
                to_reading_side(&mut ordered);
                words.galley = Arc::new(ordered);
            }
        }
        _ => {}
    }
}

fn needs_order(galley: &Galley) -> bool {
    // No letter that is read from the right begins with a smaller byte.
    let may_need = galley.job.text.bytes().any(|byte| byte >= 0xD6);
    may_need && galley.job.first_row_min_height != IN_ORDER && text::has_rtl(&galley.job.text)
}

/// Whether a letter is of a script that is read from the right, marks and digits of it included.
fn is_of_rtl_script(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200C}' | '\u{200D}')
}

/// Brackets and the like, which look the other way in what is read from the right.
fn is_mirrored(letter: char) -> bool {
    "()[]{}<>«»‹›≤≥".contains(letter)
}

/// What stands together in a row: a word of a script that is read from the right, or any other character.
#[derive(Debug, Clone)]
struct Token {
    /// Bytes of the text.
    bytes: Range<usize>,
    /// Glyphs of the row.
    glyphs: Range<usize>,
    is_word: bool,
}

/// The tokens of a row, and the byte at which the next row goes on; nothing if glyphs and text do not agree.
fn tokens(row: &Row, text: &str, mut at: usize, is_elided: bool) -> Option<(Vec<Token>, usize)> {
    let mut tokens = Vec::new();
    let mut glyph = 0;
    let glyphs = &row.glyphs;
    while glyph < glyphs.len() {
        let letter = glyphs[glyph].chr;
        // Marks of direction that were given no glyph.
        at += text.get(at..)?.chars().take_while(|c| is_mark(*c) && *c != letter).map(char::len_utf8).sum::<usize>();
        let first = glyph;
        let start = at;
        if is_of_rtl_script(letter) {
            while glyph < glyphs.len() && (is_of_rtl_script(glyphs[glyph].chr) || is_joiner(glyphs[glyph].chr)) {
                glyph += 1;
            }
            let is_word = |c: char| is_of_rtl_script(c) || is_joiner(c);
            at += text.get(at..)?.chars().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
            if at == start {
                return None;
            }
            tokens.push(Token { bytes: start..at, glyphs: first..glyph, is_word: true });
            continue;
        }
        glyph += 1;
        let next = text.get(at..)?.chars().next();
        // The mark of omission stands for what is left out.
        if is_elided && glyph == glyphs.len() && next != Some(letter) {
            tokens.push(Token { bytes: start..start, glyphs: first..glyph, is_word: false });
            return Some((tokens, text.len()));
        }
        if next != Some(letter) && letter != '\u{FFFD}' {
            return None;
        }
        at += next?.len_utf8();
        tokens.push(Token { bytes: start..at, glyphs: first..glyph, is_word: false });
    }
    at += text.get(at..)?.chars().take_while(|c| is_mark(*c)).map(char::len_utf8).sum::<usize>();
    Some((tokens, at))
}

/// The rows of a galley with their words in reading order; nothing where that cannot be told.
fn in_reading_order(galley: &Galley) -> Option<Galley> {
    let mut ordered = galley.clone();
    let words = galley.job.text.clone();
    let info = BidiInfo::new(&words, None);
    let mut at = 0;
    for (index, placed) in galley.rows.iter().enumerate() {
        let is_last = index + 1 == galley.rows.len();
        let (tokens, next) = tokens(&placed.row, &words, at, galley.elided && is_last)?;
        let line = at..next;
        at = next + usize::from(placed.ends_with_newline);
        if tokens.iter().all(|token| !token.is_word) {
            continue;
        }
        let row = Arc::make_mut(&mut ordered.rows.get_mut(index)?.row);
        let order = visual_order(&info, line, &tokens)?;
        place(row, &tokens, &order, galley.pixels_per_point);
    }
    Some(ordered)
}

/// Rows of a paragraph that is read from the right stand at the right of its widest row.
fn to_reading_side(galley: &mut Galley) {
    if galley.job.halign != egui::Align::LEFT || galley.rows.len() < 2 || !text::is_rtl(&galley.job.text) {
        return;
    }
    let info = BidiInfo::new(&galley.job.text, None);
    let mut paragraphs = info.paragraphs.iter().map(|paragraph| paragraph.level.is_rtl());
    let mut is_rtl = paragraphs.next().unwrap_or(false);
    let right = galley.rows.iter().filter_map(|placed| Some(placed.pos.x + inked_to(&placed.row)?));
    let right = right.fold(f32::NEG_INFINITY, f32::max);
    for placed in &mut galley.rows {
        if is_rtl && let Some(end) = inked_to(&placed.row) {
            let by = (right - placed.pos.x - end).max(0.0);
            placed.pos.x += (by * galley.pixels_per_point).floor() / galley.pixels_per_point;
        }
        if placed.ends_with_newline {
            is_rtl = paragraphs.next().unwrap_or(is_rtl);
        }
    }
}

/// Where the letters of a row end at the right.
fn inked_to(row: &Row) -> Option<f32> {
    row.visuals.mesh.vertices.iter().map(|corner| corner.pos.x).max_by(f32::total_cmp)
}

/// The tokens of a line from left to right, and whether each is read from the right.
fn visual_order(info: &BidiInfo<'_>, line: Range<usize>, tokens: &[Token]) -> Option<Vec<(usize, bool)>> {
    let paragraph = info.paragraphs.iter().find(|paragraph| {
        paragraph.range.contains(&line.start) || paragraph.range.end == line.start && line.is_empty()
    })?;
    let line = line.start..line.end.min(paragraph.range.end);
    let (levels, runs) = info.visual_runs(paragraph, line);
    let mut order = Vec::with_capacity(tokens.len());
    for run in runs {
        let is_rtl = levels.get(run.start)?.is_rtl();
        let inside = |(_, token): &(usize, &Token)| run.contains(&token.bytes.start) && !token.bytes.is_empty();
        let mut here: Vec<(usize, bool)> =
            tokens.iter().enumerate().filter(inside).map(|(index, _)| (index, is_rtl)).collect();
        if is_rtl {
            here.reverse();
        }
        order.extend(here);
    }
    // A mark of omission stands where the paragraph ends.
    if let Some(omission) = tokens.iter().position(|token| token.bytes.is_empty()) {
        let is_rtl = paragraph.level.is_rtl();
        order.insert(if is_rtl { 0 } else { order.len() }, (omission, is_rtl));
    }
    (order.len() == tokens.len()).then_some(order)
}

/// How wide some glyphs are together, and where they begin.
fn extent(glyphs: &[Glyph]) -> (f32, f32) {
    let left = glyphs.iter().map(|glyph| glyph.pos.x).fold(f32::INFINITY, f32::min);
    let right = glyphs.iter().map(|glyph| glyph.pos.x + glyph.advance_width).fold(f32::NEG_INFINITY, f32::max);
    (left, (right - left).max(0.0))
}

fn place(row: &mut Row, tokens: &[Token], order: &[(usize, bool)], pixels_per_point: f32) {
    let (mut pen, whole) = extent(&row.glyphs);
    // Until now the tokens stand one after the other: each is as wide as it is far to the next.
    let lefts: Vec<f32> = tokens.iter().map(|token| extent(&row.glyphs[token.glyphs.clone()]).0).collect();
    let end = pen + whole;
    for &(index, is_rtl) in order {
        let token = &tokens[index];
        let left = lefts[index];
        let width = lefts.get(index + 1).copied().unwrap_or(end) - left;
        let by = ((pen - left) * pixels_per_point).round() / pixels_per_point;
        let glyphs = token.glyphs.clone();
        let digits = token.is_word && row.glyphs[glyphs.clone()].iter().any(|glyph| glyph.chr.is_numeric());
        for index in glyphs {
            // Digits run from the left even among letters that do not.
            let glyph = row.glyphs[index];
            let turned =
                if digits { left + width - (glyph.pos.x - left) - glyph.advance_width - glyph.pos.x } else { 0.0 };
            move_glyph(row, index, by + turned, is_rtl && is_mirrored(glyph.chr), pixels_per_point);
        }
        pen += width;
    }
}

fn move_glyph(row: &mut Row, index: usize, by: f32, is_turned: bool, pixels_per_point: f32) {
    let glyph = &mut row.glyphs[index];
    glyph.pos.x += by;
    if glyph.uv_rect.is_nothing() {
        return;
    }
    let first = glyph.first_vertex as usize;
    // What stands before a bracket stands behind it once it is turned about.
    let (left, advance_width) = (glyph.pos.x, glyph.advance_width);
    let Some(corners) = row.visuals.mesh.vertices.get_mut(first..first + 4) else { return };
    for corner in corners.iter_mut() {
        corner.pos.x += by;
    }
    if is_turned {
        let from = corners.iter().map(|corner| corner.pos.x).fold(f32::INFINITY, f32::min);
        let to = corners.iter().map(|corner| corner.pos.x).fold(f32::NEG_INFINITY, f32::max);
        let across = ((2.0 * left + advance_width - from - to) * pixels_per_point).round() / pixels_per_point;
        corners.iter_mut().for_each(|corner| corner.pos.x += across);
    }
    if is_turned && let [top_left, top_right, bottom_left, bottom_right] = corners {
        let swap = |a: &mut Vertex, b: &mut Vertex| std::mem::swap(&mut a.uv.x, &mut b.uv.x);
        swap(top_left, top_right);
        swap(bottom_left, bottom_right);
    }
}

/// How a field lays out what is typed: in reading order, with one place for each character, so that the cursor stands
/// where the next letter goes. `width` is that of the rows of a field of several; none of one row.
pub(crate) fn field_layout(
    ui: &Ui,
    words: &str,
    font: egui::FontId,
    color: Color32,
    width: Option<f32>,
) -> Arc<Galley> {
    let height = ui.fonts_mut(|fonts| fonts.row_height(&font));
    let mut job = match width {
        Some(width) => LayoutJob::simple(words.to_owned(), font, color, width),
        None => LayoutJob::simple_singleline(words.to_owned(), font, color),
    };
    // As egui's own fields have it.
    job.keep_trailing_whitespace = true;
    job.sections.iter_mut().for_each(|section| section.format.line_height = Some(height));
    let laid = ui.fonts_mut(|fonts| fonts.layout_job(job));
    if !needs_order(&laid) {
        return laid;
    }
    in_field_order(&laid).map_or(laid, Arc::new)
}

/// A galley in reading order that has one glyph for each character, at the edge of the character where reading begins.
fn in_field_order(galley: &Galley) -> Option<Galley> {
    let mut ordered = in_reading_order(galley)?;
    let words = galley.job.text.clone();
    let info = BidiInfo::new(&words, None);
    let mut at = 0;
    for (index, placed) in galley.rows.iter().enumerate() {
        let (tokens, next) = tokens(&placed.row, &words, at, false)?;
        at = next + usize::from(placed.ends_with_newline);
        let row = Arc::make_mut(&mut ordered.rows.get_mut(index)?.row);
        let Some(template) = row.glyphs.first().copied() else { continue };
        let mut glyphs = Vec::new();
        for token in &tokens {
            let (left, width) = extent(&row.glyphs[token.glyphs.clone()]);
            let text = &words[token.bytes.clone()];
            let is_rtl = info.levels.get(token.bytes.start)?.is_rtl();
            for (chr, from, to) in edges(text) {
                let (pos, advance_width) = if is_rtl {
                    (left + width * (1.0 - from), -width * (to - from))
                } else {
                    (left + width * from, width * (to - from))
                };
                let mut glyph = template;
                (glyph.chr, glyph.advance_width) = (chr, advance_width);
                glyph.pos.x = pos;
                glyph.uv_rect = Default::default();
                // No vertices of its own: the letters keep their colour when they are chosen.
                glyph.first_vertex = row.visuals.glyph_vertex_range.end as u32;
                glyphs.push(glyph);
            }
        }
        // Where the last character ends, which may be at the left.
        if let Some(last) = glyphs.last().filter(|last| last.advance_width < 0.0) {
            row.size.x = last.pos.x + last.advance_width;
        }
        row.glyphs = glyphs;
    }
    ordered.job = Arc::new(LayoutJob { first_row_min_height: IN_ORDER, ..(*galley.job).clone() });
    Some(ordered)
}

/// Each character of a word with its beginning and end as shares of the word's width, in the order of the text.
fn edges(word: &str) -> Vec<(char, f32, f32)> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let line = text::shape(word, Face::Sans, true);
    // The width of what begins at each byte.
    let mut widths = vec![0.0f32; word.len() + 1];
    for (glyph, advance) in line.glyphs.iter().zip(&line.advances) {
        widths[glyph.byte.min(word.len())] += *advance as f32;
    }
    let starts: Vec<usize> = {
        let mut starts: Vec<usize> = line.glyphs.iter().map(|glyph| glyph.byte).collect();
        starts.sort_unstable();
        starts.dedup();
        starts
    };
    let total = (line.advance as f32).max(1.0);
    let mut out = Vec::with_capacity(letters.len());
    let mut pen = 0.0;
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(word.len());
        let inside: Vec<char> = letters.iter().filter(|(at, _)| (*start..end).contains(at)).map(|(_, c)| *c).collect();
        let each = widths[*start] / total / inside.len().max(1) as f32;
        for chr in inside {
            out.push((chr, pen, pen + each));
            pen += each;
        }
    }
    // Of characters that the shaper says nothing of, all stand at the beginning.
    if out.len() != letters.len() {
        out = letters.iter().map(|(_, chr)| (*chr, 0.0, 0.0)).collect();
    }
    out
}

/// The row of a galley at a height, how many characters stand before it, and how far from its left end `at` is; nothing of words
/// that are not in the order of a field.
fn row_at(galley: &Galley, at: Pos2) -> Option<(usize, &Row, f32)> {
    if galley.job.first_row_min_height != IN_ORDER {
        return None;
    }
    let mut before = 0;
    let last = galley.rows.len().checked_sub(1)?;
    for (index, placed) in galley.rows.iter().enumerate() {
        if at.y > placed.pos.y + placed.row.size.y && index < last {
            before += placed.row.glyphs.len() + usize::from(placed.ends_with_newline);
            continue;
        }
        return Some((before, &placed.row, at.x - placed.pos.x));
    }
    None
}

/// The character before which a click at `at` (from the galley's corner) puts the cursor, in words that are read from the
/// right; nothing of others, where egui knows it.
pub(crate) fn cursor_at(galley: &Galley, at: Pos2) -> Option<CCursor> {
    let (before, row, x) = row_at(galley, at)?;
    let edges = row.glyphs.iter().enumerate();
    let edges = edges.flat_map(|(place, glyph)| [(place, glyph.pos.x), (place + 1, glyph.pos.x + glyph.advance_width)]);
    let nearest = edges.min_by(|a, b| (a.1 - x).abs().total_cmp(&(b.1 - x).abs()));
    Some(CCursor::new(CharIndex(before + nearest.map_or(0, |(place, _)| place))))
}

/// The characters of the word that is at `at`, as [`cursor_at`] counts them.
fn word_at(galley: &Galley, at: Pos2) -> Option<Range<usize>> {
    let (before, row, x) = row_at(galley, at)?;
    let beside = |glyph: &Glyph| {
        let (from, to) = (glyph.pos.x, glyph.pos.x + glyph.advance_width);
        (from.min(to) - x).max(x - from.max(to)).max(0.0)
    };
    let letters = row.glyphs.iter().enumerate();
    let (letter, _) = letters.min_by(|a, b| beside(a.1).total_cmp(&beside(b.1)))?;
    let letter = before + letter;
    let mut start = 0;
    galley.text().split_word_bounds().find_map(|word| {
        let word = start..start + word.chars().count();
        start = word.end;
        word.contains(&letter).then_some(word)
    })
}

type Layouter = dyn FnMut(&Ui, &dyn egui::TextBuffer, f32) -> Arc<Galley>;

/// Where the font and the colour of the field stand that is laid out now.
fn look() -> egui::Id {
    egui::Id::unique("look of a field of words")
}

fn in_look(ui: &Ui, words: &str, width: Option<f32>) -> Arc<Galley> {
    let usual = || (egui::FontSelection::default().resolve(ui.style()), ui.visuals().text_color());
    let (font, color) = ui.data(|data| data.get_temp(look())).unwrap_or_else(usual);
    field_layout(ui, words, font, color, width)
}

// Functions have no size: to leak one takes no memory.
fn many_rows(ui: &Ui, words: &dyn egui::TextBuffer, width: f32) -> Arc<Galley> {
    in_look(ui, words.as_str(), Some(width))
}

fn one_row(ui: &Ui, words: &dyn egui::TextBuffer, _: f32) -> Arc<Galley> {
    in_look(ui, words.as_str(), None)
}

/// A field for words of any script, with what it lays out by; `rows` is whether it has several.
pub(crate) fn words_field(ui: &mut Ui, field: egui::TextEdit<'_>, rows: bool) -> egui::Response {
    let font = egui::FontSelection::default().resolve(ui.style());
    let color = ui.visuals().override_text_color.unwrap_or(ui.visuals().widgets.inactive.text_color());
    words_field_in(ui, field, rows, font, color)
}

/// The same in a font and a colour of its own.
pub(crate) fn words_field_in(
    ui: &mut Ui,
    field: egui::TextEdit<'_>,
    rows: bool,
    font: egui::FontId,
    color: Color32,
) -> egui::Response {
    // A field keeps what lays it out for as long as its words, so that this knows font and colour from elsewhere.
    ui.data_mut(|data| data.insert_temp(look(), (font, color)));
    // A function takes no memory, so that nothing is lost by letting it live as long as any field.
    let layouter: &mut Layouter = if rows { Box::leak(Box::new(many_rows)) } else { Box::leak(Box::new(one_row)) };
    let output = field.layouter(layouter).show(ui);
    choose_by_pointer(ui, output)
}

/// Words to be read, of any script: in words that are read from the right too, those that a drag runs over are chosen, and copied
/// as they are written. A click counts as on any label that senses clicks.
pub(crate) fn words_label(ui: &mut Ui, words: impl Into<egui::WidgetText>) -> egui::Response {
    let words = words.into();
    if !text::has_rtl(words.text()) {
        return ui.add(egui::Label::new(words).wrap());
    }
    let width = ui.available_width();
    let laid = words.clone().into_galley(ui, Some(egui::TextWrapMode::Wrap), width, egui::FontSelection::Default);
    let Some(mut ordered) = in_field_order(&laid) else { return ui.label(words) };
    to_reading_side(&mut ordered);
    let (written, galley) = (laid.text().to_owned(), Arc::new(ordered));
    let mut layouter = |_: &Ui, _: &dyn egui::TextBuffer, _: f32| Arc::clone(&galley);
    let mut unchanged = written.as_str();
    let field = egui::TextEdit::multiline(&mut unchanged)
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .desired_rows(1)
        .desired_width(laid.size().x)
        .layouter(&mut layouter);
    let output = field.show(ui);
    let response = choose_by_pointer(ui, output);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &written));
    response
}

/// Puts the cursor of words that are read from the right where the pointer is, and chooses what is dragged over and the words that
/// are clicked twice, as egui does it by places that hold for words from the left alone.
fn choose_by_pointer(ui: &Ui, output: egui::text_edit::TextEditOutput) -> egui::Response {
    let response = output.response.response;
    let (galley, mut state) = (output.galley, output.state);
    let Some(pointer) = ui.input(|input| input.pointer.interact_pos()) else { return response };
    let at = (pointer - output.galley_pos).to_pos2();
    let Some(cursor) = cursor_at(&galley, at) else { return response };
    let Some(word) = word_at(&galley, at) else { return response };
    // At the ends of a word the one beside it would be chosen as well.
    let inside = if word.len() < 2 { word.start } else { cursor.index.0.clamp(word.start + 1, word.end - 1) };
    let inside = CCursor::new(CharIndex(inside));
    let is_dragged = ui.ctx().is_being_dragged(response.id);
    let is_again = response.double_clicked() || response.triple_clicked();
    let at = if is_again { inside } else { cursor };
    if !state.cursor.pointer_interaction(ui, &response, at, &galley, is_dragged) {
        return response;
    }
    // The second press in a row chooses a word, by which a drag then goes on.
    let begins = ui.input(|input| input.pointer.any_pressed() && !input.modifiers.shift);
    if begins && state.cursor.char_range().is_some_and(|range| !range.is_empty()) {
        state.cursor.pointer_interaction(ui, &response, inside, &galley, is_dragged);
    }
    if response.double_clicked() && word.len() == 1 {
        let [from, to] = [word.start, word.end].map(|place| CCursor::new(CharIndex(place)));
        state.cursor.set_char_range(Some(CCursorRange::two(from, to)));
    }
    state.store(ui.ctx(), response.id);
    response
}

#[cfg(test)]
mod tests;
