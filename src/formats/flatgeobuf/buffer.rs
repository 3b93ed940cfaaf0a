//! FlatBuffers (<https://flatbuffers.dev/internals/>), as far as FlatGeobuf has them: tables read with every place checked,
//! and written from front to back.

use std::borrow::Cow;

/// A place that lies outside the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

impl From<Damaged> for String {
    fn from(_: Damaged) -> Self {
        "it is damaged: it points outside of itself".to_owned()
    }
}

/// What stands in a field; nothing where it has its usual value.
type Field<T> = Result<Option<T>, Damaged>;

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The number of four bytes at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(array_at(bytes, at)?) as usize)
}

/// A table in a buffer.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How far from its beginning each field stands, two bytes each.
    offsets: &'a [u8],
}

impl<'a> Table<'a> {
    /// The table to which the beginning of a buffer points.
    pub(super) fn root(bytes: &'a [u8]) -> Result<Self, Damaged> {
        u32_at(bytes, 0).and_then(|at| Self::at(bytes, at)).ok_or(Damaged)
    }

    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let back = i64::from(i32::from_le_bytes(array_at(bytes, at)?));
        let list = usize::try_from(i64::try_from(at).ok()? - back).ok()?;
        let length = usize::from(u16::from_le_bytes(array_at(bytes, list)?));
        Some(Self { bytes, at, offsets: bytes.get(list.checked_add(4)?..list.checked_add(length)?)? })
    }

    fn place(&self, field: usize) -> Option<usize> {
        let offset = usize::from(u16::from_le_bytes(array_at(self.offsets, 2 * field)?));
        (offset > 0).then_some(self.at + offset)
    }

    fn array<const N: usize>(&self, field: usize) -> Field<[u8; N]> {
        let Some(place) = self.place(field) else { return Ok(None) };
        array_at(self.bytes, place).map(Some).ok_or(Damaged)
    }

    pub(super) fn byte(&self, field: usize) -> Field<u8> {
        Ok(self.array(field)?.map(u8::from_le_bytes))
    }

    pub(super) fn short(&self, field: usize) -> Field<u16> {
        Ok(self.array(field)?.map(u16::from_le_bytes))
    }

    pub(super) fn int(&self, field: usize) -> Field<i32> {
        Ok(self.array(field)?.map(i32::from_le_bytes))
    }

    pub(super) fn long(&self, field: usize) -> Field<u64> {
        Ok(self.array(field)?.map(u64::from_le_bytes))
    }

    /// Where that stands to which a field points.
    fn target(&self, field: usize) -> Field<usize> {
        let Some(place) = self.place(field) else { return Ok(None) };
        u32_at(self.bytes, place).and_then(|offset| place.checked_add(offset)).map(Some).ok_or(Damaged)
    }

    /// The items of a list, of so many bytes each.
    pub(super) fn list(&self, field: usize, size: usize) -> Field<&'a [u8]> {
        let Some(at) = self.target(field)? else { return Ok(None) };
        let items = || {
            let end = u32_at(self.bytes, at)?.checked_mul(size)?.checked_add(at + 4)?;
            self.bytes.get(at + 4..end)
        };
        items().map(Some).ok_or(Damaged)
    }

    /// A text; bytes that are not UTF-8 become marks of replacement.
    pub(super) fn text(&self, field: usize) -> Field<Cow<'a, str>> {
        Ok(self.list(field, 1)?.map(String::from_utf8_lossy))
    }

    pub(super) fn table(&self, field: usize) -> Field<Self> {
        let Some(at) = self.target(field)? else { return Ok(None) };
        Self::at(self.bytes, at).map(Some).ok_or(Damaged)
    }

    /// The tables of a list.
    pub(super) fn tables(&self, field: usize) -> Field<impl ExactSizeIterator<Item = Result<Self, Damaged>>> {
        let (Some(list), Some(at)) = (self.list(field, 4)?, self.target(field)?) else { return Ok(None) };
        let bytes = self.bytes;
        Ok(Some((0..list.len() / 4).map(move |index| {
            let place = at + 4 + 4 * index;
            let target = u32_at(bytes, place).and_then(|offset| place.checked_add(offset));
            target.and_then(|at| Self::at(bytes, at)).ok_or(Damaged)
        })))
    }
}

/// The numbers of a list of `f64`.
pub(super) fn doubles(list: &[u8]) -> impl Iterator<Item = f64> {
    list.chunks_exact(8).map(|eight| f64::from_le_bytes(array_at(eight, 0).unwrap_or_default()))
}

/// What is written into a field.
pub(super) enum Put {
    Byte(u8),
    Short(u16),
    Int(i32),
    Long(u64),
    /// The way to what is written later.
    Later,
}

/// Writes a buffer with its length before it. What a table points to stands behind it.
pub(super) struct Builder {
    pub(super) bytes: Vec<u8>,
}

impl Builder {
    /// A buffer whose root table comes next: [`ROOT`] is to point to it.
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; 8] }
    }

    /// The place that is to point to the root table.
    const ROOT: usize = 4;

    fn align(&mut self, to: usize, rest: usize) {
        while self.bytes.len() % to != rest {
            self.bytes.push(0);
        }
    }

    fn point(&mut self, place: usize) {
        // No buffer of ours comes near 4 GB: the features have been read from less.
        let way = u32::try_from(self.bytes.len() - place).unwrap_or(u32::MAX);
        self.bytes[place..place + 4].copy_from_slice(&way.to_le_bytes());
    }

    /// Writes the root table; gives the places of the fields that point to something.
    pub(super) fn root(&mut self, fields: &[(usize, Put)]) -> Vec<usize> {
        self.table(Self::ROOT, fields)
    }

    /// Writes a table to which `place` points, with its widest fields first in `fields`.
    pub(super) fn table(&mut self, place: usize, fields: &[(usize, Put)]) -> Vec<usize> {
        let count = fields.iter().map(|(field, _)| field + 1).max().unwrap_or_default();
        self.align(2, 0);
        let list = self.bytes.len();
        self.bytes.resize(list + 4 + 2 * count, 0);
        // So that a field of eight bytes behind the first four stands at a multiple of eight.
        self.align(8, 4);
        let start = self.bytes.len();
        self.point(place);
        self.bytes.extend(((start - list) as i32).to_le_bytes());
        let mut places = Vec::new();
        for (field, put) in fields {
            let offset = (self.bytes.len() - start) as u16;
            self.bytes[list + 4 + 2 * field..][..2].copy_from_slice(&offset.to_le_bytes());
            match put {
                Put::Byte(value) => self.bytes.push(*value),
                Put::Short(value) => self.bytes.extend(value.to_le_bytes()),
                Put::Int(value) => self.bytes.extend(value.to_le_bytes()),
                Put::Long(value) => self.bytes.extend(value.to_le_bytes()),
                Put::Later => {
                    places.push(self.bytes.len());
                    self.bytes.extend([0; 4]);
                }
            }
        }
        let length = (self.bytes.len() - start) as u16;
        self.bytes[list..list + 2].copy_from_slice(&((4 + 2 * count) as u16).to_le_bytes());
        self.bytes[list + 2..list + 4].copy_from_slice(&length.to_le_bytes());
        places
    }

    /// Writes a list of items of so many bytes each, to which `place` points.
    pub(super) fn list(&mut self, place: usize, size: usize, items: &[u8]) {
        if size == 8 {
            self.align(8, 4)
        } else {
            self.align(4, 0)
        }
        self.point(place);
        self.bytes.extend(((items.len() / size) as u32).to_le_bytes());
        self.bytes.extend(items);
    }

    pub(super) fn text(&mut self, place: usize, text: &str) {
        self.list(place, 1, text.as_bytes());
        self.bytes.push(0);
    }

    /// Writes a list of tables, to which `place` points; gives the places that are to point to each.
    pub(super) fn tables(&mut self, place: usize, count: usize) -> Vec<usize> {
        self.list(place, 4, &vec![0; 4 * count]);
        let first = self.bytes.len() - 4 * count;
        (0..count).map(|index| first + 4 * index).collect()
    }

    /// The buffer with its length before it.
    pub(super) fn finished(mut self) -> Vec<u8> {
        self.align(8, 0);
        let length = (self.bytes.len() - 4) as u32;
        self.bytes[..4].copy_from_slice(&length.to_le_bytes());
        self.bytes
    }
}
