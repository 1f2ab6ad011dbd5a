//! What the tracker declares, a file each. Whose rows are whose is said by the way to the members of the organisation;
//! [`Managers`] is the one rule in Rust. What someone may not see they can neither refer to nor change, so `write = owner(author)` is
//! enough for a comment.

mod comment;
mod issue;
mod issue_label;
mod label;
mod managers;
mod member;
mod milestone;
mod notification;
mod organisation;
mod person;
mod project;
mod time_entry;

pub use comment::*;
pub use issue::*;
pub use issue_label::*;
pub use label::*;
pub use managers::*;
pub use member::*;
pub use milestone::*;
pub use notification::*;
pub use organisation::*;
pub use person::*;
pub use project::*;
pub use time_entry::*;
