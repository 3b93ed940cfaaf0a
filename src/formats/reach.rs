//! Whether a path leads to another machine, as far as its text tells.

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Reach {
    /// To a file on this computer, or on what is part of it.
    Here,
    /// To a file of another machine, which is asked for it under the user's name as soon as anybody looks: `\\machine\share`.
    Share(String),
    /// To what is no file, or cannot be told.
    Device,
}

/// Where a path leads, as Windows reads it; elsewhere no path of a file begins so.
pub fn reach(path: &str) -> Reach {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let path = path.trim().replace('/', "\\");
    let stem = path.rsplit('\\').next().unwrap_or_default().split(['.', ':']).next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_lowercase();
    let is_port =
        ["com", "lpt"].iter().any(|name| stem.strip_prefix(name).is_some_and(|port| port.chars().count() == 1));
    if cfg!(windows) && (is_port || DEVICES.contains(&stem.as_str())) {
        return Reach::Device;
    }
    let verbatim = path.strip_prefix(r"\\?\").or_else(|| path.strip_prefix(r"\??\"));
    let share = |rest: &str| match rest.split('\\').next() {
        Some(machine) if !machine.is_empty() && machine != "." && machine != "?" => {
            Reach::Share(machine.to_lowercase())
        }
        _ => Reach::Device,
    };
    match (verbatim, path.strip_prefix(r"\\")) {
        (Some(rest), _) if rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(r"UNC\")) => share(&rest[4..]),
        // C:\…
        (Some(rest), _) if rest.as_bytes().get(1) == Some(&b':') => Reach::Here,
        (Some(_), _) => Reach::Device,
        (None, Some(rest)) => share(rest),
        (None, None) => Reach::Here,
    }
}
