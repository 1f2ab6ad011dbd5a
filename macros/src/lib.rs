//! The macros of entify: [`macro@Entity`], [`macro@EntityEnum`], [`macro@actions`] with [`macro@EntityInput`] and
//! [`macro@EntityOutput`], [`entities!`] and [`main!`].
//!
//! Use them through the crate `entify`, which re-exports them. What they emit is thin: structs, one static
//! definition, typed names; all behaviour is generic code of `entify`.

// A macro crate exports nothing but its macros; `pub` in here says "for the other rooms".
#![allow(unreachable_pub)]

mod actions;
mod attr;
mod check;
mod diag;
mod each_database;
mod embedded_files;
mod embedded_migrations;
mod entity;
mod entity_list;
mod enums;
mod expand;
mod fallback;
mod ir;
mod json;
mod likely_type;
mod lower;
mod names;
mod runtime;
mod source;
mod standard_type;
mod values;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Turns a struct into a backend: table, service, GraphQL, REST and admin.
///
/// ```ignore
/// use entify::prelude::*;
///
/// /// Someone who can sign in.
/// #[derive(Entity)]
/// #[entity(policy(read = public, write = role("staff")), order = -created_at)]
/// pub struct User {
///     /// Unique address used to sign in.
///     #[entity(unique, max_len = 254, format = email, search)]
///     email: String,
///     #[entity(on_delete = set_null)]
///     manager: Option<One<User>>,
///     #[entity(inverse = manager)]
///     team: Many<User>,
/// }
/// ```
///
/// Doc comments become descriptions in GraphQL, OpenAPI and the admin. Every entity also has `id`, and
/// `created_at` and `updated_at` unless it says otherwise, which the engine fills.
///
/// # What it generates
///
/// For `User`, with the struct's visibility:
///
/// - `UserModel`: the row. `manager: Option<One<User>>` is `manager_id: Option<Id<User>>` in it.
/// - `UserInput`: the values of a new row, with `UserInput::new(…)` taking the required ones in order. A field
///   with a default is an `Option` whose `None` takes the default.
/// - `UserPatch`: a partial update; every field is a `Change`.
/// - `User::email()`, `User::manager()`, `User::team()`: typed names for filters and orders.
/// - `UserFilter`, `UserOrder`, `UserService`, `UserType`, `UserQuery`, `UserMutation`, `UserApi`,
///   `UserAdminView`: names for what `entify` provides for every entity. One that the type of a field has, such as an
///   enum `UserType`, is left to it.
///
/// # Field types
///
/// `String bool i16 i32 i64 f32 f64 Decimal Uuid NaiveDate NaiveTime DateTime<Utc> Json Bytes Password`, enums
/// with `#[derive(EntityEnum)]`, `Vec` of a scalar, `One<E>`, `Option` of any of these, and `Many<E>`. `One`,
/// `Many` and `Option` must be written out, not hidden behind an alias.
///
/// # Options of the struct
///
/// | option | meaning |
/// |---|---|
/// | `policy = rule` | required: who may do what; the same rule for every action |
/// | `policy(read = …, create = …, update = …, delete = …)` | a rule for each action; `write` stands for the last three |
/// | `table = "…"` | the table; the struct's name in snake_case when absent |
/// | `was = "…"` | the table's old name: a migration renames the table and keeps its rows |
/// | `plural = "…"` | the plural in snake_case, from which the REST path and the GraphQL fields follow |
/// | `key = identity \| uuid` | an `i64` counted by the database (default), or a UUID version 7 |
/// | `key_column = "…"` | the key's column; `id` when absent |
/// | `key_sql = "…"` | of a table of others without such a key: SQL that gives each row one, in which `{name}` is a field or a column; rows are only read then |
/// | `timestamps = both \| none` | whether rows have `created_at` and `updated_at`, which the engine fills (default), or not |
/// | `external` | the table is made and changed by others: no migration is made for it, and `check` compares what the entity uses of it |
/// | `index(a, -b)` | an index over several fields, `-` for descending; may be repeated |
/// | `unique(a, b)` | one row for each combination; may be repeated |
/// | `check("sql")` | a condition that every row fulfils, valid on both dialects; may be repeated |
/// | `order = -a`, `order(a, -b)` | the order of lists that request none, with an index unless a unique rule or another index serves; the key when absent |
/// | `version`, `version(required)` | counts the changes of a row in `version`, so that a change of a stale row can be refused; `required`: a change or removal of one row that names no version is refused |
/// | `soft_delete` | a deleted row is kept with its time in `deleted_at`, hidden from every read until it is restored or purged |
/// | `history` | every write is recorded: who, when, which fields from what to what |
/// | `hooks` | the application's `impl Hooks` runs with every write |
/// | `deprecated(since = "…", note = "…", sunset = "…")` | it should not be used any more: since which version or day, why, and the day on which it goes; every surface says so, and its responses in REST carry `Deprecation` and `Sunset` |
/// | `skip(graphql, rest, admin)` | surfaces that leave the entity out |
/// | `rest(path = "…")` | the path's last segment; the plural in kebab-case when absent |
/// | `graphql(name = "…")` | the type's name; the struct's name when absent |
/// | `admin(label = a, list(a, b), icon = "…", group = "…")` | the field that names a row, or a template of fields (`label = "{first_name} {last_name}"`), the columns of the list, a symbol, a heading |
///
/// With `soft_delete`, unique rules hold among rows that are not deleted, a deleted row counts as missing when another
/// one is to refer to it, and `on_delete` of the rows that refer to it says what happens to them: `restrict` refuses
/// while a row that is not deleted refers to it; `set_null` takes the reference away; `cascade` deletes softly what has
/// `soft_delete` itself, which comes back when the row is restored, and leaves other rows as they are until the row is
/// purged.
///
/// # Policies
///
/// A rule is `public`, `authenticated`, `nobody`, `role("x")`, `owner(field)` (the column equals the principal's
/// subject), `owner(project.members.user)` (relations, to one or to many, lead to a row whose column does) or a type with `impl Policy`, joined by `|`, `&`, `!` and parentheses.
///
/// A row that the principal may not read is absent, on every surface: it is in no list, count, page, relation, search
/// or filter, getting or writing it is `NOT_FOUND`, a reference to it is refused as one to a missing row, and a unique
/// value that it has is refused without saying why. What is changed must be readable and match `update` both before and
/// after; what is made must match `create`. Rules see every row, also of other entities.
///
/// `policy(read = …)` on a field shows the value only where the rule holds; elsewhere it is null, and whoever may not
/// read it in every row can neither filter, sort nor search by it. Only those for whom `policy(write = …)` holds may
/// set the field.
///
/// # Options of a field
///
/// | option | meaning |
/// |---|---|
/// | `unique` | one row for each value |
/// | `index` | an index on the column |
/// | `filter`, `sort` | clients may filter and sort by it; implied by `unique`, `index`, relations and numbers over them |
/// | `aggregate` | clients may ask for its least and its greatest value in groups of rows, and of numbers for the sum and the average; a computed decimal needs a `scale` |
/// | `search` | the free-text search finds words anywhere in it, whatever their case (texts) |
/// | `search(fulltext)` | the search finds its words by their beginning, through a full-text index |
/// | `computed(sql = "…")` | not stored: an SQL expression of the row, `{field}` being its own columns |
/// | `computed(count(relation))`, `computed(sum(relation.field), where = filter)` | not stored: a number over the related rows that the reader may read (see [Numbers over relations](#numbers-over-relations)) |
/// | `default = expr` | the value of a new row; a literal converts to the field's type; `now` is the time of the write, `uuid` a new random one |
/// | `min_len = n`, `max_len = n` | length of a text in characters, of `Bytes` in bytes, of a list in elements; a text that is not `Option` has `min_len = 1` unless it says otherwise |
/// | `min = n`, `max = n` | bounds of a number, inclusive |
/// | `pattern = "re"` | a regular expression that the text matches |
/// | `format = email \| url \| slug` | a well-known form of texts |
/// | `multiline` | long text: a text area in forms |
/// | `admin(format = percent)` | how the admin shows it: `money("USD")`, `duration(ms)` or `(s)`, `bytes`, `percent` of numbers, `date` of times, `markdown`, `image` (a URL), `color`, `code(json)` of texts |
/// | `read_only` | never written by clients; hooks, seeds and the service set it |
/// | `write_only` | never shown to clients |
/// | `immutable` | written on create only |
/// | `sequence`, `sequence(per = field)` | of a whole number: the engine numbers new rows 1, 2, 3 …, all of them or those of each parent, without gaps; clients do not set it |
/// | `transitions(A -> B, …)` | of an enum: the changes that are valid; a new row may have any value |
/// | `policy(read = rule, write = rule)` | who may read the value, who may set it; whoever may read and write the row when absent |
/// | `skip(graphql, rest, admin, create, update, filter)` | surfaces and operations that leave the field out |
/// | `rename = "…"` | the name in REST, from which the one in GraphQL follows |
/// | `deprecated(since = "…", note = "…", sunset = "…")` | it should not be used any more: since when, why, and the day on which it goes; every surface says so beside the field |
/// | `column = "…"` | the column; the field's name when absent |
/// | `was = "…"` | the column's old name: a migration renames the column and keeps its values |
/// | `precision = n`, `scale = n` | all digits of a `Decimal`, and those after the point |
/// | `on_delete = restrict \| cascade \| set_null` | on `One`: what happens to this row when the target is deleted; `restrict` when absent |
/// | `inverse = field` | on `Many`: the target's `One` that points here |
/// | `through = Entity` | on `Many`: the joining entity with one `One` to each side |
///
/// # Computed fields
///
/// `computed(sql = "{price} * {amount}")` is an SQL expression valid on both dialects, written into every statement
/// that reads, filters or sorts by the field; the row a write answers has it too. `{price}` is a stored field of the
/// same row by its Rust name, checked at compile time; `{{` is a brace. It may be a subquery, as in `(SELECT count(*)
/// FROM post WHERE post.author_id = {id})`, which no policy restricts. The result is cast to the field's type; a
/// `Decimal` is computed as a float on SQLite, so give it a `scale`. It has no index: a filter or an order by it reads
/// every row.
///
/// # Numbers over relations
///
/// `computed(count(comments))` on an `i64` is the number of rows of the to-many relation `comments`, and
/// `computed(exists(comments))` on a `bool` whether there is one. `sum`, `avg`, `min` and `max` measure a field of the related rows:
/// `computed(sum(lines.amount))`. There is none of no rows, so they are of an `Option`: the sum of `i16` and `i32` of an `i64`,
/// that of `i64` and `Decimal` of a `Decimal`, an average of those of a `Decimal`, both of `f32` and `f64` of an `f64`; `min` and `max`
/// are of the field's type. Decimals are exact on both databases; an average has six digits more after the point than its values,
/// rounded half away from zero. `where` says which rows count, as a condition on them:
/// `computed(count(comments), where = Comment::spam().eq(false))`.
///
/// Rows that the reader may not read do not count, nor do deleted ones, nor values that are hidden from the reader; `where` itself is
/// evaluated for every row, as a rule of a policy is. Clients may read such a field, filter and sort by it, and never write it. A page
/// costs one statement more for each relation and condition; a filter or an order by it is a sub-query for every row.
///
/// # Search
///
/// A search must find every one of its words. A `search` field has a word when it holds it anywhere, upper and lower
/// case alike by Unicode's simple case folding, the same on both databases whatever the collation (`Ä` is `ä`, `Σ σ ς`
/// are one, `ẞ` is `ß` but not `ss`, `İ` is `i`; accents count). `search(fulltext)` fields have it when a word of
/// theirs begins with it; they share an index that the migrations make and the database keeps: a `tsvector` column on
/// PostgreSQL (which must have ICU), an FTS5 table on SQLite. There are no stop words and no stems, so that no language
/// is preferred. In an entity with both, a word may be in either; the index serves only when all its search fields are
/// full-text.
#[proc_macro_derive(Entity, attributes(entity))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    entity::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Turns an enum of plain variants into a field type.
///
/// A variant is stored, and written in REST, as its name in snake_case, or as `#[entity(rename = "…")]` says; in
/// GraphQL it is that in SCREAMING_SNAKE_CASE. Doc comments become descriptions.
///
/// Its values are sorted by the text that is stored: alphabetically. With `#[entity(ordered)]` on the enum they are sorted by
/// the order of the declaration, on both databases and every surface, `gt`, `gte`, `lt` and `lte` compare by it, and indexes
/// serve it: a variant that is added, moved or renamed makes a migration that builds them anew.
///
/// | option | on | meaning |
/// |---|---|---|
/// | `ordered` | the enum | sorted and compared by the order of the declaration |
/// | `rename = "…"` | a variant | the stored text |
/// | `was = "…"` | a variant | the text that it was stored as: a migration renames the values |
/// | `color = gray \| blue \| green \| yellow \| red \| purple` | a variant | its colour in the admin |
/// | `deprecated(since = "…", note = "…", sunset = "…")` | a variant | it should not be used any more, and why |
///
/// The enum may derive whatever else it needs (`Clone`, `PartialEq`, …); entify requires none of it.
///
/// ```ignore
/// #[derive(EntityEnum)]
/// pub enum Status {
///     /// May sign in.
///     Active,
///     #[entity(rename = "locked")]
///     Blocked,
/// }
/// ```
#[proc_macro_derive(EntityEnum, attributes(entity))]
pub fn derive_entity_enum(input: TokenStream) -> TokenStream {
    enums::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Declares the actions of an entity: its verbs.
///
/// ```ignore
/// #[entify::actions]
/// impl Invoice {
///     /// Marks the invoice as paid.
///     #[action(policy = role("staff"), confirm)]
///     async fn pay(ctx: &Ctx, invoice: InvoiceModel, input: Payment) -> entify::Result<InvoiceModel> {
///         // …
///     }
///
///     /// Opens this month's invoices.
///     #[action(collection, policy = role("staff"))]
///     async fn open_month(ctx: &Ctx, input: Month) -> entify::Result<Vec<InvoiceModel>> {
///         // …
///     }
/// }
/// ```
///
/// An action runs in one transaction with the row read and locked, under its own rule on top of the row's read rule. It is
/// GraphQL `payInvoice(id: ID!, input: PaymentInput!): Invoice!`, REST `POST /api/invoices/{id}/pay`, a button with a form in the
/// admin, and `app action invoice pay 7 --amount 3.50`; from Rust it is `InvoiceService::act`. The functions stay as they are:
/// `Invoice::pay` called by itself is a plain function, without a rule. Other functions of the block are the application's own.
/// All actions of an entity are in one block.
///
/// After the context and the row's model an action may take one input, a struct with `#[derive(EntityInput)]`. It answers a model,
/// a struct with `#[derive(EntityOutput)]`, `Option` or `Vec` of them, or `()`. A row that it answers is read again as whoever asked may
/// see it; one that they may not read is `NOT_FOUND`, and nothing is kept. A conflict with other transactions runs the whole again, so
/// that what is done besides the database belongs into `Ctx::after_commit`.
///
/// # Options of an action
///
/// | option | meaning |
/// |---|---|
/// | `policy = rule` | required: who may do it, in which of the rows that they may read; a type with `impl Policy` is asked for `update` (with `read` for `read`, with `collection` for `create`) |
/// | `confirm` | people are asked first, with the doc comment |
/// | `collection` | about the entity as a whole: it takes no row |
/// | `read` | it only reads: a query of GraphQL, a GET of REST; a write in it is refused, and the row is not locked |
/// | `deprecated(since = "…", note = "…", sunset = "…")` | it should not be used any more: since which version or day, why, and the day on which it goes |
#[proc_macro_attribute]
pub fn actions(arguments: TokenStream, item: TokenStream) -> TokenStream {
    actions::expand(&arguments.into(), parse_macro_input!(item as syn::ItemImpl)).into()
}

/// Makes a struct the input of an action: what clients send beside the row.
///
/// Its fields have the types and the options of an entity's ([`macro@Entity`]), as far as they are about a value: `default`, `min_len`,
/// `max_len`, `min`, `max`, `pattern`, `format`, `multiline`, `rename`, `precision`, `scale`. `One<E>` is a row that there is and that
/// whoever sends it may read. Every broken rule is told at once, with its field and code, on every surface.
///
/// `Payment` is the type `PaymentInput` of GraphQL and OpenAPI; `#[entity(graphql(name = "…"))]` gives another name.
///
/// ```ignore
/// #[derive(EntityInput)]
/// pub struct Payment {
///     #[entity(min = 0)]
///     amount: Decimal,
///     #[entity(max_len = 200)]
///     note: Option<String>,
/// }
/// ```
#[proc_macro_derive(EntityInput, attributes(entity))]
pub fn derive_entity_input(input: TokenStream) -> TokenStream {
    values::derive(&parse_macro_input!(input as DeriveInput), values::Role::Input).into()
}

/// Makes a struct the output of an action: what it answers, where that is no row.
///
/// Its fields have the types of an entity's, and the options `multiline` and `rename`. `One<E>` is the key of a row, which GraphQL
/// follows.
#[proc_macro_derive(EntityOutput, attributes(entity))]
pub fn derive_entity_output(input: TokenStream) -> TokenStream {
    values::derive(&parse_macro_input!(input as DeriveInput), values::Role::Output).into()
}

/// Lists entities for `App::new`: `entities![User, Post]` is a `Vec<&'static EntityDef>`.
///
/// It may be a part of what an application has: lists of several modules are joined, and tests list what they need. So a relation
/// to an entity that is not listed is told when the program starts; in [`main!`], which has all, it does not compile.
#[proc_macro]
pub fn entities(input: TokenStream) -> TokenStream {
    entity_list::entities(input.into()).into()
}

/// Writes the `main` of an application: `entify::main!(User, Post);`.
///
/// A relation to an entity that is not among them does not compile.
#[proc_macro]
pub fn main(input: TokenStream) -> TokenStream {
    entity_list::main(input.into()).into()
}

/// Compiles an application's migrations into its program, for both databases: `App::migrations(entify::migrations!())`.
///
/// They are read from the folder `migrations` beside the package's `Cargo.toml`; another one is given by its path from there:
/// `entify::migrations!("../migrations")`. Without the folder there are none.
///
/// A file that changes is compiled in anew, and so is one that `migrate make` writes, by the `schema.json` that it writes too. A file
/// that is added by hand is not noticed by cargo until something else changes, unless the package has a `build.rs` with
/// `println!("cargo::rerun-if-changed=migrations");`.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    embedded_migrations::expand(input.into()).into()
}

/// Files for `App::files` that a release has in it: `App::files("/", entify::files!("web/dist"))`.
///
/// The path is that of a folder from the package's `Cargo.toml`. A build for debugging reads the folder at each request, and
/// does not need it to compile.
#[proc_macro]
pub fn files(input: TokenStream) -> TokenStream {
    embedded_files::expand(input.into()).into()
}

/// Makes a test for each database of an asynchronous function: `#[each_database(entities![User, Post])]`.
///
/// It is `entify::testing::each_database`; that module documents it.
#[proc_macro_attribute]
pub fn each_database(arguments: TokenStream, item: TokenStream) -> TokenStream {
    each_database::expand(arguments.into(), item.into()).into()
}
