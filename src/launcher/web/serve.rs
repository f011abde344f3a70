//! A server for the site on this computer.

use std::fs::File;
use std::path::{Component, Path, PathBuf};

use tiny_http::{Header, Response, Server};

/// The first port that is tried; the next ones are tried if it is taken.
const FIRST_PORT: u16 = 8017;

/// Serves the site until the program ends; `begin` is told its address.
pub fn serve(site: &Path, begin: impl FnOnce(&str)) -> Result<(), String> {
    let server = (FIRST_PORT..FIRST_PORT + 20).find_map(|port| Server::http(("127.0.0.1", port)).ok());
    let server = server.ok_or_else(|| format!("no port from {FIRST_PORT} to {} is free", FIRST_PORT + 19))?;
    begin(&format!("http://{}/", server.server_addr()));
    for request in server.incoming_requests() {
        let answered = match file(site, request.url()).and_then(|path| Some((File::open(&path).ok()?, kind(&path)))) {
            Some((file, kind)) => {
                let [opener, embedder] = ISOLATED.map(header);
                request.respond(Response::from_file(file).with_header(kind).with_header(opener).with_header(embedder))
            }
            None => request.respond(Response::from_string("There is no such page.").with_status_code(404)),
        };
        drop(answered); // a browser that has gone away needs no answer
    }
    Ok(())
}

/// The file of an address, if it lies in the site.
fn file(site: &Path, address: &str) -> Option<PathBuf> {
    let path = Path::new(address.split(['?', '#']).next()?.trim_start_matches('/'));
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let path = site.join(path);
    inside.then(|| if path.is_dir() { path.join("index.html") } else { path })
}

/// With these a page may share memory with its workers, so that several threads train.
const ISOLATED: [(&str, &str); 2] =
    [("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp")];

fn kind(path: &Path) -> Header {
    let kind = match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    header(("Content-Type", kind))
}

fn header((name, value): (&str, &str)) -> Header {
    Header::from_bytes(name, value).expect("the header is well formed")
}
