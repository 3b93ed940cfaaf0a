//! The dialog that cites a page on the web with title, outlet and days, or describes one that is cited otherwise.

use eframe::egui::Ui;

use super::page_form::{PageForm, buttons_ui};
use super::width_ui;
use crate::document::annotation::Citation;
use crate::formats::source_properties::PropertySource;
use crate::session::{Action, Annotate, CiteFor, Cited, OwnLayerChange};

/// What is being cited, and for what.
#[derive(Debug, Clone)]
pub(crate) struct CiteDialog {
    of: Of,
    form: PageForm,
}

/// What becomes of the page.
#[derive(Debug, Clone)]
enum Of {
    /// It is cited.
    New(CiteFor),
    /// It takes the place of one that is cited.
    Cited(Cited),
}

impl CiteDialog {
    pub(crate) fn new(of: CiteFor, address: &str) -> Self {
        Self { of: Of::New(of), form: PageForm::of_address(address) }
    }

    /// With all that is known of a page that is cited.
    pub(crate) fn edit(cited: Cited, page: &PropertySource) -> Self {
        Self { of: Of::Cited(cited), form: PageForm::of_page(page) }
    }

    /// What is done with the page as it is typed now.
    fn action(&self) -> Action {
        let page = self.form.page();
        let citation = || Citation::Source(page.clone());
        match &self.of {
            Of::New(CiteFor::Annotations(ids)) => Action::Annotate(ids.clone(), Annotate::Cite(citation())),
            Of::New(CiteFor::Layer(id)) => Action::OwnLayer(id.clone(), OwnLayerChange::Cite(citation())),
            Of::Cited(Cited::By(of, former)) => {
                let former = Citation::Source(former.clone());
                match of {
                    CiteFor::Annotations(ids) => Action::Annotate(ids.clone(), Annotate::Recite(former, citation())),
                    CiteFor::Layer(id) => Action::OwnLayer(id.clone(), OwnLayerChange::Recite(former, citation())),
                }
            }
            Of::Cited(Cited::Source(id)) => Action::DescribeSource(id.clone(), page),
        }
    }
}

/// Shows the dialog; true once it is to be closed.
pub(super) fn cite_ui(ui: &mut Ui, dialog: &mut CiteDialog, actions: &mut Vec<Action>) -> bool {
    width_ui(ui, 540.0);
    let (title, verb) = match &dialog.of {
        Of::New(_) => ("Cite a page on the web", "Cite"),
        Of::Cited(Cited::By(..)) => ("Edit the citation", "Save changes"),
        Of::Cited(Cited::Source(_)) => ("Edit the source", "Save changes"),
    };
    ui.heading(title);
    ui.add_space(8.0);
    dialog.form.ui(ui, 160.0);
    ui.add_space(12.0);
    match buttons_ui(ui, verb, dialog.form.why_not()) {
        Some(true) => {
            actions.push(dialog.action());
            true
        }
        Some(false) => true,
        None => false,
    }
}
