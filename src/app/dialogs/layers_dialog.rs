//! Which layers of a file of several are opened.

use eframe::egui::{Button, Checkbox, Grid, Role, ScrollArea, TextStyle, Ui, WidgetInfo};

use super::{Decision, buttons_unless_ui, height_pt, width_ui};
use crate::app::chrome::follow_focus;
use crate::app::theme;
use crate::app::widgets::{elided_middle, outlined};
use crate::dossier::{Overlay, words};
use crate::session::Part;

/// So many layers are opened unless somebody chooses fewer; of more, none is.
const MOST_CHOSEN: usize = 8;

/// A file of several layers that has been read, and of which nothing is open yet.
pub(crate) struct Several {
    /// What the file is called.
    pub(crate) name: String,
    /// Its layers, in its order.
    pub(crate) parts: Vec<Part>,
}

/// A layer to choose.
struct Row {
    title: String,
    features: String,
    size: String,
    is_chosen: bool,
}

/// The dialog.
pub(crate) struct LayersDialog {
    several: Several,
    rows: Vec<Row>,
}

impl LayersDialog {
    pub(crate) fn new(several: Several) -> Self {
        let layers = several.parts.iter().filter_map(|part| match part {
            Part::Layer(layer, _) => Some(layer),
            Part::Dossier(..) => None,
        });
        let mut rows: Vec<Row> = layers.map(|layer| Row::of(layer)).collect();
        let are_few = rows.len() <= MOST_CHOSEN;
        rows.iter_mut().for_each(|row| row.is_chosen = are_few);
        Self { several, rows }
    }

    /// What the file is called, and the layers that were chosen.
    pub(crate) fn chosen(self) -> (String, Vec<Part>) {
        let Self { several: Several { name, parts }, rows } = self;
        // By its row: two layers of a file may have one id. With none, the verb is out of use.
        let chosen = Part::chosen(parts, |index, _| rows.get(index).is_some_and(|row| row.is_chosen));
        (name, chosen.unwrap_or_default())
    }

    /// What the file is called.
    pub(crate) fn name(&self) -> &str {
        &self.several.name
    }
}

impl Row {
    fn of(layer: &Overlay) -> Self {
        let table = layer.origin.as_ref().and_then(|origin| origin.table.as_ref());
        let mut size = words::measure(layer.measure);
        if table.is_some_and(|table| table.is_hidden) {
            size.push_str(" · hidden sheet");
        }
        Self {
            title: layer.title.main().to_owned(),
            features: words::features(layer.features.count()),
            size,
            is_chosen: false,
        }
    }
}

/// Shows the dialog.
pub(super) fn layers_ui(ui: &mut Ui, dialog: &mut LayersDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 460.0);
    ui.heading("Which layers?");
    ui.label(format!("{} holds {} layers that can be drawn.", dialog.name(), dialog.rows.len()));
    ui.add_space(8.0);
    let font = TextStyle::Button.resolve(ui.style());
    // With room for the tick, how many features it has, and their size.
    let title_pt = (ui.available_width() - 240.0).max(120.0);
    let list = ScrollArea::vertical().max_height(height_pt(ui, 320.0)).auto_shrink([false, true]);
    list.id_salt("layers of the file").show(ui, |ui| {
        Grid::new("layers of the file").num_columns(3).spacing([16.0, 6.0]).show(ui, |ui| {
            for row in &mut dialog.rows {
                let elided = elided_middle(ui, &row.title, &font, title_pt);
                let shown = elided.as_deref().unwrap_or(&row.title).to_owned();
                let tick = outlined(ui, |ui| ui.add(Checkbox::new(&mut row.is_chosen, shown)));
                let (is_chosen, title) = (row.is_chosen, &row.title);
                tick.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, is_chosen, title));
                if elided.is_some() {
                    tick.on_hover_text(title);
                }
                ui.label(theme::second(&row.features, shade));
                ui.label(theme::second(&row.size, shade));
                ui.end_row();
            }
        });
        follow_focus(ui);
    });
    ui.add_space(8.0);
    let chosen = dialog.rows.iter().filter(|row| row.is_chosen).count();
    let all = dialog.rows.len();
    ui.horizontal(|ui| {
        for (verb, on, has_use) in [("Tick all", true, chosen < all), ("Tick none", false, chosen > 0)] {
            if ui.add_enabled(has_use, Button::new(verb)).clicked() {
                dialog.rows.iter_mut().for_each(|row| row.is_chosen = on);
            }
        }
    });
    ui.add_space(12.0);
    let verb = match chosen {
        0 => "Open".to_owned(),
        1 => "Open 1 layer".to_owned(),
        several => format!("Open {several} layers"),
    };
    let open = buttons_unless_ui(ui, &verb, (chosen == 0).then_some("Tick the layers to open"), decision);
    if let Some(open) = open.filter(|_| ui.memory(|memory| memory.focused().is_none())) {
        open.request_focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::formats::geojson;

    #[test]
    fn of_two_layers_of_one_id_the_ticked_one_is_opened() {
        let text = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[37,48]}}"#;
        let part = |name: &str| {
            let (layer, problems) = own_layer(name, geojson::read_table(text.as_bytes()).unwrap()).unwrap();
            Part::Layer(Box::new(layer), problems)
        };
        let parts = vec![part("Roads"), part("roads")];
        let mut dialog = LayersDialog::new(Several { name: "a.zip".to_owned(), parts });
        dialog.rows[0].is_chosen = false;
        let (_, chosen) = dialog.chosen();
        let [Part::Layer(layer, _)] = chosen.as_slice() else { panic!("one layer") };
        assert_eq!((layer.id.as_str(), layer.title.main()), ("roads", "roads"));
    }
}
