//! Paints the map in a thread of its own, so that the window never waits for it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use eframe::egui::{Color32, ColorImage, Context};

use crate::figure::raster::Painter;
use crate::geometry::Frame;
use crate::scene::ground::Ground;
use crate::scene::{Look, Scene};

/// What to paint.
#[derive(Clone)]
pub(crate) struct Request {
    /// Shapes and evidence.
    pub(crate) scene: Arc<Scene>,
    /// The map under them.
    pub(crate) ground: Ground,
    /// Counts the changes of the map under them, such as a tile that has come.
    pub(crate) ground_version: u64,
    /// How they are shown.
    pub(crate) look: Look,
    /// Which part, and how large, in points.
    pub(crate) frame: Frame,
    /// Physical pixels a point.
    pub(crate) scale: f64,
}

impl Request {
    /// Whether two requests differ in nothing but the part of the world that they show.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.scene, &other.scene)
            && self.ground_version == other.ground_version
            && self.look == other.look
            && self.scale == other.scale
    }
}

/// What was painted.
pub(crate) struct Painted {
    /// The request that it answers.
    pub(crate) request: Request,
    /// Pixels.
    pub(crate) image: ColorImage,
}

#[derive(Default)]
struct Desk {
    wanted: Option<Request>,
    painted: Option<Painted>,
    busy: bool,
    closed: bool,
}

/// A thread that paints the latest request; those that it has overtaken are never painted.
pub(crate) struct MapWorker {
    desk: Arc<(Mutex<Desk>, Condvar)>,
}

impl MapWorker {
    /// Starts the thread; `wake` is called whenever a picture is ready.
    pub(crate) fn start(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let desk = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
        let shared = Arc::clone(&desk);
        std::thread::Builder::new().name("map painter".to_owned()).spawn(move || {
            let mut painter = Painter::new();
            while let Some(request) = next(&shared) {
                let painted = paint(&mut painter, request);
                let mut desk = lock(&shared.0);
                desk.painted = painted.or(desk.painted.take());
                desk.busy = false;
                drop(desk);
                wake();
            }
        })?;
        Ok(Self { desk })
    }

    /// Asks for a picture in place of any that is still waiting to be painted.
    pub(crate) fn request(&self, request: Request) {
        lock(&self.desk.0).wanted = Some(request);
        self.desk.1.notify_one();
    }

    /// The latest picture since the last call.
    pub(crate) fn take(&self) -> Option<Painted> {
        lock(&self.desk.0).painted.take()
    }

    /// Whether a picture is being painted or waits to be.
    pub(crate) fn is_busy(&self) -> bool {
        let desk = lock(&self.desk.0);
        desk.busy || desk.wanted.is_some()
    }
}

impl Drop for MapWorker {
    fn drop(&mut self) {
        lock(&self.desk.0).closed = true;
        self.desk.1.notify_one();
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a request; `None` when the worker is dropped.
fn next(shared: &(Mutex<Desk>, Condvar)) -> Option<Request> {
    let mut desk = lock(&shared.0);
    loop {
        if desk.closed {
            return None;
        }
        if let Some(request) = desk.wanted.take() {
            desk.busy = true;
            return Some(request);
        }
        desk = shared.1.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Paints one picture.
pub(crate) fn paint(painter: &mut Painter, request: Request) -> Option<Painted> {
    let list = request.scene.map(&request.look, &request.ground, &request.frame, &[]);
    let background = request.look.theme.palette().ground;
    let bitmap = painter.paint(&list, request.scale, background).ok()?;
    let pixels = bitmap.rgba.chunks_exact(4).map(|pixel| Color32::from_rgb(pixel[0], pixel[1], pixel[2])).collect();
    let image = ColorImage::new([bitmap.width as usize, bitmap.height as usize], pixels);
    Some(Painted { request, image })
}

/// Wakes the window of `ctx`.
pub(crate) fn waker(ctx: &Context) -> impl Fn() + Send + Sync + 'static {
    let ctx = ctx.clone();
    move || ctx.request_repaint()
}
