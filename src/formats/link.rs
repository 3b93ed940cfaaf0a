//! Addresses that a reader may follow out of a file or a window: pages and mail, no scripts and no files.

use super::percent;

/// The address as programs take it, in ASCII; none for what is neither a web page's nor a mailbox's.
///
/// Characters that RFC 3986 does not allow are written in per cent of their UTF-8, as browsers do it.
pub fn followable(address: &str) -> Option<String> {
    let address = address.trim();
    let (scheme, _) = address.split_once(':')?;
    let known = ["https", "http", "mailto"].into_iter().any(|one| scheme.eq_ignore_ascii_case(one));
    let keeps = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    known.then(|| percent::encoded(address.as_bytes(), keeps))
}

/// Why an address may not be what it looks like, in words; nothing of most.
pub fn doubts(address: &str) -> Vec<String> {
    let mut doubts = Vec::new();
    let authority = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if user.is_some() {
        doubts.push(format!("the part before @ does not belong to the site, which is {}", shown(host)));
    }
    if !host.is_ascii() {
        let name = host.split(':').next().unwrap_or_default().to_lowercase();
        let labels: Option<Vec<String>> = name.split('.').map(in_ascii).collect();
        let programs = labels.map_or_else(|| "nothing they can read".to_owned(), |labels| labels.join("."));
        doubts.push(format!("the site’s name has letters beyond a to z; programs read {programs}"));
    } else if host.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--")) {
        doubts.push("the site’s name stands for letters beyond a to z".to_owned());
    }
    if address.chars().any(is_unseen) {
        doubts.push("it has invisible characters; they are written out here".to_owned());
    }
    doubts
}

/// A text with every sign written out that is not seen or that turns the order of letters.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            letter if is_unseen(letter) => shown.push_str(&format!("‹U+{:04X}›", u32::from(letter))),
            letter => shown.push(letter),
        }
    }
    shown
}

/// Whether a sign is not seen: controls, joiners, marks of direction, fillers.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A part of a site's name in ASCII: Punycode (RFC 3492) after `xn--` where it has other letters.
fn in_ascii(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    const LONGEST: usize = 63;
    if label.is_ascii() {
        return Some(label.to_owned());
    }
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    if letters.len() > LONGEST {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let digit = |value: u32| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[value as usize]);
    let (mut next, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    while (done as usize) < letters.len() {
        let least = letters.iter().copied().filter(|letter| *letter >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(done + 1)?)?;
        next = least;
        for letter in &letters {
            if *letter < next {
                delta = delta.checked_add(1)?;
            }
            if *letter == next {
                let mut rest = delta;
                for k in (BASE..).step_by(BASE as usize) {
                    let threshold = k.saturating_sub(bias).clamp(1, 26);
                    if rest < threshold {
                        break;
                    }
                    out.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
                    rest = (rest - threshold) / (BASE - threshold);
                }
                out.push(digit(rest));
                // The bias follows the numbers that have been written: section 6.1.
                let mut adapted = if done == basic { delta / 700 } else { delta / 2 };
                adapted += adapted / (done + 1);
                let mut steps = 0;
                while adapted > 455 {
                    adapted /= 35;
                    steps += BASE;
                }
                bias = steps + 36 * adapted / (adapted + 38);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    Some(format!("xn--{out}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_are_written_in_ascii_as_the_standard_has_it() {
        // RFC 3492, section 7.1, and names that the registries use.
        for (label, expected) in [
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"),
            ("bücher", "xn--bcher-kva"),
            ("укр", "xn--j1amh"),
            ("plain", "plain"),
        ] {
            assert_eq!(in_ascii(label).as_deref(), Some(expected));
        }
    }

    #[test]
    fn an_address_that_is_not_what_it_looks_like_is_said_to_be_so() {
        assert!(doubts("https://www.example.org/довга?b=@c").is_empty());
        // The second letter is Cyrillic.
        let doubt = doubts("https://p\u{430}ypal.example/");
        assert_eq!(doubt, ["the site’s name has letters beyond a to z; programs read xn--pypal-4ve.example"]);
        assert_eq!(doubts("https://xn--pypal-4ve.example/").len(), 1);
        let doubt = doubts("https://news.example@evil.example/");
        assert_eq!(doubt, ["the part before @ does not belong to the site, which is evil.example"]);
        assert_eq!(doubts("https://a.example/\u{202e}fdp.exe").len(), 1);
        assert_eq!(shown("a\u{202e}b\u{200b}"), "a‹U+202E›b‹U+200B›");
    }

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
