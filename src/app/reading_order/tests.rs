//! Tests of words that are read from the right, in the window.

use super::*;

/// The galley of some words as the window lays them out, in a window of its own.
fn laid(words: &str, in_field: bool) -> Arc<Galley> {
    let ctx = egui::Context::default();
    ctx.set_fonts(theme::fonts(&['א', 'ا'].map(|letter| text::font_of(letter, Face::Sans))));
    let mut galley = None;
    let mut run = || {
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let (font, color) = (egui::FontId::proportional(20.0), Color32::BLACK);
            galley = Some(if in_field {
                field_layout(ui, words, font, color, Some(400.0))
            } else {
                let laid = ui.fonts_mut(|fonts| fonts.layout(words.to_owned(), font, color, 400.0));
                in_reading_order(&laid).map_or(laid, Arc::new)
            });
        });
        output.textures_delta.clear();
    };
    run();
    run();
    galley.expect("a galley")
}

/// The characters of a row from left to right, each where its glyph stands.
fn from_left(row: &Row) -> String {
    let mut glyphs: Vec<(f32, char)> =
        row.glyphs.iter().filter(|glyph| glyph.advance_width > 0.0).map(|glyph| (glyph.pos.x, glyph.chr)).collect();
    glyphs.sort_by(|a, b| a.0.total_cmp(&b.0));
    glyphs.into_iter().map(|(_, chr)| chr).collect()
}

#[test]
fn words_and_numbers_stand_in_reading_order() {
    for (words, seen) in [
        ("אזור 12 קו", "וק 12 רוזא"),
        // Brackets among words from the right are drawn turned about.
        ("Kyiv – דונצק (15)", "Kyiv – )15( קצנוד"),
        ("אב (Donetsk) 2025", "2025 )Donetsk( בא"),
        ("plain words", "plain words"),
        // Words set apart keep their signs.
        ("Outlet, “\u{2068}אזור (12).\u{2069}”, 15 May", "Outlet, “.)12( רוזא”, 15 May"),
        ("\u{2068}אזור.\u{2069}: Kyiv", ".רוזא: Kyiv"),
        ("\u{200F}«\u{2068}Kyiv.\u{2069}» אב", "בא »Kyiv.«"),
    ] {
        assert_eq!(from_left(&laid(words, false).rows[0].row), seen, "{words}");
    }
}

#[test]
fn a_field_has_a_place_for_each_character_where_reading_begins() {
    for words in ["אזור 12 קו", "منطقة الانسحاب", "a ب c"] {
        let galley = laid(words, true);
        let row = &galley.rows[0].row;
        assert_eq!(row.glyphs.iter().map(|glyph| glyph.chr).collect::<String>(), words);
    }
    let galley = laid("אזור", true);
    let row = &galley.rows[0].row;
    // From the right edge to the left, and the end of the text at the left.
    assert!(row.glyphs.windows(2).all(|pair| pair[0].pos.x > pair[1].pos.x), "{:?}", row.glyphs);
    assert!(row.x_offset(CharIndex(4)).abs() < 1.0 && row.x_offset(CharIndex(0)) > 20.0);
    // A click beside a letter puts the cursor on that side of it.
    let at = |x: f32| cursor_at(&galley, Pos2::new(x, 5.0)).expect("in order").index.0;
    assert_eq!((at(200.0), at(-5.0)), (0, 4));
    let middle = (row.glyphs[1].pos.x + row.glyphs[2].pos.x) / 2.0;
    assert_eq!((at(middle + 1.0), at(middle - 1.0)), (1, 2));
}

/// What is copied after the pointer has gone over a label, down at one share of its width and up at another, as often as `clicks`.
fn copied_after(words: &str, from: f32, to: f32, clicks: usize) -> String {
    let ctx = egui::Context::default();
    ctx.set_fonts(theme::fonts(&['א', 'ا'].map(|letter| text::font_of(letter, Face::Sans))));
    let mut place = egui::Rect::NOTHING;
    let mut run = |events: Vec<egui::Event>| {
        let screen_rect = Some(egui::Rect::from_min_size(Pos2::ZERO, egui::vec2(800.0, 200.0)));
        let input = egui::RawInput { events, screen_rect, ..egui::RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| place = words_label(ui, egui::RichText::new(words).size(20.0)).rect);
        output.textures_delta.clear();
        (place, output.platform_output.commands)
    };
    run(Vec::new());
    let (place, _) = run(Vec::new());
    let at = |share: f32| Pos2::new(place.left() + share * place.width(), place.center().y);
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    run(vec![egui::Event::PointerMoved(at(from))]);
    for _ in 0..clicks {
        run(vec![button(at(from), true)]);
        for step in (1..=4).filter(|_| from != to) {
            run(vec![egui::Event::PointerMoved(at(from + (to - from) * step as f32 / 4.0))]);
        }
        run(vec![button(at(to), false)]);
    }
    let (_, commands) = run(vec![egui::Event::Copy]);
    let copied = commands.into_iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(words) => Some(words),
        _ => None,
    });
    copied.unwrap_or_default()
}

fn copied(words: &str, from: f32, to: f32) -> String {
    copied_after(words, from, to, 1)
}

#[test]
fn a_word_of_a_label_that_is_clicked_twice_is_chosen_and_no_other() {
    // Each with the words from right to left.
    for words in ["אזור דונצק גבול", "منطقة دونيتسك الشمالية"] {
        let all: Vec<&str> = words.split(' ').collect();
        let mut seen: Vec<String> = Vec::new();
        for step in 0..=12 {
            let at = 1.0 - step as f32 / 12.0;
            let chosen = copied_after(words, at, at, 2);
            assert!(chosen == " " || all.contains(&chosen.as_str()), "{words}: {chosen:?} at {step}");
            if chosen != " " && seen.last() != Some(&chosen) {
                seen.push(chosen);
            }
        }
        assert_eq!(seen, all, "from the right");
        assert_eq!(copied_after(words, 0.5, 0.5, 3), words);
    }
}

#[test]
fn words_of_a_label_are_copied_as_they_are_written() {
    for words in ["אזור (12) קו", "منطقة 15 كم (Kyiv) الشمال"] {
        assert_eq!(copied(words, 1.0, 0.0), words);
        assert_eq!(copied(words, 0.0, 1.0), words);
        // What stands at the right is what is read first.
        let first = copied(words, 1.0, 0.55);
        assert!(words.starts_with(&first) && (2..words.len() - 2).contains(&first.len()), "{words}: {first:?}");
        let last = copied(words, 0.0, 0.35);
        assert!(words.ends_with(&last) && !last.is_empty(), "{words}: {last:?}");
    }
}

#[test]
fn a_bracket_that_is_turned_about_stands_as_far_from_what_it_encloses() {
    let inked = |words: &str| {
        let galley = laid(words, false);
        let row = &galley.rows[0].row;
        let of = |letter: char| {
            let glyph = row.glyphs.iter().find(|glyph| glyph.chr == letter).expect("the letter");
            let corners = &row.visuals.mesh.vertices[glyph.first_vertex as usize..glyph.first_vertex as usize + 4];
            let edge = |better: fn(f32, f32) -> f32, worst| corners.iter().map(|at| at.pos.x).fold(worst, better);
            (edge(f32::min, f32::INFINITY), edge(f32::max, f32::NEG_INFINITY))
        };
        // Between what opens and the first digit, and between the last and what closes, in the order of sight.
        let mut signs = [of('('), of(')')];
        signs.sort_by(|a, b| a.0.total_cmp(&b.0));
        [of('1').0 - signs[0].1, signs[1].0 - of('8').1]
    };
    for (plain, other) in inked("ab (18) cd").into_iter().zip(inked("אב (18) גד")) {
        assert!((plain - other).abs() < 1.1, "{plain} {other}");
    }
}

#[test]
fn an_ordered_galley_keeps_its_width_and_its_text() {
    for words in ["אזור 12 קו ארוך מאוד שלא נכנס בשורה אחת ולכן נשבר לכמה שורות", "مساحة ۱۲۳ كم، و(أخرى) و – A"]
    {
        let mut galley = laid(words, false);
        let ends = |galley: &Galley| {
            let ends = galley.rows.iter().filter_map(|placed| Some(placed.pos.x + inked_to(&placed.row)?));
            ends.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), end| (least.min(end), most.max(end)))
        };
        if galley.rows.len() > 1 {
            let (least, most) = ends(&galley);
            assert!(most - least > 3.0, "rows of one length show nothing");
            to_reading_side(Arc::make_mut(&mut galley));
            let (least, most) = ends(&galley);
            assert!(most - least < 1.5, "{least} {most}");
        }
        assert_eq!(galley.text(), words);
        for placed in &galley.rows {
            let (left, width) = extent(&placed.row.glyphs);
            assert!(left > -1.0 && left + width < placed.row.size.x + 1.5, "{left} {width} {:?}", placed.row.size);
        }
    }
}
