//! The admin through a real server, on both databases.

mod access;
mod deleting;
mod formats;
mod forms;
mod interrupted;
mod kept;
mod labels;
mod lists;
mod looks;
mod merging;
mod mounted;
mod people;
mod pickers;
mod truth;

use entify::prelude::*;

use crate::support::browser::Page;
use crate::support::domain::*;

async fn user(ctx: &Ctx, email: &str) -> UserModel {
    UserService::new(ctx).create(UserInput::new(email)).await.expect("a user")
}

async fn post(ctx: &Ctx, title: &str, author: &UserModel) -> PostModel {
    PostService::new(ctx).create(PostInput::new(title, author.id)).await.expect("a post")
}

/// The address of the link with this text.
fn href(page: &Page, text: &str) -> String {
    let end = page.body.find(&format!("\">{text}</a>")).unwrap_or_else(|| panic!("no {text}: {}", page.body));
    let start = page.body[..end].rfind("href=\"").expect("an address") + 6;
    page.body[start..end].replace("&#38;", "&").replace("&amp;", "&")
}
