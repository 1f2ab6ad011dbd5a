use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    title: String,
}

impl Hooks for Post {
    async fn after_create(_: &Ctx, _: &PostModel) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
