//! The program: its server and its commands (`{{name}} --help`).

fn main() -> std::process::ExitCode {
    {{module}}::app().main()
}
