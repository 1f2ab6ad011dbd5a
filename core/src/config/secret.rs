//! The secret that signs cursors, sessions and form tokens.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use crate::config::{Settings, SettingsError};

/// The file, beside the database, in which a generated secret is stored.
const FILE: &str = "secret.key";

impl Settings {
    /// The secret: `SECRET_KEY`, or in development one that is generated on first use and stored in the data
    /// folder, so that cursors and sessions survive a restart.
    ///
    /// # Errors
    /// [`SettingsError`] when the file cannot be written or read.
    pub fn secret(&self) -> Result<Vec<u8>, SettingsError> {
        match &self.secret_key {
            Some(secret) => Ok(secret.clone().into_bytes()),
            None => match self.data_folder() {
                Some(folder) => read_or_generate(&folder.join(FILE)),
                None => generate().map(String::into_bytes),
            },
        }
    }

    /// The folder of the SQLite file, `data` on PostgreSQL; none for a database in memory.
    fn data_folder(&self) -> Option<PathBuf> {
        let Some(file) = self.database_url.strip_prefix("sqlite:") else {
            return Some(PathBuf::from("data"));
        };
        if file.contains(":memory:") || file.contains("mode=memory") {
            return None;
        }
        let file = file.strip_prefix("//").unwrap_or(file);
        let file = file.split('?').next().unwrap_or(file);
        Some(Path::new(file).parent().unwrap_or(Path::new("")).to_owned())
    }
}

fn generate() -> Result<String, SettingsError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| SettingsError(format!("no random numbers to make a secret of: {error}")))?;
    Ok(BASE64.encode(bytes))
}

/// The secret in the file, which is generated when missing. It is written under another name and then linked, so that of two processes that start
/// at once both read the same whole secret.
fn read_or_generate(path: &Path) -> Result<Vec<u8>, SettingsError> {
    let file_error = |error: std::io::Error| {
        // The folder is a part of `DATABASE_URL`.
        SettingsError(format!(
            "cannot store the secret in {FILE}, beside the database: {error}; or set `SECRET_KEY`"
        ))
    };
    if !path.exists() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(file_error)?;
        }
        let temporary = path.with_extension(format!("key.{}", std::process::id()));
        let linked =
            write_private(&temporary, &generate()?).and_then(|()| std::fs::hard_link(&temporary, path));
        // Whether or not it became the secret, the temporary file is no longer needed.
        let _ = std::fs::remove_file(&temporary);
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(file_error(error)),
            _ => {}
        }
    }
    let secret = std::fs::read(path).map_err(file_error)?;
    if secret.len() < 32 {
        return Err(SettingsError(format!(
            "{FILE}, beside the database, is shorter than 32 bytes; remove it to have a new one made"
        )));
    }
    Ok(secret)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_secret_is_private_and_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/data/app.db?mode=rwc", folder.path().display());
        let settings = Settings { database_url: url, ..Settings::default() };
        let first = settings.secret().unwrap();
        assert!(first.len() >= 32);
        assert_eq!(settings.secret().unwrap(), first);
        let files = std::fs::read_dir(folder.path().join("data")).unwrap();
        assert_eq!(files.count(), 1, "no temporary file is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = std::fs::metadata(folder.path().join("data/secret.key")).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn the_set_secret_is_used_as_it_is() {
        let settings = Settings { secret_key: Some("k".repeat(40)), ..Settings::default() };
        assert_eq!(settings.secret().unwrap(), vec![b'k'; 40]);
    }
}
