//! Small real programs: their output, and each way in which they can fail.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// A shell that runs `script`.
fn sh(script: &str) -> Subprocess {
    Subprocess::new("sh").args(["-c", script])
}

fn after(duration: Duration) -> Instant {
    Runtime::real().now() + duration
}

async fn run(subprocess: Subprocess) -> Result<SubprocessOutput, SubprocessError> {
    let subprocess = match subprocess.deadline {
        Some(_) => subprocess,
        None => subprocess.deadline(after(Duration::from_secs(60))),
    };
    Runtime::real().run_subprocess(&subprocess).await
}

async fn kind_of(subprocess: Subprocess) -> SubprocessErrorKind {
    run(subprocess).await.expect_err("an error").kind()
}

/// Returns `true` if the process exists and is not a zombie.
fn is_alive(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"))
}

/// Waits until the process is gone.
async fn gone(pid: &str) -> bool {
    for _ in 0..500 {
        if !is_alive(pid) {
            return true;
        }
        Runtime::real().sleep(Duration::from_millis(10)).await;
    }
    false
}

/// Waits until the file has a whole line, and returns it.
async fn line_in(path: &Path) -> String {
    for _ in 0..3000 {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if let Some(line) = text.strip_suffix('\n') {
            return line.to_owned();
        }
        Runtime::real().sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was written");
}

#[tokio::test]
async fn program_has_its_arguments_and_environment_only() {
    let program = sh(r#"echo "$1 $ADDED ${HOME-none}"; echo oops >&2; cat"#)
        .args(["name", "an argument"])
        .env("ADDED", "added")
        .env_remove("HOME");
    let output = run(program).await.expect("it runs");
    assert_eq!(output.stdout, b"an argument added none\n", "cat finds no input");
    assert_eq!(output.stderr, b"oops\n");
}

#[tokio::test]
async fn both_pipes_are_read_at_once() {
    // More than a pipe holds, first on one and then on the other.
    let script = "head -c 200000 /dev/zero >&2; head -c 200000 /dev/zero";
    let output = run(sh(script).output_limit(200_000)).await.expect("it runs");
    assert_eq!((output.stdout.len(), output.stderr.len()), (200_000, 200_000));
}

#[tokio::test]
async fn missing_program_is_named_without_its_path() {
    let error = run(Subprocess::new("dbsql-no-such-program")).await.expect_err("missing");
    assert_eq!(error.kind(), SubprocessErrorKind::NotFound);
    assert_eq!(error.to_string(), "program `dbsql-no-such-program` not found");
}

#[tokio::test]
async fn file_without_execute_permission_is_not_executable() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("program");
    std::fs::write(&path, "#!/bin/sh\n").expect("a file");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("permissions");
    assert_eq!(kind_of(Subprocess::new(path)).await, SubprocessErrorKind::NotExecutable);
}

#[tokio::test]
async fn exit_code_and_signal_are_distinguished() {
    let error = run(sh("echo out; echo why >&2; exit 3")).await.expect_err("it fails");
    assert_eq!(error.kind(), SubprocessErrorKind::Failed { code: 3 });
    assert_eq!((error.stdout(), error.stderr()), (&b"out\n"[..], &b"why\n"[..]));
    assert_eq!(kind_of(sh("kill -9 $$")).await, SubprocessErrorKind::Killed { signal: 9 });
}

#[tokio::test]
async fn program_over_the_output_limit_is_killed() {
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    for stream in ["", ">&2"] {
        let script = format!("echo $$ >{}; cat /dev/zero {stream}", pid.display());
        assert_eq!(kind_of(sh(&script)).await, SubprocessErrorKind::TooMuchOutput);
        assert!(gone(&line_in(&pid).await).await);
    }
    let exact = run(sh("head -c 10 /dev/zero").output_limit(10)).await.expect("just enough");
    assert_eq!(exact.stdout.len(), 10);
    let kind = kind_of(sh("head -c 11 /dev/zero").output_limit(10)).await;
    assert_eq!(kind, SubprocessErrorKind::TooMuchOutput);
}

#[tokio::test]
async fn deadline_kills_the_process_group() {
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    let script = format!("sleep 600 & echo $! >{}; wait", pid.display());
    let program = sh(&script).deadline(after(Duration::from_secs(2)));
    assert_eq!(kind_of(program).await, SubprocessErrorKind::TimedOut);
    assert!(gone(&line_in(&pid).await).await, "the grandchild is still there");
}

#[tokio::test]
async fn dropped_future_kills_the_process_group() {
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    let script = format!("sleep 600 & echo $! >{}; wait", pid.display());
    let tasks = Runtime::real().tasks();
    tasks.spawn(async move {
        let _ = run(sh(&script)).await;
    });
    let grandchild = line_in(&pid).await;
    assert!(is_alive(&grandchild));
    drop(tasks);
    assert!(gone(&grandchild).await, "the grandchild is still there");
}

#[tokio::test]
async fn grandchild_holding_the_pipe_is_not_waited_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    let script = format!("echo token; sleep 600 & echo $! >{}", pid.display());
    let output = run(sh(&script)).await.expect("the program itself ended well");
    assert_eq!(output.stdout, b"token\n");
    let grandchild = line_in(&pid).await;
    assert!(is_alive(&grandchild), "a program may leave a service behind");
    assert!(sh_kill(&grandchild).await.is_ok());
}

async fn sh_kill(pid: &str) -> Result<SubprocessOutput, SubprocessError> {
    run(Subprocess::new("kill").arg(pid)).await
}

#[tokio::test]
async fn launched_program_outlives_the_call() {
    let dir = tempfile::tempdir().expect("a folder");
    let pid = dir.path().join("pid");
    let runtime = Runtime::real();
    let program = sh(&format!("echo $$ >{}; exec sleep 600", pid.display()));
    runtime.launch(&program).await.expect("it starts");
    let pid = line_in(&pid).await;
    assert!(is_alive(&pid));
    assert!(sh_kill(&pid).await.is_ok());
    assert!(gone(&pid).await);

    let failing = sh("exit 3").deadline(after(Duration::from_secs(60)));
    let error = runtime.launch(&failing).await.expect_err("it fails at once");
    assert_eq!(error.kind(), SubprocessErrorKind::Failed { code: 3 });
    let error = runtime.launch(&Subprocess::new("dbsql-no-such-program")).await;
    assert_eq!(error.expect_err("missing").kind(), SubprocessErrorKind::NotFound);
}

#[test]
fn running_without_an_io_driver_is_a_typed_error() {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("one");
    let kind = tokio.block_on(kind_of(sh("true")));
    assert!(matches!(kind, SubprocessErrorKind::NoRuntime(_)), "{kind:?}");
}

#[tokio::test]
async fn arguments_and_output_are_not_printed() {
    let program = sh("echo canary; echo canary >&2; exit $1").args(["canary", "1"]);
    let program = program.env("SECRET", "canary");
    let error = run(program.clone()).await.expect_err("it fails");
    let printed = format!("{program:?} {error} {error:?}");
    assert!(!printed.contains("canary"), "{printed}");
    let output = run(sh("echo canary")).await.expect("it runs");
    assert!(!format!("{output:?}").contains("canary"));
}
