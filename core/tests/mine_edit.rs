//! Private.
#![allow(unreachable_pub, dead_code, unused)]
mod options {
    use entify::auth;
    use entify::entity::EntityDef;
    pub fn with_accounts(entities: &[&'static EntityDef]) -> Vec<&'static EntityDef> {
        [&auth::entities()[..], entities].concat()
    }
}
mod it {
    pub mod support;
    pub mod admin {
        use crate::support::browser::Page;
        use crate::support::domain::*;
        use entify::prelude::*;
        mod deleting;
        mod forms;
        mod history;
        mod inline;
        mod interrupted;
        mod kept;
        mod linking;
        mod merging;
        mod pickers;
        mod trash;
        mod truth;
        async fn user(ctx: &Ctx, email: &str) -> UserModel {
            UserService::new(ctx).create(UserInput::new(email)).await.expect("a user")
        }
        async fn post(ctx: &Ctx, title: &str, author: &UserModel) -> PostModel {
            PostService::new(ctx).create(PostInput::new(title, author.id)).await.expect("a post")
        }
        fn href(page: &Page, text: &str) -> String {
            let end = page
                .body
                .find(&format!("\">{text}</a>"))
                .unwrap_or_else(|| panic!("no {text}: {}", page.body));
            let start = page.body[..end].rfind("href=\"").expect("an address") + 6;
            page.body[start..end].replace("&#38;", "&").replace("&amp;", "&")
        }
    }
}
use it::support;
