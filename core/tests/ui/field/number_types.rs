use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(inverse = post)]
    comments: Many<Comment>,
    #[entity(computed(sum(comments.stars)))]
    wrong_sum: Option<i32>,
    #[entity(computed(avg(comments.text)))]
    of_text: Option<Decimal>,
    #[entity(computed(max(comments.stars)))]
    wrong_max: Option<i64>,
    #[entity(computed(min(comments.sters)))]
    misspelt: Option<i32>,
    #[entity(computed(count(comments), where = Post::wrong_sum().is_null()))]
    of_another: i64,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Comment {
    stars: i32,
    text: String,
    post: One<Post>,
}

fn main() {}
