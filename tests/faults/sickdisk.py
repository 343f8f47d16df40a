"""A disk that falls ill and gets well again while a process works on it (`sickdisk.c`, preloaded)."""

import errno
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("sickdisk.c")


@dataclass
class Disk:
    """The disk below the databases of all processes that were started with its `environment`."""

    state: Path
    library: Path

    @property
    def environment(self) -> dict[str, str]:
        """For whoever is to have this disk."""
        return {"LD_PRELOAD": str(self.library), "SICK_DISK": str(self.state)}

    def slow(self, seconds: float) -> None:
        """Each sync takes so long."""
        self._be(int(seconds * 1e6), 0, 0)

    def broken(self) -> None:
        """No sync succeeds: whatever is written may be gone tomorrow."""
        self._be(0, errno.EIO, 0)

    def full(self) -> None:
        """Nothing more goes onto it."""
        self._be(0, 0, errno.ENOSPC)

    def well(self) -> None:
        """Like any other."""
        self._be(0, 0, 0)

    def _be(self, *state: int) -> None:
        new = self.state.with_suffix(".new")
        new.write_text(" ".join(map(str, state)))
        new.replace(self.state)


@pytest.fixture(scope="session")
def disk_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, built by whatever C compiler there is; without one, or not on Linux, its tests are left out."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not Path("/proc/self/fd").exists():
        pytest.skip("a disk can be made ill on Linux, where there is a C compiler")
    library = tmp_path_factory.mktemp("disk") / "sickdisk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


@pytest.fixture
def disk(disk_library: Path, tmp_path: Path) -> Disk:
    """A disk that is well."""
    made = Disk(tmp_path / "disk.state", disk_library)
    made.well()
    return made
