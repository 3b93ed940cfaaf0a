//! The look of the window: our own faces, a 4-point grid, hairlines, one accent; light and dark.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke,
    TextStyle, Visuals,
};

use super::reading_order::ReadingOrder;
use crate::scene::display_list::{Color, Face};
use crate::scene::palette::{Palette, Theme};
use crate::scene::text::{self, FontId as TextFont};

/// Titles and group names.
pub(crate) fn semi_bold() -> FontFamily {
    FontFamily::Name("SemiBold".into())
}

/// Quoted words.
pub(crate) fn serif() -> FontFamily {
    FontFamily::Name("Serif".into())
}

/// Phosphor glyphs.
pub(crate) fn icons() -> FontFamily {
    FontFamily::Name("Icons".into())
}

/// An icon at the size that fits a line of text.
pub(crate) fn icon(glyph: &str, size_pt: f32) -> egui::RichText {
    egui::RichText::new(glyph).font(FontId::new(size_pt, icons()))
}

/// Text in the second ink, one step smaller.
pub(crate) fn second(text: impl Into<String>, theme: Theme) -> egui::RichText {
    egui::RichText::new(text).size(11.5).color(ink(theme.palette().second))
}

/// A section's small title.
pub(crate) fn section(text: impl Into<String>, theme: Theme) -> egui::RichText {
    let words = text.into().to_uppercase();
    // Letters that join stay together.
    let spacing = if text::can_be_parted(&words) { 0.6 } else { 0.0 };
    egui::RichText::new(words)
        .font(FontId::new(10.5, semi_bold()))
        .extra_letter_spacing(spacing)
        .color(ink(theme.palette().second))
}

/// A colour of the palette for egui.
pub(crate) fn ink(color: Color) -> Color32 {
    Color32::from_rgba_unmultiplied(color.r, color.g, color.b, color.a)
}

/// The theme that egui shows now.
pub(crate) fn theme_of(ctx: &Context) -> Theme {
    if ctx.global_style().visuals.dark_mode { Theme::Dark } else { Theme::Light }
}

/// Installs faces and both styles; once, at the start.
pub(crate) fn install(ctx: &Context) {
    ctx.set_fonts(fonts(&[]));
    ctx.add_plugin(ReadingOrder::default());
    // Where the system does not say, ink on paper.
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
    for (theme, ours) in [(egui::Theme::Light, Theme::Light), (egui::Theme::Dark, Theme::Dark)] {
        let mut style = (*ctx.style_of(theme)).clone();
        style.text_styles = [
            (TextStyle::Small, FontId::new(11.5, FontFamily::Proportional)),
            (TextStyle::Body, FontId::new(13.0, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(13.0, FontFamily::Proportional)),
            (TextStyle::Heading, FontId::new(17.0, semi_bold())),
            (TextStyle::Monospace, FontId::new(12.0, FontFamily::Monospace)),
        ]
        .into();
        style.spacing.item_spacing = egui::vec2(8.0, 6.0);
        style.spacing.button_padding = egui::vec2(8.0, 4.0);
        style.spacing.interact_size = egui::vec2(28.0, 26.0);
        style.spacing.window_margin = Margin::same(16);
        style.spacing.menu_margin = Margin::same(6);
        style.spacing.menu_width = 260.0;
        // Scroll bars stand in the margin of what scrolls, not over its words.
        style.spacing.scroll.bar_outer_margin = -6.0;
        style.spacing.tooltip_width = 320.0;
        style.animation_time = 0.1;
        style.visuals = visuals(theme, ours.palette());
        ctx.set_style_of(theme, style);
    }
}

/// The window's faces, and after them those for other scripts that it has come upon.
pub(crate) fn fonts(others: &[TextFont]) -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("sans", text::font_bytes(Face::Sans));
    add("semi-bold", text::font_bytes(Face::SansSemiBold));
    add("serif", text::font_bytes(Face::Serif));
    add("mono", text::font_bytes(Face::Mono));
    add("icons", include_bytes!("../../assets/fonts/Phosphor.ttf"));
    let mut stand_ins: [Vec<String>; 2] = Default::default();
    for (names, is_semi_bold) in stand_ins.iter_mut().zip([false, true]) {
        for font in others {
            let file = text::font_file(text::in_weight(*font, is_semi_bold));
            let data = FontData { index: file.index, ..FontData::from_static(file.bytes) };
            fonts.font_data.insert(file.name.to_owned(), Arc::new(data));
            names.push(file.name.to_owned());
        }
    }
    let mut family = |family: FontFamily, faces: &[&str]| {
        let (own, last) = faces.split_at(faces.len() - 1);
        let stand_ins = &stand_ins[usize::from(family == semi_bold())];
        let mut names: Vec<String> = own.iter().map(|face| (*face).to_owned()).collect();
        names.extend(stand_ins.iter().cloned());
        names.extend(last.iter().map(|face| (*face).to_owned()));
        fonts.families.insert(family, names);
    };
    family(FontFamily::Proportional, &["sans", "icons"]);
    family(FontFamily::Monospace, &["mono", "sans", "icons"]);
    family(semi_bold(), &["semi-bold", "sans", "icons"]);
    family(serif(), &["serif", "sans", "icons"]);
    family(icons(), &["icons", "sans"]);
    fonts
}

fn visuals(theme: egui::Theme, palette: Palette) -> Visuals {
    let mut visuals = theme.default_visuals();
    let dark = theme == egui::Theme::Dark;
    let line = Stroke::new(1.0, ink(palette.line));
    let accent = ink(palette.accent);
    let wash = |opacity: f64| ink(palette.ink.with_opacity(opacity));
    visuals.panel_fill = ink(palette.panel);
    visuals.window_fill = ink(palette.panel);
    visuals.window_stroke = line;
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(8);
    let shadow = |blur: u8| Shadow {
        offset: [0, 3],
        blur,
        spread: 0,
        color: Color32::from_black_alpha(if dark { 110 } else { 40 }),
    };
    visuals.window_shadow = shadow(24);
    visuals.popup_shadow = shadow(12);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(ink(palette.second));
    visuals.hyperlink_color = accent;
    // No stronger: small letters in the second ink stand on it.
    visuals.selection.bg_fill = ink(palette.accent.with_opacity(if dark { 0.22 } else { 0.18 }));
    visuals.selection.stroke = Stroke::new(1.5, accent);
    visuals.extreme_bg_color = ink(palette.ground);
    visuals.faint_bg_color = ink(palette.ground);
    visuals.code_bg_color = ink(palette.ground);
    visuals.slider_trailing_fill = true;
    let widgets = &mut visuals.widgets;
    let radius = CornerRadius::same(6);
    for widget in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        widget.corner_radius = radius;
        widget.fg_stroke = Stroke::new(1.0, ink(palette.ink));
        widget.bg_stroke = Stroke::NONE;
        widget.expansion = 0.0;
    }
    widgets.noninteractive.bg_stroke = line;
    widgets.noninteractive.bg_fill = ink(palette.panel);
    widgets.noninteractive.weak_bg_fill = ink(palette.panel);
    widgets.inactive.bg_fill = wash(0.10);
    widgets.inactive.weak_bg_fill = wash(0.05);
    widgets.hovered.bg_fill = wash(0.16);
    widgets.hovered.weak_bg_fill = wash(0.10);
    widgets.active.bg_fill = wash(0.22);
    widgets.active.weak_bg_fill = wash(0.16);
    widgets.open.bg_fill = wash(0.12);
    widgets.open.weak_bg_fill = wash(0.10);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours as WCAG 2.1 has it.
    fn contrast(one: Color32, other: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = |value: u8| {
                let value = f32::from(value) / 255.0;
                if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn words_are_read_on_panels_on_what_is_selected_and_on_buttons() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
        for (theme, ours) in [(egui::Theme::Light, Theme::Light), (egui::Theme::Dark, Theme::Dark)] {
            let palette = ours.palette();
            let visuals = visuals(theme, palette);
            let panel = visuals.panel_fill;
            for (name, ground) in [
                ("a panel", panel),
                ("a field", visuals.extreme_bg_color),
                ("what is selected", panel.blend(visuals.selection.bg_fill)),
                ("a button", panel.blend(visuals.widgets.inactive.weak_bg_fill)),
                ("a button under the pointer", panel.blend(visuals.widgets.hovered.weak_bg_fill)),
            ] {
                for (inked, color) in [("ink", palette.ink), ("second ink", palette.second), ("accent", palette.accent)]
                {
                    let found = contrast(ink(color), ground);
                    assert!(found >= 4.5, "{inked} on {name}, {ours:?}: {found:.2} : 1");
                }
            }
        }
    }
}
