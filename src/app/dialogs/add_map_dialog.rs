//! The dialog that adds a map of the user's own: an address or a file, what it holds, and how it is to be credited.

use eframe::egui::{self, Button, ComboBox, Id, Key, ScrollArea, Ui};

use super::{Decision, browse_ui, buttons_unless_ui, error_ui, height_pt, width_ui};
use crate::app::chrome::follow_focus;
use crate::app::theme;
use crate::app::widgets::{capital, choice, line_edit, small_warning_ui, tick, tip};
use crate::app::words::sees_area;
use crate::basemap::sources::typed::{self, Typed};
use crate::basemap::{MapKind, MapSource, TileContent};
use crate::dossier::words;
use crate::files::map_look::Looked;
use crate::files::servers::Server;
use crate::formats::language::Text;
use crate::formats::map_days::TIME_OF_DAY;
use crate::formats::map_service::MapService;
use crate::formats::secrets;

/// What has been typed and found.
#[derive(Default)]
pub(crate) struct AddMapDialog {
    text: String,
    error: String,
    /// Whether a server or a file is being looked at.
    asking: bool,
    typed: Option<Typed>,
    found: Option<Found>,
    /// The keys for the places that the address has for them, in their order.
    keys: Vec<String>,
}

struct Found {
    service: Option<ServiceChoice>,
    /// The record as it stands with what has been chosen.
    map: MapSource,
    title: String,
    credit: String,
    imagery_date: String,
    /// The same as far as it follows the time that is chosen.
    day_of_time: String,
    has_no_names: bool,
    /// What is to be said of the file, such as that it is cut short.
    warning: Option<String>,
}

struct ServiceChoice {
    service: MapService,
    search: String,
    layer: usize,
    style: usize,
    time: String,
}

impl Found {
    fn of(map: MapSource, service: Option<ServiceChoice>) -> Self {
        Self {
            title: map.title.main().to_owned(),
            credit: map.attribution.clone(),
            imagery_date: map.imagery_date.clone(),
            day_of_time: String::new(),
            has_no_names: !map.has_names,
            warning: None,
            service,
            map,
        }
    }

    /// Takes the layer, style and time that are chosen into the record.
    fn choose(&mut self, address: &MapSource) {
        let Some(choice) = &self.service else { return };
        let Some(layer) = choice.service.layers.get(choice.layer) else { return };
        let style = layer.styles.get(choice.style).filter(|_| choice.style > 0).map(|(name, _)| name.as_str());
        let time = (choice.time != layer.usual_time()).then_some(choice.time.as_str());
        let mut map = layer.record(style, time, None);
        map.subdomains.clone_from(&address.subdomains);
        // What somebody has written of the same layer stays.
        let is_same = self.map.request.layers == map.request.layers;
        if !is_same || self.title == self.map.title.main() {
            map.title.main().clone_into(&mut self.title);
        }
        if !is_same || self.credit == self.map.attribution {
            self.credit.clone_from(&map.attribution);
        }
        let by_day = choice.time == TIME_OF_DAY;
        let day: String = if by_day { String::new() } else { choice.time.chars().take(10).collect() };
        if self.imagery_date.is_empty() || self.imagery_date == self.day_of_time {
            self.imagery_date.clone_from(&day);
        }
        self.day_of_time = day;
        self.map = map;
    }
}

impl AddMapDialog {
    /// Reads what was typed; what has to be looked at before it is known what map it is.
    pub(crate) fn typed(&mut self) -> Option<Typed> {
        self.error.clear();
        self.found = None;
        match typed::read(&self.text) {
            Ok(typed) => {
                if !typed.keys.is_empty() {
                    self.take_keys(&typed.keys);
                    // They stand in the fields for them now, and in no other.
                    self.text.clone_from(&typed.source.address);
                }
                self.asking = typed.is_to_be_asked;
                if !typed.is_to_be_asked {
                    self.found = Some(Found::of(typed.source.clone(), None));
                }
                self.typed = Some(typed.clone());
                Some(typed).filter(|typed| typed.is_to_be_asked)
            }
            Err(error) => {
                self.error = error.to_string();
                None
            }
        }
    }

    fn take_keys(&mut self, keys: &[String]) {
        if self.keys.len() < keys.len() {
            self.keys.resize(keys.len(), String::new());
        }
        for (own, key) in self.keys.iter_mut().zip(keys).filter(|(_, key)| !key.is_empty()) {
            own.clone_from(key);
        }
    }

    /// The numbers of the keys that are asked for.
    fn places(&self) -> Vec<usize> {
        let found = self.found.as_ref().map(|found| found.map.address.as_str()).unwrap_or_default();
        let has_own = |index: usize| self.keys.get(index).is_some_and(|key| !key.is_empty());
        let all = (0..secrets::MOST_KEYS).filter(|index| {
            let place = secrets::placeholder(*index);
            has_own(*index) || self.text.contains(&place) || found.contains(&place)
        });
        all.collect()
    }

    /// The keys that were given, for each server that is asked with them.
    pub(crate) fn keys(&self) -> Vec<(Server, Vec<String>)> {
        let keys: Vec<String> = self.keys.iter().map(|key| key.trim().to_owned()).collect();
        let maps = self.typed.iter().map(|typed| &typed.source).chain(self.found.iter().map(|found| &found.map));
        let with_keys = maps.filter(|map| secrets::places(&map.address).next().is_some());
        let mut all: Vec<(Server, Vec<String>)> = Vec::new();
        for server in with_keys.flat_map(Server::all_of) {
            if keys.iter().any(|key| !key.is_empty()) && all.iter().all(|(known, _)| *known != server) {
                all.push((server, keys.clone()));
            }
        }
        all
    }

    /// Shows what was found, or why nothing was.
    pub(crate) fn take(&mut self, looked: Result<Looked, String>) {
        // Another address has been typed since.
        if !std::mem::take(&mut self.asking) {
            return;
        }
        match (looked, &self.typed) {
            (Ok(Looked::Map(map, warning)), _) => self.found = Some(Found { warning, ..Found::of(*map, None) }),
            (Ok(Looked::Service(service, keys)), Some(typed)) => {
                let time = service.layers.first().map(|layer| layer.usual_time().to_owned()).unwrap_or_default();
                let choice = ServiceChoice { service: *service, search: String::new(), layer: 0, style: 0, time };
                let mut found = Found::of(typed.source.clone(), Some(choice));
                found.choose(&typed.source);
                self.found = Some(found);
                self.take_keys(&keys);
            }
            (Ok(Looked::Service(..)), None) => {}
            (Err(why), _) => self.error = why,
        }
    }

    /// A path that was chosen.
    pub(crate) fn set_path(&mut self, path: &str) {
        path.clone_into(&mut self.text);
        self.found = None;
        self.typed = None;
        self.asking = false;
        self.error.clear();
    }

    /// The map as it is to be added; what is wrong is shown.
    pub(crate) fn accepted(&mut self) -> Option<MapSource> {
        let found = self.found.as_ref()?;
        let mut map = found.map.clone();
        let title = found.title.trim();
        map.title = Text::plain(if title.is_empty() { map.title.main() } else { title }.to_owned());
        found.credit.trim().clone_into(&mut map.attribution);
        found.imagery_date.trim().clone_into(&mut map.imagery_date);
        map.has_names = !found.has_no_names;
        map.id = typed::id_of(&map);
        match map.check() {
            Ok(()) => Some(map),
            Err(error) => {
                self.error = error.to_string();
                None
            }
        }
    }
}

/// The field for the address.
pub(super) fn address_field() -> Id {
    Id::unique("address of a map")
}

/// Shows the dialog.
pub(super) fn add_map_ui(ui: &mut Ui, dialog: &mut AddMapDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 560.0);
    ui.heading("Add a map");
    ui.add_space(8.0);
    let label = ui.label("Address or file: tiles with {z}/{x}/{y}, TileJSON, WMS, WMTS, PMTiles or MBTiles");
    ui.horizontal(|ui| {
        let field = line_edit(&mut dialog.text).desired_width(ui.available_width() - 152.0).id(address_field());
        let field = ui.add(field.hint_text("https://…")).labelled_by(label.id);
        if field.changed() {
            dialog.error.clear();
            dialog.found = None;
            dialog.typed = None;
            dialog.asking = false;
        }
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let look = ui.add_enabled(!dialog.asking && !dialog.text.trim().is_empty(), Button::new("Look"));
        if tip(look, "See what it holds").clicked() || (is_entered && dialog.found.is_none()) {
            *decision = Some(Decision::LookAtMap);
        }
        if is_entered && dialog.found.is_some() {
            *decision = Some(Decision::Accept);
        }
        if browse_ui(ui) {
            *decision = Some(Decision::Browse(super::Purpose::AddMap));
        }
        if !ui.memory(|memory| memory.focused().is_some()) {
            field.request_focus();
        }
    });
    ui.label(theme::second(told_of(&dialog.text), shade));
    if dialog.asking {
        ui.label(theme::second("Looking…", shade));
    }
    // What is above it and the buttons beneath it stay in the window, however much a service offers.
    let rest = ScrollArea::vertical().max_height((height_pt(ui, 640.0) - 40.0).max(80.0)).auto_shrink([false, true]);
    rest.id_salt("what was found").show(ui, |ui| {
        keys_ui(ui, dialog);
        let source = dialog.typed.as_ref().map(|typed| typed.source.clone());
        if let (Some(found), Some(source)) = (&mut dialog.found, source) {
            ui.add_space(6.0);
            found_ui(ui, found, &source);
        }
        follow_focus(ui);
    });
    error_ui(ui, &dialog.error);
    ui.add_space(12.0);
    let why_not = dialog.found.is_none().then_some("Look first what it holds");
    buttons_unless_ui(ui, "Add", why_not, decision);
}

/// A field for each key.
fn keys_ui(ui: &mut Ui, dialog: &mut AddMapDialog) {
    let shade = theme::theme_of(ui.ctx());
    let places = dialog.places();
    for index in &places {
        if dialog.keys.len() <= *index {
            dialog.keys.resize(index + 1, String::new());
        }
        ui.horizontal(|ui| {
            let label = ui.label(if places.len() == 1 { "Key".to_owned() } else { format!("Key {}", index + 1) });
            let field = line_edit(&mut dialog.keys[*index]).password(true).desired_width(280.0);
            ui.add(field.id(Id::unique(("key of a map", *index)))).labelled_by(label.id);
        });
    }
    if !places.is_empty() {
        let is = if places.len() == 1 { "It is" } else { "They are" };
        let stands = if places.len() == 1 { "stands" } else { "stand" };
        let words = format!("{is} kept in your settings, and {stands} in no project and no figure.");
        ui.label(theme::second(words, shade));
    }
}

fn found_ui(ui: &mut Ui, found: &mut Found, source: &MapSource) {
    let shade = theme::theme_of(ui.ctx());
    let mut is_chosen_anew = false;
    if let Some(choice_of) = &mut found.service {
        let ServiceChoice { service, search, layer, style, time } = choice_of;
        let title = if service.title.is_empty() { "The service" } else { service.title.as_str() };
        let layers = match service.layers.len() {
            1 => "one layer".to_owned(),
            many => format!("{} layers", words::number(many as f64, 0)),
        };
        ui.label(format!("{title} offers {layers} that can be drawn."));
        if !service.terms.is_empty() {
            ui.label(theme::second(
                format!("It says of its use: {}", service.terms.chars().take(300).collect::<String>()),
                shade,
            ));
        }
        if service.layers.len() > 8 {
            ui.horizontal(|ui| {
                let label = ui.label("Search");
                ui.add(line_edit(search).desired_width(260.0).id(Id::unique("search for a layer")))
                    .labelled_by(label.id);
            });
        }
        let wanted = search.to_lowercase();
        let rows: Vec<usize> = (0..service.layers.len())
            .filter(|index| {
                wanted.is_empty()
                    || service.layers.get(*index).is_some_and(|layer| layer.title.to_lowercase().contains(&wanted))
            })
            .collect();
        let row_pt = ui.spacing().interact_size.y;
        let list = ScrollArea::vertical().max_height(height_pt(ui, 150.0)).auto_shrink([false, true]);
        list.id_salt("layers of the service").show_rows(ui, row_pt, rows.len(), |ui, shown| {
            for index in rows.get(shown).unwrap_or_default() {
                let Some(offered) = service.layers.get(*index) else { continue };
                ui.horizontal(|ui| {
                    ui.add_space(12.0 * offered.depth.saturating_sub(1).min(6) as f32);
                    if choice(ui, layer, *index, &offered.title).changed() {
                        is_chosen_anew = true;
                    }
                });
            }
            follow_focus(ui);
        });
        if is_chosen_anew {
            *style = 0;
            *time = service.layers.get(*layer).map(|layer| layer.usual_time().to_owned()).unwrap_or_default();
        }
        if let Some(offered) = service.layers.get(*layer) {
            ui.horizontal(|ui| {
                if offered.styles.len() > 1 {
                    let label = ui.label("Style");
                    let now = offered.styles.get(*style).map_or("", |(_, title)| title.as_str());
                    let list = ComboBox::from_id_salt("style of the layer").selected_text(now).truncate().width(170.0);
                    let list = crate::app::chrome::list_ui(ui, list, |ui| {
                        for (index, (_, title)) in offered.styles.iter().enumerate() {
                            if crate::app::chrome::choice_ui(ui, *style == index, title) {
                                *style = index;
                                is_chosen_anew = true;
                            }
                        }
                    });
                    list.labelled_by(label.id);
                }
                if !offered.times.is_empty() {
                    let label = ui.label("Time");
                    let mut by_day = time == TIME_OF_DAY;
                    let field = line_edit(time).desired_width(150.0).id(Id::unique("time of the layer"));
                    let field = field.hint_text(offered.usual_time());
                    let all = offered.times.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
                    let field = ui.add_enabled(!by_day, field).labelled_by(label.id);
                    is_chosen_anew |= field.on_hover_text(format!("It has:\n{all}")).changed();
                    let hint = "Ask for the day that the timeline shows, and for the usual time where none is chosen";
                    if tick(ui, &mut by_day, "Day of the timeline").on_hover_text(hint).changed() {
                        *time = if by_day { TIME_OF_DAY.to_owned() } else { offered.usual_time().to_owned() };
                        is_chosen_anew = true;
                    }
                }
            });
        }
        for (layer, why) in service.left_out.iter().take(3) {
            ui.label(theme::second(format!("Not offered here: {layer}: {why}"), shade));
        }
        ui.add_space(4.0);
    }
    if is_chosen_anew {
        found.choose(source);
    }
    egui::Grid::new("what is said of the map").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        let field = |ui: &mut Ui, words: &str, hint: &str, text: &mut String| {
            let label = ui.label(words);
            let field = line_edit(text).desired_width(360.0).id(Id::unique(("of the map", words)));
            ui.add(field.hint_text(hint)).labelled_by(label.id);
            ui.end_row();
        };
        field(ui, "Title", "What you call it", &mut found.title);
        field(ui, "Credit", "© …: stands in every figure that shows it", &mut found.credit);
        field(ui, "Imagery of", "Day, month or year, if you know it", &mut found.imagery_date);
    });
    if found.map.tiles == TileContent::Raster {
        let hint = "For pictures from satellites: the names of the built-in map stand over them";
        tick(ui, &mut found.has_no_names, "Its pictures have no names of towns").on_hover_text(hint);
    }
    if let Some(warning) = &found.warning {
        small_warning_ui(ui, &capital(warning));
    }
    if found.credit.trim().is_empty() {
        ui.label(theme::second("Without a credit nobody can tell from a figure whose map it is.", shade));
    }
}

/// Who will be asked, and what of.
fn told_of(text: &str) -> String {
    let Ok(typed) = typed::read(text) else {
        return "The server of an address will see your address and the area you look at.".to_owned();
    };
    let source = &typed.source;
    if matches!(source.kind, MapKind::Mbtiles | MapKind::Pmtiles) && !source.is_online() {
        return "A file on this computer: nobody is asked.".to_owned();
    }
    match Server::all_of(source).first() {
        Some(server) if server.is_here() => "A server on this computer is asked.".to_owned(),
        Some(server) => format!("{} {}", server.name(), sees_area(server)),
        None => "Which server would be asked cannot be told.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_added_under_its_title_with_its_credit_and_without_its_key() {
        let mut dialog =
            AddMapDialog { text: "https://h/{z}/{x}/{y}.png?apikey=s3cret".to_owned(), ..Default::default() };
        assert!(dialog.typed().is_none(), "nothing has to be asked");
        assert!(!dialog.text.contains("s3cret"));
        let (server, keys) = dialog.keys().remove(0);
        assert_eq!((server.name(), keys), ("h", vec!["s3cret".to_owned()]));
        if let Some(found) = &mut dialog.found {
            found.title = " Survey ".to_owned();
            found.credit = "© Survey".to_owned();
            found.has_no_names = true;
        }
        let map = dialog.accepted().unwrap();
        assert_eq!((map.title.main(), map.attribution.as_str(), map.has_names), ("Survey", "© Survey", false));
        assert_eq!(map.address, "https://h/{z}/{x}/{y}.png?apikey={key}");
        // Each of several, and for each of several servers.
        let text = "https://{s}.h/{z}/{x}/{y}.png?token=s3cret&sig=s4cret".to_owned();
        let mut two = AddMapDialog { text, ..Default::default() };
        two.typed();
        let servers: Vec<String> = two.keys().iter().map(|(server, _)| server.name().to_owned()).collect();
        assert_eq!((servers, two.places()), (["a.h", "b.h", "c.h"].map(str::to_owned).to_vec(), vec![0, 1]));
        assert_eq!(two.keys()[2].1, ["s3cret", "s4cret"]);
        assert!(!format!("{:?}", two.accepted().unwrap()).contains("cret"));
        dialog.set_path("places.geojson");
        assert!(dialog.typed().is_none() && dialog.error.contains("is no map"), "{}", dialog.error);
    }

    #[test]
    fn the_day_follows_the_time_that_is_chosen_and_own_words_stay() {
        let xml = br#"<WMS_Capabilities version="1.3.0"><Service><Title>S</Title></Service><Capability><Request><GetMap>
            <Format>image/png</Format></GetMap></Request><Layer><Title>All</Title><CRS>EPSG:3857</CRS>
            <Layer><Name>a</Name><Title>A</Title><Style><Name>x</Name><Title>X</Title></Style><Style><Name>y</Name><Title>Y</Title></Style>
            <Dimension name="time" units="ISO8601" default="2024-06-02">2023-05-01,2024-06-02</Dimension></Layer>
            <Layer><Name>b</Name><Title>B</Title></Layer></Layer></Capability></WMS_Capabilities>"#;
        let service = crate::formats::map_service::read(xml, "https://h/wms").unwrap();
        let mut dialog = AddMapDialog { text: "https://h/wms?SERVICE=WMS".to_owned(), ..Default::default() };
        let source = dialog.typed().unwrap().source;
        dialog.take(Ok(Looked::Service(Box::new(service), Vec::new())));
        let found = dialog.found.as_mut().unwrap();
        assert_eq!((found.title.as_str(), found.imagery_date.as_str()), ("A", "2024-06-02"));
        "2023-05-01".clone_into(&mut found.service.as_mut().unwrap().time);
        "Mine".clone_into(&mut found.title);
        found.choose(&source);
        assert_eq!((found.title.as_str(), found.imagery_date.as_str()), ("Mine", "2023-05-01"));
        assert_eq!(found.map.request.time, "2023-05-01");
        "spring".clone_into(&mut found.imagery_date);
        found.service.as_mut().unwrap().style = 1;
        found.choose(&source);
        assert_eq!((found.title.as_str(), found.imagery_date.as_str()), ("Mine", "spring"));
        "2023-05-01".clone_into(&mut found.imagery_date);
        let choice = found.service.as_mut().unwrap();
        (choice.layer, choice.style, choice.time) = (1, 0, String::new());
        found.choose(&source);
        assert_eq!((found.title.as_str(), found.imagery_date.as_str()), ("B", ""));
    }
}
