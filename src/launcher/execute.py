"""Executes one notebook (JSON on stdin) in the Rust kernel and tells what happens, one JSON object a line:
{"start": cell}   {"text": stdout of the running cell}   {"end": cell, "outputs": [...]}
It stops after the first cell that failed. argv[1] is the folder the kernel works in. With argv[2] it goes on instead, for
that many seconds, or says {"late": true}; argv[3] is what each process may have of memory, in bytes."""

import asyncio
import json
import os
import queue
import sys

# What the kernel process itself prints to stdout is dropped, so that it cannot mix with what is told.
told = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError


def tell(**event):
    print(json.dumps(event), file=told, flush=True)


class Client(NotebookClient):
    def process_message(self, message, cell, index):
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            tell(text=content["text"])
        return super().process_message(message, cell, index)


async def late_messages(client, cell, index, seconds):
    """Without the relay, as on Windows, a third of what a cell writes to stderr arrives after the kernel has said that the
    cell is done: by 1 to 10 ms, on a busy machine by 150. What comes later still is taken for the next cell's, which then
    fails."""
    while os.name == "nt":
        try:
            message = await client.kc.get_iopub_msg(timeout=seconds)
        except queue.Empty:
            return
        if message["msg_type"] in ("stream", "error"):
            client.process_message(message, cell, index)


def failed(output):
    return output["output_type"] == "error" or output.get("name") == "stderr"


async def main(goes_on):
    notebook = nbformat.reads(sys.stdin.buffer.read().decode("utf-8"), as_version=4)
    client = Client(
        notebook,
        kernel_name="rust",
        timeout=None,
        startup_timeout=300,
        iopub_timeout=60,
        raise_on_iopub_timeout=True,
        record_timing=False,
        resources={"metadata": {"path": sys.argv[1]}},
    )
    async with client.async_setup_kernel():
        client.allow_errors = goes_on
        code = [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
        for index, cell in code:
            tell(start=index)
            wait = 1 if index == code[-1][0] else 0.2
            try:
                await client.async_execute_cell(cell, index)
                await late_messages(client, cell, index, wait)
            except CellExecutionError:
                await late_messages(client, cell, index, wait)
            except DeadKernelError:
                text = "the kernel died (out of memory, or killed)"
                cell.outputs.append(nbformat.v4.new_output("error", ename="DeadKernel", evalue=text, traceback=[text]))
            tell(end=index, outputs=cell.outputs)
            if any(map(failed, cell.outputs)) and not goes_on:
                return


async def in_time(seconds):
    try:
        await asyncio.wait_for(main(goes_on=True), seconds)
    except asyncio.TimeoutError:
        tell(late=True)


if len(sys.argv) > 3:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[3]),) * 2)

try:
    asyncio.run(in_time(float(sys.argv[2])) if len(sys.argv) > 2 else main(goes_on=False))
except Exception as error:
    sys.exit(f"stopped: {type(error).__name__} {error}".strip())
