//! The curves: marks of reports, dots over days of which nobody reports, what is stated, and the day that the map shows.

use std::ops::RangeInclusive;

use eframe::egui::{
    self, Color32, CursorIcon, EventFilter, Key, Modifiers, Pos2, Rangef, Stroke, Ui, Vec2, WidgetInfo,
};
use egui_plot::{
    AxisHints, GridInput, GridMark, HPlacement, Line, LineStyle, MarkerShape, Plot, PlotPoints, Points, VLine,
};

use super::{name_of, said, size_words};
use crate::app::theme;
use crate::dossier::series::curve::{AreaOverTime, Curve, Point as Report};
use crate::dossier::words;
use crate::figure::chart;
use crate::formats::day::Day;
use crate::scene::curve::{CurveLook, CurveMark};
use crate::scene::display_list::Color;
use crate::scene::palette::Theme;
use crate::session::{Action, Session};

/// So near to a mark, in points, the pointer is on it.
const NEAR_PT: f32 = 12.0;

/// A mark, where it is and of which day.
struct Spot {
    at: [f64; 2],
    day: i64,
    of: Of,
}

/// Of what a mark is: a report, by its curve and its place there, or a stated figure.
#[derive(Clone, Copy)]
enum Of {
    Report(usize, usize),
    Stated(usize),
}

fn middle(days: &RangeInclusive<i64>) -> f64 {
    (*days.start() + *days.end() + 1) as f64 / 2.0
}

/// The radius of a mark, in points.
const RADIUS_PT: f64 = 3.5;

fn shape_of(mark: CurveMark) -> MarkerShape {
    match mark {
        CurveMark::Circle => MarkerShape::Circle,
        CurveMark::Square => MarkerShape::Square,
        CurveMark::Triangle => MarkerShape::Up,
        CurveMark::TriangleDown => MarkerShape::Down,
        CurveMark::Cross => MarkerShape::Cross,
        CurveMark::Plus => MarkerShape::Plus,
        CurveMark::Diamond => MarkerShape::Diamond,
    }
}

/// All marks.
fn spots(all: &AreaOverTime) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (index, curve) in all.curves.iter().enumerate() {
        spots.extend(curve.points.iter().enumerate().map(|(place, point)| {
            let at = [middle(&point.days), point.km2];
            Spot { at, day: *point.days.start(), of: Of::Report(index, place) }
        }));
    }
    spots.extend(all.stated.iter().enumerate().map(|(index, stated)| {
        let at = [middle(&stated.days), stated.km2];
        Spot { at, day: *stated.days.start(), of: Of::Stated(index) }
    }));
    spots
}

/// What is told of a mark.
fn told(all: &AreaOverTime, of: Of) -> String {
    match of {
        Of::Report(curve, place) => said(all, &all.curves[curve], &all.curves[curve].points[place]),
        Of::Stated(index) => {
            let stated = &all.stated[index];
            let when = stated.figure.date.as_deref().map(words::date).unwrap_or_default();
            let (said, who) = (words::figure(&stated.figure), &stated.figure.reported_by);
            format!("{when}: {said}, stated by {who}\nas an area: {}", size_words(all, stated.km2))
        }
    }
}

/// What readers who do not see the curves are told of them together.
fn summary(all: &AreaOverTime) -> String {
    let curve = |curve: &Curve| {
        let (first, last) = (curve.points.first()?, curve.points.last()?);
        let told = |point: &Report| format!("{} on {}", size_words(all, point.km2), point.when);
        Some(format!("{}: {} reports, {}, {}", name_of(curve), curve.points.len(), told(first), told(last)))
    };
    let curves: Vec<String> = all.curves.iter().filter_map(curve).collect();
    format!("Area over time. {}", curves.join(". "))
}

pub(super) fn plot_ui(ui: &mut Ui, session: &Session, all: &AreaOverTime, from_zero: bool, actions: &mut Vec<Action>) {
    let (Some(span), Some([low, high])) = (all.span(), all.reach_km2()) else { return };
    let shade = theme::theme_of(ui.ctx());
    let palette = shade.palette();
    let now = session.document().day.and_then(|day| day.since_1970()).unwrap_or(*span.end());
    let low = if from_zero { 0.0 } else { low - 0.05 * (high - low).max(1.0) };
    let width_pt = f64::from(ui.available_width() - 120.0).max(60.0);
    let share = |km2: f64| all.percent(km2);
    // A mark out of the chart has no name: it would stand on what is above or beside.
    let is_within = |value: f64, range: &RangeInclusive<f64>| {
        let room = 0.04 * (range.end() - range.start());
        (range.start() - 1e-9..=range.end() - room).contains(&value)
    };
    let number = move |value: f64, decimals: usize, range: &RangeInclusive<f64>| match is_within(value, range) {
        true => words::number(value, decimals),
        false => String::new(),
    };
    let mut y_axes = vec![AxisHints::new_y().label("km²").formatter(move |mark, range| number(mark.value, 0, range))];
    if all.within.is_some() {
        let axis = AxisHints::new_y().placement(HPlacement::Right).label("%");
        y_axes.push(axis.formatter(
            move |mark, range| match share(mark.value).filter(|_| is_within(mark.value, range)) {
                Some(share) => words::number(share, 1),
                None => String::new(),
            },
        ));
    }
    let x_axis = AxisHints::new_x().formatter(|mark, _| day_name(mark)).label_spacing(Rangef::new(24.0, 48.0));
    let plot = Plot::new("area over time")
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(y_axes)
        .x_grid_spacer(move |input| day_marks(input, width_pt))
        .y_grid_spacer(|input| area_marks(&input))
        .grid_color(theme::ink(palette.line))
        .grid_fade(0.0)
        .show_x(false)
        .show_y(false)
        .show_crosshair(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_zoom([true, false])
        .allow_drag([true, false])
        .label_formatter(|_| None)
        .include_x(*span.start() as f64)
        .include_x(*span.end() as f64 + 1.0)
        .include_y(low)
        .include_y(high + 0.03 * (high - low));
    let spots = spots(all);
    let colors = super::colors(session, all, shade);
    let shown = plot.show(ui, |plot| {
        // The wheel takes more or fewer days into view.
        if plot.response().hovered() {
            let turned = plot.ctx().input(|input| input.smooth_scroll_delta.y);
            if turned != 0.0 {
                plot.zoom_bounds_around_hovered(Vec2::new((turned / 200.0).exp(), 1.0));
                plot.ctx().input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
            }
        }
        plot.vline(
            VLine::new("The day that the map shows", now as f64 + 0.5).color(theme::ink(palette.accent)).width(1.5),
        );
        for (index, curve) in all.curves.iter().enumerate() {
            curve_ui(plot, curve, (index, colors[index]), shade);
        }
        if !all.stated.is_empty() {
            let at: Vec<[f64; 2]> = all.stated.iter().map(|stated| [middle(&stated.days), stated.km2]).collect();
            let points = Points::new("Stated", PlotPoints::from(at)).shape(MarkerShape::Diamond).filled(false);
            plot.points(points.radius(6.0).color(theme::ink(palette.ink)));
        }
    });
    let response = shown.response;
    response.widget_info(|| {
        let mut info = WidgetInfo::slider(true, now as f64, summary(all));
        info.current_text_value = Day::of_days(now).map(|day| day.to_string());
        info
    });
    let on_screen = |spot: &Spot| shown.transform.position_from_point(&spot.at.into());
    let nearest = response.hover_pos().and_then(|at| nearest(&spots, at, on_screen));
    if let Some(spot) = nearest {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        let at = on_screen(spot);
        ui.painter().circle_stroke(at, 7.0, Stroke::new(2.0, theme::ink(palette.accent)));
        response.clone().on_hover_text_at_pointer(told(all, spot.of));
    }
    if response.clicked() {
        response.request_focus();
        let day = match nearest {
            Some(spot) => Some(spot.day),
            None => response.interact_pointer_pos().map(|at| shown.transform.value_from_position(at).x.floor() as i64),
        };
        let day = day.map(|day| day.clamp(*span.start(), *span.end()));
        actions.extend(day.and_then(Day::of_days).map(|day| Action::ShowDay(Some(day))));
    }
    if response.has_focus() {
        keys(ui, &response, now, &spots, actions);
    }
}

/// The nearest mark to a place, if it is near enough.
fn nearest(spots: &[Spot], at: Pos2, on_screen: impl Fn(&Spot) -> Pos2) -> Option<&Spot> {
    let far = |spot: &&Spot| on_screen(spot).distance(at);
    spots.iter().filter(|spot| far(spot) <= NEAR_PT).min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// The arrows go from report to report, Home and End to the first and the last.
fn keys(ui: &Ui, response: &egui::Response, now: i64, spots: &[Spot], actions: &mut Vec<Action>) {
    let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let days = || spots.iter().map(|spot| spot.day);
    let to = ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        if pressed(Key::ArrowLeft) {
            days().filter(|day| *day < now).max()
        } else if pressed(Key::ArrowRight) {
            days().filter(|day| *day > now).min()
        } else if pressed(Key::Home) {
            days().min()
        } else if pressed(Key::End) {
            days().max()
        } else {
            None
        }
    });
    actions.extend(to.and_then(Day::of_days).map(|day| Action::ShowDay(Some(day))));
}

fn curve_ui(plot: &mut egui_plot::PlotUi<'_>, curve: &Curve, (index, color): (usize, Color), shade: Theme) {
    let (name, color) = (name_of(curve), theme::ink(color));
    let look = CurveLook::of(index);
    let points = &curve.points;
    let line = |from: [f64; 2], to: [f64; 2]| Line::new(name.clone(), PlotPoints::from(vec![from, to])).color(color);
    for former in curve.gaps() {
        let (Some(point), Some(next)) = (points.get(former), points.get(former + 1)) else { continue };
        let (from, to) = (*point.days.end() as f64 + 1.0, *next.days.start() as f64);
        let level = line([from, point.km2], [to, point.km2]).width(1.2);
        plot.line(level.style(LineStyle::Dotted { spacing: 5.0 }));
    }
    for point in points {
        let x = middle(&point.days);
        if let Some([least, most]) = point.range_km2 {
            plot.line(line([x, least], [x, most]).width(1.0));
        }
        if point.days.start() < point.days.end() {
            let (from, to) = (*point.days.start() as f64, *point.days.end() as f64 + 1.0);
            let width = if point.is_of_some_day() { 1.0 } else { 3.0 };
            plot.line(line([from, point.km2], [to, point.km2]).width(width));
        }
    }
    // Reports of days that follow each other, as one line.
    let is_single = |point: &Report| point.days.start() == point.days.end();
    let follows = |a: &Report, b: &Report| is_single(a) && is_single(b) && *b.days.start() == *a.days.end() + 1;
    for run in points.chunk_by(follows).filter(|run| run.len() > 1) {
        let at: Vec<[f64; 2]> = run.iter().map(|point| [middle(&point.days), point.km2]).collect();
        let style = match look.dash {
            0 => LineStyle::Solid,
            dash => LineStyle::Dashed { length: 1.5 * f32::from(dash) },
        };
        plot.line(Line::new(name.clone(), PlotPoints::from(at)).color(color).width(1.5).style(style));
    }
    let ground = theme::ink(shade.palette().panel);
    let radius_pt = look.mark_radius_pt(RADIUS_PT);
    for is_hollow in [false, true] {
        let of = points.iter().filter(|point| point.is_of_some_day() == is_hollow);
        let at: Vec<[f64; 2]> = of.map(|point| [middle(&point.days), point.km2]).collect();
        let marks = |shape: MarkerShape, is_filled: bool, radius_pt: f64, color: Color32| {
            let points = Points::new(name.clone(), PlotPoints::from(at.clone()));
            points.shape(shape).filled(is_filled).radius(radius_pt as f32).color(color)
        };
        if look.has_ring {
            plot.points(marks(MarkerShape::Circle, false, CurveLook::RING * RADIUS_PT, color));
        }
        plot.points(marks(shape_of(look.mark), !is_hollow, radius_pt, color));
        if look.has_dot {
            let dot = if is_hollow { color } else { ground };
            plot.points(marks(MarkerShape::Circle, true, CurveLook::DOT * radius_pt, dot));
        }
    }
}

/// The days that are marked on the axis.
fn day_marks(input: GridInput, width_pt: f64) -> Vec<GridMark> {
    let (from, to) = input.bounds;
    let day_pt = width_pt / (to - from).max(1e-6);
    let mut marks = chart::day_marks((from.ceil() as i64, to.floor() as i64), day_pt, |day| day.to_string(), 6.4);
    // The name of a day whose middle is out of view would stand beside the curves.
    marks.retain(|(day, _)| (from..=to).contains(&(*day as f64 + 0.5)));
    let step = marks.windows(2).map(|pair| pair[1].0 - pair[0].0).min().unwrap_or(1) as f64;
    marks.into_iter().map(|(day, _)| GridMark { value: day as f64 + 0.5, step_size: step }).collect()
}

/// Round areas, a handful of them.
fn area_marks(input: &GridInput) -> Vec<GridMark> {
    let marks = chart::round_numbers(input.bounds.0, input.bounds.1, 5);
    let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    marks.into_iter().map(|value| GridMark { value, step_size: step }).collect()
}

fn day_name(mark: GridMark) -> String {
    let Some(day) = Day::of_days(mark.value.floor() as i64) else { return String::new() };
    let short = match mark.step_size {
        step if step >= 360.0 => Day::new(day.year(), None, None),
        step if step >= 27.0 => Day::new(day.year(), day.month(), None),
        _ => Some(day),
    };
    short.map(|day| day.to_string()).unwrap_or_default()
}
