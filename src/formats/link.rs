//! Addresses that a reader may follow out of a file or a window: pages and mail, no scripts and no files.

/// The address as programs take it, in ASCII; none for what is neither a web page's nor a mailbox's.
///
/// Characters that RFC 3986 does not allow are written in per cent of their UTF-8, as browsers do it.
pub fn followable(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, _) = address.split_once(':')?;
    let known = ["https", "http", "mailto"].into_iter().any(|one| scheme.eq_ignore_ascii_case(one));
    known.then(|| {
        let mut followable = String::with_capacity(address.len());
        for byte in address.bytes() {
            if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
                followable.push(char::from(byte));
            } else {
                followable.push_str(&format!("%{byte:02X}"));
            }
        }
        followable
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_and_mail_are_followed() {
        for (address, expected) in [
            ("https://www.example.org/a/?b=c&d#e", "https://www.example.org/a/?b=c&d#e"),
            ("HTTP://example.org/довга", "HTTP://example.org/%D0%B4%D0%BE%D0%B2%D0%B3%D0%B0"),
            (" https://example.org/a b\"> ", "https://example.org/a%20b%22%3E"),
            ("https://example.org/50%25", "https://example.org/50%25"),
            ("mailto:desk@example.org", "mailto:desk@example.org"),
        ] {
            assert_eq!(followable(address).as_deref(), Some(expected));
        }
        for address in [
            "",
            "javascript:alert(1)",
            "java\nscript:x",
            "file:///etc/passwd",
            "data:text/html,x",
            "example.org",
            "ftp://a",
        ] {
            assert_eq!(followable(address), None, "{address}");
        }
    }
}
