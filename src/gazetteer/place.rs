//! Places of a gazetteer: what they are, how large, and in which region.

/// What a place is. The numbers are those of sealed gazetteers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PlaceKind {
    /// Capital of a country.
    Capital = 0,
    /// Seat of a region of the first level.
    Seat = 1,
    /// Seat of a district.
    DistrictSeat = 2,
    /// City, town or village.
    Populated = 3,
    /// A part of one.
    Part = 4,
    /// One that is abandoned, destroyed or gone.
    Former = 5,
    /// Country.
    Country = 6,
    /// Region of the first level: oblast, state, province.
    Region = 7,
    /// District or municipality.
    District = 8,
    /// River, stream or canal.
    River = 9,
    /// Lake or reservoir.
    Lake = 10,
    /// Sea, ocean or large bay.
    Sea = 11,
    /// Other water.
    Water = 12,
    /// Mountain, hill, valley or cape.
    Height = 13,
    /// Island.
    Island = 14,
    /// Railway station.
    Station = 15,
    /// Airport or airfield.
    Airport = 16,
    /// Bridge, dam or crossing.
    Crossing = 17,
    /// Forest or other vegetation.
    Forest = 18,
    /// Road or railway.
    Road = 19,
    /// Building or site.
    Site = 20,
    /// Area, such as a park or a landscape.
    Area = 21,
    /// Feature of a layer.
    Feature = 22,
}

impl PlaceKind {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 23] = [
        Self::Capital,
        Self::Seat,
        Self::DistrictSeat,
        Self::Populated,
        Self::Part,
        Self::Former,
        Self::Country,
        Self::Region,
        Self::District,
        Self::River,
        Self::Lake,
        Self::Sea,
        Self::Water,
        Self::Height,
        Self::Island,
        Self::Station,
        Self::Airport,
        Self::Crossing,
        Self::Forest,
        Self::Road,
        Self::Site,
        Self::Area,
        Self::Feature,
    ];

    /// The kind with a number, if there is one.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Capital => "capital",
            Self::Seat => "seat of a region",
            Self::DistrictSeat => "seat of a district",
            Self::Populated => "populated place",
            Self::Part => "part of a populated place",
            Self::Former => "former populated place",
            Self::Country => "country",
            Self::Region => "region",
            Self::District => "district",
            Self::River => "river",
            Self::Lake => "lake",
            Self::Sea => "sea",
            Self::Water => "water",
            Self::Height => "height",
            Self::Island => "island",
            Self::Station => "railway station",
            Self::Airport => "airport",
            Self::Crossing => "crossing",
            Self::Forest => "forest",
            Self::Road => "road or railway",
            Self::Site => "site",
            Self::Area => "area",
            Self::Feature => "feature",
        }
    }

    /// The kind that a feature class and a feature code of GeoNames stand for.
    pub(super) fn of_geonames(class: &str, code: &str) -> Self {
        match (class, code) {
            ("P", "PPLC") => Self::Capital,
            ("P", "PPLA") => Self::Seat,
            ("P", "PPLA2" | "PPLA3" | "PPLA4" | "PPLA5") => Self::DistrictSeat,
            ("P", "PPLX") => Self::Part,
            ("P", "PPLH" | "PPLQ" | "PPLW" | "PPLCH") => Self::Former,
            ("P", _) => Self::Populated,
            ("A", "ADM1") => Self::Region,
            ("A", code) if code.starts_with("PCL") => Self::Country,
            ("A", _) => Self::District,
            ("H", "LK" | "LKS" | "RSV" | "LKC" | "LKN" | "LGN" | "LGNS") => Self::Lake,
            ("H", "SEA" | "OCN" | "GULF" | "BAY" | "STRT") => Self::Sea,
            ("H", code) if code.starts_with("STM") || code.starts_with("CNL") => Self::River,
            ("H", _) => Self::Water,
            ("T", "ISL" | "ISLS" | "ISLET") => Self::Island,
            ("T" | "U", _) => Self::Height,
            ("S", "RSTN" | "RSTP" | "STNR") => Self::Station,
            ("S", "AIRP" | "AIRF" | "AIRB" | "AIRQ") => Self::Airport,
            ("S", "BDG" | "DAM" | "FY" | "TNL") => Self::Crossing,
            ("R", _) => Self::Road,
            ("V", _) => Self::Forest,
            ("L", _) => Self::Area,
            _ => Self::Site,
        }
    }

    /// How much a kind stands out beside a village without people, in the points of [`size_points`].
    fn points(self) -> f32 {
        match self {
            Self::Capital => 1.2,
            Self::Seat => 0.8,
            Self::DistrictSeat => 0.4,
            Self::Populated => 0.0,
            Self::Part => -0.4,
            Self::Former => -0.6,
            Self::Country => 1.0,
            Self::Region => 4.5,
            Self::Sea => 4.0,
            Self::River | Self::Lake => 1.5,
            Self::Island | Self::Airport => 1.2,
            Self::District => 1.0,
            Self::Station | Self::Height | Self::Area | Self::Feature => 0.6,
            Self::Water | Self::Crossing | Self::Forest | Self::Road | Self::Site => 0.2,
        }
    }
}

/// How large and known a place is, 0 to 10: the decimal logarithm of its people, what its kind stands out by, and a little
/// for the names that it is known by.
pub(super) fn size_points(kind: PlaceKind, population: u32, names: usize) -> f32 {
    let of_names = (names.max(1) as f32).log2() * 0.15;
    let people = (1.0 + population as f32).log10();
    // Where a region has people, they are those of its cities again.
    let people = match kind {
        PlaceKind::Region | PlaceKind::District => people * 0.2,
        PlaceKind::Country => people * 0.8,
        _ => people,
    };
    (people + kind.points() + of_names).clamp(0.0, 10.0)
}

/// A region, as places lie in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Region {
    /// Two letters of ISO 3166; empty where unknown.
    pub country_code: String,
    /// The country's name; empty where unknown.
    pub country: String,
    /// GeoNames' code of the region within its country.
    pub code: String,
    /// The region's name; empty where unknown.
    pub name: String,
}

impl Region {
    /// The region and the country, as far as they are known.
    pub fn words(&self) -> String {
        let country = if self.country.is_empty() { &self.country_code } else { &self.country };
        match (self.name.is_empty(), country.is_empty()) {
            (true, _) => country.clone(),
            (false, true) => self.name.clone(),
            (false, false) => format!("{}, {country}", self.name),
        }
    }
}
