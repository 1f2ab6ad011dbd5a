//! Lists with notes, whose rules are those of the case that runs.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use entify::entity::Surface;
use entify::policy::{Action, Rule};
use entify::prelude::*;
use entify::service::{InputForm, Records};
use entify::value::Value;
use serde_json::json;

use crate::policy::random::Rules;

/// The rules of a case.
#[derive(Debug, Clone)]
pub(super) struct CaseRules {
    pub(super) list: Rules,
    pub(super) note: Rules,
    /// Everyone reads who is pinned where.
    pub(super) pin: Rules,
    /// That of the action on a note.
    pub(super) act: Rule,
    /// That of the action on all.
    pub(super) act_on_all: Rule,
}

/// The rules of the cases that run, by the identifier of the request, which the context of a case carries.
static CASES: LazyLock<Mutex<HashMap<String, CaseRules>>> = LazyLock::new(Mutex::default);

pub(super) fn begin(case: &str, rules: CaseRules) {
    CASES.lock().expect("the rules").insert(case.to_owned(), rules);
}

pub(super) fn end(case: &str) {
    CASES.lock().expect("the rules").remove(case);
}

fn rule(ctx: &Ctx, of: impl Fn(&CaseRules) -> Rule) -> Option<Rule> {
    CASES.lock().expect("the rules").get(ctx.request_id()).map(of)
}

/// What a rule needs to know of an entity.
trait Ruled: Entity {
    fn is_owned_by(me: &str) -> Decision<Self>;
    fn has_number(number: i64) -> Decision<Self>;
    fn has_key(key: i64) -> Decision<Self>;
    /// Refers to the list with this key.
    fn is_in(list: i64) -> Decision<Self>;
    /// What only Rust can say.
    fn is_seen_by(me: Option<&str>) -> Decision<Self>;
}

impl Ruled for List {
    fn is_owned_by(me: &str) -> Decision<Self> {
        List::owner().eq(me).into()
    }

    fn has_number(number: i64) -> Decision<Self> {
        List::number().eq(number).into()
    }

    fn has_key(key: i64) -> Decision<Self> {
        List::id().eq(Id::new(key)).into()
    }

    fn is_in(_: i64) -> Decision<Self> {
        Decision::Deny
    }

    fn is_seen_by(_: Option<&str>) -> Decision<Self> {
        List::open().eq(true).into()
    }
}

impl Ruled for Note {
    fn is_owned_by(me: &str) -> Decision<Self> {
        Note::owner().eq(me).into()
    }

    fn has_number(number: i64) -> Decision<Self> {
        Note::number().eq(number).into()
    }

    fn has_key(key: i64) -> Decision<Self> {
        Note::id().eq(Id::new(key)).into()
    }

    fn is_in(list: i64) -> Decision<Self> {
        Note::list().eq(Id::<List>::new(list)).into()
    }

    /// Open ones, and those in a list of one's own, whoever may read lists.
    fn is_seen_by(me: Option<&str>) -> Decision<Self> {
        let mine = me.map(|me| Note::list().is(List::owner().eq(me)));
        Decision::from(Note::open().eq(true)) | mine.map_or(Decision::Deny, Decision::from)
    }
}

/// Its number stands for the note's key.
impl Ruled for Pin {
    fn is_owned_by(_: &str) -> Decision<Self> {
        Decision::Deny
    }

    fn has_number(number: i64) -> Decision<Self> {
        Pin::note().eq(Id::<Note>::new(number)).into()
    }

    fn has_key(_: i64) -> Decision<Self> {
        Decision::Deny
    }

    fn is_in(list: i64) -> Decision<Self> {
        Pin::list().eq(Id::<List>::new(list)).into()
    }

    /// Those of open lists, whoever may read them.
    fn is_seen_by(_: Option<&str>) -> Decision<Self> {
        Pin::list().is(List::open().eq(true)).into()
    }
}

/// The decision of a rule, put together by hand.
fn decision<E: Ruled>(rule: &Rule, action: Action, principal: &Principal) -> Decision<E> {
    let me = principal.subject();
    // Names are compared as texts: `01` is not 1.
    let my_number = me.and_then(|me| me.parse::<i64>().ok().filter(|number| number.to_string() == me));
    let by_number = |make: fn(i64) -> Decision<E>| my_number.map_or(Decision::Deny, make);
    match rule {
        Rule::Public => Decision::Allow,
        Rule::Nobody => Decision::Deny,
        Rule::Authenticated => principal.is_authenticated().into(),
        Rule::Role(role) => principal.has_role(role).into(),
        Rule::Owner("owner") => me.map_or(Decision::Deny, E::is_owned_by),
        Rule::Owner("number") => by_number(E::has_number),
        Rule::Owner("team_id") => by_number(E::is_in),
        Rule::Owner(_) => by_number(E::has_key),
        Rule::Custom(_) if action == Action::Update => E::is_seen_by(me) & !E::has_number(1),
        Rule::Custom(_) => E::is_seen_by(me),
        Rule::Any(rules) => {
            rules.iter().fold(Decision::Deny, |any, rule| any | decision::<E>(rule, action, principal))
        }
        Rule::All(rules) => {
            rules.iter().fold(Decision::Allow, |all, rule| all & decision::<E>(rule, action, principal))
        }
        Rule::Not(rule) => !decision::<E>(rule, action, principal),
    }
}

/// The rules of the case that runs.
pub struct OfCase;

macro_rules! of_case {
    ($($entity:ident $rules:ident),*) => {$(
        impl Policy<$entity> for OfCase {
            fn read(ctx: &Ctx) -> Decision<$entity> {
                decide(ctx, Action::Read, |rules| rules.$rules.read)
            }

            fn create(ctx: &Ctx) -> Decision<$entity> {
                decide(ctx, Action::Create, |rules| rules.$rules.create)
            }

            fn update(ctx: &Ctx) -> Decision<$entity> {
                decide(ctx, Action::Update, |rules| rules.$rules.update)
            }

            fn delete(ctx: &Ctx) -> Decision<$entity> {
                decide(ctx, Action::Delete, |rules| rules.$rules.delete)
            }
        }
    )*};
}

of_case!(List list, Note note, Pin pin);

/// The rules of the actions of the case that runs.
pub struct ActsOfCase;

impl Policy<Note> for ActsOfCase {
    fn create(ctx: &Ctx) -> Decision<Note> {
        decide(ctx, Action::Create, |rules| rules.act_on_all)
    }

    fn update(ctx: &Ctx) -> Decision<Note> {
        decide(ctx, Action::Update, |rules| rules.act)
    }
}

fn decide<E: Ruled>(ctx: &Ctx, action: Action, of: impl Fn(&CaseRules) -> Rule) -> Decision<E> {
    rule(ctx, of).map_or(Decision::Deny, |rule| decision(&rule, action, ctx.principal()))
}

#[derive(Entity)]
#[entity(policy = OfCase)]
pub struct List {
    #[entity(filter)]
    owner: Option<String>,
    #[entity(filter)]
    number: Option<i64>,
    #[entity(filter)]
    open: bool,
    #[entity(inverse = list)]
    notes: Many<Note>,
    #[entity(through = Pin)]
    pinned: Many<Note>,
}

/// A note that is pinned to a list, its own or another.
#[derive(Entity)]
#[entity(policy = OfCase, unique(list, note))]
pub struct Pin {
    #[entity(on_delete = cascade)]
    list: One<List>,
    #[entity(on_delete = cascade)]
    note: One<Note>,
}

#[derive(Entity)]
#[entity(policy = OfCase)]
pub struct Note {
    #[entity(filter)]
    owner: Option<String>,
    #[entity(filter)]
    number: Option<i64>,
    #[entity(filter)]
    open: bool,
    #[entity(on_delete = set_null, filter)]
    list: Option<One<List>>,
    #[entity(through = Pin)]
    pinned_to: Many<List>,
}

/// Where a note is moved to, and its new number.
#[derive(EntityInput)]
pub struct Moving {
    pub list: Option<One<List>>,
    pub number: Option<i64>,
}

#[entify::actions]
impl Note {
    /// Moves it, and leaves a note of the same number without an owner where it was.
    #[action(policy = ActsOfCase)]
    async fn carry(ctx: &Ctx, note: NoteModel, input: Moving) -> entify::Result<()> {
        let key = Value::Int(note.id.get());
        let to = input.list.map(|list| list.id().get());
        write(ctx, Some(&key), json!({"list_id": to, "number": input.number})).await?;
        let left = json!({"number": input.number, "open": false, "list_id": note.list_id.map(Id::get)});
        write(ctx, None, left).await
    }

    /// Makes a note in a list; one with the number 0 in none, whichever list is named.
    #[action(collection, policy = ActsOfCase)]
    async fn put(ctx: &Ctx, input: Moving) -> entify::Result<()> {
        let list = input.list.filter(|_| input.number != Some(0)).map(|list| list.id().get());
        write(ctx, None, json!({"number": input.number, "open": true, "list_id": list})).await
    }
}

/// Changes a note, or makes one.
async fn write(ctx: &Ctx, key: Option<&Value>, json: serde_json::Value) -> entify::Result<()> {
    let info = Note::def().info();
    let records = Records::new(ctx, info);
    let members = json.as_object().cloned().unwrap_or_default();
    match key {
        Some(key) => {
            records.update(key, InputForm::update(info, Surface::Rest).read_json(members)).await.map(drop)
        }
        None => records.create(InputForm::create(info, Surface::Rest).read_json(members)).await.map(drop),
    }
}

pub(super) fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![List, Note, Pin].to_vec()
}
