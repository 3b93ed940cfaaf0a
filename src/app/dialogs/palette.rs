//! The palette: whatever has a name or words, by a few letters of them; and places by their coordinates.

use std::sync::{Arc, Weak};

use eframe::egui::{self, Id, Key, Modal, Modifiers, RichText, Role, ScrollArea, Ui, WidgetInfo};

use super::feature_search::{FeatureSearch, LEAST_LETTERS};
use crate::app::focus::{self, Part};
use crate::app::places::Places;
use crate::app::reading_order::words_field;
use crate::app::widgets::line_edit;
use crate::app::{chrome, theme};
use crate::dossier::feature_search::{FoundFeature, FoundFeatures};
use crate::dossier::words;
use crate::formats::visible::visible;
use crate::gazetteer::{FoundPlace, PlaceKind};
use crate::scene::Scene;
use crate::session::found::title_of;
use crate::session::search::{Find, Group, Kind, MOST_OF_GROUP, Target, title_of_feature};
use crate::session::{Action, Session};

/// How wide the palette is, and how high its list, whatever is found: so it stays where it is.
const WIDTH_PT: f32 = 640.0;
const LIST_PT: f32 = 400.0;

/// What has been typed, and which find is chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Palette {
    wanted: String,
    chosen: usize,
    /// Whether Enter was pressed before anything was found, while features were still looked for.
    enter_waits: bool,
    found: Option<Found>,
}

/// The field of what is looked for.
pub(crate) fn field() -> Id {
    Id::unique("palette field")
}

/// What was found at once, and by what.
#[derive(Debug, Clone)]
struct Found {
    wanted: String,
    revision: u64,
    scene: Weak<Scene>,
    groups: Vec<Group>,
}

impl Palette {
    /// Shows the palette; false once it is closed.
    pub(crate) fn ui(
        &mut self,
        ctx: &egui::Context,
        session: &Session,
        features: &mut FeatureSearch,
        places: &mut Places,
        actions: &mut Vec<Action>,
    ) -> bool {
        let mut open = true;
        let modal = Modal::new(Id::unique("palette")).show(ctx, |ui| {
            focus::part(ui, Part::Dialog);
            ui.set_width(WIDTH_PT.min(ctx.content_rect().width() - 48.0));
            let step = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            let (down, up, enter) = (step(Key::ArrowDown), step(Key::ArrowUp), step(Key::Enter));
            let field = line_edit(&mut self.wanted)
                .hint_text(
                    "Search commands, places, overlays, features, sources, quotations, figures; or type coordinates",
                )
                .desired_width(f32::INFINITY)
                .id(field());
            let field = words_field(ui, field, false);
            field.widget_info(|| WidgetInfo::labeled(Role::SearchInput, true, "Search everything"));
            field.request_focus();
            if field.changed() {
                self.chosen = 0;
                self.enter_waits = false;
            }
            let has_features = session.dossier().overlays.iter().any(|overlay| overlay.features.count() > 0);
            let is_long = self.wanted.trim().chars().count() >= LEAST_LETTERS;
            let of_features =
                (has_features && is_long).then(|| features.find(ctx, session.scene(), &self.wanted)).map(|found| {
                    let groups = found.map(|found| features_of(session, found));
                    groups.ok_or(StillLooking)
                });
            let of_places = is_long.then(|| places.find(ctx, session, &self.wanted).map(|(found, _)| places_of(found)));
            let looks_for_places = matches!(of_places, Some(None));
            let looks_for_features = matches!(of_features, Some(Err(StillLooking)));
            // Features come before places of gazetteers, also where they take longer.
            let of_places = of_places.flatten().filter(|group| group.count > 0 && !looks_for_features);
            let is_looking = looks_for_features || looks_for_places;
            let groups = self.groups(session);
            let of_features = of_features.and_then(Result::ok).filter(|group| group.count > 0);
            let groups: Vec<&Group> = groups.iter().chain(&of_features).chain(&of_places).collect();
            let finds: Vec<&Find> = groups.iter().flat_map(|group| &group.finds).collect();
            let mut chosen = self.chosen;
            if down {
                chosen += 1;
            }
            if up {
                chosen = chosen.saturating_sub(1);
            }
            chosen = chosen.min(finds.len().saturating_sub(1));
            ui.add_space(6.0);
            let mut taken = None;
            let list_pt = LIST_PT.min(ctx.content_rect().height() - 96.0).max(80.0);
            let list = ScrollArea::vertical().max_height(list_pt).min_scrolled_height(list_pt).auto_shrink(false);
            list.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let mut index = 0;
                for group in &groups {
                    heading_ui(ui, group);
                    for find in &group.finds {
                        if find_ui(ui, session, find, index == chosen, down || up) {
                            taken = Some(index);
                        }
                        index += 1;
                    }
                }
                let shade = theme::theme_of(ui.ctx());
                if is_looking {
                    ui.add_space(6.0);
                    ui.label(theme::second("Searching features and places…", shade));
                } else if finds.is_empty() {
                    ui.add_space(6.0);
                    ui.label("Nothing found.");
                }
            });
            let is_entered = enter || (self.enter_waits && !finds.is_empty());
            if is_entered {
                taken = Some(chosen);
            }
            let taken = taken.and_then(|index| finds.get(index)).map(|find| find.target.clone());
            self.chosen = chosen;
            self.enter_waits = (enter || self.enter_waits) && taken.is_none() && is_looking;
            if let Some(target) = taken
                && session.why_not_chosen(&target).is_none()
            {
                actions.extend(session.choose(&target));
                open = false;
            }
        });
        let stays = open && !modal.should_close();
        if !stays {
            features.stop();
        }
        stays
    }

    /// What is found at once, looked for anew only when something has changed.
    fn groups(&mut self, session: &Session) -> Vec<Group> {
        let (revision, scene) = (session.history().revision(), session.scene());
        let is_of = |found: &&Found| {
            found.wanted == self.wanted
                && found.revision == revision
                && std::ptr::eq(found.scene.as_ptr(), Arc::as_ptr(scene))
        };
        if let Some(found) = self.found.as_ref().filter(is_of) {
            return found.groups.clone();
        }
        let groups = session.search(&self.wanted);
        let scene = Arc::downgrade(scene);
        self.found = Some(Found { wanted: self.wanted.clone(), revision, scene, groups: groups.clone() });
        groups
    }
}

/// The first places of the gazetteers.
fn places_of(found: &[FoundPlace]) -> Group {
    let find = |place: &FoundPlace| Find { title: title_of(place), target: Target::Found(Box::new(place.clone())) };
    // Who looks for a command or a feature is not to see what is called nearly so; the search for places shows that.
    // Features of open layers are a group of their own.
    let is_meant = |place: &&FoundPlace| place.edits == 0 && place.kind != PlaceKind::Feature;
    let finds: Vec<Find> = found.iter().filter(is_meant).take(MOST_OF_GROUP).map(find).collect();
    let count = finds.len();
    Group { kind: Kind::Gazetteer, finds, count }
}

/// Features are still looked for.
struct StillLooking;

fn features_of(session: &Session, found: &FoundFeatures) -> Group {
    let find = |FoundFeature { overlay, feature, said }: &FoundFeature| {
        let of = session.dossier().overlay(overlay)?;
        let mut title = title_of_feature(of, *feature);
        if let Some((property, value)) = said {
            let value: String = value.lines().next().unwrap_or_default().chars().take(60).collect();
            title.push_str(&visible(&format!(" · {property}: {value}")));
        }
        Some(Find { title, target: Target::Feature { overlay: overlay.clone(), feature: *feature } })
    };
    Group { kind: Kind::Feature, finds: found.features.iter().filter_map(find).collect(), count: found.count }
}

/// What the finds below are, and how many there are.
fn heading_ui(ui: &mut Ui, group: &Group) {
    let shade = theme::theme_of(ui.ctx());
    let (shown, all) = (group.finds.len(), words::number(group.count as f64, 0));
    let text = match group.kind {
        kind if shown < group.count => format!("{} · {shown} of {all}", kind.plural()),
        kind => kind.plural().to_owned(),
    };
    ui.add_space(6.0);
    ui.label(theme::section(text, shade));
}

/// One row; whether it was clicked.
fn find_ui(ui: &mut Ui, session: &Session, find: &Find, chosen: bool, scroll: bool) -> bool {
    let shade = theme::theme_of(ui.ctx());
    let why_not = session.why_not_chosen(&find.target);
    let possible = why_not.is_none();
    let note = match &find.target {
        Target::Command(command) => {
            session.keymap.keys(*command).first().map(|keys| chrome::spoken(keys)).unwrap_or_default()
        }
        target => visible(&session.note_on(target)),
    };
    let mut button = egui::Button::new(&find.title).selected(chosen).frame_when_inactive(chosen).truncate();
    button = button.shortcut_text(RichText::new(&note).color(theme::ink(shade.palette().second)));
    let row = ui.add_enabled(possible, button.min_size(egui::vec2(ui.available_width(), 28.0)));
    row.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, possible, chosen, &find.title));
    if chosen && scroll {
        row.scroll_to_me(None);
    }
    row.on_disabled_hover_text(why_not.unwrap_or_default()).clicked()
}
