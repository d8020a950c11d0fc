"""What an instructor downloaded from a learning system: a zip or a folder, as files with their places in it.

Theory of operation: students chose the names and the content of what is inside, so nothing is unpacked by its own
word.  Entries are listed under names that stay below the download, links and devices are refused, and a file is read
up to a limit when it is asked for.  Whatever is refused is named, since it may be somebody's work.
"""

from __future__ import annotations

import io
import os
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError, UsageError
from autograder.intake.archives import MAX_CLASS_ENTRIES, MAX_STUDENTS_ENTRIES, entries_of, open_archive, read_entry
from autograder.intake.files import read_bytes
from autograder.intake.names import relative_parts, shown

MAX_DOWNLOAD_BYTES = 8 * 2**30  # of a class, unpacked
MAX_STUDENTS_BYTES = 512 * 2**20  # in one student's zip
NOTEBOOKS = (".ipynb", ".py", ".json", ".ipynb.txt", ".ipynb.json", ".py.txt")
ARCHIVES = (".zip",)
MAX_WITHIN = 2  # zips around a student's zip that are opened
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".egg", ".alz")  # the last two are common in Korea
_MARK_OF_ENTRY = b"PK\x01\x02"


@dataclass(frozen=True)
class File:
    """A file of a download; ``read`` gives its content or raises ``SubmissionError``."""

    path: PurePosixPath
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why; ``is_work`` where it may be what somebody handed in."""

    path: str
    why: str
    is_work: bool = False


@dataclass(frozen=True)
class Download:
    """The files of one source, sorted by their places; links and the like are ``refused``."""

    name: str
    files: tuple[File, ...]
    refused: tuple[Refused, ...]


def is_notebook(name: str) -> bool:
    """Whether a file's name is that of a notebook or a Python file, also with what a browser appended to it."""
    return name.lower().endswith(NOTEBOOKS)


def is_work(name: str) -> bool:
    """Whether a file's name is that of something that can be graded, or of a zip of it."""
    return is_notebook(name) or name.lower().endswith(ARCHIVES)


def may_be_work(name: str) -> bool:
    """Whether a file that cannot be graded may hold somebody's work, as an archive of another kind does."""
    return is_work(name) or name.lower().endswith(_OTHER_ARCHIVES)


def is_hidden(path: PurePosixPath) -> bool:
    """Whether a file is an operating system's or an editor's own."""
    return any(part.startswith((".", "__MACOSX", "~$")) or part in ("Thumbs.db", "desktop.ini") for part in path.parts)


def is_checkpoint(path: PurePosixPath) -> bool:
    """Whether a file is Jupyter's own copy of a notebook, which counts where the notebook itself is missing."""
    around = [part for part in path.parts if part != ".ipynb_checkpoints"]
    return len(around) < len(path.parts) and is_notebook(path.name) and not is_hidden(PurePosixPath(*around))


@contextmanager
def opened(source: Path) -> Iterator[Download]:
    """A source whose files can be read until the block ends.

    Raises:
        UsageError: it is neither a folder, nor a zip, nor a file that can be graded.
    """
    with ExitStack() as stack:
        if source.is_dir():
            yield _of_folder(source)
        elif not source.is_file():
            raise UsageError(f"{source} does not exist; wanted the zip of a learning system, or its folder")
        elif zipfile.is_zipfile(source):
            try:
                yield _of_archive(source.name, stack.enter_context(open_archive(source)))
            except SubmissionError as error:
                raise UsageError(f"{source}: {error}; download it again") from None
        elif is_notebook(source.name):
            file = File(PurePosixPath(unicodedata.normalize("NFC", source.name)), partial(read_bytes, source))
            yield Download(source.name, (file,), ())
        elif source.suffix.lower() == ".zip":
            raise UsageError(f"{source} is damaged: it cannot be opened as a zip; download it again")
        else:
            raise UsageError(f"{source} is neither a zip nor a folder; wanted what the learning system gives you")


def notebooks_in(data: bytes, *, within: int = 0) -> tuple[tuple[PurePosixPath, bytes], ...]:
    """The notebooks and Python files in a zip that a student packed, under their places in it.

    The folders around all of them are left out, and those around the only notebook.  A zip that holds nothing but
    another one is opened as well.

    Args:
        data: the zip.
        within: in how many other zips it was.

    Raises:
        SubmissionError: it holds none, or it cannot be read within the limits.
    """
    if data.count(_MARK_OF_ENTRY) > MAX_STUDENTS_ENTRIES:
        raise SubmissionError(f"has more than {MAX_STUDENTS_ENTRIES} entries")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # zipfile raises many kinds for forged archives
        raise SubmissionError("is not a zip archive that can be opened") from error
    with archive:
        download = _of_archive("", archive)
        notebooks = [file for file in download.files if is_notebook(file.path.name)]
        files = [file for file in notebooks if not is_hidden(file.path)]
        files = files or [file for file in notebooks if is_checkpoint(file.path)]
        notebooks = [file for file in files if file.path.name.lower().endswith(".ipynb")]
        if not files:
            zips = [file for file in download.files if file.path.name.lower().endswith(ARCHIVES)]
            if len(zips) == 1 and within < MAX_WITHIN:
                return notebooks_in(zips[0].read(), within=within + 1)
            raise SubmissionError(f"holds no notebook and no .py file{', but zips in zips' if zips else ''}")
        top = notebooks[0].path.parent if len(notebooks) == 1 else _common_folder(files)
        inside: dict[PurePosixPath, bytes] = {}
        room = MAX_STUDENTS_BYTES
        for file in files:
            content = file.read()
            room -= len(content)
            if room < 0:
                raise SubmissionError(f"holds more than {MAX_STUDENTS_BYTES // 2**20} MiB")
            place = file.path.relative_to(top) if file.path.is_relative_to(top) else file.path
            inside.setdefault(place, content)
    return tuple(inside.items())


def _of_archive(name: str, archive: zipfile.ZipFile) -> Download:
    taken, files = set(), []
    for path, entry in entries_of(archive):
        taken.add(id(entry))
        files.append(File(_composed(path), partial(read_entry, archive, entry)))
    refused = [
        Refused(shown(entry.filename), "it is a link, or its name leads out of the archive", is_work(entry.filename))
        for entry in archive.infolist()[:MAX_CLASS_ENTRIES]
        if id(entry) not in taken and not entry.is_dir()
    ]
    if len(archive.infolist()) > MAX_CLASS_ENTRIES:
        refused.append(Refused(name, f"it has more than {MAX_CLASS_ENTRIES} entries; the rest was not read", True))
    return Download(name, _sorted(files), tuple(refused))


def _of_folder(folder: Path) -> Download:
    files, refused = [], []
    for place, folders, names in os.walk(folder):
        for name in (*names, *folders):
            path = Path(place, name)
            relative = path.relative_to(folder).as_posix()
            parts = relative_parts(relative)
            if path.is_symlink():
                refused.append(Refused(shown(relative), "it is a link", is_work(name)))
            elif parts is None:
                refused.append(Refused(shown(relative), "its name cannot be used", is_work(name)))
            elif path.is_file():
                files.append(File(_composed(PurePosixPath(*parts)), partial(read_bytes, path)))
            elif not path.is_dir():
                refused.append(Refused(shown(relative), "it is no plain file", is_work(name)))
    return Download(folder.name, _sorted(files), tuple(refused))


def _common_folder(files: list[File]) -> PurePosixPath:
    return PurePosixPath(os.path.commonpath([file.path.parent.as_posix() for file in files]))


def _sorted(files: list[File]) -> tuple[File, ...]:
    return tuple(sorted(files, key=lambda file: file.path.as_posix()))


def _composed(path: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(unicodedata.normalize("NFC", path.as_posix()))
