"""What a client of the kernel `rust` sees with the relay between: every test has a real evcxr. `tests/relay/run` starts this."""

import os
import queue
import shutil
import signal
import sys
import time
import traceback
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote
from xml.etree import ElementTree

import zmq
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/relay/en"  # a notebook in English
LIBRARY = """:build_env CARGO_PROFILE_DEV_OPT_LEVEL=3
:build_env CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false
:build_env CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false
:cache 2000
:dep digitos = { path = "../../..", default-features = false }
use digitos::prelude::*;
use std::time::Duration;
let ready = "ready";"""
NETWORK = """let mut mnist = read_data_sets("../../../MNISTdata")?;
let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
let (w, b) = (variable(truncated_normal([784, 10], 0.1)), variable(zeros([10])));
let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);
let loss = -reduce_mean(y_ * log(y)) * 1000.0;
let step = AdamOptimizer::new(0.001).minimize(loss);
let mut sess = Session::new();
sess.initialize(step)?;
let mut panel = LivePanel::new("en", y, loss)?;"""
TRAIN = """let mut done = 0;
for i in panel.steps(&sess, STEPS) {
    let batch = mnist.train.next_batch(100)?;
    panel.training(&sess, feed! { x => batch.images, y_ => batch.labels })?;
    sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    done = i;
}
println!("trained to {done}");"""
EXPERIMENT = """let runs = Experiment::new("en").vary("rate", [0.001, 0.003]).seeds(20).run(|trial| {
    let (mut training, mut sess) = (mnist.train.with_seed(trial.seed()), trial.session());
    let step = GradientDescentOptimizer::new(trial.value("rate")).minimize(loss);
    sess.initialize(step)?;
    for i in trial.steps(STEPS) {
        if trial.measures(i) {
            let wrong = sess.run(loss, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
            trial.note(i, None::<f32>, wrong);
        }
        let batch = training.next_batch(100)?;
        sess.run(step, feed! { x => batch.images, y_ => batch.labels })?;
    }
    Ok(())
})?;
println!("kept {}", runs.results().iter().map(|(_, all)| all.len()).sum::<usize>());"""
FOREVER = "let mut n = 0u64; loop { n = std::hint::black_box(n + 1); }"


class Kernel:
    """A kernel and a client of it, of a server that serves files unless said otherwise."""

    def __init__(self, environment={"JPY_SESSION_NAME": "lesson.ipynb"}):
        self.environment, self.folders = environment, None

    def __enter__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.manager = KernelManager(kernel_name="rust")
        if self.folders:
            self.manager.kernel_spec.argv[4] = self.folders
        self.manager.start_kernel(cwd=str(WORK), env={**os.environ, **self.environment})
        self.pid = self.manager.provisioner.pid
        self.client, self.replies = self.manager.client(), {}
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)

    def start(self, code, **options):
        return self.client.execute(code, **options)

    def outputs(self, cell, seconds=180):
        """What a cell sends until it is idle."""
        found, end = [], time.monotonic() + seconds
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
            if message["parent_header"].get("msg_id") != cell:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return found
            if kind not in ("status", "execute_input"):
                found.append((kind, content))

    def reply(self, cell, seconds=30):
        while cell not in self.replies:
            message = self.client.get_shell_msg(timeout=seconds)
            self.replies[message["parent_header"].get("msg_id")] = message["content"]
        return self.replies.pop(cell)

    def run(self, code, seconds=180, **options):
        """The reply and the outputs of a cell."""
        cell = self.start(code, **options)
        found = self.outputs(cell, seconds)
        return self.reply(cell), found

    def fine(self, code, seconds=180):
        """The text that a cell prints, or its result."""
        reply, found = self.run(code, seconds)
        assert reply["status"] == "ok", (code, reply)
        return "".join(content.get("text") or content.get("data", {}).get("text/plain", "") for _, content in found)

    def until(self, cell, text, seconds=30):
        """Waits until a running cell has written a text; returns all of it."""
        found, end = "", time.monotonic() + seconds
        while text not in found:
            message = self.client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == cell and message["msg_type"] == "stream":
                found += message["content"]["text"]
        return found

    def interrupt(self):
        self.manager.interrupt_kernel()

    def processes(self):
        """The processes of the kernel by what they are: `digitos`, `python`, `evcxr`, `child`, and others."""
        own = {}
        for pid, (parent, group, name) in processes().items():
            if group == os.getpgid(self.pid):
                own[pid] = (parent, name)
        named = {"digitos": self.pid}
        for pid, (parent, name) in sorted(own.items()):
            if parent == self.pid:
                named["python"] = pid
        for pid, (parent, name) in sorted(own.items()):
            if parent == named.get("python"):
                named["evcxr"] = pid
        for pid, (parent, name) in sorted(own.items()):
            if parent == named.get("evcxr") and name.startswith("evcxr"):
                named["child"] = pid
        return named


def processes():
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            state, parent, group = rest.split()[:3]
            if state != "Z":
                found[int(folder.name)] = (int(parent), int(group), name)
    return found


def left(group):
    return [(pid, name) for pid, (_, of, name) in processes().items() if of == group]


def wait(what, holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


def stream(found, name):
    return "".join(content["text"] for kind, content in found if kind == "stream" and content["name"] == name)


TESTS = []


def test(function):
    TESTS.append(function)
    return function


@test
def a_failed_cell_is_an_error_and_the_cells_behind_it_are_aborted():
    with Kernel() as kernel:
        kernel.fine("let kept = 7; let list = vec![1, 2, 3];")
        for code, name, sentence in [
            ('let a: usize = "no number";', "Error", "mismatched types"),
            ('let n: usize = "x".parse()?;', "Error", "invalid digit found in string"),
            ("list[7]", "Panic", "index out of bounds: the len is 3 but the index is 7"),
            ('let _ = kept; panic!("an own {}", "sentence")', "Panic", "an own sentence"),
            ('println!("{}", 1)', None, None),
        ]:
            cells = [kernel.start(code), kernel.start('println!("behind")'), kernel.start("kept")]
            found = kernel.outputs(cells[0])
            reply = kernel.reply(cells[0])
            if name is None:
                assert reply["status"] == "ok" and kernel.outputs(cells[1]) and kernel.outputs(cells[2])
                continue
            assert (reply["status"], reply["ename"], reply["evalue"]) == ("error", name, sentence), reply
            assert reply["traceback"], reply
            errors = [content for kind, content in found if kind == "error"]
            assert [error["evalue"] for error in errors] == [sentence], found
            assert not stream(found, "stderr"), found
            for cell in cells[1:]:
                assert kernel.outputs(cell) == []
                assert kernel.reply(cell)["status"] == "aborted"
        assert kernel.fine("kept") == "7"
        cells = [kernel.start("list[7]", stop_on_error=False), kernel.start("kept")]
        assert kernel.reply(cells[0])["status"] == "error" and kernel.reply(cells[1])["status"] == "ok"
        reply, found = kernel.run("let a = nix; let b = nex; let c = nox;")
        folded = [content["data"]["text/html"] for kind, content in found if kind == "display_data"]
        assert reply["evalue"] == "cannot find value `nix` in this scope" and len(folded) == 1, found
        assert folded[0].startswith("<details><summary>2 more errors</summary>") and "nox" in folded[0]


@test
def what_a_cell_writes_to_stderr_is_no_failure_and_comes_before_its_end():
    with Kernel() as kernel:
        for number in range(30):
            reply, found = kernel.run(f'eprintln!("warning {number}"); eprint!("half"); println!("out")')
            assert reply["status"] == "ok" and stream(found, "stderr") == f"warning {number}\nhalf", (number, found)
        reply, found = kernel.run('std::thread::spawn(|| panic!("other")).join().is_err()')
        assert reply["status"] == "ok" and "other" in stream(found, "stderr"), found


@test
def much_output_arrives_whole_and_in_order():
    with Kernel() as kernel:
        begin = time.monotonic()
        text = kernel.fine('for i in 0..100_000 { println!("line {i}"); };', 300)
        assert text == "".join(f"line {i}\n" for i in range(100_000))
        print(f"    100,000 lines in {time.monotonic() - begin:.1f} s")
        begin = time.monotonic()
        content = 'println!("EVCXR_BEGIN_CONTENT text/html\\n{}\\nEVCXR_END_CONTENT", "x".repeat(10_000_000));'
        reply, found = kernel.run(content)
        assert reply["status"] == "ok" and len(found[0][1]["data"]["text/html"]) == 10_000_000
        print(f"    10 MB in {time.monotonic() - begin:.1f} s")


@test
def completion_inspection_comms_and_input_pass():
    with Kernel() as kernel:
        kernel.fine("let variable_of_mine = 3u32;")
        client = kernel.client
        request = client.complete("variable_of_m", 13)
        assert "variable_of_mine" in kernel.reply(request)["matches"]
        request = client.inspect("Some", 4)
        assert kernel.reply(request)["status"] == "ok"
        request = client.is_complete("1 +")
        assert kernel.reply(request)["status"] == "complete"
        content = {"comm_id": "1", "target_name": "evcxr-cargo-check", "data": {"code": "let a: u8 = nix;"}}
        opened = client.session.msg("comm_open", content)
        client.shell_channel.send(opened)
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "comm_msg":
                assert "nix" in str(message["content"]), message
                break
        ask = 'println!("EVCXR_INPUT_REQUEST:name?"); let mut a = String::new(); std::io::stdin().read_line(&mut a)?; a.trim()'
        cell = kernel.start(ask, allow_stdin=True)
        request = client.get_stdin_msg(timeout=60)
        assert request["content"]["prompt"] == "name?", request
        client.input("Ada")
        results = [content["data"]["text/plain"] for kind, content in kernel.outputs(cell) if kind == "execute_result"]
        assert results == ['"Ada"'], results


@test
def a_wrong_signature_and_nonsense_are_dropped_and_a_client_that_goes_away_is_not_missed():
    with Kernel() as kernel:
        info = kernel.manager.get_connection_info()
        context = zmq.Context()
        for name in ("shell", "control"):
            stranger = context.socket(zmq.DEALER)
            stranger.linger = 0
            stranger.connect(f"tcp://127.0.0.1:{info[name + '_port']}")
            session = Session(key=b"guessed")
            session.send(stranger, session.msg("execute_request", {"code": "1", "silent": False}))
            session.send(stranger, session.msg("shutdown_request", {"restart": False}))
            session.send(stranger, session.msg("interrupt_request", {}))
            stranger.send_multipart([b"nonsense"])
            stranger.send_multipart([b"<IDS|MSG>", b""])
            session = Session(key=info["key"])
            parts = [b"[1]", b"{}", b"{}", b"nothing"]
            stranger.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
            assert not stranger.poll(1000)
            if name == "shell":  # a cell is sent, and nobody waits for it
                session.send(stranger, session.msg("execute_request", {"code": "let left = 5;", "silent": False}))
                time.sleep(1)
            stranger.close()
        assert kernel.fine("left") == "5"
        hb = context.socket(zmq.REQ)
        hb.connect(f"tcp://127.0.0.1:{info['hb_port']}")
        hb.send(b"alive?")
        assert hb.poll(5000) and hb.recv() == b"alive?"
        hb.close(0)


@test
def whichever_process_is_killed_none_is_left_and_jupyter_hears_of_it():
    for name in ("digitos", "python", "evcxr", "child"):
        for busy in (False, True):
            with Kernel() as kernel:
                group = os.getpgid(kernel.pid)
                cell = None
                if busy:
                    cell = kernel.start('println!("begun"); ' + FOREVER)
                    kernel.until(cell, "begun")
                found = kernel.processes()
                assert set(found) >= {"digitos", "python", "evcxr", "child"}, found
                os.kill(found[name], signal.SIGKILL)
                if name == "child":
                    if busy:
                        reply = kernel.reply(cell)
                        assert (reply["status"], reply["ename"]) == ("error", "Lost"), reply
                    else:
                        assert kernel.run("1")[0]["status"] == "error"
                    assert kernel.fine("1 + 1") == "2"
                    kernel.manager.shutdown_kernel()
                begin = time.monotonic()
                wait(f"the end of all when {name} is killed", lambda: not kernel.manager.is_alive())
                wait(f"no process is left when {name} is killed: {left(group)}", lambda: not left(group))
                if name != "child":
                    print(f"    {name}, {'busy' if busy else 'idle'}: all ended after {time.monotonic() - begin:.2f} s")


@test
def a_kernel_runs_where_its_folder_and_rust_are_in_one_home():
    with TemporaryDirectory(dir=Path.home()) as folder:
        kernel = Kernel({"LD_LIBRARY_PATH": ""})  # cargo would set it
        kernel.folders = str(Path(folder) / "kernels")
        with kernel:
            assert kernel.fine("1 + 1") == "2"


@test
def shut_down_and_restart_end_all_processes_even_of_a_busy_cell():
    with Kernel() as kernel:
        group = os.getpgid(kernel.pid)
        kernel.fine("let a = 1;")
        kernel.manager.restart_kernel()
        wait(f"the old processes end: {left(group)}", lambda: not left(group))
        kernel.client.wait_for_ready(timeout=120)
        assert kernel.run("a")[0]["status"] == "error"
        cell = kernel.start('println!("begun"); ' + FOREVER)
        kernel.until(cell, "begun")
        group = os.getpgid(kernel.manager.provisioner.pid)
        begin = time.monotonic()
        kernel.manager.shutdown_kernel()
        wait(f"the processes end: {left(group)}", lambda: not left(group))
        print(f"    a busy kernel ended after {time.monotonic() - begin:.1f} s")


@test
def an_interrupt_stops_training_and_nothing_is_lost():
    with Kernel() as kernel:
        kernel.fine(LIBRARY, 300)
        kernel.fine(NETWORK)
        cells = [kernel.start(TRAIN.replace("STEPS", "10_000_000")), kernel.start('println!("behind")')]
        kernel.until(cells[0], "step", 60)
        begin = time.monotonic()
        kernel.interrupt()
        found = kernel.outputs(cells[0])
        seconds = time.monotonic() - begin
        assert kernel.reply(cells[0])["status"] == "ok", found
        out = stream(found, "stdout")
        assert "Stopped at step" in out and "trained to" in out and not stream(found, "stderr"), found
        assert kernel.reply(cells[1])["status"] == "aborted"
        step = int(out.split("trained to ")[1])
        print(f"    the loop ended {seconds:.2f} s after the interrupt, at step {step}")
        assert kernel.fine("sess.run(w, [])?.len()") == "7840"
        more = kernel.fine(TRAIN.replace("STEPS", str(step + 500)))
        assert f"trained to {step + 500}" in more, more
        kernel.interrupt()  # nothing runs
        time.sleep(1)  # on a busy machine it would arrive after the cell, and be meant for it
        dimensions = kernel.fine("w.shape().len()")
        assert dimensions == "2", dimensions


@test
def an_interrupt_ends_an_experiment_and_what_was_measured_is_kept():
    with Kernel() as kernel:
        kernel.fine(LIBRARY, 300)
        kernel.fine(NETWORK)
        cell = kernel.start(EXPERIMENT.replace("STEPS", "5_000"))
        kernel.until(cell, "runs done", 120)
        begin = time.monotonic()
        kernel.interrupt()
        found = kernel.outputs(cell)
        print(f"    the experiment ended {time.monotonic() - begin:.2f} s after the interrupt")
        assert kernel.reply(cell)["status"] == "ok", found
        out = stream(found, "stdout")
        assert "Stopped: " in out and int(out.split("kept ")[1]) >= 2, found
        assert kernel.fine("mnist.train.len()") == "60000"


@test
def an_interrupt_of_another_cell_says_what_a_second_one_does():
    with Kernel() as kernel:
        kernel.fine("let kept = 7;")
        cells = [kernel.start('println!("begun"); ' + FOREVER), kernel.start("kept")]
        kernel.until(cells[0], "begun")
        kernel.interrupt()
        said = kernel.until(cells[0], "lost.", 5)
        assert said.startswith("This cell can only be stopped by ending its process: if you interrupt again, all"), said
        kernel.interrupt()  # of the same double click
        time.sleep(1)
        assert "child" in kernel.processes()
        kernel.interrupt()
        found = kernel.outputs(cells[0])
        reply = kernel.reply(cells[0])
        assert (reply["status"], reply["ename"]) == ("error", "Lost"), reply
        assert reply["evalue"].startswith("The process of the cells has ended (by the second interrupt)"), reply
        assert reply["traceback"][1] == "No state of a training was saved.", found
        assert kernel.reply(cells[1])["status"] == "aborted"
        assert kernel.fine("1 + 1") == "2"


@test
def a_loop_that_does_not_look_is_told_to_be_interrupted_again():
    with Kernel() as kernel:
        kernel.fine(LIBRARY, 300)
        kernel.fine(NETWORK)
        sleeps = 'println!("begun"); std::thread::sleep(Duration::from_secs(600));'
        cell = kernel.start(f"for _ in panel.steps(&sess, 10) {{ {sleeps} }}")
        kernel.until(cell, "begun", 60)
        begin = time.monotonic()
        kernel.interrupt()
        kernel.until(cell, "Training has not stopped yet.", 10)
        assert 4.5 < time.monotonic() - begin < 7
        time.sleep(1)
        kernel.interrupt()
        assert kernel.reply(cell)["ename"] == "Lost"


@test
def the_last_state_of_a_training_comes_back_when_its_process_is_killed():
    shutil.rmtree(WORK / "digitos_live", ignore_errors=True)
    with Kernel() as kernel:
        kernel.fine(LIBRARY, 300)
        kernel.fine(NETWORK)
        reply, found = kernel.run("sess.load_last(step)?;")
        assert reply["status"] == "error" and "no last state is there" in reply["evalue"], reply
        cell = kernel.start(TRAIN.replace("STEPS", "10_000_000"))
        file = WORK / "digitos_live/lesson.last.safetensors"
        wait("a state is kept", file.exists, 60)
        time.sleep(0.5)
        os.kill(kernel.processes()["child"], signal.SIGKILL)
        kernel.outputs(cell)
        reply = kernel.reply(cell)
        assert reply["ename"] == "Lost" and "sess.load_last(…)?" in reply["traceback"][1], reply
        step = int(reply["traceback"][1].split("of step ")[1].split(",")[0])
        assert step > 0
        kernel.fine(LIBRARY, 300)
        kernel.fine(NETWORK)
        kernel.fine("sess.load_last(step)?;")
        out = kernel.fine(TRAIN.replace("STEPS", str(step + 100)))
        assert f"trained to {step + 100}" in out, out
        assert int(out.split("step")[1].split("of")[0].replace(",", "")) == step, (step, out)
        kernel.fine("let other = variable(zeros([3, 4]));")
        kernel.fine("let second = AdamOptimizer::new(0.1).minimize(reduce_sum(square(other)));")
        reply, _ = kernel.run("sess.load_last(second)?;")
        assert "which this network needs" in reply["evalue"], reply
        print(f"    the state of step {step} came back")


@test
def where_no_server_hands_out_files_the_panel_moves_as_an_output():
    with Kernel({}) as kernel:
        kernel.fine(LIBRARY.replace("../../..", "../moved"), 300)  # a notebook that was moved finds the library too
        kernel.fine(NETWORK)
        _, found = kernel.run("panel.show();")
        (shown,) = [content for kind, content in found if kind == "display_data"]
        assert "■ stops the training" in shown["data"]["text/html"] and "<script" not in shown["data"]["text/html"], shown
        cell = kernel.start(TRAIN.replace("STEPS", "10_000_000"))
        kernel.until(cell, "step", 60)
        begin = time.monotonic()
        time.sleep(4)
        kernel.interrupt()
        updates = [content for kind, content in kernel.outputs(cell) if kind == "update_display_data"]
        seconds = time.monotonic() - begin
        assert 6 <= len(updates) <= 4 * seconds + 1, (len(updates), seconds)
        assert {update["transient"]["display_id"] for update in updates} == {shown["transient"]["display_id"]}
        pictures = [update["data"]["text/html"].split("svg+xml,")[1].split("'")[0] for update in updates]
        assert all(ElementTree.fromstring(unquote(unescape(picture))).tag.endswith("svg") for picture in pictures), "whole"
        assert len(set(pictures)) > len(pictures) // 2, "that move"
        print(f"    {len(updates)} pictures in {seconds:.1f} s, {sum(map(len, pictures)) / len(pictures) / 1000:.0f} kB each")


def main(names):
    failed = []
    for each in TESTS:
        if names and not any(name in each.__name__ for name in names):
            continue
        begin = time.monotonic()
        try:
            each()
            word = "ok"
        except (Exception, queue.Empty):
            traceback.print_exc()
            failed.append(each.__name__)
            word = "FAILED"
        print(f"{word}: {each.__name__.replace('_', ' ')} ({time.monotonic() - begin:.1f} s)", flush=True)
    print(f"{len(failed)} failed")
    sys.exit(bool(failed))


main(sys.argv[1:])
