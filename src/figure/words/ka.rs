//! Georgian.

use super::{Counted, Hedges, PartNames, ShapeNames, Words};
use crate::formats::locale::KA;

pub(super) static WORDS: Words = Words {
    locale: &KA,
    name: "ქართული",
    english_name: "Georgian",
    read_by_native: false,
    comma: ", ",
    semicolon: "; ",
    titled: "{title}: {words}",
    quotes: ["„", "“"],
    north: "ჩრდ.",
    as_of: "{day} მდგომარეობით",
    undated: "თარიღის გარეშე",
    own_line_day: "{day}; {title}: საკუთარი, {of}",
    unreported: "{day}: ცნობა არ არის; ნაჩვენებია {last} მდგომარეობით",
    no_report_yet: "{day}: ჯერ ცნობა არ არის",
    last_reported: "ბოლო ცნობის მიხედვით",
    others: "სხვა ({count})",
    legend_left_out: "და კიდევ {count} რუკაზე, არ არის მითითებული ადგილის უქონლობის გამო",
    continued: "{title} (გაგრძელება)",
    annotations: "შენიშვნები რუკაზე",
    photo: "ფოტო",
    shapes: ShapeNames {
        marker: "ნიშანი",
        text: "ტექსტი",
        callout: "წარწერა",
        line: "ხაზი",
        arrow: "ისარი",
        freehand: "თავისუფალი ხაზი",
        measured_line: "გაზომილი ხაზი",
        polygon: "მრავალკუთხედი",
        rectangle: "მართკუთხედი",
        measured_area: "გაზომილი ფართობი",
        circle: "წრე",
        other: "ფიგურა",
    },
    measured: "გაზომილია {size}",
    measured_about: "გაზომილია დაახლოებით {size}",
    measured_range: "გაზომილია {size} (სიზუსტის ფარგლები {low}–{high})",
    points: Counted { forms: &[], other: "{count} წერტილი" },
    says: "{size}, ამბობს {source}",
    according: "{size}, წყარო: {source}",
    according_and_another: "{size}, წყარო: {source} და კიდევ ერთი",
    according_and_others: Counted {
        forms: &[], other: "{size}, წყარო: {source} და კიდევ {count}"
    },
    of_whole: "{size} („{whole}“)",
    of_those_asked: "გამოკითხულთა {size}",
    hedges: Hedges {
        more_than: "{size}-ზე მეტი",
        less_than: "{size}-ზე ნაკლები",
        at_least: "სულ მცირე {size}",
        up_to: "არაუმეტეს {size}",
        nearly: "თითქმის {size}",
    },
    stated_head: "ნათქვამი",
    measured_head: "გაზომილი",
    difference_head: "სხვაობა",
    weak: "{who} (სუსტი)",
    agrees: "ემთხვევა",
    percentage_points: "{number} პ.პ.",
    same_reports: Counted {
        forms: &[], other: "კიდევ {count} ცნობა იმავეს ამბობს"
    },
    other_reports: Counted {
        forms: &[], other: "{count} სხვა ცნობა ასახელებს: {size}"
    },
    other_reports_range: Counted {
        forms: &[], other: "{count} სხვა ცნობა ასახელებს: {low} – {high}"
    },
    weak_reports: Counted {
        forms: &[], other: "{count} სუსტი ცნობა სხვა რიცხვებზე"
    },
    figures_left_out: Counted {
        forms: &[], other: "კიდევ {count} ნათქვამი რიცხვი არ არის ნაჩვენები"
    },
    whole_view: "მთელი ხედი: {names}",
    made_with: "დოსიე {name} {edition}, დახაზულია Claimline {version}-ით",
    drawn_with: "დახაზულია Claimline {version}-ით",
    own_line: "{title}: საკუთარი ხაზი ფაილიდან {file}, არა დოსიესი",
    counts_where: "ითვლება ობიექტები, სადაც {filter}",
    counts_kinds: "ითვლება {kinds}",
    only_where: "მხოლოდ ობიექტები, სადაც {filter}",
    rings: "რგოლი რიცხვით ნიშნავს ერთმანეთთან ახლოს მდებარე ამდენივე წერტილს",
    sources_not_listed: Counted {
        forms: &[], other: "ობიექტების კიდევ {count} წყარო არ არის მითითებული."
    },
    approximate: "მიახლოებითი, {accuracy}: {names}.",
    unknown_accuracy: "უცნობი სიზუსტით: {names}.",
    by_stretch: "± {from} – {to}, მონაკვეთის მიხედვით",
    tested: "რიგრიგობით გამორიცხული {all} ცნობიდან {within} ამ ფარგლებშია",
    traced: Counted {
        forms: &[], other: "{count} შენიშვნა, გადახაზული სურათზე {picture}"
    },
    and_more: "და კიდევ {count}",
    sources_left_out: Counted {
        forms: &[], other: "{count} წყარო, არ არის მითითებული ადგილის უქონლობის გამო"
    },
    more_left_out: "და კიდევ {count}, არ არის მითითებული ადგილის უქონლობის გამო",
    parts: PartNames {
        title: "სათაური",
        legend: "ლეგენდა",
        sources: "წყაროები",
        comparison: "ნათქვამი და გაზომილი",
        notes: "შენიშვნები",
        credits: "მონაცემთა ავტორები",
        scale_bar: "მასშტაბი",
        north_arrow: "ჩრდილოეთის ისარი",
        scale_and_north: "მასშტაბი და ჩრდილოეთის ისარი",
        callout: "მთავარი შრე",
        covering: "რა ფარავს მთელ ხედს",
        locator: "მიმოხილვითი რუკა მონიშნული ჩარჩოთი",
        graticule: "გრადუსების ბადე",
        frame: "რუკის ჩარჩო",
        degrees: "გრადუსები",
        rules: "გამყოფი ხაზები",
        map: "რუკა",
        map_as_of: "რუკა, {day} მდგომარეობით",
        map_with: "რუკა: {names}",
        map_with_as_of: "რუკა: {names}; {day} მდგომარეობით",
        sources_of: "წყაროები – {name}: {numbers}",
    },
};
