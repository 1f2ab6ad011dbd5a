//! Rows that are deleted softly and whose changes are counted.

use entify::prelude::*;

/// Holds documents, which go with it and come back with it.
#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct Folder {
    #[entity(unique, max_len = 60, search)]
    name: String,
    #[entity(on_delete = cascade)]
    parent: Option<One<Folder>>,
    #[entity(inverse = folder)]
    documents: Many<Document>,
}

#[derive(Entity)]
#[entity(policy = public, version, soft_delete, unique(folder, title))]
pub struct Document {
    #[entity(unique, max_len = 80)]
    slug: String,
    #[entity(max_len = 200, search, sort, filter)]
    title: String,
    #[entity(on_delete = cascade)]
    folder: One<Folder>,
    #[entity(on_delete = set_null)]
    source: Option<One<Document>>,
    #[entity(inverse = document)]
    remarks: Many<Remark>,
    #[entity(through = DocumentLabel)]
    labels: Many<Label>,
}

/// Stays when its document is deleted softly, and goes when it is purged.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Remark {
    #[entity(max_len = 200, search)]
    text: String,
    #[entity(on_delete = cascade)]
    document: One<Document>,
}

/// Stands in the way of its document's deletion.
#[derive(Entity)]
#[entity(policy = public, version, soft_delete)]
pub struct Loan {
    #[entity(max_len = 60)]
    borrower: String,
    #[entity(on_delete = restrict)]
    document: One<Document>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Label {
    #[entity(unique, max_len = 40)]
    name: String,
    #[entity(through = DocumentLabel)]
    documents: Many<Document>,
}

#[derive(Entity)]
#[entity(policy = public, soft_delete, unique(document, label))]
pub struct DocumentLabel {
    #[entity(on_delete = cascade)]
    document: One<Document>,
    #[entity(on_delete = restrict)]
    label: One<Label>,
}
