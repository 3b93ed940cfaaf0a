use super::*;

/// A table with columns (name, type, length) and rows.
fn table(version: u8, driver: u8, columns: &[(&[u8], u8, u8)], rows: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![version, 126, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend((32 + 32 * columns.len() as u16 + 1).to_le_bytes());
    bytes.extend((1 + columns.iter().map(|column| u16::from(column.2)).sum::<u16>()).to_le_bytes());
    bytes.extend([0; 20]);
    bytes[29] = driver;
    for (name, kind, length) in columns {
        let mut field = [0; 32];
        field[..name.len()].copy_from_slice(name);
        (field[11], field[16]) = (*kind, *length);
        bytes.extend(field);
    }
    bytes.push(b'\r');
    rows.iter().for_each(|row| bytes.extend(*row));
    bytes
}

fn row_of(bytes: &[u8], cpg: Option<&[u8]>) -> (String, Vec<String>) {
    let table = Table::of(bytes, cpg).unwrap();
    match table.row(0) {
        Some(Row::Properties(json)) => (json, table.warnings),
        other => panic!("{other:?}"),
    }
}

fn one(kind: u8, version: u8, value: &[u8]) -> String {
    let row = [b" ", value].concat();
    row_of(&table(version, 0, &[(b"a", kind, value.len() as u8)], &[&row]), None).0
}

#[test]
fn numbers_keep_their_digits_and_what_is_empty_is_absent() {
    let cases = [
        ("   12.50", r#"{"a":12.50}"#),
        ("0007    ", r#"{"a":7}"#),
        ("-.5", r#"{"a":-0.5}"#),
        ("+5.", r#"{"a":5}"#),
        ("1.0E+002", r#"{"a":1.0E+002}"#),
        ("12345678901234567890.1", r#"{"a":12345678901234567890.1}"#),
        ("-0", r#"{"a":-0}"#),
        ("1,5", r#"{"a":"1,5"}"#),
        ("1e999", r#"{"a":"1e999"}"#),
        ("nan", r#"{"a":"nan"}"#),
        ("1e", r#"{"a":"1e"}"#),
        (".", r#"{"a":"."}"#),
        ("    ", ""),
        ("********", ""),
        ("\0\0\0", ""),
    ];
    for (text, expected) in cases {
        let json = one(b'N', 3, text.as_bytes());
        assert_eq!(json, expected, "{text}");
        assert!(json.is_empty() || serde_json::from_str::<Value>(&json).is_ok(), "{json}");
    }
}

#[test]
fn zeros_that_fill_up_a_column_of_many_decimals_are_left_out() {
    let padded = |decimals: u8, value: &str| {
        let mut bytes = table(3, 0, &[(b"a", b'N', value.len() as u8)], &[format!(" {value}").as_bytes()]);
        bytes[32 + 17] = decimals;
        row_of(&bytes, None).0
    };
    assert_eq!(padded(2, "12.50"), r#"{"a":12.50}"#);
    assert_eq!(padded(15, "12.500000000000000"), r#"{"a":12.5}"#);
    assert_eq!(padded(15, "100.000000000000000"), r#"{"a":100}"#);
    assert_eq!(padded(11, "1.25000000000e+001"), r#"{"a":1.25e+001}"#);
}

#[test]
fn days_words_and_yes_or_no_are_read() {
    let cases: [(u8, &[u8], &str); 12] = [
        (b'D', b"20251201", r#"{"a":"2025-12-01"}"#),
        (b'D', b"        ", ""),
        (b'D', b"00000000", ""),
        (b'D', b"20251399", r#"{"a":"20251399"}"#),
        (b'L', b"T", r#"{"a":true}"#),
        (b'L', b"n", r#"{"a":false}"#),
        (b'L', b"?", ""),
        (b'C', b"a \"b\"  ", r#"{"a":"a \"b\""}"#),
        (b'C', b"a\0\0\0", r#"{"a":"a"}"#),
        (b'C', b"    ", ""),
        (b'I', &[0x80, 0, 0, 5], r#"{"a":5}"#),
        (b'I', &[0x7f, 0xff, 0xff, 0xff], r#"{"a":-1}"#),
    ];
    for (kind, value, expected) in cases {
        assert_eq!(one(kind, 3, value), expected, "{}", char::from(kind));
    }
    // Of Visual FoxPro.
    assert_eq!(one(b'I', 0x30, &(-7_i32).to_le_bytes()), r#"{"a":-7}"#);
    assert_eq!(one(b'B', 0x30, &1.25_f64.to_le_bytes()), r#"{"a":1.25}"#);
    // 2000-01-01 is day 2451545 of Julius Scaliger.
    let moment = [2_451_545_u32.to_le_bytes(), 45_296_000_u32.to_le_bytes()].concat();
    assert_eq!(one(b'T', 0x30, &moment), r#"{"a":"2000-01-01T12:34:56"}"#);
}

#[test]
fn columns_that_are_not_read_are_named_and_names_that_repeat_have_numbers() {
    let columns: [(&[u8], u8, u8); 5] =
        [(b"NAME", b'C', 3), (b"NAME", b'C', 3), (b"MEMO", b'M', 10), (b"", b'N', 2), (b"ODD", b'Q', 1)];
    let (json, warnings) = row_of(&table(0x83, 0, &columns, &[b" abcdef         142x"]), None);
    assert_eq!(json, r#"{"NAME":"abc","NAME (2)":"def","column 3":42}"#);
    assert_eq!(
        warnings,
        [
            "columns of the table that are not read: “MEMO” (a memo, which stands in another file), “ODD” (of a type that is \
          not known)"
        ]
    );
}

#[test]
fn letters_are_read_by_the_cpg_then_by_the_driver_then_by_a_guess_that_is_named() {
    let text = |driver: u8, cpg: Option<&[u8]>, bytes: &[u8]| {
        let row = [b" ", bytes].concat();
        let (json, warnings) = row_of(&table(3, driver, &[(b"a", b'C', bytes.len() as u8)], &[&row]), cpg);
        let json: Value = serde_json::from_str(&json).unwrap();
        (json["a"].as_str().unwrap().to_owned(), warnings)
    };
    let windows = b"\xd2\xee\xf0\xe5\xf6\xea";
    let dos = b"\x92\xae\xe0\xa5\xe6\xaa";
    let silent: Vec<String> = Vec::new();
    for cpg in [&b"1251"[..], b"cp1251\r\n", b"ANSI 1251", b"windows-1251", b"LDID/201"] {
        assert_eq!(text(0, Some(cpg), windows), ("Торецк".to_owned(), silent.clone()));
    }
    assert_eq!(text(0xc9, Some(b"OEM 866"), dos).0, "Торецк");
    assert_eq!(text(0x57, Some(b"ISO-8859-1"), b"Stra\xdfe").0, "Straße");
    assert_eq!(text(0x57, Some(b"88591"), b"Stra\xdfe").0, "Straße");
    assert_eq!(text(0xc9, None, windows), ("Торецк".to_owned(), silent.clone()));
    assert_eq!(text(0x65, None, dos).0, "Торецк");
    for (bytes, expected, encoding) in [
        (&windows[..], "Торецк", "windows-1251"),
        (dos, "Торецк", "IBM866"),
        ("Торецк".as_bytes(), "Торецк", "UTF-8"),
        (b"Stra\xdfe", "Straße", "windows-1252"),
    ] {
        let (words, warnings) = text(0x57, None, bytes);
        assert_eq!(words, expected);
        assert!(warnings[0].contains(encoding) && warnings[0].contains(".cpg"), "{warnings:?}");
    }
    let (words, warnings) = text(0, Some(b"UTF-8"), windows);
    assert!(words == "Торецк" && warnings[0].contains("is not in UTF-8"), "{words} {warnings:?}");
    let (_, warnings) = text(0, Some(b"klingon"), windows);
    assert!(warnings[0].contains("not known, klingon"), "{warnings:?}");
    // The width of the column cuts a letter in two.
    assert_eq!(text(0, Some(b"UTF-8"), &"Торецк".as_bytes()[..11]), ("Торец".to_owned(), silent));
}

#[test]
fn lies_in_the_head_are_an_error_or_fewer_rows() {
    let whole = table(3, 0, &[(b"a", b'C', 3)], &[b" abc", b" def"]);
    for cut in 0..32 + 33 {
        assert!(Table::of(&whole[..cut], None).is_err(), "{cut}");
    }
    let mut many = whole.clone();
    many[4..8].copy_from_slice(&[0xff; 4]);
    let read = Table::of(&many, None).unwrap();
    assert!(read.count() == 2 && read.warnings[0].contains("cut short"), "{:?}", read.warnings);
    let mut wide = whole.clone();
    wide[32 + 16] = 200;
    assert!(Table::of(&wide, None).is_err_and(|why| why.contains("longer than its rows")));
    let mut none = whole;
    none[10..12].copy_from_slice(&[0, 0]);
    assert!(Table::of(&none, None).is_err());
}
