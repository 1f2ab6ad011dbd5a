//! Rows from a file: which of its columns are which fields, what would be refused and why, and then the import.
//!
//! The file travels with the form, so that any node can go on with it. Larger files go over REST or by the command `import`.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use poem::Response;
use poem::http::StatusCode;
use poem::web::Multipart;
use poem::{Body, FromRequest as _, Request, RequestBody};

use crate::admin::control::{self, Choice};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::AdminRequest;
use crate::admin::{many, names};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::http::row_file;
use crate::policy::Action;
use crate::service::{InputForm, unique_rules};
use crate::transfer::{FileFormat, ImportedFile, RefusedRow, RowsOf, Sheet, import_rows, try_rows};

/// Rows that were pasted.
const PASTED: &str = "data";
/// The file in base64, which no browser changes the line ends of, and what it is called.
const FILE: &str = "file64";
const FILE_NAME: &str = "file_name";
/// What the parameter of a mapping begins with; the rest is the position of the file's column.
const FIELD_OF: &str = "field.";
/// Bytes of a file.
const MAX_FILE: usize = 1024 * 1024;
/// Refused rows that the page tells of.
const MAX_TOLD: usize = 100;
/// Examples of a column.
const EXAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "admin/import.html")]
struct ImportPage {
    frame: Frame,
    plural: String,
    path: String,
    alert: Option<String>,
    /// The fields that rows can have, for who prepares a file.
    fields: String,
    formats: Vec<Choice>,
    rules: Vec<Choice>,
    checked: Option<Checked>,
}

/// A file that was read.
struct Checked {
    data: String,
    mapping: Vec<MappedColumn>,
    rows: u64,
    good: u64,
    refused: Vec<(u64, String)>,
    others: usize,
}

struct MappedColumn {
    position: usize,
    name: String,
    examples: String,
    choices: Vec<Choice>,
}

/// What a form asks for.
struct Asked {
    text: String,
    format: FileFormat,
    sheet: Sheet,
    /// The field of each name of the file.
    fields: HashMap<String, &'static str>,
    rows: RowsOf,
    rule: String,
}

/// The page; with a form, what it asks for.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Create)?;
    let Some(form) = form else { return show(request, info, StatusCode::OK, None, None) };
    let asked = match read(request, info, form) {
        Ok(asked) => asked,
        Err(error @ Error::BadRequest(_)) => {
            let alert = page::sentence(&error.to_string());
            return show(request, info, StatusCode::UNPROCESSABLE_ENTITY, Some(alert), None);
        }
        Err(error) => return Err(error),
    };
    match checked(request, info, asked, form.get("do").unwrap_or_default()).await {
        Err(error @ (Error::BadRequest(_) | Error::Validation(_) | Error::Conflict(_))) => {
            let alert = format!("Nothing was imported. {}", many::reasons(&error).join(" "));
            show(request, info, StatusCode::UNPROCESSABLE_ENTITY, Some(alert), None)
        }
        answer => answer,
    }
}

async fn checked(
    request: &AdminRequest,
    info: &'static EntityInfo,
    asked: Asked,
    what: &str,
) -> Result<Response> {
    let file = |keep: &dyn Fn(u64) -> bool| {
        let text = asked.sheet.renamed(|name| asked.fields.get(name).copied(), keep);
        ImportedFile::Text(Arc::from(text))
    };
    let ctx = &request.ctx;
    if asked.fields.is_empty() {
        let alert = "Choose which columns of the file are which fields.".to_owned();
        let page = Checked { good: 0, ..page_of(info, &asked, asked.sheet.count(), Vec::new()) };
        return show(request, info, StatusCode::OK, Some(alert), Some((page, asked)));
    }
    let (count, refused) = try_rows(ctx, info, file(&|_| true), asked.format, asked.rows.clone()).await?;
    let reasons: HashMap<u64, String> = refused.iter().map(|row| (row.row, reason(info, row))).collect();
    match what {
        "refused" => {
            let text = asked.sheet.refused(|row| reasons.get(&row).map(String::as_str));
            let mut response = Response::default();
            row_file::describe(
                asked.format,
                &format!("{}-refused", info.def.rest_path),
                response.headers_mut(),
            );
            response.set_body(text);
            Ok(response)
        }
        "import" if refused.is_empty() => {
            import_rows(ctx, info, file(&|_| true), asked.format, asked.rows.clone(), ()).await?;
            Ok(page::redirect_saying(&request.path(info), Notice::Done))
        }
        "import_good" if (reasons.len() as u64) < count => {
            let good = file(&|row| !reasons.contains_key(&row));
            let done = import_rows(ctx, info, good, asked.format, asked.rows.clone(), ()).await?;
            if refused.is_empty() {
                return Ok(page::redirect_saying(&request.path(info), Notice::Done));
            }
            // The page goes on with what is left.
            let left = asked.sheet.refused(|row| reasons.get(&row).map(String::as_str));
            let sheet = Sheet::read(asked.format, &left)?;
            let text = String::from_utf8_lossy(&left).into_owned();
            let asked = Asked { text, sheet, ..asked };
            let left = ImportedFile::Text(Arc::from(
                asked.sheet.renamed(|name| asked.fields.get(name).copied(), |_| true),
            ));
            let (count, refused) = try_rows(ctx, info, left, asked.format, asked.rows.clone()).await?;
            let alert = format!(
                "{done} rows were imported. These are left: download them, correct them, and import them."
            );
            let page = page_of(info, &asked, count, told(info, &refused));
            show(request, info, StatusCode::OK, Some(alert), Some((page, asked)))
        }
        what => {
            let alert = (what.starts_with("import"))
                .then(|| "Nothing was imported: some rows are refused.".to_owned());
            let status = if alert.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            let page = page_of(info, &asked, count, told(info, &refused));
            show(request, info, status, alert, Some((page, asked)))
        }
    }
}

/// The lines of refused rows, with the reasons.
fn told(info: &EntityInfo, refused: &[RefusedRow]) -> Vec<(u64, String)> {
    refused.iter().map(|row| (row.line, reason(info, row))).collect()
}

/// Why a row is refused, in one text.
fn reason(info: &EntityInfo, row: &RefusedRow) -> String {
    let told = row.errors.iter().take(crate::error::MAX_LISTED).map(|error| match &*error.field {
        "" => page::sentence(&error.message),
        field => {
            let name = info.by_wire(field).map_or_else(|| names::heading(field), names::column);
            page::sentence(&format!("{name} {}", error.message))
        }
    });
    told.collect::<Vec<_>>().join(" ")
}

fn page_of(info: &'static EntityInfo, asked: &Asked, rows: u64, mut refused: Vec<(u64, String)>) -> Checked {
    let good = rows.saturating_sub(refused.len() as u64);
    let others = refused.len().saturating_sub(MAX_TOLD);
    refused.truncate(MAX_TOLD);
    let column = |(position, name): (usize, &str)| {
        let offered = creatable(info).map(|column| (column.wire, names::column(column)));
        let chosen = asked.fields.get(name).copied().unwrap_or_default();
        MappedColumn {
            position,
            name: name.to_owned(),
            examples: asked.sheet.examples(name, EXAMPLES).join(", "),
            choices: control::choices(chosen, Some("Not imported"), offered),
        }
    };
    Checked {
        data: BASE64.encode(&asked.text),
        mapping: asked.sheet.names().enumerate().map(column).collect(),
        rows,
        good,
        refused,
        others,
    }
}

fn creatable(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    InputForm::create(info, Surface::Admin).columns().filter(|column| column.field.is_some())
}

/// The unique rules by which rows that are there already can be found: those of fields that a file can have.
fn rules(request: &AdminRequest, info: &'static EntityInfo) -> Vec<Vec<&'static ColumnInfo>> {
    if !request.allows(info, Action::Update) {
        return Vec::new();
    }
    let writable = |column: &&ColumnInfo| creatable(info).any(|known| known.index == column.index);
    unique_rules(info).into_iter().filter(|rule| rule.iter().all(writable)).collect()
}

fn name_of(rule: &[&'static ColumnInfo]) -> String {
    rule.iter().map(|column| column.wire).collect::<Vec<_>>().join(",")
}

fn read(request: &AdminRequest, info: &'static EntityInfo, form: &Params) -> Result<Asked> {
    let text = match form.filled(FILE) {
        Some(file) => {
            let bytes = BASE64.decode(file).map_err(|_| Error::bad_request("the file cannot be read"))?;
            String::from_utf8(bytes).map_err(|_| Error::bad_request("the file must be a text in UTF-8"))?
        }
        None => form.get(PASTED).unwrap_or_default().replace("\r\n", "\n"),
    };
    if text.len() > MAX_FILE {
        return Err(Error::bad_request(
            "a file may have 1 MiB here; larger ones are imported over REST or by the command `import`",
        ));
    }
    if text.trim().is_empty() {
        return Err(Error::bad_request("choose a file, or paste rows"));
    }
    let by_name = form.filled(FILE_NAME).and_then(|name| FileFormat::of_path(std::path::Path::new(name)));
    let format = match form.filled("format") {
        Some(name) => FileFormat::of_name(name)
            .ok_or_else(|| Error::bad_request("the format must be `csv` or `jsonl`"))?,
        None => by_name.unwrap_or(match text.trim_start().starts_with('{') {
            true => FileFormat::Jsonl,
            false => FileFormat::Csv,
        }),
    };
    let sheet = Sheet::read(format, text.as_bytes())?;
    let rule = form.filled("by").unwrap_or_default().to_owned();
    let upsert = match &*rule {
        "" => None,
        rule => {
            let known = rules(request, info).into_iter().find(|known| name_of(known) == rule);
            let known = known.ok_or_else(|| Error::bad_request("rows cannot be found by these fields"))?;
            Some(known.iter().map(|column| column.index).collect())
        }
    };
    let is_mapped = form.iter().any(|(name, _)| name.starts_with(FIELD_OF));
    let mut fields = HashMap::new();
    for (position, name) in sheet.names().enumerate() {
        let column = match is_mapped {
            true => match form.filled(&format!("{FIELD_OF}{position}")) {
                None => None,
                Some(wire) => Some(creatable(info).find(|column| column.wire == wire).ok_or_else(|| {
                    Error::bad_request("a column is none of the fields that can be imported")
                })?),
            },
            false => creatable(info).find(|column| is_called(column, name)),
        };
        if let Some(column) = column {
            if fields.values().any(|known| *known == column.wire) {
                let message = format!("two columns are “{}”; choose one", names::column(column));
                return Err(Error::bad_request(message));
            }
            fields.insert(name.to_owned(), column.wire);
        }
    }
    let rows = RowsOf::Client { surface: Surface::Admin, upsert };
    Ok(Asked { text, format, sheet, fields, rows, rule })
}

/// Whether a file means a field by a name: its own, or what the pages call it.
fn is_called(column: &ColumnInfo, name: &str) -> bool {
    column.wire.eq_ignore_ascii_case(name) || names::column(column).eq_ignore_ascii_case(name)
}

fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    status: StatusCode,
    alert: Option<String>,
    checked: Option<(Checked, Asked)>,
) -> Result<Response> {
    let asked = checked.as_ref().map(|(_, asked)| asked);
    let format = match asked.map(|asked| asked.format) {
        Some(FileFormat::Csv) => "csv",
        Some(FileFormat::Jsonl) => "jsonl",
        None => "",
    };
    let formats = [("csv", "CSV".to_owned()), ("jsonl", "JSON lines".to_owned())];
    let rules = rules(request, info).into_iter().map(|rule| {
        let words = rule.iter().map(|column| names::column(column)).collect::<Vec<_>>().join(", ");
        (name_of(&rule), format!("Rows with the same {words} are updated"))
    });
    let rules = rules.collect::<Vec<_>>();
    let rule = asked.map(|asked| asked.rule.clone()).unwrap_or_default();
    let page = ImportPage {
        frame: Frame::new(request, "Import", Some(info)),
        plural: names::plural(info),
        path: request.path(info),
        alert,
        fields: creatable(info).map(|column| column.wire).collect::<Vec<_>>().join(", "),
        formats: control::choices(format, Some("By the file"), formats),
        rules: control::choices(
            &rule,
            Some("Every row is new"),
            rules.iter().map(|(value, text)| (value.as_str(), text.clone())),
        ),
        checked: checked.map(|(checked, _)| checked),
    };
    page::render(status, &page)
}

/// Reads a form with a file in it.
///
/// # Errors
/// `BadRequest` for one that is not `multipart/form-data` as browsers send it.
pub(super) async fn form_with_file(request: &Request, body: Vec<u8>) -> Result<Params> {
    let broken = || Error::bad_request("the form cannot be read; send it again");
    let mut body = RequestBody::new(Body::from(body));
    let mut parts = Multipart::from_request(request, &mut body).await.map_err(|_| broken())?;
    let mut params: Vec<(String, String)> = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let (name, file) = (part.name().unwrap_or_default().to_owned(), part.file_name().map(str::to_owned));
        let bytes = part.bytes().await.map_err(|_| broken())?;
        match file {
            None => {
                let text = String::from_utf8(bytes);
                let text =
                    text.map_err(|_| Error::bad_request("the request holds text that is not UTF-8"))?;
                params.push((name, text));
            }
            // A field in which no file was chosen is sent too.
            Some(_) if bytes.is_empty() => {}
            Some(file) => {
                params.push((FILE.to_owned(), BASE64.encode(bytes)));
                params.push((FILE_NAME.to_owned(), file));
            }
        }
    }
    Ok(params.into_iter().collect())
}
