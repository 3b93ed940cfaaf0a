//! The colours of a GIF: of the many that a page has, the 255 that stand for all, the same in each frame, so that what
//! stays does not flicker.

use std::collections::{BTreeMap, HashMap};

use color_quant::NeuQuant;

use crate::scene::display_list::Bitmap;

/// So many colours there are; the last entry of the table is where a frame leaves what is there.
const COLORS: usize = 255;

/// Colours that cover more than this share of the pixels stand for themselves: flat fills, lines and letters.
const EXACT_SHARE: f64 = 1.0 / 20_000.0;

/// So do colours of which so many pixels stand in runs of at least [`FLAT_RUN`] in all: samples of a legend, which are small.
const FLAT_PIXELS: u64 = 30;

/// See [`FLAT_PIXELS`].
const FLAT_RUN: usize = 4;

/// Colours that differ by no more than this in any channel stand for one another, so that the shades of a relief do not take the
/// room of others.
const ALIKE: u8 = 3;

/// At most so many, so that some are left for what lies between.
const MOST_EXACT: usize = 160;

/// The entry of the table where a frame leaves what is there.
pub(super) const LEFT: u8 = 255;

/// The colours of all frames, and the nearest to each that was asked for.
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    known: HashMap<[u8; 3], u8>,
}

/// How often colours are seen: in all, and side by side with their like.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<[u8; 3], Seen>);

#[derive(Default, Clone, Copy)]
struct Seen {
    pixels: u64,
    flat: u64,
}

impl Counts {
    /// Counts those of a frame.
    pub(super) fn add(&mut self, bitmap: &Bitmap) {
        let pixels = bitmap.rgba.as_chunks::<4>().0;
        for run in pixels.chunk_by(|a, b| a == b) {
            let [red, green, blue, _] = run[0];
            let seen = self.0.entry([red, green, blue]).or_default();
            seen.pixels += run.len() as u64;
            seen.flat += if run.len() >= FLAT_RUN { run.len() as u64 } else { 0 };
        }
    }

    /// The colours that stand for all.
    pub(super) fn palette(self) -> Palette {
        let total: u64 = self.0.values().map(|seen| seen.pixels).sum();
        let mut by_count: Vec<([u8; 3], Seen)> = self.0.into_iter().collect();
        by_count.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.pixels));
        let (exact, rest): (Vec<_>, Vec<_>) = if by_count.len() <= COLORS {
            (by_count, Vec::new())
        } else {
            let mut taken: Vec<[u8; 3]> = Vec::new();
            by_count.into_iter().partition(|(color, seen)| {
                let is_flat = seen.pixels as f64 > EXACT_SHARE * total as f64 || seen.flat >= FLAT_PIXELS;
                let is_alike = |other: &[u8; 3]| other.iter().zip(color).all(|(a, b)| a.abs_diff(*b) <= ALIKE);
                let takes = is_flat && taken.len() < MOST_EXACT && !taken.iter().any(is_alike);
                if takes {
                    taken.push(*color);
                }
                takes
            })
        };
        let mut colors: Vec<[u8; 3]> = exact.into_iter().map(|(color, _)| color).collect();
        let exact = colors.len();
        if !rest.is_empty() {
            // Rare colours count for something too: thin lines and the edges of letters are made of them.
            let samples: Vec<u8> = rest
                .iter()
                .flat_map(|([red, green, blue], seen)| {
                    [*red, *green, *blue, 255].repeat(((seen.pixels as f64).sqrt() as usize).clamp(1, 40))
                })
                .collect();
            // A learner that sees each sample once needs some thousand of them.
            let times = (20_000 / (samples.len() / 4).max(1)).clamp(1, 64);
            let samples = samples.repeat(times);
            let quantizer = NeuQuant::new(3, COLORS - exact, &samples);
            colors.extend(quantizer.color_map_rgba().chunks_exact(4).map(|color| [color[0], color[1], color[2]]));
        }
        colors.truncate(COLORS);
        Palette { colors, known: HashMap::new() }
    }
}

impl Palette {
    /// As a GIF has it: 256 colours of three bytes.
    pub(super) fn table(&self) -> Vec<u8> {
        let mut table: Vec<u8> = self.colors.iter().flatten().copied().collect();
        table.resize(3 * (usize::from(LEFT) + 1), 0);
        table
    }

    /// The places in the table of the colours of a frame.
    pub(super) fn indices(&mut self, bitmap: &Bitmap) -> Vec<u8> {
        let mut out = Vec::with_capacity(bitmap.rgba.len() / 4);
        let (pixels, _) = bitmap.rgba.as_chunks::<4>();
        for run in pixels.chunk_by(|a, b| a == b) {
            let [red, green, blue, _] = run[0];
            let index = self.nearest([red, green, blue]);
            out.resize(out.len() + run.len(), index);
        }
        out
    }

    /// The nearest of the colours, by how much eyes see of red, green and blue.
    fn nearest(&mut self, wanted: [u8; 3]) -> u8 {
        let Self { colors, known } = self;
        *known.entry(wanted).or_insert_with(|| {
            let off = |color: &[u8; 3]| {
                let by = |channel: usize| i32::from(color[channel]) - i32::from(wanted[channel]);
                3 * by(0).pow(2) + 6 * by(1).pow(2) + by(2).pow(2)
            };
            let nearest = colors.iter().enumerate().min_by_key(|(_, color)| off(color));
            nearest.map_or(0, |(index, _)| index as u8)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_stay_as_they_are_and_flat_ones_always_do() {
        let bitmap = |rgb: &dyn Fn(u32) -> [u8; 3]| {
            let rgba = (0..250_000)
                .flat_map(|n| {
                    let [r, g, b] = rgb(n);
                    [r, g, b, 255]
                })
                .collect();
            Bitmap { width: 500, height: 500, rgba }
        };
        let few = bitmap(&|n| [(n % 250) as u8, 7, 200]);
        let mut counts = Counts::default();
        counts.add(&few);
        let mut palette = counts.palette();
        let table = palette.table();
        for (index, pixel) in palette.indices(&few).iter().zip(few.rgba.chunks(4)) {
            assert_eq!(&table[3 * usize::from(*index)..][..3], &pixel[..3]);
        }
        // Half of it is paper, a line is ink, the rest is a relief.
        let many = bitmap(&|n| match n {
            0..125_000 => [250, 249, 246],
            125_000..130_000 => [27, 29, 32],
            _ => [(n % 256) as u8, (n / 7 % 256) as u8, (n / 97 % 256) as u8],
        });
        let mut counts = Counts::default();
        counts.add(&many);
        let mut palette = counts.palette();
        let (table, indices) = (palette.table(), palette.indices(&many));
        assert_eq!(table.len(), 768);
        assert!(indices.iter().all(|index| *index != LEFT));
        let of = |pixel: usize| &table[3 * usize::from(indices[pixel])..][..3];
        assert_eq!((of(0), of(126_000)), (&[250, 249, 246][..], &[27, 29, 32][..]));
        let off = |pixel: usize| {
            let (a, b) = (of(pixel), &many.rgba[4 * pixel..][..3]);
            a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
        };
        let worst = (130_000..250_000).map(off).max().unwrap();
        assert!(worst < 64, "{worst}");
    }

    #[test]
    fn a_small_sample_of_a_legend_keeps_its_colour_beside_a_relief() {
        let green = [0, 158, 115];
        // Four hundred shades, each more frequent than the sample.
        let rgba: Vec<u8> = (0..250_000u32)
            .flat_map(|n| {
                let shade = n / 600;
                let [r, g, b] = if n < 100 { green } else { [(shade % 256) as u8, (shade / 2 % 256) as u8, 200] };
                [r, g, b, 255]
            })
            .collect();
        let page = Bitmap { width: 500, height: 500, rgba };
        let mut counts = Counts::default();
        counts.add(&page);
        let mut palette = counts.palette();
        let (table, indices) = (palette.table(), palette.indices(&page));
        assert_eq!(&table[3 * usize::from(indices[0])..][..3], &green);
    }
}
