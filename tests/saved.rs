//! A trained model saved to a file, read by Python, and loaded again: in a session or a program of its own.
use digitos::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of this test alone.
fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("saved");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// A file with this header and these bytes behind it.
fn bytes(header: &str, numbers: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), numbers].concat()
}

/// The names and shapes in a file, as its header says.
fn names_in(path: &Path) -> Vec<String> {
    let file = std::fs::read(path).unwrap();
    let length = u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).unwrap();
    header.as_object().unwrap().keys().cloned().collect()
}

struct Net {
    x: Tensor,
    is_test: Tensor,
    y: Tensor,
    update: Step,
    step: Step,
}

/// A small net with everything that is kept: named and unnamed variables, moving averages, and Adam's memory.
fn net(width: usize) -> Net {
    let (x, is_test) = (placeholder([NONE, 4]), placeholder(()));
    let w = variable(truncated_normal([4, width], 0.5)).named("first \"w\"");
    let (h, update) = batch_norm(matmul(x, w), is_test, 5, variable(zeros([width])));
    let y = softmax(matmul(relu(h), variable(truncated_normal([width, 3], 0.5))));
    let step = AdamOptimizer::new(0.01).minimize(reduce_mean(square(y - 0.2)));
    Net { x, is_test, y, update, step }
}

fn images() -> ndarray::ArrayD<f32> {
    ndarray::ArrayD::from_shape_fn(vec![20, 4], |i| ((i[0] * 7 + i[1] * 3) % 5) as f32 / 5.0)
}

fn trained(net: &Net, steps: usize) -> Session {
    let mut sess = Session::with_seed(3);
    sess.initialize((net.step, net.update)).unwrap();
    for _ in 0..steps {
        sess.run((net.step, net.update), feed! { net.x => images(), net.is_test => false }).unwrap();
    }
    sess
}

fn answers(sess: &mut Session, net: &Net) -> ndarray::ArrayD<f32> {
    sess.run(net.y, feed! { net.x => images(), net.is_test => true }).unwrap()
}

#[test]
fn what_was_saved_answers_the_same_in_another_graph_and_session() {
    let (net_a, net_b) = (net(6), net(6));
    let mut sess = trained(&net_a, 10);
    sess.save(file("round.safetensors"), net_a.y).unwrap();
    let mut other = Session::new();
    other.load(file("round.safetensors"), net_b.y).unwrap();
    assert_eq!(answers(&mut sess, &net_a), answers(&mut other, &net_b));
}

#[test]
fn training_goes_on_where_it_was_saved() {
    let (net_a, net_b) = (net(6), net(6));
    let mut sess = trained(&net_a, 10);
    sess.save(file("step.safetensors"), (net_a.step, net_a.update)).unwrap();
    let mut other = Session::new();
    other.load(file("step.safetensors"), (net_b.step, net_b.update)).unwrap();
    for (sess, net) in [(&mut sess, &net_a), (&mut other, &net_b)] {
        for _ in 0..5 {
            sess.run((net.step, net.update), feed! { net.x => images(), net.is_test => false }).unwrap();
        }
    }
    assert_eq!(answers(&mut sess, &net_a), answers(&mut other, &net_b));
}

/// With Python's standard library alone, by the format's definition.
const PYTHON: &str = r#"
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
n, = struct.unpack('<Q', data[:8])
header, body = json.loads(data[8:8 + n]), data[8 + n:]
assert n % 8 == 0 and max(e['data_offsets'][1] for e in header.values()) == len(body), (n, header)
w = header['first "w"']
assert w['dtype'] == 'F32' and w['shape'] == [4, 6], w
for name, entry in header.items():
    start, end = entry['data_offsets']
    count = 1
    for length in entry['shape']: count *= length
    assert end - start == 4 * count, (name, entry)
start, end = w['data_offsets']
print(' '.join(repr(x) for x in struct.unpack('<24f', body[start:end])))
# the same again as another program may write it: other order, blanks, metadata, escapes, and every number doubled
back, parts, at = {'__metadata__': {'format': 'pt'}}, b'', 0
for name in reversed(list(header)):
    start, end = header[name]['data_offsets']
    numbers = struct.unpack('<%df' % ((end - start) // 4), body[start:end])
    parts += struct.pack('<%df' % len(numbers), *[2 * x for x in numbers])
    back[name] = {'shape': header[name]['shape'], 'data_offsets': [at, at + end - start], 'dtype': 'F32'}
    at += end - start
text = json.dumps(back, indent=1).encode()
open(sys.argv[2], 'wb').write(struct.pack('<Q', len(text)) + text + parts)
"#;

#[test]
fn python_reads_it_and_what_python_writes_is_read() {
    let net = net(6);
    let mut sess = trained(&net, 3);
    sess.save(file("rust.safetensors"), net.y).unwrap();
    let mut python = Command::new("python3");
    let output = python.args(["-c", PYTHON]).arg(file("rust.safetensors")).arg(file("python.safetensors")).output();
    let output = output.expect("python3 is on the PATH");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let w = net.y.variables()[0];
    let ours = sess.run(w, []).unwrap();
    let theirs: Vec<f32> =
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(|x| x.parse().unwrap()).collect();
    assert_eq!(ours.iter().copied().collect::<Vec<f32>>(), theirs);
    sess.load(file("python.safetensors"), net.y).unwrap();
    assert_eq!(sess.run(w, []).unwrap(), ours * 2.0);
}

#[test]
fn a_file_that_does_not_fit_leaves_the_session_as_it_was() {
    let (narrow, wide) = (net(6), net(7));
    trained(&narrow, 3).save(file("narrow.safetensors"), narrow.y).unwrap();
    let mut sess = trained(&wide, 3);
    let before = answers(&mut sess, &wide);
    let whole = std::fs::read(file("narrow.safetensors")).unwrap();
    let mut check = |name: &str, bytes: &[u8], net: &Net, parts: &[&str]| {
        std::fs::write(file(name), bytes).unwrap();
        let error = sess.load(file(name), net.y).unwrap_err().to_string();
        for part in [name].iter().chain(parts) {
            assert!(error.contains(part), "{part} is missing in: {error}");
        }
        assert_eq!(answers(&mut sess, &wide), before);
    };
    check("shape", &whole, &wide, &["`first \"w\"` has the shape [4, 6]", "[4, 7]"]);
    check("short", &whole[..whole.len() - 1], &narrow, &["are not all there"]);
    check("header", &whole[..20], &narrow, &["its header should have", "the file has 20"]);
    check("empty", &[], &narrow, &["no model in the format safetensors", "eight bytes"]);
    check("huge", &[0xff; 64], &narrow, &["18446744073709551615 bytes"]);
    let other = bytes(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    check("names", &other, &narrow, &["holds no `first \"w\"`", "it holds `a`"]);
    check("nothing", &bytes("{}", &[]), &narrow, &["holds no `first \"w\"`", "it holds nothing"]);
    let error = sess.load(file("nowhere"), narrow.y).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("cannot be read"), "{error}");
    let error = Session::new().save(file("untrained"), narrow.y).unwrap_err().to_string();
    assert!(error.contains("has no value yet") && !file("untrained").exists(), "{error}");
}

// ---- names

#[test]
fn a_variable_is_found_by_its_name_or_its_shape_whatever_else_is_fetched() {
    let x = placeholder([NONE, 4]);
    let (w1, w2) = (variable(truncated_normal([4, 5], 0.5)), variable(truncated_normal([5, 3], 0.5)));
    let (b1, b2) = (variable(truncated_normal([3], 0.5)), variable(truncated_normal([3], 0.5)).named("b2"));
    let h = matmul(x, w1);
    let y = matmul(h, w2) + b1 + b2;
    // the loss meets the variables in another order than `y`
    let loss = reduce_sum(square(b2)) + reduce_sum(square(w2)) + reduce_mean(square(y));
    let mut sess = Session::with_seed(1);
    sess.initialize(loss).unwrap();
    let all = [w1, w2, b1, b2];
    let values = sess.run(all, []).unwrap();
    sess.save(file("by_loss.safetensors"), loss).unwrap();
    sess.save(file("by_y.safetensors"), y).unwrap();
    for name in ["by_loss.safetensors", "by_y.safetensors"] {
        let mut names = names_in(&file(name));
        names.sort();
        assert_eq!(names, ["b2", "variable [3]", "variable [4, 5]", "variable [5, 3]"]);
        let mut by_y = Session::new();
        by_y.load(file(name), y).unwrap();
        assert_eq!(by_y.run(all, []).unwrap(), values);
        let mut by_loss = Session::new();
        by_loss.load(file(name), loss).unwrap();
        assert_eq!(by_loss.run(all, []).unwrap(), values);
        let mut part = Session::new();
        part.load(file(name), h).unwrap();
        assert_eq!(part.run(w1, []).unwrap(), values[0]);
    }
}

#[test]
fn variables_that_share_their_name_are_refused_with_what_to_do() {
    let refused = |y: Tensor| {
        let mut sess = Session::new();
        sess.initialize(y).unwrap();
        let path = file("refused.safetensors");
        let _ = std::fs::remove_file(&path);
        let saved = sess.save(&path, y).unwrap_err().to_string();
        assert!(!path.exists(), "{saved}");
        assert_eq!(saved, sess.load(&path, y).unwrap_err().to_string(), "loading says the same as saving");
        saved
    };
    let of = |name: &str| variable(truncated_normal([2], 1)).named(name);
    let text = refused(of("w") + of("w_1") + of("w") + of("v") + of("v"));
    assert!(text.contains("several of this network are `v`, `w`: tell them apart by .named"), "{text}");
    // the second would be read as how many steps have trained each variable
    for name in ["__metadata__", "__steps__"] {
        let text = refused(of("w") + of(name));
        assert!(text.contains(&format!("cannot be called `{name}`")), "{text}");
    }
    let (w, other) = (of("w"), of("w/momentum"));
    let step = MomentumOptimizer::new(0.1, 0.9).minimize(reduce_sum(square(w + other)));
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    let text = sess.save(file("refused.safetensors"), step).unwrap_err().to_string();
    assert!(text.contains("several of this network are `w/momentum`: tell them apart by .named"), "{text}");
    let text = refused(of("variable [2]") + variable(ones([2])));
    assert!(text.contains("several of this network are `variable [2]`"), "{text}");
    let text = refused(placeholder([2]) + 1);
    assert!(text.contains("needs no variable, so there is nothing to save"), "{text}");

    // what the sentence advises
    let [a, b] = [1, 2].map(|_| variable(truncated_normal([2, 2], 1)));
    let y = matmul(a, b);
    let text = refused(y);
    assert!(
        text.contains("`variable [2, 2]`")
            && text.contains("by .named(\"w1\") and so on, also after training (y.variables() are those of y)"),
        "{text}"
    );
    y.variables()[0].named("w1");
    let mut sess = Session::new();
    sess.initialize(y).unwrap();
    sess.save(file("advised.safetensors"), y).unwrap();
    let mut other = Session::new();
    other.load(file("advised.safetensors"), y).unwrap();
    assert_eq!(sess.run([a, b], []).unwrap(), other.run([a, b], []).unwrap());
}

#[test]
fn what_is_remembered_of_a_variable_is_called_after_it() {
    let net = net(6);
    trained(&net, 1).save(file("memories.safetensors"), (net.step, net.update)).unwrap();
    let mut names = names_in(&file("memories.safetensors"));
    names.sort();
    let mut expected = vec!["variable [6]/moving_mean".to_string(), "variable [6]/moving_variance".to_string()];
    for variable in ["first \"w\"", "variable [6]", "variable [6, 3]"] {
        expected.extend(["", "/adam_m", "/adam_v"].map(|what| format!("{variable}{what}")));
    }
    expected.extend(["1", "2"].map(|power| format!("first \"w\"/adam_power{power}")));
    expected.sort();
    assert_eq!(names, expected);

    // the name of a variable may come after the step
    let w = variable(ones([2]));
    let step = MomentumOptimizer::new(0.1, 0.9).minimize(reduce_sum(square(w)));
    w.named("late");
    let mut sess = Session::new();
    sess.initialize(step).unwrap();
    sess.save(file("late.safetensors"), step).unwrap();
    assert_eq!(names_in(&file("late.safetensors")), ["late", "late/momentum"]);

    let (x, count) = (placeholder([NONE, 3]), placeholder(()));
    let (mean, variance) = moments(x, [0]);
    let [mean_again, mean_named] = [1, 2].map(|factor| reduce_mean_axes(x * factor, [0]));
    let mut averages = ExponentialMovingAverage::new(0.9, count);
    let update = averages.apply([mean, variance.named("v"), mean_named.named("m2")]);
    sess.initialize(update).unwrap();
    sess.save(file("averages.safetensors"), update).unwrap();
    assert_eq!(names_in(&file("averages.safetensors")), ["value [3]/average", "v/average", "m2/average"]);
    let updates = (update, averages.apply([mean_again]));
    sess.initialize(updates).unwrap();
    let text = sess.save(file("averages.safetensors"), updates).unwrap_err().to_string();
    assert!(text.contains("several of this network are `value [3]`"), "{text}");
    mean_again.named("m1");
    sess.save(file("averages.safetensors"), updates).unwrap();

    sess.save(file("late.safetensors"), w).unwrap();
    let text = sess.load(file("late.safetensors"), step).unwrap_err().to_string();
    assert!(text.contains("holds no `late/momentum`") && text.contains("saved without the step"), "{text}");
}

#[test]
fn two_optimizers_of_one_variable_are_saved_to_files_of_their_own() {
    let w = variable(constant(3, [2])).named("w");
    let [one, two] = [0.1, 0.2].map(|rate| AdamOptimizer::new(rate).minimize(reduce_sum(square(w))));
    let mut sess = Session::new();
    sess.initialize([one, two]).unwrap();
    sess.run(one, []).unwrap();
    let text = sess.save(file("both.safetensors"), [one, two]).unwrap_err().to_string();
    assert!(text.contains("`w/adam_m`, `w/adam_power1`") && text.contains("to a file of its own"), "{text}");
    sess.save(file("one.safetensors"), one).unwrap();
    sess.save(file("two.safetensors"), two).unwrap();
    let mut other = Session::new();
    other.load(file("one.safetensors"), one).unwrap();
    other.load(file("two.safetensors"), two).unwrap();
    for step in [one, two, one] {
        sess.run(step, []).unwrap();
        other.run(step, []).unwrap();
        assert_eq!(sess.run(w, []).unwrap(), other.run(w, []).unwrap());
    }
}

#[test]
fn a_file_with_numbered_names_is_read_where_only_one_can_be_meant() {
    let tensor = |name: &str, shape: &[usize], at: usize| {
        let end = at + 4 * shape.iter().product::<usize>();
        format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{at},{end}]}}"#)
    };
    let header = |tensors: &[String]| format!("{{{}}}", tensors.join(","));
    let numbers: Vec<u8> = (0..8).flat_map(|i| (i as f32).to_le_bytes()).collect();
    let [x, w, b] = [placeholder([NONE, 3]), variable(zeros([3, 2])), variable(zeros([2]))];
    let y = matmul(x, w) + b;
    let mut sess = Session::new();
    let clear = header(&[tensor("variable", &[3, 2], 0), tensor("variable_1", &[2], 24)]);
    std::fs::write(file("numbered"), bytes(&clear, &numbers)).unwrap();
    sess.load(file("numbered"), y).unwrap();
    assert_eq!(sess.run(b, []).unwrap(), array![6.0, 7.0].into_dyn());

    let unclear = header(&[tensor("variable", &[2], 0), tensor("variable_1", &[2], 8), tensor("w", &[2, 2], 16)]);
    std::fs::write(file("numbered"), bytes(&unclear, &numbers)).unwrap();
    let text = sess.load(file("numbered"), b).unwrap_err().to_string();
    assert!(text.contains("holds no `variable [2]`") && text.contains("`variable`, `variable_1`, `w`"), "{text}");
    let step = MomentumOptimizer::new(0.1, 0.9).minimize(reduce_sum(y));
    std::fs::write(file("numbered"), bytes(&clear, &numbers)).unwrap();
    assert!(sess.load(file("numbered"), step).is_err(), "the momentum could be meant as well");
}

// ---- the format

/// What is said of a file with this header and so many bytes behind it, when the variable `w [2]` is loaded from it.
fn said(header: &str, numbers: usize) -> Result<(), String> {
    let w = variable(ones([2])).named("w");
    let mut sess = Session::new();
    sess.initialize(w).unwrap();
    // two tests may ask at the same time
    let name = file(&format!("said-{:?}", std::thread::current().id()));
    std::fs::write(&name, bytes(header, &vec![0; numbers])).unwrap();
    let loaded = sess.load(&name, w).map_err(|error| error.to_string());
    let expected = if loaded.is_ok() { 0.0 } else { 1.0 };
    assert_eq!(sess.run(w, []).unwrap(), array![expected, expected].into_dyn(), "{loaded:?}");
    loaded
}

#[test]
fn every_way_to_write_a_header_is_read() {
    for header in [
        r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        "{ \"w\" :\t{\r\n\"data_offsets\": [ 0 , 8 ] ,\"shape\":[2],\"dtype\":\"F32\"} }  \n",
        r#"{"__metadata__":null,"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{}}"#,
        r#"{"__metadata__":{"a":"\ud83d\ude00 \r\n\b\f\t\/\\\"\u00e9"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        r#"{"\u0077":{"dt\u0079pe":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        // what a later version may add
        r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":{"a":[1.5e3,{"b":[]}],"c":true}}}"#,
        // empty tensors, and one of no dimensions
        r#"{"e":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        r#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"e":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}"#,
    ] {
        assert_eq!(said(header, 8), Ok(()), "{header}");
    }
    let others = r#"{"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},
        "t":{"dtype":"F4","shape":[3,2],"data_offsets":[16,19]}}"#;
    assert_eq!(said(others, 19), Ok(()), "tensors of other types are left alone");
}

#[test]
fn what_the_format_forbids_is_refused_in_a_sentence() {
    let w = r#""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#;
    let with = |more: &str| format!("{{{w},{more}}}");
    let tensor = |dtype: &str, shape: &str, offsets: &str| {
        with(&format!(r#""v":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}"#))
    };
    let cases: Vec<(String, usize, &str)> = vec![
        (" {}".into(), 0, "its header does not begin with `{`"),
        ("".into(), 0, "its header does not begin with `{`"),
        ("[]".into(), 0, "its header does not begin with `{`"),
        (format!("{{{w}"), 8, "its header is no JSON at byte"),
        (format!("{{{w}}} x"), 8, "its header is no JSON at byte"),
        (format!("{{{w}}}{{}}"), 8, "its header is no JSON at byte"),
        (with(r#""line\nbreak":1"#).replace("\\n", "\n"), 8, "'\\n' is not allowed"),
        (with(r#""\ud83d":1"#), 8, "its header is no JSON at byte"),
        (with(r#""__metadata__":{"a":1}"#), 8, "`__metadata__` in its header holds something else than texts"),
        (with(r#""__metadata__":"a""#), 8, "`__metadata__` in its header holds something else than texts"),
        (with(r#""__metadata__":{},"__metadata__":{}"#), 8, "`__metadata__` is there twice"),
        (with(w), 8, "`w` is there twice in its header"),
        (with(r#""v":[]"#), 8, "`v` is no object"),
        (with(r#""v":{"dtype":"F32","shape":[1]}"#), 8, "`v` lacks its dtype, its shape or its data_offsets"),
        (with(r#""v":{"dtype":"F32","dtype":"F32"}"#), 8, "`v` has two entries `dtype`"),
        (with(r#""v":{"dtype":1}"#), 8, "the dtype of `v` is no text"),
        (tensor("F32", "[1.0]", "[8,12]"), 12, "the shape of `v` should be a list of whole numbers"),
        (tensor("F32", "[-1]", "[8,12]"), 12, "the shape of `v` should be a list of whole numbers"),
        (tensor("F32", "[1]", "[8,1.2e1]"), 12, "the data_offsets of `v` should be a list of whole numbers"),
        (tensor("F32", "[1]", "[8,99999999999999999999]"), 12, "the data_offsets of `v` should be"),
        (tensor("F32", "[1]", "[8]"), 12, "`v` has 1 data_offsets; two were expected"),
        (tensor("F32", "[1]", "[12,8]"), 12, "the numbers of `v` should end at byte 8, before they begin at 12"),
        (tensor("F32", "[2]", "[8,12]"), 12, "`v` with the shape [2] and the type F32 cannot have 4 bytes"),
        (tensor("F4", "[3]", "[8,10]"), 10, "`v` with the shape [3] and the type F4 cannot have 2 bytes"),
        (tensor("F32", "[4294967296,4294967296]", "[8,8]"), 8, "and the type F32 cannot have 0 bytes"),
        (tensor("F32", "[2]", "[4,12]"), 12, "the numbers of `v` begin at byte 4, among those of another tensor"),
        (tensor("F32", "[2]", "[0,8]"), 8, "begin at byte 0, among those of another tensor"),
        (tensor("F32", "[1]", "[12,16]"), 16, "the bytes 8 to 12 before the numbers of `v` belong to no tensor"),
        (tensor("F32", "[1]", "[8,12]"), 11, "the numbers of `v` are not all there: they should end at byte 12 of 11"),
        (format!("{{{w}}}"), 9, "what follows byte 8 behind its header belongs to no tensor"),
        (r#"{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#.into(), 8, "the type F64; F32 was expected"),
        (tensor("NEW3", "[1]", "[8,12]"), 12, "`v` has the type `NEW3`, which the format does not have"),
        (tensor("\\u001b", "[1]", "[8,12]"), 12, "`v` has the type `\\u{1b}`, which the format does not have"),
        (r#"{"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#.into(), 8, "has the shape [2, 1]"),
        (
            format!(r#"{{"w":{{"dtype":"F32","shape":[{}2],"data_offsets":[0,8]}}}}"#, "1,".repeat(9)),
            8,
            "`w` has 10 dimensions",
        ),
    ];
    for (header, numbers, says) in cases {
        let text = said(&header, numbers).expect_err(&header);
        assert!(text.contains(says) && !text.contains('\n'), "{header}: {text}");
    }
    let length = 100_000_001u64;
    let sparse = std::fs::File::create(file("long_header")).unwrap();
    std::io::Write::write_all(&mut &sparse, &length.to_le_bytes()).unwrap();
    sparse.set_len(8 + length).unwrap();
    let text = Session::new().load(file("long_header"), variable(ones([2]))).unwrap_err().to_string();
    assert!(text.contains("its header should have 100000001 bytes, and 100000000 are the most"), "{text}");
    std::fs::remove_file(file("long_header")).unwrap();
}

#[test]
fn a_number_that_is_not_finite_is_neither_saved_nor_loaded() {
    let w = variable(zeros([3])).named("w");
    let mut sess = Session::new();
    sess.initialize(w).unwrap();
    sess.save(file("finite.safetensors"), w).unwrap();
    let whole = std::fs::read(file("finite.safetensors")).unwrap();
    for (bad, says) in
        [(f32::NAN, "`w` holds NaN"), (f32::INFINITY, "`w` holds inf"), (-f32::INFINITY, "`w` holds -inf")]
    {
        let mut file_with = whole.clone();
        let at = file_with.len() - 4;
        file_with[at..].copy_from_slice(&bad.to_le_bytes());
        std::fs::write(file("not_finite"), file_with).unwrap();
        let text = sess.load(file("not_finite"), w).unwrap_err().to_string();
        assert!(text.contains(says), "{text}");
        assert_eq!(sess.run(w, []).unwrap(), array![0.0, 0.0, 0.0].into_dyn());

        let w = variable(array![1.0, bad, 1.0]).named("w");
        let mut sess = Session::new();
        sess.initialize(w).unwrap();
        let text = sess.save(file("finite.safetensors"), w).unwrap_err().to_string();
        assert!(text.contains("could not be written") && text.contains(says), "{text}");
        assert_eq!(std::fs::read(file("finite.safetensors")).unwrap(), whole, "the file of before is still there");
    }
}

#[test]
fn any_name_comes_back_and_python_reads_the_same() {
    let names =
        ["\"quoted\"", "back\\slash", "line\nbreak\r\t\0\u{1b}", "añadir 数字 😀", "", " ", "__metadata__2", "a/b"];
    let all: Vec<Tensor> = (0..8).map(|i| variable(constant(i, [1])).named(names[i])).collect();
    let mut sess = Session::new();
    sess.initialize(all.clone()).unwrap();
    sess.save(file("names.safetensors"), all.clone()).unwrap();
    assert_eq!(names_in(&file("names.safetensors")), names);
    let mut other = Session::new();
    other.load(file("names.safetensors"), all.clone()).unwrap();
    assert_eq!(other.run(all.clone(), []).unwrap(), sess.run(all, []).unwrap());
}

#[test]
fn a_sentence_stays_short_whatever_the_file_holds() {
    let tensor =
        |i: usize| format!(r#""layer_{i:06}":{{"dtype":"F32","shape":[1],"data_offsets":[{},{}]}}"#, 4 * i, 4 * i + 4);
    let header = format!("{{{}}}", (0..200_000).map(tensor).collect::<Vec<_>>().join(","));
    let text = said(&header, 800_000).unwrap_err();
    assert!(text.contains("holds no `w`") && text.ends_with("`layer_000009` … and 199990 more"), "{text}");
    let long = format!(r#"{{"{}":{{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}}"#, "n".repeat(1_000_000));
    let text = said(&long, 4).unwrap_err();
    assert!(text.ends_with(&format!("it holds `{}…`", "n".repeat(60))), "{}", text.len());
}

// ---- paths

#[test]
fn what_is_no_file_is_said_and_nothing_waits() {
    let w = variable(ones([2])).named("w");
    let mut sess = Session::new();
    sess.initialize(w).unwrap();
    let folder = file("a_folder");
    std::fs::create_dir_all(&folder).unwrap();
    let text = sess.load(&folder, w).unwrap_err().to_string();
    assert!(text.ends_with("a_folder: is a folder; the file of a model was expected"), "{text}");
    let text = sess.save(&folder, w).unwrap_err().to_string();
    assert!(text.ends_with("a_folder: it is a folder"), "{text}");
    let text = sess.save(file("no_folder/model"), w).unwrap_err().to_string();
    assert!(text.contains("no file can be made in") && text.contains("no_folder"), "{text}");
    if cfg!(unix) {
        let pipe = file("pipe");
        let _ = std::fs::remove_file(&pipe);
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let text = sess.load(&pipe, w).unwrap_err().to_string();
        assert!(text.ends_with("is a pipe or a device; the file of a model was expected"), "{text}");
        assert!(sess.save(&pipe, w).is_err() && sess.load("/dev/zero", w).is_err());
        sess.save("/dev/null", w).unwrap();
    }
}

#[test]
fn a_model_is_saved_beside_other_files_without_touching_them() {
    let w = variable(ones([2])).named("w");
    let mut sess = Session::new();
    sess.initialize(w).unwrap();
    let folder = file("beside");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("model.unfinished"), "an earlier model").unwrap();
    for name in ["model.x", "model.y", "model"] {
        sess.save(folder.join(name), w).unwrap();
    }
    assert_eq!(std::fs::read_to_string(folder.join("model.unfinished")).unwrap(), "an earlier model");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 4);
}

#[test]
fn without_a_last_state_it_is_said_where_it_was_looked_for_and_how_it_comes_there() {
    let net = net(5);
    let error = Session::new().load_last(net.step).unwrap_err().to_string();
    let place = Path::new("digitos_live").join("last.safetensors");
    assert!(error.contains(&format!("{}: no last state is there", place.display())), "{error}");
    assert!(error.contains("panel.steps(…) keeps it every 10 seconds"), "{error}");
}
