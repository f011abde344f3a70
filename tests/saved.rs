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
    let json = br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}      "#;
    let other = [&(json.len() as u64).to_le_bytes()[..], json, &[0; 4]].concat();
    check("names", &other, &narrow, &["holds no `first \"w\"`", "it holds `a`"]);
    let error = sess.load(file("nowhere"), narrow.y).unwrap_err().to_string();
    assert!(error.contains("nowhere") && error.contains("cannot be read"), "{error}");
    let error = Session::new().save(file("untrained"), narrow.y).unwrap_err().to_string();
    assert!(error.contains("has no value yet") && !file("untrained").exists(), "{error}");
}
