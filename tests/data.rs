//! Reading data sets and taking batches from them.
use digitos::Error;
use digitos::mnist::{DataSet, DataSets, ReadOptions, read_data_sets};
use digitos::ndarray::Array4;
use flate2::{Compression, write::GzEncoder};
use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;
use std::{fs, iter};

// ---- the real files

#[test]
fn the_real_mnist_is_read() {
    let mnist = read_data_sets("MNISTdata").unwrap();
    assert_eq!((mnist.train.len(), mnist.validation.len(), mnist.test.len()), (60_000, 0, 10_000));
    assert_eq!(first_classes(&mnist.train, 10), [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(first_classes(&mnist.test, 10), [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    let sum = |set: &DataSet| (0..set.len()).flat_map(|i| set.images.image(i)).map(|&p| u64::from(p)).sum::<u64>();
    assert_eq!(sum(&mnist.train), 1_567_298_545); // a mean of 33.318
    assert_eq!(sum(&mnist.test), 264_923_200);
}

#[test]
fn options_change_what_is_read() {
    let options = ReadOptions::new().one_hot(false).reshape(true).validation_size(5_000);
    let mnist = options.read("MNISTdata").unwrap();
    assert_eq!((mnist.train.len(), mnist.validation.len(), mnist.test.len()), (55_000, 5_000, 10_000));
    assert_eq!(first_classes(&mnist.validation, 5), [5, 0, 4, 1, 9], "the first examples are set aside");
    let some = mnist.validation.take(3);
    assert_eq!(some.images.to_array().shape(), [3, 784]);
    assert_eq!(some.labels.to_array().into_raw_vec_and_offset().0, [5.0, 0.0, 4.0]);
    assert_eq!(format!("{:?} {:?}", some.images, some.labels), "Images [3, 784] Labels [3]: 5 0 4");
}

#[test]
fn every_value_prints_on_one_line() {
    let mnist = read_data_sets("MNISTdata").unwrap();
    let labels = "Labels [10000, 10]: 7 2 1 0 4 1 4 9 5 9 …";
    assert_eq!(
        format!("{:?}", mnist.test),
        format!("DataSet {{ images: Images [10000, 28, 28, 1], labels: {labels}, .. }}")
    );
    let batch = mnist.test.clone().next_batch(2).unwrap();
    assert!(format!("{batch:?}").starts_with("Batch { images: Images [2, 28, 28, 1], labels: Labels [2, 10]: "));
}

#[test]
fn a_relative_directory_is_looked_for_upwards_and_then_beside_the_crate() {
    let dir = small_set("upwards");
    fs::create_dir_all(dir.join("a/b")).unwrap();
    let here = std::env::current_dir().unwrap();
    std::env::set_current_dir(dir.join("a/b")).unwrap();
    let (above, beside) = (read_data_sets("upwards"), read_data_sets("MNISTdata"));
    std::env::set_current_dir(here).unwrap();
    assert_eq!((above.unwrap().train.len(), beside.unwrap().train.len()), (3, 60_000));
}

#[test]
fn everything_can_be_kept_in_a_notebook_and_sent_to_a_thread() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<(DataSets, DataSet, digitos::mnist::Batch, digitos::mnist::Images, digitos::mnist::Labels)>();
}

// ---- batches

/// `n` examples whose two pixels and whose label tell which one it is.
fn numbered(n: usize, seed: u64) -> DataSet {
    let images = Array4::from_shape_fn((n, 1, 2, 1), |(i, _, x, _)| if x == 0 { i / 256 } else { i % 256 } as u8);
    let labels: Vec<u8> = (0..n).map(|i| (i % 10) as u8).collect();
    ReadOptions::new().seed(seed).data_set(images, &labels).unwrap()
}

/// Which examples of `numbered` the next batch has.
fn next(set: &mut DataSet, n: usize) -> Vec<usize> {
    let batch = set.next_batch(n).unwrap();
    assert_eq!((batch.images.len(), batch.labels.len()), (n, n));
    let number = |i| usize::from(batch.images.image(i)[0]) * 256 + usize::from(batch.images.image(i)[1]);
    (0..n).for_each(|i| assert_eq!(batch.labels.class(i), number(i) % 10, "each image has its own label"));
    (0..n).map(number).collect()
}

#[test]
fn an_epoch_has_every_example_once_whatever_the_batch_size() {
    for (len, n) in [(1, 1), (10, 1), (10, 3), (10, 7), (10, 9), (10, 10), (300, 64), (300, 299)] {
        let mut set = numbered(len, 1);
        let mut given = Vec::new();
        while given.len() < 5 * len {
            given.extend(next(&mut set, n));
            assert_eq!(set.epochs_completed(), given.len() / len, "{len} examples by {n}");
        }
        for epoch in given.chunks_exact(len) {
            assert_eq!(epoch.iter().collect::<HashSet<_>>().len(), len, "{len} examples by {n}: {epoch:?}");
        }
        if len == 300 {
            assert!(given[..len] != given[len..2 * len], "each epoch has an order of its own");
            assert!(!given[..len].is_sorted(), "and the first is shuffled too");
        }
    }
}

#[test]
fn the_batch_size_may_change_within_an_epoch() {
    let mut set = numbered(100, 3);
    let mut given: Vec<_> = [30, 1, 100, 60, 9].into_iter().flat_map(|n| next(&mut set, n)).collect();
    given[..100].sort();
    given[100..].sort();
    assert!(given.into_iter().eq((0..100).chain(0..100)));
}

#[test]
fn the_seed_decides_the_order_on_every_machine() {
    assert_eq!(next(&mut numbered(1000, 0), 8), [693, 931, 317, 830, 713, 508, 415, 455]);
    assert_eq!(next(&mut numbered(1000, 7), 100), next(&mut numbered(1000, 7), 100));
    assert_ne!(next(&mut numbered(1000, 7), 100), next(&mut numbered(1000, 8), 100));
}

#[test]
fn a_batch_shares_the_pixels_of_its_set() {
    let mut set = numbered(50, 0);
    let batch = set.next_batch(20).unwrap();
    let at = batch.images.image(0).as_ptr();
    assert!((0..50).any(|i| set.images.image(i).as_ptr() == at));
}

#[test]
fn a_batch_of_nothing_or_of_too_much_is_refused_and_changes_nothing() {
    let mut set = numbered(20, 0);
    for n in [0, 21, usize::MAX] {
        let text = format!("next_batch({n}): this set holds 20 examples, and a batch can have from 1 to all of them");
        assert_eq!(set.next_batch(n).unwrap_err(), Error::Data(text));
    }
    assert_eq!(next(&mut set, 20), next(&mut numbered(20, 0), 20));
    let text = "next_batch(1): this set is empty, so it has no batch".to_string();
    assert_eq!(set.take(0).next_batch(1).unwrap_err(), Error::Data(text));
}

#[test]
fn parts_of_a_set_are_sets() {
    let set = numbered(20, 0);
    let mut part = set.select(5..15).choose(&[0, 2, 2, 9]);
    assert_eq!(first_classes(&part, 4), [5, 7, 7, 4]);
    assert_eq!(
        (set.take(7).len(), set.take(70).len(), set.images.take(7).len(), set.labels.take(70).len()),
        (7, 20, 7, 20)
    );
    assert_eq!(set.images.choose(&[19]).image(0), [0, 19]);
    assert_eq!(set.labels.select(18..20).class(1), 9);
    let mut given = next(&mut part, 4);
    given.sort();
    assert_eq!(given, [5, 7, 7, 14], "batches of a part come from it alone");
}

#[test]
fn an_example_that_is_not_there_is_named() {
    let stops = |f: &dyn Fn()| {
        *std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_err().downcast::<String>().unwrap()
    };
    let set = numbered(20, 0);
    let text = stops(&|| drop(set.images.choose(&[3, 20])));
    assert_eq!(text, "choose: there are 20 examples, so there is none with the number 20 (the first is 0)");
    let text = stops(&|| {
        set.images.image(20);
    });
    assert_eq!(text, "image(20): there are 20 examples, so there is none with the number 20 (the first is 0)");
    let text = stops(&|| {
        set.take(5).images.image(7);
    });
    assert_eq!(text, "image(7): there are 5 examples, so there is none with the number 7 (the first is 0)");
    let text = stops(&|| {
        set.labels.class(usize::MAX);
    });
    let says = format!("there are 20 examples, so there is none with the number {} (the first is 0)", usize::MAX);
    assert_eq!(text, format!("class({}): {says}", usize::MAX));
    for one in [&(|| drop(set.images.one(usize::MAX))) as &dyn Fn(), &|| drop(set.labels.one(usize::MAX))] {
        assert_eq!(stops(one), format!("one({}): {says}", usize::MAX));
    }
    let text = stops(&|| {
        set.take(0).images.image(0);
    });
    assert_eq!(text, "image(0): this set is empty, so there is no example to take");
    let text = stops(&|| drop(set.take(0).select(0..1)));
    assert_eq!(text, "select(0..1): this set is empty, so there is nothing to select");
    let text = stops(&|| drop(set.select(15..21)));
    assert_eq!(text, "select(15..21): there are 20 examples, so a range within 0..20 was expected");
}

#[test]
fn one_image_and_its_label_are_a_batch_of_one() {
    let set = numbered(20, 0);
    let (image, label) = (set.images.one(7), set.labels.one(7));
    assert_eq!((image.len(), image.image(0), label.len(), label.class(0)), (1, set.images.image(7), 1, 7));
    assert_eq!((image.to_array().shape(), label.to_array().shape()), (&[1, 1, 2, 1][..], &[1, 10][..]));
    assert_eq!(set.select(5..9).images.one(1).image(0), set.images.image(6), "of a part, it is the part's");

    use digitos::prelude::*;
    let x = placeholder([NONE, 1, 2, 1]);
    let y = reduce_sum_axes(x * 255, [1, 2, 3]);
    let sums = Session::new().run(y, feed! { x => set.images.one(7) }).unwrap();
    assert_eq!(sums, array![7.0].into_dyn());
}

#[test]
fn an_empty_part_is_a_set_without_examples() {
    let set = numbered(20, 0);
    for mut part in [set.take(0), set.select(20..20), set.choose(&[])] {
        assert_eq!((part.is_empty(), part.len(), part.epochs_completed()), (true, 0, 0));
        assert!(part.next_batch(1).is_err());
        assert_eq!((part.images.to_array().len(), part.labels.to_array().len()), (0, 0));
        assert!(format!("{part:?}").contains("labels: Labels [0, 10]"), "{part:?}");
    }
}

// ---- a data set of your own

#[test]
fn arrays_become_a_data_set() {
    // Column by column in memory: what counts is the array, not how it is stored.
    let images = Array4::from_shape_fn((2, 3, 2, 1), |(i, x, y, _)| (100 * i + 10 * y + x) as u8);
    let set = DataSet::new(images.permuted_axes([0, 2, 1, 3]), &[4, 9]).unwrap();
    assert_eq!(set.images.shape(), [2, 3, 1]);
    assert_eq!(set.images.image(1), [100, 101, 102, 110, 111, 112]);
    assert_eq!(set.images.to_array()[[1, 1, 2, 0]], 112.0 / 255.0);
    assert_eq!((set.labels.to_array()[[1, 9]], set.labels.to_array()[[1, 4]]), (1.0, 0.0));
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let refused = |n, labels: &[u8]| DataSet::new(Array4::zeros((n, 2, 2, 1)), labels).unwrap_err().to_string();
    assert_eq!(refused(0, &[]), "the array of images holds 0 images of 2×2×1, but at least one pixel was expected");
    assert_eq!(
        refused(2, &[1]),
        "the array of images holds 2 images but the list of labels holds 1 labels: do they belong together?"
    );
    assert_eq!(
        refused(3, &[9, 10, 46]),
        "label 1 of the list of labels is 10, but with one-hot labels of 10 classes it should be below 10: \
         try `ReadOptions::new().classes(47).data_set(images, labels)`, or `.one_hot(false)` in place of `.classes(…)`"
    );
    let three = || Array4::zeros((3, 2, 2, 1));
    assert!(ReadOptions::new().classes(47).data_set(three(), &[9, 10, 46]).is_ok());
    assert!(ReadOptions::new().one_hot(false).data_set(three(), &[9, 10, 255]).is_ok());
    assert!(ReadOptions::new().classes(256).data_set(three(), &[9, 10, 255]).is_ok());
    let text = ReadOptions::new().classes(257).data_set(three(), &[0; 3]).unwrap_err().to_string();
    assert_eq!(text, "labels are bytes, so they have at most 256 classes, and not 257");
}

// ---- files: what is read

const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// An IDX file: magic number, dimensions, bytes.
fn idx(magic: u32, dims: &[u32], bytes: &[u8]) -> Vec<u8> {
    iter::once(&magic).chain(dims).flat_map(|n| n.to_be_bytes()).chain(bytes.iter().copied()).collect()
}

fn images() -> Vec<u8> {
    idx(2051, &[3, 2, 4], &(0..24).collect::<Vec<u8>>())
}

fn labels() -> Vec<u8> {
    idx(2049, &[3], &[7, 8, 9])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A directory of its own for a test.
fn empty(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// Three images of 2×4 pixels for training, and the same for test.
fn small_set(name: &str) -> PathBuf {
    let dir = empty(name);
    for (i, file) in FILES.into_iter().enumerate() {
        fs::write(dir.join(file), if i % 2 == 0 { images() } else { labels() }).unwrap();
    }
    dir
}

fn first_classes(set: &DataSet, n: usize) -> Vec<usize> {
    (0..n).map(|i| set.labels.class(i)).collect()
}

#[test]
fn files_are_read_gzipped_or_not_whatever_their_name_says() {
    let dir = small_set("gzipped");
    fs::remove_file(dir.join(FILES[0])).unwrap();
    fs::write(dir.join("train-images.idx3-ubyte.gz"), gzip(&images())).unwrap(); // some copies have a dot in the name
    fs::write(dir.join(FILES[1]), gzip(&labels())).unwrap();
    fs::remove_file(dir.join(FILES[2])).unwrap();
    fs::write(dir.join(FILES[2].to_owned() + ".gz"), images()).unwrap();
    let set = read_data_sets(&dir).unwrap();
    assert_eq!(set.train.images.shape(), [2, 4, 1]);
    assert_eq!(set.train.images.image(1), [8, 9, 10, 11, 12, 13, 14, 15]);
    assert_eq!((first_classes(&set.train, 3), first_classes(&set.test, 3)), (vec![7, 8, 9], vec![7, 8, 9]));
}

#[test]
fn a_fourth_dimension_is_the_channels() {
    let dir = small_set("colours");
    let colours = idx(2052, &[3, 2, 2, 3], &(0..36).collect::<Vec<u8>>());
    [FILES[0], FILES[2]].iter().for_each(|file| fs::write(dir.join(file), &colours).unwrap());
    let set = read_data_sets(&dir).unwrap().train;
    assert_eq!(set.images.shape(), [2, 2, 3]);
    assert_eq!(set.images.to_array()[[2, 1, 0, 1]], 31.0 / 255.0);
}

#[test]
fn emnist_stands_upright_and_its_sets_can_share_a_directory() {
    let dir = empty("emnist");
    for set in ["emnist-digits", "emnist-letters"] {
        for (role, kind) in
            [("train", "images-idx3"), ("train", "labels-idx1"), ("test", "images-idx3"), ("test", "labels-idx1")]
        {
            let content = if kind == "images-idx3" { images() } else { labels() };
            fs::write(dir.join(format!("{set}-{role}-{kind}-ubyte.gz")), gzip(&content)).unwrap();
        }
    }
    let text = read_data_sets(&dir).unwrap_err().to_string();
    assert!(text.ends_with("choose one by `.prefix(…)` from `emnist-digits-`, `emnist-letters-`"), "{text}");
    let letters = ReadOptions::new().prefix("emnist-letters");
    let read = letters.read(&dir).unwrap();
    assert_eq!(read.train.images.shape(), [4, 2, 1]);
    assert_eq!(read.test.images.image(0), [0, 4, 1, 5, 2, 6, 3, 7]);
    let as_stored = letters.transposed(false).read(&dir).unwrap();
    assert_eq!(as_stored.test.images.image(0), [0, 1, 2, 3, 4, 5, 6, 7]);
}

// ---- files: what is refused

/// What is said when one of the four files has this content.
fn refused(name: &str, role: usize, content: &[u8]) -> String {
    let dir = small_set(name);
    let file = dir.join(FILES[role]);
    fs::write(&file, content).unwrap();
    let text = read_data_sets(&dir).unwrap_err().to_string();
    assert!(text.contains(&file.display().to_string()), "the file is named: {text}");
    text.replace(&format!("{}/", dir.display()), "")
}

#[test]
fn damaged_files_are_refused_in_one_sentence() {
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let packed = gzip(&images());
    let mut corrupt = packed.clone();
    corrupt[10] = 0xff; // a kind of block that there is not
    let mut wrong_sum = packed.clone();
    let at = packed.len() - 6;
    wrong_sum[at] ^= 0xff;
    let longer = [images(), vec![0]].concat();
    for (content, says) in [
        (vec![], " is empty, but images were expected: copy or download it again"),
        (cut(&images(), 30), " ends in the middle of its header or of its gzip data: copy or download it again"),
        (cut(&packed, 9), " ends in the middle of its header or of its gzip data: copy or download it again"),
        (cut(&packed, 4), " ends in the middle of its header or of its gzip data: copy or download it again"),
        (packed[..5].to_vec(), " ends in the middle of its header or of its gzip data: copy or download it again"),
        (
            corrupt,
            " is damaged (corrupt deflate stream), where a sound gzip file was expected: copy or download it again",
        ),
        (
            wrong_sum,
            " is damaged (corrupt gzip stream does not have a matching checksum), \
             where a sound gzip file was expected: copy or download it again",
        ),
        (cut(&images(), 1), " promises 3×2×4 = 24 bytes of images but holds 23: copy or download it again"),
        (gzip(&cut(&images(), 24)), " promises 3×2×4 = 24 bytes of images but holds 0: copy or download it again"),
        (longer.clone(), " promises 3×2×4 = 24 bytes of images but holds more: copy or download it again"),
        (gzip(&longer), " promises 3×2×4 = 24 bytes of images but holds more: copy or download it again"),
        (labels(), " begins with 2049, but for images 2051 was expected: have images and labels been swapped?"),
        (b"0123456789".to_vec(), " begins with 808530483, but for images 2051 was expected: is it an IDX file?"),
        (
            idx(0x0d03, &[3, 2, 4], &[0; 96]),
            " begins with 3331, but for images 2051 was expected: it has 3 dimensions of 32-bit floating-point numbers; \
             is it the right file?",
        ),
        (
            idx(0x0801, &[3], &[7, 8, 9]),
            " begins with 2049, but for images 2051 was expected: have images and labels been swapped?",
        ),
        (
            idx(2051, &[0, 2, 4], &[]),
            " promises 0×2×4 bytes of images, but at least one and no more than a computer holds were expected: \
             copy or download it again",
        ),
    ] {
        assert_eq!(refused("damaged", 0, &content), format!("{}{says}", FILES[0]));
    }
    let swapped = refused("damaged", 3, &images());
    assert!(
        swapped.ends_with("begins with 2051, but for labels 2049 was expected: have images and labels been swapped?")
    );
}

#[test]
fn a_file_in_another_format_is_called_what_it_is() {
    let tar = [&[b'x'; 257][..], b"ustar", &[0; 600]].concat();
    for (content, what) in [
        (b"<!DOCTYPE html><html>".to_vec(), "is a web page: download the file itself"),
        (b"\xef\xbb\xbf\r\n <?xml version='1.0'?><Error>".to_vec(), "is a web page: download the file itself"),
        (gzip(b"<html>"), "is a web page: download the file itself"),
        (b"PK\x03\x04 and so on".to_vec(), "is still packed, as a zip archive: unpack it"),
        (b"\xfd7zXZ\0 and so on".to_vec(), "is still packed with xz: unpack it"),
        (tar.clone(), "is still packed, as a tar archive: unpack it"),
        (gzip(&tar), "is still packed, as a tar archive: unpack it"),
        (gzip(&gzip(&images())), "is packed twice with gzip: unpack it once"),
        (b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "is only a pointer of Git LFS: run `git lfs pull`"),
    ] {
        let says = format!("{} {what}, where images in the format IDX were expected", FILES[2]);
        assert_eq!(refused("other_format", 2, &content), says);
    }
}

#[test]
fn a_gzip_file_may_have_several_members_and_zeros_behind_them() {
    let (file, zeros) = (images(), vec![0; 40_000]);
    let two = [gzip(&file[..10]), gzip(&file[10..])].concat();
    for content in [two.clone(), [gzip(&file), zeros.clone()].concat(), [two, zeros.clone()].concat()] {
        let dir = small_set("members");
        fs::write(dir.join(FILES[0]), content).unwrap();
        assert_eq!(read_data_sets(&dir).unwrap().train.images.image(2), (16..24).collect::<Vec<u8>>());
    }
    let text = refused("members", 0, &[gzip(&file), zeros, b"more".to_vec()].concat());
    assert!(text.contains("is damaged (something else follows its gzip data)"), "{text}");
    let text = refused("members", 0, &[gzip(&file), gzip(&[1])].concat());
    assert!(text.contains("promises 3×2×4 = 24 bytes of images but holds more"), "{text}");
}

#[test]
fn labels_may_be_numbers_of_32_bits_with_the_class_first() {
    let numbers = |magic: u32, dims: &[u32], numbers: &[i32]| {
        idx(magic, dims, &numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>())
    };
    let dir = empty("qmnist");
    for role in ["train", "test"] {
        fs::write(dir.join(format!("qmnist-{role}-images-idx3-ubyte")), images()).unwrap();
        let rows = numbers(0x0c02, &[3, 4], &[5, 0, 2571, 5, 0, -1, 99, 6, 4, 1 << 20, 3, 7]);
        fs::write(dir.join(format!("qmnist-{role}-labels-idx2-int.gz")), gzip(&rows)).unwrap();
    }
    let set = read_data_sets(&dir).unwrap();
    assert_eq!((first_classes(&set.train, 3), first_classes(&set.test, 3)), (vec![5, 0, 4], vec![5, 0, 4]));
    assert_eq!(set.train.images.image(0), [0, 1, 2, 3, 4, 5, 6, 7], "they are read as they are stored");

    let dir = small_set("int_labels");
    fs::write(dir.join(FILES[1]), numbers(0x0c01, &[3], &[1, 2, 9])).unwrap();
    assert_eq!(first_classes(&read_data_sets(&dir).unwrap().train, 3), [1, 2, 9]);
    for bad in [-1, 256, i32::MIN] {
        let says = format!("label 2 of {} is {bad}, where a class from 0 to 255 was expected", FILES[1]);
        assert_eq!(refused("int_labels", 1, &numbers(0x0c01, &[3], &[1, 2, bad])), says);
    }
    let text = refused("int_labels", 1, &numbers(0x0c02, &[3, 2], &[1, 2, 3]));
    assert!(text.contains("promises 3×2×4 = 24 bytes of labels but holds 12"), "{text}");
    let text = refused("int_labels", 1, &numbers(0x0c02, &[3, 0], &[]));
    assert!(text.contains("promises 3×0×4 bytes of labels, but at least one"), "{text}");
}

#[test]
fn test_images_must_have_the_size_of_the_training_images() {
    let text = refused("sizes", 2, &idx(2051, &[3, 4, 2], &(0..24).collect::<Vec<u8>>()));
    let says = "t10k-images-idx3-ubyte holds images of 4×2×1, but those of train-images-idx3-ubyte have 2×4×1: \
                do they belong to the same data set?";
    assert_eq!(text, says);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_said_and_nothing_waits() {
    use std::os::unix::fs::PermissionsExt;
    let dir = small_set("no_file");
    fs::remove_file(dir.join(FILES[1])).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(dir.join(FILES[1])).status().unwrap().success());
    let text = read_data_sets(&dir).unwrap_err().to_string();
    let says =
        format!("{}/{} cannot be read: it is a pipe or a device, and a file was expected", dir.display(), FILES[1]);
    assert_eq!(text, says);

    let file = dir.join(FILES[0]);
    let text = read_data_sets(&file).unwrap_err().to_string();
    assert_eq!(text, format!("{} is a file, where the directory of a data set was expected", file.display()));

    let allow = |mode| fs::set_permissions(&dir, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    let is_closed = fs::read_dir(&dir).is_err(); // it is open to the administrator
    let text = is_closed.then(|| read_data_sets(&dir).unwrap_err().to_string());
    allow(0o755);
    if let Some(text) = text {
        let says = format!("the directory {} cannot be read: Permission denied (os error 13)", dir.display());
        assert_eq!(text, says);
    }
}

#[test]
fn what_lies_beside_the_data_files_is_not_taken_for_them() {
    let dir = small_set("beside");
    for file in FILES {
        fs::write(dir.join(format!("._{file}")), "what macOS remembers").unwrap();
        fs::write(dir.join(format!("._other-{file}.gz")), "what macOS remembers").unwrap();
    }
    // as in a well-known archive: the file has a dot in its name, and a folder has the usual name
    fs::rename(dir.join(FILES[0]), dir.join("train-images.idx3-ubyte")).unwrap();
    fs::create_dir(dir.join(FILES[0])).unwrap();
    assert_eq!(read_data_sets(&dir).unwrap().train.len(), 3);

    fs::rename(dir.join("train-images.idx3-ubyte"), dir.join(FILES[0]).join(FILES[0])).unwrap();
    fs::write(dir.join("archive.zip"), "PK").unwrap();
    let text = read_data_sets(&dir).unwrap_err().to_string();
    let says = "lacks train-images-idx3-ubyte (or the same with .gz), which may still be inside of `archive.zip`, \
                `train-images-idx3-ubyte`: unpack it or move the files";
    assert!(text.contains(says), "{text}");
}

#[test]
fn a_wrong_prefix_is_answered_with_the_sets_that_are_there() {
    let dir = small_set("prefix");
    let read = |prefix: &str| ReadOptions::new().prefix(prefix).read(&dir).map(drop).map_err(|error| error.to_string());
    let text = read("fashion").unwrap_err();
    let says = "prefix holds no data set whose files begin with `fashion`; it holds MNIST's own, without a prefix";
    assert!(text.ends_with(says), "{text}");
    for file in FILES {
        fs::copy(dir.join(file), dir.join(format!("emnist-digits-{file}"))).unwrap();
    }
    let text = read("fashion").unwrap_err();
    assert!(text.ends_with("it holds MNIST's own, without a prefix, `emnist-digits-`"), "{text}");
    assert_eq!(read(""), Ok(()));
    assert_eq!(read("emnist"), Ok(()));
    fs::remove_file(dir.join(format!("emnist-digits-{}", FILES[0]))).unwrap();
    let text = read("emnist").unwrap_err();
    assert!(text.contains("lacks emnist-digits-train-images-idx3-ubyte") && !text.contains("download"), "{text}");
}

#[test]
fn a_header_may_promise_anything_without_taking_memory() {
    let huge = u32::MAX;
    for (dims, says) in [
        ([huge, 28, 28], "promises 4294967295×28×28 = 3367254359280 bytes of images but holds 8"),
        ([huge, 1 << 20, 1], "promises 4294967295×1048576×1 = 4503599626321920 bytes of images but holds 8"),
        ([huge, huge, huge], "promises 4294967295×4294967295×4294967295 bytes of images, but at least one and no more"),
        ([0, huge, huge], "promises 0×4294967295×4294967295 bytes of images, but at least one and no more"),
    ] {
        let file = idx(2051, &dims, &[1; 8]);
        for content in [gzip(&file), file] {
            let text = refused("promises", 2, &content);
            assert!(text.contains(says), "{text}");
        }
    }
}

#[test]
fn files_that_do_not_fit_each_other_are_refused() {
    assert_eq!(
        refused("fit", 1, &idx(2049, &[2], &[1, 2])),
        "train-images-idx3-ubyte holds 3 images but train-labels-idx1-ubyte holds 2 labels: do they belong together?"
    );
    assert_eq!(
        refused("fit", 3, &idx(2049, &[3], &[1, 26, 3])),
        "label 1 of t10k-labels-idx1-ubyte is 26, but with one-hot labels of 10 classes it should be below 10: \
         try `ReadOptions::new().classes(27).read(dir)`, or `.one_hot(false)` in place of `.classes(…)`"
    );
    let dir = small_set("fit");
    let set = ReadOptions::new().validation_size(3).read(&dir).unwrap();
    assert_eq!((set.train.len(), set.validation.len()), (0, 3));
    let text = ReadOptions::new().validation_size(4).read(&dir).unwrap_err().to_string();
    let file = dir.join(FILES[0]);
    assert_eq!(text, format!("validation_size is 4, but {} holds only 3 images: set fewer aside", file.display()));
}

#[cfg(not(feature = "download"))]
#[test]
fn missing_files_are_named_with_what_to_do() {
    let dir = small_set("missing");
    fs::remove_file(dir.join(FILES[0])).unwrap();
    fs::remove_file(dir.join(FILES[3])).unwrap();
    let text = read_data_sets(&dir).unwrap_err().to_string();
    let says = "missing lacks train-images-idx3-ubyte, t10k-labels-idx1-ubyte (or the same with .gz): copy the files";
    assert!(text.contains(says), "{text}");
    // the line of the lessons with the feature
    let line = "`:dep digitos = { path = \"../..\", default-features = false, features = [\"download\"] }`), restart the kernel";
    assert!(text.contains(line) && text.contains("in a program, ") && text.contains("Cargo.toml"), "{text}");
    let text = read_data_sets("no-such-place").unwrap_err().to_string();
    let says =
        "there is no directory no-such-place here, further up or beside the crate, with train-images-idx3-ubyte,";
    assert!(text.starts_with(says), "{text}");
}
