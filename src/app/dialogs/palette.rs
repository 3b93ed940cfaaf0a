//! The palette: any command, overlay, feature, place, annotation or layer by a few letters of its name.

use eframe::egui::{self, Id, Key, Modal, Modifiers, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};

use super::feature_search::{FeatureSearch, FoundFeature, LEAST_LETTERS, MOST_FEATURES};
use crate::app::{chrome, theme};
use crate::document::AnnotationId;
use crate::dossier::{Shape, words};
use crate::formats::link;
use crate::geometry::View;
use crate::session::{Action, Command, Session};

/// How many finds are listed.
const MOST: usize = 60;

/// The zoom at which a place is looked at.
const PLACE_ZOOM: f64 = 11.0;

/// What has been typed, and which find is chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Palette {
    wanted: String,
    chosen: usize,
}

/// Something that can be found.
struct Find {
    title: String,
    /// What it is, or its keys.
    note: String,
    why_not: Option<&'static str>,
    actions: Vec<Action>,
}

impl Palette {
    /// Shows the palette; false once it is closed.
    pub(crate) fn ui(
        &mut self,
        ctx: &egui::Context,
        session: &Session,
        features: &mut FeatureSearch,
        actions: &mut Vec<Action>,
    ) -> bool {
        let mut open = true;
        let modal = Modal::new(Id::unique("palette")).show(ctx, |ui| {
            ui.set_width(560.0);
            let step = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            let (down, up, enter) = (step(Key::ArrowDown), step(Key::ArrowUp), step(Key::Enter));
            let field = TextEdit::singleline(&mut self.wanted)
                .hint_text("Search commands, overlays, features, places, annotations")
                .desired_width(f32::INFINITY)
                .id(Id::unique("palette field"));
            let field = ui.add(field);
            field.widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Search everything"));
            field.request_focus();
            if field.changed() {
                self.chosen = 0;
            }
            let has_features = session.dossier().overlays.iter().any(|overlay| overlay.features.count() > 0);
            let is_long = self.wanted.trim().chars().count() >= LEAST_LETTERS;
            let found = (has_features && is_long).then(|| features.find(ctx, session.scene(), &self.wanted));
            let is_searching = matches!(found, Some(None));
            let found = found.flatten();
            let is_partial = found.is_some_and(|found| found.is_partial);
            let finds = finds(session, &self.wanted, found.map_or(&[], |found| found.features.as_slice()));
            let last = finds.len().saturating_sub(1);
            if down {
                self.chosen += 1;
            }
            if up {
                self.chosen = self.chosen.saturating_sub(1);
            }
            self.chosen = self.chosen.min(last);
            ui.add_space(6.0);
            if is_searching {
                ui.label("Looking through the features…");
            } else if finds.is_empty() {
                ui.label("Nothing has that name.");
            }
            if is_partial {
                let most = words::number(MOST_FEATURES as f64, 0);
                ui.label(format!("Only the first {most} features are looked through; the table filters all."));
            }
            let mut taken = None;
            ScrollArea::vertical().max_height(360.0).min_scrolled_height(360.0).auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for (index, find) in finds.iter().enumerate() {
                    if find_ui(ui, find, index == self.chosen, down || up) {
                        taken = Some(index);
                    }
                }
            });
            if enter {
                taken = Some(self.chosen);
            }
            if let Some(find) = taken.and_then(|index| finds.into_iter().nth(index))
                && find.why_not.is_none()
            {
                actions.extend(find.actions);
                open = false;
            }
        });
        open && !modal.should_close()
    }
}

/// Selects annotations and looks at them.
fn show(ids: Vec<AnnotationId>) -> Vec<Action> {
    vec![Action::SelectAnnotations(ids.clone()), Action::ZoomToAnnotations(ids)]
}

/// One row; whether it was clicked.
fn find_ui(ui: &mut Ui, find: &Find, chosen: bool, scroll: bool) -> bool {
    let shade = theme::theme_of(ui.ctx());
    let possible = find.why_not.is_none();
    let mut button = egui::Button::new(&find.title).selected(chosen).frame_when_inactive(chosen);
    button = button.shortcut_text(RichText::new(&find.note).color(theme::ink(shade.palette().second)));
    let row = ui.add_enabled(possible, button.min_size(egui::vec2(ui.available_width(), 28.0)));
    row.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, possible, chosen, &find.title));
    if chosen && scroll {
        row.scroll_to_me(None);
    }
    row.on_disabled_hover_text(find.why_not.unwrap_or_default()).clicked()
}

/// Everything whose name has all the words that are wanted: names that begin with them first.
fn finds(session: &Session, wanted: &str, features: &[FoundFeature]) -> Vec<Find> {
    let wanted = wanted.to_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let mut found: Vec<(u8, Find)> = Vec::new();
    let mut offer = |title: &str, also: &str, make: &mut dyn FnMut() -> Find| {
        let name = title.to_lowercase();
        let also = also.to_lowercase();
        if words.iter().all(|word| name.contains(word) || also.contains(word)) {
            let begins = words.first().is_none_or(|word| name.starts_with(word));
            let within = words.iter().all(|word| name.contains(word));
            found.push((
                if begins {
                    0
                } else if within {
                    1
                } else {
                    2
                },
                make(),
            ));
        }
    };
    for command in Command::ALL.iter().copied().filter(|command| *command != Command::Palette) {
        offer(command.label(), command.help(), &mut || Find {
            title: command.label().to_owned(),
            note: session.keymap.keys(command).first().map(|keys| chrome::spoken(keys)).unwrap_or_default(),
            why_not: session.why_not(command),
            actions: vec![Action::Command(command)],
        });
    }
    let document = session.document();
    for annotation in &document.annotations {
        let (label, also) = (annotation.label(), format!("{} {}", annotation.title, annotation.description));
        offer(&label, &also, &mut || Find {
            title: label.clone(),
            note: annotation.shape.name().to_owned(),
            why_not: None,
            actions: show(vec![annotation.id]),
        });
    }
    for layer in &document.layers {
        offer(&layer.title, "", &mut || {
            let within = document.annotations.iter().filter(|annotation| annotation.layer == layer.id);
            let ids: Vec<AnnotationId> = within.map(|annotation| annotation.id).collect();
            Find {
                title: layer.title.clone(),
                note: match ids.len() {
                    1 => "layer · 1 annotation".to_owned(),
                    several => format!("layer · {several} annotations"),
                },
                why_not: ids.is_empty().then_some("It has no annotations yet"),
                actions: std::iter::once(Action::UseLayer(layer.id)).chain(show(ids)).collect(),
            }
        });
    }
    for overlay in &session.dossier().overlays {
        let uk = overlay.title.get("uk").unwrap_or_default();
        offer(overlay.title.main(), uk, &mut || Find {
            title: overlay.title.main().to_owned(),
            note: match &overlay.opened_from {
                Some(file) => format!("overlay · {file}"),
                None => "overlay".to_owned(),
            },
            why_not: None,
            actions: vec![Action::Select(overlay.id.clone()), Action::ZoomTo(overlay.id.clone())],
        });
        let Shape::Places(places) = &*overlay.shape else { continue };
        for place in places {
            let uk = place.name.get("uk").unwrap_or_default();
            offer(place.name.main(), uk, &mut || Find {
                title: place.name.main().to_owned(),
                note: if uk.is_empty() { "place".to_owned() } else { format!("{uk} · place") },
                why_not: None,
                actions: vec![Action::SetView(View { center: place.at, zoom: PLACE_ZOOM })],
            });
        }
    }
    for FoundFeature { overlay, feature } in features {
        let Some(overlay) = session.dossier().overlay(overlay) else { continue };
        let label: String = overlay.features.label(*feature).chars().take(120).collect();
        let label = link::shown_words(&label);
        let (id, feature) = (overlay.id.clone(), *feature);
        offer(&label, &wanted, &mut || Find {
            title: label.clone(),
            note: format!("feature · {}", overlay.title.main()),
            why_not: None,
            actions: vec![
                Action::SelectFeature { id: id.clone(), feature },
                Action::ZoomToFeature { id: id.clone(), feature },
            ],
        });
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST);
    found.into_iter().map(|(_, find)| find).collect()
}
