//! Fetching the files that are missing, from a server on this machine: `cargo test --features download`.
#![cfg(feature = "download")]
use digitos::Error;
use digitos::mnist::{DataSets, ReadOptions};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

const MISSING: &str = "t10k-labels-idx1-ubyte.gz";
const OTHERS: [&str; 3] = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"];

fn mnist(file: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("MNISTdata").join(file)).unwrap()
}

/// The real MNIST files without the last, and nothing else.
fn incomplete(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    OTHERS.iter().for_each(|file| fs::write(dir.join(file), mnist(file)).unwrap());
    dir
}

fn files_in(dir: &PathBuf) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A mirror that has these files, says that they are `longer` bytes longer than what it sends, and remembers what
/// it was asked for.
struct Mirror {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

fn mirror(files: &[(&str, Vec<u8>)], longer: usize) -> Mirror {
    let files: HashMap<String, Vec<u8>> =
        files.iter().map(|(name, body)| (format!("/mnist/{name}"), body.clone())).collect();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/mnist/", server.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let lines: Vec<String> =
                BufReader::new(&stream).lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            let path = lines[0].split(' ').nth(1).unwrap().to_string();
            let (status, body) = files.get(&path).map_or(("404 Not Found", &[][..]), |body| ("200 OK", body));
            log.lock().unwrap().push(path);
            let length = body.len() + longer;
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    Mirror { address, asked }
}

fn read(dir: &PathBuf, mirrors: &[&Mirror]) -> Result<DataSets, Error> {
    ReadOptions::new().mirrors(mirrors.iter().map(|mirror| mirror.address.clone())).read(dir)
}

#[test]
fn all_four_files_are_fetched_into_a_new_directory() {
    let dir = incomplete("fetch-all").join("below/MNISTdata");
    let all = [OTHERS[0], OTHERS[1], OTHERS[2], MISSING].map(|file| (file, mnist(file)));
    let good = mirror(&all, 0);
    let set = read(&dir, &[&good]).unwrap();
    assert_eq!((set.train.len(), set.test.len(), set.test.labels.class(0)), (60_000, 10_000, 7));
    assert_eq!(files_in(&dir), [OTHERS[2], MISSING, OTHERS[0], OTHERS[1]]);
    read(&dir, &[&good]).unwrap();
    assert_eq!(good.asked.lock().unwrap().len(), 4, "what is there is not fetched again");
}

#[test]
fn only_what_is_missing_is_fetched_and_the_second_mirror_helps_out() {
    let dir = incomplete("second-mirror");
    let (bare, good) = (mirror(&[], 0), mirror(&[(MISSING, mnist(MISSING))], 0));
    assert_eq!(read(&dir, &[&bare, &good]).unwrap().test.len(), 10_000);
    for server in [bare, good] {
        assert_eq!(*server.asked.lock().unwrap(), [format!("/mnist/{MISSING}")]);
    }
    assert_eq!(fs::read(dir.join(MISSING)).unwrap(), mnist(MISSING));
}

#[test]
fn a_damaged_download_leaves_nothing_behind() {
    let dir = incomplete("damaged-download");
    let whole = mnist(MISSING);
    let half = whole[..whole.len() / 2].to_vec();
    let cut_off = mirror(&[(MISSING, half.clone())], whole.len() - half.len());
    let cut_short = mirror(&[(MISSING, half)], 0);
    let other = mirror(&[(MISSING, mnist("train-labels-idx1-ubyte.gz"))], 0);
    let page = mirror(&[(MISSING, b"<html>Please sign in to this network</html>".to_vec())], 0);
    let bare = mirror(&[], 0);
    for (server, says) in [
        (&cut_off, ""),
        (&cut_short, ""),
        (&other, "its SHA-256 is 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5, but ff7bcfd4"),
        (&page, "its SHA-256 is"),
        (&bare, "404"),
    ] {
        let text = read(&dir, &[server]).unwrap_err().to_string();
        let begins = format!("{MISSING} could not be fetched ({}{MISSING}: ", server.address);
        assert!(text.starts_with(&begins) && text.contains(says) && text.ends_with("is there a network?"), "{text}");
        assert_eq!(files_in(&dir).len(), 3, "{text}");
    }
    let good = mirror(&[(MISSING, whole)], 0);
    assert!(read(&dir, &[&cut_off, &cut_short, &other, &page, &good]).is_ok());
    assert_eq!(files_in(&dir).len(), 4);
}

#[test]
fn nobody_listening_is_an_error_that_names_the_file() {
    let dir = incomplete("nobody");
    let text = ReadOptions::new().mirrors(["http://127.0.0.1:9/"]).read(&dir).unwrap_err().to_string();
    assert!(
        text.starts_with("t10k-labels-idx1-ubyte.gz could not be fetched (http://127.0.0.1:9/t10k-labels"),
        "{text}"
    );
    let none: [&str; 0] = [];
    assert!(ReadOptions::new().mirrors(none).read(&dir).is_err());
}

#[test]
fn another_set_is_never_completed_with_mnist() {
    let dir = incomplete("another-set");
    fs::copy(dir.join(OTHERS[1]), dir.join(OTHERS[2])).unwrap(); // as if from another set
    let good = mirror(&[(MISSING, mnist(MISSING))], 0);
    let text = read(&dir, &[&good]).unwrap_err().to_string();
    assert!(text.contains("t10k-images-idx3-ubyte.gz is not MNIST's"), "{text}");

    OTHERS.iter().for_each(|file| fs::rename(dir.join(file), dir.join(format!("emnist-digits-{file}"))).unwrap());
    let text = read(&dir, &[&good]).unwrap_err().to_string();
    assert!(text.contains("lacks emnist-digits-t10k-labels-idx1-ubyte"), "{text}");
    assert!(good.asked.lock().unwrap().is_empty());
}
