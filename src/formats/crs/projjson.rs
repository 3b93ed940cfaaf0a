//! PROJJSON as the tree of the well-known text that says the same.

use serde_json::Value;

use super::CrsError;
use super::tree::{Item, Node};
use super::well_known::named;

/// The tree of a text.
///
/// # Errors
/// [`CrsError::NotProjJson`].
pub(super) fn tree(text: &str) -> Result<Node, CrsError> {
    let value: Value = serde_json::from_str(text).map_err(|_| CrsError::NotProjJson)?;
    system(&value, 0).ok_or(CrsError::NotProjJson)
}

fn name(value: &Value) -> &str {
    value.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn push(node: &mut Node, child: Option<Node>) {
    node.values.extend(child.map(Item::Node));
}

fn system(value: &Value, depth: usize) -> Option<Node> {
    if depth > 5 {
        return None;
    }
    // Only what stands within another system may leave its type out.
    let kind = value.get("type").and_then(Value::as_str).or((depth > 0).then_some("GeographicCRS"));
    let keyword = match kind? {
        "ProjectedCRS" => "PROJCRS",
        "GeographicCRS" => "GEOGCRS",
        "GeodeticCRS" => "GEODCRS",
        "CompoundCRS" => "COMPOUNDCRS",
        "BoundCRS" => "BOUNDCRS",
        "VerticalCRS" => "VERTCRS",
        "EngineeringCRS" => "ENGCRS",
        _ => return None,
    };
    let mut node = named(keyword, name(value));
    for part in value.get("components").and_then(Value::as_array).into_iter().flatten() {
        push(&mut node, system(part, depth + 1));
    }
    if let Some(base) = value.get("base_crs") {
        let mut base = system(base, depth + 1)?;
        base.keyword = "BASEGEOGCRS".to_owned();
        push(&mut node, Some(base));
    }
    for (member, keyword) in [("source_crs", "SOURCECRS"), ("target_crs", "TARGETCRS")] {
        if let Some(inner) = value.get(member) {
            push(&mut node, Some(Node::new(keyword, vec![Item::Node(system(inner, depth + 1)?)])));
        }
    }
    push(&mut node, value.get("datum").or_else(|| value.get("datum_ensemble")).map(datum));
    let meridian = value.get("prime_meridian").or_else(|| value.get("datum")?.get("prime_meridian"));
    push(&mut node, meridian.map(prime_meridian));
    push(&mut node, value.get("conversion").map(|conversion| operation("CONVERSION", conversion)));
    push(&mut node, value.get("transformation").map(|shift| operation("ABRIDGEDTRANSFORMATION", shift)));
    if let Some(plane) = value.get("coordinate_system") {
        let kind = plane.get("subtype").and_then(Value::as_str).unwrap_or_default();
        push(&mut node, Some(Node::new("CS", vec![Item::Word(kind.to_owned())])));
        for axis in plane.get("axis").and_then(Value::as_array).into_iter().flatten() {
            let direction = axis.get("direction").and_then(Value::as_str).unwrap_or_default();
            let mut made = named("AXIS", name(axis));
            made.values.push(Item::Word(direction.to_owned()));
            push(&mut made, axis.get("unit").map(unit));
            push(&mut node, Some(made));
        }
    }
    push(&mut node, id(value));
    Some(node)
}

fn id(value: &Value) -> Option<Node> {
    let id = value.get("id").or_else(|| value.get("ids")?.get(0))?;
    let code = match id.get("code")? {
        Value::String(code) => code.clone(),
        code => code.as_u64()?.to_string(),
    };
    let mut made = named("ID", id.get("authority")?.as_str()?);
    made.values.push(Item::Text(code));
    Some(made)
}

fn unit(value: &Value) -> Node {
    let factor = match value.as_str() {
        Some("degree") => std::f64::consts::PI / 180.0,
        Some(_) => 1.0,
        None => value.get("conversion_factor").and_then(Value::as_f64).unwrap_or(f64::NAN),
    };
    let mut made = named("UNIT", name(value));
    made.values.push(Item::Number(factor));
    made
}

/// A number, or one with its unit.
fn measure(value: Option<&Value>) -> (f64, Option<Node>) {
    match value {
        Some(Value::Object(members)) => {
            let number = members.get("value").and_then(Value::as_f64).unwrap_or(f64::NAN);
            (number, members.get("unit").map(unit))
        }
        Some(number) => (number.as_f64().unwrap_or(f64::NAN), None),
        None => (f64::NAN, None),
    }
}

fn datum(value: &Value) -> Node {
    let mut node = named("DATUM", name(value));
    if let Some(figure) = value.get("ellipsoid") {
        let (mut axis, own) = measure(figure.get("semi_major_axis").or_else(|| figure.get("radius")));
        axis *= own.and_then(|unit| unit.number(1)).unwrap_or(1.0);
        let (mut minor, own) = measure(figure.get("semi_minor_axis"));
        minor *= own.and_then(|unit| unit.number(1)).unwrap_or(1.0);
        let inverse = match figure.get("inverse_flattening").and_then(Value::as_f64) {
            Some(inverse) => inverse,
            None if minor.is_finite() && minor != axis => axis / (axis - minor),
            None => 0.0,
        };
        let mut made = named("ELLIPSOID", name(figure));
        made.values.extend([Item::Number(axis), Item::Number(inverse)]);
        push(&mut node, Some(made));
    }
    push(&mut node, id(value));
    node
}

fn prime_meridian(value: &Value) -> Node {
    let mut made = named("PRIMEM", name(value));
    let (longitude, own) = measure(value.get("longitude"));
    made.values.push(Item::Number(longitude));
    push(&mut made, own);
    made
}

fn operation(keyword: &str, value: &Value) -> Node {
    let mut node = named(keyword, name(value));
    push(&mut node, value.get("method").map(|method| named("METHOD", name(method))));
    for parameter in value.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let mut made = named("PARAMETER", name(parameter));
        made.values.push(Item::Number(parameter.get("value").and_then(Value::as_f64).unwrap_or(f64::NAN)));
        push(&mut made, parameter.get("unit").map(unit));
        push(&mut node, Some(made));
    }
    node
}
