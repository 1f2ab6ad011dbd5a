use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    email: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(on_delete = cascade)]
    author: One<User>,
}

async fn mixed(ctx: &Ctx, user: Id<User>, post: Id<Post>) {
    let _ = PostService::new(ctx).get(user).await;
    let _ = PostInput::new(post);
    let _ = UserService::new(ctx).delete(post).await;
    let _ = Post::author().is(User::id().eq(post));
    let _ = user == post;
}

fn main() {}
