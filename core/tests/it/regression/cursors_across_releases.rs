//! A cursor was bound to the numbers of columns: after a deployment that added one, every cursor of the release before
//! was refused.

use entify::prelude::*;
use entify::testing::each_database;

/// The release that made the cursor.
mod before {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public, order = title)]
    pub struct Note {
        #[entity(filter, sort)]
        title: String,
        #[entity(filter)]
        stars: i32,
        #[entity(inverse = note)]
        lines: Many<Line>,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Line {
        #[entity(filter)]
        text: String,
        note: One<Note>,
    }
}

/// The next one, with a column before all others.
mod after {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public, order = title)]
    pub struct Note {
        #[entity(filter)]
        colour: Option<String>,
        #[entity(filter, sort)]
        title: String,
        #[entity(filter)]
        stars: i32,
        #[entity(inverse = note)]
        lines: Many<Line>,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Line {
        #[entity(filter)]
        number: Option<i32>,
        #[entity(filter)]
        text: String,
        note: One<Note>,
    }
}

#[each_database(entities![after::Note, after::Line])]
async fn a_cursor_of_the_release_before_is_good(ctx: Ctx) {
    for (title, stars) in [("a", 1), ("b", 5), ("c", 5), ("d", 5)] {
        after::NoteService::new(&ctx).create(after::NoteInput::new(title, stars)).await.expect("a note");
    }
    let old = before::Note::stars().eq(5) & before::Note::lines().none(before::Line::text().eq("x"));
    let page =
        before::NoteService::new(&ctx).list(Query::filter(old.clone()).first(1)).await.expect("a page");
    assert_eq!(page.items[0].title, "b");
    let cursor = page.end_cursor.expect("a cursor");

    let new = after::Note::stars().eq(5) & after::Note::lines().none(after::Line::text().eq("x"));
    let next = after::NoteService::new(&ctx).list(Query::filter(new).first(2).after(&*cursor)).await;
    let titles: Vec<_> = next.expect("the next page").items.into_iter().map(|note| note.title).collect();
    assert_eq!(titles, ["c", "d"]);

    // Another question is another one still.
    let others = [
        after::Note::stars().eq(4) & after::Note::lines().none(after::Line::text().eq("x")),
        after::Note::stars().eq(5) & after::Note::lines().some(after::Line::text().eq("x")),
        after::Note::stars().eq(5) & after::Note::lines().none(after::Line::number().eq(1)),
        after::Note::stars().eq(5),
        Filter::all(),
    ];
    for other in others {
        let refused = after::NoteService::new(&ctx).list(Query::filter(other).after(&*cursor)).await;
        assert_eq!(refused.map(|page| page.items.len()), Err(Error::CursorMismatch));
    }
}
