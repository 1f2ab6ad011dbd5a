//! `schema`.

use std::path::PathBuf;

#[cfg(feature = "rest")]
use clap::ValueEnum;
use clap::{Args, Subcommand};

use crate::cli::failure::{Failure, Outcome};
use crate::files;
#[cfg(feature = "rest")]
use crate::rest::OpenApiVersion;
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
    Openapi(OpenapiOutput),
}

#[cfg(feature = "rest")]
#[derive(Debug, Args)]
pub(super) struct OpenapiOutput {
    #[command(flatten)]
    output: SchemaOutput,
    /// The version of OpenAPI
    #[arg(long, value_name = "VERSION", default_value = "3.0")]
    openapi_version: Version,
}

#[cfg(feature = "rest")]
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "3.0")]
    V3_0,
    #[value(name = "3.1")]
    V3_1,
}

#[cfg(feature = "rest")]
impl From<Version> for OpenApiVersion {
    fn from(version: Version) -> Self {
        match version {
            Version::V3_0 => Self::V3_0,
            Version::V3_1 => Self::V3_1,
        }
    }
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
            Self::Openapi(OpenapiOutput { output, openapi_version }) => {
                let spec = app.surfaces.rest.spec(&app.about, &registry, openapi_version.into());
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
