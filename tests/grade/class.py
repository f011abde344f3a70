"""A class of twenty who handed in lesson 1: right, wrong, empty, endless and hostile. Writes their notebooks, and afterwards says whether
the marks are what they should be and whether nobody got out of the sandbox.

    python tests/grade/class.py write FOLDER
    python tests/grade/class.py check FOLDER GRADES
"""
import csv
import json
import sys
from collections import Counter
from pathlib import Path

LESSONS = Path(__file__).parents[2] / "notebooks"
RIGHT = {"sin_ceros": "0.126", "neurona": "2.0", "verdades": "[true, false, true]", "parametros": "7850", "preguntas_1a": '"bdacdbcdac"'}
ENGLISH = {"without_zeros": "0.126", "neuron": "2.0", "facts": "[true, false, true]", "parameters": "7850", "questions_1a": '"bdacdbcdac"'}
# What a pupil writes in place of the answer to `parametros`, and the marks of the five exercises in their order.
R, W, N, X = "right", "wrong", "no answer", "not checked"
ALL = [R] * 5
LIVES_ON = [R, R, R, X, R]
PUPILS = {
    "ada": ("7850", ALL),
    "berta": ("784 * 10", [R, R, R, W, R]),
    "carlos": ("7840", [R, R, R, W, R]),
    "dolores": ("785", [R, R, R, W, R]),
    "eva": ("784 * 10 + 10", ALL),
    "fernando": ("___", [R, R, R, N, R]),
    "gloria": ('"muchos"', [R, R, R, W, R]),
    "hugo": ("f64::NAN", [R, R, R, W, R]),
    "ines": ('"=HYPERLINK(\\"http://example.org\\")"', [R, R, R, W, R]),
    "juan": ("siete mil", LIVES_ON),  # does not compile
    "karla": ('panic!("no sé")', LIVES_ON),
    "luis": ("{ while std::hint::black_box(true) {} 0 }", [R, R, R, X, X]),
    "marta": ("{ std::process::exit(0); 0 }", None),
    "nora": ("{ fn deep(n: u64) -> u64 { std::hint::black_box(deep(n + 1)) + 1 } deep(0) }", None),
    "oscar": ("{ let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 28]); std::hint::black_box(&all); } 0 }", None),
    "pablo": ("""{
    // Looks at what others handed in, writes over it, leaves the folder, calls out, and ends whatever it can.
    let others = std::fs::read_dir("CLASS").map_or(0, |entries| entries.count());
    let written = std::fs::write("CLASS/ada/1_softmax.ipynb", "").is_ok() | std::fs::write("ROOT/target/escaped", "").is_ok();
    let called = std::net::TcpStream::connect_timeout(&([1, 1, 1, 1], 80).into(), std::time::Duration::from_secs(2)).is_ok();
    if others == 0 && !written && !called { 7850 } else { 0 }
}""", ALL),
    "quique": ('{ let _ = std::process::Command::new("sh").args(["-c", "kill -9 -1"]).status(); 0 }', None),
    "rosa": ('{ for i in 0..2_000_000 { println!("{i} mucho texto"); } 7850 }', None),
    "sara": (None, None),  # not a notebook
    "tomas": ("7850", ALL),  # in English, and under another name
}


def write(folder):
    root = LESSONS.parent
    for pupil, (answer, _) in PUPILS.items():
        place = folder / pupil
        place.mkdir(parents=True, exist_ok=True)
        if answer is None:
            (place / "1_softmax.ipynb").write_text("deberes")
            continue
        language, right = ("en", ENGLISH) if pupil == "tomas" else ("es", RIGHT)
        lesson = json.loads((LESSONS / language / "1_softmax.ipynb").read_text())
        cells = []
        for cell in lesson["cells"]:
            source = "".join(cell["source"])
            name = next((name for name in right if cell["cell_type"] == "code" and f'("{name}"' in source), None)
            if name is None and cell["id"] != "setup":
                continue
            if name:
                is_his = name in ("parametros", "parameters")
                text = answer.replace("CLASS", str(folder)).replace("ROOT", str(root)) if is_his else right[name]
                source = source.replace("___", text, 1)
            cells.append(cell | {"source": source, "outputs": [], "execution_count": None})
        lesson["cells"] = cells
        name = "my homework.ipynb" if pupil == "tomas" else "1_softmax.ipynb"
        (place / name).write_text(json.dumps(lesson, ensure_ascii=False, indent=1))


def check(folder, grades):
    rows = list(csv.DictReader((grades / "grades.csv").open(encoding="utf-8")))
    marks = {pupil: [row["mark"] for row in rows if row["pupil"] == pupil] for pupil in PUPILS}
    for pupil, (_, expected) in PUPILS.items():
        print(f"{pupil}: {', '.join(marks[pupil])}")
        if expected:
            assert marks[pupil] == expected, f"{pupil}: {marks[pupil]}, expected {expected}"
    for pupil in ("marta", "nora", "oscar"):  # their process died: what came before counts, and what needs nothing of it goes on
        assert marks[pupil][:4] == [R, R, R, X], f"{pupil}: {marks[pupil]}"
    assert marks["quique"][:3] == ALL[:3] or set(marks["quique"]) == {X}, marks["quique"]
    assert marks["sara"] == [X]
    mistakes = Counter(row["mistake"] for row in rows if row["mistake"])
    assert mistakes.most_common(1)[0][1] == 2, mistakes
    (formula,) = [row["answer"] for row in rows if row["pupil"] == "ines" and row["exercise"] == "parametros"]
    assert formula.startswith("'="), formula
    # Nobody got out.
    assert not (LESSONS.parent / "target" / "escaped").exists()
    json.loads((folder / "ada" / "1_softmax.ipynb").read_text())
    page = (grades / "grades.html").read_text()
    assert "http" not in page.replace("http://example.org", ""), "the page needs another host"
    print("all marks are as they should be")


command, *folders = sys.argv[1:]
{"write": write, "check": check}[command](*[Path(folder).resolve() for folder in folders])
