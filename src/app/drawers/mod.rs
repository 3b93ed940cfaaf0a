//! The drawer at the foot of the window: closed at first, one at a time. What can stand in it is a file and a row of
//! [`DRAWERS`].

mod agreement;
mod areas;
mod changes;
mod desk;
mod ledgers;
mod positions;
mod table;
mod timeline;

use eframe::egui::{self, Align, Layout, Panel, Ui, UiBuilder};
use serde::{Deserialize, Serialize};

use crate::app::focus::{self, Part};
use crate::app::widgets::icon_button;
use crate::app::{icons, theme};
use crate::session::{Action, Session};

/// How high a drawer is at first and at least, in points.
const HEIGHT_PT: f32 = 260.0;
const LEAST_PT: f32 = 96.0;

/// The share of the room above the status bar that it takes at most, and what it leaves of that to the map, in points; where there is
/// too little for both, each has half.
const MOST_SHARE: f32 = 0.7;
const LEFT_PT: f32 = 360.0;

/// Something that can stand in the drawer.
pub(crate) struct Drawer {
    /// By which it is opened and remembered.
    pub(crate) id: &'static str,
    /// What its header says.
    pub(crate) title: &'static str,
    /// Shows what stands at the right of the header, from the right: its figure, its CSV.
    pub(crate) header_ui: fn(&mut Ui, &Session, &mut Contents, &mut Vec<Action>),
    /// Shows what stands below the header.
    pub(crate) ui: fn(&mut Ui, &Session, &mut Contents, &mut Vec<Action>),
}

/// All that can stand in it.
pub(crate) const DRAWERS: [Drawer; 6] = [
    Drawer {
        id: table::ID,
        title: "Table",
        header_ui: |ui, session, contents, actions| contents.table.header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.table.ui(ui, session, actions),
    },
    Drawer {
        id: desk::ID,
        title: "Dossier",
        header_ui: |ui, session, contents, actions| contents.desk.header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.desk.ui(ui, session, actions),
    },
    Drawer {
        id: timeline::ID,
        title: "Timeline",
        header_ui: |ui, session, contents, actions| contents.timeline.header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.timeline.ui(ui, session, actions),
    },
    Drawer {
        id: areas::ID,
        title: "Area over time",
        header_ui: |ui, session, contents, actions| contents.areas.header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.areas.ui(ui, session, actions),
    },
    Drawer {
        id: changes::ID,
        title: "What changed",
        header_ui: |ui, session, _, actions| changes::Changes::header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.changes.ui(ui, session, actions),
    },
    Drawer {
        id: agreement::ID,
        title: "Who agrees",
        header_ui: |ui, session, _, actions| agreement::AgreementDrawer::header_ui(ui, session, actions),
        ui: |ui, session, contents, actions| contents.agreement.ui(ui, session, actions),
    },
];

/// What the drawers hold while the window is open: a field for each that holds anything.
#[derive(Default)]
pub(crate) struct Contents {
    agreement: agreement::AgreementDrawer,
    areas: areas::Areas,
    changes: changes::Changes,
    desk: desk::Desk,
    table: table::Table,
    timeline: timeline::Timeline,
}

/// A copy is for the next start, which begins with nothing.
impl Clone for Contents {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Contents").finish_non_exhaustive()
    }
}

/// The drawer, and what is remembered of it from one start to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct BottomDrawer {
    /// The id of what stands in it; `None` while it is closed.
    open: Option<String>,
    height_pt: f32,
    #[serde(skip)]
    contents: Contents,
}

impl Default for BottomDrawer {
    fn default() -> Self {
        Self { open: None, height_pt: HEIGHT_PT, contents: Contents::default() }
    }
}

impl BottomDrawer {
    /// Opens the drawer with this in it, in place of anything else; closes it if this stands there.
    pub(crate) fn toggle(&mut self, id: &str) {
        self.open = if self.open.as_deref() == Some(id) { None } else { Some(id.to_owned()) };
    }

    /// Whether anything stands in it.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Closes it; what it holds is kept for the next time.
    pub(crate) fn close(&mut self) {
        self.open = None;
    }

    /// Shows what changed.
    pub(crate) fn show_changes(&mut self) {
        self.open = Some(changes::ID.to_owned());
    }

    /// Whether it shows what changed.
    pub(crate) fn shows_changes(&self) -> bool {
        self.open.as_deref() == Some(changes::ID)
    }

    /// Shows who agrees.
    pub(crate) fn show_agreement(&mut self) {
        self.open = Some(agreement::ID.to_owned());
    }

    /// Whether it shows who agrees.
    pub(crate) fn shows_agreement(&self) -> bool {
        self.open.as_deref() == Some(agreement::ID)
    }

    /// Shows the entries of the dossier that is written.
    pub(crate) fn show_desk(&mut self) {
        self.open = Some(desk::ID.to_owned());
    }

    /// Opens the timeline, or closes it.
    pub(crate) fn toggle_timeline(&mut self) {
        self.toggle(timeline::ID);
        self.contents.timeline.takes_keys = self.open.is_some();
    }

    /// Opens the areas over time, or closes them.
    pub(crate) fn toggle_areas(&mut self) {
        self.toggle(areas::ID);
    }

    /// Shows the table of an overlay; of none, opens or closes the table.
    pub(crate) fn show_table(&mut self, overlay: Option<String>) {
        match overlay {
            None => self.toggle(table::ID),
            Some(_) => self.open = Some(table::ID.to_owned()),
        }
        if self.open.is_some() {
            self.contents.table.open(overlay);
        }
    }

    /// Shows the drawer, if it is open, at the foot of what is left.
    pub(crate) fn ui(&mut self, ui: &mut Ui, session: &Session, actions: &mut Vec<Action>) {
        match session.comparison() {
            // As long as the map shows what changed, there is a way back.
            Some(_) if self.open.is_none() => self.show_changes(),
            None if self.shows_changes() => self.open = None,
            _ => {}
        }
        match session.agreement() {
            Some(_) if self.open.is_none() => self.show_agreement(),
            None if self.shows_agreement() => self.open = None,
            _ => {}
        }
        self.ui_of(ui, &DRAWERS, session, actions);
    }

    fn ui_of(&mut self, ui: &mut Ui, drawers: &[Drawer], session: &Session, actions: &mut Vec<Action>) {
        // An id that another version of the program has remembered opens nothing.
        let Some(drawer) = drawers.iter().find(|drawer| self.open.as_deref() == Some(drawer.id)) else { return };
        let room_pt = ui.available_height();
        let most_pt = (MOST_SHARE * room_pt).min(room_pt - LEFT_PT).max(0.5 * room_pt).max(LEAST_PT);
        let margin = egui::Margin { left: 12, right: 12, top: 6, bottom: 8 };
        let frame = egui::Frame::new().fill(ui.visuals().panel_fill).inner_margin(margin);
        let mut closes = false;
        let shown = Panel::bottom("bottom drawer")
            .resizable(true)
            .default_size(self.height_pt.clamp(LEAST_PT, most_pt))
            .size_range(LEAST_PT..=most_pt)
            .frame(frame)
            .show(ui, |ui| {
                focus::part(ui, Part::Drawer);
                ui.horizontal(|ui| {
                    ui.label(theme::section(drawer.title, theme::theme_of(ui.ctx())));
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        closes = icon_button(ui, icons::X, &format!("Close {}", drawer.title), true).clicked();
                        (drawer.header_ui)(ui, session, &mut self.contents, actions);
                    });
                });
                let area = ui.available_rect_before_wrap();
                ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
                    (drawer.ui)(ui, session, &mut self.contents, actions);
                });
                ui.expand_to_include_rect(area);
            });
        self.height_pt = shown.response.rect.height();
        if closes {
            if self.shows_changes() {
                actions.push(Action::EndComparison);
            }
            if self.shows_agreement() {
                actions.push(Action::EndAgreement);
            }
            self.open = None;
            ui.ctx().request_repaint();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eframe::egui::{Pos2, Vec2};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;
    use crate::dossier::Dossier;
    use crate::scene::Scene;

    const TWO: [Drawer; 2] = [
        Drawer {
            id: "first",
            title: "First",
            header_ui: |ui, _, _, _| drop(ui.button("Of the first")),
            ui: |ui, _, _, _| drop(ui.label("What the first says")),
        },
        Drawer {
            id: "second",
            title: "Second",
            header_ui: |_, _, _, _| (),
            ui: |ui, _, _, _| drop(ui.label("What the second says")),
        },
    ];

    fn harness(drawer: BottomDrawer) -> Harness<'static, BottomDrawer> {
        let session = Session::new(Arc::new(Scene::new(Dossier::empty())), Vec::new());
        Harness::builder().with_size(Vec2::new(800.0, 600.0)).build_ui_state(
            move |ui, drawer: &mut BottomDrawer| {
                if !ui.ctx().fonts(|fonts| fonts.families().contains(&theme::semi_bold())) {
                    theme::install(ui.ctx());
                    ui.ctx().request_repaint();
                    return;
                }
                drawer.ui_of(ui, &TWO, &session, &mut Vec::new());
            },
            drawer,
        )
    }

    #[test]
    fn it_is_closed_at_first_and_holds_one_thing_at_a_time() {
        let mut harness = harness(BottomDrawer::default());
        harness.run();
        assert!(harness.query_by_label("What the first says").is_none());
        harness.state_mut().toggle("first");
        harness.run();
        assert!(harness.query_by_label("What the first says").is_some());
        assert!(harness.query_by_label("Of the first").is_some());
        harness.state_mut().toggle("second");
        harness.run();
        assert!(harness.query_by_label("What the first says").is_none());
        assert!(harness.query_by_label("What the second says").is_some());
        harness.get_by_label("Close Second").click();
        harness.run();
        assert!(harness.query_by_label("What the second says").is_none());
    }

    #[test]
    fn its_height_is_remembered_and_an_unknown_drawer_opens_nothing() {
        let mut drawer = BottomDrawer::default();
        drawer.toggle("first");
        let mut before = harness(drawer);
        before.run();
        let height_pt = before.state().height_pt;
        // The test's window leaves 8 points around what it shows.
        let edge = Pos2::new(400.0, 592.0 - height_pt);
        before.drag_at(edge);
        before.run();
        before.hover_at(edge - Vec2::new(0.0, 24.0));
        before.run();
        before.drop_at(edge - Vec2::new(0.0, 24.0));
        before.run();
        let taller_pt = before.state().height_pt;
        assert!((taller_pt - height_pt - 24.0).abs() < 4.0, "{height_pt} became {taller_pt}");
        let kept = serde_json::to_string(before.state()).expect("it is plain data");
        let mut after = harness(serde_json::from_str(&kept).expect("it was written so"));
        after.run();
        assert!(after.query_by_label("What the first says").is_some());
        assert!((after.state().height_pt - taller_pt).abs() < 1.0);

        let unknown = serde_json::from_str(r#"{ "open": "of another version" }"#).expect("the rest is as usual");
        let mut unknown = harness(unknown);
        unknown.run();
        assert!(unknown.query_by_label_contains("says").is_none());
    }
}
