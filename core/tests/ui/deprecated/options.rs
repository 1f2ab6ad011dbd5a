use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, deprecated)]
pub struct Bare {
    #[entity(deprecated = "2")]
    value: String,
    #[entity(deprecated(sinc = "2"))]
    misspelt: String,
    #[entity(deprecated(since = 2, note = ""))]
    no_text: String,
    #[entity(deprecated(sunset = "2027-02-29"))]
    no_day: String,
    #[entity(deprecated(since = "2027-03-01", sunset = "2027-02-28"))]
    gone_before: String,
    #[entity(deprecated(since = "2"), deprecated(note = "a"))]
    twice: String,
}

#[derive(EntityEnum)]
pub enum Colour {
    #[entity(deprecated(sunset = "soon"))]
    Red,
    #[entity(deprecated(since = " "))]
    Blue,
}

#[entify::actions]
impl Bare {
    /// Does it.
    #[action(policy = public, collection, deprecated(sunset = "2027-1-1"))]
    async fn act(_ctx: &Ctx) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
