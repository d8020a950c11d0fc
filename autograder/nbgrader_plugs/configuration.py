"""What a course's ``nbgrader_config.py`` sets: the package's plugs in nbgrader's places.

It is code and not a text in each course, so that a newer version of the package needs no change of the course.
"""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from autograder.course_folder import CourseFolder
from autograder.nbgrader_plugs.feedback_page import FeedbackExporter
from autograder.nbgrader_plugs.generate import release_config
from autograder.nbgrader_plugs.guard import guard_nbgrader
from autograder.workspace import find_workspace

_PLUGS = "autograder.nbgrader_plugs"


def configure(c: Config, root: Path) -> None:
    """Fills nbgrader's configuration of a course.

    Args:
        c: from ``get_config()``.
        root: the course's folder.

    Raises:
        UsageError: the course's own settings are faulty.
    """
    folder, course = CourseFolder(root), find_workspace(root).course()
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.db_url = folder.gradebook_url
    c.Exchange.root = str(folder.exchange)
    c.Exchange.cache = str(folder.nbgrader_cache)
    c.Exchange.timezone = "UTC"  # nbgrader writes a zone's abbreviation into folders' names, and misreads most of them
    c.NbGraderAPI.timezone = course.timezone
    c.NbGraderAPI.timestamp_format = "%Y-%m-%d %H:%M:%S %z"

    # Collecting: plain files of bounded size, under the name of the student who handed them in.
    c.ExchangeCollect.update = True  # a student's latest submission counts
    c.ExchangeFactory.collect = f"{_PLUGS}.collect.CarefulCollect"
    c.ZipCollectApp.extractor_plugin = f"{_PLUGS}.collect.CarefulExtractor"
    c.ZipCollectApp.collector_plugin = f"{_PLUGS}.collect.CarefulNames"

    # The release: solution cells without marks (own imports, forms) are handed out unchanged.
    c.merge(release_config(course.language))

    # Grading: the engine replaces Execute; a broken notebook is replaced by a clean copy.
    c.Autograde.exporter_class = f"{_PLUGS}.salvage.SalvageExporter"
    c.SalvageExporter.language = course.language
    c.OverwriteCells.add_missing_cells = True
    c.Autograde.autograde_preprocessors = [
        f"{_PLUGS}.preprocessor.GradeWithEngine",
        f"{_PLUGS}.marks.SaveGrades",
        f"{_PLUGS}.late.AssignLatePolicy",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        f"{_PLUGS}.feedback_page.AddReceipt",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    FeedbackExporter.configure(c)
    c.ExchangeFactory.release_feedback = f"{_PLUGS}.release_feedback.CarefulReleaseFeedback"
    c.LateSubmissionPlugin.penalty_method = "none"  # decides where course.toml has no late policy
    guard_nbgrader()
