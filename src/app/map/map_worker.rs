//! Paints the map in a thread of its own, so that the window never waits for it.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage, Context};

use crate::app::latest::Latest;
use crate::document::Annotation;
use crate::figure::raster::Painter;
use crate::geometry::Frame;
use crate::scene::display_list::{Bitmap, DisplayList, Item};
use crate::scene::ground::Ground;
use crate::scene::{Look, Scene, annotations};

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
    /// What is being drawn or moved, over all else.
    pub(crate) drafts: Vec<Annotation>,
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
            && self.scale == other.scale
            && self.drafts == other.drafts
            && self.look == other.look
    }

    /// Whether the map under the annotations is the same.
    fn has_ground_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.scene, &other.scene)
            && self.ground_version == other.ground_version
            && self.scale == other.scale
            && self.frame == other.frame
            && self.look.has_ground_of(&other.look, &self.frame)
    }

    /// Whether the annotations over the same map are the same, drafts apart.
    fn has_annotations_of(&self, other: &Self) -> bool {
        let (look, other) = (&self.look, &other.look);
        look.annotations.is_same(&other.annotations)
            && look.layers == other.layers
            && look.hidden == other.hidden
            && look.selected == other.selected
    }
}

/// What was painted.
pub(crate) struct Painted {
    /// The request that it answers.
    pub(crate) request: Request,
    /// Pixels.
    pub(crate) image: ColorImage,
}

/// Paints the latest request; those that it has overtaken are never painted.
pub(crate) type MapWorker = Latest<Request, Painted>;

/// Starts the thread that paints; `wake` is called whenever a picture is ready.
///
/// # Errors
/// When the system refuses the thread.
pub(crate) fn start(wake: impl Fn() + Send + 'static) -> std::io::Result<MapWorker> {
    let mut studio = Studio::default();
    Latest::start("map painter", wake, move |request| studio.paint(request))
}

/// A painter and the pictures that the next one may be painted over.
#[derive(Default)]
pub(crate) struct Studio {
    painter: Painter,
    /// The map without annotations and names, these names, and what asked for both.
    ground: Option<(Request, Arc<Bitmap>, Item)>,
    /// The same with annotations and names, without drafts.
    drawn: Option<(Request, Arc<Bitmap>)>,
}

impl Studio {
    /// Paints one picture; what has not changed since the last one is not painted again.
    pub(crate) fn paint(&mut self, request: Request) -> Option<Painted> {
        let (ground, names) = match self.ground.take().filter(|(asked, ..)| asked.has_ground_of(&request)) {
            Some((_, ground, names)) => (ground, names),
            None => {
                self.drawn = None;
                let (list, names) = request.scene.ground_map(&request.look, &request.ground, &request.frame, &[]);
                let background = request.look.theme.palette().ground;
                (Arc::new(self.painter.paint(&list, request.scale, background).ok()?), names)
            }
        };
        self.ground = Some((request.clone(), Arc::clone(&ground), names.clone()));
        let drawn = match self.drawn.take().filter(|(asked, _)| asked.has_annotations_of(&request)) {
            Some((_, drawn)) => drawn,
            None => {
                let list = request.scene.annotations(&request.look, &request.frame, names);
                self.over(&ground, &list, request.scale)?
            }
        };
        self.drawn = Some((request.clone(), Arc::clone(&drawn)));
        let groups = request.drafts.iter().map(|draft| annotations::group(draft, &request.frame, request.look.theme));
        let list = DisplayList {
            width_pt: request.frame.width_pt,
            height_pt: request.frame.height_pt,
            items: groups.map(Item::Group).collect(),
        };
        let bitmap = self.over(&drawn, &list, request.scale)?;
        let pixels = bitmap.rgba.chunks_exact(4).map(|pixel| Color32::from_rgb(pixel[0], pixel[1], pixel[2])).collect();
        let image = ColorImage::new([bitmap.width as usize, bitmap.height as usize], pixels);
        Some(Painted { request, image })
    }

    /// A picture with more over it; the same one if there is nothing more.
    fn over(&mut self, under: &Arc<Bitmap>, list: &DisplayList, scale: f64) -> Option<Arc<Bitmap>> {
        if list.items.is_empty() {
            return Some(Arc::clone(under));
        }
        let mut bitmap = Bitmap::clone(under);
        self.painter.paint_over(&mut bitmap, list, scale).ok()?;
        Some(Arc::new(bitmap))
    }
}

/// Wakes the window of `ctx`.
pub(crate) fn waker(ctx: &Context) -> impl Fn() + Send + Sync + 'static {
    let ctx = ctx.clone();
    move || ctx.request_repaint()
}
