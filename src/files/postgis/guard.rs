//! What stands between a server and the reader of its protocol: no message may be larger than a layer can be, nothing but
//! PostgreSQL goes on, and no password is told to whoever listens.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Before anyone has logged in, no message needs more, in bytes.
const MOST_AT_FIRST: u32 = 64 << 10;
/// A row of the largest country's border has a few million bytes.
const MOST_OF_A_MESSAGE: u32 = 64 << 20;
/// All but the rows of the layer may have so many bytes together.
const MOST_BESIDE_ROWS: u64 = 16 << 20;
/// A server that has a password hashed more often than this means to keep us busy; the usual number is 4096.
const MOST_ROUNDS: u64 = 2_000_000;

/// Every message that PostgreSQL sends begins with one of these.
const TAGS: &[u8] = b"RSKZTDCEN123nsAIGHWVdcvt";

/// Why nothing more is taken from a server.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Refused {
    /// It speaks another language.
    #[error("what answers there is not a PostgreSQL server; check the name and the port")]
    NotPostgres,
    /// A message has more bytes than any row needs.
    #[error("the server announces a message of {0} bytes; at most {MOST_OF_A_MESSAGE} are taken")]
    TooLong(u32),
    /// It says more than there is to be said.
    #[error("the server sends more than {} MB that nobody asked for", MOST_BESIDE_ROWS >> 20)]
    TooMuch,
    /// It asks for the password itself, and others could hear it.
    #[error(
        "the server asks for the password itself over a connection that is not encrypted, so it was not told; use \
         sslmode=require or verify-full"
    )]
    Overheard,
    /// It asks for more hashing than is sound.
    #[error("the server asks for {0} rounds of hashing the password; at most {MOST_ROUNDS} are done")]
    TooManyRounds(u64),
}

/// What the guard and whoever asks the server share.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    refused: Arc<Mutex<Option<Refused>>>,
    wants_rows: Arc<AtomicBool>,
}

impl Shared {
    /// Why the connection has ended, if it was for what the server sent.
    pub(super) fn refused(&self) -> Option<Refused> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that from now on rows are counted by who takes them.
    pub(super) fn want_rows(&self) {
        self.wants_rows.store(true, Ordering::Relaxed);
    }
}

/// A connection of which each message is looked at as it comes.
pub(super) struct Guard<S> {
    inner: S,
    /// Whether others on the way could listen.
    is_overheard: bool,
    shared: Shared,
    header: Vec<u8>,
    /// How many bytes of the message are still to come.
    rest: u32,
    /// What has come of a message about the password.
    about_password: Option<Vec<u8>>,
    is_logged_in: bool,
    /// How many bytes have come beside the rows.
    beside_rows: u64,
}

impl<S> Guard<S> {
    pub(super) fn new(inner: S, is_overheard: bool, shared: Shared) -> Self {
        let header = Vec::with_capacity(5);
        Self { inner, is_overheard, shared, header, rest: 0, about_password: None, is_logged_in: false, beside_rows: 0 }
    }

    fn look(&mut self, mut bytes: &[u8]) -> Result<(), Refused> {
        while let [first, after @ ..] = bytes {
            if self.rest > 0 {
                let (own, next) = bytes.split_at(bytes.len().min(self.rest as usize));
                self.rest -= own.len() as u32;
                if let Some(about) = &mut self.about_password {
                    about.extend_from_slice(own);
                }
                bytes = next;
                self.end()?;
                continue;
            }
            if self.header.is_empty() && !TAGS.contains(first) {
                return Err(Refused::NotPostgres);
            }
            self.header.push(*first);
            bytes = after;
            if let [tag, length @ ..] = self.header.as_slice()
                && let Ok(length) = <[u8; 4]>::try_from(length)
            {
                let (tag, length) = (*tag, u32::from_be_bytes(length));
                self.header.clear();
                if length < 4 {
                    return Err(Refused::NotPostgres);
                }
                let most = if self.is_logged_in { MOST_OF_A_MESSAGE } else { MOST_AT_FIRST };
                if length > most {
                    let is_text = tag == b'H' || length > 0x1000_0000;
                    return Err(if self.is_logged_in || !is_text {
                        Refused::TooLong(length)
                    } else {
                        Refused::NotPostgres
                    });
                }
                if tag != b'D' || !self.shared.wants_rows.load(Ordering::Relaxed) {
                    self.beside_rows += u64::from(length);
                    if self.beside_rows > MOST_BESIDE_ROWS {
                        return Err(Refused::TooMuch);
                    }
                }
                self.is_logged_in |= tag == b'Z';
                self.about_password = (tag == b'R').then(Vec::new);
                self.rest = length - 4;
                self.end()?;
            }
        }
        Ok(())
    }

    /// Looks at what has been said of the password once all of it has come.
    fn end(&mut self) -> Result<(), Refused> {
        if self.rest > 0 {
            return Ok(());
        }
        let Some(about) = self.about_password.take() else { return Ok(()) };
        let Some((kind, words)) = about.split_first_chunk::<4>() else { return Ok(()) };
        match u32::from_be_bytes(*kind) {
            3 if self.is_overheard => Err(Refused::Overheard),
            // `r=…,s=…,i=4096` (RFC 5802, section 5.1)
            11 => {
                let rounds = words.split(|byte| *byte == b',').find_map(|part| part.strip_prefix(b"i="));
                let rounds = rounds.and_then(|number| std::str::from_utf8(number).ok()?.parse::<u64>().ok());
                rounds
                    .filter(|rounds| *rounds > MOST_ROUNDS)
                    .map_or(Ok(()), |rounds| Err(Refused::TooManyRounds(rounds)))
            }
            _ => Ok(()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.inner).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let seen = self.look(&buf.filled()[before..]);
                Poll::Ready(seen.map_err(|refused| {
                    *self.shared.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused.clone());
                    // Nothing of it is handed on.
                    buf.set_filled(before);
                    io::Error::new(io::ErrorKind::InvalidData, refused)
                }))
            }
            other => other,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(is_overheard: bool, bytes: &[u8]) -> Result<(), Refused> {
        // Whatever the pieces in which it comes.
        let whole = Guard::new((), is_overheard, Shared::default()).look(bytes);
        let mut guard = Guard::new((), is_overheard, Shared::default());
        let pieces = bytes.chunks(1).try_for_each(|byte| guard.look(byte));
        assert_eq!(whole, pieces);
        whole
    }

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        bytes.extend((body.len() as u32 + 4).to_be_bytes());
        bytes.extend(body);
        bytes
    }

    #[test]
    fn only_postgresql_goes_on_and_no_message_is_too_long() {
        let ready = message(b'Z', b"I");
        assert_eq!(looked(true, &[message(b'R', &[0; 4]), ready.clone(), message(b'D', &[1; 300])].concat()), Ok(()));
        assert_eq!(looked(true, b"HTTP/1.1 400 Bad Request\r\n"), Err(Refused::NotPostgres));
        assert_eq!(looked(true, b"SSH-2.0-OpenSSH_9.2\r\n"), Err(Refused::NotPostgres));
        assert_eq!(looked(true, &[0xff; 20]), Err(Refused::NotPostgres));
        assert_eq!(looked(true, b"R\0\0\0\x01"), Err(Refused::NotPostgres));
        assert_eq!(looked(true, b"R\0\x10\0\0"), Err(Refused::TooLong(0x10_0000)));
        assert_eq!(
            looked(true, &[ready.as_slice(), b"D\x7f\xff\xff\xff"].concat()),
            Err(Refused::TooLong(0x7fff_ffff))
        );
    }

    #[test]
    fn a_password_is_told_to_nobody_who_listens_and_hashed_no_more_than_is_sound() {
        let asks = message(b'R', &[0, 0, 0, 3]);
        assert_eq!(looked(true, &asks), Err(Refused::Overheard));
        assert_eq!(looked(false, &asks), Ok(()));
        let rounds = |rounds: &str| message(b'R', format!("\0\0\0\u{b}r=abc,s=def,i={rounds}").as_bytes());
        assert_eq!(looked(true, &rounds("4096")), Ok(()));
        assert_eq!(looked(true, &rounds("4294967295")), Err(Refused::TooManyRounds(4_294_967_295)));
    }
}
