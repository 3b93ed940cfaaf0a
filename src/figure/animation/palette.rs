//! The colours of a GIF: of the many that a page has, the 255 that stand for all, the same in each frame, so that what
//! stays does not flicker.

use std::collections::{BTreeMap, HashMap};

use color_quant::NeuQuant;

use crate::scene::display_list::Bitmap;

/// So many colours there are; the last entry of the table is where a frame leaves what is there.
const COLORS: usize = 255;

/// Colours that cover more than this share of the pixels stand for themselves: flat fills, lines and letters.
const EXACT_SHARE: f64 = 1.0 / 20_000.0;

/// At most so many, so that some are left for what lies between.
const MOST_EXACT: usize = 160;

/// The entry of the table where a frame leaves what is there.
pub(super) const LEFT: u8 = 255;

/// The colours of all frames, and the nearest to each that was asked for.
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    known: HashMap<[u8; 3], u8>,
}

/// How often colours are seen.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<[u8; 3], u64>);

impl Counts {
    /// Counts those of a frame.
    pub(super) fn add(&mut self, bitmap: &Bitmap) {
        let pixels = bitmap.rgba.as_chunks::<4>().0;
        for run in pixels.chunk_by(|a, b| a == b) {
            let [red, green, blue, _] = run[0];
            *self.0.entry([red, green, blue]).or_default() += run.len() as u64;
        }
    }

    /// The colours that stand for all.
    pub(super) fn palette(self) -> Palette {
        let total: u64 = self.0.values().sum();
        let mut by_count: Vec<([u8; 3], u64)> = self.0.into_iter().collect();
        by_count.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let often = by_count.iter().take_while(|(_, count)| *count as f64 > EXACT_SHARE * total as f64).count();
        let exact = if by_count.len() <= COLORS { by_count.len() } else { often.min(MOST_EXACT) };
        let mut colors: Vec<[u8; 3]> = by_count.iter().take(exact).map(|(color, _)| *color).collect();
        let rest = &by_count[exact..];
        if !rest.is_empty() {
            // Rare colours count for something too: thin lines and the edges of letters are made of them.
            let samples: Vec<u8> = rest
                .iter()
                .flat_map(|([red, green, blue], count)| {
                    [*red, *green, *blue, 255].repeat(((*count as f64).sqrt() as usize).clamp(1, 40))
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
}
