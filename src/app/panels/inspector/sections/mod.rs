//! The sections of the inspector: each a file and a row of [`SECTIONS`], which stands in the order that they have
//! everywhere.

mod kind_swatches;
mod layer;
mod measured;
mod name;
mod notes;
mod overlay_style;
mod photo;
mod place;
mod positions;
mod properties;
mod sources;
mod style;
mod writing;

use std::collections::BTreeSet;

use eframe::egui::{self, Align, Button, Role, Ui, WidgetInfo};

use self::layer::LayerWords;
pub(crate) use self::layer::name_field;
use self::overlay_style::{Styled, overlay_style_ui};
use self::place::PlaceWords;
use self::sources::Citing;
pub(crate) use self::style::color_of;
use crate::app::{icons, theme};
use crate::document::{Annotation, AnnotationId};
use crate::dossier::Overlay;
use crate::scene::palette::Theme;
use crate::session::{Action, Session};

/// What the inspector shows.
pub(crate) enum Selected<'a> {
    /// An overlay, or one of its places.
    Overlay(&'a Overlay),
    /// One annotation or several.
    Annotations(Vec<&'a Annotation>),
}

/// What a section is about, and what it may look at.
pub(crate) struct Subject<'a> {
    pub(crate) session: &'a Session,
    pub(crate) selected: Selected<'a>,
    pub(crate) shade: Theme,
}

impl<'a> Subject<'a> {
    /// What is selected, if sections can say something of it.
    pub(crate) fn of(session: &'a Session, shade: Theme) -> Option<Self> {
        let find = |id: &AnnotationId| session.document().annotations.get(*id).map(AsRef::as_ref);
        let selected = match session.selected_overlay() {
            Some(overlay) => Selected::Overlay(overlay),
            None => Selected::Annotations(session.selected_annotations().iter().filter_map(find).collect()),
        };
        let is_empty = matches!(&selected, Selected::Annotations(selected) if selected.is_empty());
        (!is_empty).then_some(Self { session, selected, shade })
    }

    /// The overlay that is selected.
    pub(crate) fn overlay(&self) -> Option<&'a Overlay> {
        match self.selected {
            Selected::Overlay(overlay) => Some(overlay),
            Selected::Annotations(_) => None,
        }
    }

    /// The feature that is selected, with its overlay.
    pub(crate) fn feature(&self) -> Option<(&'a Overlay, usize)> {
        self.session.selected_feature()
    }

    /// The annotations that are selected.
    pub(crate) fn ids(&self) -> Vec<AnnotationId> {
        match &self.selected {
            Selected::Overlay(_) => Vec::new(),
            Selected::Annotations(selected) => selected.iter().map(|annotation| annotation.id).collect(),
        }
    }

    /// Whether all that is selected is kept from being changed.
    pub(crate) fn is_locked(&self) -> bool {
        match &self.selected {
            Selected::Overlay(_) => false,
            Selected::Annotations(selected) => {
                selected.iter().all(|annotation| self.session.document().is_locked(annotation))
            }
        }
    }
}

/// What is typed in sections and has not been applied yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) layer: LayerWords,
    pub(crate) citing: Citing,
    pub(crate) place: PlaceWords,
    pub(crate) styled: Styled,
    pub(crate) photo: photo::Shown,
}

/// A section of the inspector.
pub(crate) struct Section {
    /// By which it is remembered whether it is folded.
    pub(crate) id: &'static str,
    /// What the link that leads there says; the heading too, unless that says more. None: it has no heading, and is
    /// always shown.
    pub(crate) title: Option<&'static str>,
    /// What the heading says.
    pub(crate) heading: Option<fn(&Subject<'_>) -> String>,
    /// Whether there is something for it to say.
    pub(crate) applies: fn(&Subject<'_>) -> bool,
    /// Shows what stands below the heading.
    pub(crate) ui: fn(&mut Ui, &Subject<'_>, &mut Typed, &mut Vec<Action>),
}

/// All sections, in their order.
pub(crate) const SECTIONS: [Section; 15] = [
    Section { id: "name", title: None, heading: None, applies: |_| true, ui: name::name_ui },
    Section { id: "photo", title: Some("Photo"), heading: None, applies: photo::applies, ui: photo::photo_ui },
    Section {
        id: "writing",
        title: Some("Dossier"),
        heading: None,
        applies: writing::applies,
        ui: writing::writing_ui,
    },
    // What is in dispute comes before what is settled.
    Section {
        id: "accounts",
        title: Some("Accounts that differ"),
        heading: None,
        applies: notes::accounts_differ,
        ui: notes::accounts_ui,
    },
    Section {
        id: "measured",
        title: Some("Measured"),
        heading: None,
        applies: |subject| subject.overlay().is_some(),
        ui: measured::measured_ui,
    },
    Section {
        id: "layer",
        title: Some("Layer"),
        heading: None,
        // What a feature says of itself comes first; the row of its layer leads to the layer.
        applies: |subject| {
            let is_own = |overlay: &Overlay| subject.session.is_own_layer(&overlay.id);
            subject.overlay().is_some_and(is_own) && subject.feature().is_none()
        },
        ui: layer::layer_ui,
    },
    Section {
        id: "sources",
        title: Some("Sources"),
        heading: Some(sources::heading),
        applies: |_| true,
        ui: sources::sources_ui,
    },
    Section {
        id: "reported elsewhere",
        title: Some("Reported elsewhere"),
        heading: None,
        applies: sources::is_reported_elsewhere,
        ui: sources::reported_elsewhere_ui,
    },
    Section {
        id: "positions",
        title: Some("Positions"),
        heading: None,
        applies: |subject| {
            let positions = |overlay: &Overlay| subject.session.dossier().positions_of(&overlay.id).next().is_some();
            subject.overlay().is_some_and(positions)
        },
        ui: positions::positions_ui,
    },
    Section {
        id: "properties",
        title: Some("Properties"),
        heading: Some(properties::heading),
        applies: properties::applies,
        ui: properties::properties_ui,
    },
    Section {
        id: "style of a layer",
        title: Some("Style"),
        heading: None,
        applies: |subject| subject.overlay().is_some_and(|overlay| overlay.opened_from.is_some()),
        ui: overlay_style_ui,
    },
    Section {
        id: STARTS_FOLDED,
        title: Some("Style"),
        heading: None,
        applies: |subject| subject.overlay().is_some_and(|overlay| overlay.opened_from.is_none()),
        ui: overlay_style_ui,
    },
    Section {
        id: "style",
        title: Some("Look"),
        heading: None,
        applies: |subject| matches!(subject.selected, Selected::Annotations(_)),
        ui: style::style_ui,
    },
    Section {
        id: "notes",
        title: Some("Notes"),
        heading: Some(notes::heading),
        applies: notes::has_notes,
        ui: notes::notes_ui,
    },
    Section {
        id: "made",
        title: Some("How it was made"),
        heading: None,
        applies: |subject| subject.overlay().is_some(),
        ui: notes::method_ui,
    },
];

/// The section that is folded until it is asked for: a dossier's overlays are read more often than drawn otherwise.
const STARTS_FOLDED: &str = "style of an overlay";

/// Shows all sections that apply, one below the other. `jump` names one that is to be seen, unfolded; `folded` names
/// those of which only the heading is shown, or of [`STARTS_FOLDED`] that it is not folded.
pub(super) fn sections_ui(
    ui: &mut Ui,
    subject: &Subject<'_>,
    folded: &mut BTreeSet<String>,
    jump: Option<&'static str>,
    typed: &mut Typed,
    actions: &mut Vec<Action>,
) {
    for section in SECTIONS.iter().filter(|section| (section.applies)(subject)) {
        if let Some(title) = section.title {
            ui.add_space(8.0);
            let heading = section.heading.map_or_else(|| title.to_owned(), |heading| heading(subject));
            let leads_here = jump == Some(section.id);
            let starts_folded = section.id == STARTS_FOLDED;
            if leads_here {
                set(folded, section.id, starts_folded);
            }
            let is_folded = folded.contains(section.id) != starts_folded;
            let response = heading_ui(ui, &heading, is_folded, subject.shade);
            if leads_here {
                response.scroll_to_me(Some(Align::TOP));
                response.request_focus();
            }
            if response.clicked() {
                set(folded, section.id, is_folded == starts_folded);
            }
            if is_folded {
                continue;
            }
        }
        ui.push_id(section.id, |ui| (section.ui)(ui, subject, typed, actions));
    }
}

fn set(folded: &mut BTreeSet<String>, id: &str, is_in: bool) {
    if is_in {
        folded.insert(id.to_owned());
    } else {
        folded.remove(id);
    }
}

/// The heading of a section, which folds it and unfolds it.
fn heading_ui(ui: &mut Ui, heading: &str, is_folded: bool, shade: Theme) -> egui::Response {
    let caret = if is_folded { icons::CARET_RIGHT } else { icons::CARET_DOWN };
    let caret = theme::icon(caret, 9.0).color(theme::ink(shade.palette().second));
    let response = ui.add(Button::new((theme::section(heading, shade), caret)).frame(false));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, !is_folded, heading.to_uppercase()));
    response.on_hover_text(if is_folded { "Show this section" } else { "Hide this section" })
}

/// A cell of a table, as wide as its column.
pub(super) fn cell_ui(ui: &mut Ui, width_pt: f32, contents: impl FnOnce(&mut Ui)) {
    let layout = egui::Layout::top_down(egui::Align::LEFT);
    ui.allocate_ui_with_layout(egui::vec2(width_pt, 0.0), layout, |ui| {
        ui.set_width(width_pt);
        ui.spacing_mut().item_spacing.y = 2.0;
        contents(ui);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_ids_of_their_own_and_only_the_first_has_no_heading() {
        let ids: BTreeSet<&str> = SECTIONS.iter().map(|section| section.id).collect();
        assert_eq!(ids.len(), SECTIONS.len());
        for (index, section) in SECTIONS.iter().enumerate() {
            assert_eq!(section.title.is_none(), index == 0, "{}", section.id);
        }
    }
}
