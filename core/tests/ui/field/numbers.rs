use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, index(comments_count))]
pub struct Post {
    #[entity(inverse = post)]
    comments: Many<Comment>,
    #[entity(computed(count(comments)))]
    comments_count: i64,
    #[entity(computed(count(coments)))]
    misspelt: i64,
    #[entity(computed(cuont(comments)))]
    unknown: i64,
    #[entity(computed(count(comments.stars)))]
    of_a_field: i64,
    #[entity(computed(sum(comments)))]
    of_no_field: Option<i64>,
    #[entity(computed(count(comments)))]
    small: i32,
    #[entity(computed(count(comments)))]
    optional: Option<i64>,
    #[entity(computed(exists(comments)))]
    number: i64,
    #[entity(computed(sum(comments.stars)))]
    required: i64,
    #[entity(computed(count(comments)), unique, default = 1, search)]
    stored: i64,
    #[entity(computed(avg(comments.stars)), scale = 2)]
    scaled: Option<Decimal>,
    #[entity(computed(count(comments), when = true))]
    when: i64,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Comment {
    stars: i32,
    post: One<Post>,
}

fn main() {}
