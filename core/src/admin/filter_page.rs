//! The page on which filters are chosen: every field that rows can be filtered by, their own and those of related rows, in one form.
//!
//! What is filled in becomes the address of the list. It works without JavaScript; the script shows it above the list.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::control::{self, Choice};
use crate::admin::list::ListAddress;
use crate::admin::list::asked::{self, Asked, path_of};
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_value};
use crate::admin::titles::Labels;
use crate::admin::{filter_words, kinds, names};
use crate::entity::{ColumnInfo, EntityInfo, ManyLink, Surface};
use crate::error::Result;
use crate::filters::{FlatFilters, Relation};
use crate::policy::Action;
use crate::types::{Kind, Operator};

/// What the parameters of a field begin with; the rest is its path.
const OPERATOR: &str = "o.";
const VALUE: &str = "v.";
const UP_TO: &str = "w.";
/// From one value up to another: two tests.
const BETWEEN: &str = "between";
/// It has a value, or none: what is told from `null` by the words.
const SET: &str = "set";
const NOT_SET: &str = "not_set";

#[derive(Template)]
#[template(path = "admin/filter.html")]
struct FilterPage {
    frame: Frame,
    plural: String,
    path: String,
    action: String,
    back: String,
    sections: Vec<Section>,
    error_count: usize,
}

/// The fields of the rows themselves, or of related ones.
struct Section {
    heading: String,
    /// Whether it has filters that are set.
    open: bool,
    fields: Vec<Field>,
}

struct Field {
    path: String,
    label: String,
    operators: Vec<Choice>,
    control: ValueControl,
    /// The end of a range, for values that have an order.
    up_to: Option<String>,
    error: Option<String>,
}

enum ValueControl {
    Input { kind: &'static str, step: &'static str, mode: &'static str, value: String },
    Select(Vec<Choice>),
    Checks(Vec<Choice>),
    Picker { value: String, text: String, lookup: String },
}

/// A field that can be filtered by.
struct Offered {
    path: String,
    column: &'static ColumnInfo,
}

/// What is filled in for a field.
#[derive(Default, Clone)]
struct Entered {
    operator: String,
    values: Vec<String>,
    up_to: String,
}

/// The page; with a form, the list with the filters that it has.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let asked = Asked::read(request, info, ListAddress::read(&request.query))?;
    let sections = sections(request, info);
    let Some(form) = form else { return show(request, &asked, &sections, None, Vec::new()).await };
    let mut address = asked.address.clone();
    let (mut errors, mut entered) = (Vec::new(), Vec::new());
    for offered in sections.iter().flat_map(|(_, fields)| fields) {
        let field = Entered::read(form, &offered.path);
        let shown = Entered::of(&asked.address, offered);
        address.filters.retain(|filter| !shown.1.contains(filter));
        for (name, text) in field.filters(offered) {
            let mut alone = FlatFilters::default();
            let known = asked::known(request, info);
            let spelled = match offered.column.kind {
                Kind::DateTime | Kind::Time if !name.ends_with(']') || !name.contains("[null") => {
                    kinds::codec_text(offered.column.kind, &text)
                }
                _ => text.clone(),
            };
            match alone.add(known, &name, &spelled, false, &[]) {
                Ok(()) => address.set(&name, text),
                Err(error) => errors.push((offered.path.clone(), page::sentence(&error.to_string()))),
            }
        }
        entered.push((offered.path.clone(), field));
    }
    match errors.is_empty() {
        true => Ok(page::redirect(&address.link(&request.path(info)))),
        false => show(request, &asked, &sections, Some(entered), errors).await,
    }
}

impl Entered {
    fn read(form: &Params, path: &str) -> Self {
        let get = |before: &str| form.get(&format!("{before}{path}")).unwrap_or_default().trim().to_owned();
        let name = format!("{VALUE}{path}");
        let values = form.iter().filter(|(known, text)| *known == name && !text.trim().is_empty());
        Self {
            operator: get(OPERATOR),
            values: values.map(|(_, text)| text.to_owned()).collect(),
            up_to: get(UP_TO),
        }
    }

    /// What the address says of a field, as far as the form can show it, and the filters of the address that say so.
    fn of(address: &ListAddress, offered: &Offered) -> (Self, Vec<(String, String)>) {
        let of = |operator: &str| {
            let name = format!("{}[{operator}]", offered.path);
            address.filters.iter().find(|(known, _)| *known == name).cloned()
        };
        let text = |filter: &(String, String)| filter.1.clone();
        if let (Some(from), Some(to)) = (of("gte"), of("lte")) {
            let entered = Self { operator: BETWEEN.into(), values: vec![text(&from)], up_to: text(&to) };
            return (entered, vec![from, to]);
        }
        let Some(filter) = address.filters.iter().find(|(name, _)| path_of(name) == offered.path) else {
            return (Self::default(), Vec::new());
        };
        let operator = match filter.0.split_once('[') {
            Some((_, operator)) => operator.trim_end_matches(']'),
            None => Operator::Eq.wire(),
        };
        let (operator, values) = match operator {
            "null" if filter.1 == "true" => (NOT_SET, Vec::new()),
            "null" => (SET, Vec::new()),
            "in" | "nin" if matches!(offered.column.kind, Kind::Enum(_)) => {
                (operator, filter.1.split(',').map(str::to_owned).collect())
            }
            "eq" if matches!(offered.column.kind, Kind::Enum(_)) => ("in", vec![text(filter)]),
            "ne" if matches!(offered.column.kind, Kind::Enum(_)) => ("nin", vec![text(filter)]),
            operator => (operator, vec![text(filter)]),
        };
        (Self { operator: operator.to_owned(), values, up_to: String::new() }, vec![filter.clone()])
    }

    /// The parameters that it becomes.
    fn filters(&self, offered: &Offered) -> Vec<(String, String)> {
        let path = &offered.path;
        let one = |operator: &str, text: &str| match (operator, text) {
            (_, "") => None,
            ("eq", text) => Some((path.clone(), text.to_owned())),
            (operator, text) => Some((format!("{path}[{operator}]"), text.to_owned())),
        };
        let value = self.values.first().map(String::as_str).unwrap_or_default();
        match (&*self.operator, &*self.values) {
            (SET, _) => one("null", "false").into_iter().collect(),
            (NOT_SET, _) => one("null", "true").into_iter().collect(),
            (BETWEEN, _) => one("gte", value).into_iter().chain(one("lte", &self.up_to)).collect(),
            ("in", [only]) if matches!(offered.column.kind, Kind::Enum(_)) => {
                one("eq", only).into_iter().collect()
            }
            ("nin", [only]) if matches!(offered.column.kind, Kind::Enum(_)) => {
                one("ne", only).into_iter().collect()
            }
            (operator @ ("in" | "nin"), values) => one(operator, &values.join(",")).into_iter().collect(),
            (operator, _) => one(operator, value).into_iter().collect(),
        }
    }
}

/// The fields of the entity, and those of each relation that the account may look at.
fn sections(request: &AdminRequest, info: &'static EntityInfo) -> Vec<(String, Vec<Offered>)> {
    let fields = |of: &'static EntityInfo, before: &str| {
        let columns = of.on(Surface::Admin).filterable().iter().copied();
        let columns = columns.filter(|column| request.may_query_by(of, column.filter, column));
        columns.map(|column| Offered { path: format!("{before}{}", column.wire), column }).collect::<Vec<_>>()
    };
    let known = asked::known(request, info);
    let relations = known.filtered_relations().filter(|relation| may_follow(request, info, *relation));
    let related = relations.map(|relation| {
        let before = format!("{}.", relation.name());
        (names::heading(relation.name()), fields(relation.target(info), &before))
    });
    let own = (names::plural(info), fields(info, ""));
    std::iter::once(own).chain(related).filter(|(_, fields)| !fields.is_empty()).collect()
}

fn may_follow(request: &AdminRequest, info: &EntityInfo, relation: Relation) -> bool {
    match relation {
        Relation::ToOne(column, _) => {
            request.may_query_by(info, true, column)
                && column.target().is_some_and(|target| request.allows(target, Action::Read))
        }
        Relation::ToMany(many) => {
            let target = many.target();
            let shown = match many.link() {
                ManyLink::Inverse { column } => target.column_visibility(column, &request.ctx).is_none(),
                ManyLink::Through { via, .. } => request.allows(via, Action::Read),
            };
            shown && request.allows(target, Action::Read)
        }
    }
}

async fn show(
    request: &AdminRequest,
    asked: &Asked,
    offered: &[(String, Vec<Offered>)],
    sent: Option<Vec<(String, Entered)>>,
    errors: Vec<(String, String)>,
) -> Result<Response> {
    let mut sections = Vec::new();
    for (position, (heading, offered)) in offered.iter().enumerate() {
        let mut section = Section { heading: heading.clone(), open: position == 0, fields: Vec::new() };
        for field in offered {
            let known = sent.iter().flatten().find(|(path, _)| *path == field.path);
            let entered = known.map(|(_, entered)| entered.clone());
            let entered = entered.unwrap_or_else(|| Entered::of(&asked.address, field).0);
            let error = errors.iter().find(|(path, _)| *path == field.path).map(|(_, error)| error.clone());
            section.open |= !entered.operator.is_empty() && !entered.filters(field).is_empty();
            section.fields.push(self::field(request, field, entered, error).await?);
        }
        sections.push(section);
    }
    let (info, status) = (asked.info, if errors.is_empty() { 200 } else { 422 });
    let path = request.path(info);
    let page = FilterPage {
        frame: Frame::new(request, "Filter", Some(info)),
        plural: names::plural(info),
        action: asked.address.link(&format!("{path}/filter")),
        back: asked.address.link(&path),
        path,
        sections,
        error_count: errors.len(),
    };
    page::render(StatusCode::from_u16(status).unwrap_or_default(), &page)
}

async fn field(
    request: &AdminRequest,
    offered: &Offered,
    entered: Entered,
    error: Option<String>,
) -> Result<Field> {
    let column = offered.column;
    let value = entered.values.first().cloned().unwrap_or_default();
    let input = |kind, step, mode| ValueControl::Input { kind, step, mode, value: value.clone() };
    let control = match column.kind {
        _ if column.relation().is_some() => picker(request, column, value).await?,
        Kind::Bool => ValueControl::Select(control::choices(
            &value,
            Some("Any"),
            [("true", "Yes".to_owned()), ("false", "No".to_owned())],
        )),
        Kind::Enum(_) => {
            let choices = kinds::filter_choices(column.kind).unwrap_or_default().into_iter();
            let choice = |(value, text): (&'static str, String)| Choice {
                selected: entered.values.iter().any(|chosen| chosen == value),
                value: value.to_owned(),
                text,
            };
            ValueControl::Checks(choices.map(choice).collect())
        }
        Kind::Date => input("date", "", ""),
        Kind::DateTime => input("datetime-local", "1", ""),
        Kind::Time => input("time", "1", ""),
        Kind::I16 | Kind::I32 | Kind::I64 => input("text", "", "numeric"),
        Kind::F32 | Kind::F64 | Kind::Decimal => input("text", "", "decimal"),
        Kind::Text | Kind::Uuid | Kind::Json | Kind::Bytes | Kind::Password | Kind::List(_) => {
            input("text", "", "")
        }
    };
    let ranged = column.operators().any(|operator| operator == Operator::Gte)
        && matches!(control, ValueControl::Input { .. })
        && column.kind != Kind::Text;
    Ok(Field {
        path: offered.path.clone(),
        label: names::column(column),
        operators: operators(column, ranged, &entered.operator),
        control,
        up_to: ranged.then_some(entered.up_to),
        error,
    })
}

/// The operators that a form offers. Those of texts in an order and of lists of times are in addresses alone.
fn operators(column: &ColumnInfo, ranged: bool, chosen: &str) -> Vec<Choice> {
    let time = matches!(column.kind, Kind::Date | Kind::Time | Kind::DateTime);
    let few = matches!(column.kind, Kind::Enum(_));
    let offers = |operator: &Operator| match operator {
        Operator::IsNull => false,
        Operator::In | Operator::NotIn if few => true,
        Operator::In | Operator::NotIn => !time && column.kind != Kind::Bool && column.relation().is_none(),
        Operator::Eq | Operator::Ne => !few,
        operator if operator.is_order() => ranged,
        _ => true,
    };
    let mut offered = Vec::new();
    for operator in column.operators().filter(offers) {
        let words = filter_words::operator(operator, column.kind);
        offered.push((operator.wire(), words.trim_start_matches("is ").to_owned()));
        if operator == Operator::Lte {
            offered.push((BETWEEN, "between".to_owned()));
        }
    }
    for (_, words) in offered.iter_mut().filter(|(wire, _)| *wire == "eq") {
        "is".clone_into(words);
    }
    if column.nullable {
        offered.extend([(SET, "set".to_owned()), (NOT_SET, "not set".to_owned())]);
    }
    control::choices(chosen, None, offered)
}

async fn picker(request: &AdminRequest, column: &'static ColumnInfo, value: String) -> Result<ValueControl> {
    let Some(target) = column.target().filter(|target| request.may_open(target)) else {
        return Ok(ValueControl::Input { kind: "text", step: "", mode: "", value });
    };
    let mut text = String::new();
    if let Some(key) = parse_value(column, &value) {
        let mut labels = Labels::default();
        labels.add(&request.ctx, column.index, target, std::slice::from_ref(&key)).await?;
        labels.get(column.index, &key).unwrap_or_default().clone_into(&mut text);
    }
    Ok(ValueControl::Picker { value, text, lookup: format!("{}/lookup", request.path(target)) })
}

impl Field {
    fn id(&self) -> String {
        format!("v-{}", self.path)
    }
}
