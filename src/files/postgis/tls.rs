//! The connection to a server: by TCP, and encrypted as its address says, in the way of PostgreSQL's own programs.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::formats::database::{Address, TlsMode};

/// A connection, encrypted or not.
pub(super) enum Transport {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
}

impl Transport {
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self, Self::Encrypted(_))
    }
}

/// The request to go on encrypted: its length, and the number that stands for it.
const TLS_PLEASE: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Connects.
///
/// # Errors
/// A text that says why it cannot, and what to do.
pub(super) async fn connect(address: &Address) -> Result<Transport, String> {
    let server = address.server();
    let connected = TcpStream::connect((address.host.as_str(), address.port)).await;
    let mut stream = connected.map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("no server answers at {server}; check its name, its port and whether it runs")
        }
        _ => format!("{server} cannot be reached: {error}"),
    })?;
    // Without it small questions wait for each other.
    let _ = stream.set_nodelay(true);
    let mode = address.tls();
    if mode == TlsMode::Disable {
        return Ok(Transport::Plain(stream));
    }
    let lost = |error: io::Error| format!("the connection to {server} broke off: {error}");
    stream.write_all(&TLS_PLEASE).await.map_err(lost)?;
    let answer = stream.read_u8().await.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => super::guard::Refused::NotPostgres.to_string(),
        _ => lost(error),
    })?;
    match (answer, mode) {
        (b'S', _) => {}
        (b'N', TlsMode::Prefer) => return Ok(Transport::Plain(stream)),
        (b'N', _) => {
            return Err(format!(
                "{server} cannot encrypt the connection, so nothing was sent; sslmode=disable goes on without, if the way \
                 there is yours alone"
            ));
        }
        _ => return Err(super::guard::Refused::NotPostgres.to_string()),
    }
    let name = ServerName::try_from(address.host.clone()).map_err(|_| format!("{server} is no name of a server"))?;
    let connector = TlsConnector::from(Arc::new(config(address)?));
    let encrypted = connector.connect(name, stream).await;
    let encrypted = encrypted.map_err(|error| {
        let advice = match mode {
            TlsMode::VerifyFull => {
                "; if the server has a certificate of its own making, name it with sslrootcert=FILE, or do without with \
                 sslmode=require"
            }
            _ => "",
        };
        format!("the encrypted connection to {server} failed: {error}{advice}")
    })?;
    Ok(Transport::Encrypted(Box::new(encrypted)))
}

fn config(address: &Address) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let failed = |error: &dyn std::fmt::Display| format!("encryption could not be set up: {error}");
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| failed(&error))?;
    let builder = match (address.tls(), &address.roots) {
        (TlsMode::VerifyFull, Some(file)) => {
            let unread = |error: &dyn std::fmt::Display| format!("the certificates cannot be read: {error}: {file}");
            let mut roots = RootCertStore::empty();
            for root in CertificateDer::pem_file_iter(file).map_err(|error| unread(&error))? {
                roots.add(root.map_err(|error| unread(&error))?).map_err(|error| unread(&error))?;
            }
            builder.with_root_certificates(roots)
        }
        (TlsMode::VerifyFull, None) => builder.with_platform_verifier().map_err(|error| failed(&error))?,
        _ => builder.dangerous().with_custom_certificate_verifier(Arc::new(Whoever(provider))),
    };
    Ok(builder.with_no_client_auth())
}

/// Takes whoever answers for the server, as `sslmode=require` of PostgreSQL's own programs does: nobody listens, but it is not
/// certain who answers.
#[derive(Debug)]
struct Whoever(Arc<CryptoProvider>);

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Encrypted(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Encrypted(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Encrypted(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Encrypted(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
