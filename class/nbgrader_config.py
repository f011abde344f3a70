"""What nbgrader needs to know about the lessons of digitos. A copy of it lies in the folder of the course."""
import os

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "digitos"

# The lessons hold no solutions, so there are none to take out.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A check is friendly to whoever learns; here one of a missing or wrong answer fails its cell.
os.environ["DIGITOS_GRADE"] = "fail"
c.ExecutePreprocessor.timeout = 600  # seconds for a cell
c.ExecutePreprocessor.startup_timeout = 120
