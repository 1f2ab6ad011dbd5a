//! Unit tests that measure the memory of a process: each in one of its own, since other tests grow this one.

/// Runs an ignored test of this program alone, by its whole path; it must pass.
pub(crate) fn run_alone(test: &str) {
    let this = std::env::current_exe().expect("this program");
    let process =
        std::process::Command::new(this).args(["--exact", "--ignored", test]).output().expect("a process");
    let output = String::from_utf8_lossy(&process.stdout);
    assert!(process.status.success() && output.contains("1 passed"), "{output}");
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> Option<u64> {
    bytes_of("VmRSS:")
}

/// Bytes of this process that are in memory, at most so far.
pub(crate) fn peak() -> Option<u64> {
    bytes_of("VmHWM:")
}

fn bytes_of(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
