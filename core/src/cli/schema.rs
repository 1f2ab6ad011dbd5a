//! `schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::failure::{Failure, Outcome};
use crate::files;
use crate::server::App;
#[cfg(feature = "rest")]
use crate::server::StartError;

/// Write the API's schema.
#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// The GraphQL schema, in SDL
    #[cfg(feature = "graphql")]
    Graphql {
        /// As a subgraph of Apollo Federation 2, which a gateway composes with others
        #[arg(long)]
        federation: bool,
        #[command(flatten)]
        output: SchemaOutput,
    },
    /// The OpenAPI document, in JSON
    #[cfg(feature = "rest")]
    Openapi(SchemaOutput),
}

#[derive(Debug, Args)]
pub(super) struct SchemaOutput {
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl SchemaCommand {
    pub(super) fn run(self, app: App) -> Outcome {
        let registry = app.registry()?;
        match self {
            #[cfg(feature = "graphql")]
            Self::Graphql { federation: false, output } => {
                output.write(&app.surfaces.graphql.schema(&registry)?.sdl())
            }
            #[cfg(feature = "graphql")]
            Self::Graphql { federation: true, output } => {
                let schema = app.federation().surfaces.graphql.schema(&registry)?;
                output.write(schema.subgraph().unwrap_or_default())
            }
            #[cfg(feature = "rest")]
            Self::Openapi(output) => {
                let spec = app.surfaces.rest.spec(&app.about, &registry);
                output.write(&spec.map_err(StartError::from)?)
            }
        }
    }
}

impl SchemaOutput {
    fn write(self, text: &str) -> Outcome {
        let text = format!("{}\n", text.trim_end());
        match self.out {
            None => {
                super::print_line(text.trim_end());
                Ok(())
            }
            Some(path) => files::write(&path, &text)
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display()))),
        }
    }
}
