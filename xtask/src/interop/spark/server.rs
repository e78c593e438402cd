//! The running server: started on a free loopback port, stopped when its guard is dropped.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use xshell::Shell;

use super::{loopback, process::Process};
use crate::report;

/// The time limit for the start of the server, even with a cold disk and a busy machine.
const START_LIMIT: Duration = Duration::from_secs(180);
/// The path of the server's endpoint.
const HTTP_PATH: &str = "cliservice";
/// The number of log lines shown after a failure.
const TAIL_LINES: usize = 40;

/// The folder of Spark, and the folder for its runs.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) spark: PathBuf,
    pub(super) dir: PathBuf,
}

impl Home {
    /// The working folder of a run: the log, the tables, scratch files.
    fn run(&self) -> PathBuf {
        self.dir.join("run")
    }

    fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    fn pid_file(&self) -> PathBuf {
        self.dir.join("server.pid")
    }

    /// Prints the last lines of the server's log.
    pub(super) fn show_log_tail(&self) {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n");
        report::problem(&format!("the last lines of {}:\n{tail}", self.log().display()));
    }
}

/// A server that was started here. Dropping it stops the server, even during a panic.
#[derive(Debug)]
pub(super) struct Server {
    sh: Shell,
    /// `None` once the server was stopped or detached.
    running: Option<(Child, Process)>,
    pid: u32,
    port: u16,
    pid_file: PathBuf,
}

impl Server {
    /// Starts a server and waits until it responds. One from an earlier run is stopped first.
    pub(super) fn start(sh: &Shell, home: &Home, keep: bool) -> anyhow::Result<Self> {
        stop_leftover(sh, &home.pid_file())?;
        // The catalog is in memory: data files of an earlier run would only conflict with new
        // tables.
        sh.remove_path(home.run())?;
        sh.create_dir(home.run().join("tmp"))?;
        let shim = loopback::build_shim(sh, &home.dir)?;
        write_log_settings(&home.dir.join("conf"))?;

        let port = free_port()?;
        let began = Instant::now();
        let child = command(home, &shim, port, keep)?.spawn().context("cannot run spark-submit")?;
        let pid = child.id();
        let process = Process::find(pid).context("spark-submit ended at once")?;
        let mut server = Self {
            sh: sh.clone(),
            running: Some((child, process)),
            pid,
            port,
            pid_file: home.pid_file(),
        };
        process.write_to(&server.pid_file)?;
        if let Err(error) = server.wait_until_ready() {
            home.show_log_tail();
            return Err(error);
        }
        report::say(&format!("started in {}", report::seconds(began.elapsed())));
        Ok(server)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}:{}/{HTTP_PATH}", Ipv4Addr::LOCALHOST, self.port)
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Stops the server and waits until it is gone.
    pub(super) fn stop(&mut self) -> anyhow::Result<()> {
        let Some((mut child, process)) = self.running.take() else { return Ok(()) };
        process.terminate(&self.sh)?;
        child.wait()?;
        fs::remove_file(&self.pid_file)?;
        report::say(&format!("stopped Spark's Thrift server (pid {})", self.pid));
        Ok(())
    }

    /// Lets the server continue after this command; the pid file identifies it to the next one.
    pub(super) fn leave_running(mut self) {
        self.running = None;
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            if let Some((child, _)) = &mut self.running
                && let Some(status) = child.try_wait()?
            {
                self.running = None;
                bail!("Spark's Thrift server ended while it started ({status})");
            }
            if answers(self.port) {
                return loopback::verify(self.pid, self.port);
            }
            if began.elapsed() > START_LIMIT {
                bail!(
                    "Spark's Thrift server did not answer within {}",
                    report::seconds(START_LIMIT)
                );
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            report::problem(&format!(
                "cannot stop Spark's Thrift server (pid {}): {error:#}",
                self.pid
            ));
        }
    }
}

fn stop_leftover(sh: &Shell, pid_file: &Path) -> anyhow::Result<()> {
    if let Some(process) = Process::from_file(pid_file) {
        report::say(&format!("stopping the server that an earlier run left (pid {})", process.pid));
        process.terminate(sh)?;
    }
    Ok(())
}

/// Returns a free port. If another process binds it before Spark does, the start fails.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Whether the endpoint is up: it responds with 401 to a request without credentials.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /{HTTP_PATH} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status)?;
        Ok(status)
    };
    ask().is_ok_and(|status| status.split_whitespace().nth(1) == Some("401"))
}

/// By default Spark logs a page per statement.
fn write_log_settings(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir)?;
    let settings = "\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss.SSS} %p %c{1}: %m %ex{short.message}%n
";
    fs::write(dir.join("log4j2.properties"), settings)?;
    Ok(())
}

/// The command of the server: spark-submit replaces itself with java, so the process id stays.
fn command(home: &Home, shim: &Path, port: u16, keep: bool) -> anyhow::Result<Command> {
    let run = home.run();
    let log = File::create(home.log())?;
    let mut command = Command::new(home.spark.join("bin").join("spark-submit"));
    command
        .current_dir(&run)
        .env("SPARK_HOME", &home.spark)
        .env("SPARK_CONF_DIR", home.dir.join("conf"))
        .env("SPARK_LOCAL_IP", "127.0.0.1")
        .env("LD_PRELOAD", shim)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .args(["--master", "local[4]", "--driver-memory", "2g"])
        .args(["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"])
        .arg("--driver-java-options")
        .arg(format!("-Djava.io.tmpdir={} -XX:-UsePerfData", run.join("tmp").display()));
    for (key, value) in settings(&run, port) {
        command.arg("--conf").arg(format!("{key}={value}"));
    }
    command.arg("spark-internal");
    // In our process group a Ctrl-C also reaches the server; a server to be kept must not get it.
    #[cfg(unix)]
    if keep {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    Ok(command)
}

/// The settings that the suite needs, and that isolate the server.
fn settings(run: &Path, port: u16) -> Vec<(&'static str, String)> {
    let below = |path: &str| run.join(path).display().to_string();
    let own = |text: &str| text.to_owned();
    vec![
        ("spark.ui.enabled", own("false")),
        ("spark.driver.host", own("127.0.0.1")),
        ("spark.driver.bindAddress", own("127.0.0.1")),
        ("spark.local.dir", below("tmp")),
        ("spark.sql.catalogImplementation", own("in-memory")),
        ("spark.sql.warehouse.dir", below("warehouse")),
        ("spark.sql.session.timeZone", own("UTC")),
        ("spark.sql.shuffle.partitions", own("2")),
        ("spark.sql.ansi.enabled", own("false")),
        ("spark.hadoop.hive.exec.scratchdir", below("tmp/scratch")),
        ("spark.hadoop.hive.exec.local.scratchdir", below("tmp/local-scratch")),
        ("spark.hadoop.hive.server2.logging.operation.log.location", below("tmp/operation-logs")),
        ("spark.hadoop.hive.server2.transport.mode", own("http")),
        ("spark.hadoop.hive.server2.thrift.bind.host", own("127.0.0.1")),
        ("spark.hadoop.hive.server2.thrift.http.port", port.to_string()),
        ("spark.hadoop.hive.server2.thrift.http.path", own(HTTP_PATH)),
        ("spark.hadoop.hive.server2.authentication", own("NONE")),
        ("spark.hadoop.hive.server2.long.polling.timeout", own("5000ms")),
        // An idle session ends within 23 s, so that a test can see one expire: one in which every
        // operation has been closed. An open operation, finished or not, keeps its session.
        ("spark.hadoop.hive.server2.idle.session.timeout", own("20s")),
        ("spark.hadoop.hive.server2.session.check.interval", own("3s")),
        ("spark.hadoop.hive.server2.idle.session.check.operation", own("true")),
    ]
}
