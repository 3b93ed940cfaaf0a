//! An animation as APNG (PNG, third edition, 2025): all colours, and of each frame but the first only what has changed.

use std::cell::Cell;
use std::io::Write;

use png::{BitDepth, BlendOp, ColorType, Compression, DisposeOp, Encoder, Filter, SrgbRenderingIntent};

use super::{AnimationError, Counted, Frames, changed};
use crate::figure::writers::encoding::PROVENANCE_KEYWORD;

pub(super) fn write(out: &mut dyn Write, mut frames: Frames<'_>) -> Result<(), AnimationError> {
    let (width, height) = frames.size_px;
    let across = usize::from(width);
    let count = frames.count;
    let bytes = Cell::new(0);
    let mut encoder = Encoder::new(Counted { out, bytes: &bytes }, width.into(), height.into());
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    encoder.set_source_srgb(SrgbRenderingIntent::RelativeColorimetric);
    encoder.set_animated(count as u32, 0)?;
    let about = frames.about;
    let texts = [("Title", &about.title), ("Copyright", &about.credits), (PROVENANCE_KEYWORD, &about.provenance)];
    for (keyword, text) in texts {
        encoder.add_itxt_chunk(keyword.to_owned(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    let mut before: Vec<u8> = Vec::new();
    let mut first_bytes = 0;
    for index in 0..count {
        let now = frames.painted(index)?.rgba;
        let (pixels, last) = (now.as_chunks::<4>().0, before.as_chunks::<4>().0);
        let area = if index == 0 { Some([0, 0, across, usize::from(height)]) } else { changed(last, pixels, across) };
        // A day on which nothing changes is shown for its time all the same.
        let [left, top, wide, high] = area.unwrap_or([0, 0, 1, 1]);
        let mut buffer = Vec::with_capacity(4 * wide * high);
        for row in top..top + high {
            let row = row * across + left..row * across + left + wide;
            match last.get(row.clone()) {
                Some(last) => {
                    let kept = last.iter().zip(&pixels[row]);
                    buffer.extend(kept.flat_map(|(last, now)| if last == now { [0; 4] } else { *now }));
                }
                None => buffer.extend(pixels[row].as_flattened()),
            }
        }
        writer.set_frame_delay(frames.timing.of_frame(index, count).min(u32::from(u16::MAX)) as u16, 1000)?;
        writer.set_frame_position(0, 0)?;
        writer.set_frame_dimension(wide as u32, high as u32)?;
        writer.set_frame_position(left as u32, top as u32)?;
        writer.set_dispose_op(DisposeOp::None)?;
        writer.set_blend_op(if index == 0 { BlendOp::Source } else { BlendOp::Over })?;
        writer.write_image_data(&buffer)?;
        before = now;
        if index == 0 {
            first_bytes = bytes.get();
        }
        frames.told(index, bytes.get(), first_bytes)?;
    }
    writer.finish()?;
    Ok(())
}
