//! The dialog that adds a layer from a database, or reads one again: server, password, table, and how much of it.

use std::path::PathBuf;

use eframe::egui::{self, Id, Key, RichText, ScrollArea, Ui};

use super::{Decision, buttons_ui, error_ui, height_pt, width_ui};
use crate::app::theme;
use crate::app::widgets::{choice, line_edit, tick, tip};
use crate::dossier::words::number;
use crate::files::postgis::{self, Listed};
use crate::formats::database::{Address, DEFAULT_LIMIT, TlsMode, Wanted};

/// What has been typed and chosen.
pub(crate) struct DatabaseDialog {
    address: String,
    /// Kept no longer than the program runs, and nowhere on the disk.
    password: String,
    /// The tables that the server has named.
    tables: Vec<Listed>,
    chosen: Option<usize>,
    limit: String,
    only_shown: bool,
    error: String,
    /// Whether the server is being asked.
    asking: bool,
    /// The layer that is read again, if one is.
    layer: Option<String>,
}

impl DatabaseDialog {
    /// For a new layer.
    pub(crate) fn new() -> Self {
        Self {
            address: String::new(),
            password: String::new(),
            tables: Vec::new(),
            chosen: None,
            limit: DEFAULT_LIMIT.to_string(),
            only_shown: true,
            error: String::new(),
            asking: false,
            layer: None,
        }
    }

    /// For a layer that is there, with the address that it was read from.
    pub(crate) fn again(layer: String, address: &str) -> Self {
        let limit = Address::parse(address).map_or(DEFAULT_LIMIT, |(address, _)| address.limit());
        let limit = limit.to_string();
        Self { address: address.to_owned(), limit, only_shown: false, layer: Some(layer), ..Self::new() }
    }

    /// The address as it is typed; its password goes to where the others are.
    fn typed(&mut self) -> Result<Address, String> {
        let (address, password) = Address::parse(&whole(&self.address)?).map_err(|error| error.to_string())?;
        self.address = address.to_string();
        match password {
            Some(password) => postgis::use_password(&address, password.text()),
            None if !self.password.is_empty() => postgis::use_password(&address, &self.password),
            None => {}
        }
        Ok(address)
    }

    /// The address of the server whose tables are to be listed; what is wrong with it is shown.
    pub(crate) fn server(&mut self) -> Option<Address> {
        self.error.clear();
        match self.typed() {
            Ok(address) => {
                self.asking = true;
                Some(address)
            }
            Err(what) => {
                self.error = what;
                None
            }
        }
    }

    /// Shows the tables that the server has named, or why it has not.
    pub(crate) fn take(&mut self, tables: Result<Vec<Listed>, String>) {
        self.asking = false;
        match tables {
            Ok(tables) => {
                self.chosen = (!tables.is_empty()).then_some(0);
                if tables.is_empty() {
                    self.error = "You may read no table with geometries there".to_owned();
                }
                self.tables = tables;
            }
            Err(what) => self.error = what,
        }
    }

    /// The layer that is wanted, with the layer whose place it takes; what is wrong is shown.
    pub(crate) fn accepted(&mut self, shown: [f64; 4]) -> Option<(PathBuf, Option<String>)> {
        self.error.clear();
        let made = self.typed().and_then(|address| {
            let mut address = address;
            if let Some(table) = self.chosen.and_then(|chosen| self.tables.get(chosen)) {
                address.wanted = Some(Wanted::Table { schema: Some(table.schema.clone()), name: table.name.clone() });
                address.geometry = Some(table.geometry.clone());
            }
            if address.wanted.is_none() {
                return Err("List the tables and choose one, or name one in the address: ?table=schema.name".to_owned());
            }
            let limit: Option<u64> = self.limit.trim().replace([',', ' '], "").parse().ok().filter(|limit| *limit > 0);
            address.limit = Some(limit.ok_or("The limit is a number of rows, such as 5000")?);
            Ok(if self.only_shown { Address { bbox: None, ..address }.within(shown) } else { address })
        });
        match made {
            Ok(address) => Some((PathBuf::from(address.to_string()), self.layer.clone())),
            Err(what) => {
                self.error = what;
                None
            }
        }
    }
}

/// The field for the address.
pub(super) fn address_field() -> Id {
    Id::unique("address of the database")
}

/// Shows the dialog.
pub(super) fn database_ui(ui: &mut Ui, dialog: &mut DatabaseDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 560.0);
    ui.heading(if dialog.layer.is_some() { "Read the layer again" } else { "Add from a database" });
    ui.add_space(8.0);
    let label = ui.label("Address of a PostgreSQL database with PostGIS");
    ui.horizontal(|ui| {
        let field = line_edit(&mut dialog.address).desired_width(ui.available_width() - 104.0).id(address_field());
        let field = ui.add(field.hint_text("postgresql://user@server/database")).labelled_by(label.id);
        if field.changed() {
            dialog.error.clear();
            dialog.tables.clear();
            dialog.chosen = None;
        }
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let list = ui.add_enabled(!dialog.asking, egui::Button::new("List tables"));
        if tip(list, "Ask the server which tables have geometries").clicked() || is_entered {
            *decision = Some(Decision::ListTables);
        }
        if !ui.memory(|memory| memory.focused().is_some()) {
            field.request_focus();
        }
    });
    ui.add_space(4.0);
    let label = ui.label("Password, if the server wants one that is not in ~/.pgpass or PGPASSWORD");
    let field = line_edit(&mut dialog.password).password(true).desired_width(240.0);
    ui.add(field.id(Id::unique("password for the database"))).labelled_by(label.id);
    ui.label(theme::second(told_of(dialog), shade));
    if dialog.asking {
        ui.label(theme::second("Asking the server…", shade));
    }
    if !dialog.tables.is_empty() {
        ui.add_space(6.0);
        ui.label(RichText::new("Table").family(theme::semi_bold()));
        let list = ScrollArea::vertical().max_height(height_pt(ui, 200.0)).auto_shrink([false, true]);
        list.id_salt("tables of the database").show(ui, |ui| {
            for (index, table) in dialog.tables.iter().enumerate() {
                choice(ui, &mut dialog.chosen, Some(index), &described(table));
            }
            crate::app::chrome::follow_focus(ui);
        });
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        let label = ui.label("At most");
        let field = line_edit(&mut dialog.limit).desired_width(90.0).id(Id::unique("limit of rows"));
        ui.add(field).labelled_by(label.id);
        ui.label("rows");
        ui.add_space(12.0);
        let hint = "Only the rows whose geometry meets what the map shows now";
        tick(ui, &mut dialog.only_shown, "Only what the map shows").on_hover_text(hint);
    });
    error_ui(ui, &dialog.error);
    ui.add_space(12.0);
    buttons_ui(ui, if dialog.layer.is_some() { "Read again" } else { "Add" }, decision);
}

/// An address as it is typed, with its scheme.
fn whole(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    match typed.split_once("://") {
        Some((scheme, _)) if !["postgresql", "postgres"].contains(&scheme) => {
            Err(format!("{scheme}:// is no PostgreSQL database; write postgresql://user@server/database"))
        }
        Some(_) => Ok(typed.to_owned()),
        None if typed.is_empty() => Err("Type the address of a database first".to_owned()),
        None => Ok(format!("postgresql://{typed}")),
    }
}

/// What becomes of what is typed, and who is asked.
fn told_of(dialog: &DatabaseDialog) -> String {
    let kept = "It is forgotten when the window closes and stands in no file.";
    match whole(&dialog.address).map(|whole| Address::parse(&whole)) {
        Ok(Ok((address, _))) if address.host != "localhost" || address.database.is_some() => {
            let how = match address.tls() {
                TlsMode::Disable => "without encryption",
                TlsMode::Prefer => "encrypted if it can",
                TlsMode::Require => "encrypted, whoever it is",
                TlsMode::VerifyFull => "encrypted, and only if its certificate is good",
            };
            format!("{kept} {} is asked, {how}; nothing is written there.", address.server())
        }
        _ => kept.to_owned(),
    }
}

/// A table in one line.
fn described(table: &Listed) -> String {
    let Listed { schema, name, geometry, srid, rows } = table;
    let system = if *srid > 0 { format!("EPSG:{srid}") } else { "system not stated".to_owned() };
    let rows = rows.map_or_else(String::new, |rows| format!(" · about {} rows", number(rows, 0)));
    format!("{schema}.{name} · {geometry} · {system}{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_address_and_a_table_enters_it() {
        let mut dialog = DatabaseDialog::new();
        dialog.address = "postgresql://me:hunter2@dialog.example/gis".to_owned();
        assert_eq!(dialog.accepted([0.0; 4]), None);
        assert!(dialog.error.contains("List the tables"), "{}", dialog.error);
        dialog.take(Ok(vec![Listed {
            schema: "public".to_owned(),
            name: "roads".to_owned(),
            geometry: "geom".to_owned(),
            srid: 4326,
            rows: Some(5000.0),
        }]));
        assert_eq!(described(&dialog.tables[0]), "public.roads · geom · EPSG:4326 · about 5,000 rows");
        let (path, layer) = dialog.accepted([36.0, 47.0, 37.0, 48.0]).unwrap();
        let expected =
            "postgresql://me@dialog.example/gis?table=public.roads&geometry=geom&limit=100000&bbox=36,47,37,48";
        assert_eq!((path.to_str().unwrap(), layer), (expected, None));
        dialog.limit = "many".to_owned();
        assert_eq!(dialog.accepted([0.0; 4]), None);
        assert!(dialog.error.contains("number of rows"), "{}", dialog.error);
    }
}
