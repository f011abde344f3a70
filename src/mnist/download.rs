//! Fetches the MNIST files that are not on the disk.
use super::idx;
use crate::error::ensure;
use crate::whole_file;
use indicatif::{ProgressBar, ProgressDrawTarget};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::Duration;
use ureq::Agent;

pub const MIRRORS: [&str; 2] =
    ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

/// Each file and the SHA-256 of its unpacked content.
const FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
];
/// More than any of them has: a mirror that sends rubbish must not fill the memory.
const LIMIT: u64 = 64 << 20;

/// Completes the four files in `dir`, each from the first mirror that has it. A file appears whole or not at all.
pub fn fetch_missing(dir: &Path, mirrors: &[String]) -> Result<(), String> {
    let cannot = |e: io::Error| format!("cannot write to {}: {e}", dir.display());
    fs::create_dir_all(dir).map_err(cannot)?;
    let seconds = |s| Some(Duration::from_secs(s));
    let config = Agent::config_builder().timeout_connect(seconds(10)).timeout_recv_response(seconds(30));
    let agent = Agent::new_with_config(config.timeout_per_read(seconds(30)).build());
    for (name, sum) in FILES {
        let packed = format!("{name}.gz");
        if let Some(path) = [name, &packed].map(|name| dir.join(name)).iter().find(|path| path.exists()) {
            ensure!(
                idx::open(path).and_then(|file| sum_of(BufReader::new(file))).is_ok_and(|found| found == sum),
                "{} is not MNIST's, so what it lacks cannot be fetched: remove it or use another directory",
                path.display()
            );
            continue;
        }
        let mut failures = Vec::new();
        let bytes = mirrors.iter().find_map(|mirror| {
            let url = format!("{}/{packed}", mirror.trim_end_matches('/'));
            println!("{}: fetching {url}", dir.display());
            fetch(&agent, &url, sum).map_err(|e| failures.push(format!("{url}: {e}"))).ok()
        });
        let Some(bytes) = bytes else {
            return Err(format!("{packed} could not be fetched ({}): is there a network?", failures.join("; ")));
        };
        whole_file::write(dir.join(&packed), bytes).map_err(cannot)?;
    }
    Ok(())
}

fn fetch(agent: &Agent, url: &str, expected: &str) -> Result<Vec<u8>, String> {
    let body = agent.get(url).call().map_err(|e| e.to_string())?.into_body();
    let bar = ProgressBar::with_draw_target(body.content_length(), ProgressDrawTarget::stdout());
    let mut bytes = Vec::new();
    let result = bar.wrap_read(body.into_reader().take(LIMIT)).read_to_end(&mut bytes);
    bar.finish_and_clear();
    let found = result.and_then(|_| sum_of(&bytes[..])).map_err(|e| e.to_string())?;
    if found == expected { Ok(bytes) } else { Err(format!("its SHA-256 is {found}, but {expected} was expected")) }
}

fn sum_of(file: impl io::BufRead) -> io::Result<String> {
    let mut content = Vec::new();
    idx::unpacked(file)?.take(LIMIT).read_to_end(&mut content)?;
    Ok(Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect())
}
