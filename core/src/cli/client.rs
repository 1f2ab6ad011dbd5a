//! `client`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::cli::failure::{Failure, Outcome};
use crate::files;
use crate::rest::OpenApiVersion;
use crate::server::{App, StartError};
use crate::typescript::{self, Resource};

/// Write a client of the application's APIs.
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// A client in TypeScript, which needs no package: types, a method for each operation of REST, and GraphQL
    Typescript(ClientOutput),
}

#[derive(Debug, Args)]
pub(super) struct ClientOutput {
    /// The folder to write it to, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl ClientCommand {
    pub(super) fn run(self, app: App) -> Outcome {
        let Self::Typescript(ClientOutput { out }) = self;
        let registry = app.registry()?;
        let document =
            app.surfaces.rest.spec(&app.about, &registry, OpenApiVersion::V3_0).map_err(StartError::from)?;
        let files = typescript::client(&document, &Resource::all(&registry), cfg!(feature = "graphql"))
            .map_err(|error| Failure::new(format!("the OpenAPI document cannot be read: {error}")))?;
        std::fs::create_dir_all(&out).map_err(|error| unwritable(&out, &error))?;
        for file in &files {
            let path = out.join(file.name);
            files::write(&path, &file.text).map_err(|error| unwritable(&path, &error))?;
        }
        super::print_line(format!("wrote {} files to {}", files.len(), out.display()));
        Ok(())
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot write {}: {error}", path.display()))
}
