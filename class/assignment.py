"""Makes an nbgrader assignment of a lesson: each exercise becomes a cell for the answer and a locked one with its check, worth a point.

    python3 class/assignment.py COURSE LESSON…      such as  class/assignment.py ~/course notebooks/en/1_softmax.ipynb

Writes COURSE/source/NAME/NAME.ipynb, with the lesson's name, and COURSE/nbgrader_config.py if there is none."""
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECK = re.compile(r'^(?:check|comprobar)\("(\w+)", (.+?)\);(.*)$')


def mark(grade_id, **what):
    kinds = {"grade": False, "solution": False, "locked": False, "task": False} | what
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, "cell_type": "code"} | kinds}


def cell(name, lines, metadata):
    return {"cell_type": "code", "id": name, "metadata": metadata, "execution_count": None, "outputs": [], "source": "\n".join(lines)}


def cells_of_exercise(original):
    """What the student writes, then a check a cell, then what stands below it."""
    answer, checks, rest = [], [], []
    for line in "".join(original["source"]).split("\n"):
        found = CHECK.match(line)
        if not found:
            (rest if checks else answer).append(line)
            continue
        name, given, note = found.groups()
        if "___" in given:  # the answer stands in the check itself
            answer.append(f"let {name} = {given};{note}")
            given, note = name, ""
        checks.append((name, f'{"comprobar" if line.startswith("comprobar") else "check"}("{name}", {given});{note}'))
    assert checks, f"no check in the cell {original['id']}"
    tags = {"tags": original["metadata"].get("tags", [])}
    cells = [cell(original["id"], answer, mark(f"answer-{checks[0][0]}", solution=True) | tags)]
    for name, line in checks:
        cells.append(cell(f"check-{name}"[:64].replace("_", "-"), [line], mark(f"check-{name}", grade=True, locked=True, points=1)))
    return cells + ([cell(f"{original['id']}-more", rest, {})] if rest else [])


def assignment(lesson):
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    cells = []
    for original in notebook["cells"]:
        if original["cell_type"] == "code":
            original["outputs"], original["execution_count"] = [], None
            text = "".join(original["source"])
            if original["id"] == "setup":  # nbgrader moves notebooks: only the full path finds the library
                original["source"] = re.sub(r'(?m)^(:dep digitos = \{ path = )"[^"]*"', lambda found: found[1] + json.dumps(str(ROOT)), text)
                original["metadata"] |= mark("setup", locked=True)
            if "exercise" in original["metadata"].get("tags", []):
                cells += cells_of_exercise(original)
                continue
        cells.append(original)
    return notebook | {"cells": cells}


def main(course, lessons):
    for lesson in lessons:
        made = assignment(lesson)
        file = course / "source" / lesson.stem / lesson.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        points = sum("points" in cell["metadata"].get("nbgrader", {}) for cell in made["cells"])
        print(f"{file}: {points} points")
    if not (course / "nbgrader_config.py").exists():
        shutil.copyfile(ROOT / "class" / "nbgrader_config.py", course / "nbgrader_config.py")


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(Path(sys.argv[1]).expanduser().resolve(), [Path(lesson) for lesson in sys.argv[2:]])
