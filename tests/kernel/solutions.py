"""Writes the parts of three lessons in which a student builds a network, with the solutions that the lessons themselves give, as
notebooks of their own: run in the kernel, they fail unless each network reaches its goal.

    python tests/kernel/solutions.py FOLDER
"""
import json
import re
import sys
from pathlib import Path

LESSONS = Path(__file__).parents[2] / "notebooks" / "es"
# The lesson, the cell with the network, the text with its solution, the text that says how to hand it in, the cell that asks for it.
NETWORKS = [
    ("2_capas", "yours", "yours-solution", "yours-train-text", "yours-train"),
    ("3_convolucion", "yours", "small-text", "yours-text", "yours"),
    ("4_batchnorm", "yours", "company-text", "yours-text", "yours-exam"),
]


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for lesson, network, solution, text, asked in NETWORKS:
        notebook = json.loads((LESSONS / f"{lesson}.ipynb").read_text())
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        source = {name: "".join(cell["source"]) for name, cell in cells.items()}
        (code,) = re.findall(r"```rust\n(fn .*?\n}\n)```", source[solution], re.S)
        (answer,) = re.findall(r"pon `([^`]+)` en lugar de `___`", source[text])
        name = code.split("(")[0]
        source[network], found = re.subn(re.escape(name) + r"\(.*?\n}\n", lambda _: code, source[network], flags=re.S)
        assert found == 1, f"{lesson}: the cell `{network}` defines {name} {found} times"
        check = r"(comprobar\(\"\w+\", )___\);"
        source[asked], found = re.subn(check, lambda blank: f"assert!({blank[1]}{answer}).right);", source[asked])
        assert found == 1, f"{lesson}: the cell `{asked}` has {found} blanks"
        needed = []
        for cell in notebook["cells"]:
            text_of_cell = source[cell["id"]]
            # The other exercises stay without an answer, and prove nothing here.
            if cell["cell_type"] == "code" and (cell["id"] == asked or "___" not in text_of_cell):
                needed.append(cell | {"source": text_of_cell, "outputs": [], "execution_count": None})
            if cell["id"] == asked:
                break
        notebook["cells"] = needed
        (folder / f"{lesson}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")


main(Path(sys.argv[1]))
