//! What the desktop opens: a file with the program for it, or the folder that it lies in. Programs are started without a
//! shell, and a path is one argument whatever is in it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the desktop is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The file, in its own program.
    Open,
    /// The folder that the file lies in.
    ShowInFolder,
}

/// Asks the desktop for a file, and waits until it has answered.
///
/// # Errors
/// What could not be done, why, and where the file is.
pub fn ask(what: Ask, path: &Path) -> Result<(), String> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let refused = |why: String| match what {
        Ask::Open => format!("{name} was not opened: {why}. It is {}", path.display()),
        Ask::ShowInFolder => format!("The folder of {name} was not shown: {why}. It is {}", path.display()),
    };
    if !path.exists() {
        return Err(refused("it is no longer there".to_owned()));
    }
    let (program, arguments) = command(what, &path);
    let run = Command::new(program)
        .args(&arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match run {
        // Windows' Explorer says that it failed when it did not.
        Ok(status) if status.success() || cfg!(target_os = "windows") => Ok(()),
        Ok(_) => Err(refused(format!("{program} found no program for it"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(refused(format!("{program} is not installed"))),
        Err(error) => Err(refused(format!("{program} did not start ({error})"))),
    }
}

/// The program that asks the desktop, and what it is told.
fn command(what: Ask, path: &Path) -> (&'static str, Vec<PathBuf>) {
    let folder = || path.parent().unwrap_or(path).to_owned();
    if cfg!(target_os = "windows") {
        let mut select = std::ffi::OsString::from("/select,");
        select.push(path);
        return ("explorer", vec![if what == Ask::Open { path.to_owned() } else { select.into() }]);
    }
    if cfg!(target_os = "macos") {
        return match what {
            Ask::Open => ("open", vec![path.to_owned()]),
            Ask::ShowInFolder => ("open", vec![PathBuf::from("-R"), path.to_owned()]),
        };
    }
    ("xdg-open", vec![if what == Ask::Open { path.to_owned() } else { folder() }])
}

/// Why the system's file chooser cannot open, as far as that can be told beforehand; a desktop's portal, and then zenity, are
/// asked for it.
pub fn no_chooser() -> Option<String> {
    if cfg!(any(target_os = "windows", target_os = "macos")) || is_installed("zenity") {
        return None;
    }
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
        || std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    let portal = if has_bus { "no file chooser portal answers" } else { "no desktop portal runs" };
    Some(format!("The file chooser did not open: {portal} here and zenity is not installed. Type the path instead"))
}

/// Whether a program is found where programs are looked for.
fn is_installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_argument_whatever_is_in_it() {
        let path = Path::new("/maps/a b; rm -rf $HOME/«x».png");
        let (_, arguments) = command(Ask::Open, path);
        assert_eq!(arguments, [path]);
        let (_, arguments) = command(Ask::ShowInFolder, path);
        assert!(arguments.iter().all(|argument| !argument.as_os_str().is_empty()), "{arguments:?}");
    }

    #[test]
    fn what_is_gone_is_said_to_be_gone_and_where_it_was() {
        let gone = std::env::temp_dir().join("claimline-gone").join("figure.png");
        let said = ask(Ask::Open, &gone).expect_err("it is not there");
        assert!(said.starts_with("figure.png was not opened: it is no longer there"), "{said}");
        assert!(said.ends_with(&gone.display().to_string()), "{said}");
    }
}
