//! The log beside a database that another program has open (`-wal`): what was committed there and is not in the file yet.
//!
//! Layout and checksums: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What comes before the first frame, and before the page of each, in bytes.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// The mark at the beginning; its last bit says that checksums take numbers of the big end first.
const MAGIC: u32 = 0x377f_0682;

/// The running sum of a log.
#[derive(Clone, Copy)]
struct Sum {
    sums: [u32; 2],
    big_end: bool,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let number = |word: &[u8; 4]| if self.big_end { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) };
        let [mut first, mut second] = self.sums;
        let (words, _) = bytes.as_chunks::<4>();
        for pair in words.chunks_exact(2) {
            first = first.wrapping_add(number(&pair[0])).wrapping_add(second);
            second = second.wrapping_add(number(&pair[1])).wrapping_add(first);
        }
        self.sums = [first, second];
    }
}

/// A number at a place of a head, which has it.
fn number(head: &[u8], at: usize) -> u32 {
    head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// A database with what its log has committed.
pub(super) struct Applied<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// How many of its pages came from the log.
    pub(super) pages: usize,
    /// Whether the log breaks off, so that more may have been committed.
    pub(super) is_cut: bool,
}

/// A database with what its log has committed; nothing if the log is none, or another database's.
pub(super) fn applied<'a>(database: &'a [u8], log: &[u8]) -> Option<Applied<'a>> {
    let head = log.get(..HEAD)?;
    if number(head, 0) & !1 != MAGIC {
        return None;
    }
    let page_bytes = number(head, 8) as usize;
    // 1 stands for 65,536, which does not fit in two bytes.
    let own_page_bytes = match database.get(16..18)? {
        [0, 1] => 65_536,
        bytes => usize::from(u16::from_be_bytes(bytes.try_into().ok()?)),
    };
    let mut sum = Sum { sums: [0; 2], big_end: number(head, 0) & 1 == 1 };
    sum.add(&head[..24]);
    if page_bytes != own_page_bytes || page_bytes < 512 || sum.sums != [number(head, 24), number(head, 28)] {
        return None;
    }
    // What is committed, by page, and what waits for the frame that commits it.
    let (mut committed, mut waiting) = (BTreeMap::new(), Vec::new());
    let (mut pages, mut is_cut) = (None, false);
    for frame in log[HEAD..].chunks(FRAME_HEAD + page_bytes) {
        // A log is as long as its longest round was, and what an earlier one has left is of another number.
        if frame.get(8..12).is_some_and(|round| round != &head[16..20]) {
            break;
        }
        if frame.len() < FRAME_HEAD + page_bytes || frame[12..16] != head[20..24] {
            is_cut = true;
            break;
        }
        let (frame_head, page) = frame.split_at(FRAME_HEAD);
        sum.add(&frame_head[..8]);
        sum.add(page);
        if sum.sums != [number(frame_head, 16), number(frame_head, 20)] {
            is_cut = true;
            break;
        }
        waiting.push((number(frame_head, 0) as usize, page));
        let size = number(frame_head, 4) as usize;
        if size > 0 {
            committed.extend(waiting.drain(..));
            pages = Some(size);
        }
    }
    let Some(pages) = pages else { return Some(Applied { bytes: Cow::Borrowed(database), pages: 0, is_cut }) };
    let bytes = pages.checked_mul(page_bytes).filter(|bytes| *bytes <= database.len().saturating_add(log.len()))?;
    let mut whole = database.to_vec();
    whole.resize(bytes, 0);
    let mut taken = 0;
    for (page, content) in committed {
        let start = page.checked_sub(1)?.checked_mul(page_bytes)?;
        // A page that the database has given up since.
        if let Some(place) = whole.get_mut(start..start + page_bytes) {
            place.copy_from_slice(content);
            taken += 1;
        }
    }
    Some(Applied { bytes: Cow::Owned(whole), pages: taken, is_cut })
}
