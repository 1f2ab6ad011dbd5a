//! What the given values already refuse runs no hook.

use std::sync::Mutex;

use entify::prelude::*;
use entify::testing::each_database;

/// The notes that hooks saw, of all tests at once: each test has subjects of its own.
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A note of someone.
#[derive(Entity)]
#[entity(hooks, policy(read = public, create = owner(author), update = owner(author), delete = nobody))]
pub struct OwnNote {
    #[entity(max_len = 40)]
    author: Option<String>,
    #[entity(max_len = 40, unique)]
    title: String,
}

impl Hooks for OwnNote {
    async fn before_create(ctx: &Ctx, input: &mut OwnNoteInput) -> entify::Result<()> {
        SEEN.lock().expect("no panic").push(input.title.clone());
        if input.author.is_none() {
            input.author = ctx.principal().subject().map(str::to_owned);
        }
        Ok(())
    }

    async fn before_update(_: &Ctx, current: &OwnNoteModel, _: &mut OwnNotePatch) -> entify::Result<()> {
        SEEN.lock().expect("no panic").push(format!("update of {}", current.title));
        Ok(())
    }
}

/// A principal that no other test has.
fn someone() -> (String, Principal) {
    let subject = Uuid::now_v7().simple().to_string();
    let principal = Subject::new(subject.as_str(), "Someone", Vec::new()).owning(subject.as_str());
    (subject, principal.into())
}

fn note(author: Option<&str>, title: String) -> OwnNoteInput {
    OwnNoteInput { author: author.map(str::to_owned), ..OwnNoteInput::new(title) }
}

fn seen(subject: &str) -> Vec<String> {
    SEEN.lock().expect("no panic").iter().filter(|title| title.contains(&subject[20..])).cloned().collect()
}

fn title(subject: &str, name: &str) -> String {
    format!("{name} {}", &subject[20..])
}

#[each_database(entities![OwnNote])]
async fn a_row_of_another_is_refused_before_any_hook(ctx: Ctx) {
    let (me, principal) = someone();
    let notes = ctx.with_principal(principal);
    let notes = OwnNoteService::new(&notes);
    let mine = note(Some(&me), title(&me, "mine"));
    let foreign = note(Some("somebody else"), title(&me, "foreign"));
    assert_eq!(notes.create_many(vec![mine.clone(), foreign.clone()]).await, Err(Error::Forbidden));
    assert_eq!(notes.create(foreign.clone()).await, Err(Error::Forbidden));
    assert_eq!(
        notes.upsert_many(OwnNote::title(), vec![mine, foreign]).await.map(|_| ()),
        Err(Error::Forbidden)
    );
    assert_eq!(seen(&me), Vec::<String>::new());
}

#[each_database(entities![OwnNote])]
async fn what_the_hook_decides_is_left_to_it(ctx: Ctx) {
    let (me, principal) = someone();
    let ctx = ctx.with_principal(principal);
    let made =
        OwnNoteService::new(&ctx).create(note(None, title(&me, "mine"))).await.expect("the hook adds me");
    assert_eq!(made.author.as_deref(), Some(&*me));
    assert_eq!(seen(&me).len(), 1);
}

#[each_database(entities![OwnNote])]
async fn a_row_that_is_given_away_is_refused_before_any_hook(ctx: Ctx) {
    let (me, principal) = someone();
    let ctx = ctx.with_principal(principal);
    let notes = OwnNoteService::new(&ctx);
    let made = notes.create(note(Some(&me), title(&me, "mine"))).await.expect("a note");
    let away =
        OwnNotePatch { author: Change::Set(Some("somebody else".to_owned())), ..OwnNotePatch::default() };
    assert_eq!(notes.update(made.id, away).await, Err(Error::Forbidden));
    assert_eq!(seen(&me).len(), 1, "that of the creation");
}
