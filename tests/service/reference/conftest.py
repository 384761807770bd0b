"""Fixtures of the reference room: the data files in a folder of the test's own."""

import shutil
from pathlib import Path

import pytest

from service.reference.files import data_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the data files that a test may spoil."""
    target = tmp_path / "data"
    shutil.copytree(str(data_folder()), target)
    return target
