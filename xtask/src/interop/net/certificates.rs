//! Certificates made by OpenSSL: those of a trusted authority, and those that must be rejected.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use super::file;

/// A certificate and its key, as files.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// All certificates of a run.
pub(super) struct Certificates {
    /// The authority that the clients trust.
    pub(super) authority: Pair,
    /// An untrusted one.
    pub(super) stranger: Pair,
    pub(super) good: Pair,
    pub(super) expired: Pair,
    pub(super) other_host: Pair,
    pub(super) self_signed: Pair,
    pub(super) unknown: Pair,
    /// A client certificate by the same authority.
    pub(super) client: Pair,
    /// A client certificate by the other one.
    pub(super) stranger_client: Pair,
}

const HERE: &str = "subjectAltName=DNS:localhost,DNS:workspace.invalid,IP:127.0.0.1";
const ELSEWHERE: &str = "subjectAltName=DNS:other.invalid";
const CLIENT: &str = "extendedKeyUsage=clientAuth";

/// The start and the end of validity, in the format of `openssl ca`.
const NOW: Option<[&str; 2]> = None;
const PAST: Option<[&str; 2]> = Some(["20200101000000Z", "20200102000000Z"]);

impl Certificates {
    pub(super) fn make(sh: &Shell, folder: &Path) -> anyhow::Result<Self> {
        let maker = Maker { sh, folder };
        let authority = maker.root("authority", "keyUsage=critical,keyCertSign")?;
        let stranger = maker.root("stranger", "keyUsage=critical,keyCertSign")?;
        Ok(Self {
            good: maker.issue("good", &authority, HERE, NOW)?,
            expired: maker.issue("expired", &authority, HERE, PAST)?,
            other_host: maker.issue("other-host", &authority, ELSEWHERE, NOW)?,
            self_signed: maker.root("self-signed", HERE)?,
            unknown: maker.issue("unknown", &stranger, HERE, NOW)?,
            client: maker.issue("client", &authority, CLIENT, NOW)?,
            stranger_client: maker.issue("stranger-client", &stranger, CLIENT, NOW)?,
            authority,
            stranger,
        })
    }
}

struct Maker<'a> {
    sh: &'a Shell,
    folder: &'a Path,
}

impl Maker<'_> {
    fn pair(&self, name: &str) -> Pair {
        let certificate = file(self.folder, &format!("{name}.pem"));
        Pair { certificate, key: file(self.folder, &format!("{name}.key")) }
    }

    /// A self-signed one.
    fn root(&self, name: &str, extension: &str) -> anyhow::Result<Pair> {
        let pair = self.pair(name);
        let Pair { certificate, key } = &pair;
        let subject = format!("/CN={name}");
        let kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        cmd!(
            self.sh,
            "openssl req -x509 -newkey {kind...} -days 2 -subj {subject} -addext {extension}
             -keyout {key} -out {certificate}"
        )
        .quiet()
        .ignore_stderr()
        .run()
        .with_context(|| format!("openssl made no certificate {name}"))?;
        Ok(pair)
    }

    fn issue(
        &self,
        name: &str,
        by: &Pair,
        extension: &str,
        valid: Option<[&str; 2]>,
    ) -> anyhow::Result<Pair> {
        let pair = self.pair(name);
        let Pair { certificate, key } = &pair;
        let request = file(self.folder, &format!("{name}.csr"));
        let subject = format!("/CN={name}");
        let kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        cmd!(
            self.sh,
            "openssl req -new -newkey {kind...} -subj {subject} -keyout {key} -out {request}"
        )
        .quiet()
        .ignore_stderr()
        .run()?;
        // `openssl x509` cannot make an expired one; `openssl ca` can, with a folder for its
        // database.
        let books = self.sh.create_dir(file(self.folder, &format!("{name}.ca")))?;
        let (settings, extensions) = (books.join("ca.cnf"), books.join("extensions"));
        self.sh.write_file(books.join("index.txt"), "")?;
        self.sh.write_file(&extensions, format!("{extension}\n"))?;
        let text = format!(
            "[ca]\ndefault_ca=books\n[books]\ndatabase={0}/index.txt\nnew_certs_dir={0}\n\
             rand_serial=yes\ndefault_md=sha256\ndefault_days=2\npolicy=names\n\
             [names]\ncommonName=supplied\n",
            books.display()
        );
        self.sh.write_file(&settings, text)?;
        let valid =
            valid.map_or_else(Vec::new, |[from, to]| vec!["-startdate", from, "-enddate", to]);
        let (ca, ca_key) = (&by.certificate, &by.key);
        cmd!(
            self.sh,
            "openssl ca -batch -notext -config {settings} -in {request} -cert {ca} -keyfile {ca_key}
             -extfile {extensions} {valid...} -out {certificate}"
        )
        .quiet()
        .ignore_stderr()
        .run()
        .with_context(|| format!("openssl made no certificate {name}"))?;
        Ok(pair)
    }
}
