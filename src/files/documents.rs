//! Documents from the disk: what takes apart PDF, packed office files and archives of the web is not ours, so it runs in a process
//! of its own, with a limit of time and of memory, and a file that does harm ends in a message.
//!
//! That process is this program itself, called with a hidden command: the bytes go in by its standard input, and what was found
//! comes out by its standard output ([`document::write_content`]). Where its memory is bounded, and by how much, says
//! [`bound_this_process`].
//!
//! A program that uses this library and is not Claimline has to name one that is ([`use_program`]); without it, the kinds that
//! take a process of their own cannot be read here, and [`FileError::Document`] says so. [`document::read`] reads them within
//! the process of whoever calls it.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::FileError;
use super::disk::read_at_most;
use crate::formats::document::{self, DocumentError, Kind, PagePicture, ReadDocument};
use crate::geometry::work;

/// The hidden command of the program.
pub const COMMAND: &str = "read-document";

/// How long a document may take, and how much memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From start to end.
    pub time: Duration,
    /// All that the process may ask for, in bytes.
    pub memory_bytes: u64,
}

/// What any document gets along with that an article has been read from.
pub const LIMITS: Limits = Limits { time: Duration::from_secs(60), memory_bytes: 2 << 30 };

/// The code with which the process ends when it cannot read the document and has said why.
pub const TOLD: u8 = 3;

/// The most that is taken from the process: a text, or a picture.
const MOST_ANSWER: u64 = 512 << 20;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadingError {
    /// What is wrong with it.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// What the process of its own said is wrong with it.
    #[error("{0}")]
    Told(String),
    /// The reader came to grief.
    #[error("its reader broke down over it, in a process of its own; the file is damaged or made to do harm")]
    Crashed,
    /// It takes longer than [`Limits::time`].
    #[error(
        "it was not read within {0} seconds; the file is damaged, made to do harm, or far too large for an article"
    )]
    TooLong(u64),
    /// It takes more than [`Limits::memory_bytes`].
    #[error(
        "reading it takes more than {0} MB of memory; the file is damaged, made to do harm, or far too large for an article"
    )]
    TooMuchMemory(u64),
    /// The user does not want it any more.
    #[error("reading it was cancelled")]
    Cancelled,
    /// This is another program, and it has not named Claimline.
    #[error(
        "a {0} is read by the program claimline in a process of its own, and this program does not know where that is"
    )]
    NoProgram(&'static str),
    /// The system starts no process.
    #[error("the process that reads it could not be started ({0})")]
    NotStarted(String),
}

/// Where the program is that is started for a document.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that is started for documents; the first word counts.
pub fn use_program(program: PathBuf) {
    let _ = PROGRAM.set(program);
}

/// Says that this very program is the one that is started for documents.
pub fn use_this_program() {
    // On Linux this leads to the program that runs, also after its file has been replaced by a newer one.
    let running = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() {
        use_program(running.to_owned());
    } else if let Ok(program) = std::env::current_exe() {
        use_program(program);
    }
}

fn program() -> Option<PathBuf> {
    if let Some(program) = PROGRAM.get() {
        return Some(program.clone());
    }
    // Tests are programs of their own beside it.
    if let Some(program) = std::env::var_os("CARGO_BIN_EXE_claimline") {
        return Some(PathBuf::from(program));
    }
    let folder = std::env::current_exe().ok()?.parent()?.to_owned();
    let above = folder.file_name().filter(|name| *name == "deps").and_then(|_| folder.parent())?;
    let beside = above.join(format!("claimline{}", std::env::consts::EXE_SUFFIX));
    beside.is_file().then_some(beside)
}

/// Reads the text of an article from a file of any kind that is read ([`document::KINDS`]); of an archive with several pages the
/// one that it names first, or that from `address`.
///
/// # Errors
/// [`FileError::Read`], [`FileError::Document`].
pub fn read(path: &Path, address: Option<&str>) -> Result<ReadDocument, FileError> {
    read_within(path, address, LIMITS)
}

/// The same within other limits.
///
/// # Errors
/// As [`read`].
pub fn read_within(path: &Path, address: Option<&str>, limits: Limits) -> Result<ReadDocument, FileError> {
    let bytes = read_at_most(path, document::MAX_BYTES)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    read_bytes(&name, bytes, address, limits).map_err(|cause| FileError::Document { cause, path: path.to_owned() })
}

/// The same of bytes that are at hand.
///
/// # Errors
/// [`ReadingError`].
pub fn read_bytes(
    file_name: &str,
    bytes: Vec<u8>,
    address: Option<&str>,
    limits: Limits,
) -> Result<ReadDocument, ReadingError> {
    let kind = document::kind_of(file_name, &bytes);
    if !kind.is_apart {
        return Ok(document::read(file_name, &bytes, address)?);
    }
    if bytes.len() > kind.most_bytes {
        return Err(DocumentError::TooLarge { bytes: bytes.len(), most: kind.most_bytes }.into());
    }
    // A name that is a way to somewhere else, or an option, is of no use to the reader.
    let mut arguments = vec![format!("--name={}", plain_name(file_name))];
    arguments.extend(address.map(|address| format!("--address={address}")));
    let answer = apart(kind, &arguments, bytes, limits)?;
    document::read_content(&answer).map(ReadDocument::from).map_err(|_| ReadingError::Crashed)
}

/// The same of the first of some pages that an archive of the web has, or else the one that it names first; of anything else
/// that is read, there is but one.
///
/// # Errors
/// [`ReadingError`].
pub fn read_page(
    file_name: &str,
    bytes: &[u8],
    addresses: &[&str],
    limits: Limits,
) -> Result<ReadDocument, ReadingError> {
    if document::kind_of(file_name, bytes).is_archive() {
        for address in addresses.iter().filter(|address| !address.is_empty()) {
            if let Ok(read) = read_bytes(file_name, bytes.to_vec(), Some(address), limits) {
                return Ok(read);
            }
            if work::is_cancelled() {
                return Err(ReadingError::Cancelled);
            }
        }
    }
    read_bytes(file_name, bytes.to_vec(), None, limits)
}

/// A document from the disk that is not yet read.
#[derive(Debug, Clone)]
pub struct Loaded {
    path: PathBuf,
    name: String,
    bytes: Arc<[u8]>,
}

impl Loaded {
    /// Takes the bytes of a file.
    ///
    /// # Errors
    /// [`FileError::Read`].
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { path: path.to_owned(), name, bytes: read_at_most(path, document::MAX_BYTES)?.into() })
    }

    /// Reads it, as [`read_page`] does.
    ///
    /// # Errors
    /// [`FileError::Document`].
    pub fn read(&self, addresses: &[&str]) -> Result<ReadDocument, FileError> {
        let read = read_page(&self.name, &self.bytes, addresses, LIMITS);
        read.map_err(|cause| FileError::Document { cause, path: self.path.clone() })
    }

    /// What kind it is.
    pub fn kind(&self) -> &'static Kind {
        document::kind_of(&self.name, &self.bytes)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }
}

/// Draws a page of a PDF, the first of which is 0, so many pixels wide.
///
/// # Errors
/// [`ReadingError`].
pub fn page_picture(bytes: Vec<u8>, page: usize, width_px: u32, limits: Limits) -> Result<PagePicture, ReadingError> {
    let kind = document::kind_of("a.pdf", &bytes);
    let arguments = [format!("--page={page}"), format!("--wide={width_px}")];
    let answer = apart(kind, &arguments, bytes, limits)?;
    PagePicture::from_bytes(&answer).ok_or(ReadingError::Crashed)
}

fn plain_name(name: &str) -> String {
    let name: String = name.chars().filter(|letter| !letter.is_control() && !"/\\".contains(*letter)).collect();
    // Its ending is what tells something.
    let skipped = name.chars().count().saturating_sub(200);
    name.chars().skip(skipped).collect()
}

/// Has the program read bytes in a process of its own.
fn apart(kind: &Kind, arguments: &[String], bytes: Vec<u8>, limits: Limits) -> Result<Vec<u8>, ReadingError> {
    let program = program().ok_or(ReadingError::NoProgram(kind.label))?;
    let mut command = Command::new(program);
    command.arg(COMMAND).args(arguments).arg(format!("--memory={}", limits.memory_bytes));
    command.arg(format!("--seconds={}", limits.time.as_secs().max(1)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Nothing of what the user set for other programs changes what is read, and no backtrace is worked out.
    command.env("RUST_BACKTRACE", "0");
    without_a_window(&mut command);
    let child = command.spawn().map_err(|error| ReadingError::NotStarted(error.to_string()))?;
    Process::new(child, bytes)?.answer(limits)
}

/// On Windows, a process of the command line opens a black window where a program with a window starts it.
fn without_a_window(command: &mut Command) {
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    let _ = command;
}

/// A process that reads a document; it ends with this value at the latest.
struct Process {
    child: Child,
    answer: Receiver<Vec<u8>>,
    complaint: Receiver<Vec<u8>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Gives the process its bytes and listens to it, each on a thread of its own: it may read nothing, or write without end.
    fn new(mut child: Child, bytes: Vec<u8>) -> Result<Self, ReadingError> {
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let spawn = |work: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name("document".into()).spawn(work);
        let ((sender, answer), (other_sender, complaint)) = (channel(), channel());
        let started = [
            spawn(Box::new(move || {
                if let Some(mut input) = input {
                    // It may end before it has read all.
                    let _ = input.write_all(&bytes);
                }
            })),
            spawn(Box::new(move || {
                let mut answer = Vec::new();
                if let Some(output) = output {
                    let _ = output.take(MOST_ANSWER).read_to_end(&mut answer);
                }
                let _ = sender.send(answer);
            })),
            spawn(Box::new(move || {
                let mut complaint = Vec::new();
                if let Some(errors) = errors {
                    let _ = errors.take(16_384).read_to_end(&mut complaint);
                }
                let _ = other_sender.send(complaint);
            })),
        ];
        let process = Self { child, answer, complaint };
        match started.into_iter().find_map(Result::err) {
            Some(error) => Err(ReadingError::NotStarted(error.to_string())),
            None => Ok(process),
        }
    }

    /// What the process says, if it says it in time and nobody cancels it.
    fn answer(mut self, limits: Limits) -> Result<Vec<u8>, ReadingError> {
        const STEP: Duration = Duration::from_millis(20);
        let started = Instant::now();
        let too_long = ReadingError::TooLong(limits.time.as_secs().max(1));
        let answer = loop {
            match self.answer.recv_timeout(STEP) {
                Ok(answer) => break answer,
                Err(RecvTimeoutError::Disconnected) => return Err(ReadingError::Crashed),
                Err(RecvTimeoutError::Timeout) if work::is_cancelled() => return Err(ReadingError::Cancelled),
                Err(RecvTimeoutError::Timeout) if started.elapsed() >= limits.time => return Err(too_long),
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        // Its output is closed, so it is at its end, or stays on for no good reason.
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if started.elapsed() >= limits.time => return Err(too_long),
                Ok(None) => std::thread::sleep(Duration::from_millis(2)),
                Err(_) => return Err(ReadingError::Crashed),
            }
        };
        let complaint = self.complaint.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
        match status.code() {
            Some(0) => Ok(answer),
            Some(code) if code == i32::from(TOLD) => Err(ReadingError::Told(told(&answer))),
            _ if ran_out_of_time(status) => Err(too_long),
            _ if memchr::memmem::find(&complaint, b"memory allocation of").is_some() => {
                Err(ReadingError::TooMuchMemory(limits.memory_bytes >> 20))
            }
            _ => Err(ReadingError::Crashed),
        }
    }
}

/// What the process says of the document, as one line.
fn told(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer.get(..4096).unwrap_or(answer));
    text.chars().filter(|letter| !letter.is_control()).take(1000).collect()
}

/// Whether the system ended a process that used up its time.
fn ran_out_of_time(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        const SIGXCPU: i32 = libc::SIGXCPU;
        status.signal() == Some(SIGXCPU)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}

/// Bounds what this process may use from now on: memory (Linux and most other Unix; macOS takes the limit and does not hold to
/// it), time of the processor, and files that it writes, none of which may grow. Windows has no such limits for a process that
/// sets them for itself; there the time alone is bounded, by whoever started it.
pub fn bound_this_process(memory_bytes: u64, seconds: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = |bytes| Rlimit { current: Some(bytes), maximum: Some(bytes) };
        let seconds = Rlimit { current: Some(seconds), maximum: Some(seconds.saturating_add(2)) };
        // A system that refuses one of them still has the others.
        let _ = setrlimit(Resource::As, limit(memory_bytes));
        let _ = setrlimit(Resource::Core, limit(0));
        let _ = setrlimit(Resource::Fsize, limit(0));
        let _ = setrlimit(Resource::Cpu, seconds);
    }
    #[cfg(not(unix))]
    let _ = (memory_bytes, seconds);
}

/// Whether a file is of a kind that is read, by its name.
pub fn is_named_as_one(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    let ends = |end: &str| name.strip_suffix(end).is_some_and(|stem| stem.ends_with('.'));
    // What else is packed is none.
    document::extensions().into_iter().filter(|end| *end != "gz").any(ends) || ends("warc.gz")
}
