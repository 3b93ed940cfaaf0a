//! Layers that were opened from files: a project finds them again, and keeps what is said of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use claimline::document::annotation::Citation;
use claimline::document::project::{self, Reference};
use claimline::dossier::styling::{By, Categories, Styling};
use claimline::dossier::{self, Origin, Overlay};
use claimline::figure::{self, FigureOptions, OutputFormat, PageSetup, Shows};
use claimline::files::layers::{self, From, ReadLayer, Standing, Wanted};
use claimline::files::project::{OpenedProject, Over};
use claimline::files::{self, Content, Taken, journal};
use claimline::formats::day::Day;
use claimline::formats::geojson::Order;
use claimline::formats::source_properties::PropertySource;
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::session::{Action, Effect, OwnLayerChange, Session};

const CONTROL: &str = r##"{"type":"FeatureCollection","name":"control","features":[
  {"type":"Feature","id":"b7","seen":["x"],"properties":{"z":1,"status":"held","a":"їжак","fill":"#d55e00"},
   "geometry":{"type":"Polygon","coordinates":[[[37.1234567891,48.0],[37.9,48.0],[37.9,48.6],[37.1234567891,48.0]]]}},
  {"type":"Feature","id":3,"properties":{"status":"taken back","fill":"#009e73"},
   "geometry":{"type":"Polygon","coordinates":[[[37.2,48.7],[37.8,48.7],[37.8,48.9],[37.2,48.7]]]}}
]}"##;

const OTHER: &str =
    r#"{"type":"Feature","properties":{"status":"other"},"geometry":{"type":"Point","coordinates":[38,48]}}"#;

fn session() -> Session {
    let (dossier, problems) = dossier::builtin::berlin().unwrap();
    let mut session = Session::new(Arc::new(Scene::new(dossier)), problems);
    let _ = session.apply(Action::SetPage { width_pt: 900.0, height_pt: 700.0 });
    session
}

fn open(session: &mut Session, path: &Path) -> String {
    let Content::Evidence(part) = files::open(path).unwrap().content else { panic!("a layer") };
    session.open(vec![part]).0.added.remove(0)
}

/// Saves as the window does.
fn save(session: &Session, kept: &Reference, path: &Path) {
    let layers: Vec<_> = session.dossier().own_layers().cloned().collect();
    let data = layers::to_keep(session.document(), &layers, &kept.data);
    let reference = Reference { version: Some(session.dossier().version.clone()), data, ..Reference::default() };
    files::project::save(path, session.document(), &reference, &Over::Agreed).unwrap();
}

/// Opens as the window does; what it has to say of the layers.
fn reopen(path: &Path) -> (Session, OpenedProject, Vec<ReadLayer>) {
    let opened = files::project::open(path).unwrap();
    assert!(opened.project.warnings.is_empty(), "{:?}", opened.project.warnings);
    let mut session = session();
    let _ = session.restore(opened.project.document.clone());
    let read = read(&mut session, &opened.project.reference, From::Anywhere);
    (session, opened, read)
}

fn read(session: &mut Session, reference: &Reference, from: From) -> Vec<ReadLayer> {
    let wanted = layers::wanted(session.document(), &reference.data, |_| false);
    let wanted = wanted.into_iter().map(|wanted| Wanted { from: from.clone(), ..wanted });
    let mut read: Vec<ReadLayer> = wanted.map(layers::read_layer).collect();
    let parts = read.iter_mut().filter_map(|layer| layer.part.take()).collect();
    let _ = session.open_again(parts);
    read
}

fn change(session: &mut Session, id: &str, change: OwnLayerChange) {
    assert!(session.apply(Action::OwnLayer(id.to_owned(), change)).is_empty());
}

/// What the features of a layer say, in their order.
fn table(session: &Session, id: &str) -> Vec<String> {
    let layer = session.dossier().overlay(id).unwrap();
    let rows = layer.features.rows();
    let feature = |row| {
        let geometry = layer.features.geometry(&layer.shape, row);
        format!("{:?} {:?} {} {geometry:?}", rows.id(row), rows.members(row), rows.text(row))
    };
    (0..rows.count()).map(feature).collect()
}

struct Place {
    folder: tempfile::TempDir,
    file: PathBuf,
    project: PathBuf,
}

/// A project with a layer of which much is said.
fn place() -> (Place, Session) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let (file, project) = (folder.path().join("data/control.geojson"), folder.path().join("p.claimline.geojson"));
    fs::write(&file, CONTROL).unwrap();
    let mut session = session();
    assert_eq!(open(&mut session, &file), "control");
    for said in [
        OwnLayerChange::Rename("Control on 1 May".to_owned()),
        OwnLayerChange::Date(Day::new(2025, Some(5), Some(1))),
        OwnLayerChange::Credit("Survey of the Institute".to_owned()),
        OwnLayerChange::License("CC BY 4.0".to_owned()),
        OwnLayerChange::Cite(Citation::Source(PropertySource {
            title: Some("Map of May".to_owned()),
            date: Some("2025-05-02".to_owned()),
            ..PropertySource::page("https://example.org/may")
        })),
    ] {
        change(&mut session, "control", said);
    }
    let _ = session.apply(Action::SetOpacity("control".to_owned(), 0.5));
    let mut document = session.document().clone();
    let by = By::Property(Categories::of("status"));
    document.overlays[0].styling = Arc::new(Styling { by, ..Styling::default() });
    let _ = session.restore(document);
    session.keep_figure(&FigureOptions {
        view_pt: (900.0, 700.0),
        ..FigureOptions::new("Control", PageSetup::default(), Shows::Bounds([36.5, 47.5, 38.5, 49.5]))
    });
    save(&session, &Reference::default(), &project);
    (Place { folder, file, project }, session)
}

fn svg(session: &Session) -> Vec<u8> {
    let (ground, _) = Ground::builtin();
    let frame = session.frame();
    let usual = FigureOptions {
        view_pt: (900.0, 700.0),
        ..FigureOptions::new(
            session.dossier().title.main(),
            PageSetup::default(),
            Shows::Bounds(frame.lon_lat_bounds()),
        )
    };
    let drawn = figure::draw(session.scene(), &ground, &session.drawn_document(), &session.figure(usual).0);
    drawn.encode(OutputFormat::Svg).unwrap()
}

#[test]
fn a_project_opens_with_its_files_and_all_that_is_said_of_them() {
    let (place, before) = place();
    let (session, _, read) = reopen(&place.project);
    assert_eq!(read.iter().map(|layer| &layer.standing).collect::<Vec<_>>(), [&Standing::Same]);
    assert_eq!(session.document().overlays, before.document().overlays);
    assert_eq!(table(&session, "control"), table(&before, "control"));
    let layer = session.dossier().overlay("control").unwrap();
    assert_eq!((layer.title.main(), layer.as_of.as_str()), ("Control on 1 May", "2025-05-01"));
    assert_eq!(
        (layer.credit.as_deref(), layer.license.as_deref()),
        (Some("Survey of the Institute"), Some("CC BY 4.0"))
    );
    assert!(svg(&session) == svg(&before));
    let drawn = String::from_utf8(svg(&session)).unwrap();
    for words in ["Control on 1 May", "Survey of the Institute", "Map of May"] {
        assert!(drawn.contains(words), "{words}");
    }
}

#[test]
fn a_project_that_moves_with_its_files_finds_them() {
    let (place, before) = place();
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved");
    fs::rename(place.folder.path(), &moved).unwrap();
    let (session, opened, read) = reopen(&moved.join("p.claimline.geojson"));
    assert_eq!(read[0].standing, Standing::Same);
    assert_eq!(table(&session, "control"), table(&before, "control"));
    // Saved in another folder, it names the way from there.
    let other = tempfile::tempdir().unwrap();
    let copy = other.path().join("copy.claimline.geojson");
    save(&session, &opened.project.reference, &copy);
    let text = fs::read_to_string(&copy).unwrap();
    assert!(text.contains("/moved/data/control.geojson\",\"absolute\":"), "{text}");
    assert!(text.contains("\"path\":\"../"), "{text}");
    assert_eq!(reopen(&copy).2[0].standing, Standing::Same);
    fs::create_dir_all(place.folder.path()).unwrap();
}

#[test]
fn a_file_that_is_gone_is_named_and_what_the_project_keeps_stands_in() {
    let (place, before) = place();
    fs::remove_file(&place.file).unwrap();
    let (session, opened, read) = reopen(&place.project);
    assert!(matches!(read[0].standing, Standing::Kept(_)), "{:?}", read[0].standing);
    assert!(read[0].notice().unwrap().contains("“Control on 1 May” was not read"), "{:?}", read[0].notice());
    assert_eq!(table(&session, "control"), table(&before, "control"));
    assert!(svg(&session) == svg(&before));
    // Saved again, nothing is lost.
    save(&session, &opened.project.reference, &place.project);
    let (again, _, _) = reopen(&place.project);
    assert_eq!(table(&again, "control"), table(&before, "control"));
}

#[test]
fn a_file_that_is_gone_and_not_kept_leaves_its_place_until_it_is_found() {
    let (place, mut before) = place();
    change(&mut before, "control", OwnLayerChange::KeepData(false));
    save(&before, &Reference::default(), &place.project);
    assert!(!fs::read_to_string(&place.project).unwrap().contains("claimline_data"));
    let found = place.folder.path().join("found.geojson");
    fs::rename(&place.file, &found).unwrap();
    let (session, opened, read_now) = reopen(&place.project);
    assert!(matches!(&read_now[0].standing, Standing::Missing(why) if why.contains("No such file")), "{read_now:?}");
    assert_eq!(session.missing_layers().count(), 1);
    assert!(session.dossier().overlay("control").is_none() && !session.rows().contains(&"control".to_owned()));
    save(&session, &opened.project.reference, &place.project);
    let (mut session, opened, _) = reopen(&place.project);
    let read = read(&mut session, &opened.project.reference, From::File(found.clone()));
    assert_eq!(read[0].standing, Standing::Same);
    assert_eq!(session.missing_layers().count(), 0);
    assert_eq!(session.dossier().overlay("control").unwrap().title.main(), "Control on 1 May");
    let state = session.document().overlay("control").unwrap();
    assert_eq!((state.opacity, &state.layer.file.as_ref().unwrap().path), (0.5, &found));
    assert_eq!(state.styling, before.document().overlay("control").unwrap().styling);
}

#[test]
fn a_file_that_has_changed_is_named_and_what_it_held_can_be_had() {
    let (place, before) = place();
    fs::write(&place.file, OTHER).unwrap();
    let (mut session, opened, read_now) = reopen(&place.project);
    assert_eq!(read_now[0].standing, Standing::Changed { has_kept: true });
    assert!(read_now[0].notice().unwrap().contains("has changed"));
    assert_eq!(table(&session, "control").len(), 1);
    let read_now = read(&mut session, &opened.project.reference, From::Kept);
    assert_eq!(read_now[0].standing, Standing::Chosen);
    assert_eq!(table(&session, "control"), table(&before, "control"));
    assert_eq!(session.dossier().overlay("control").unwrap().title.main(), "Control on 1 May");
}

#[test]
fn a_layer_that_is_removed_comes_back_with_all_that_was_said_of_it() {
    let (_place, mut session) = place();
    let before = session.document().clone();
    let _ = session.apply(Action::Select("control".to_owned()));
    let _ = session.apply(Action::Command(claimline::session::Command::Delete));
    assert!(session.dossier().overlay("control").is_none());
    assert!(!session.rows().contains(&"control".to_owned()));
    assert!(!String::from_utf8(project::write(session.document(), &Reference::default())).unwrap().contains("control"));
    let _ = session.apply(Action::Command(claimline::session::Command::Undo));
    assert_eq!(session.document(), &before);
    let layer = session.dossier().overlay("control").unwrap();
    assert_eq!((layer.title.main(), layer.features.count()), ("Control on 1 May", 2));
    let _ = session.apply(Action::Command(claimline::session::Command::Redo));
    assert!(session.dossier().overlay("control").is_none());
    // The dossier's own stay.
    let _ = session.apply(Action::Select("withdrawal-area".to_owned()));
    assert!(session.why_not(claimline::session::Command::Delete).is_some());
}

#[test]
fn each_thing_said_of_a_layer_is_a_step_and_its_shape_is_shared() {
    let (_place, mut session) = place();
    let shape = session.dossier().overlay("control").unwrap().shape.clone();
    change(&mut session, "control", OwnLayerChange::Rename("Other".to_owned()));
    let layer = session.dossier().overlay("control").unwrap();
    assert_eq!(layer.title.main(), "Other");
    assert!(Arc::ptr_eq(&layer.shape, &shape));
    let _ = session.apply(Action::Command(claimline::session::Command::Undo));
    assert_eq!(session.dossier().overlay("control").unwrap().title.main(), "Control on 1 May");
    change(&mut session, "control", OwnLayerChange::Rename(String::new()));
    assert_eq!(session.dossier().overlay("control").unwrap().title.main(), "control");
}

#[test]
fn a_layer_that_is_opened_again_comes_back_and_one_of_the_same_name_is_another() {
    let (place, mut session) = place();
    change(&mut session, "control", OwnLayerChange::Remove);
    assert_eq!(open(&mut session, &place.file), "control");
    assert_eq!(session.dossier().overlay("control").unwrap().title.main(), "Control on 1 May");
    let other = place.folder.path().join("control.geojson");
    fs::write(&other, OTHER).unwrap();
    assert_eq!(open(&mut session, &other), "control-2");
    assert_eq!(open(&mut session, &other), "control-2");
    assert_eq!(session.dossier().own_layers().count(), 2);
    assert_eq!(table(&session, "control").len(), 2);
}

#[test]
fn what_is_kept_is_geojson_as_it_stood_and_no_feature_of_the_project() {
    let (place, session) = place();
    let text = fs::read_to_string(&place.project).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["claimline_data"]["control"], serde_json::from_str::<serde_json::Value>(CONTROL).unwrap());
    assert_eq!((json["features"].as_array().unwrap().len(), &json["claimline"]["version"]), (0, &2.into()));
    assert!(text.contains(CONTROL));
    assert_eq!(claimline::formats::geojson::read(text.as_bytes()).unwrap().len(), 0);
    // Without layers a project is as older programs know it.
    let mut session = session;
    change(&mut session, "control", OwnLayerChange::Remove);
    save(&session, &Reference::default(), &place.project);
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(&place.project).unwrap()).unwrap();
    assert_eq!(json["claimline"]["version"], 1);
}

#[test]
fn the_journal_keeps_layers_and_data_that_is_nowhere_else() {
    let (place, session) = place();
    fs::remove_file(&place.file).unwrap();
    let recovery = tempfile::tempdir().unwrap();
    let data = [("control".to_owned(), Arc::from(CONTROL))].into();
    {
        let journal = journal::Journal::start(recovery.path(), Some(place.project.clone())).unwrap();
        journal.record(session.document(), &Reference { data, ..Reference::default() }, 1);
        assert!(journal.flush(std::time::Duration::from_secs(20)));
    }
    let left = journal::recoverable(recovery.path()).unwrap();
    let recovered = journal::open(&left[0].path).unwrap();
    assert_eq!(recovered.project.document.overlays, session.document().overlays);
    let mut again = self::session();
    let _ = again.restore(recovered.project.document);
    let read = read(&mut again, &recovered.project.reference, From::Anywhere);
    assert!(matches!(read[0].standing, Standing::Kept(_)));
    assert_eq!(table(&again, "control"), table(&session, "control"));
}

fn export(folder: &Path, output: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_claimline");
    let arguments = ["export", "--project", "p.claimline.geojson", "-o", output, "--force"];
    Command::new(program).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn the_command_line_needs_no_file_and_says_what_is_missing() {
    let (place, mut session) = place();
    let folder = place.folder.path();
    let done = export(folder, "a.svg");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{told}");
    assert!(!told.contains("missing here") && !told.contains("has changed"), "{told}");
    assert!(fs::read(folder.join("a.svg")).unwrap() == svg(&session));

    // Out of what is kept: the same bytes, with a word.
    fs::rename(&place.file, folder.join("away.geojson")).unwrap();
    let done = export(folder, "b.svg");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && told.contains("the file of “Control on 1 May” was not read"), "{told}");
    assert!(fs::read(folder.join("b.svg")).unwrap() == svg(&session));

    // Neither file nor data: a figure without it, and the exit code says so.
    change(&mut session, "control", OwnLayerChange::KeepData(false));
    save(&session, &Reference::default(), &place.project);
    let done = export(folder, "c.svg");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("“Control on 1 May” is not shown") && told.contains("wrote c.svg"), "{told}");

    // No figure takes the place of a layer's file.
    fs::rename(folder.join("away.geojson"), &place.file).unwrap();
    let done = export(folder, "data/control.geojson");
    assert_eq!(done.status.code(), Some(2), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(fs::read_to_string(&place.file).unwrap(), CONTROL);
}

#[test]
fn a_layer_that_is_missing_is_asked_for_by_its_id() {
    let (_place, mut session) = place();
    assert_eq!(session.apply(Action::Locate("control".to_owned())), [Effect::ChooseLayer("control".to_owned())]);
    assert_eq!(session.apply(Action::UseKept("control".to_owned())), [Effect::ReadKept("control".to_owned())]);
}

/// [`CONTROL`] as a file has it that gives latitude first.
fn lat_first() -> String {
    CONTROL
        .replace("[37.1234567891,48.0]", "[48.0,37.1234567891]")
        .replace("[37.9,48.0],[37.9,48.6]", "[48.0,37.9],[48.6,37.9]")
        .replace(
            "[[37.2,48.7],[37.8,48.7],[37.8,48.9],[37.2,48.7]]",
            "[[48.7,37.2],[48.7,37.8],[48.9,37.8],[48.7,37.2]]",
        )
}

/// What the window does once it is asked to exchange longitude and latitude.
fn exchange(session: &mut Session, kept: &Reference, id: &str) {
    let asked = session.apply(Action::ExchangeOrder(id.to_owned()));
    assert_eq!(asked, [Effect::ReadExchanged(id.to_owned())]);
    let is_kept = session.dossier().overlay(id).unwrap().origin.as_ref().unwrap().from_kept;
    let wanted = layers::wanted(session.document(), &kept.data, |other| other != id);
    for wanted in wanted {
        let part = layers::read_layer(wanted.exchanged(is_kept)).part.unwrap();
        assert!(session.show_exchanged(part));
    }
}

/// A layer whose file gives latitude first, exchanged; beside it what it should come to.
fn exchanged(folder: &Path) -> (Session, Vec<String>) {
    let (right, wrong) = (folder.join("right.geojson"), folder.join("control.geojson"));
    fs::write(&right, CONTROL).unwrap();
    fs::write(&wrong, lat_first()).unwrap();
    let mut other = session();
    open(&mut other, &right);
    let mut session = session();
    assert_eq!(open(&mut session, &wrong), "control");
    assert_eq!(session.exchanged_layers().map(|layer| layer.id.as_str()).collect::<Vec<_>>(), ["control"]);
    assert!(session.warnings().any(|problem| problem.what == dossier::EXCHANGED));
    exchange(&mut session, &Reference::default(), "control");
    (session, table(&other, "right"))
}

#[test]
fn longitude_and_latitude_are_exchanged_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let (mut session, right) = exchanged(folder.path());
    assert_eq!(table(&session, "control"), right);
    assert_eq!(session.exchanged_layers().count(), 0);
    assert!(!session.warnings().any(|problem| problem.what == dossier::EXCHANGED));
    assert_eq!(session.history().steps().1, 1);
    let _ = session.apply(Action::Command(claimline::session::Command::Undo));
    assert_ne!(table(&session, "control"), right);
    assert_eq!(session.exchanged_layers().count(), 1);
    let _ = session.apply(Action::Command(claimline::session::Command::Redo));
    assert_eq!(table(&session, "control"), right);
    // A second time leads back.
    exchange(&mut session, &Reference::default(), "control");
    assert_eq!(session.exchanged_layers().count(), 1);
}

#[test]
fn a_project_remembers_that_longitude_and_latitude_were_exchanged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut before, right) = exchanged(folder.path());
    let project = folder.path().join("p.claimline.geojson");
    before.keep_figure(&FigureOptions {
        view_pt: (900.0, 700.0),
        ..FigureOptions::new("Control", PageSetup::default(), Shows::Bounds([36.5, 47.5, 38.5, 49.5]))
    });
    save(&before, &Reference::default(), &project);
    let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(&project).unwrap()).unwrap();
    let file = &json["claimline"]["overlays"][0]["layer"]["file"];
    assert_eq!((&file["path"], &file["order"]), (&"control.geojson".into(), &"lat-lon".into()));
    // The data is as it stands in the file, and read in the same way.
    assert_eq!(json["claimline_data"]["control"], serde_json::from_str::<serde_json::Value>(&lat_first()).unwrap());
    let (session, _, read) = reopen(&project);
    assert_eq!((&read[0].standing, table(&session, "control")), (&Standing::Same, right.clone()));
    let drawn = export(folder.path(), "a.svg");
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    assert!(fs::read(folder.path().join("a.svg")).unwrap() == svg(&before));

    fs::remove_file(folder.path().join("control.geojson")).unwrap();
    let (mut session, opened, read) = reopen(&project);
    assert!(matches!(read[0].standing, Standing::Kept(_)));
    assert_eq!(table(&session, "control"), right);
    exchange(&mut session, &opened.project.reference, "control");
    assert_eq!(session.exchanged_layers().count(), 1, "what is kept is exchanged, too");
}

#[test]
fn an_order_that_is_none_is_named_and_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (session, _) = exchanged(folder.path());
    let text = String::from_utf8(project::write(session.document(), &Reference::default())).unwrap();
    let read = project::read(text.replace("\"lat-lon\"", "\"north\"").as_bytes()).unwrap();
    let words: Vec<String> = read.warnings.iter().map(ToString::to_string).collect();
    assert!(words.len() == 1 && words[0].contains("the order of its file is \"north\""), "{words:?}");
    let file = read.document.overlay("control").unwrap().layer.file.clone().unwrap();
    assert!(file.order == Order::LonLat && !file.sha256.is_empty());
}

#[test]
fn a_layer_that_was_opened_with_latitude_first_is_remembered_so() {
    let folder = tempfile::tempdir().unwrap();
    let (file, project) = (folder.path().join("control.geojson"), folder.path().join("p.claimline.geojson"));
    fs::write(&file, lat_first()).unwrap();
    let opened = files::open_as(&file, Taken { order: Order::LatLon, ..Taken::default() }).unwrap();
    let Content::Evidence(part) = opened.content else { panic!("a layer") };
    let mut session = session();
    let _ = session.open(vec![part]);
    assert_eq!(session.exchanged_layers().count(), 0);
    save(&session, &Reference::default(), &project);
    assert_eq!(table(&reopen(&project).0, "control"), table(&session, "control"));
    // The file is changed, and too large to have been held: what the project keeps of it is written as it is read.
    let layer = session.dossier().overlay("control").unwrap();
    let origin = Origin { text: None, ..Origin::clone(layer.origin.as_ref().unwrap()) };
    let mut layer = Overlay::clone(layer);
    layer.origin = Some(Arc::new(origin));
    fs::write(&file, OTHER).unwrap();
    let data = layers::to_keep(session.document(), &[Arc::new(layer)], &Default::default());
    files::project::save(&project, session.document(), &Reference { data, ..Reference::default() }, &Over::Agreed)
        .unwrap();
    let (mut again, opened, _) = reopen(&project);
    read(&mut again, &opened.project.reference, From::Kept);
    assert_eq!(table(&again, "control"), table(&session, "control"));
}

#[test]
fn only_files_outside_of_its_folder_are_named_by_where_they_are_on_this_computer() {
    let (place, session) = place();
    let absolute = |path: &Path| {
        let json: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        json["claimline"]["overlays"][0]["layer"]["file"]["absolute"].clone()
    };
    assert_eq!(absolute(&place.project), serde_json::Value::Null);
    let beside = place.folder.path().join("data/p.claimline.geojson");
    save(&session, &Reference::default(), &beside);
    assert_eq!(absolute(&beside), serde_json::Value::Null);
    fs::create_dir(place.folder.path().join("projects")).unwrap();
    let outside = place.folder.path().join("projects/p.claimline.geojson");
    save(&session, &Reference::default(), &outside);
    assert_eq!(absolute(&outside), place.file.display().to_string());
}

#[test]
fn the_colours_of_files_without_styles_differ_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("p.claimline.geojson");
    let mut before = session();
    for name in ["first", "second", "third"] {
        let file = folder.path().join(format!("{name}.geojson"));
        fs::write(&file, OTHER).unwrap();
        assert_eq!(open(&mut before, &file), name);
    }
    let color = |session: &Session, id: &str| session.dossier().overlay(id).unwrap().style.fill.clone().unwrap();
    let colors = |session: &Session| ["second", "third"].map(|id| color(session, id));
    let were = colors(&before);
    assert_eq!((color(&before, "first").as_str(), &were), ("#0072B2", &["#D55E00", "#009E73"].map(str::to_owned)));
    change(&mut before, "first", OwnLayerChange::Remove);
    save(&before, &Reference::default(), &project);
    let (mut again, _, _) = reopen(&project);
    assert_eq!(colors(&again), were);
    // The next one has what has become free, and one that is opened anew its own.
    for (name, expected) in [("next", "#0072B2"), ("third", "#009E73")] {
        let file = folder.path().join(format!("{name}.geojson"));
        fs::write(&file, OTHER).unwrap();
        assert_eq!(open(&mut again, &file), name);
        assert_eq!(color(&again, name), expected);
    }
    assert_eq!(colors(&again), were);
}
