//! The line below the rows: the statistics of the column in focus, over the rows selected or shown.

use eframe::egui::{Align, Label, Layout, Ui};

use super::Table;
use crate::app::theme;
use crate::dossier::table_view::{Arranged, Statistics};
use crate::dossier::words;

impl Table {
    pub(super) fn foot_ui(&self, ui: &mut Ui, shown: &Arranged) {
        let shade = theme::theme_of(ui.ctx());
        let number = |count: usize| words::number(count as f64, 0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let several = self.selected.len() > 1;
            let rows = if several {
                format!("{} selected", number(self.selected.len()))
            } else {
                format!("{} shown", number(shown.count()))
            };
            let found = self.statistics.as_ref().map(|(_, found)| found);
            let size = found.map(|found| words::size(found.size)).filter(|size| !size.is_empty());
            ui.label(theme::second(size.map_or(rows.clone(), |size| format!("{rows} · {size}")), shade));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if let Some(message) = &self.message {
                    ui.add(Label::new(message).truncate());
                    return;
                }
                let text = match &self.statistics {
                    Some((summed, found)) => format!("{}: {}", summed.column.heading(), in_words(found)),
                    None if self.summing.is_busy() => "…".to_owned(),
                    None => String::new(),
                };
                ui.add(Label::new(theme::second(text, shade)).truncate());
            });
        });
    }
}

/// What the foot says of a column.
fn in_words(found: &Statistics) -> String {
    let count = |count: usize| words::number(count as f64, 0);
    let column = &found.column;
    let mut parts = vec![format!("{} {}", count(column.count), if column.count == 1 { "value" } else { "values" })];
    if column.nulls > 0 {
        parts.push(format!("{} empty", count(column.nulls)));
    }
    if let Some(numbers) = column.numbers {
        parts.push(format!("sum {}", figure(numbers.sum)));
        parts.push(format!("min {}", figure(numbers.least)));
        parts.push(format!("max {}", figure(numbers.greatest)));
        parts.extend(found.mean().map(|mean| format!("mean {}", figure(mean))));
    }
    if let Some((first, last)) = &column.days {
        parts.push(format!("first {}", words::date(first)));
        parts.push(format!("last {}", words::date(last)));
    }
    let more = if column.is_distinct_capped { "more than " } else { "" };
    parts.push(format!("{more}{} distinct", count(column.distinct)));
    parts.join(" · ")
}

/// A number with as many decimals as say something: 6 digits that count.
fn figure(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if words::is_power_of_ten(value) {
        return words::number_of_any_size(value, 5);
    }
    let whole = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    let decimals = (5 - whole).clamp(0, 9) as usize;
    let text = words::number(value, decimals);
    if decimals == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_six_digits_that_count_and_no_zeros_behind() {
        for (value, text) in [
            (0.0, "0"),
            (1234567.0, "1,234,567"),
            (12.5, "12.5"),
            (1.0 / 3.0, "0.333333"),
            (-2.0, "−2"),
            (0.00125, "0.00125"),
        ] {
            assert_eq!(figure(value), text);
        }
        assert_eq!(figure(1e20), "1\u{a0}×\u{a0}10²⁰");
    }
}
