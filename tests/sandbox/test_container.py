"""Containers: what their command lines say, how a way that works is found, and, where a program is, the real thing."""

from __future__ import annotations

import os
import secrets
import signal
import stat
import subprocess
import sys
import tarfile
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.config import Limits
from autograder.errors import EnvironmentFault
from autograder.grading.student import RemoteStudent
from autograder.model import Chunk, Submission
from autograder.sandbox import find_backends, prepare_runtime
from autograder.sandbox import probe as probes
from autograder.sandbox.containers import CONTAINERS, Container
from autograder.sandbox.containers.programs import (
    CLIENT_ENVIRONMENT,
    Apptainer,
    ContainerSpec,
    Docker,
    Podman,
    Program,
    Way,
    ask,
    client_environment,
)
from autograder.sandbox.host import Host
from autograder.sandbox.spec import HostSpec
from autograder.worker.confine import can_confine_files
from tests.sandbox.conftest import LIMITS

PROGRAMS = [Podman(), Docker(), Apptainer()]
READABLE = ("/opt/python", "/usr/lib/libm.so")
ENVIRONMENT = {"PYTHONHOME": "/view/home", "PATH": "/usr/bin:/bin", "HOME": "/tmp/scratch-1"}


@pytest.fixture(params=PROGRAMS, ids=lambda program: program.name)
def program(request: pytest.FixtureRequest) -> Program:
    """Each of the three programs."""
    return request.param


@pytest.fixture
def container(tmp_path: Path) -> ContainerSpec:
    """A container that nobody runs."""
    (tmp_path / "root").mkdir()
    limits = Limits(memory_mib=512, processes=4)
    scratch = Path("/tmp/scratch-1")
    return ContainerSpec(
        "autograder-1", tmp_path / "root", scratch, READABLE, ENVIRONMENT, limits, ["/opt/python", "-m", "x"]
    )


def values(command: list[str], option: str) -> list[str]:
    """What stands behind each occurrence of an option."""
    return [command[number + 1] for number, word in enumerate(command) if word == option]


# -- command lines ---------------------------------------------------------------------------------


def test_the_containers_stand_behind_the_other_sandboxes() -> None:
    """Best first: podman, docker, and apptainer, which was never run, last."""
    assert [backend.name for backend in find_backends()][-3:] == ["podman", "docker", "apptainer"]


def test_there_is_no_network(program: Program, container: ContainerSpec) -> None:
    """Each container has a network of its own with nothing in it."""
    command = program.run(container, Way())
    assert values(command, "--network") == ["none"]
    assert program.name != "apptainer" or "--net" in command


def test_nothing_can_be_written_but_the_scratch_folder(program: Program, container: ContainerSpec) -> None:
    """The root file system and every bind are read-only, the scratch folder's alone is not."""
    command = program.run(container, Way())
    if program.name == "apptainer":
        binds = values(command, "--bind")
        assert binds == [*(f"{path}:{path}:ro" for path in READABLE), "/tmp/scratch-1:/tmp/scratch-1:rw"]
        assert not {"--writable", "--writable-tmpfs", "-w"} & set(command)
        return
    assert values(command, "--mount") == [
        *(f"type=bind,source={path},target={path},readonly" for path in READABLE),
        "type=bind,source=/tmp/scratch-1,target=/tmp/scratch-1",
    ]
    assert "--read-only" in command
    assert program.name != "podman" or "--read-only-tmpfs=false" in command
    assert not {"--volume", "-v", "--privileged", "--tmpfs", "--device", "--volumes-from"} & set(command)


def test_leased_devices_are_handed_in_one_by_one(program: Program, container: ContainerSpec) -> None:
    """Each by its own file; never all that there are, as the programs' own options for GPUs would."""
    leased = replace(container, devices=("/dev/nvidiactl", "/dev/nvidia1"))
    command, without = program.run(leased, Way()), program.run(container, Way())
    if program.name == "apptainer":
        binds = [bind for bind in values(command, "--bind") if bind not in values(without, "--bind")]
        assert binds == ["/dev/nvidiactl:/dev/nvidiactl", "/dev/nvidia1:/dev/nvidia1"]
    else:
        assert values(command, "--device") == ["/dev/nvidiactl:/dev/nvidiactl:rw", "/dev/nvidia1:/dev/nvidia1:rw"]
    assert not {"--gpus", "--nv", "--nvccli", "--rocm", "--privileged"} & set(command)
    assert len(command) == len(without) + 4


def test_the_home_and_what_the_administrator_binds_are_absent(container: ContainerSpec) -> None:
    """apptainer binds a home folder, the current folder and more unless it is told not to."""
    command = Apptainer().run(container, Way())
    assert "--containall" in command and values(command, "--no-mount") == ["home,tmp,cwd,hostfs,bind-paths"]


def test_the_environment_is_the_runtimes(program: Program, container: ContainerSpec) -> None:
    """No variable is passed but the runtime's; docker's proxies are emptied, since its client would fill them in."""
    given = dict(pair.split("=", 1) for pair in values(program.run(container, Way()), "--env"))
    proxies = {key: value for key, value in given.items() if key.lower().endswith("_proxy")}
    assert bool(proxies) == (program.name == "docker") and not any(proxies.values())
    expected = {key: value for key, value in ENVIRONMENT.items() if program.name != "apptainer" or key != "HOME"}
    assert {key: value for key, value in given.items() if key not in proxies} == expected
    assert program.name != "podman" or "--http-proxy=false" in program.run(container, Way())


def test_the_programs_themselves_see_few_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret is not passed on, nor a variable that would bind more or name another policy."""
    for key in ("CXR_API_TOKEN", "APPTAINER_BIND", "APPTAINERENV_TOKEN", "SINGULARITY_BIND", "CONTAINER_HOST"):
        monkeypatch.setenv(key, "secret")
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/user/1000/docker.sock")
    assert set(client_environment()) <= set(CLIENT_ENVIRONMENT)
    assert "secret" not in client_environment().values()
    assert client_environment()["DOCKER_HOST"] == "unix:///run/user/1000/docker.sock"


@pytest.mark.parametrize(("caller", "user"), [(0, "65534:65534"), (1000, "1000:100")])
def test_student_code_is_never_root(
    program: Program, container: ContainerSpec, caller: int, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the caller, or nobody where that would be root; no capability, and no way to gain one."""
    monkeypatch.setattr(os, "geteuid", lambda: caller)
    monkeypatch.setattr(os, "getegid", lambda: 100)
    command = program.run(container, Way())
    if program.name == "apptainer":
        security = ["uid:65534", "gid:65534"] if caller == 0 else []
        assert values(command, "--security") == security and "--no-privs" in command and "--fakeroot" not in command
        return
    assert values(command, "--user") == [user]
    assert values(command, "--cap-drop") == ["all"] and "--cap-add" not in command
    assert values(command, "--security-opt") == ["no-new-privileges", "label=disable"]  # the filter of calls stays
    assert values(command, "--userns") == (["keep-id"] if program.name == "podman" and caller else [])


def test_output_is_logged_nowhere(container: ContainerSpec) -> None:
    """The bytes of the protocol pass through, and nothing reads, keeps or colours them."""
    assert values(Podman().run(container, Way()), "--log-driver") == ["passthrough"]
    assert values(Docker().run(container, Way()), "--log-driver") == ["none"]
    for program in (Podman(), Docker()):
        command = program.run(container, Way())
        assert "--interactive" in command and not {"-t", "-it", "--tty"} & set(command)


def test_nothing_is_fetched(container: ContainerSpec) -> None:
    """podman and apptainer run a folder, docker an image that is made here."""
    root = str(container.root)
    assert Podman().run(container, Way())[-5:] == ["--rootfs", root, *container.command]
    assert Apptainer().run(container, Way())[-4:] == [root, *container.command]
    docker = Docker().run(container, Way())
    assert values(docker, "--pull") == ["never"]
    assert docker[-4].startswith("autograder-skeleton:") and docker[-3:] == container.command


def test_cgroups_bound_memory_and_tasks(program: Program, container: ContainerSpec) -> None:
    """The limits of the assignment and the host's own share, where cgroups may be used."""
    command = program.run(container, Way())
    assert values(command, "--memory") == [str((512 + 1536) * 2**20)]
    assert values(command, "--pids-limit") == [str(4 * 16 + 256)]
    if Way(bounded=False) in program.ways:
        assert not {"--memory", "--pids-limit"} & set(program.run(container, Way(bounded=False)))


def test_memory_of_processes_is_no_ones_elses(container: ContainerSpec) -> None:
    """Processes and shared memory are the container's own, and there is no folder for shared memory."""
    for program in (Podman(), Docker()):
        command = program.run(container, Way())
        assert values(command, "--ipc") == ["none"]
        assert not {"--pid", "--uts", "--cgroupns"} & set(command)  # their own by default
        assert "core=0:0" in values(command, "--ulimit")


def test_a_container_is_removed_by_its_name(container: ContainerSpec) -> None:
    """At once and by force; apptainer's ends with the program."""
    assert Podman().remove(container) == ["podman", "rm", "--force", "--time", "0", container.name]
    assert Docker().remove(container) == ["docker", "rm", "--force", container.name]
    assert Apptainer().remove(container) == []
    for program in (Podman(), Docker()):
        assert values(program.run(container, Way()), "--name") == [container.name] and "--rm" in program.run(
            container, Way()
        )


def test_a_skeleton_has_a_point_for_each_mount(container: ContainerSpec, tmp_path: Path) -> None:
    """Folders for folders, files for files, and nothing in them."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "secret.py").write_text("x = 1")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "module.py").write_text("y = 2")
    paths = (str(tmp_path / "library"), str(tmp_path / "module.py"))
    furnished = ContainerSpec("c", container.root, tmp_path / "scratch", paths, {}, Limits(), [])
    Podman().prepare(furnished)
    inside = container.root / str(tmp_path)[1:]
    assert sorted(path.name for path in inside.iterdir()) == ["library", "module.py", "scratch"]
    assert list((inside / "library").iterdir()) == [] and (inside / "module.py").read_text() == ""
    assert {"proc", "dev", "sys", "etc", "tmp"} <= {path.name for path in container.root.iterdir()}


# -- finding a way ---------------------------------------------------------------------------------

FAKE = '#!{python} -I\nimport sys\nfrom pathlib import Path\nwords = sys.argv[1:]\nlog = Path("{log}")\n'
ANSWERS = FAKE + 'log.open("a").write(" ".join(words) + "\\n")\n'


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """A folder that is the whole PATH, and a file in which scripted programs note what they were told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    yield folder, tmp_path / "log"


def write_program(place: tuple[Path, Path], name: str, lines: str) -> None:
    """A scripted program; ``words`` are its arguments."""
    path = place[0] / name
    path.write_text(ANSWERS.format(python=sys.executable, log=place[1]) + textwrap.dedent(lines))
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


RUNS = """
    if "run" in words:
        Path(words[-1], "trial").write_text(Path("/proc/sys/kernel/random/boot_id").read_text())
"""


def test_a_program_that_is_not_there_says_how_to_get_it(program: Program, script: tuple[Path, Path]) -> None:
    """The reason names the program and the next step."""
    assert Container(program).missing() == program.install


def test_a_daemon_that_cannot_be_reached_is_told(script: tuple[Path, Path]) -> None:
    """docker's own message, and what has to be so."""
    write_program(script, "docker", "sys.exit('Cannot connect to the Docker daemon. Is it running?')")
    reason = Container(Docker()).missing()
    assert "Cannot connect to the Docker daemon" in reason and "group docker" in reason


def test_a_container_that_fails_gives_its_last_words(script: tuple[Path, Path]) -> None:
    """All ways were tried; the plainest one's message is told."""
    write_program(script, "podman", "if 'run' in words: sys.exit('newuidmap: write to uid_map failed')")
    assert "newuidmap: write to uid_map failed" in Container(Podman()).missing()
    runs = [line for line in script[1].read_text().splitlines() if " run " in f" {line}"]
    assert ["--memory" in runs[0], "--runtime runc" in runs[1], "--cgroups disabled" in runs[2]] == [True] * 3


def test_containers_on_another_machine_are_refused(script: tuple[Path, Path]) -> None:
    """A command that succeeds and leaves nothing in the scratch folder here ran somewhere else."""
    write_program(script, "podman", "")
    assert "another machine" in Container(Podman()).missing()


def test_without_cgroups_the_plainest_way_is_found(script: tuple[Path, Path]) -> None:
    """Limits that may not be set do not keep a container from running; each trial is removed by its name."""
    bounded = "if '--memory' in words: sys.exit('cgroups: permission denied')"
    write_program(script, "podman", bounded + textwrap.dedent(RUNS))
    backend = Container(Podman())
    assert backend.missing() == "" and backend._way == Way(bounded=False)
    lines = script[1].read_text().splitlines()
    assert sum(line.startswith("rm --force") for line in lines) == len(Podman.ways)


def test_a_reason_is_not_kept(script: tuple[Path, Path]) -> None:
    """A daemon that was started in the meantime is found; a way that works is not sought again."""
    backend = Container(Podman())
    assert backend.missing() == Podman.install
    write_program(script, "podman", RUNS)
    assert backend.missing() == "" and backend.missing() == ""
    assert sum(" run " in f" {line}" for line in script[1].read_text().splitlines()) == 1


def test_a_path_that_would_be_read_as_two_is_refused(script: tuple[Path, Path], tmp_path: Path) -> None:
    """Commas and colons separate the parts of a bind."""
    write_program(script, "podman", RUNS)
    runtime = prepare_runtime(tmp_path / "views, old", ())
    (tmp_path / "scratch").mkdir()
    with pytest.raises(EnvironmentFault, match="comma"):
        Container(Podman()).start(HostSpec(runtime, tmp_path / "scratch", LIMITS, threads=1))


def test_dockers_image_is_made_once_and_holds_links_alone(script: tuple[Path, Path], container: ContainerSpec) -> None:
    """It is imported from a few bytes where it is not there yet."""
    image = script[0] / "image.tar"
    write_program(
        script,
        "docker",
        f"""
        image = Path({str(image)!r})
        if words[:2] == ["image", "inspect"]:
            sys.exit(0 if image.exists() else "No such image")
        if words[0] == "import":
            image.write_bytes(sys.stdin.buffer.read())
        """,
    )
    Docker().prepare(container)
    Docker().prepare(container)
    assert sum(line.startswith("import") for line in script[1].read_text().splitlines()) == 1
    with tarfile.open(image) as archive:
        assert all(entry.issym() for entry in archive.getmembers())


# -- for real --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CONTAINERS, ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Container:
    """Each program that can run a container on this machine."""
    if reason := request.param.missing():
        pytest.skip(reason)
    return request.param


def student_of(host: Host, source: str) -> RemoteStudent:
    """A submission of one cell on that host."""
    return RemoteStudent(host, Submission("s", (Chunk("cell", textwrap.dedent(source)),)), LIMITS)


def test_every_probe_is_refused(backend: Container) -> None:
    """What ``autograder doctor`` tries is refused in a container, but for what only an inner wall can refuse.

    A signal to a container's first process does nothing, yet is no error; a mount point below the home shows its name.
    """
    harmless = set() if can_confine_files() else {"signal its own host", "list your home folder"}
    assert [finding for finding in probes.probe(backend) if not finding.ok and finding.what not in harmless] == []


def test_bytes_pass_unchanged(backend: Container, tmp_path: Path) -> None:
    """Every byte, and more of them than a pipe holds, in both directions."""
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), LIMITS) as host:
        sent = np.random.default_rng(0).integers(0, 256, 4_000_000).astype(np.uint8)
        assert (student_of(host, "def f(x): return 255 - x").f(sent) == 255 - sent).all()


INSIDE = """
    import os
    def user(): return [os.getuid(), os.getgid()]
    def root(): return sorted(os.listdir("/"))
    def variables(): return sorted(os.environ)
    def rights():
        lines = open("/proc/self/status").read().splitlines()
        return [line.split()[1] for line in lines if line.startswith(("CapEff", "CapBnd", "NoNewPrivs"))]
"""


def test_student_code_finds_nothing_inside(backend: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not root, has no capability, and sees neither our environment nor our folders."""
    monkeypatch.setenv("CXR_API_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example")
    monkeypatch.setattr("autograder.sandbox.runtime.HOST_ONLY", ())  # without the inner wall, which hides more
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), LIMITS) as host:
        student = student_of(host, INSIDE)
        assert backend._way.as_root or 0 not in student.user()  # rootless docker: that root is the caller out here
        assert not {"home", "mnt", "media", "srv", "boot"} & set(student.root())
        assert "CXR_API_TOKEN" not in student.variables()
        nothing = "0" * 16
        assert student.rights() == [nothing, nothing, "1"]


def test_an_end_leaves_nothing(backend: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When ``close`` returns, the host's process, its container and its folders are gone."""
    name = secrets.token_hex(8)
    monkeypatch.setattr("secrets.token_hex", lambda _: name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    known = [backend.name, "container", "inspect", f"autograder-{name}"]
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), LIMITS) as host:
        assert student_of(host, "def f(): return 1").f() == 1
        process = host.pid
        assert backend.name == "apptainer" or ask(known).returncode == 0
    assert not psutil.pid_exists(process)
    assert ask(known).returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == ["views"]


def test_without_an_inner_wall_each_submission_has_a_host(
    backend: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a kernel without Landlock the container is replaced after each submission, and grading goes on."""
    monkeypatch.setattr("autograder.sandbox.runtime.HOST_ONLY", ())  # sandlock, with which a fork confines itself
    with Host(backend, prepare_runtime(tmp_path / "views", ("numpy",)), LIMITS) as host:
        hosts = set()
        for number in range(2):
            student = student_of(host, f"def f(): return {number}")
            assert student.f() == number
            hosts.add(host.pid)
            student.close()
        assert len(hosts) == 2


GRADER = """
import sys
from pathlib import Path
from autograder.config import Limits
from autograder.sandbox import find_backends, prepare_runtime
from autograder.sandbox.host import Host

backend = next(b for b in find_backends() if b.name == sys.argv[1])
host = Host(backend, prepare_runtime(Path(sys.argv[2]), ("numpy",)), Limits())
host.fork(Limits())
print(host.pid, flush=True)
sys.stdin.read()
"""


def test_a_host_does_not_outlive_the_trusted_side(backend: Container, tmp_path: Path) -> None:
    """A grader that is killed takes its container with it, since the host's standard input ends."""
    command = [sys.executable, "-c", GRADER, backend.name, str(tmp_path / "views")]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout
        host = psutil.Process(int(grader.stdout.readline()))
        grader.send_signal(signal.SIGKILL)
    host.wait(timeout=30)


def test_root_in_a_container_is_not_tried_where_it_would_be_root() -> None:
    """docker's second way is for a rootless daemon; under any other the scratch folder stays shut to it."""
    if reason := CONTAINERS[1].missing():
        pytest.skip(reason)
    if CONTAINERS[1]._way.as_root:
        pytest.skip("this daemon is rootless")

    class Only(Docker):
        ways = (Way(as_root=True),)

    assert "Permission denied" in Container(Only()).missing()
