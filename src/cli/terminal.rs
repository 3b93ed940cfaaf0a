//! What the program says on a terminal: nothing that a file holds steers it.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal as _, Write as _, stderr, stdout};

use std::process::ExitCode;

use anyhow::Context as _;
use claimline::formats::database::redacted;
use claimline::formats::visible::visible;

/// Says something beside the output, as `format!` has it.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::terminal::say(format_args!($($words)*)) };
}

/// A line beside the output, after the program's name. Whether anybody hears it changes nothing of what the program does:
/// where it cannot be written it is lost. No password of an address is in it. Further lines are set in, so that no title of two lines looks like two messages.
pub(super) fn say(words: impl Display) {
    let line = format!("claimline: {}\n", visible(&redacted(&words.to_string())).replace('\n', "\n  "));
    let _ = stderr().lock().write_all(line.as_bytes());
}

/// Words of the reader of the command line, which bring their own beginning.
pub(super) fn print_error(words: &str) {
    let _ = stderr().lock().write_all(visible(&redacted(words)).as_bytes());
}

/// Help, the version, or what is wrong with a command line; the exit code.
pub(super) fn told(error: &clap::Error) -> ExitCode {
    match error.print().and_then(|()| stdout().flush()) {
        Err(wrong) if !error.use_stderr() && wrong.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}

/// Prints; a reader that has gone away (`| head`) is no error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    write_out(&visible(text))
}

/// Prints a file's data: to another program as they are, to a terminal as [`print`] does.
pub(super) fn print_data(data: &str) -> anyhow::Result<()> {
    if stdout().is_terminal() { print(data) } else { write_out(data) }
}

fn write_out(text: &str) -> anyhow::Result<()> {
    match stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write the output"),
        _ => Ok(()),
    }
}
