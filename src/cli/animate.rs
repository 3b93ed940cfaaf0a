//! `claimline animate`: a figure that shows one day after the other.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use claimline::dossier::series::Every;
use claimline::dossier::words;
use claimline::figure::animation::{
    AnimationError, AnimationKind, Frames, MOST_FRAMES, PACE_MS, Reel, Timing, Written,
};
use claimline::figure::{checks, raster};
use claimline::files;
use claimline::formats::edtf::Edtf;
use clap::Args;

use super::arguments::FigureArgs;
use super::spans::Span;
use super::{Outcome, Usage};

#[derive(Debug, Args)]
pub(super) struct Animate {
    /// File to write: .gif, .png or .apng (APNG), or a folder for a PNG of each frame
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A frame for each day, week or month; a week or a month is shown as it was last reported in it
    #[arg(long, value_name = "WHAT", default_value = "day")]
    each: Every,
    #[command(flatten)]
    span: Span,
    /// For how long a frame is shown, such as 0.5s or 200ms; the last one 2 seconds longer
    #[arg(long, value_name = "TIME", default_value = "0.5s", value_parser = pace)]
    pace: u32,
    #[command(flatten)]
    figure: FigureArgs,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

/// A time in milliseconds.
fn pace(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let (number, factor) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s').unwrap_or(text), 1000.0),
    };
    let pace_ms = number.trim().parse::<f64>().ok().map(|number| (number * factor).round());
    pace_ms
        .filter(|ms| (f64::from(*PACE_MS.start())..=f64::from(*PACE_MS.end())).contains(ms))
        .map(|ms| ms as u32)
        .ok_or_else(|| format!("expected a time from {}ms to {}s, such as 0.5s", PACE_MS.start(), PACE_MS.end() / 1000))
}

/// The file of a frame, from 1.
fn frame_file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("frame-{number:04}.png"))
}

pub(super) fn run(options: Animate) -> anyhow::Result<Outcome> {
    let Animate { output, figure, force, .. } = &options;
    let kind = AnimationKind::of_path(output, output.is_dir()).map_err(Usage)?;
    let prepared = figure.prepared()?;
    figure.line.layers.check()?;
    let stands = options.span.stands(options.each, prepared.scene.dossier(), &prepared.document)?;
    let days: Vec<Edtf> = stands.iter().map(|stand| stand.when).collect();
    if days.len() > MOST_FRAMES {
        bail!(Usage(AnimationError::Frames(days.len()).to_string()));
    }
    let paths: Vec<PathBuf> = match kind {
        AnimationKind::Gif | AnimationKind::Apng => vec![output.clone()],
        AnimationKind::Frames => (1..=days.len()).map(|number| frame_file(output, number)).collect(),
    };
    figure.spare_inputs(paths.iter().map(PathBuf::as_path), None)?;
    prepared.spare_layers(paths.iter().map(PathBuf::as_path))?;
    // All is looked at before anything is drawn, so that a refusal leaves nothing half done.
    if let Some(taken) = paths.iter().find(|path| files::exists(path) && !force) {
        bail!(Usage(format!("{} already exists; give --force to replace it", taken.display())));
    }
    for path in &paths {
        files::check_replaceable(path).context("nothing was drawn")?;
    }
    let further = frame_file(output, days.len() + 1);
    if kind == AnimationKind::Frames && files::exists(&further) {
        bail!(Usage(format!(
            "{} is of a longer animation, which would go on after this one; remove it",
            further.display()
        )));
    }
    let (maps, document) = (&prepared.maps, &prepared.document);
    let map_day = |when: Option<&Edtf>| [when.and_then(Edtf::latest).or(document.day)];
    let reel = maps.draw_of_days(&prepared.ground, document, &map_day(days.last()), |ground| {
        Reel::new(&prepared.scene, ground, document, &prepared.options, &days)
    })?;
    let reel = reel.context("the animation was not written")?;
    for warning in checks::check(&prepared.scene, document, reel.options(), reel.last(), &prepared.texts, None) {
        say!("warning: {}", warning.what);
    }
    let mut painter = raster::Painter::reproducible();
    let mut paint = |index: usize| {
        let day = map_day(days.get(index));
        let page = maps.draw_of_days(&prepared.ground, document, &day, |ground| reel.page(ground, index));
        let page = page.map_err(|error| AnimationError::Drawing(error.to_string()))?;
        reel.paint(&mut painter, &page)
    };
    let mut told = 0;
    let mut on_frame = |Written { frames, of, about_bytes, .. }: Written| {
        let tenth = 10 * frames / of;
        if frames == 2 && of > 2 {
            let size = about_bytes.map_or_else(String::new, |bytes| format!(", about {} in all", megabytes(bytes)));
            say!("{frames} of {of} frames{size}");
        } else if tenth > told || frames == of {
            say!("{frames} of {of} frames");
        }
        told = tenth;
        true
    };
    if kind == AnimationKind::Frames {
        files::make_folder(output)?;
        let mut bytes = 0;
        for (index, path) in paths.iter().enumerate() {
            let png = paint(index).and_then(|bitmap| reel.png(index, &bitmap));
            let png = png.with_context(|| format!("{} was not written", path.display()))?;
            files::write(path, &png).context("the animation is incomplete")?;
            bytes += png.len() as u64;
            let about_bytes = Some(bytes / (index as u64 + 1) * paths.len() as u64);
            on_frame(Written { frames: index + 1, of: paths.len(), bytes, about_bytes });
        }
    } else {
        let about = reel.about();
        let timing = Timing::of_pace(options.pace);
        files::write_with(output, |out| -> anyhow::Result<()> {
            let (size_px, count) = (reel.size_px(), reel.count());
            let frames = Frames { size_px, count, timing, about: &about, paint: &mut paint, on_frame: &mut on_frame };
            Ok(frames.write(kind, out)?)
        })
        .context("the animation was not written")?;
    }
    say!("wrote {}", output.display());
    let outcome = prepared.outcome();
    // The system takes the memory of a program that ends at once.
    std::mem::forget((reel, prepared));
    Ok(outcome)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", words::number(bytes as f64 / 1e6, usize::from(bytes < 10_000_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_time() {
        assert_eq!((pace("0.5s"), pace("200ms"), pace("2")), (Ok(500), Ok(200), Ok(2000)));
        for wrong in ["0", "-1s", "NaN", "1e9s", "fast", "", "5ms"] {
            assert!(pace(wrong).unwrap_err().contains("0.5s"), "{wrong}");
        }
    }
}
