//! The maps of several days on their way to a page: what they have in common is drawn and placed once.

use std::sync::Arc;

use kurbo::{Rect, Vec2};

use super::Moment;
use crate::basemap::sources::LaidMap;
use crate::dossier::Overlay;
use crate::figure::assemble::Easel;
use crate::figure::page::{MapOnPage, placed};
use crate::figure::pieces::covering::covering_line;
use crate::figure::sheet::Sheet;
use crate::scene::display_list::Item;
use crate::scene::ground::{DrawnGround, Ground};
use crate::scene::{CommonNames, State, common_names};

/// Grounds that have been drawn for one frame, with the maps that each is of.
#[derive(Debug, Default)]
pub(in crate::figure) struct Grounds {
    drawn: Vec<(Vec<LaidMap>, Arc<DrawnGround>)>,
}

impl Grounds {
    fn of(&mut self, moment: &Moment, easel: &Easel, ground: &Ground) -> Arc<DrawnGround> {
        let is_it = |(maps, drawn): &&(Vec<LaidMap>, Arc<DrawnGround>)| {
            *maps == easel.look.maps && moment.scene.is_on(&easel.look, drawn)
        };
        if let Some((_, known)) = self.drawn.iter().find(is_it) {
            return Arc::clone(known);
        }
        let drawn = Arc::new(moment.scene.drawn_ground(&easel.look, ground, &easel.frame));
        self.drawn.push((easel.look.maps.clone(), Arc::clone(&drawn)));
        drawn
    }
}

/// What the maps of a sheet have in common.
#[derive(Debug, Clone)]
pub(in crate::figure) struct Common {
    names: Arc<CommonNames>,
    /// Where the lines stand that name what covers all of a map, in the points of the easel.
    lines: Vec<Rect>,
    /// Whether these lines are the same on all maps: then the first has it for all.
    has_one_line: bool,
}

impl Sheet {
    fn easel(&self, moment: &Moment) -> Easel {
        Easel::new(&moment.document(&self.document), &self.options, &self.layout)
    }

    fn covering<'a>(&self, moment: &'a Moment, easel: &Easel) -> Vec<&'a Overlay> {
        moment.scene.covering(&easel.look, &easel.frame)
    }

    /// What all maps have in common, made when the first of them is drawn.
    fn common(&self, ground: &Ground, grounds: &mut Grounds) -> &Common {
        if let Some(common) = self.common.get() {
            return common;
        }
        let made = self.made_common(ground, grounds);
        self.common.get_or_init(|| made)
    }

    fn made_common(&self, ground: &Ground, grounds: &mut Grounds) -> Common {
        let Some(base) = self.base() else {
            return Common { names: Arc::default(), lines: Vec::new(), has_one_line: true };
        };
        let easel = self.easel(base);
        let names_of = |overlays: &[&Overlay]| overlays.iter().map(|overlay| overlay.id.clone()).collect::<Vec<_>>();
        let of_base = names_of(&self.covering(base, &easel));
        let mut has_one_line = true;
        let mut lines: Vec<Rect> = Vec::new();
        let mut drawn: Vec<Arc<DrawnGround>> = Vec::new();
        let by_day = self.moments.iter().any(|moment| self.easel(moment).look.maps != easel.look.maps);
        let of_base_ground = grounds.of(base, &easel, ground);
        for moment in &self.moments {
            let covering = self.covering(moment, &easel);
            has_one_line &= names_of(&covering) == of_base;
            let line = self.covering_line(&covering, &easel);
            lines.extend(line.map(|(rect, _)| rect).filter(|rect| !lines.contains(rect)));
            // Where each day has pictures of its own, those of one stand for all.
            drawn.push(if by_day { Arc::clone(&of_base_ground) } else { grounds.of(moment, &easel, ground) });
        }
        let states: Vec<State<'_>> = (self.moments.iter().zip(&drawn))
            .map(|(moment, ground)| State { scene: &moment.scene, look: &easel.look, ground })
            .collect();
        let reserved: Vec<Rect> = easel.reserved.iter().chain(&lines).copied().collect();
        let names = Arc::new(common_names(&states, &easel.frame, &reserved));
        Common { names, lines, has_one_line }
    }

    fn covering_line(&self, covering: &[&Overlay], easel: &Easel) -> Option<(Rect, Item)> {
        covering_line(covering, &self.options, &easel.frame, &easel.reserved, easel.least_pt, &easel.palette())
    }

    /// The ground of a map as it lies on the page.
    pub(in crate::figure) fn ground_items(&self, drawn: &DrawnGround) -> Vec<Item> {
        self.on_page(drawn.items())
    }

    fn on_page(&self, items: Vec<Item>) -> Vec<Item> {
        let k = self.layout.symbol_scale;
        if k == 1.0 { items } else { placed(items, k, Vec2::ZERO) }
    }

    /// The map of a moment at a place among the maps of its page, without its ground, and that.
    pub(in crate::figure) fn map_over(
        &self,
        ground: &Ground,
        (place, index): (usize, usize),
        grounds: &mut Grounds,
    ) -> Option<(Arc<DrawnGround>, MapOnPage)> {
        let moment = self.moments.get(index)?;
        let common = self.common(ground, grounds).clone();
        let easel = self.easel(moment);
        let drawn = grounds.of(moment, &easel, ground);
        let mut reserved: Vec<Rect> = easel.reserved.iter().chain(&common.lines).copied().collect();
        let mut list = moment.scene.map_over(&easel.look, &drawn, &easel.frame, &reserved, &common.names);
        if place == 0 || !common.has_one_line {
            let covering = self.covering(moment, &easel);
            let line = self.covering_line(&covering, &easel);
            list.items.extend(line.map(|(_, line)| line));
        }
        if place > 0 {
            // What stands on the map stands on the first.
            reserved.retain(|rect| !easel.reserved.contains(rect));
        }
        let shown = moment.overlays(&self.document, &self.layout.map);
        easel.add_numbers((&self.document, &self.options), &shown, self.spec.numbers(), reserved, &mut list);
        let heading = self.spec.grid.is_some().then_some(index);
        Some((drawn, MapOnPage { under: Vec::new(), over: self.on_page(list.items), heading }))
    }
}

#[cfg(test)]
mod tests;
