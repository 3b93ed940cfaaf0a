//! The dialog that cites a page on the web with title, outlet and days.

use eframe::egui::Ui;

use super::page_form::{PageForm, buttons_ui};
use crate::document::annotation::Citation;
use crate::session::{Action, Annotate, CiteFor, OwnLayerChange};

/// What is being cited, and for what.
#[derive(Debug, Clone)]
pub(crate) struct CiteDialog {
    of: CiteFor,
    form: PageForm,
}

impl CiteDialog {
    pub(crate) fn new(of: CiteFor, address: &str) -> Self {
        Self { of, form: PageForm::of_address(address) }
    }
}

/// Shows the dialog; true once it is to be closed.
pub(super) fn cite_ui(ui: &mut Ui, dialog: &mut CiteDialog, actions: &mut Vec<Action>) -> bool {
    ui.set_width(540.0);
    ui.heading("Cite a page on the web");
    ui.add_space(8.0);
    dialog.form.ui(ui, 160.0);
    ui.add_space(12.0);
    match buttons_ui(ui, "Cite", dialog.form.why_not()) {
        Some(true) => {
            let citation = Citation::Source(dialog.form.page());
            actions.push(match &dialog.of {
                CiteFor::Annotations(ids) => Action::Annotate(ids.clone(), Annotate::Cite(citation)),
                CiteFor::Layer(id) => Action::OwnLayer(id.clone(), OwnLayerChange::Cite(citation)),
            });
            true
        }
        Some(false) => true,
        None => false,
    }
}
