//! How finely pictures of maps and figures are painted for the window.

use eframe::egui::{Context, Id};

fn id() -> Id {
    Id::unique("most pixels a point of pictures")
}

/// Pixels a point of pictures that are painted for the window: those of the screen, or as few as [`paint_no_finer_than`] says.
pub(crate) fn picture_density(ctx: &Context) -> f32 {
    let most = ctx.data(|data| data.get_temp::<f32>(id()));
    ctx.pixels_per_point().min(most.unwrap_or(f32::INFINITY))
}

/// Has maps and previews of figures painted with no more pixels a point than this, and enlarged to the screen: for whoever looks at
/// controls and not at pixels, which take most of the time of a build without optimisation.
pub fn paint_no_finer_than(ctx: &Context, pixels_per_pt: f32) {
    ctx.data_mut(|data| data.insert_temp(id(), pixels_per_pt));
}
