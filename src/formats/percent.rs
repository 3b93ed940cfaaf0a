//! Percent-encoding of bytes in addresses.
//!
//! # References
//! RFC 3986, section 2.1.

/// Every byte as it stands that `keeps` takes, all others as `%XX`. `keeps` takes ASCII alone.
pub fn encoded(bytes: &[u8], keeps: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii() && keeps(*byte) {
            out.push(char::from(*byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether a byte means nothing but itself wherever it stands in an address (section 2.3).
pub fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// A value as it stands in the path or the query of an address of tiles, which keep `/` and `:` readable.
pub fn encoded_value(value: &str) -> String {
    encoded(value.as_bytes(), |byte| is_unreserved(byte) || b":/".contains(&byte))
}

/// The way back. What is no number stays as it stands, and so does, as a replacement character, what is no UTF-8.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let number = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let number = number.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(number.unwrap_or(*byte));
        at += if number.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_and_what_is_no_number_stays() {
        assert_eq!(encoded("a b/ї~".as_bytes(), is_unreserved), "a%20b%2F%D1%97~");
        assert_eq!(encoded_value("EPSG:3857/a b"), "EPSG:3857/a%20b");
        for text in ["a b/ї~", "100%", "%zz", ""] {
            assert_eq!(decoded(&encoded(text.as_bytes(), is_unreserved)), text);
        }
        assert_eq!((decoded("100%"), decoded("%zz"), decoded("%D1")), ("100%".into(), "%zz".into(), "\u{fffd}".into()));
    }
}
