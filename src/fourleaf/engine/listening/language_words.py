"""Small words that give a language away: articles, pronouns, prepositions, auxiliaries.

A text with several small words of one language and hardly any of another needs no model. A word that stands in more
than one list tells nothing and is left out of all, so the lists needn't be free of overlap; they should only be long
enough to show it. Some lists are there only for that: `SPOKEN_FOR` are the languages that are answered.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["CLEAR_HITS", "SMALL_WORDS", "SPOKEN_FOR", "clear_languages"]

#: Small words of one language that make a text clear, provided that hits in other languages are at most a quarter.
CLEAR_HITS: Final = 3

#: Languages that small words may decide; the others have near relatives that no list here tells apart.
SPOKEN_FOR: Final = frozenset(("en", "de", "es", "fr", "it", "pt", "nl", "sv", "fi", "pl", "tr"))

SMALL_WORDS: Final = {
    "en": "the and of to is it you that was for are with as they be this have from or had by not but what all "
    "were we when your can said there an which she do how their if will up other about out many then them "
    "these some her would like him into has more my than been who its now did get made over just i i'm "
    "don't can't it's i'll he i've you're that's didn't doesn't isn't won't at so no me in on his us our "
    "because could should very too why where here going know think want see good new day today tomorrow "
    "night got off after before",
    "de": "der die das und ist nicht ich du wir ihr sie es ein eine einen einem einer den dem des mit auf für "
    "von zu im am an als auch aber wie was wer wenn dass weil noch nur schon sich mich mir dich dir uns "
    "euch mein dein sein hat habe haben wird werden wurde kann muss sind war bei nach aus um über oder "
    "doch so immer heute morgen hier da mal jetzt gibt ja nein bin bist hast kein keine alle mehr sehr "
    "zum zur vom",
    "es": "el la los las un una unos unas de del y que en no es por para con se lo le su sus al como más pero "
    "me mi te tu yo nos ya muy sin sobre este esta esto eso ese hay ser está estoy están son era fue "
    "cuando porque si sí todo todos también qué donde quien hoy mañana gracias nada algo desde hasta "
    "tengo tiene hace solo así cada entre les",
    "fr": "le la les un une des de du et est en que qui dans pour pas sur avec ce cette ces il elle nous vous "
    "ils je tu on ne se au aux plus mais ou où par si son sa ses mon ma mes ton ta être avoir fait c'est "
    "j'ai suis sont été très bien tout tous comme même sans merci aussi encore quand faire leur vos notre "
    "votre ça d'un d'une qu'il n'est l'on",
    "it": "il lo la i gli le un uno una di del della dei delle e è che in non per con si da dal dalla sono ho "
    "ha hai come più ma mi ti ci se anche questo questa quello suo sua loro al alla nel nella sul sulla "
    "perché quando chi cosa tutto tutti molto io tu lui lei noi voi essere fare grazie oggi ora solo già "
    "poi ancora dove degli alle ed era sei",
    "pt": "o a os as um uma de do da dos das e é que em no na nos nas não para por com se mais mas como eu você "
    "ele ela meu minha seu sua ao à foi ser está estou são tem tenho muito já também só isso este esta "
    "quando porque até sem hoje ontem agora nada tudo todos pra vai vou obrigado gente bem ainda quem "
    "onde nem num numa pelo pela me te lhe",
    "nl": "de het een en van ik je jij hij zij we wij dat die dit deze in is niet op te aan met voor er maar om "
    "ook als dan nog bij wat wie hoe naar uit zijn was heb heeft hebben wordt worden kan kunnen moet zo "
    "al geen mijn jouw haar hun ons onze meer heel echt weer wel nu hier daar toch omdat waarom goed mooi "
    "vandaag morgen mij jullie door over",
    "sv": "och att det som en är på av för med den till inte har jag de om ett han men var sig från så vi kan "
    "när nu här du mig dig oss er min din sin vad hur varför mycket bara också eller efter vid blir blev "
    "ska skulle kommer idag imorgon inga någon något några alla hon honom henne dem detta dessa där än "
    "vill får finns",
    "da": "og i det at en er på af for med den til ikke har jeg de om et han men var sig fra så vi kan når nu "
    "her du mig dig os jer min din sin hvad hvordan hvorfor meget kun også eller efter ved bliver blev "
    "skal skulle kommer nogen noget nogle alle hun ham hende dem dette disse hvor end vil får være været "
    "lige lidt rigtig tak selv",
    "no": "og i det at en er på av for med den til ikke har jeg de om et han men var seg fra så vi kan når nå "
    "her du meg deg oss dere min din sin hva hvordan hvorfor mye bare også eller etter ved blir ble skal "
    "skulle kommer noen noe alle hun ham henne dem dette disse hvor enn vil får være vært veldig litt bra "
    "takk selv ja nei gjør",
    "fi": "ja on ei se että en hän oli ovat mutta kun niin kuin myös minä sinä me te he mitä joka jos vain nyt "
    "tämä sitä ole olen olet minun sinun hyvä hyvin vielä jo sen siitä siis tai koska kanssa mukaan "
    "kaikki aina tänään huomenna paljon miten missä tässä siellä ollut voi pitää kyllä sitten eikä mulla "
    "mä sä ihan",
    "pl": "i w z na do nie się to że jest o jak ale po co tak za od przez przy dla tym czy już tylko był była "
    "było być mnie mi ja ty on ona my wy oni są jestem mam ma masz ten ta te tego jego jej ich bardzo "
    "może kiedy gdzie bo więc jeszcze teraz dziś jutro wszystko nic też sobie coś ktoś pan pani ze jako "
    "który która które",
    "tr": "bir ve bu da de ne için çok ben sen o biz siz onlar var yok mi mı mu mü değil ama gibi daha en kadar "
    "sonra her şey şu ile olan oldu olarak ki ya bana sana beni seni bugün yarın artık hiç nasıl neden "
    "niye iyi güzel şimdi zaman ise veya hem bunu onu diye bile sadece bize size benim senin",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya kamu aku ada bisa sudah atau "
    "ke karena oleh mereka kita kami dia apa jadi lagi banget aja gak ga nggak kalau kalo tapi sama buat "
    "udah belum hari",
    "ro": "și în la cu de pe nu este un o că din pentru mai sunt ce care am ai are să se ca dar sau foarte când "
    "acum unde eu tu el ea noi voi ei îmi mă te ne meu mea lui lor fost fi bine asta acest această după "
    "fără doar tot",
    "cs": "a v se na je že to s z do o i ale jak za po pro tak by jsem jsi jsme jste jsou byl byla bylo být "
    "když už jen co nebo ještě jako si mi mě ti tě není má mám máš tady teď dnes zítra všechno nic moc "
    "proč kde kdo",
    "hu": "a az és hogy nem is egy van ez de csak már meg mint ha még el ki fel le be vagy volt lesz lehet kell "
    "én te ő mi ti ők nekem neked ma holnap most itt ott miért hol nagyon jó minden semmi aki ami akkor "
    "vagyok vagyunk",
    "ca": "el la els les un una de del i que en no és per amb se lo al com més però em mi et tu jo ens ja molt "
    "sense aquest aquesta això hi ha ser està són era quan perquè si tot tots també què on qui avui "
    "gràcies res des fins",
    "gl": "o a os as un unha de do da dos das e é que en no na non para por con se máis mais como eu ti el ela "
    "meu miña ao foi ser está son ten moito xa tamén só isto este esta cando porque ata sen hoxe agora "
    "nada todo",
    "az": "və bir bu da də ki üçün nə var yox mən sən o biz siz ilə çox daha kimi amma hər olan sonra ən artıq",
    "tl": "ang ng sa na mga ko mo ay ako ka si at hindi ba po lang nga yung naman kasi siya kami tayo sila ito may",
    "st": "le la ha lo o ka ke ba e ho tsa hore sa ya re ne se di fa go a mo wa tse eo ena bona kapa ea",
    "mi": "he te o ki i nga ka e ko me no ma na au koe ia tatou ratou kua kei hoki ana nei",
    "cy": "y yr a ac yn i o ar am mae oedd bod wedi ei eu fel ond neu hi fe nid dim un hwn hon",
    "af": "die en van het ek jy hy sy ons dat dit is nie op te aan met vir daar maar om ook as dan nog by wat "
    "wie hoe na uit was sal kan moet so al geen my jou haar hul meer baie weer nou hier",
}


@cache
def _lookup() -> tuple[Any, npt.NDArray[np.int64]]:
    """Words that stand in one list only, and the place of their list."""
    owners: dict[str, list[int]] = {}
    for place, words in enumerate(SMALL_WORDS.values()):
        for word in dict.fromkeys(words.split()):
            owners.setdefault(word, []).append(place)
    telling = {word: places[0] for word, places in owners.items() if len(places) == 1}
    return pa.array(list(telling), pa.large_string()), np.array(list(telling.values()), np.int64)


def clear_languages(column: Any) -> npt.NDArray[np.object_]:
    """Language of each text of lower-case words between single blanks, "" where the small words don't tell."""
    words, owners = _lookup()
    split = pc.split_pattern(column, " ")
    found = pc.index_in(split.flatten(), value_set=words)
    places = found.to_numpy(zero_copy_only=False)
    known = np.flatnonzero(~np.isnan(places)) if found.null_count else np.arange(len(found))
    offsets = split.offsets.to_numpy()
    rows = np.searchsorted(offsets, known + offsets[0], side="right") - 1
    kinds = len(SMALL_WORDS)
    hits = np.bincount(rows * kinds + owners[places[known].astype(np.int64)], minlength=len(column) * kinds)
    hits = hits.reshape(len(column), kinds)
    most = hits.max(axis=1)
    clear = (most >= CLEAR_HITS) & (4 * (hits.sum(axis=1) - most) <= most)
    codes = np.array([*(code if code in SPOKEN_FOR else "" for code in SMALL_WORDS), ""], dtype=object)
    return np.asarray(codes[np.where(clear, hits.argmax(axis=1), kinds)])
