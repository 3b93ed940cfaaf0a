//! `claimline map`: archives of map tiles.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;
use claimline::basemap::{Plan, Wanted};
use claimline::dossier::words;
use claimline::files;
use claimline::files::address::{is_address, told};
use claimline::files::extract::{self, Extract, Progress, part_path};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Usage;
use super::arguments::bbox;
use super::terminal::print;
use super::text;

#[derive(Debug, Subcommand)]
pub(super) enum Map {
    /// Copy the tiles of an area out of an archive (.pmtiles) into a new one, to have the map without the network
    #[command(
        after_help = "Examples:\n  claimline map extract --from https://example.org/planet.pmtiles --bbox 37.5,48.7,37.7,48.9 --dry-run\n  claimline map extract --from https://example.org/planet.pmtiles --bbox 37.5,48.7,37.7,48.9 --max-zoom 14 -o kramatorsk.pmtiles\n  claimline export -o figure.png --map kramatorsk.pmtiles --center 37.58,48.74 --zoom 14\n\nOf an archive on a server, only the parts that are needed are fetched; a tile server is not copied from. What was interrupted goes on with the same command: until it is whole, it lies in FILE.part."
    )]
    Extract(MapExtract),
}

#[derive(Debug, Args)]
pub(super) struct MapExtract {
    /// Archive to copy from: a .pmtiles file, or its address (https://…)
    #[arg(long, value_name = "URL|FILE")]
    from: PathBuf,
    /// Area, in degrees
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
    bbox: [f64; 4],
    /// Smallest zoom; without it, that of the archive
    #[arg(long, value_name = "Z", value_parser = clap::value_parser!(u8).range(0..=26))]
    min_zoom: Option<u8>,
    /// Largest zoom, one more of which takes about three times the bytes; without it, that of the archive
    #[arg(long, value_name = "Z", value_parser = clap::value_parser!(u8).range(0..=26))]
    max_zoom: Option<u8>,
    /// File to write (.pmtiles)
    #[arg(short, long, value_name = "FILE", required_unless_present = "dry_run")]
    output: Option<PathBuf>,
    /// Say how many tiles, bytes and requests it takes, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Map) -> anyhow::Result<()> {
    let Map::Extract(options) = command;
    let MapExtract { from, bbox, min_zoom, max_zoom, output, dry_run, force, json } = options;
    let output = output.as_deref().filter(|_| !dry_run);
    if let Some(output) = output {
        check(from, output, *force)?;
    }
    let wanted = Wanted { bounds: *bbox, min_zoom: *min_zoom, max_zoom: *max_zoom };
    let extract = extract::prepare(from, &wanted)?;
    let plan = extract.plan();
    if !json {
        print(&format!("{}\n", estimate(&extract)))?;
    }
    if let Some(zoom) = max_zoom.filter(|zoom| *zoom > extract.info().max_zoom) {
        say!("the archive has no zoom {zoom}; its largest is {}", extract.info().max_zoom);
    }
    let written = match output {
        Some(output) => {
            if !json && part_path(output).exists() {
                say!("a file from before is there ({}); what fits of it is used", part_path(output).display());
            }
            let mut shown = Shown::new();
            let written = extract.write(output, &mut |progress| shown.show(progress));
            shown.end();
            let written = written?;
            say!("wrote {}", output.display());
            Some(written)
        }
        None => None,
    };
    if *json {
        let resumed = written.map_or(0, |written| written.resumed);
        print(&text::json(&as_json(&extract, from, plan, output, resumed)))?;
    }
    Ok(())
}

fn check(from: &Path, output: &Path, force: bool) -> anyhow::Result<()> {
    if !output.extension().is_some_and(|end| end.eq_ignore_ascii_case("pmtiles")) {
        bail!(Usage(format!("extracts are PMTiles; write to a name that ends in .pmtiles: {}", output.display())));
    }
    if !is_address(from) && files::input_replaced(std::iter::once(output), std::iter::once(from)).is_some() {
        bail!(Usage(format!("this is the file that is read; write under another name: {}", output.display())));
    }
    if files::exists(output) && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", output.display())));
    }
    Ok(())
}

/// What an extract is and takes, in a sentence.
fn estimate(extract: &Extract) -> String {
    let (plan, info) = (extract.plan(), extract.info());
    let name = if info.name.is_empty() { "a map without a name" } else { &info.name };
    let [from, to] = plan.zooms;
    let zooms = if from == to { format!("zoom {from}") } else { format!("zooms {from} to {to}") };
    let plural = |count: u64, one: &str| {
        format!("{} {one}{}", words::number(count as f64, 0), if count == 1 { "" } else { "s" })
    };
    let requests = plan.requests.len() as u64;
    let fetched = match extract.asked() {
        Some([asked, bytes]) => format!(
            "; {} to fetch in {}, after {} in {} for its directories",
            words::bytes(plan.fetched()),
            plural(requests, "request"),
            words::bytes(bytes),
            plural(asked, "request")
        ),
        None => String::new(),
    };
    let credit = if info.attribution.is_empty() { String::new() } else { format!("\ncredit: {}", info.attribution) };
    let tiles = plural(plan.tiles, "tile");
    format!("{name}, {zooms}: {tiles} in a file of {}{fetched}{credit}", words::bytes(plan.size))
}

fn as_json(extract: &Extract, from: &Path, plan: &Plan, output: Option<&Path>, resumed: u64) -> serde_json::Value {
    let from = if is_address(from) { told(from) } else { from.to_owned() };
    json!({
        "from": from.display().to_string(),
        "name": extract.info().name,
        "attribution": extract.info().attribution,
        "bounds": plan.bounds,
        "zooms": plan.zooms,
        "tiles": plan.tiles,
        "contents": plan.contents,
        "bytes": plan.size,
        "requests": plan.requests.len(),
        "fetched_bytes": plan.fetched(),
        "directory_requests": extract.asked().map(|[requests, _]| requests),
        "resumed_requests": resumed,
        "written": output.map(|output| output.display().to_string()),
    })
}

/// How far it is, on a terminal: one line, written over and over.
struct Shown {
    is_terminal: bool,
    last: Option<Instant>,
}

impl Shown {
    fn new() -> Self {
        Self { is_terminal: stderr().is_terminal(), last: None }
    }

    fn show(&mut self, progress: Progress) {
        let is_due = self.last.is_none_or(|last| last.elapsed() > Duration::from_millis(200));
        if !self.is_terminal || !is_due && progress.done < progress.of {
            return;
        }
        self.last = Some(Instant::now());
        let percent = (progress.done * 100).checked_div(progress.of).unwrap_or(100);
        let (done, of) = (words::bytes(progress.done), words::bytes(progress.of));
        let _ = write!(stderr(), "\r{percent} %, {done} of {of}. Ctrl+C stops it; the same command goes on\x1b[K");
    }

    /// Takes the line away.
    fn end(&self) {
        if self.last.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
