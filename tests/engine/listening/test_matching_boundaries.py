"""Where words begin and end, what is folded, and what tags, handles, phrases and stars find."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourleaf.engine.listening import QuerySpec, compile_queries
from fourleaf.engine.listening.matching import needles


def places(query: str, text: str) -> list[str]:
    """What a query finds in a text, as written there."""
    matched = compile_queries([QuerySpec(1, "q", query)]).match(pa.RecordBatch.from_pydict({"text": [text]}))
    row = matched.to_pylist()[0]
    found = [text[span["start"] : span["end"]] for span in row["spans"]]
    assert bool(row["queries"]) == bool(found)
    return found


@pytest.fixture(params=["automaton", "word table"], autouse=True)
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example holds for few needles and for many."""
    if request.param == "word table":
        monkeypatch.setattr(needles, "TABLE_FROM", 1)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("united", "United's", ["United"]),
        ("united", "@united #United united.", ["united", "United", "united"]),
        ("united", "reunited united_air united2 ünited_", []),
        ("united", "info@united.com https://united.com/x", ["united", "united"]),
        ("united", "United’s Unitedʼs", ["United", "United"]),
        ("united", "united,united;united", ["united", "united", "united"]),
        ("united united", "united united united", ["united", "united", "united"]),
        ("@united", "@united @United's .@united", ["@united", "@United", "@united"]),
        ("@united", "info@united.com x@united _@united @united_air @unitedair", []),
        ("@united", "＠united", ["＠united"]),
        ("#united", "#United's x#united #unitedair", ["#United"]),
        ("#united", "united @united", []),
        ("@united", "united #united", []),
        ("@name.example.social", "Hi @Name.Example.Social, @name and @name.example", ["@Name.Example.Social"]),
        ("@name@example.social", "@name@example.social", ["@name@example.social"]),
        ("@name", "@name@example.social", ["@name"]),
        ("united_air", "united_air united", ["united_air"]),
        ("wi-fi", "Wi-Fi wi fi wifi wi – fi", ["Wi-Fi", "wi fi", "wi – fi"]),
        ("don't", "Don’t dont don't", ["Don’t", "don't"]),
        ("3.5", "3.5 35 13.5", ["3.5"]),
        ('"customer service"', "customer service; Customer—Service customer\n\nservice", None),
        ('"customer service"', "customer 🔥 service", ["customer 🔥 service"]),
        ('"customer service"', "customer services, mycustomer service, customer_service", []),
        ('"a b a"', "a b a b a", ["a b a", "a b a"]),
        ("unit*", "unit united Unity unit_x unit's reunite", ["unit", "united", "Unity", "unit_x", "unit"]),
        ('"great serv*"', "great service great servers greater service", ["great service", "great servers"]),
        ("#deal*", "#deal #DealOfTheDay deal #nodeal", ["#deal", "#DealOfTheDay"]),
        ("@unit*", "@united @unit x@united", ["@united", "@unit"]),
        ("❤️", "I ❤ it, I❤️it", ["❤", "❤️"]),
        ("👍", "👍🏽👍 👍🏿!", ["👍🏽", "👍", "👍🏿"]),
        ("👩‍🚀", "👩🏾‍🚀 👩 🚀", ["👩🏾‍🚀"]),
        ("🇩🇪", "🇩🇪 🇧🇩🇪🇸", ["🇩🇪"]),
        ('"I ❤ NY"', "I❤️NY I love NY i  ❤  ny", ["I❤️NY", "i  ❤  ny"]),
        ("€", "5€ and € 5", ["€", "€"]),
        ("united", "𝐔𝐧𝐢𝐭𝐞𝐝 ｕｎｉｔｅｄ", ["𝐔𝐧𝐢𝐭𝐞𝐝", "ｕｎｉｔｅｄ"]),
        ("united", "un\u00adited un\u200dited un\u200bited", ["un\u00adited", "un\u200dited"]),
        ("united", "\u202aunited\u202c", ["united\u202c"]),
    ],
)
def test_what_a_term_finds(query: str, text: str, found: list[str] | None) -> None:
    if found is None:
        found = ["customer service", "Customer—Service", "customer\n\nservice"]
    assert places(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        # German
        ("strasse", "Straße STRASSE Straẞe", ["Straße", "STRASSE", "Straẞe"]),
        ("Müller", "MULLER Müller Mu\u0308ller Mueller", ["MULLER", "Müller", "Mu\u0308ller"]),
        # Turkish: dotted and dotless i are one letter to us, as people type both
        ("istanbul", "İSTANBUL ıstanbul Istanbul İstanbul'da", ["İSTANBUL", "ıstanbul", "Istanbul", "İstanbul"]),
        ("çağrı", "CAGRI Çağrı çağrıda", ["CAGRI", "Çağrı"]),
        # Polish, Danish, Vietnamese, French
        ("łódź", "Lodz ŁÓDŹ", ["Lodz", "ŁÓDŹ"]),
        ("smørrebrød", "smorrebrod SMØRREBRØD", ["smorrebrod", "SMØRREBRØD"]),
        ("tiếng việt", "Tieng Viet TIẾNG VIỆT", ["Tieng", "Viet", "TIẾNG", "VIỆT"]),
        ("œuvre", "Œuvre oeuvre", ["Œuvre", "oeuvre"]),
        ("air", "l’air d'air", ["air", "air"]),
        # Greek: final sigma, accents
        ("οδοσ", "ΟΔΟΣ οδός", ["ΟΔΟΣ", "οδός"]),
        ("καφές", "ΚΑΦΕΣ καφεσ καφέδες", ["ΚΑΦΕΣ", "καφεσ"]),
        # Russian, Ukrainian
        ("елка", "Ёлка ЕЛКА ёлки", ["Ёлка", "ЕЛКА"]),
        ("м'ята", "м’ята мʼята", ["м’ята", "мʼята"]),
        # Arabic: vowel marks, hamza on alef, tatweel; prefixes stay part of the word
        ("محمد", "مُحَمَّد محـــمد ومحمد", ["مُحَمَّد", "محـــمد"]),
        ("احمد", "أحمد إحمد", ["أحمد", "إحمد"]),
        # Hebrew points
        ("שלום", "שָׁלוֹם", ["שָׁלוֹם"]),
        # Persian: a zero-width joiner inside a word
        ("میخواهم", "می\u200cخواهم", ["می\u200cخواهم"]),
        # Hindi: vowel signs are part of the word; composed and decomposed nukta are one
        ("किताब", "किताब कताब किताबें", ["किताब"]),
        ("क", "कि का क", ["क"]),
        ("ज़रा", "ज\u093cरा", ["ज\u093cरा"]),
        # Thai: no spaces; a vowel or tone mark is never cut off
        ("กาแฟ", "ชอบกาแฟมาก", ["กาแฟ"]),
        ("มา", "ม้ามา", ["มา"]),
        ("ดี", "ดีมาก ดี่", ["ดี"]),
        # Chinese: no boundary; but a Latin word next to it has one
        ("苹果", "我爱苹果手机", ["苹果"]),
        ("iphone", "我的iPhone很好 iPhones", ["iPhone"]),
        ("5g", "用5G手机 15g", ["5G"]),
        ("苹果", "苹，果 苹 果", []),
        ('"苹果 手机"', "苹果手机 苹果 手机 苹果，手机", ["苹果手机", "苹果 手机", "苹果，手机"]),
        ("iPhone手机", "iPhone手机 iPhone 手机", ["iPhone手机", "iPhone 手机"]),
        ("#苹果", "#苹果 #苹果手机 #苹果iphone", ["#苹果"]),
        ("苹果*", "苹果手机", ["苹果"]),
        # Japanese: half-width kana, voicing marks, long vowel
        ("ガソリン", "ｶﾞｿﾘﾝ代 カ\u3099ソリン", ["ｶﾞｿﾘﾝ", "カ\u3099ソリン"]),
        ("はし", "ばし はし", ["はし"]),
        ("ラーメン", "豚骨ラーメン屋", ["ラーメン"]),
        ("葛", "葛\U000e0100城", ["葛\U000e0100"]),
        # Korean: words have spaces, particles are part of the word; decomposed jamo are one with syllables
        ("삼성", "삼성 삼성이 \u1109\u1161\u11b7\u1109\u1165\u11bc", ["삼성", "\u1109\u1161\u11b7\u1109\u1165\u11bc"]),
        ("삼성*", "삼성이 신삼성", ["삼성이"]),
        # Khmer, Lao, Myanmar
        ("ខ្មែរ", "ភាសាខ្មែរល្អ", ["ខ្មែរ"]),
        ("ລາວ", "ພາສາລາວດີ", ["ລາວ"]),
        ("မြန်မာ", "အမြန်မာစာ", ["မြန်မာ"]),
    ],
)
def test_scripts(query: str, text: str, found: list[str]) -> None:
    assert places(query, text) == found


@pytest.mark.parametrize("text", ["x ﷺ y", "½ cup", "ŉ", "ǆ", "ﬃ ß İ"])
def test_forms_that_grow_or_shrink_keep_places_true(text: str) -> None:
    assert places("zebra", f"{text} zebra {text}") == ["zebra"]
    assert places('"big zebra"', f"{text} Bíg — zébra! {text}") == ["Bíg — zébra"]


def test_a_place_inside_a_form_that_grew_is_the_whole_character() -> None:
    assert places("الله", "x ﷺ y") == ["ﷺ"]
    assert places("2", "½") == ["½"]
