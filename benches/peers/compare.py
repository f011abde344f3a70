"""Times every net in digitos and its peers (TensorFlow, PyTorch, JAX, candle, burn) in turn, and prints the ratios.

    python3 -m venv target/peers && target/peers/bin/pip install -r benches/peers/requirements.txt
    target/peers/bin/python benches/peers/compare.py [--rounds 11] [--nets softmax,dense] [--peers tensorflow,jax]

A round asks each program for one run of each net, one program after the other, each after a short rest and a step that is
not counted; the table gives the medians. A run is long enough for the caches and the clock of the processor to settle,
but a single step where a program would need more than two seconds. The floor is the net's arithmetic at the best rate
that any of the programs reaches with the product of two matrices of 1024 by 1024."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# steps of a run; multiply-adds of a step; how many times faster than the best peer, or within which factor of the floor
NETS = {
    "softmax": (2_000, 100 * 2 * 7_840, 9, 2),
    "dense": (300, 100 * (2 * 184_900 + 28_100), 3, 2),
    "conv": (100, 100 * (2 * 985_136 + 815_792), 6, 1.2),
    "batchnorm": (10, 100 * (2 * 9_359_824 + 8_682_448), 3, 1.2),
    "eval_conv": (3, 10_000 * 985_136, 3, 1.5),
}
PEERS = ["tensorflow", "pytorch", "jax", "candle", "burn"]
RUST_PEERS = ["candle", "burn"]


class Program:
    """A program that answers `NAME STEPS` with microseconds."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self.process.stdout.readline().strip()
        self.last = {}

    def ask(self, net, steps):
        # threads of the program before may still be looking out for work
        time.sleep(0.3)
        if steps * self.last.get(net, 0) > 2e6:
            steps = 1
        print(net, steps, file=self.process.stdin, flush=True)
        self.last[net] = float(self.process.stdout.readline())
        return self.last[net]

    def memory(self):
        """The most that the process has held resident, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def build_ours():
    command = ["cargo", "bench", "--bench", "training_step", "--no-run", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    built = [message for message in map(json.loads, lines) if message.get("executable")]
    return next(m["executable"] for m in built if m["target"]["name"] == "training_step")


def command_of(peer):
    if peer not in RUST_PEERS:
        return [sys.executable, HERE / f"{peer}_nets.py"]
    target = ROOT / "target" / f"peers-{peer}"
    environment = {**os.environ, "RUSTFLAGS": "-C target-cpu=native", "CARGO_TARGET_DIR": str(target)}
    subprocess.run(["cargo", "build", "--release"], cwd=HERE / peer, env=environment, check=True)
    return [target / "release" / f"{peer}_nets"]


def cpu():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--nets", type=lambda text: text.split(","), default=list(NETS))
    parser.add_argument("--peers", type=lambda text: text.split(","), default=PEERS)
    asked = parser.parse_args()

    programs = [Program([build_ours(), "--serve"])]
    programs += [Program(command_of(peer)) for peer in asked.peers]
    # the first round compiles the graphs and is not counted
    for program in programs:
        program.ask("softmax", 5_000)
    memory = [program.memory() for program in programs]
    times = {net: [[] for _ in programs] for net in ["product", *asked.nets]}
    for round in range(asked.rounds + 1):
        for net, columns in times.items():
            for program, column in zip(programs, columns):
                microseconds = program.ask(net, NETS[net][0] if net in NETS else 3)
                if round > 0:
                    column.append(microseconds)
        print(f"round {round} of {asked.rounds}", file=sys.stderr)

    rates = [2 * 1024**3 / min(column) / 1e3 for column in times["product"]]
    print(f"{datetime.date.today()}, {cpu()}; medians of {asked.rounds} alternating runs, microseconds a step\n")
    print("| net |", " | ".join(p.version for p in programs), "| times faster | floor | times the floor | target |")
    print("| :-- |", "--: | " * (len(programs) + 3) + ":-- |")
    for net in asked.nets:
        _, multiply_adds, faster, near = NETS[net]
        ours, *peers = [statistics.median(column) for column in times[net]]
        floor = 2 * multiply_adds / max(rates) / 1e3
        gain, above = min(peers) / ours, ours / floor
        met = "met" if gain >= 1.5 and (gain >= faster or above <= near) else "missed"
        cells = [f"{t:,.0f}" for t in [ours, *peers]] + [f"{gain:.2f}", f"{floor:,.0f}", f"{above:.2f}"]
        print(f"| `{net}` |", " | ".join(cells), f"| {faster} times faster or {near} times the floor: {met} |")
    print("| 1024³ product, GFLOP/s |", " | ".join(f"{rate:.0f}" for rate in rates), "| | | | |")
    print("| resident after `softmax`, MB |", " | ".join(f"{mb:,.0f}" for mb in memory), "| | | | |")


main()
