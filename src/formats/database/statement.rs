//! The one statement by which a layer is asked of a database: no more than a `select`, whatever the user's query says.

use super::address::{Address, Wanted};

/// A column of what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it has.
    pub kind: ColumnKind,
}

/// What a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Shapes on a plane, or in degrees.
    Geometry,
    /// Shapes on the ellipsoid.
    Geography,
    /// What has no words: bytes, pictures.
    Bytes,
    /// Anything else.
    Words,
}

impl ColumnKind {
    /// Of a type by its name in the server.
    pub fn of(type_name: &str) -> Self {
        match type_name {
            "geometry" => Self::Geometry,
            "geography" => Self::Geography,
            "bytea" | "_bytea" | "raster" | "_geometry" | "_geography" => Self::Bytes,
            _ => Self::Words,
        }
    }
}

/// The columns by what becomes of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted {
    /// The one that places the features.
    pub geometry: Column,
    /// Those that become properties, in their order.
    pub properties: Vec<String>,
    /// Those that are left out.
    pub left_out: Vec<String>,
}

/// Which column has the geometry, which become properties, and which are left out.
///
/// # Errors
/// A text that says what is wrong with the columns.
pub fn sorted(columns: &[Column], geometry: Option<&str>) -> Result<Sorted, String> {
    let names = || columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(twice) = columns.iter().enumerate().find_map(|(index, column)| {
        columns[..index].iter().any(|other| other.name == column.name).then_some(&column.name)
    }) {
        return Err(format!("two columns of the query are called {twice}; name one otherwise: … as {twice}_2"));
    }
    let is_shape = |column: &&Column| matches!(column.kind, ColumnKind::Geometry | ColumnKind::Geography);
    let shapes: Vec<&Column> = columns.iter().filter(is_shape).collect();
    let own = match (geometry, shapes.as_slice()) {
        (Some(name), shapes) => match shapes.iter().find(|column| column.name == name) {
            Some(column) => *column,
            None => return Err(format!("there is no column of geometries called {name}; its columns are {}", names())),
        },
        (None, [one]) => *one,
        (None, []) => {
            return Err(format!(
                "no column has geometries; its columns are {}. A query can make one: select ST_SetSRID(ST_MakePoint(lon, \
                 lat), 4326) as geom, …",
                names()
            ));
        }
        (None, several) => {
            let several: Vec<&str> = several.iter().map(|column| column.name.as_str()).collect();
            let first = several.first().copied().unwrap_or_default();
            return Err(format!(
                "several columns have geometries: {}; choose one with &geometry={first}",
                several.join(", ")
            ));
        }
    };
    let others = |is_wanted: fn(ColumnKind) -> bool| {
        let others = columns.iter().filter(|column| column.name != own.name && is_wanted(column.kind));
        others.map(|column| column.name.clone()).collect()
    };
    Ok(Sorted {
        geometry: own.clone(),
        properties: others(|kind| kind == ColumnKind::Words),
        left_out: others(|kind| kind != ColumnKind::Words),
    })
}

/// The statements that read a layer. Names are quoted and numbers are written by us; the query of a user stands between
/// brackets, so that it can be nothing but a `select`, and several statements are refused by the protocol.
#[derive(Debug, Clone)]
pub struct Statement {
    source: String,
    geometry: Column,
    properties: Vec<String>,
    /// The schema of PostGIS, quoted, with its dot.
    postgis: String,
    srid: i32,
    bbox: Option<[f64; 4]>,
}

/// What stands behind `from`.
pub fn source_of(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Table { schema: Some(schema), name } => format!("{}.{} as q", quoted(schema), quoted(name)),
        Wanted::Table { schema: None, name } => format!("{} as q", quoted(name)),
        // The end of a line ends a comment too.
        Wanted::Query(query) => format!("(\n{query}\n) as q"),
    }
}

impl Statement {
    /// Of a layer whose geometries are in the system of this number; `postgis` is the schema in which PostGIS is.
    pub fn new(address: &Address, wanted: &Wanted, sorted: &Sorted, postgis: &str, srid: i32) -> Self {
        // A box of the whole world leaves nothing out.
        let is_part = |[west, south, east, north]: &[f64; 4]| east - west < 359.9 || north - south < 170.0;
        Self {
            source: source_of(wanted),
            geometry: sorted.geometry.clone(),
            properties: sorted.properties.clone(),
            postgis: format!("{}.", quoted(postgis)),
            srid,
            bbox: address.bbox.filter(is_part),
        }
    }

    /// Asks for the number of the coordinate system of the first geometry.
    pub fn srid_of_first(wanted: &Wanted, geometry: &Column, postgis: &str) -> String {
        let (name, postgis) = (quoted(&geometry.name), quoted(postgis));
        format!(
            "select {postgis}.ST_SRID(q.{name}::{postgis}.geometry) from {} where q.{name} is not null limit 1",
            source_of(wanted)
        )
    }

    /// Asks for the rows: of each the geometry in WGS 84 as well-known binary, and the properties as JSON.
    pub fn rows(&self, limit: u64) -> String {
        let Self { source, postgis, .. } = self;
        let name = quoted(&self.geometry.name);
        let own = match self.geometry.kind {
            ColumnKind::Geography => format!("q.{name}::{postgis}geometry"),
            _ => format!("q.{name}"),
        };
        let placed = if self.srid == WGS_84 { own } else { format!("{postgis}ST_Transform({own}, {WGS_84})") };
        let properties =
            self.properties.iter().map(|name| format!("q.{}", quoted(name))).collect::<Vec<_>>().join(", ");
        let said = match properties.as_str() {
            "" => "null::text".to_owned(),
            some => format!("(select pg_catalog.row_to_json(p)::text from (select {some}) as p)"),
        };
        format!("select {postgis}ST_AsBinary({placed}), {said} from {source}{} limit {limit}", self.within())
    }

    /// Asks how many rows there are in all.
    pub fn count(&self) -> String {
        format!("select pg_catalog.count(*) from {}{}", self.source, self.within())
    }

    /// Whether only a part is asked for.
    pub fn is_bounded(&self) -> bool {
        self.bbox.is_some()
    }

    /// What keeps to the box: an operator that an index answers.
    fn within(&self) -> String {
        let Some([west, south, east, north]) = self.bbox else { return String::new() };
        let Self { postgis, srid, .. } = self;
        let name = quoted(&self.geometry.name);
        let step = ((east - west).max(north - south)) / 32.0;
        let around = format!("{postgis}ST_MakeEnvelope({west}, {south}, {east}, {north}, {WGS_84})");
        let around = match self.geometry.kind {
            ColumnKind::Geography => format!("{around}::{postgis}geography"),
            _ if self.srid == WGS_84 => around,
            // The sides of a box are bent in most other systems.
            _ => format!("{postgis}ST_Transform({postgis}ST_Segmentize({around}, {step}), {srid})"),
        };
        format!(" where q.{name} OPERATOR({postgis}&&) {around}")
    }
}

/// The number of WGS 84 in degrees, longitude first as PostGIS has it.
const WGS_84: i32 = 4326;

/// A name as SQL takes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: &str) -> Column {
        Column { name: name.to_owned(), kind: ColumnKind::of(kind) }
    }

    fn statement(address: &str, kind: &str, srid: i32) -> Statement {
        let (address, _) = Address::parse(address).unwrap();
        let columns = [column("id", "int8"), column("ge\"om", kind), column("a b", "text"), column("raw", "bytea")];
        let wanted = address.wanted.clone().unwrap();
        Statement::new(&address, &wanted, &sorted(&columns, None).unwrap(), "public", srid)
    }

    #[test]
    fn a_table_is_asked_for_by_quoted_names_and_its_index() {
        let asked = statement("postgresql://h/d?table=s.t%22%22x&bbox=36,47,37,48", "geometry", 32637);
        assert_eq!(
            asked.rows(5),
            "select \"public\".ST_AsBinary(\"public\".ST_Transform(q.\"ge\"\"om\", 4326)), (select \
             pg_catalog.row_to_json(p)::text from (select q.\"id\", q.\"a b\") as p) from \"s\".\"tx\" as q where \
             q.\"ge\"\"om\" OPERATOR(\"public\".&&) \"public\".ST_Transform(\"public\".ST_Segmentize(\"public\".\
             ST_MakeEnvelope(36, 47, 37, 48, 4326), 0.03125), 32637) limit 5"
        );
        assert!(
            asked.is_bounded() && asked.count().starts_with("select pg_catalog.count(*) from \"s\".\"tx\" as q where")
        );
        let world = statement("postgresql://h/d?table=t&bbox=-180,-90,180,90", "geometry", 4326);
        assert!(!world.is_bounded() && !world.rows(1).contains("where") && !world.rows(1).contains("Transform"));
    }

    #[test]
    fn a_query_stands_between_brackets_and_a_comment_ends_before_them() {
        let asked = statement("postgresql://h/d?query=select%20*%20from%20a%20--%20all", "geography", 4326);
        assert!(asked.rows(5).ends_with(" from (\nselect * from a -- all\n) as q limit 5"), "{}", asked.rows(5));
    }

    #[test]
    fn the_column_of_geometries_is_found_or_asked_for() {
        let two = [column("a", "geometry"), column("b", "geography"), column("c", "raster"), column("d", "text")];
        let error = sorted(&two, None).unwrap_err();
        assert!(error.contains("a, b; choose one with &geometry=a"), "{error}");
        let chosen = sorted(&two, Some("b")).unwrap();
        assert_eq!(
            (chosen.geometry.name.as_str(), chosen.left_out.as_slice()),
            ("b", &["a".to_owned(), "c".to_owned()][..])
        );
        assert!(sorted(&two, Some("d")).unwrap_err().contains("no column of geometries called d"));
        assert!(sorted(&two[3..], None).unwrap_err().contains("ST_MakePoint"));
        let twice = [column("a", "text"), column("a", "text")];
        assert!(sorted(&twice, None).unwrap_err().contains("called a"));
    }
}
