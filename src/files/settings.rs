//! The file in which the window's library keeps what it remembers, seen to be the user's alone.
//!
//! That library makes the file with the system's usual permissions, or leaves those that it has. So the file is made
//! before it, and looked after whenever it is about to be written.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::disk::{make_private_folder, private_options};

/// What a file that remembers nothing yet holds, in Rusty Object Notation.
const NOTHING: &[u8] = b"{}\n";

/// Sees to it that a file of settings and its folder are the user's alone, whatever the system's usual permissions and
/// whatever made them before. A link, a pipe or a device in the file's place is moved aside, as `….aside`.
///
/// # Errors
/// What the system says.
pub fn keep_private(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        make_private_folder(folder)?;
    }
    match fs::symlink_metadata(file) {
        Ok(metadata) if metadata.is_file() => return tighten(file, &metadata),
        Ok(_) => {
            let mut aside = file.as_os_str().to_owned();
            aside.push(".aside");
            fs::rename(file, aside)?;
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
        Err(cause) => return Err(cause),
    }
    match private_options().create_new(true).open(file) {
        Ok(mut made) => made.write_all(NOTHING),
        // Another window was quicker.
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(cause),
    }
}

#[cfg(unix)]
fn tighten(file: &Path, metadata: &fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    // By the file that is open: no link can come in between.
    private_options().open(file)?.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn tighten(_: &Path, _: &fs::Metadata) -> std::io::Result<()> {
    // The folder of the user's is the user's alone there.
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn settings_are_for_the_user_alone_even_those_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("share/claimline");
        let file = settings.join("app.ron");
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        keep_private(&file).unwrap();
        assert_eq!((mode(&settings), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read(&file).unwrap(), NOTHING);
        // As an earlier version has left them.
        fs::write(&file, "{\"claimline-1\": \"…\"}").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(&settings, fs::Permissions::from_mode(0o755)).unwrap();
        keep_private(&file).unwrap();
        assert_eq!((mode(&settings), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\"claimline-1\": \"…\"}");
        // Gone while the window is open.
        fs::remove_dir_all(&settings).unwrap();
        keep_private(&file).unwrap();
        assert_eq!((mode(&settings), mode(&file)), (0o700, 0o600));
    }

    #[test]
    fn a_link_in_the_place_of_the_settings_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, elsewhere) = (folder.path().join("app.ron"), folder.path().join("elsewhere"));
        fs::write(&elsewhere, "precious").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        keep_private(&file).unwrap();
        assert!(fs::symlink_metadata(&file).unwrap().is_file());
        assert!(fs::symlink_metadata(folder.path().join("app.ron.aside")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "precious");
        assert_eq!(fs::metadata(&elsewhere).unwrap().permissions().mode() & 0o777, 0o644);
        // A pipe, which would be waited for.
        fs::remove_file(&file).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(&file).unwrap();
        keep_private(&file).unwrap();
        assert_eq!(fs::read(&file).unwrap(), NOTHING);
    }
}
