//! What a map service says that it offers: layers with their styles and times, and the record of each.
//!
//! # References
//! Web Map Service: OGC 01-068r3 (1.1.1) and OGC 06-042 (1.3.0), section 7.2. Web Map Tile Service: OGC 07-057r7, section 7.1.

mod wms;
mod wmts;

use thiserror::Error;

use super::map_days::TIME_OF_DAY;
use super::map_source::{MapKind, MapSource, ServiceRequest};
use super::percent::encoded_value;
use super::read::ReadError;
use super::secrets;
use super::xml::{root_of, text_of};
use crate::formats::language::Text;

/// Layers that are listed; a service with more than these is for programs.
pub const MOST_LAYERS: usize = 5000;
/// Times of a layer that are listed.
pub const MOST_TIMES: usize = 2000;

/// What a service offers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapService {
    /// What it is called.
    pub title: String,
    /// What it says of fees and constraints, if anything.
    pub terms: String,
    /// Layers that can be asked for, as the service lists them.
    pub layers: Vec<ServiceLayer>,
    /// Layers that cannot be drawn here, each with the reason.
    pub left_out: Vec<(String, String)>,
}

/// A layer of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceLayer {
    /// What it is called.
    pub title: String,
    /// Within how many groups it stands.
    pub depth: usize,
    /// Its styles: name and title, the usual one first.
    pub styles: Vec<(String, String)>,
    /// Of when there are pictures, as the service writes it: single times, and spans as `start/end/step`.
    pub times: Vec<String>,
    /// Kinds of pictures, the best first: with transparency, losslessly packed.
    pub formats: Vec<String>,
    /// Its record with the usual style, time and kind of picture.
    record: MapSource,
    /// Where a WMTS has `{Style}`, `{Time}` and `{Format}` left in its address.
    is_template: bool,
}

/// Why what a server sent does not say what it offers.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// It cannot be read.
    #[error("what the service says of itself cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// It is another document.
    #[error("this is no list of what a WMS or WMTS offers, but {0}")]
    Other(String),
    /// The service refused.
    #[error("the service answers: {0}")]
    Refused(String),
    /// Nothing in it can be drawn.
    #[error("the service offers no map that can be drawn here{0}")]
    Nothing(String),
}

/// The outermost elements of documents that say what a service offers.
const ROOTS: [&str; 4] = ["WMT_MS_Capabilities", "WMS_Capabilities", "Capabilities", "ServiceExceptionReport"];

/// An address with more in its query.
pub fn with_query(address: &str, more: &str) -> String {
    let join = match address.chars().last() {
        _ if !address.contains('?') => "?",
        Some('?' | '&') => "",
        _ => "&",
    };
    format!("{address}{join}{more}")
}

/// Whether bytes look like what a service says of itself.
pub fn is_one(bytes: &[u8]) -> bool {
    root_of(bytes).is_some_and(|root| ROOTS.contains(&root.as_str()) || root == "ExceptionReport")
}

/// Whether bytes are a page for people, such as one on which a network asks to be logged in to.
pub fn is_web_page(bytes: &[u8]) -> bool {
    let start = bytes.get(..200).unwrap_or(bytes).trim_ascii_start().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

/// What a service says has gone wrong, if bytes are that.
pub fn refusal(bytes: &[u8]) -> Option<String> {
    let root = root_of(bytes)?;
    if !["ServiceExceptionReport", "ExceptionReport"].contains(&root.as_str()) {
        return None;
    }
    let (text, _) = text_of(bytes).ok()?;
    Some(words_of(&text)).filter(|words| !words.is_empty())
}

/// Reads what a service says that it offers; `address` is where it was asked, for what it does not say.
///
/// # Errors
/// [`ServiceError`].
pub fn read(bytes: &[u8], address: &str) -> Result<MapService, ServiceError> {
    let (text, _) = text_of(bytes)?;
    let root = root_of(bytes).unwrap_or_default();
    let mut service = match root.as_str() {
        "WMT_MS_Capabilities" | "WMS_Capabilities" => wms::read(&text, address)?,
        "Capabilities" => wmts::read(&text, address)?,
        "ServiceExceptionReport" | "ExceptionReport" => return Err(ServiceError::Refused(words_of(&text))),
        "" => return Err(ServiceError::Other("no XML at all".to_owned())),
        _ => return Err(ServiceError::Other(format!("<{root}>"))),
    };
    if service.layers.is_empty() {
        let why = service.left_out.first().map(|(layer, why)| format!(" ({layer}: {why})")).unwrap_or_default();
        return Err(ServiceError::Nothing(why));
    }
    if service.layers.len() > MOST_LAYERS {
        let more = service.layers.len() - MOST_LAYERS;
        service.layers.truncate(MOST_LAYERS);
        service.left_out.push((format!("{more} more layers"), "the list is too long".to_owned()));
    }
    Ok(service)
}

/// The words of a document, shortened: what a service says has gone wrong.
fn words_of(text: &str) -> String {
    let mut words = String::new();
    let mut xml = super::xml::Xml::new(text);
    // What cannot be read says nothing.
    let _ = xml.root(|xml, _| {
        words = xml.words()?.into_owned();
        Ok(())
    });
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

impl MapService {
    /// Takes the keys that the service writes into its own addresses out of them, and puts those places there that were in the
    /// address at which it was `asked` on the same server; all keys, those that are `known` in their places.
    pub fn take_keys(&mut self, asked: &str, known: &[String]) -> Vec<String> {
        let host = |address: &str| {
            let rest = address.split_once("://").map(|(_, rest)| rest.to_ascii_lowercase());
            rest.and_then(|rest| Some(rest.split(['/', '?']).next()?.to_owned()))
        };
        let query = asked.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| Some((pair.split_once('=')?.0, pair)));
        let pairs: Vec<(&str, &str)> = pairs.filter(|(name, _)| secrets::is_secret(name)).collect();
        let mut keys = known.to_vec();
        for layer in &mut self.layers {
            let address = &mut layer.record.address;
            keys = secrets::take(address, &keys);
            if host(address) != host(asked) {
                continue;
            }
            for (name, pair) in &pairs {
                let has = address.split_once('?').is_some_and(|(_, query)| {
                    query.split('&').any(|own| own.split('=').next().is_some_and(|own| own.eq_ignore_ascii_case(name)))
                });
                if !has {
                    *address = with_query(address, pair);
                }
            }
        }
        keys
    }
}

impl ServiceLayer {
    /// The record of the layer in one of its styles, of one of its times, in one of its kinds of pictures; `None`: the usual
    /// one.
    pub fn record(&self, style: Option<&str>, time: Option<&str>, format: Option<&str>) -> MapSource {
        let mut source = self.record.clone();
        if let Some(style) = style {
            source.request.styles = if style.is_empty() { Vec::new() } else { vec![style.to_owned()] };
        }
        if let Some(time) = time {
            time.clone_into(&mut source.request.time);
        }
        if let Some(format) = format {
            format.clone_into(&mut source.request.format);
        }
        if self.is_template {
            let request = &source.request;
            let style = request.styles.first().map_or("default", String::as_str);
            for (part, value) in [("{Style}", style), ("{Time}", request.time.as_str()), ("{Format}", &request.format)]
            {
                // What stands for a day is filled in later.
                let value = if value == TIME_OF_DAY { value.to_owned() } else { encoded_value(value) };
                source.address = source.address.replace(part, &value);
            }
        }
        source
    }

    /// The time of the usual pictures, if they have one.
    pub fn usual_time(&self) -> &str {
        &self.record.request.time
    }
}

/// A record as far as every service has it.
fn record(kind: MapKind, address: &str, title: &str, request: ServiceRequest) -> MapSource {
    MapSource {
        kind,
        address: address.to_owned(),
        title: Text::plain(title),
        request,
        headless_allowed: true,
        ..MapSource::builtin()
    }
}

/// Kinds of pictures that can be drawn, the best first.
fn best_formats(offered: &[String]) -> Vec<String> {
    let rank = |format: &String| {
        let kind = format.split(';').next().unwrap_or_default().trim().to_lowercase();
        ["image/png", "image/webp", "image/png8", "image/jpeg", "image/jpg"].iter().position(|known| *known == kind)
    };
    let mut drawn: Vec<String> = offered.iter().filter(|format| rank(format).is_some()).cloned().collect();
    drawn.sort_by_key(rank);
    drawn.dedup();
    drawn
}

/// Bounds that are some, cut to the world; `None` of all the world or of none.
fn settled_bounds([west, south, east, north]: [f64; 4]) -> Option<[f64; 4]> {
    let cut = [west.max(-180.0), south.max(-90.0), east.min(180.0), north.min(90.0)];
    let is_some = cut.iter().all(|one| one.is_finite()) && cut[0] < cut[2] && cut[1] < cut[3];
    let is_world = cut[0] <= -179.9 && cut[2] >= 179.9 && cut[1] <= -85.0 && cut[3] >= 85.0;
    (is_some && !is_world).then_some(cut)
}

/// The single times and spans of a list, such as `2023,2024-01/2024-12/P1M`.
fn times_of(list: &str) -> Vec<String> {
    list.split(',').map(|time| time.trim().to_owned()).filter(|time| !time.is_empty()).take(MOST_TIMES).collect()
}

#[cfg(test)]
mod tests;
