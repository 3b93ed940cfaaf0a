use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, json};

use super::*;
use crate::document::annotation::{
    AreaKind, Citation, Dash, Hatch, Kept, PathKind, PointKind, SAFE_COLORS, Symbol, Traced,
};
use crate::document::{Layer, Names, OverlayState, Picture};
use crate::dossier::model::StylePart;
use crate::dossier::styling::{By, Categories, Graduated, KindChange, Labels};
use crate::dossier::{Counting, Excerpt, FileRecord, Styling};
use crate::formats::filter::Filter;
use crate::formats::language::Text;
use crate::formats::map_source::{MapKind, MapSource, ShownMap};
use crate::formats::picture::Placement;
use crate::formats::source_properties::PropertySource;
use crate::geometry::georeference::TransformKind;

fn place() -> impl Strategy<Value = Coord<f64>> {
    (-179.0..179.0_f64, -85.0..85.0_f64).prop_map(|(x, y)| Coord { x, y })
}

fn line() -> impl Strategy<Value = LineString<f64>> {
    vec(place(), 2..6).prop_map(LineString)
}

fn ring(corners: std::ops::Range<usize>) -> impl Strategy<Value = LineString<f64>> {
    vec(place(), corners).prop_map(|corners| {
        let mut ring = LineString(corners);
        ring.0.push(ring.0[0]);
        ring
    })
}

fn polygon() -> impl Strategy<Value = Polygon<f64>> {
    (ring(3..6), vec(ring(3..5), 0..2)).prop_map(|(outer, holes)| Polygon::new(outer, holes))
}

fn other() -> impl Strategy<Value = Option<Geometry<f64>>> {
    prop_oneof![
        Just(None),
        vec(place(), 0..4).prop_map(|points| Some(Geometry::MultiPoint(points.into()))),
        vec(line(), 1..3).prop_map(|lines| Some(Geometry::MultiLineString(MultiLineString(lines)))),
        (place(), line(), polygon()).prop_map(|(point, line, polygon)| {
            let parts = vec![Geometry::Point(point.into()), Geometry::LineString(line), Geometry::Polygon(polygon)];
            Some(Geometry::GeometryCollection(parts.into()))
        }),
        polygon().prop_map(|polygon| Some(Geometry::Polygon(polygon))),
        place().prop_map(|at| Some(Geometry::Point(at.into()))),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    let point = select(vec![PointKind::Marker, PointKind::Text]);
    let path = select(vec![PathKind::Line, PathKind::Arrow, PathKind::Freehand, PathKind::Distance]);
    let area = select(vec![AreaKind::Polygon, AreaKind::Measured]);
    prop_oneof![
        (place(), point).prop_map(|(at, kind)| Shape::Point { at, kind }),
        (place(), place()).prop_map(|(target, text_at)| Shape::Callout { target, text_at }),
        (line(), path).prop_map(|(line, kind)| Shape::Path { line, kind }),
        (vec(polygon(), 1..3), area).prop_map(|(area, kind)| Shape::Area { area: MultiPolygon(area), kind }),
        ring(4..5).prop_map(|ring| Shape::Area {
            area: MultiPolygon(vec![Polygon::new(ring, Vec::new())]),
            kind: AreaKind::Rectangle
        }),
        ((-150.0..150.0_f64, -70.0..70.0_f64), 1.0..500_000.0_f64)
            .prop_map(|((x, y), radius_m)| Shape::Circle { center: Coord { x, y }, radius_m }),
        other().prop_map(Shape::Other),
    ]
}

fn color() -> impl Strategy<Value = Rgb> {
    prop_oneof![select(SAFE_COLORS.map(|(_, color)| color).to_vec()), (0..0x100_0000_u32).prop_map(Rgb::new)]
}

fn style() -> impl Strategy<Value = Style> {
    let dash = select(vec![Dash::Solid, Dash::Dashed, Dash::Dotted]);
    let hatch = select(vec![Hatch::None, Hatch::Rising, Hatch::Falling, Hatch::Level, Hatch::Dots]);
    let symbol = select(vec![Symbol::Pin, Symbol::Circle, Symbol::Triangle, Symbol::Star, Symbol::Cross]);
    let size = select(vec![MarkerSize::Small, MarkerSize::Medium, MarkerSize::Large]);
    let strokes = (color(), 0.0..=40.0_f64, 0.0..=1.0_f64, dash);
    let fills = (color(), 0.0..=1.0_f64, hatch);
    let markers = (symbol, size, color(), option::of(0..300_u32));
    let texts = (option::of(color()), 6.0..=96.0_f64, option::of(20.0..900.0_f64), any::<bool>(), any::<bool>());
    let chosen = (strokes, fills, markers, texts).prop_map(|(strokes, fills, markers, texts)| Style {
        stroke: strokes.0,
        stroke_width_pt: strokes.1,
        stroke_opacity: strokes.2,
        dash: strokes.3,
        fill: fills.0,
        fill_opacity: fills.1,
        hatch: fills.2,
        symbol: markers.0,
        marker_size: markers.1,
        marker: markers.2,
        number: markers.3,
        text: texts.0,
        text_size_pt: texts.1,
        text_width_pt: texts.2,
        show_title: texts.3,
        show_measure: texts.4,
        direction_deg: None,
    });
    prop_oneof![Just(Style::default()), Just(simplestyle()), chosen]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\PC{0,12}", "[a-zа-я\"\\\\\n\t ]{1,20}"]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(Value::from),
        words().prop_map(Value::from),
        Just(json!({ "deep": [1, { "er": null }] })),
    ]
}

/// Members of names that mean nothing to us; `name` and the like may mean something to others.
fn members() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof!["x[a-zà-ž ]{0,6}", Just("name".to_owned()), Just("sources_url".to_owned())];
    vec((name, value()), 0..4).prop_map(|members| members.into_iter().collect())
}

fn kept() -> impl Strategy<Value = Kept> {
    let id = prop_oneof![
        Just(None),
        (0..40_u64).prop_map(|id| Some(id.into())),
        "[a-z/0-9]{1,6}".prop_map(|id| Some(id.into()))
    ];
    (id, members(), members(), option::weighted(0.2, members())).prop_map(|(id, mut properties, members, own)| {
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            properties.insert(MEMBER.to_owned(), Value::Object(own));
        }
        Kept { id, properties, members }
    })
}

fn citation() -> impl Strategy<Value = Citation> {
    prop_oneof![
        "[a-z-]{1,8}".prop_map(|excerpt| Citation::Excerpt { excerpt }),
        (
            option::of("https://[a-z]{1,8}\\.example/"),
            option::of(words()),
            "[A-Z][a-z]{0,6}",
            option::of(words()),
            option::of("2[0-9]{3}-0[1-9]-[12][0-8]|mid-[A-Z][a-z]{3}")
        )
            .prop_map(|(url, title, outlet, author, date)| {
                Citation::Source(PropertySource {
                    outlet: Some(outlet),
                    author,
                    url,
                    title,
                    accessed: date.clone(),
                    archived: Default::default(),
                    date,
                })
            }),
    ]
}

fn annotation() -> impl Strategy<Value = Annotation> {
    let flags = (any::<bool>(), any::<bool>());
    let said = (vec(citation(), 0..3), option::weighted(0.2, traced()));
    (shape(), words(), words(), style(), flags, said, kept(), 0..3_u64).prop_map(
        |(shape, title, description, style, (visible, locked), (citations, traced), kept, layer)| Annotation {
            photo: None,
            id: AnnotationId(0),
            layer: LayerId(layer * 100),
            shape,
            title,
            description,
            style,
            visible,
            locked,
            citations,
            traced,
            kept,
        },
    )
}

fn traced() -> impl Strategy<Value = Traced> {
    (words(), option::of(0.0..900.0_f64)).prop_map(|(picture, accuracy_m)| Traced {
        picture,
        sha256: "ab".repeat(32),
        accuracy_m,
    })
}

fn excerpt() -> impl Strategy<Value = Excerpt> {
    (words(), words()).prop_map(|(exact, said_by)| {
        let json = json!({ "id": "own-1", "source": "s", "does": "claims", "exact": exact, "said_by": said_by });
        serde_json::from_value(json).unwrap()
    })
}

fn styling() -> impl Strategy<Value = Styling> {
    let by = || {
        prop_oneof![
            Just(By::AsGiven),
            Just(By::One),
            words().prop_map(|property| By::Property(Categories::of(property))),
            (words(), 2..=12_usize, any::<bool>()).prop_map(|(property, classes, reversed)| {
                By::Graduated(Graduated { classes, reversed, ..Graduated::of(property) })
            }),
        ]
    };
    let part = || {
        (option::of(0.0..=40.0), option::of(0.0..=1.0), option::of(select(vec!["none", "#0072b2"]))).prop_map(
            |(stroke_width, fill_opacity, fill)| StylePart {
                stroke_width,
                fill_opacity,
                fill: fill.map(str::to_owned),
                ..StylePart::default()
            },
        )
    };
    let filter = || option::of(select(vec!["status = occupied and km2 > 10", "not a is null"]));
    (by(), part(), vec((words(), part()), 0..3), filter(), option::of((words(), 6.0..=36.0))).prop_map(
        |(by, change, kinds, filter, labels)| Styling {
            by,
            change,
            hidden: kinds.iter().map(|(key, _)| key.clone()).collect(),
            kinds: kinds
                .into_iter()
                .map(|(key, style)| (key.clone(), KindChange { title: Some(key), style }))
                .collect(),
            filter: filter.map(|text| text.parse().unwrap()),
            labels: labels.map(|(property, size_pt)| Labels { size_pt, ..Labels::of(property) }),
            ..Styling::default()
        },
    )
}

fn overlay() -> impl Strategy<Value = OverlayState> {
    (any::<bool>(), 0.0..=1.0_f64, styling()).prop_map(|(visible, opacity, styling)| OverlayState {
        visible,
        opacity,
        styling: styling.into(),
        ..OverlayState::new("o", "g")
    })
}

fn map_source() -> impl Strategy<Value = MapSource> {
    (select(vec!["topo", "a b"]), words(), 256..258_u32, members()).prop_map(|(id, title, size, members)| MapSource {
        id: id.to_owned(),
        title: Text::plain(if title.trim().is_empty() { id.to_owned() } else { title }),
        kind: MapKind::Xyz,
        address: "https://example.org/{z}/{x}/{y}.png".to_owned(),
        tile_size_px: 256 << (size - 256),
        kept: members.into_iter().map(|(name, value)| (format!("own-{name}"), value)).collect(),
        ..MapSource::builtin()
    })
}

fn shown_map() -> impl Strategy<Value = ShownMap> {
    let id = select(vec!["built-in", "open-street-map", "blank", "topo"]);
    (id, any::<bool>(), 0..=100_u32, 0..=100_u32, any::<bool>()).prop_map(|(id, visible, opacity, dim, grey)| {
        ShownMap { id: id.to_owned(), visible, opacity: f64::from(opacity) / 100.0, dim: f64::from(dim) / 100.0, grey }
    })
}

fn picture() -> impl Strategy<Value = Picture> {
    let points = vec((0.0..4000.0_f64, 0.0..4000.0_f64, place()), 0..5)
        .prop_map(|points| points.into_iter().map(|(x, y, place)| [x, y, place.x, place.y]).collect::<Vec<[f64; 4]>>());
    let placement = prop_oneof![
        (points, select(TransformKind::ALL.to_vec()))
            .prop_map(|(points, transform)| Placement::Points { transform, points }),
        (-1e7..1e7_f64, 0.01..500.0_f64).prop_map(|(x, step)| Placement::Plane {
            crs: "EPSG:32637".to_owned(),
            affine: [x, step, 0.0, 5e6, 0.0, -step],
        }),
    ];
    let crop = option::of([(0.0..9.0_f64, 0.0..9.0_f64), (1.0..9.0, 0.0..9.0), (0.0..9.0, 2.0..9.0)]);
    let said = (words(), words(), words(), option::of(select(vec!["1943", "2025-12-15"])), option::of(0.0..900.0_f64));
    let shown = (any::<bool>(), 0.0..=1.0_f64, crop);
    let unused = vec([0.0..4000.0_f64, 0.0..4000.0, -180.0..180.0, -80.0..80.0], 0..3);
    ((placement, unused), said, shown, members()).prop_map(
        |((placement, unused_points), (title, source, license, as_of, stated_accuracy_m), shown, kept)| {
            let (visible, opacity, crop) = shown;
            let file = json!({ "path": "scans/sheet.tif", "sha256": "ab".repeat(32), "bytes": 77 });
            let file: FileRecord = serde_json::from_value(file).unwrap();
            Picture {
                title,
                source,
                license,
                as_of: as_of.map(str::to_owned),
                stated_accuracy_m,
                unused_points,
                visible,
                opacity,
                crop: crop.map(|corners| corners.map(|(x, y)| [x, y]).to_vec()).unwrap_or_default(),
                kept: kept.into_iter().map(|(name, value)| (format!("own-{name}"), value)).collect(),
                ..Picture::new(Arc::new(file), [4000, 4000], placement)
            }
        },
    )
}

fn document() -> impl Strategy<Value = Document> {
    let choices = (
        select(vec![&["en"][..], &["uk"], &["en", "uk"], &["uk", "az-Arab"]])
            .prop_map(|tags| Names::of_tags(tags).unwrap()),
        (vec(shown_map(), 1..4), vec(map_source(), 0..3)),
    );
    let counting = prop_oneof![
        Just(Counting::All),
        words().prop_map(|name| {
            let filter = Filter::equal("name", &Value::from(name));
            filter.map_or(Counting::All, Counting::Where)
        }),
        vec(words(), 1..3).prop_map(Counting::Kinds),
    ];
    let line = option::of((line(), polygon(), counting).prop_map(|(line, polygon, counting)| {
        let parts = vec![Geometry::LineString(line), Geometry::Polygon(polygon)];
        let geometry = Geometry::GeometryCollection(parts.into());
        Arc::new(ChosenLine { overlay: "line".to_owned(), from: "mine.geojson".to_owned(), counting, geometry })
    }));
    let evidence = (vec(excerpt(), 0..2), vec(overlay(), 0..2), line, members());
    let drawn = (vec(annotation(), 0..7), vec(picture(), 0..3));
    (drawn, choices, evidence, (place(), 0.0..22.0_f64), members(), words()).prop_map(
        |(
            (mut annotations, pictures),
            (names, (maps, map_sources)),
            (own_excerpts, overlays, chosen_line, figure),
            (center, zoom),
            kept,
            title,
        )| {
            for (index, annotation) in annotations.iter_mut().enumerate() {
                annotation.id = AnnotationId(1 + index as u64);
            }
            let layer =
                |id: u64, locked: bool| Layer { id: LayerId(id), title: title.clone(), visible: !locked, locked };
            let mut overlays: Vec<OverlayState> = overlays;
            for (index, state) in overlays.iter_mut().enumerate() {
                state.id = format!("overlay-{index}");
            }
            let numbered = |(index, picture)| Arc::new(Picture { id: format!("picture-{index}"), ..picture });
            Document {
                pictures: pictures.into_iter().enumerate().map(numbered).collect(),
                overlays,
                names,
                maps,
                map_sources: map_sources.into_iter().map(std::sync::Arc::new).collect(),
                own_excerpts,
                annotations: annotations.into_iter().collect(),
                layers: vec![layer(100, false), layer(0, true), layer(200, false)],
                next_number: 300,
                chosen_line,
                figure: Arc::new(figure),
                kept,
                ..Document::empty("test", View { center, zoom })
            }
        },
    )
}

fn reference() -> Reference {
    let text = AttachedText { source: "s".to_owned(), sha256: "ab".repeat(32), file: "s.txt".to_owned() };
    Reference {
        version: Some("1.2.3".to_owned()),
        sha256: Some("cd".repeat(32)),
        dossier_place: Some("dossiers/quill".into()),
        place_sha256: Some("ef".repeat(32)),
        texts: vec![text],
        ..Reference::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_document_is_what_it_was_after_save_and_load(document in document()) {
        let bytes = write(&document, &reference());
        let project = read(&bytes).unwrap();
        prop_assert_eq!(&project.warnings, &Vec::new());
        prop_assert!(project.ours && !project.newer && is_project(&bytes));
        prop_assert_eq!(&project.reference, &reference());
        prop_assert_eq!(&project.document, &settled(&document));
        prop_assert_eq!(String::from_utf8(write(&project.document, &reference())), String::from_utf8(bytes));
    }

    #[test]
    fn what_is_pasted_is_what_was_copied(document in document()) {
        let ids: Vec<AnnotationId> = document.annotations.iter().map(|annotation| annotation.id).collect();
        let text = features_text(&document, &ids);
        let (pasted, warnings) = annotations_from_text(&text, LayerId(100)).unwrap();
        prop_assert_eq!(warnings, Vec::new());
        let copied = settled(&document);
        prop_assert_eq!(pasted.len(), copied.annotations.len());
        for (pasted, copied) in pasted.iter().zip(&copied.annotations) {
            prop_assert_eq!(pasted, &Annotation { layer: LayerId(100), ..Annotation::clone(copied) });
        }
    }

    #[test]
    fn no_change_of_a_file_makes_a_panic(document in document(), cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte: u8) {
        let whole = write(&document, &reference());
        let index = ((at * whole.len() as f64) as usize).min(whole.len() - 1);
        let mut bytes = whole.clone();
        bytes[index] = byte;
        let _ = read(&bytes);
        bytes.truncate((cut * whole.len() as f64) as usize);
        let _ = read(&bytes);
        // Without its last brace, if not without its last line break, it is no file.
        let object = whole.trim_ascii_end();
        prop_assert!(read(&object[..(cut * object.len() as f64) as usize]).is_err());
    }
}

fn foreign(features: &str) -> Project {
    read(format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#).as_bytes()).unwrap()
}

fn ours(features: &str) -> Project {
    let text = format!(r#"{{"type":"FeatureCollection","claimline":{{"version":1}},"features":[{features}]}}"#);
    read(text.as_bytes()).unwrap()
}

#[test]
fn files_of_other_programs_become_annotations() {
    let project = foreign(
        r#"{"type":"Feature","id":"way/7","properties":{"name":"Slovyansk","marker-symbol":"airport"},"geometry":{"type":"Point","coordinates":[37.6,48.9,120]}},
        {"type":"Feature","id":3,"properties":{"stroke":"f00","stroke-width":"5"},"geometry":{"type":"LineString","coordinates":[[37,48],[38,49]]}},
        {"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":[[[37,48],[37,49],[38,49],[37,48]]]}},
        {"type":"Feature","properties":{"sources_url":"https://a.example/1, https://b.example/2","sources_date":"2025-12-15"},
         "geometry":{"type":"MultiPolygon","coordinates":[[[[37,48],[38,48],[38,49],[37,48]]],[[[30,48],[31,48],[31,49],[30,48]]]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"MultiPoint","coordinates":[[37,48],[38,48]]}},
        {"type":"Feature","properties":{},"geometry":null}"#,
    );
    assert_eq!(project.warnings, []);
    assert!(!project.ours);
    let annotations: Vec<_> = project.document.annotations.iter().collect();
    let names: Vec<&str> = annotations.iter().map(|annotation| annotation.shape.name()).collect();
    assert_eq!(names, ["Marker", "Line", "Polygon", "Polygon", "Shape", "Shape"]);
    assert_eq!(annotations[0].title, "Slovyansk");
    assert_eq!(annotations[0].kept.id, Some("way/7".into()));
    assert_eq!(annotations[0].style.marker, Rgb::new(0x7E7E7E));
    assert_eq!(annotations[1].kept.id, Some(3.into()));
    assert_eq!((annotations[1].style.stroke, annotations[1].style.stroke_width_pt), (Rgb::new(0xFF0000), 5.0));
    let plain = &annotations[2].style;
    assert_eq!((plain.stroke, plain.stroke_width_pt, plain.stroke_opacity), (Rgb::new(0x555555), 2.0, 1.0));
    assert_eq!((plain.fill, plain.fill_opacity), (Rgb::new(0x555555), 0.6));
    let Shape::Area { area, .. } = &annotations[2].shape else { panic!("no area") };
    // Clockwise in the file.
    assert_eq!(area.0[0].exterior().0[1], Coord { x: 38.0, y: 49.0 });
    assert_eq!(annotations[3].citations.len(), 2);
    assert!(annotations[3].kept.properties.contains_key("sources_url"));
    assert_eq!(annotations[5].shape, Shape::Other(None));

    let text = String::from_utf8(write(&project.document, &Reference::default())).unwrap();
    for kept in
        [r#""marker-symbol":"airport""#, r#""name":"Slovyansk""#, r#""id":"way/7""#, r#""sources_date":"2025-12-15""#]
    {
        assert!(text.contains(kept), "{kept} is lost in\n{text}");
    }
    let again = read(text.as_bytes()).unwrap();
    assert_eq!(again.document, project.document);
    assert_eq!(again.warnings, []);
}

#[test]
fn colours_and_numbers_of_annotations_are_read_as_css_has_them() {
    let area = r#""geometry":{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]}"#;
    let properties =
        r#"{"stroke":"crimson","stroke-opacity":"50%","fill":"rgb(0 114 178 / 50%)","fill-opacity":"0.5"}"#;
    let project = ours(&format!(r#"{{"type":"Feature","properties":{properties},{area}}}"#));
    assert_eq!(project.warnings, []);
    let style = &project.document.annotations.iter().next().unwrap().style;
    assert_eq!((style.stroke, style.stroke_opacity), (Rgb::new(0xDC143C), 0.5));
    assert_eq!((style.fill, style.fill_opacity), (Rgb::new(0x0072B2), 0.25));
    let text = String::from_utf8(write(&project.document, &project.reference)).unwrap();
    assert!(text.contains(r##""stroke":"#dc143c""##) && !text.contains("crimson"), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap().document, project.document);
}

#[test]
fn what_is_absurd_is_mended_with_a_word() {
    let line = r#""geometry":{"type":"LineString","coordinates":[[37,48],[38,49]]}"#;
    let cases = [
        (r#"{"stroke-width":-5}"#, "'stroke-width' is -5, which is not between 0 and 40"),
        (r#"{"stroke-opacity":7}"#, "'stroke-opacity' is 7, not a number from 0 to 1"),
        (r#"{"stroke-width":1e999}"#, "numbers that are too large"),
        (r#"{"stroke-width":NaN}"#, "'NaN'"),
        (r#"{"stroke":"crimsonish"}"#, "'stroke' is \"crimsonish\", not a colour"),
        (r#"{"claimline":{"id":1,"kind":"spiral"}}"#, "its kind is 'spiral'"),
        (r#"{"claimline":{"id":1,"layer":77,"kind":"line"}}"#, "there is no layer 77"),
        (r#"{"claimline":{"id":-4,"kind":"line"}}"#, "'id' is not understood"),
        (r#"{"claimline":{"kind":"line","text_size_pt":1e9}}"#, "'text_size_pt' is 1000000000"),
        (r#"{"claimline":{"kind":"line","citations":[7]}}"#, "number 1 of 'citations'"),
        (
            r#"{"sources_url":"https://a.example/1","sources_date":"2025-99-99"}"#,
            "'2025-99-99', which is not in the calendar",
        ),
        (r#"5"#, "set aside: properties"),
    ];
    for (properties, expected) in cases {
        let project = ours(&format!(r#"{{"type":"Feature","properties":{properties},{line}}}"#));
        assert_eq!(project.document.annotations.len(), 1);
        let warnings: Vec<String> = project.warnings.iter().map(ToString::to_string).collect();
        assert!(warnings.iter().any(|warning| warning.contains(expected)), "{properties}: {warnings:?}");
        let again = read(&write(&project.document, &project.reference)).unwrap();
        assert_eq!(again.document, project.document, "{properties}");
    }
}

#[test]
fn a_shape_that_cannot_be_read_is_kept_and_does_not_take_the_others_with_it() {
    let project = ours(
        r#"{"type":"Feature","properties":{"title":"bad"},"geometry":{"type":"LineString","coordinates":[[37,"48"],[38,49]]}},
        {"type":"Feature","properties":{"title":"good"},"geometry":{"type":"Point","coordinates":[37,48]}}, 5"#,
    );
    assert_eq!(project.document.annotations.len(), 2);
    assert_eq!(project.warnings.len(), 2, "{:?}", project.warnings);
    let text = String::from_utf8(write(&project.document, &Reference::default())).unwrap();
    assert!(text.contains(r#"[[37,"48"],[38,49]]"#), "{text}");
    assert!(text.contains(r#""features":[5]"#), "{text}");
    assert_eq!(read(text.as_bytes()).unwrap().document, project.document);
}

#[test]
fn two_of_one_number_and_places_off_the_earth_are_put_right() {
    let feature = |lon: f64| {
        format!(
            r#"{{"type":"Feature","id":7,"properties":{{"claimline":{{"id":7,"kind":"marker"}}}},"geometry":{{"type":"Point","coordinates":[{lon},48]}}}}"#
        )
    };
    let project = ours(&[feature(37.0), feature(500.0)].join(","));
    let ids: Vec<u64> = project.document.annotations.iter().map(|annotation| annotation.id.0).collect();
    assert_eq!(ids, [7, 8]);
    assert_eq!(project.document.next_number, 9);
    assert_eq!(project.warnings.len(), 2);
    let far = r#"{"type":"Point","coordinates":[4183876.2,6230673.7]}"#;
    assert!(read(far.as_bytes()).unwrap_err().to_string().contains("look like metres"));
}

#[test]
fn very_long_words_are_cut_off_and_kept() {
    let long = "я".repeat(20_000);
    let project = ours(&format!(r#"{{"type":"Feature","properties":{{"title":"{long}"}},"geometry":null}}"#));
    assert_eq!(project.document.annotations.iter().next().unwrap().title.chars().count(), 10_000);
    assert!(String::from_utf8(write(&project.document, &Reference::default())).unwrap().contains(&long));
}

#[test]
fn what_is_wrong_is_said() {
    let cases = [
        (r#"{"type":"FeatureCollection","features":["#, "ends too soon, at line 1"),
        (r#"{"type":"FeatureCollection" "features":[]}"#, "not JSON"),
        (r#"{"hello":1}"#, "no 'type'"),
        ("[1]", "not an object"),
        (r#"{"type":"FeatureCollection"}"#, "list of 'features'"),
        (r#"{"type":"Topology","objects":{}}"#, "'Topology'"),
        (
            r#"{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}"#,
            "reproject",
        ),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert!(matches!(read(b"{\"\xff"), Err(ProjectError::NotUtf8(2))));
    assert!(read("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn a_newer_version_opens_with_a_warning_and_what_it_adds_is_kept() {
    let text = r#"{"type":"FeatureCollection","claimline":{"version":3,"program":"Claimline 9","weather":"fair"},"features":[
        {"type":"Feature","properties":{"claimline":{"id":1,"layer":0,"kind":"line","wobble":3}},"geometry":{"type":"LineString","coordinates":[[37,48],[38,49]]}}]}"#;
    let project = read(text.as_bytes()).unwrap();
    assert!(project.newer);
    assert_eq!(version(text.as_bytes()), Some(3));
    assert!(project.warnings[0].what.contains("version 3, written by Claimline 9"), "{:?}", project.warnings);
    let written = String::from_utf8(write(&project.document, &project.reference)).unwrap();
    assert!(written.contains(r#""weather":"fair""#) && written.contains(r#""wobble":3"#), "{written}");
}

#[test]
fn how_the_figure_is_set_up_is_kept_as_it_is() {
    let text = |figure: &str| {
        format!(r#"{{"type":"FeatureCollection","claimline":{{"version":1,"figure":{figure}}},"features":[]}}"#)
    };
    let project = read(text(r#"{"title":"Ours","watermark":[1,{"a":2.5}]}"#).as_bytes()).unwrap();
    assert!(project.warnings.is_empty(), "{:?}", project.warnings);
    assert_eq!(project.document.figure.len(), 2);
    let written = write(&project.document, &project.reference);
    assert_eq!(read(&written).unwrap().document, project.document);
    // What is no set-up at all is named, and kept among what was not understood.
    let project = read(text(r#""large""#).as_bytes()).unwrap();
    assert!(
        project.document.figure.is_empty() && project.warnings[0].what.contains("'figure'"),
        "{:?}",
        project.warnings
    );
    let written = String::from_utf8(write(&project.document, &project.reference)).unwrap();
    assert!(written.contains(r#""unread":{"figure":"large"}"#), "{written}");
    // Without one nothing is written of it.
    let none = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
    assert!(!String::from_utf8(write(&none, &Reference::default())).unwrap().contains("figure"));
}

#[test]
fn a_circle_that_another_program_has_moved_is_a_polygon() {
    let mut document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
    let circle = Shape::Circle { center: Coord { x: 37.5, y: 48.7 }, radius_m: 25_000.0 };
    super::super::edit::add(&mut document, Annotation::new(AnnotationId(0), LayerId(0), circle.clone()));
    let text = String::from_utf8(write(&document, &Reference::default())).unwrap();
    assert_eq!(read(text.as_bytes()).unwrap().document.annotations.iter().next().unwrap().shape, circle);
    let moved = text.replace("\"coordinates\":[[[37.5,", "\"coordinates\":[[[37.9,");
    assert_ne!(moved, text);
    let project = read(moved.as_bytes()).unwrap();
    assert_eq!(project.document.annotations.iter().next().unwrap().shape.name(), "Polygon");
    assert!(project.warnings[0].what.contains("reshaped"), "{:?}", project.warnings);
}

#[test]
fn a_circle_has_its_radius_everywhere() {
    let center = Coord { x: 37.5, y: 48.7 };
    let ring = write::circle_ring(center, 25_000.0);
    assert_eq!(ring.len(), CIRCLE_POINTS + 1);
    for corner in &ring {
        let distance_m = crate::geometry::measure::distance_m(center, write::from_whole(*corner));
        assert!((distance_m - 25_000.0).abs() < 0.02, "{distance_m}");
    }
    let mut turned = ring.clone();
    write::turn(&mut turned, false);
    assert_eq!(turned, ring, "it runs clockwise");
}

#[test]
fn a_project_is_known_without_being_read() {
    let document = Document::empty("test", View { center: Coord { x: 37.0, y: 48.0 }, zoom: 7.0 });
    assert!(is_project(&write(&document, &Reference::default())));
    assert!(!is_project(br#"{"type":"FeatureCollection","features":[{"claimline":{"version":1}}]}"#));
    assert!(!is_project(b"claimline"));
}

#[test]
fn maps_that_cannot_be_drawn_are_named_and_kept() {
    let topo = r#"{"id":"topo","kind":"xyz","address":"https://example.org/{z}/{x}/{y}.png","sheet":[1]}"#;
    let wms = r#"{"id":"cadastre","kind":"sketch","address":"https://example.org/wms","layers":"a"}"#;
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"map":"topo","names":["uk","en"],"map_sources":[{topo},{wms}]}}}}"#
    );
    let project = read(text.as_bytes()).unwrap();
    assert_eq!((project.document.maps[0].id.as_str(), project.document.names.tags()), ("topo", vec!["uk", "en"]));
    assert_eq!(project.document.map_sources.len(), 1);
    assert!(project.warnings.iter().any(|it| it.what.contains("sketch")), "{:?}", project.warnings);
    let written = String::from_utf8(write(&project.document, &project.reference)).unwrap();
    assert!(written.contains(wms) && written.contains(r#""sheet":[1]"#), "{written}");
    assert_eq!(read(written.as_bytes()).unwrap().document, project.document);
}

#[test]
fn projects_of_before_maps_were_records_open_as_they_did() {
    for map in ["built-in", "open-street-map", "blank"] {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[],"claimline":{{"version":1,"map":"{map}","names":"english"}}}}"#
        );
        let project = read(text.as_bytes()).unwrap();
        assert_eq!((project.document.maps[0].id.as_str(), project.document.names.tags()), (map, vec!["en"]));
        assert!(project.warnings.is_empty(), "{:?}", project.warnings);
        let written = String::from_utf8(write(&project.document, &project.reference)).unwrap();
        assert!(
            written.contains(&format!(r#""map":"{map}""#)) && written.contains(r#""names":"english""#),
            "{written}"
        );
    }
}

#[test]
fn a_member_of_our_name_that_is_none_of_ours_is_set_aside_and_kept() {
    let text = r#"{"type":"FeatureCollection","claimline":[1],"features":[
        {"type":"Feature","properties":{"claimline":false},"geometry":{"type":"Point","coordinates":[37,48]}}]}"#;
    let project = read(text.as_bytes()).unwrap();
    let about = |what: &str| project.warnings.iter().filter(|it| it.what.contains(what)).count();
    assert_eq!(about("claimline"), 2, "{:?}", project.warnings);
    let written = write(&project.document, &project.reference);
    assert_eq!(read(&written).unwrap().document, settled(&project.document));
    let written = String::from_utf8(written).unwrap();
    for kept in [r#""claimline":[1]"#, r#""claimline":false"#] {
        assert!(written.contains(kept), "{written}");
    }
}

#[test]
fn what_is_nested_as_deep_as_can_be_read_is_read_again_once_it_is_saved() {
    let deep = |most: usize| format!("{}{}", "[".repeat(most), "]".repeat(most));
    let feature = |properties: &str, geometry: &str, more: &str| {
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}{more}}}"#)
    };
    let point = r#"{"type":"Point","coordinates":[37,48]}"#;
    let all = |features: &str, more: &str| format!(r#"{{"type":"FeatureCollection","features":[{features}]{more}}}"#);
    let polygon = format!(r#"{{"type":"Polygon","coordinates":{}}}"#, deep(120));
    let collection =
        (0..55).fold(point.to_owned(), |inner, _| format!(r#"{{"type":"GeometryCollection","geometries":[{inner}]}}"#));
    for (text, is_cut) in [
        (all(&feature("{}", &polygon, ""), ""), true),
        (all(&feature(&format!(r#"{{"a":{}}}"#, deep(120)), point, ""), ""), true),
        (all(&feature(&format!(r#"{{"claimline":{}}}"#, deep(120)), point, ""), ""), true),
        (all(&feature(&format!(r#"{{"claimline":{{"kind":{}}}}}"#, deep(118)), point, ""), ""), true),
        (all(&feature("{}", point, &format!(r#","more":{}"#, deep(120))), ""), true),
        (all(&feature("{}", &format!(r#"{{"type":"Point","coordinates":[37,48],"a":{}}}"#, deep(119)), ""), ""), true),
        (all(&feature("{}", point, ""), &format!(r#","claimline":{{"version":1,"overlays":{}}}"#, deep(120))), true),
        (feature(&format!(r#"{{"a":{}}}"#, deep(124)), point, ""), true),
        (all(&feature(&format!(r#"{{"a":{}}}"#, deep(80)), point, ""), ""), false),
        (collection, false),
    ] {
        let project = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let is_said = project.warnings.iter().any(|warning| warning.to_string().contains("nested deeper"));
        assert_eq!(is_said, is_cut, "{:?}: {text}", project.warnings);
        let written = write(&project.document, &project.reference);
        let again = read(&written).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(again.document == settled(&project.document), "{text}");
    }
}

#[test]
fn an_empty_part_among_others_stays_what_it_is() {
    for coordinates in [
        "[[[]]]",
        "[[],[]]",
        "[[[]],[[[39,48],[39.5,48],[39.5,48.5],[39,48]]]]",
        "[[],[],[[[39,48],[39.5,48],[39.5,48.5],[39,48]]]]",
    ] {
        let text = format!(
            r#"{{"type":"Feature","properties":{{"claimline":{{"kind":"measured"}}}},"geometry":{{"type":"MultiPolygon","coordinates":{coordinates}}}}}"#
        );
        let project = read(text.as_bytes()).unwrap();
        let again = read(&write(&project.document, &project.reference)).unwrap();
        assert!(again.document == settled(&project.document), "{coordinates}");
    }
}
