//! Words that stand on one line, as titles and names do, whoever types or pastes them.

/// Words on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneLine {
    /// The words, without white space at either end.
    pub words: String,
    /// Whether line ends or tabs among them were made spaces.
    pub was_folded: bool,
}

/// A sign that is not seen and means something to programs alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a control character (U+{0:04X}) is among the words; leave it out")]
pub struct ControlCharacter(pub u32);

/// The words on one line: line ends and tabs, with the white space around them, become a space.
///
/// # Errors
/// [`ControlCharacter`] for any other control character.
///
/// ```
/// use claimline::formats::one_line::one_line;
///
/// let title = one_line(" The shore\n\tof Quill ").unwrap();
/// assert_eq!((title.words.as_str(), title.was_folded), ("The shore of Quill", true));
/// assert!(one_line("The\u{7}shore").is_err());
/// ```
pub fn one_line(words: &str) -> Result<OneLine, ControlCharacter> {
    let words = words.trim();
    let ends_line = |letter: char| matches!(letter, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if let Some(control) = words.chars().find(|letter| letter.is_control() && !ends_line(*letter)) {
        return Err(ControlCharacter(control.into()));
    }
    if !words.contains(ends_line) {
        return Ok(OneLine { words: words.to_owned(), was_folded: false });
    }
    let parts: Vec<&str> = words.split(ends_line).map(str::trim).filter(|part| !part.is_empty()).collect();
    Ok(OneLine { words: parts.join(" "), was_folded: true })
}

/// Several lines of words without the control characters that are no line end and no tab.
///
/// # Errors
/// [`ControlCharacter`] if there is one.
pub fn lines(words: &str) -> Result<&str, ControlCharacter> {
    match words.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        Some(control) => Err(ControlCharacter(control.into())),
        None => Ok(words.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_tabs_become_one_space_and_other_controls_are_refused() {
        let folded = |words: &str| one_line(words).map(|line| (line.words, line.was_folded));
        assert_eq!(folded("أبيي\r\n \tشمال"), Ok(("أبيي شمال".to_owned(), true)));
        assert_eq!(folded("a\u{2028}b\u{b}c"), Ok(("a b c".to_owned(), true)));
        assert_eq!(folded("5\u{a0}600  km²"), Ok(("5\u{a0}600  km²".to_owned(), false)));
        // What stands at the ends only is no part of the words.
        assert_eq!(folded("\tshore\n"), Ok(("shore".to_owned(), false)));
        for control in ['\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{9b}'] {
            assert_eq!(folded(&format!("a{control}b")), Err(ControlCharacter(control.into())));
            assert_eq!(lines(&format!("a\n{control}b")), Err(ControlCharacter(control.into())));
        }
        assert_eq!(lines(" a\tb\nc "), Ok("a\tb\nc"));
    }
}
