from pathlib import Path
from stat import S_IMODE
from threading import Barrier, Thread

import pytest

from service import keys
from service.keys import UnreadableSecret, key_for
from service.settings import Settings


def test_each_purpose_has_a_key_of_its_own(tmp_path: Path) -> None:
    """The same purpose always gives the same key, and two purposes give two."""
    settings = Settings(data_dir=tmp_path)
    assert key_for("cursors", settings) == key_for("cursors", settings)
    assert key_for("cursors", settings) != key_for("stop links", settings)
    assert len(key_for("cursors", settings)) == 32


def test_the_secret_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """Without a setting a file is made that nobody else reads, and found again after a restart."""
    first = key_for("cursors", Settings(data_dir=tmp_path))
    assert S_IMODE((tmp_path / keys.FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [keys.FILE]
    keys._kept.cache_clear()
    assert key_for("cursors", Settings(data_dir=tmp_path)) == first


def test_processes_that_share_a_setting_share_keys(tmp_path: Path) -> None:
    """The setting goes before the file, and is not shown where settings are printed."""
    secret = "of forty characters, which is quite enough"
    one, other = (Settings(data_dir=tmp_path / name, secret=secret) for name in ("one", "other"))
    assert key_for("cursors", one) == key_for("cursors", other)
    assert not (tmp_path / "one").exists()
    assert secret not in repr(one)


def test_of_two_that_start_at_once_one_secret_stands(tmp_path: Path) -> None:
    """Whoever comes second takes the secret of the first."""
    found: list[str] = []
    together = Barrier(4)

    def start() -> None:
        together.wait()
        found.append(keys._kept.__wrapped__(tmp_path))

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_spoilt_secret_is_not_replaced(tmp_path: Path) -> None:
    """A new secret would leave what was sealed unreadable; it is said what to do."""
    (tmp_path / keys.FILE).write_text("spoilt")
    with pytest.raises(UnreadableSecret, match="backup"):
        key_for("cursors", Settings(data_dir=tmp_path))
