//! How a file is to be read that leaves it open: in which coordinate system its numbers are, or where the places of a table
//! stand. What would come of each choice lies on the map before it is taken.

use std::path::PathBuf;

use eframe::egui::{self, ComboBox, Context, Grid, Key, Response, ScrollArea, Spinner, Ui};

use super::{Decision, buttons_unless_ui, error_ui, height_pt, width_ui};
use crate::app::latest::Latest;
use crate::app::widgets::{choice, line_edit, outlined, small_warning_ui};
use crate::app::{chrome, theme};
use crate::files::{self, Preview, Taken};
use crate::formats::crs::{Crs, Guess, guesses};
use crate::formats::geojson::Order;
use crate::formats::tabular::{First, PlaceColumns, Sample, TableChoice};
use crate::geometry::{Coord, View};

/// A file about which somebody is to be asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: PathBuf,
    /// How it was taken.
    pub(crate) taken: Taken,
    /// Which of its layers, of several.
    pub(crate) layer: Option<String>,
    /// The box of its numbers where they are no degrees; otherwise it is a table.
    pub(crate) bounds: Option<geo::Rect<f64>>,
    /// The id of the layer that is read anew, if it is open already.
    pub(crate) of: Option<String>,
    /// What is said if it is left at that.
    pub(crate) why: String,
}

/// What is worked out: what would come of the file, taken so.
type Answer = (Taken, Result<Preview, String>);

/// What is asked.
enum Question {
    /// The coordinate system: those that are likely, which of them is chosen, and what has been typed.
    System { guesses: Vec<Guess>, chosen: Option<usize>, typed: String },
    /// The table.
    Table(TableChoice),
}

/// The dialog.
pub(crate) struct ReadingDialog {
    pub(crate) asked: Asked,
    name: String,
    question: Question,
    worker: Option<Latest<Taken, Answer>>,
    wanted: Option<Taken>,
    answer: Option<Answer>,
    /// Where the map was before.
    pub(crate) view: View,
    /// For which answer the map has been moved.
    shown: Option<Taken>,
    /// For which choice Enter was pressed, before it was known what comes of it.
    entered: Option<Taken>,
}

/// Encodings to choose from beside the one that is taken.
const ENCODINGS: [&str; 8] =
    ["UTF-8", "windows-1251", "windows-1252", "windows-1250", "KOI8-U", "IBM866", "UTF-16LE", "ISO-8859-5"];

/// What may stand between fields, with its name.
const SEPARATORS: [(char, &str); 4] = [(',', "Comma"), (';', "Semicolon"), ('\t', "Tab"), ('|', "Bar")];

/// How places stand in a table.
const WAYS: [&str; 4] = ["Two columns", "One column", "Geometry (WKT or GeoJSON)", "Names of places"];

/// Where no column says the region.
const NO_COLUMN: &str = "None";

impl ReadingDialog {
    /// Asks about a file; `region` is that of the map, nearest to which systems are likely.
    pub(crate) fn open(ctx: &Context, asked: Asked, region: Option<geo::Rect<f64>>, view: View) -> Self {
        let name = asked.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let question = match asked.bounds {
            Some(bounds) => {
                let guesses = guesses(bounds, region);
                Question::System { chosen: None, typed: String::new(), guesses }
            }
            None => Question::Table(asked.taken.table.clone().unwrap_or_default()),
        };
        let (path, layer, waker) = (asked.path.clone(), asked.layer.clone(), ctx.clone());
        let work = move |taken: Taken| {
            let preview = files::preview(&path, &taken, layer.as_deref()).map_err(|error| error.to_string());
            Some((taken, preview))
        };
        let worker = Latest::start("preview", move || waker.request_repaint(), work).ok();
        Self { asked, name, question, worker, wanted: None, answer: None, view, shown: None, entered: None }
    }

    /// How the file is taken as it is chosen; nothing while nothing is.
    pub(crate) fn taken(&self) -> Option<Taken> {
        let taken = self.asked.taken.clone();
        match &self.question {
            Question::System { guesses, chosen, typed } => match chosen {
                Some(index) => {
                    let guess = guesses.get(*index)?;
                    let order = if guess.exchanged { taken.order.exchanged() } else { taken.order };
                    Some(Taken { crs: Some(format!("EPSG:{}", guess.crs.epsg()?)), order, ..taken })
                }
                None => {
                    Crs::parse(typed).ok()?;
                    Some(Taken { crs: Some(typed.trim().to_owned()), ..taken })
                }
            },
            // Which number is which, the choice itself says.
            Question::Table(table) => {
                let order = if table.places.is_some() { Order::LonLat } else { taken.order };
                Some(Taken { table: Some(table.clone()), order, ..taken })
            }
        }
    }

    /// The same with all that was guessed of a table and seen on the map, so that it is read so from now on.
    pub(crate) fn settled(&self) -> Option<Taken> {
        let taken = self.taken()?;
        let read = self.outcome().and_then(|outcome| outcome.as_ref().ok()?.table.as_ref());
        let table = match (&taken.table, read) {
            (Some(_), Some(read)) => Some(read.choice.clone()),
            (table, _) => table.clone(),
        };
        Some(Taken { table, ..taken })
    }

    /// The places that would come of the choice.
    pub(crate) fn places(&self) -> &[Coord<f64>] {
        match &self.answer {
            Some((taken, Ok(preview))) if Some(taken) == self.wanted.as_ref() => &preview.places,
            _ => &[],
        }
    }

    /// The box to which the map is to be moved, once for each answer.
    pub(crate) fn bounds_to_show(&mut self) -> Option<[f64; 4]> {
        let (taken, preview) = self.answer.as_ref()?;
        if self.shown.as_ref() == Some(taken) {
            return None;
        }
        self.shown = Some(taken.clone());
        preview.as_ref().ok()?.bounds()
    }

    /// Asks for what comes of the choice, and takes what has been worked out.
    fn work(&mut self) {
        if let Some(answer) = self.worker.as_ref().and_then(Latest::take) {
            self.answer = Some(answer);
        }
        let taken = self.taken();
        if taken != self.wanted {
            self.wanted.clone_from(&taken);
            if let (Some(worker), Some(taken)) = (&self.worker, taken) {
                worker.request(taken);
            }
        }
    }

    /// What came of the choice as it is, once that has been worked out.
    fn outcome(&self) -> Option<&Result<Preview, String>> {
        self.answer.as_ref().filter(|(taken, _)| Some(taken) == self.wanted.as_ref()).map(|(_, outcome)| outcome)
    }
}

/// Shows the dialog.
pub(crate) fn reading_ui(ui: &mut Ui, dialog: &mut ReadingDialog, decision: &mut Option<Decision>) {
    dialog.work();
    width_ui(ui, 440.0);
    match dialog.question {
        Question::System { .. } => system_ui(ui, dialog),
        Question::Table(_) => table_ui(ui, dialog),
    }
    ui.add_space(6.0);
    let mut can_use = false;
    match (dialog.wanted.is_some(), dialog.outcome()) {
        (false, _) => {
            ui.label(theme::second("Nothing is chosen yet", theme::theme_of(ui.ctx())));
        }
        (true, None) => {
            ui.horizontal(|ui| {
                ui.add(Spinner::new().size(12.0));
                ui.label("Reading…");
            });
        }
        (true, Some(Err(why))) => error_ui(ui, why),
        (true, Some(Ok(preview))) => match &preview.error {
            Some(_) if preview.lacks_places => {
                ui.label("Nothing in it is a coordinate. Choose above where its places stand; names of places are looked up.");
            }
            Some(why) => error_ui(ui, why),
            None => {
                can_use = true;
                let places = if preview.count == 1 { "1 feature" } else { &format!("{} features", preview.count) };
                ui.label(format!("{places} would lie on the map as the dots show."));
                // What of the table becomes no feature.
                let is_lost = |what: &&String| what.contains("skipped") || what.contains("is no feature");
                if let Some(first) = preview.warnings.iter().find(is_lost) {
                    error_ui(ui, &beginning(first, 200));
                }
                // Names that several places have: which were taken is seen on the map, and said.
                let is_chosen = |what: &&String| what.contains("there are several places");
                if let Some(several) = preview.warnings.iter().find(is_chosen) {
                    small_warning_ui(ui, &beginning(several, 240));
                }
            }
        },
    }
    ui.add_space(10.0);
    let why_not = (!can_use).then_some("Choose how it is read first, so that its features lie on the map");
    buttons_unless_ui(ui, "Use", why_not, decision);
    if can_use && dialog.entered.is_some() && dialog.entered == dialog.wanted && decision.is_none() {
        *decision = Some(Decision::Accept);
    }
}

fn system_ui(ui: &mut Ui, dialog: &mut ReadingDialog) {
    let Question::System { guesses, chosen, typed } = &mut dialog.question else { return };
    ui.heading("Which coordinate system?");
    let corner = dialog.asked.bounds.map(|bounds| bounds.min()).unwrap_or_default();
    ui.label(format!(
        "The numbers of {} (as {}, {}) are not degrees, and it does not say what they are.",
        dialog.name,
        number(corner.x),
        number(corner.y)
    ));
    ui.add_space(6.0);
    // With room for what is wrong with what is typed, in a low window too.
    let list_pt = height_pt(ui, 350.0) - 90.0;
    let mut is_confirmed = false;
    ScrollArea::vertical().max_height(list_pt.max(60.0)).auto_shrink([false, true]).show(ui, |ui| {
        for (index, guess) in guesses.iter().enumerate() {
            let order = if guess.exchanged { ", the two numbers swapped" } else { "" };
            let place = place(guess.middle);
            let label = format!("{}{order}: around {place}", guess.crs.label());
            let was_chosen = *chosen == Some(index);
            let row = choice(ui, chosen, Some(index), &label);
            if row.clicked() {
                typed.clear();
            }
            // Enter chooses, and then confirms.
            is_confirmed |= was_chosen && row.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            focus_first(ui, &row);
        }
        if guesses.is_empty() {
            ui.label("None of the systems that files are usually in puts them on the earth.");
        }
    });
    ui.add_space(4.0);
    let label = ui.label("Another, by its EPSG code, well-known text or PROJ string");
    let field = ui.add(line_edit(typed).hint_text("EPSG:32637").desired_width(f32::INFINITY)).labelled_by(label.id);
    if field.changed() {
        *chosen = None;
    }
    focus_first(ui, &field);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !typed.trim().is_empty()
        && let Err(why) = Crs::parse(typed)
    {
        error_ui(ui, &why.to_string());
    }
    if is_entered || is_confirmed {
        dialog.entered = dialog.taken();
    }
}

/// The first letters of a text, with a sign that it goes on where it does, after its last whole word.
fn beginning(text: &str, letters: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(letters) else { return text.to_owned() };
    let start = &text[..end];
    let words = start.rsplit_once(' ').map_or(start, |(words, _)| words);
    format!("{} …", words.trim_end_matches([',', ';', ':']))
}

/// Gives the keys to the first control, where nothing has them.
fn focus_first(ui: &Ui, control: &Response) {
    if ui.memory(|memory| memory.focused().is_none()) {
        control.request_focus();
    }
}

/// A number of a plane without decimals, which say nothing here.
fn number(value: f64) -> String {
    format!("{value:.0}")
}

/// A place to a tenth of a degree.
fn place(at: Coord<f64>) -> String {
    let side = |value: f64, sides: [&str; 2]| format!("{:.1}° {}", value.abs(), sides[usize::from(value < 0.0)]);
    format!("{} {}", side(at.y, ["N", "S"]), side(at.x, ["E", "W"]))
}

fn table_ui(ui: &mut Ui, dialog: &mut ReadingDialog) {
    ui.heading("How to read the table");
    let first = match &dialog.asked.of {
        Some(_) => format!("This is how {} is read.", dialog.name),
        None => format!("{} leaves open how it is read.", dialog.name),
    };
    ui.label(format!("{first} The dots on the map show what comes of this."));
    ui.add_space(6.0);
    // What has been read last shows the columns, also while another choice is being read.
    let read = dialog.answer.as_ref().and_then(|(_, preview)| preview.as_ref().ok());
    let Some(sample) = read.and_then(|preview| preview.sample.as_ref()) else { return };
    let guess = read.and_then(|preview| preview.table.as_ref()).map(|table| &table.choice);
    let Question::Table(table) = &mut dialog.question else { return };
    Grid::new("how a table is read").num_columns(2).spacing([12.0, 6.0]).show(ui, |ui| {
        if let Some(read_as) = &sample.choice.encoding {
            let mut now = table.encoding.clone().unwrap_or_else(|| read_as.clone());
            let others = ENCODINGS.iter().filter(|name| **name != read_as.as_str()).map(|name| (*name).to_owned());
            let all: Vec<String> = std::iter::once(read_as.clone()).chain(others).collect();
            if pick_ui(ui, "Encoding", &mut now, &all, Clone::clone) {
                table.encoding = Some(now);
            }
        }
        if let Some(read_as) = sample.choice.separator {
            let mut now = table.separator.unwrap_or(read_as);
            let all: Vec<char> = SEPARATORS.iter().map(|(sign, _)| *sign).collect();
            let name = |sign: &char| {
                SEPARATORS
                    .iter()
                    .find(|(own, _)| own == sign)
                    .map_or_else(|| sign.to_string(), |(_, name)| (*name).to_owned())
            };
            if pick_ui(ui, "Between fields", &mut now, &all, name) {
                table.separator = Some(now);
                // The columns are others.
                table.places = None;
            }
        }
        places_ui(ui, table, guess, sample);
        let label = ui.label("3,5 in text");
        let mut commas = table.decimal_comma.or_else(|| guess?.decimal_comma).unwrap_or_default();
        let tick = outlined(ui, |ui| ui.checkbox(&mut commas, "is a number"));
        if tick.labelled_by(label.id).changed() {
            table.decimal_comma = Some(commas);
        }
        ui.end_row();
    });
    ui.add_space(8.0);
    ScrollArea::both().max_height(height_pt(ui, 170.0)).auto_shrink([false, true]).show(ui, |ui| {
        Grid::new("first rows").striped(true).spacing([14.0, 3.0]).show(ui, |ui| {
            let columns = sample.rows.first().map_or(0, Vec::len);
            for label in sample.labels.iter().take(columns) {
                ui.strong(label.chars().take(40).collect::<String>());
            }
            ui.end_row();
            for row in &sample.rows {
                row.iter().for_each(|cell| drop(ui.label(cell)));
                ui.end_row();
            }
        });
    });
}

/// In which columns the places stand.
fn places_ui(ui: &mut Ui, table: &mut TableChoice, guess: Option<&TableChoice>, sample: &Sample) {
    /// Of more columns nobody chooses in a list.
    const MOST: usize = 200;
    let labels = &sample.labels[..sample.labels.len().min(MOST)];
    let now = table.places.clone().or_else(|| guess?.places.clone());
    let first_label = || labels.first().cloned().unwrap_or_default();
    let way = match &now {
        Some(PlaceColumns::Two { .. }) => Some(0),
        Some(PlaceColumns::One { .. }) => Some(1),
        Some(PlaceColumns::Geometry { .. }) => Some(2),
        Some(PlaceColumns::Names { .. }) => Some(3),
        None => None,
    };
    let mut chosen = way;
    let all = [Some(0), Some(1), Some(2), Some(3)];
    let name = |way: &Option<usize>| way.map_or("Choose…", |way| WAYS[way]).to_owned();
    let mut places = now.clone();
    if pick_ui(ui, "Places stand in", &mut chosen, &all, name) && chosen != way {
        let second = || labels.get(1).cloned().unwrap_or_default();
        places = chosen.map(|way| match way {
            0 => PlaceColumns::Two { latitude: first_label(), longitude: second() },
            1 => PlaceColumns::One { column: first_label(), first: First::Latitude },
            2 => PlaceColumns::Geometry { column: first_label() },
            _ => PlaceColumns::Names {
                column: sample.place_name.clone().unwrap_or_else(first_label),
                within: sample.region.clone(),
            },
        });
    }
    match &mut places {
        Some(PlaceColumns::Two { latitude, longitude }) => {
            pick_ui(ui, "Latitude or northing", latitude, labels, Clone::clone);
            pick_ui(ui, "Longitude or easting", longitude, labels, Clone::clone);
        }
        Some(PlaceColumns::One { column, first }) => {
            pick_ui(ui, "Column", column, labels, Clone::clone);
            let all = [First::Latitude, First::Longitude];
            pick_ui(ui, "Which comes first", first, &all, |first| crate::app::widgets::capital(first.word()));
        }
        Some(PlaceColumns::Geometry { column }) => {
            pick_ui(ui, "Column", column, labels, Clone::clone);
        }
        Some(PlaceColumns::Names { column, within }) => {
            pick_ui(ui, "Column of names", column, labels, Clone::clone);
            let all: Vec<Option<String>> = std::iter::once(None).chain(labels.iter().cloned().map(Some)).collect();
            let name = |within: &Option<String>| within.clone().unwrap_or_else(|| NO_COLUMN.to_owned());
            pick_ui(ui, "Region or country", within, &all, name);
        }
        None => {}
    }
    if places != now {
        table.places = places;
    }
}

/// A row with a list to choose from; whether something was chosen.
fn pick_ui<T: Clone + PartialEq>(
    ui: &mut Ui,
    label: &str,
    now: &mut T,
    all: &[T],
    name: impl Fn(&T) -> String,
) -> bool {
    let words = ui.label(label);
    let mut changed = false;
    let short = |value: &T| name(value).chars().take(40).collect::<String>();
    let list = ComboBox::from_id_salt(label).selected_text(short(now)).width(220.0);
    let list = chrome::list_ui(ui, list, |ui| {
        for value in all {
            if chrome::choice_ui(ui, now == value, short(value)) && now != value {
                *now = value.clone();
                changed = true;
            }
        }
    });
    focus_first(ui, &list);
    list.labelled_by(words.id);
    ui.end_row();
    changed
}

/// Draws the places of a preview over the map.
pub(crate) fn places_on_map_ui(ui: &Ui, rect: egui::Rect, at: impl Iterator<Item = egui::Vec2>) {
    let palette = theme::theme_of(ui.ctx()).palette();
    let painter = ui.painter_at(rect);
    let (accent, halo) = (theme::ink(palette.accent), theme::ink(palette.halo));
    for place in at.map(|at| rect.min + at).filter(|at| rect.contains(*at)) {
        painter.circle(place, 4.5, accent, egui::Stroke::new(1.5, halo));
    }
}
