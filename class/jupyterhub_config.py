"""JupyterHub for a class: the users of one computer, and one installation of digitos that they cannot change."""
import grp
import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = ROOT / "target" / "class"
LESSON = os.environ.get("DIGITOS_LESSON", "es/1_softmax.ipynb")  # what is opened first
MEGABYTES = 1500  # of memory for a user, or for each process of one

c = get_config()  # noqa: F821

# Only this computer reaches it: a web server in front of it brings HTTPS (see README.md).
c.JupyterHub.bind_url = os.environ.get("DIGITOS_URL", "http://127.0.0.1:8000")

# Who may log in, with the password of this computer.
PUPILS, TEACHERS = "pupils", "teachers"
missing = {PUPILS, TEACHERS} - {group.gr_name for group in grp.getgrall()}
if missing:
    sys.exit(f"error: this computer has no group {' and no group '.join(sorted(missing))}; `groupadd NAME` makes one")
c.PAMAuthenticator.allowed_groups = {PUPILS, TEACHERS}
c.PAMAuthenticator.admin_groups = {TEACHERS}

# Where systemd runs, a user's server and kernels are one unit with one limit. Elsewhere each process has that limit.
if Path("/run/systemd/system").is_dir() and importlib.util.find_spec("systemdspawner"):
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.mem_limit = f"{MEGABYTES}M"
    c.SystemdSpawner.isolate_tmp = True
else:
    c.Spawner.environment = {"DIGITOS_MEGABYTES": str(MEGABYTES)}
c.Spawner.cmd = [str(ROOT / "class" / "start")]
c.Spawner.notebook_dir = "~/digitos"
c.Spawner.default_url = f"/lab/tree/{LESSON}"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # thirty start in the same minute
c.JupyterHub.concurrent_spawn_limit = 0

c.Spawner.environment |= {
    "PATH": f"{INSTALLED}/rust/bin:{INSTALLED}/hub/bin:/usr/local/bin:/usr/bin:/bin",
    "JUPYTER_PATH": str(ROOT / ".venv" / "share" / "jupyter"),  # the kernel `rust`
    # The crates that the library was compiled from: no user downloads them, or compiles them again.
    "CARGO_HOME": str(INSTALLED / "cargo"),
    "CARGO_NET_OFFLINE": "true",
    # The kernel gives back what it no longer uses: 30 of 400 MB.
    "MIMALLOC_PURGE_DELAY": "0",
    "RAYON_NUM_THREADS": "1",
    "DIGITOS_THREADS": "1",  # a class has more pupils than the computer has cores
}
c.Spawner.args = [
    # A kernel needs more memory than everything else: those that nobody has used for an hour end.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_connected=True",
    "--MappingKernelManager.cull_interval=300",
    # The panel is sent to each pupil some times a second: packed, a picture of 104 kB takes 63.
    "--ServerApp.tornado_settings=compress_response=True",
]

# And so do the servers.
c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
