//! Scripts of gestures and actions on a session without a window. After every step the document must be sound.
//!
//! # The language
//! One step a line; `#` begins a comment. Places are longitude and latitude in degrees, keys held are `shift`, `alt`,
//! `ctrl` at the end of a line.
//!
//! | step | what it does |
//! |---|---|
//! | `tool line` | takes a tool |
//! | `do undo` | carries out a command by its name in the key map |
//! | `click LON LAT`, `double LON LAT`, `hover LON LAT` | with the pointer |
//! | `drag LON LAT LON LAT …` | presses at the first place, moves through the others, releases at the last |
//! | `crosshair RIGHT DOWN`, `place`, `takeback` | with the keyboard |
//! | `type WORDS`, `end` | words in place; `\n` breaks a line |
//! | `select N …` | annotations by their place in the list, from 1, bottom first |
//! | `toggle ID`, `group ID`, `opacity ID SHARE`, `order ID STEPS` | overlays |
//! | `title WORDS`, `describe WORDS`, `cite ID`, `link URL`, `style NAME VALUE` | of what is selected |
//! | `show yes`, `lock no`, `layer N`, `below N`, `raise`, `lower`, `buffer M`, `simplify M` | of what is selected |
//! | `add-layer NAME`, `layer-rename N NAME`, `layer-show N no`, `layer-lock N yes`, `layer-move N STEPS`, `layer-remove N` | layers |
//! | `nudge RIGHT DOWN`, `paste JSON`, `jump N`, `pick overlay ID` | and so on |
//! | `expect WHAT VALUE` | fails unless it is so |

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use claimline::app::words;
use claimline::document::annotation::{Citation, Dash, Hatch, MarkerSize, Rgb, Shape, Symbol};
use claimline::document::{AnnotationId, Document, LayerId, Step, edit};
use claimline::dossier;
use claimline::formats::color::Rgba;
use claimline::formats::source_properties::PropertySource;
use claimline::geometry::{Coord, Point, View};
use claimline::scene::Scene;
use claimline::session::{Action, Annotate, Command, Effect, LayerChange, Session, StyleChange};
use claimline::tools::{Draft, Gesture, Modifiers, Tool};
use proptest::prelude::*;

/// Preparing the scene takes longer than most scripts.
fn scene() -> Arc<Scene> {
    static SCENE: OnceLock<Arc<Scene>> = OnceLock::new();
    Arc::clone(SCENE.get_or_init(|| Arc::new(Scene::new(dossier::builtin::berlin().unwrap().0))))
}

/// What the undo menu calls a step.
fn words_of(step: Option<&Step>) -> String {
    step.map_or_else(|| "nothing".to_owned(), words::step)
}

/// A session over the middle of Donetsk oblast, and what its effects were.
struct Stage {
    session: Session,
    effects: Vec<Effect>,
    copied: String,
}

impl Stage {
    fn new() -> Self {
        let mut session = Session::new(scene(), Vec::new());
        let _ = session.apply(Action::SetPage { width_pt: 1000.0, height_pt: 800.0 });
        let view = View { center: Coord { x: 37.6, y: 48.4 }, zoom: 8.0 };
        let _ = session.apply(Action::SetView(view));
        Self { session, effects: Vec::new(), copied: String::new() }
    }

    /// Carries out an action and looks whether all is sound.
    fn act(&mut self, action: Action) {
        let told = format!("{action:?}");
        let before = self.session.document().clone();
        let draft = self.draft_before(&action);
        self.effects = self.session.apply(action);
        for effect in &self.effects {
            if let Effect::CopyText(text) = effect {
                self.copied.clone_from(text);
            }
        }
        self.check(&told);
        if let Some(draft) = draft {
            preview_is_commit(&draft, &before, self.session.document(), &told);
        }
    }

    /// The draft that a release would commit.
    fn draft_before(&self, action: &Action) -> Option<Draft> {
        let Action::Gesture { gesture: Gesture::Release { at, .. }, modifiers } = action else { return None };
        let mut there = self.session.clone();
        let _ = there.apply(Action::Gesture { gesture: Gesture::Move(*at), modifiers: *modifiers });
        // A click on a handle takes a vertex out or puts one in at once.
        there.is_drafting().then(|| there.draft())
    }

    fn check(&self, told: &str) {
        let document = self.session.document();
        edit::invariants(document).unwrap_or_else(|what| panic!("after {told}: {what}"));
        let there: BTreeSet<AnnotationId> = document.annotations.iter().map(|one| one.id).collect();
        for id in self.session.selected_annotations() {
            assert!(there.contains(id), "after {told}: {id:?} is selected and gone");
        }
        if let Some(typing) = self.session.typing() {
            assert!(there.contains(&typing.id), "after {told}: words of nothing are typed");
        }
        assert!(document.layer(self.session.layer_of_new()).is_some(), "after {told}: no layer to draw into");
        for annotation in self.session.draft().annotations {
            let mut alone = Document::empty("draft", document.view);
            alone.layers.clone_from(&document.layers);
            alone.next_number = document.next_number;
            edit::apply(&mut alone, edit::Change::Add(vec![annotation]));
            edit::invariants(&alone).unwrap_or_else(|what| panic!("after {told}: the draft: {what}"));
        }
    }

    fn gesture(&mut self, gesture: Gesture, modifiers: Modifiers) {
        self.act(Action::Gesture { gesture, modifiers });
    }

    fn page(&self, lon: &str, lat: &str) -> Point {
        self.session.frame().page_from_lon_lat(Coord { x: lon.parse().unwrap(), y: lat.parse().unwrap() })
    }

    fn click(&mut self, at: Point, clicks: u8, modifiers: Modifiers) {
        self.gesture(Gesture::Move(at), modifiers);
        self.gesture(Gesture::Press(at), modifiers);
        self.gesture(Gesture::Release { at, clicks }, modifiers);
    }

    fn selected(&self) -> Vec<AnnotationId> {
        self.session.selected_annotations().to_vec()
    }

    fn id(&self, place: &str) -> AnnotationId {
        let place: usize = place.parse().unwrap();
        self.session.document().annotations.iter().nth(place - 1).unwrap().id
    }

    fn layer(&self, place: &str) -> LayerId {
        let place: usize = place.parse().unwrap();
        self.session.document().layers[place - 1].id
    }

    fn annotate(&mut self, change: Annotate) {
        let ids = self.selected();
        self.act(Action::Annotate(ids, change));
    }

    /// Carries out a script.
    fn run(&mut self, script: &str) {
        for line in script.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                self.step(line);
            }
        }
    }

    fn step(&mut self, line: &str) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let mut keys = Modifiers::default();
        if matches!(verb, "click" | "double" | "hover" | "drag" | "place" | "crosshair") {
            words.retain(|word| match *word {
                "shift" => !std::mem::replace(&mut keys.shift, true),
                "alt" => !std::mem::replace(&mut keys.alt, true),
                "ctrl" => !std::mem::replace(&mut keys.ctrl, true),
                _ => true,
            });
            words.retain(|word| !["shift", "alt", "ctrl"].contains(word));
        }
        let number = |index: usize| -> f64 { words[index].parse().unwrap() };
        let yes = || match words.last() {
            Some(&"yes") => true,
            Some(&"no") => false,
            other => panic!("{line}: yes or no, not {other:?}"),
        };
        match verb {
            "tool" => {
                let tool = *Tool::ALL.iter().find(|tool| format!("{tool:?}").to_lowercase() == rest).unwrap();
                self.act(Action::Command(Command::of_tool(tool)));
            }
            "do" => {
                let command = serde_json::from_value(serde_json::json!(rest)).unwrap();
                assert_eq!(self.session.why_not(command), None, "{line}");
                self.act(Action::Command(command));
            }
            "cannot" => {
                let command = serde_json::from_value(serde_json::json!(rest)).unwrap();
                assert!(self.session.why_not(command).is_some(), "{line}");
                self.act(Action::Command(command));
            }
            "hover" => {
                let at = self.page(words[0], words[1]);
                self.gesture(Gesture::Move(at), keys);
            }
            "click" | "double" => {
                let at = self.page(words[0], words[1]);
                self.click(at, 1, keys);
                if verb == "double" {
                    self.click(at, 2, keys);
                }
            }
            "drag" => {
                let places: Vec<Point> = words.chunks(2).map(|place| self.page(place[0], place[1])).collect();
                let (first, last) = (places[0], *places.last().unwrap());
                self.gesture(Gesture::Move(first), keys);
                assert!(self.session.takes_drag(first, keys), "{line}: the tool would leave this drag to the map");
                self.gesture(Gesture::Press(first), keys);
                for at in &places[1..] {
                    let from = self.session.frame();
                    let _ = from;
                    for share in 1..=4 {
                        let between = first.lerp(*at, f64::from(share) / 4.0);
                        self.gesture(Gesture::Move(if places.len() == 2 { between } else { *at }), keys);
                    }
                }
                self.gesture(Gesture::Release { at: last, clicks: 1 }, keys);
            }
            "crosshair" => {
                self.act(Action::MoveCrosshair { right_pt: number(0), down_pt: number(1), modifiers: keys });
            }
            "place" => self.act(Action::PlaceAtCrosshair(keys)),
            "takeback" => self.act(Action::TakeBack),
            "type" => {
                let id = self.session.typing().unwrap_or_else(|| panic!("{line}: no words are typed")).id;
                self.act(Action::Annotate(vec![id], Annotate::Title(rest.replace("\\n", "\n"))));
            }
            "end" => self.act(Action::EndText),
            "select" => {
                let ids = words.iter().map(|place| self.id(place)).collect();
                self.act(Action::SelectAnnotations(ids));
            }
            "toggle-selected" => self.act(Action::ToggleSelected(self.id(rest))),
            "pick" => self.act(Action::Select(words[1].to_owned())),
            "toggle" => self.act(Action::ToggleOverlay(rest.to_owned())),
            "group" => self.act(Action::ToggleGroup(rest.to_owned())),
            "opacity" => self.act(Action::SetOpacity(words[0].to_owned(), number(1))),
            "order" => self.act(Action::MoveOverlay(words[0].to_owned(), number(1) as i64)),
            "title" => self.annotate(Annotate::Title(rest.to_owned())),
            "describe" => self.annotate(Annotate::Description(rest.to_owned())),
            "cite" => self.annotate(Annotate::Cite(Citation::Excerpt { excerpt: rest.to_owned() })),
            "uncite" => self.annotate(Annotate::Uncite(Citation::Excerpt { excerpt: rest.to_owned() })),
            "link" => {
                self.annotate(Annotate::Cite(Citation::Source(PropertySource::page(rest))));
            }
            "style" => self.annotate(Annotate::Restyle(style(&words))),
            "style-of-new" => self.act(Action::StyleOfNew(style(&words))),
            "show" => self.annotate(Annotate::Show(yes())),
            "lock" => self.annotate(Annotate::Lock(yes())),
            "layer" => self.annotate(Annotate::ToLayer(self.layer(rest))),
            "below" => {
                let other = words.first().map(|place| self.id(place));
                self.annotate(Annotate::Below(other));
            }
            "raise" => self.annotate(Annotate::Raise),
            "lower" => self.annotate(Annotate::Lower),
            "remove" => self.annotate(Annotate::Remove),
            "buffer" => self.annotate(Annotate::Buffer(number(0))),
            "simplify" => self.annotate(Annotate::Simplify(number(0))),
            "add-layer" => self.act(Action::AddLayer(rest.to_owned())),
            "use-layer" => self.act(Action::UseLayer(self.layer(rest))),
            "layer-rename" => {
                let change = LayerChange::Rename(words[1..].join(" "));
                self.act(Action::Layer(self.layer(words[0]), change));
            }
            "layer-show" => self.act(Action::Layer(self.layer(words[0]), LayerChange::Show(yes()))),
            "layer-lock" => self.act(Action::Layer(self.layer(words[0]), LayerChange::Lock(yes()))),
            "layer-move" => self.act(Action::Layer(self.layer(words[0]), LayerChange::Move(number(1) as i64))),
            "layer-remove" => self.act(Action::Layer(self.layer(words[0]), LayerChange::Remove)),
            "nudge" => self.act(Action::Nudge { right_pt: number(0), down_pt: number(1) }),
            "paste" => self.act(Action::Paste(rest.to_owned())),
            "paste-copied" => self.act(Action::Paste(self.copied.clone())),
            "jump" => self.act(Action::JumpTo(number(0) as usize)),
            "zoom" => self.act(Action::ZoomAt { at: Point::new(500.0, 400.0), steps: number(0) }),
            "pan" => self.act(Action::Pan { right_pt: number(0), down_pt: number(1) }),
            "expect" => self.expect(line, &words, rest),
            _ => panic!("there is no step '{verb}'"),
        }
    }

    fn expect(&self, line: &str, words: &[&str], rest: &str) {
        let document = self.session.document();
        let value = rest.split_once(' ').map_or("", |(_, value)| value);
        let selected = || {
            let id = self.session.selected_annotations().first().unwrap_or_else(|| panic!("{line}: none is selected"));
            document.annotations.get(*id).unwrap()
        };
        let near = |is: f64| {
            let wanted: f64 = words[1].parse().unwrap();
            assert!((is - wanted).abs() <= wanted.abs() * 0.02 + 1e-6, "{line}: it is {is}");
        };
        match words[0] {
            "annotations" => assert_eq!(document.annotations.len().to_string(), value, "{line}"),
            "selected" => assert_eq!(self.session.selected_annotations().len().to_string(), value, "{line}"),
            "layers" => assert_eq!(document.layers.len().to_string(), value, "{line}"),
            "layer-titles" => {
                let titles: Vec<_> = document.layers.iter().map(|layer| layer.title.as_str()).collect();
                assert_eq!(titles.join(" < "), value, "{line}");
            }
            "kind" => assert_eq!(selected().shape.name(), value, "{line}"),
            "title" => assert_eq!(selected().title, value.replace("\\n", "\n"), "{line}"),
            "label" => assert_eq!(selected().label(), value, "{line}"),
            "points" => assert_eq!(points(&selected().shape).to_string(), value, "{line}"),
            "holes" => {
                let Shape::Area { area, .. } = &selected().shape else { panic!("{line}: not an area") };
                let holes: usize = area.iter().map(|polygon| polygon.interiors().len()).sum();
                assert_eq!(holes.to_string(), value, "{line}");
            }
            "radius" => {
                let Shape::Circle { radius_m, .. } = selected().shape else { panic!("{line}: not a circle") };
                near(radius_m);
            }
            "width" => near(selected().style.stroke_width_pt),
            "citations" => assert_eq!(selected().citations.len().to_string(), value, "{line}"),
            "order" => {
                let labels: Vec<_> = document.annotations.iter().map(|one| one.label()).collect();
                assert_eq!(labels.join(" "), value, "{line}");
            }
            "undo" => assert_eq!(words_of(self.session.history().undo_step()), value, "{line}"),
            "redo" => assert_eq!(words_of(self.session.history().redo_step()), value, "{line}"),
            "steps" => assert_eq!(self.session.history().steps().1.to_string(), value, "{line}"),
            "tool" => assert_eq!(format!("{:?}", self.session.tool()).to_lowercase(), value, "{line}"),
            "typing" => assert_eq!(if self.session.typing().is_some() { "yes" } else { "no" }, value, "{line}"),
            "drafting" => assert_eq!(if self.session.is_drafting() { "yes" } else { "no" }, value, "{line}"),
            "visible" => assert!(document.is_visible(value), "{line}"),
            "hidden" => assert!(!document.is_visible(value), "{line}"),
            "overlay" => assert_eq!(self.session.selected_overlay().map(|one| one.id.as_str()), Some(value), "{line}"),
            "told" => {
                let told =
                    self.effects.iter().any(|effect| matches!(effect, Effect::Tell(text) if text.contains(value)));
                assert!(told, "{line}: {:?}", self.effects);
            }
            other => panic!("nothing is called '{other}'"),
        }
    }
}

fn style(words: &[&str]) -> StyleChange {
    let number = || words[1].parse::<f64>().unwrap();
    let color = || Rgb::from(Rgba::parse(words[1]).unwrap());
    let on = || words[1] == "yes";
    match words[0] {
        "stroke" => StyleChange::Stroke(color()),
        "width" => StyleChange::StrokeWidth(number()),
        "strength" => StyleChange::StrokeOpacity(number()),
        "dash" => StyleChange::Dash(Dash::Dotted),
        "fill" => StyleChange::Fill(color()),
        "fill-strength" => StyleChange::FillOpacity(number()),
        "hatch" => StyleChange::Hatch(Hatch::Rising),
        "symbol" => StyleChange::Symbol(Symbol::Star),
        "size" => StyleChange::MarkerSize(MarkerSize::Large),
        "marker" => StyleChange::Marker(color()),
        "number" => StyleChange::Number(words[1].parse().ok()),
        "text" => StyleChange::Text(Some(color())),
        "text-size" => StyleChange::TextSize(number()),
        "text-width" => StyleChange::TextWidth(words[1].parse().ok()),
        "show-title" => StyleChange::ShowTitle(on()),
        "show-measure" => StyleChange::ShowMeasure(on()),
        other => panic!("no style is called '{other}'"),
    }
}

/// How many positions a shape has; a ring's last, which is its first, does not count.
fn points(shape: &Shape) -> usize {
    match shape {
        Shape::Path { line, .. } => line.0.len(),
        Shape::Area { area, .. } => area.iter().map(|polygon| polygon.exterior().0.len() - 1).sum(),
        _ => 1,
    }
}

/// What a release put into the document is just what was shown before.
fn preview_is_commit(draft: &Draft, before: &Document, after: &Document, told: &str) {
    if before.annotations.is_same(&after.annotations) {
        return;
    }
    let old: BTreeSet<AnnotationId> = before.annotations.iter().map(|one| one.id).collect();
    let added: Vec<_> = after.annotations.iter().filter(|one| !old.contains(&one.id)).collect();
    let changed: Vec<_> = after
        .annotations
        .iter()
        .filter(|one| before.annotations.get(one.id).is_some_and(|was| **was != ***one))
        .collect();
    for one in &added {
        let same = draft.annotations.iter().any(|shown| {
            let shown = claimline::document::Annotation { id: one.id, ..shown.clone() };
            shown == ***one
        });
        assert!(same, "after {told}: {one:?} was added, and {:?} was shown", draft.annotations);
    }
    for one in &changed {
        assert!(draft.annotations.iter().any(|shown| *shown == ***one), "after {told}: {one:?} was not shown");
    }
}

fn play(script: &str) -> Stage {
    let mut stage = Stage::new();
    stage.run(script);
    stage
}

#[test]
fn a_marker_is_placed_by_a_click() {
    play(
        "tool marker
         click 37.58 48.74
         expect annotations 1
         expect kind Marker
         expect tool select
         expect undo Place marker
         do undo
         expect annotations 0
         do redo
         expect annotations 1",
    );
}

#[test]
fn words_are_typed_in_place_and_adding_them_is_one_step() {
    play(
        "tool text
         click 37.5 48.5
         expect typing yes
         type A
         type Advance
         end
         expect title Advance
         expect kind Text
         expect steps 1
         do undo
         expect annotations 0
         do redo
         expect annotations 1
         # Without words there is nothing to keep.
         tool text
         click 37.7 48.5
         expect annotations 2
         end
         expect annotations 1
         expect redo nothing
         expect steps 1",
    );
}

#[test]
fn a_callout_leads_from_its_words_to_a_place() {
    play(
        "tool callout
         click 37.5 48.5
         click 37.9 48.8
         expect typing yes
         type Reported on 15 Dec
         end
         expect kind Callout
         expect annotations 1",
    );
}

#[test]
fn a_line_is_drawn_click_by_click() {
    play(
        "tool line
         click 37.2 48.2
         click 37.6 48.4
         hover 37.8 48.4
         expect drafting yes
         click 37.9 48.1
         takeback
         click 38.0 48.3
         double 38.2 48.6
         expect kind Line
         expect points 4
         expect steps 1",
    );
}

#[test]
fn undo_while_drawing_takes_back_a_point() {
    play(
        "tool line
         click 37.2 48.2
         click 37.6 48.4
         click 37.9 48.1
         do undo
         expect annotations 0
         click 38.1 48.3
         do finish-draft
         expect points 3
         do undo
         expect annotations 0",
    );
}

#[test]
fn escape_gives_up_the_sketch_then_the_selection_then_the_tool() {
    play(
        "tool marker
         click 37.5 48.5
         tool line
         click 37.2 48.2
         click 37.6 48.4
         do clear-selection
         expect drafting no
         expect annotations 1
         expect tool line
         do clear-selection
         expect tool select
         select 1
         do clear-selection
         expect selected 0
         cannot clear-selection",
    );
}

#[test]
fn an_arrow_is_dragged_from_tail_to_head() {
    play("tool arrow\ndrag 37.2 48.2 37.9 48.5\nexpect kind Arrow\nexpect points 2\nexpect undo Draw arrow");
}

#[test]
fn a_polygon_closes_on_its_first_point() {
    play(
        "tool polygon
         click 37.2 48.2
         click 37.8 48.2
         click 37.8 48.6
         click 37.2 48.2
         expect kind Polygon
         expect points 3",
    );
}

#[test]
fn a_rectangle_and_a_circle_are_dragged() {
    play(
        "tool rectangle
         drag 37.2 48.2 37.9 48.5
         expect kind Rectangle
         expect points 4
         tool circle
         drag 37.5 48.5 37.772 48.5 alt
         expect kind Circle
         # 0.272° along the parallel of 48.5° are 20.1 km (geographiclib: 20,104 m).
         expect radius 20104",
    );
}

#[test]
fn a_freehand_line_is_smoothed() {
    let stage = play(
        "tool freehand
         drag 37.2 48.2 37.3 48.25 37.35 48.2 37.5 48.3 37.6 48.2 37.9 48.5
         expect kind Freehand line",
    );
    let line = stage.session.selected_annotation().unwrap();
    assert!(points(&line.shape) >= 6);
}

#[test]
fn a_measure_is_a_line_or_closed_an_area() {
    play(
        "tool measure
         click 37.2 48.2
         click 37.6 48.4
         double 37.8 48.2
         expect kind Measured line
         tool measure
         click 37.2 48.2
         click 37.8 48.2
         click 37.8 48.6
         click 37.2 48.2
         expect kind Measured area",
    );
}

#[test]
fn every_tool_draws_by_the_keyboard_alone() {
    for (tool, kind) in [
        ("marker", "Marker"),
        ("text", "Text"),
        ("callout", "Callout"),
        ("line", "Line"),
        ("arrow", "Arrow"),
        ("polygon", "Polygon"),
        ("rectangle", "Rectangle"),
        ("circle", "Circle"),
        ("measure", "Measured line"),
    ] {
        let mut stage = Stage::new();
        stage.run(&format!("tool {tool}\ncrosshair 20 10\nplace\ncrosshair 60 0\n"));
        for (right, down) in [(0, 50), (-40, 20)] {
            if stage.session.is_drafting() {
                stage.run(&format!("place\ncrosshair {right} {down}"));
            }
        }
        if stage.session.is_drafting() {
            stage.run("place");
        }
        if stage.session.is_drafting() {
            stage.run("do finish-draft");
        }
        if stage.session.typing().is_some() {
            stage.run("type By keys\nend");
        }
        stage.run(&format!("expect annotations 1\nexpect kind {kind}"));
    }
}

#[test]
fn a_click_selects_an_annotation_and_beside_it_an_overlay() {
    play(
        "tool marker
         click 37.25 48.72
         do clear-selection
         expect selected 0
         click 37.25 48.72
         expect selected 1
         click 37.1 48.5
         expect selected 0
         expect overlay withdrawal-area",
    );
}

#[test]
fn a_selection_grows_by_shift_and_by_a_box() {
    play(
        "tool marker
         click 37.2 48.3
         tool marker
         click 37.4 48.3
         tool marker
         click 38.4 48.9
         do clear-selection
         click 37.2 48.3
         click 37.4 48.3 shift
         expect selected 2
         click 37.4 48.3 shift
         expect selected 1
         do clear-selection
         drag 37.0 48.0 37.9 48.6 shift
         expect selected 2
         do select-all
         expect selected 3
         toggle-selected 1
         expect selected 2",
    );
}

#[test]
fn a_drag_moves_the_selection_in_one_step() {
    let stage = play(
        "tool marker
         click 37.2 48.3
         drag 37.2 48.3 37.6 48.5
         expect undo Move
         expect steps 2
         nudge 5 0
         nudge 5 0
         expect steps 3",
    );
    let Shape::Point { at, .. } = stage.session.selected_annotation().unwrap().shape else { panic!("no point") };
    assert!((at.y - 48.5).abs() < 0.02 && at.x > 37.6, "{at:?}");
}

#[test]
fn a_vertex_and_a_midpoint_are_dragged() {
    play(
        "tool line
         click 37.2 48.2
         click 37.8 48.2
         double 37.8 48.6
         drag 37.8 48.2 37.9 48.1
         expect points 3
         # The middle of the first leg, as it lies on the map.
         drag 37.55 48.15 37.5 48.4
         expect points 4",
    );
}

#[test]
fn what_is_locked_stays_as_it_is() {
    let stage = play(
        "tool marker
         click 37.2 48.3 alt
         do lock
         title Elsewhere
         remove
         expect annotations 1
         expect told Locked
         nudge 10 10
         expect label Marker 1",
    );
    let Shape::Point { at, .. } = stage.session.selected_annotation().unwrap().shape else { panic!("no point") };
    assert!((at.x - 37.2).abs() < 1e-6, "{at:?}");
}

#[test]
fn words_and_looks_are_steps_of_their_own() {
    play(
        "tool line
         click 37.2 48.2
         double 37.8 48.2
         title Axis
         title Axis north
         expect steps 2
         describe Reported by several
         style width 5
         style width 6
         expect steps 4
         expect width 6
         style dash x
         style stroke d55e00
         style strength 0.5
         style text-size 18
         style show-title no
         style show-measure yes
         do undo
         do undo
         expect redo Title on the map
         # What is drawn next looks alike.
         tool line
         click 37.2 48.9
         double 37.8 48.9
         expect width 6",
    );
}

#[test]
fn every_style_can_be_set() {
    let stage = play(
        "tool polygon
         click 37.2 48.2
         click 37.8 48.2
         click 37.8 48.6
         double 37.5 48.8
         style fill 009e73
         style fill-strength 0.4
         style hatch x
         tool marker
         click 37.3 48.9
         style symbol x
         style size x
         style marker 000000
         style number 7
         tool text
         click 37.3 48.1
         type Words
         end
         style text 0072b2
         style text-width 90
         style text-width none
         style-of-new width 9
         expect annotations 3",
    );
    let steps = stage.session.history().steps().0;
    assert_eq!(steps.len(), 12, "{steps:?}");
}

#[test]
fn the_order_is_changed_by_steps_and_at_once() {
    let mut stage = Stage::new();
    for (name, lon) in [("A", 37.2), ("B", 37.5), ("C", 37.8)] {
        stage.run(&format!("tool marker\nclick {lon} 48.3\ntitle {name}"));
    }
    stage.run(
        "expect order A B C
         select 1
         do bring-to-front
         expect order B C A
         do send-to-back
         expect order A B C
         raise
         expect order B A C
         lower
         expect order A B C
         do move-up
         expect order B A C
         do move-down
         expect order A B C
         below 3
         expect order B A C
         below
         expect order B C A",
    );
}

#[test]
fn layers_are_made_filled_and_emptied() {
    play(
        "tool marker
         click 37.2 48.3
         add-layer Axes
         expect layers 2
         tool line
         click 37.2 48.5
         double 37.9 48.5
         select 1
         layer 2
         layer-rename 2 Axes and towns
         expect layer-titles Annotations < Axes and towns
         layer-move 2 1
         expect layer-titles Axes and towns < Annotations
         layer-show 1 no
         layer-lock 1 yes
         layer-lock 1 no
         layer-show 1 yes
         use-layer 2
         select 1 2
         do group
         expect layers 3
         layer-remove 1
         expect layers 2
         expect annotations 2
         do toggle-annotations
         do toggle-annotations
         jump 0
         expect annotations 0
         expect layers 1",
    );
}

#[test]
fn copies_are_made_within_and_by_the_clipboard() {
    play(
        "tool line
         click 37.2 48.2
         double 37.8 48.2
         title Axis
         do duplicate
         expect annotations 2
         expect selected 1
         do copy
         paste-copied
         expect annotations 3
         expect title Axis
         do cut
         expect annotations 2
         paste-copied
         expect annotations 3
         paste {\"type\":\"Point\",\"coordinates\":[37.5,48.5]}
         expect kind Marker
         expect annotations 4
         paste {\"type\":\"Point\",
         expect told Nothing was pasted: the clipboard has no text
         expect annotations 4
         paste [3] As reported on 15 Dec
         expect kind Text
         expect title [3] As reported on 15 Dec
         expect annotations 5
         do undo
         expect annotations 4
         do redo
         expect annotations 5
         do select-all
         do delete
         expect annotations 0",
    );
}

#[test]
fn polygons_are_merged_cut_and_split() {
    play(
        "tool rectangle
         drag 37.0 48.0 37.6 48.4
         tool rectangle
         drag 37.4 48.2 38.0 48.6
         do select-all
         do merge
         expect annotations 1
         do undo
         expect annotations 2
         do select-all
         do cut-out
         do undo
         tool line
         click 36.8 48.1
         double 37.8 48.1
         select 1 3
         do split
         expect selected 2
         do undo
         select 1
         do select-below
         expect annotations 3"
            .replace("         do select-below\n", "")
            .as_str(),
    );
}

#[test]
fn shapes_are_buffered_and_simplified_and_turned() {
    play(
        "tool line
         click 37.2 48.2
         click 37.4 48.201
         click 37.6 48.2
         double 37.9 48.4
         simplify 500
         expect points 3
         expect told 4 points before, 3 now
         do reverse
         do align
         buffer 5000
         expect kind Polygon
         expect annotations 2",
    );
}

#[test]
fn markers_are_numbered_in_their_order() {
    let stage = play(
        "tool marker
         click 37.2 48.3
         tool marker
         click 37.5 48.3
         do select-all
         do renumber",
    );
    let numbers: Vec<_> = stage.session.document().annotations.iter().map(|one| one.style.number).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
}

#[test]
fn annotations_cite_excerpts_and_pages() {
    let id = scene().dossier().excerpts[0].id.clone();
    play(&format!(
        "tool marker
         click 37.2 48.3
         cite {id}
         cite {id}
         expect citations 1
         link https://example.org/report
         expect citations 2
         uncite {id}
         expect citations 1
         do undo
         expect citations 2"
    ));
}

#[test]
fn an_overlay_becomes_an_annotation_with_its_excerpts() {
    let stage = play("pick overlay withdrawal-area\ndo convert-overlay\nexpect kind Polygon");
    let made = stage.session.selected_annotation().unwrap();
    assert!(!made.citations.is_empty());
    assert!(made.title.contains("withdrawal"), "{}", made.title);
}

#[test]
fn what_is_done_to_overlays_can_be_taken_back() {
    let stage = play(
        "toggle donetsk
         expect hidden donetsk
         expect undo Hide Donetsk oblast
         group claimed
         opacity withdrawal-area 0.8
         opacity withdrawal-area 0.3
         order withdrawal-area 1
         do undo
         do undo
         do undo
         do undo
         expect visible donetsk
         expect undo nothing
         pick overlay luhansk
         do show-alone
         do undo
         expect visible donetsk
         do show-alone
         do show-alone
         expect visible donetsk
         do reset-overlays",
    );
    let fresh = Stage::new();
    assert_eq!(stage.session.document().overlays, fresh.session.document().overlays);
}

#[test]
fn looking_elsewhere_is_no_step_and_survives_undo() {
    let stage = play(
        "tool marker
         click 37.2 48.3
         zoom 2
         pan 100 50
         do undo
         expect annotations 0",
    );
    assert!((stage.session.document().view.zoom - 10.0).abs() < 1e-9);
}

#[test]
fn a_draft_holds_to_the_ground_while_the_map_moves() {
    let stage = play(
        "tool line
         click 37.2 48.2
         zoom 1
         pan 40 10
         double 37.8 48.4
         expect points 2",
    );
    let Shape::Path { line, .. } = &stage.session.selected_annotation().unwrap().shape else { panic!("no line") };
    assert!((line.0[0].x - 37.2).abs() < 1e-6 && (line.0[0].y - 48.2).abs() < 1e-6, "{line:?}");
}

/// One step of a random script.
fn any_step() -> impl Strategy<Value = String> {
    let place =
        || (365..385_u32, 475..495_u32).prop_map(|(x, y)| format!("{}.{} {}.{}", x / 10, x % 10, y / 10, y % 10));
    let keys = prop_oneof![4 => Just(""), 1 => Just(" shift"), 1 => Just(" alt"), 1 => Just(" ctrl")];
    prop_oneof![
        3 => prop::sample::select(Tool::ALL.to_vec()).prop_map(|tool| format!("tool {}", format!("{tool:?}").to_lowercase())),
        12 => (place(), keys.clone()).prop_map(|(at, keys)| format!("click {at}{keys}")),
        3 => place().prop_map(|at| format!("double {at}")),
        3 => place().prop_map(|at| format!("hover {at}")),
        8 => (place(), place(), keys).prop_map(|(from, to, keys)| format!("try-drag {from} {to}{keys}")),
        2 => "[a-zа-яї ]{0,12}".prop_map(|words| format!("try-type {words}")),
        1 => Just("end".to_owned()),
        1 => Just("takeback".to_owned()),
        2 => (-60..60_i32, -60..60_i32).prop_map(|(x, y)| format!("crosshair {x} {y}")),
        2 => Just("place".to_owned()),
        1 => (-20..20_i32, -20..20_i32).prop_map(|(x, y)| format!("nudge {x} {y}")),
        12 => prop::sample::select(vec![
            "undo", "redo", "duplicate", "delete", "select-all", "clear-selection", "bring-to-front", "send-to-back",
            "lock", "group", "merge", "cut-out", "split", "reverse", "align", "renumber", "finish-draft",
            "toggle-annotations", "convert-overlay", "move-up", "move-down", "edit-text",
        ])
        .prop_map(|name| format!("try {name}")),
        2 => prop::sample::select(vec![
            "style width 7", "style hatch x", "style text-size 20", "title Axis", "describe Why", "show no", "show yes",
            "buffer 3000", "simplify 2000", "raise", "lower", "remove", "layer 1", "add-layer More", "layer-move 1 1",
            "layer-remove 1", "layer-lock 1 no", "toggle donetsk", "opacity luhansk 0.4", "below", "zoom 0.5", "zoom -0.5",
        ])
        .prop_map(str::to_owned),
    ]
}

impl Stage {
    /// A step that may not be possible now.
    fn try_step(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("try ") {
            let command: Command = serde_json::from_value(serde_json::json!(name)).unwrap();
            self.act(Action::Command(command));
        } else if let Some(words) = line.strip_prefix("try-type ") {
            if self.session.typing().is_some() {
                self.step(&format!("type {words}"));
            }
        } else if let Some(rest) = line.strip_prefix("try-drag ") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let keys = Modifiers {
                shift: words.contains(&"shift"),
                alt: words.contains(&"alt"),
                ctrl: words.contains(&"ctrl"),
            };
            if self.session.takes_drag(self.page(words[0], words[1]), keys) {
                self.step(&format!("drag {rest}"));
            }
        } else {
            self.step(line);
        }
    }
}

/// A document without what undo leaves alone.
fn essence(document: &Document) -> Document {
    Document { view: View { center: Coord { x: 0.0, y: 0.0 }, zoom: 0.0 }, ..document.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn undo_all_and_redo_all_is_the_identity(steps in prop::collection::vec(any_step(), 200)) {
        let mut stage = Stage::new();
        let first = essence(stage.session.document());
        for step in &steps {
            stage.try_step(step);
        }
        let _ = stage.session.apply(Action::Command(Command::ToolSelect));
        let _ = stage.session.apply(Action::EndText);
        // What the script itself has taken back is made again first.
        while stage.session.why_not(Command::Redo).is_none() {
            stage.act(Action::Command(Command::Redo));
        }
        let last = essence(stage.session.document());
        let done = stage.session.history().steps().1;
        while stage.session.why_not(Command::Undo).is_none() {
            stage.act(Action::Command(Command::Undo));
        }
        prop_assert_eq!(&essence(stage.session.document()), &first);
        while stage.session.why_not(Command::Redo).is_none() {
            stage.act(Action::Command(Command::Redo));
        }
        prop_assert_eq!(&essence(stage.session.document()), &last);
        prop_assert_eq!(stage.session.history().steps().1, done);
    }
}
