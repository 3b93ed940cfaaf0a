//! The names of a gazetteer in order, and a walk through them that finds those which begin as a text does, or nearly so.
//!
//! # References
//! Distances are those of Damerau and Levenshtein with each pair of letters exchanged once at most (optimal string
//! alignment), worked out row by row along the letters of a trie, as in Shang and Merrett 1996, *Tries for approximate
//! string matching*, IEEE Transactions on Knowledge and Data Engineering 8, 540–547.

use super::key::LONGEST_KEY;

/// A name in the order of the keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Where its key ends; it begins where that before ends.
    end: u32,
    /// Which name; for a later word of it, the name's number with [`LATER_WORD`].
    name: u32,
}

/// A key that begins at a later word of a name.
const LATER_WORD: u32 = 1 << 31;

impl Entry {
    /// Which name.
    pub(super) fn name(self) -> u32 {
        self.name & !LATER_WORD
    }

    /// Whether its key begins at a later word.
    pub(super) fn is_later_word(self) -> bool {
        self.name & LATER_WORD != 0
    }
}

/// A step of the walk: the entries that have a letter at a depth, below what they share.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// The first of its entries, and that after the last.
    first: u32,
    end: u32,
    /// The node after all that lie below this one.
    skip: u32,
    letter: u8,
    depth: u8,
    /// Whether its entries are few, and have no nodes of their own.
    is_leaf: bool,
}

/// So many entries are looked at one by one.
const LEAF: usize = 8;

/// A walk visits no more nodes and entries, whatever the names are.
const MOST_VISITS: usize = 150_000;

/// No text is looked for with more changes.
pub(super) const MOST_EDITS: u8 = 2;

/// All keys in order.
#[derive(Debug, Default)]
pub(super) struct Index {
    keys: Vec<u8>,
    entries: Vec<Entry>,
    nodes: Vec<Node>,
}

/// Entries that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    /// The first.
    pub(super) first: u32,
    /// That after the last.
    pub(super) end: u32,
    /// How many changes make what they begin with what was looked for.
    pub(super) edits: u8,
    /// Whether that is all of their key.
    pub(super) is_whole: bool,
}

impl Index {
    /// Puts keys in order: each with its name's number, and whether it begins at a later word.
    pub(super) fn new(blob: &[u8], unsorted: &[(u32, u32, bool)]) -> Self {
        // The first eight bytes of a key tell most of them apart.
        let begin = |start: u32, end: u32| -> u64 {
            let mut bytes = [0; 8];
            let key = &blob[start as usize..end as usize];
            let length = key.len().min(8);
            bytes[..length].copy_from_slice(&key[..length]);
            u64::from_be_bytes(bytes)
        };
        let mut order = Vec::with_capacity(unsorted.len());
        let mut start = 0;
        for (end, name, later) in unsorted {
            order.push((begin(start, *end), start, *end, name | if *later { LATER_WORD } else { 0 }));
            start = *end;
        }
        let rest = |start: u32, end: u32| &blob[start as usize..end as usize];
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| rest(a.1, a.2).cmp(rest(b.1, b.2))).then_with(|| a.3.cmp(&b.3))
        });
        let mut keys = Vec::with_capacity(blob.len());
        let mut entries = Vec::with_capacity(order.len());
        for (_, start, end, name) in order {
            keys.extend_from_slice(rest(start, end));
            entries.push(Entry { end: keys.len() as u32, name });
        }
        let mut index = Self { keys, entries, nodes: Vec::new() };
        index.grow(0, index.entries.len(), 0);
        index.nodes.shrink_to_fit();
        index
    }

    /// Makes the nodes of some entries that share their first `depth` bytes.
    fn grow(&mut self, first: usize, end: usize, depth: usize) {
        let mut at = first;
        // Those that end here come first, and are found from the node above.
        while at < end && self.key(at).len() == depth {
            at += 1;
        }
        while at < end {
            let letter = self.key(at)[depth];
            let beyond = at + self.run(at, end, depth, letter);
            let is_leaf = beyond - at <= LEAF || depth + 1 >= LONGEST_KEY;
            let node = self.nodes.len();
            self.nodes.push(Node {
                first: at as u32,
                end: beyond as u32,
                skip: 0,
                letter,
                depth: depth as u8,
                is_leaf,
            });
            if !is_leaf {
                self.grow(at, beyond, depth + 1);
            }
            self.nodes[node].skip = self.nodes.len() as u32;
            at = beyond;
        }
    }

    /// How many entries from `at` on have a letter at a depth.
    fn run(&self, at: usize, end: usize, depth: usize, letter: u8) -> usize {
        let (mut low, mut high) = (at, end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle).get(depth).is_some_and(|other| *other <= letter) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low - at
    }

    /// The key of an entry.
    pub(super) fn key(&self, entry: usize) -> &[u8] {
        let start = if entry == 0 { 0 } else { self.entries[entry - 1].end as usize };
        &self.keys[start..self.entries[entry].end as usize]
    }

    pub(super) fn entry(&self, entry: u32) -> Entry {
        self.entries[entry as usize]
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How much memory it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.keys.len()
            + self.entries.len() * std::mem::size_of::<Entry>()
            + self.nodes.len() * std::mem::size_of::<Node>()
    }

    /// The entries whose keys are a text, or begin so, with so many changes at most. Of two changes one lies in the second
    /// half: few people miss the beginning of a name twice, and there every name would have to be looked at.
    pub(super) fn find(&self, wanted: &[u8], most_edits: u8) -> Vec<Fit> {
        let mut walk = Walk::new(wanted, most_edits.min(MOST_EDITS));
        if walk.wanted.is_empty() {
            return walk.fits;
        }
        let mut node = 0;
        while let Some(Node { first, end, skip, letter, depth, is_leaf }) = self.nodes.get(node).copied() {
            let depth = usize::from(depth);
            walk.visits += 1;
            if walk.visits > MOST_VISITS {
                break;
            }
            let least = walk.step(depth, letter);
            let edits = walk.edits(depth + 1);
            if edits <= walk.most {
                walk.fits.push(Fit { first, end, edits, is_whole: false });
            }
            if is_leaf {
                if least > walk.most_at(depth + 1) {
                    node = skip as usize;
                    continue;
                }
                for entry in first..end {
                    walk.visits += 1;
                    self.compare(&mut walk, entry, depth + 1);
                }
                node = skip as usize;
                continue;
            }
            // Keys that end here.
            if edits <= walk.most {
                let mut last = first;
                while last < end && self.key(last as usize).len() == depth + 1 {
                    last += 1;
                }
                if last > first {
                    walk.fits.push(Fit { first, end: last, edits, is_whole: true });
                }
            }
            node = if least > walk.most_at(depth + 1) { skip as usize } else { node + 1 };
        }
        walk.fits
    }

    /// Looks at one entry from a depth on.
    fn compare(&self, walk: &mut Walk, entry: u32, from: usize) {
        let key = self.key(entry as usize);
        let mut depth = from;
        let mut best = walk.edits(from);
        while depth < key.len() {
            if walk.step(depth, key[depth]) > walk.most_at(depth + 1) {
                return;
            }
            depth += 1;
            let edits = walk.edits(depth);
            if edits < best && edits <= walk.most {
                best = edits;
                walk.fits.push(Fit { first: entry, end: entry + 1, edits, is_whole: false });
            }
        }
        if walk.edits(depth) <= walk.most {
            let edits = walk.edits(depth);
            walk.fits.push(Fit { first: entry, end: entry + 1, edits, is_whole: true });
        }
    }
}

/// Distances between what is wanted and the letters of the way to a node.
struct Walk {
    wanted: Vec<u8>,
    most: u8,
    /// For each depth, how many changes make the letters up to there the first letters of what is wanted.
    rows: Vec<[u8; LONGEST_KEY + 1]>,
    letters: [u8; LONGEST_KEY + 1],
    fits: Vec<Fit>,
    visits: usize,
}

impl Walk {
    fn new(wanted: &[u8], most: u8) -> Self {
        let wanted = wanted[..wanted.len().min(LONGEST_KEY)].to_vec();
        let mut rows = vec![[u8::MAX / 2; LONGEST_KEY + 1]; LONGEST_KEY + 2];
        for (column, cell) in rows[0].iter_mut().enumerate() {
            *cell = column as u8;
        }
        Self { wanted, most, rows, letters: [0; LONGEST_KEY + 1], fits: Vec::new(), visits: 0 }
    }

    /// Works out the row after a letter at a depth; the least of it.
    fn step(&mut self, depth: usize, letter: u8) -> u8 {
        const FAR: u8 = u8::MAX / 2;
        let (length, band) = (self.wanted.len(), usize::from(self.most));
        let row_number = depth + 1;
        self.letters[depth.min(LONGEST_KEY)] = letter;
        let (above, below) = self.rows.split_at_mut(row_number);
        let (Some(before), Some(row)) = (above.last(), below.first_mut()) else { return FAR };
        let first = row_number.saturating_sub(band).max(1);
        let last = (row_number + band).min(length);
        // What lies outside of the band is farther than is wanted.
        row[first - 1] = if first == 1 { row_number as u8 } else { FAR };
        let mut least = row[first - 1];
        for column in first..=last {
            let same = self.wanted[column - 1] == letter;
            let mut cell = before[column - 1] + u8::from(!same);
            cell = cell.min(row[column - 1] + 1);
            if column < row_number + band {
                cell = cell.min(before[column] + 1);
            }
            if depth > 0
                && column > 1
                && self.wanted[column - 2] == letter
                && self.wanted[column - 1] == self.letters[depth - 1]
            {
                cell = cell.min(above[depth - 1][column - 2] + 1);
            }
            row[column] = cell;
            least = least.min(cell);
        }
        if last < length {
            row[last + 1] = FAR;
        }
        if first > last { FAR } else { least }
    }

    /// How many changes there may have been up to a depth.
    fn most_at(&self, depth: usize) -> u8 {
        if 2 * depth <= self.wanted.len() { self.most.min(1) } else { self.most }
    }

    /// How many changes make the letters of the way so far what is wanted.
    fn edits(&self, depth: usize) -> u8 {
        let (length, band) = (self.wanted.len(), usize::from(self.most));
        if depth.abs_diff(length) > band { u8::MAX / 2 } else { self.rows[depth][length] }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(keys: &[&str]) -> Index {
        let (mut blob, mut unsorted) = (Vec::new(), Vec::new());
        for (name, key) in keys.iter().enumerate() {
            blob.extend_from_slice(key.as_bytes());
            unsorted.push((blob.len() as u32, name as u32, false));
        }
        Index::new(&blob, &unsorted)
    }

    /// The distance of a text and a key as the textbook has it, the whole table at once; if `is_strict`, far where two changes
    /// lie in the first half.
    fn distance(b: &[u8], a: &[u8], is_strict: bool) -> u8 {
        let mut table = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut cell = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cell = cell.min(table[i - 2][j - 2] + 1);
                    }
                    cell
                };
            }
            if is_strict && 2 * i <= b.len() && table[i].iter().all(|cell| *cell > 1) {
                return u8::MAX;
            }
        }
        table[a.len()][b.len()] as u8
    }

    fn best(index: &Index, wanted: &str, most: u8, whole: bool) -> std::collections::BTreeMap<u32, u8> {
        let mut best = std::collections::BTreeMap::new();
        for fit in index.find(wanted.as_bytes(), most).into_iter().filter(|fit| fit.is_whole || !whole) {
            for entry in fit.first..fit.end {
                let known = best.entry(index.entry(entry).name()).or_insert(fit.edits);
                *known = fit.edits.min(*known);
            }
        }
        best
    }

    #[test]
    fn a_beginning_finds_all_that_begin_so() {
        let index = index(&["kramatorsk", "kramar", "kiv", "kram", "sumi"]);
        assert_eq!(best(&index, "kram", 0, false).into_keys().collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(best(&index, "kram", 0, true).into_keys().collect::<Vec<_>>(), [3]);
        assert!(best(&index, "", 2, false).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_the_textbook_finds(
            keys in prop::collection::vec("[a-c]{1,9}", 1..60),
            wanted in "[a-c]{1,8}",
            most in 0..=2_u8,
        ) {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let index = index(&keys);
            let (whole, begins) = (best(&index, &wanted, most, true), best(&index, &wanted, most, false));
            for (name, key) in keys.iter().enumerate() {
                // What lies within the strict distance is found; what is found besides, as some of a short list is, lies within
                // the plain one.
                let of_all = |strict: bool| distance(wanted.as_bytes(), key.as_bytes(), strict);
                let of_start = |strict: bool| {
                    let start = |end: usize| distance(wanted.as_bytes(), &key.as_bytes()[..end], strict);
                    (1..=key.len()).map(start).min().unwrap_or(99)
                };
                for (found, strict, plain) in [
                    (whole.get(&(name as u32)), of_all(true), of_all(false)),
                    (begins.get(&(name as u32)), of_start(true), of_start(false)),
                ] {
                    match found {
                        None => prop_assert!(strict > most, "{} {}", wanted, key),
                        Some(edits) => prop_assert!(*edits <= most && plain <= *edits && *edits <= strict, "{} {}", wanted, key),
                    }
                }
            }
        }
    }
}
