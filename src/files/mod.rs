//! The disk and the network: the only room that touches either.

pub mod tile_server;
