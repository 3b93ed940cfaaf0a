//! `claimline read-document`, which no help lists: the process in which a document is read whose reader is not ours.

use std::io::{Read as _, Write as _};
use std::process::exit;

use claimline::files::documents::{TOLD, bound_this_process};
use claimline::formats::document::{self, MAX_BYTES};

/// What to read from the standard input.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ReadDocument {
    /// The name of the file, whose ending may tell its kind
    #[arg(long, default_value = "")]
    name: String,
    /// Which page of an archive
    #[arg(long)]
    address: Option<String>,
    /// Draw this page instead, the first of which is 0
    #[arg(long)]
    page: Option<usize>,
    /// Of the picture, in pixels
    #[arg(long, default_value_t = 800)]
    wide: u32,
    /// Bytes of memory that this process may use
    #[arg(long)]
    memory: u64,
    /// Seconds of the processor's time that this process may use
    #[arg(long)]
    seconds: u64,
}

/// Deep nesting takes room on the stack, which a file should not be able to use up.
const STACK_BYTES: usize = 256 << 20;

/// The code of a process whose reader came to grief.
const BROKE_DOWN: i32 = 70;

/// Reads, answers and ends the process.
pub(super) fn run(options: &ReadDocument) -> anyhow::Result<()> {
    bound_this_process(options.memory, options.seconds);
    // Whoever started this process says what happened.
    std::panic::set_hook(Box::new(|_| {}));
    let options = options.clone();
    let reader =
        std::thread::Builder::new().name("document".into()).stack_size(STACK_BYTES).spawn(move || answer(&options))?;
    match reader.join() {
        Ok(Ok(answer)) => finish(&answer, 0),
        Ok(Err(why)) => finish(why.as_bytes(), i32::from(TOLD)),
        Err(_) => exit(BROKE_DOWN),
    }
}

fn answer(options: &ReadDocument) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    match options.page {
        Some(page) => document::page_picture(&bytes, page, options.wide).map(|picture| picture.to_bytes()),
        None => document::read_content_of(&options.name, &bytes, options.address.as_deref())
            .map(|content| document::write_content(&content)),
    }
    .map_err(|error| error.to_string())
}

fn finish(answer: &[u8], code: i32) -> ! {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(answer).and_then(|()| out.flush());
    exit(if written.is_ok() { code } else { BROKE_DOWN })
}
