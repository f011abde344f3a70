//! Writing a file whole: whoever reads it finds the old content or the new, never a part.
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How the names of temporary files begin and end.
pub(crate) const TEMPORARY: (&str, &str) = (".digitos-", ".part");

/// More links than this lead in a circle.
const MOST_LINKS: usize = 40;

/// Writes `bytes` to a temporary file beside `path`, and renames it over `path` once it is on the disk.
///
/// A symbolic link stays, and the file that it points to is replaced. The permissions of a file that is replaced are
/// kept, and one that may not be written is not replaced. If anything fails, the temporary file is removed and `path` is
/// as it was. A device such as `/dev/stdout` is written to as it is; a folder or a named pipe is refused.
pub(crate) fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    replace(path.as_ref(), &|file| {
        file.write_all(bytes.as_ref())?;
        if_supported(file.sync_all()) // a device, or a file system that cannot wait for its disk
    })
}

/// What the system does not support need not be done.
fn if_supported(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
}

/// The same without waiting for the disk, for a file that is soon made again, such as a frame of the live panel.
pub(crate) fn write_unsynced(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    replace(path.as_ref(), &|file| file.write_all(bytes.as_ref()))
}

fn replace(path: &Path, fill: &dyn Fn(&mut File) -> io::Result<()>) -> io::Result<()> {
    let Some(target) = target(path)? else {
        return fill(&mut OpenOptions::new().append(true).open(path)?);
    };
    let permissions = match OpenOptions::new().write(true).open(&target) {
        Ok(old) => Some(old.metadata()?.permissions()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let (temporary, mut file) = temporary(&target)?;
    let same = |file: &File| permissions.map_or(Ok(()), |same| if_supported(file.set_permissions(same)));
    let filled = fill(&mut file).and_then(|()| same(&file));
    drop(file);
    filled.and_then(|()| fs::rename(&temporary, &target)).inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// The file that `path` leads to through symbolic links, whether it exists or not; `None` if what is there is to be
/// written to as it is: a device, or a file that the process has already open (`/dev/stdout` leads there).
fn target(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut target = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        let kind = match fs::symlink_metadata(&target) {
            Ok(found) => found.file_type(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(target)),
            Err(error) => return Err(error),
        };
        if kind.is_symlink() {
            if target.starts_with("/proc") {
                return Ok(None);
            }
            let next = fs::read_link(&target)?;
            target = target.parent().unwrap_or(Path::new("")).join(next);
            continue;
        }
        return match kind {
            _ if kind.is_file() => Ok(Some(target)),
            _ if kind.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder")),
            _ if is_device(kind) => Ok(None),
            _ => Err(io::Error::new(ErrorKind::InvalidInput, "it is a pipe, a socket or a disk, and no file")),
        };
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "its symbolic links lead in a circle"))
}

/// The number of this process. WebAssembly, which has no other processes, has no numbers for them either.
pub(crate) fn process() -> u32 {
    if cfg!(target_family = "wasm") { 0 } else { std::process::id() }
}

#[cfg(unix)]
fn is_device(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&kind)
}

#[cfg(not(unix))]
fn is_device(_: fs::FileType) -> bool {
    true
}

/// A new file beside `target`, under a name that no other file has.
fn temporary(target: &Path) -> io::Result<(PathBuf, File)> {
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let ((begin, end), process) = (TEMPORARY, process());
    for number in 0.. {
        let path = folder.join(format!("{begin}{process}-{number}{end}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                let why = format!("no file can be made in {}: {error}", folder.display());
                return Err(io::Error::new(error.kind(), why));
            }
        }
    }
    unreachable!("a folder does not have so many files")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder of this test alone.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("digitos-whole-file-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_is_written_and_an_old_one_replaced_and_nothing_else_is_left() {
        let folder = folder("new");
        for write in [|path: &Path, text: &str| write(path, text), |path: &Path, text: &str| write_unsynced(path, text)]
        {
            for text in ["first and long", "second", ""] {
                write(&folder.join("file.txt"), text).unwrap();
                assert_eq!(fs::read_to_string(folder.join("file.txt")).unwrap(), text);
                assert_eq!(names(&folder), ["file.txt"]);
            }
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_no_other() {
        let folder = folder("fails");
        let path = folder.join("file.txt");
        let full = |file: &mut File| {
            file.write_all(b"half of what was to be")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        };
        assert_eq!(replace(&path, &full).unwrap_err().kind(), ErrorKind::StorageFull);
        assert!(names(&folder).is_empty());
        write(&path, "old").unwrap();
        assert_eq!(replace(&path, &full).unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!((names(&folder), fs::read_to_string(&path).unwrap()), (vec!["file.txt".into()], "old".into()));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_has_the_temporary_name_is_left_alone() {
        let folder = folder("taken");
        let (taken, _) = temporary(&folder.join("file.txt")).unwrap();
        fs::write(&taken, "of somebody else").unwrap();
        write(folder.join("file.txt"), "new").unwrap();
        assert_eq!(fs::read_to_string(&taken).unwrap(), "of somebody else");
        assert_eq!(fs::read_to_string(folder.join("file.txt")).unwrap(), "new");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn many_can_write_the_same_file_at_once_and_one_of_them_has_written_it_whole() {
        let folder = folder("many");
        let path = folder.join("file.txt");
        std::thread::scope(|scope| {
            for writer in 0..8u8 {
                let path = &path;
                scope.spawn(move || (0..20).for_each(|_| write_unsynced(path, [writer; 10_000]).unwrap()));
            }
        });
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() == 10_000 && bytes.iter().all(|byte| *byte == bytes[0]));
        assert_eq!(names(&folder), ["file.txt"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_name_as_long_as_the_file_system_allows_can_be_written() {
        let folder = folder("long");
        let name = "n".repeat(255);
        write(folder.join(&name), "text").unwrap();
        assert_eq!(names(&folder), [name]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_in_its_place_and_a_folder_that_is_missing_are_said() {
        let folder = folder("places");
        let text = write(&folder, "text").unwrap_err().to_string();
        assert_eq!(text, "it is a folder");
        let text = write(folder.join("missing/file.txt"), "text").unwrap_err().to_string();
        assert!(text.starts_with(&format!("no file can be made in {}", folder.join("missing").display())), "{text}");
        assert!(names(&folder).is_empty());
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::process::Command;

        #[test]
        fn a_link_stays_and_the_file_it_points_to_is_replaced() {
            let folder = folder("links");
            fs::create_dir(folder.join("below")).unwrap();
            symlink("below/second", folder.join("first")).unwrap();
            symlink("file.txt", folder.join("below/second")).unwrap();
            for text in ["made", "replaced"] {
                write(folder.join("first"), text).unwrap();
                assert_eq!(fs::read_to_string(folder.join("below/file.txt")).unwrap(), text);
                assert_eq!(fs::read_link(folder.join("first")).unwrap(), Path::new("below/second"));
                assert_eq!((names(&folder).len(), names(&folder.join("below")).len()), (2, 2));
            }
            symlink("circle", folder.join("circle")).unwrap();
            let text = write(folder.join("circle"), "text").unwrap_err().to_string();
            assert_eq!(text, "its symbolic links lead in a circle");
            fs::remove_dir_all(folder).unwrap();
        }

        #[test]
        fn the_permissions_of_a_replaced_file_are_kept() {
            let folder = folder("permissions");
            let path = folder.join("file.txt");
            let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            for wanted in [0o600, 0o640, 0o755] {
                write(&path, "old").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).unwrap();
                write(&path, "new").unwrap();
                assert_eq!(mode(), wanted);
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
            if OpenOptions::new().write(true).open(&path).is_err() {
                assert_eq!(write(&path, "newer").unwrap_err().kind(), ErrorKind::PermissionDenied);
                assert_eq!(fs::read_to_string(&path).unwrap(), "new", "what may not be written is not replaced");
            }
            fs::remove_dir_all(folder).unwrap();
        }

        #[test]
        fn a_device_is_written_to_and_a_named_pipe_refused_without_waiting() {
            write("/dev/null", "gone").unwrap();
            write_unsynced("/dev/null", "gone").unwrap();
            if Path::new("/dev/full").exists() {
                assert_eq!(write("/dev/full", "too much").unwrap_err().kind(), ErrorKind::StorageFull);
            }
            let folder = folder("pipe");
            let pipe = folder.join("pipe");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            let text = write(&pipe, "nobody reads it").unwrap_err().to_string();
            assert_eq!(text, "it is a pipe, a socket or a disk, and no file");
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
