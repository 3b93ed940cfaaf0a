//! The gazetteer that comes with the program: Ukraine's places, and the world's from about 1,000 people on.

use std::sync::{Arc, OnceLock};

use super::{Builder, Gazetteer, unseal};

/// See `assets/README.md`.
const BYTES: &[u8] = include_bytes!("../../assets/gazetteer/places.gaz");

/// The built-in gazetteer. It is put in order when it is first asked for, which takes some tenths of a second: ask
/// beside the window.
pub fn builtin() -> Arc<Gazetteer> {
    static BUILTIN: OnceLock<Arc<Gazetteer>> = OnceLock::new();
    // A test reads it: it is whole.
    Arc::clone(BUILTIN.get_or_init(|| Arc::new(unseal(BYTES).unwrap_or_else(|_| Builder::default().finish("")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_gazetteer_is_whole() {
        let gazetteer = builtin();
        assert!(gazetteer.count() > 180_000, "{}", gazetteer.count());
        assert_eq!(gazetteer.left_out(), 0);
        assert!(gazetteer.credit().contains("GeoNames"));
        assert!(gazetteer.bytes() < 64 << 20, "{} bytes", gazetteer.bytes());
    }
}
