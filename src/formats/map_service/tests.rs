//! Tests of `map_service.rs`, on answers as servers give them, shortened.

use super::*;

const WMS_NEW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink">
<Service><Name>WMS</Name><Title>Survey &amp; maps</Title><Fees>none</Fees><AccessConstraints>CC BY 4.0</AccessConstraints></Service>
<Capability><Request><GetCapabilities/><GetMap><Format>image/tiff</Format><Format>image/jpeg</Format><Format>image/png</Format>
<DCPType><HTTP><Get><OnlineResource xlink:href="https://maps.example/cgi?map=a&amp;"/></Get></HTTP></DCPType></GetMap></Request>
<Layer><Title>All</Title><CRS>EPSG:4326</CRS><CRS>EPSG:3857</CRS><CRS>CRS:84</CRS>
 <EX_GeographicBoundingBox><westBoundLongitude>22</westBoundLongitude><eastBoundLongitude>41</eastBoundLongitude><southBoundLatitude>44</southBoundLatitude><northBoundLatitude>53</northBoundLatitude></EX_GeographicBoundingBox>
 <Layer queryable="1"><Name>group</Name><Title>Ground</Title>
  <Attribution><Title>© Survey 2024</Title><OnlineResource xlink:href="https://survey.example/"/></Attribution>
  <Style><Name>default</Name><Title>Usual</Title></Style>
  <Layer><Name>relief</Name><Title>Relief</Title><Style><Name>grey</Name></Style>
   <Dimension name="time" units="ISO8601" default="2024">2020/2024/P1Y</Dimension><MinScaleDenominator>2000</MinScaleDenominator></Layer>
 </Layer>
 <Layer><Title>Unnamed group</Title><Layer><Name>rivers</Name><Title/></Layer></Layer>
</Layer></Capability></WMS_Capabilities>"#;

const WMS_OLD: &str = r#"<?xml version='1.0'?><!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd">
<WMT_MS_Capabilities version="1.1.1"><Service><Title>Old</Title></Service><Capability>
<Request><GetMap><Format>image/png</Format></GetMap></Request>
<Layer><Title>x</Title><SRS>EPSG:4326 EPSG:32637</SRS><LatLonBoundingBox minx="-180" miny="-90" maxx="180" maxy="90"/>
<Layer><Name>a</Name><Title>A</Title><Dimension name="time" units="ISO8601"/><Extent name="time" default="2023-05-01">2023-04-01,2023-05-01</Extent></Layer>
</Layer></Capability></WMT_MS_Capabilities>"#;

#[test]
fn a_wms_hands_on_what_a_group_says_to_its_layers() {
    let service = read(WMS_NEW.as_bytes(), "https://asked.example/wms").unwrap();
    assert_eq!((service.title.as_str(), service.terms.as_str()), ("Survey & maps", "CC BY 4.0"));
    let titles: Vec<(&str, usize)> = service.layers.iter().map(|layer| (layer.title.as_str(), layer.depth)).collect();
    assert_eq!(titles, [("Ground", 1), ("Relief", 2), ("rivers", 2)]);
    let relief = &service.layers[1];
    assert_eq!(relief.styles, [("default".to_owned(), "Usual".to_owned()), ("grey".to_owned(), "grey".to_owned())]);
    assert_eq!((relief.times.as_slice(), relief.usual_time()), (&["2020/2024/P1Y".to_owned()][..], "2024"));
    assert_eq!(relief.formats, ["image/png", "image/jpeg"]);
    let source = relief.record(Some("grey"), Some("2021"), None);
    source.check().unwrap();
    assert_eq!(
        (source.address.as_str(), source.request.crs.as_str()),
        ("https://maps.example/cgi?map=a&", "EPSG:3857")
    );
    assert_eq!((source.request.styles.as_slice(), source.request.time.as_str()), (&["grey".to_owned()][..], "2021"));
    assert_eq!((source.bounds, source.attribution.as_str()), (Some([22.0, 44.0, 41.0, 53.0]), "© Survey 2024"));
    // 1:2,000 with pixels of 0.28 mm is 0.56 m a pixel: 512 of them are 287 m, a tile of zoom 17.
    assert_eq!(source.zooms, [0, 17]);
    assert_eq!(service.layers[2].record(None, None, None).attribution, "");
}

#[test]
fn an_old_wms_is_asked_in_longitude_and_latitude_where_it_knows_no_mercator() {
    let service = read(WMS_OLD.as_bytes(), "https://asked.example/wms").unwrap();
    let source = service.layers[0].record(None, None, None);
    assert_eq!((source.request.version.as_str(), source.request.crs.as_str()), ("1.1.1", "EPSG:4326"));
    assert_eq!((source.address.as_str(), source.bounds), ("https://asked.example/wms", None));
    assert_eq!((service.layers[0].times.len(), source.request.time.as_str()), (2, "2023-05-01"));
    let other = WMS_OLD.replace("EPSG:4326 EPSG:32637", "EPSG:2154");
    let why = read(other.as_bytes(), "https://h").unwrap_err().to_string();
    assert!(why.contains("A: it is in neither Web Mercator"), "{why}");
}

fn wmts(layer: &str, operations: &str) -> String {
    let matrix = |name: &str, scale: f64, left: f64, size: u32| {
        format!(
            "<TileMatrix><ows:Identifier>{name}</ows:Identifier><ScaleDenominator>{scale}</ScaleDenominator><TopLeftCorner>{left} \
             20037508.3427892</TopLeftCorner><TileWidth>{size}</TileWidth><TileHeight>{size}</TileHeight><MatrixWidth>1</MatrixWidth>\
             <MatrixHeight>1</MatrixHeight></TileMatrix>"
        )
    };
    let left = -20_037_508.342_789_2;
    let scale = 559_082_264.028_717_8;
    let mercator: String =
        (2..6).map(|z| matrix(&format!("EPSG:3857:{z}"), scale / f64::from(1 << z), left, 256)).collect();
    let shifted: String = (0..3).map(|z| matrix(&format!("{z}"), scale / f64::from(1 << z), 0.0, 256)).collect();
    format!(
        r#"<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="x" version="1.0.0">
        <ows:ServiceIdentification><ows:Title>Tiles</ows:Title><ows:Fees>None</ows:Fees></ows:ServiceIdentification>{operations}<Contents>{layer}
        <TileMatrixSet><ows:Identifier>grid</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::2180</ows:SupportedCRS>{mercator}</TileMatrixSet>
        <TileMatrixSet><ows:Identifier>shifted</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>{shifted}</TileMatrixSet>
        <TileMatrixSet><ows:Identifier>web map</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>{mercator}</TileMatrixSet>
        </Contents></Capabilities>"#
    )
}

const OFFERED: &str = r#"<Layer><ows:Title>Ortho</ows:Title><ows:Identifier>ortho 1</ows:Identifier>
<ows:WGS84BoundingBox><ows:LowerCorner>14 49</ows:LowerCorner><ows:UpperCorner>24 55</ows:UpperCorner></ows:WGS84BoundingBox>
<Style><ows:Identifier>other</ows:Identifier></Style><Style isDefault="true"><ows:Identifier>usual</ows:Identifier></Style>
<Format>image/jpeg</Format><TileMatrixSetLink><TileMatrixSet>grid</TileMatrixSet></TileMatrixSetLink>
<TileMatrixSetLink><TileMatrixSet>web map</TileMatrixSet></TileMatrixSetLink>
<Dimension><ows:Identifier>Time</ows:Identifier><Default>2023</Default><Value>2021</Value><Value>2023</Value></Dimension>TEMPLATE</Layer>"#;

#[test]
fn a_wmts_is_asked_by_its_template_or_by_its_query() {
    let template = r#"<ResourceURL format="image/jpeg" resourceType="tile" template="https://t.example/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}/{Time}.jpg"/>"#;
    let service = read(wmts(&OFFERED.replace("TEMPLATE", template), "").as_bytes(), "https://asked.example/").unwrap();
    let layer = &service.layers[0];
    assert_eq!((layer.times.as_slice(), layer.usual_time()), (&["2021".to_owned(), "2023".to_owned()][..], "2023"));
    let source = layer.record(None, Some("2021"), None);
    source.check().unwrap();
    assert_eq!(source.address, "https://t.example/usual/web%20map/{TileMatrix}/{TileRow}/{TileCol}/2021.jpg");
    assert_eq!(
        (source.zooms, source.request.matrices.len(), source.bounds),
        ([2, 5], 4, Some([14.0, 49.0, 24.0, 55.0]))
    );
    let operations = r#"<ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP>
        <ows:Get xlink:href="https://k.example/rest"><ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>RESTful</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get>
        <ows:Get xlink:href="https://k.example/kvp?"><ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get>
        </ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>"#;
    let service =
        read(wmts(&OFFERED.replace("TEMPLATE", ""), operations).as_bytes(), "https://asked.example/").unwrap();
    let source = service.layers[0].record(Some("other"), None, None);
    assert_eq!(
        source.address,
        "https://k.example/kvp?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=ortho%201&STYLE=other&FORMAT=image/jpeg\
         &TILEMATRIXSET=web%20map&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}&TIME=2023"
    );
}

#[test]
fn tiles_that_are_not_those_of_web_maps_are_named() {
    for set in ["grid", "shifted"] {
        let layer = OFFERED.replace("TEMPLATE", "").replace("web map", set).replace(">grid<", &format!(">{set}<"));
        let why = read(wmts(&layer, "").as_bytes(), "https://h").unwrap_err().to_string();
        assert!(why.contains("Ortho: its tiles are not those of Web Mercator, but of urn:ogc:def:crs:EPSG::"), "{why}");
    }
}

#[test]
fn what_is_no_list_of_a_service_says_what_it_is() {
    for (text, part) in [
        ("<html><body>Sign in</body></html>", "but <html>"),
        ("{}", "no XML"),
        ("", "no XML"),
        (
            "<ServiceExceptionReport><ServiceException>Layer\n unknown</ServiceException></ServiceExceptionReport>",
            "Layer unknown",
        ),
        ("<WMS_Capabilities version='1.3.0'><Capability/></WMS_Capabilities>", "offers no map"),
        ("<WMS_Capabilities version='1.3.0'><Capability>", "cut short"),
    ] {
        let why = read(text.as_bytes(), "https://h").unwrap_err().to_string();
        assert!(why.contains(part), "{text}: {why}");
    }
    // However a list is cut, nothing breaks.
    for text in [WMS_NEW, WMS_OLD, &wmts(OFFERED, "")] {
        for end in (0..text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
            let _ = read(&text.as_bytes()[..end], "https://h");
        }
    }
}
