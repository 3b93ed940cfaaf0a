//! An animation as GIF (GIF89a, CompuServe 1990): one table of colours for all frames, and of each but the first only what
//! has changed.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Write;

use gif::{AnyExtension, DisposalMethod, Encoder, Extension, Frame, Repeat};

use super::palette::{Counts, LEFT};
use super::{AnimationError, Counted, Frames, changed};

/// Of so many frames the colours are looked at.
const SAMPLES: usize = 6;

pub(super) fn write(out: &mut dyn Write, mut frames: Frames<'_>) -> Result<(), AnimationError> {
    let (width, height) = frames.size_px;
    let across = usize::from(width);
    let count = frames.count;
    let mut counts = Counts::default();
    let samples = SAMPLES.min(count);
    for sample in 0..samples {
        // The first, the last, and some between them.
        let index = if samples > 1 { sample * (count - 1) / (samples - 1) } else { 0 };
        counts.add(&frames.painted(index)?);
    }
    let mut palette = counts.palette();
    let bytes = Cell::new(0);
    let mut encoder = Encoder::new(Counted { out, bytes: &bytes }, width, height, &palette.table())?;
    encoder.set_repeat(Repeat::Infinite)?;
    let about = frames.about;
    let comment = [&about.title, &about.credits, &about.provenance].map(String::as_str).join("\n");
    encoder.write_raw_extension(AnyExtension(Extension::Comment as u8), &[comment.as_bytes()])?;
    let mut before: Vec<u8> = Vec::new();
    let mut first_bytes = 0;
    for index in 0..count {
        let now = palette.indices(&frames.painted(index)?);
        let area = if index == 0 { Some([0, 0, across, usize::from(height)]) } else { changed(&before, &now, across) };
        // A day on which nothing changes is shown for its time all the same.
        let [left, top, wide, high] = area.unwrap_or([0, 0, 1, 1]);
        let mut buffer = Vec::with_capacity(wide * high);
        for row in top..top + high {
            let row = row * across + left..row * across + left + wide;
            match before.get(row.clone()) {
                Some(before) => {
                    let kept =
                        before.iter().zip(&now[row]).map(|(before, now)| if before == now { LEFT } else { *now });
                    buffer.extend(kept);
                }
                None => buffer.extend_from_slice(&now[row]),
            }
        }
        let frame = Frame {
            // In hundredths of a second.
            delay: (frames.timing.of_frame(index, count) / 10).min(u32::from(u16::MAX)) as u16,
            dispose: DisposalMethod::Keep,
            transparent: Some(LEFT),
            left: left as u16,
            top: top as u16,
            width: wide as u16,
            height: high as u16,
            buffer: Cow::Owned(buffer),
            ..Frame::default()
        };
        encoder.write_frame(&frame)?;
        before = now;
        if index == 0 {
            first_bytes = bytes.get();
        }
        frames.told(index, bytes.get(), first_bytes)?;
    }
    // What it ends with is written here.
    encoder.into_inner()?.flush()?;
    Ok(())
}
