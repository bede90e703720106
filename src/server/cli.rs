//! The command line.

/// Runs the command of the process's arguments and answers its exit code.
pub async fn run() -> std::process::ExitCode {
    unimplemented!()
}
