//! Finding PostgreSQL on the machine, and a user that may run it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs of a cluster.
#[derive(Debug)]
pub(super) struct Binaries {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

/// Searches PATH, the folder that `pg_config` prints, and Debian's folders of versions, the newest first.
pub(super) fn find() -> Option<Binaries> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(of_pg_config());
    folders.extend(of_debian());
    folders.iter().find_map(|folder| in_folder(folder))
}

fn in_folder(folder: &Path) -> Option<Binaries> {
    let binaries = Binaries { initdb: folder.join("initdb"), postgres: folder.join("postgres") };
    (binaries.initdb.is_file() && binaries.postgres.is_file()).then_some(binaries)
}

fn of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(folder.trim()))
}

fn of_debian() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    folders.into_iter().map(|(_, folder)| folder).collect()
}

/// PostgreSQL refuses to run as root: the user and group to run it as instead, when this process is root.
pub(super) fn unprivileged_user() -> Option<(u32, u32)> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = ["postgres", "nobody"].iter().find_map(|name| ids_of(&users, name));
    assert!(
        user.is_some(),
        "PostgreSQL refuses to run as root, and /etc/passwd has neither `postgres` nor `nobody`"
    );
    user
}

fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
