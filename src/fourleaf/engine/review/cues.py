"""Plain cues in a text for the flags of risk: "this reads like a price". Hints for people; no tier asks for them.

Words of English and German, and a few sure ones of the other languages that brands write in. All are looked for in
every text, since authors forget to say the language; words that mean something harmless in another language are left
out or bound to their neighbours. Names of competitors and partners cannot be known, and whether something is the
first of its kind is not in the text: such flags stay with the author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fourleaf.engine.review.tiers import Flag

__all__ = ["CUES", "UNREADABLE", "Cue", "Found", "cues_in"]

#: Flags that no text gives away.
UNREADABLE: Final[frozenset[Flag]] = frozenset(
    {"first_in_format", "first_in_channel", "first_in_language", "established_topic", "approved_source"}
)


@dataclass(frozen=True)
class Cue:
    """A family of wordings. ``reads_like`` completes "This reads like ..."; any of ``flags`` answers it."""

    flags: tuple[Flag, ...]
    reads_like: str
    looks_for: re.Pattern[str]


@dataclass(frozen=True)
class Found:
    """A place in a text, in code points, the end exclusive."""

    start: int
    end: int
    excerpt: str
    cue: Cue


def _re(*parts: str) -> re.Pattern[str]:
    # Spaces in the patterns stand for any white space, since texts are wrapped.
    return re.compile("|".join(parts).replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


_AILMENT = (
    r"(?:pains?|aches?|(?:back|head|tooth)[- ]?aches?|migraines?|asthma|cancer|diabetes|insomnia|allerg\w+|eczema"
    r"|colds?|flu|fever|inflammations?|arthritis|depressions?|anxiety|diseases?|illness(?:es)?|infections?|wounds?"
    r"|(?:high )?blood pressure)\b"
)
_MONEY = (
    r"(?:€|euros?\b|eur\b|dollars?\b|usd\b|gbp\b|chf\b|sek\b|dkk\b|nok\b|£|kr\b|kronor\b|reais\b|pounds?\b(?! of\b))"
)
_OTHERS = (
    r"(?:the (?:competition|competitors?|others|rest)|our (?:competition|competitors?|rivals?)"
    r"|(?:any|all|every) others?|others?)\b"
)

CUES: Final[tuple[Cue, ...]] = (
    Cue(("admission",), "an admission of a fault", _re(
        r"\bwe(?: (?:sincerely|deeply|truly))? (?:apologi[sz]e|admit|regret)\b|\bour (?:sincere )?apolog(?:y|ies)\b",
        r"\bwe(?: are|['’]re) (?:\w+ )?(?:sorry|to blame|liable|at fault)\b|\b(?:was|is|were"
        r"|are) our (?:own )?fault\b",
        r"\bour (?:own )?mistake\b|\bwe (?:have )?(?:made|make) (?:a|some) (?:\w+ )?(?:mistakes?|errors?)\b",
        r"\bwe (?:were|got it) wrong\b|\b(?:take|accept) (?:full |the )?(?:responsibility|blame)\b",
        r"\bwir (?:entschuldigen uns|bitten(?: \w+)? um entschuldigung|bedauern|haften)\b|\btut uns (?:\w+ )?leid\b",
        r"\b(?:unser (?:eigener )?fehler|unsere schuld)\b|\bwir haben (?:\w+ )?(?:einen fehler|fehler) gemacht\b",
        r"\bübernehmen (?:wir )?(?:die )?(?:volle )?verantwortung\b|\bpedimos (?:disculpas|desculpas?)\b"
        r"|\blamentamos\b",
        r"\bnous (?:nous excusons|sommes désolés)\b|\bvi ber om ursäkt\b|\bvi bekla(?:gar|ger)\b|\bpahoittelemme\b",
    )),
    Cue(("legal_dispute",), "a legal dispute", _re(
        r"\blawsuits?\b|\b(?:is|are|was|were|be|been) sued\b|\bsuing\b|\bcourt (?:rulings?|cases?|orders?"
        r"|hearings?)\b",
        r"\b(?:in|to|before) (?:the )?court\b",
        r"\blitigation\b|\binjunctions?\b|\bplaintiffs?\b|\blegal (?:action|dispute|proceedings)\b|\bour lawyers?\b",
        r"\bverklag\w+\b|\bklage gegen\b|\bvor gericht\b|\b(?:amts|land|oberlandes|verwaltungs|arbeits)gericht\w*",
        r"\bgerichts(?:verfahren|urteil|prozess)\w*|\beinstweilige verfügung\b|\brechtsstreit\w*|\bunsere anwält\w+",
        r"\bdemanda judicial\b|\btribunal\b|\bprocesso judicial\b|\bdomstol\w*",
    )),
    Cue(("financial_guidance",), "financial figures or an outlook", _re(
        r"\b(?:quarterly|annual|half[- ]year) (?:results|figures|earnings|profits?|revenues?)\b|\bdividends?\b",
        r"\b(?:share|stock) prices?\b|\bour (?:revenues?|turnover|profits?|earnings)\b|\bprofit (?:warning"
        r"|forecast)s?\b",
        r"\b(?:earnings|revenue|sales) (?:forecast|guidance|outlook|target)s?\b|\bebit(?:da)?\b|\bgoing public\b",
        r"\b(?:unser|der) (?:jahres|quartals)?(?:umsatz|gewinn) (?:\w+ )?(?:steigt|stieg|sinkt|sank|wächst|wuchs)\b",
        r"\bquartals(?:zahlen|ergebnis\w*)\b|\bgewinn(?:prognose|warnung)\w*|\bumsatzprognose\w*|\bdividenden?\b",
        r"\baktienkurs\w*|\bbörsengang\w*|\bchiffre d['’]affaires\b",
    )),
    Cue(("personnel_case",), "a personnel case", _re(
        r"\b(?:was|were|been|being|got) (?:fired(?! up)|dismissed|laid off|suspended from (?:work|duty|office))\b",
        r"\blay-?offs?\b|\bredundanc(?:y|ies)\b|\bjob cuts\b|\bdisciplinary\b|\b(?:sexual )?harassment\b",
        r"\bentlassung(?:en)?\b|\b(?:wurden?|wird|werden) (?:\w+ )?(?:entlassen|gekündigt)\b|\babmahnung(?:en)?\b",
        r"\bstellenabbau\w*|\bbelästigung(?:en)?\b|\bdespidos?\b|\blicenciements?\b|\buppsägningar?\b",
    )),
    Cue(("safety_recall",), "a recall or a warning of danger", _re(
        r"\b(?:product|safety|voluntary) recalls?\b|\bwe(?: are|['’]re)?(?: now)? recall(?:ing)? (?:all|the|our"
        r"|some|this)",
        r"\b(?:is|are|was|were|been|being) (?:being )?recalled\b|\b(?:please )?stop using\b",
        r"\brisk of (?:fire|burns?|injur\w+|explosion|electric shock|suffocation|poisoning)\b",
        r"\brückruf(?:en|e|s|aktion\w*)?\b|\b(?:rufen|ruft) (?:\S+ ){1,8}?zurück\b|\bnicht (?:mehr|länger) (?:be"
        r"|ver)\w+en\b"
        r"|\b(?:brand|verletzungs|explosions|erstickungs|vergiftungs)gefahr\b",
        r"\brappel de produits?\b|\bretirada del mercado\b|\båterkall\w+|\btilbagekald\w*|\btilbakekall\w*"
        r"|\btakaisinveto\w*",
    )),
    Cue(("health_claim",), "a health claim", _re(
        r"\b(?:heal|cure|relieve|ease|soothe|prevent|treat|fight|stop|reduce)(?:s|d"
        r"|ing)? (?:[\w'’]+ ){0,3}?" + _AILMENT,
        r"\b(?:against|for|from) (?:[\w'’]+ ){0,2}?(?:back|joint|neck|muscle|chronic) (?:pain|aches?)\b",
        r"\b(?:good|great|best) for (?:your |the )?(?:health|heart|back|skin|digestion|immune system|joints)\b",
        r"\bboost\w* (?:your |the )?(?:immune system|metabolism|immunity)\b|\bclinically (?:proven|tested)\b",
        r"\b(?:lose|losing) weight\b|\bslimming\b|\bdetox\w*|\bheal(?:s|ing) (?:effect|power)s?\b|\bhealthier than\b",
        r"\bheilt\b|\bheilen\b|\blindert\b|\blindern\b|\bheil(?:end|ung|kraft|wirkung)\w*",
        r"\b(?:hilft|wirkt) (?:\w+ )?(?:gegen|bei) \w*(?:schmerz|krankheit|entzündung|allergie|migräne|asthma"
        r"|erkältung)\w*",
        r"\bklinisch (?:getestet|erprobt|bewiesen)\b|\bgesundheitsfördernd\w*|\bstärkt (?:\w+ )?immunsystem\b",
        r"\bgut für (?:\w+ )?(?:gesundheit|herz|rücken|haut|verdauung|gelenke)\b|\balivia (?:el|la|o|a) do(?:lor"
        r"|r)\b",
        r"\b(?:guérit|soulage)\b",
    )),
    Cue(("safety_claim",), "a safety claim", _re(
        r"(?<!\w)(?:100 ?(?:%|per ?cent)|completely|absolutely|perfectly|totally|entirely|guaranteed) safe\b",
        r"\b(?:fire|child|shatter|burn)[- ]?proof\b|\bchild[- ]safe\b|\bnon[- ]toxic\b|\bflame[- ]retardant\b",
        r"\bsafe (?:for|around) (?:\w+ )?(?:children|kids|babies|toddlers|pets|food)\b|\bsafest\b|\bsafer than\b",
        r"\b(?:100 ?(?:%|prozent)|völlig|absolut|garantiert|vollkommen) sicher\b|\bkindersicher\w*|\bfeuerfest\w*",
        r"\bungiftig\w*|\bbruchsicher\w*|\b(?:tüv|gs)[- ](?:geprüft|zertifiziert|certified|tested)\w*",
    )),
    Cue(("environment_claim",), "an environmental claim", _re(
        r"\b(?:climate|carbon|co2|co₂)[- ]?(?:neutral|positive|free)\w*|\bnet[- ]zero\b|\bzero[- ]emissions?\b",
        r"\b(?:eco|environmentally|planet|climate)[- ]?friendly\b|\bsustainabl[ey]\b|\bbiodegradable\b"
        r"|\bcompostable\b",
        r"\brecyclable\b|\b(?:made )?(?:from|of) (?:\S+ ){0,2}?recycled\b|\bplastic[- ]free\b|\bgreen (?:energy"
        r"|power)\b",
        r"\bklima(?:neutral|freundlich|positiv)\w*|\bumwelt(?:freundlich|schonend)\w*|\bnachhaltig\w*"
        r"|\bco2[- ]?neutral\w*",
        r"\bbiologisch abbaubar\w*|\b(?:wieder)?recycelbar\w*|\bemissionsfrei\w*|\bplastikfrei\w*",
        r"\bsostenibles?\b|\bsustentáve(?:l|is)\b|\bmiljövänlig\w*|\bmiljøven(?:n)?lig\w*|\bympäristöystävälli\w+",
    )),
    Cue(
        ("health_claim", "safety_claim", "environment_claim"),
        "a promise; if it is about health, safety or the environment it is a claim",
        _re(
            r"\bguarantee[ds]?\b|\bwe promise\b|\b(?:scientifically )?proven to\b|\bwithout any risk\b"
            r"|\brisk[- ]free\b",
            r"\bgarantier(?:t|en)\b|\bwir versprechen\b|\bnachweislich\b|\bgarantizad[oa]s?\b|\bgarantid[oa]s?\b",
            r"\bgaranteras\b|\bgaranterer(?:et|es)?\b",
        ),
    ),
    Cue(("price",), "a price or an offer", _re(
        r"(?<!\w)(?:€|\$|£|us\$|r\$) ?\d[\d.,]*|\b(?:eur|usd|gbp|chf|kr) \d[\d.,]*|\b\d[\d.,]* ?" + _MONEY,
        r"\b\d+ ?(?:%|per ?cent|prozent|procent) (?:off|discount|cheaper|less|rabatt|günstiger|billiger|reduziert"
        r"|(?:de )?(?:descuento|remise|desconto|réduction))(?!\w)",
        r"\bdiscount(?:s|ed)?\b|\bhalf[- ]price\b|\bspecial offers?\b|\bon sale\b|\bbuy (?:one|two),? get\b"
        r"|\bpromo codes?\b",
        r"\b(?:sonder|frühbucher|treue|mengen)?rabatt(?:e|en|s|code\w*)?\b|\bsonderangebot\w*|\bzum (?:\w+ )?preis\b"
        r"|\bzum preis von\b|\bstatt \d|\bdescuentos?\b|\bdescontos?\b|\bsoldes\b|\brabat\b",
    )),
    Cue(("contest_terms",), "a contest or prize draw", _re(
        r"\b(?:enter|chance|could|can|share|comment|follow) (?:\w+ ){0,3}?(?:to )?win\b|\bwin (?:one of|an?|two"
        r"|three) ",
        r"\bprize draws?\b|\braffles?\b|\bgiveaways?\b|\bsweepstakes?\b|\bterms and conditions apply\b"
        r"|\bwinners? will be\b",
        r"\bgewinnspiel\w*|\bverlos(?:en|t|ung|ungen)\b|\bpreisausschreiben\b|\bteilnahme(?:bedingungen|schluss)\b",
        r"\bsorte(?:o|io|amos)\b|\bjeu[- ]concours\b|\butlottning\w*",
    )),
    Cue(("named_third_party",), "naming somebody from outside", _re(
        # Names cannot be known; what stands around them can: who speaks, a form of company, an account.
        r"(?-i:[A-ZÀ-Þ][\w'’-]+\s+[A-ZÀ-Þ][\w'’-]+)(?:,? (?:of|from|at|von|bei|by) (?-i:[A-ZÀ-Þ])[\w&.'’-]+){0,1},? "
        r"(?:agrees?|says|said|recommends?|confirms?|endorses?|loves|swears by|sagt|meint|bestätigt|empfiehlt"
        r"|schwört auf)\b",
        r"(?-i:[A-ZÀ-Þ][\w&.'’-]*) (?:(?-i:GmbH|AG|SE|KG|Inc|Ltd|LLC|PLC|AB|ApS|Oy|S\.A\.|SpA|SARL))(?!\w)",
        r"(?<![\w.@/])@[a-z]\w{2,}",
    )),
    Cue(("minors",), "something about or for minors", _re(
        r"\bchild(?:ren)?\b(?![- ]?(?:proof|safe|like))|\bkids?\b|\btoddlers?\b|\bbab(?:y|ies)\b(?! back)"
        r"|\bteen(?:ager)?s?\b",
        r"\bpupils\b|\bunder[- ]?(?:18|16)s?\b|\b(?:[1-9]|1[0-7])[- ]year[- ]olds?\b|\bmy (?:little )?(?:son"
        r"|daughter)\b",
        r"\b(?-i:Kinder)n?\b|\b(?-i:Kind)\b|\bjugendliche[nr]?\b|\bschüler(?:innen|in|n)?\b|\bminderjährig\w*",
        r"\bniñ[oa]s?\b|\benfants?\b|\bcrianças?\b|\blapset\b|\bbarnen\b",
    )),
    Cue(("paid_endorsement",), "a paid endorsement", _re(
        r"(?<!\w)#(?:ad|sponsored|anzeige|werbung|publi|reklame|reklam)\b|\bpaid (?:partnership|promotion"
        r"|collaboration)s?\b",
        r"\bsponsored by\b|\baffiliate links?\b|\bgifted by\b|\b(?:my|our) brand ambassadors?\b|\bgesponsert\w*",
        r"\bbezahlte (?:partnerschaft|werbung|kooperation)\b|\bwerbepartner\w*|\bcolaboración pagada\b",
        r"\bpartenariat rémunéré\b|\bbetalt samarbete\b|\bparceria paga\b",
    )),
    Cue(("ai_image_of_people",), "an image made by AI; it matters where it shows people", _re(
        r"\b(?:ai|ki)[- ]generi?(?:ated|ert)\w*|\b(?:made|created|generated|drawn) (?:by|with|using) (?:an? )?(?:ai"
        r"|dall-e)\b",
        r"\bmidjourney\b|\bstable diffusion\b|\bmit (?:einer )?ki (?:erstellt|erzeugt|generiert)\b",
    )),
    Cue(("politics",), "politics", _re(
        r"\belections?\b|\breferend(?:um|a)\b|\bparliaments?\b|\bpolitic(?:s|al|ians?)\b|\b(?:prime )?ministers?\b",
        r"\bsenators?\b|\bgovernments?\b|\bchancellor\b|\bsanctions against\b",
        r"\bbundestag\w*|\blandtag\w*|\bwahlkampf\w*|\b(?:bundestags|landtags|europa|kommunal)wahl(?:en)?\b"
        r"|\bpolitik\w*",
        r"\bbundes(?:kanzler|regierung|minister)\w*|\b(?-i:AfD|CDU|CSU|SPD)\b|\belecciones\b|\bgobierno\b"
        r"|\bélections\b",
        r"\bgouvernement\b|\beleições\b|\bgoverno\b|\briksdag\w*|\bregeringen\b|\bstortinget\b|\bfolketinget\b",
    )),
    Cue(("employee_data",), "data about employees", _re(
        r"\b(?:our )?(?:employees?|colleagues?|staff|team)['’]s? (?:home )?(?:address(?:es)?|salar\w+|birthdays?"
        r"|data|records?)",
        r"\bpersonnel (?:files?|records?|numbers?)\b|\bsick (?:leave|notes?)\b|\bdate of birth\b|\bpayroll\b",
        r"\bkrankmeldung(?:en)?\b|\bkrankgeschrieben\b|\bpersonal(?:nummer|akte)n?\b|\bgeburtsdatum\b|\bgehalt von\b",
    )),
    Cue(("competitor_comparison",), "a comparison with others", _re(
        r"\b\w+er than (?:\w+ )?" + _OTHERS + r"|\b(?:more|less) \w+ than " + _OTHERS,
        r"\bunlike " + _OTHERS + r"|\b(?:our|the) competitors?\b|\bbeats? (?:the )?competition\b|\bnumber one\b",
        r"\bbest (?:\w+ )?(?:on|in) the (?:market|world)\b|\bmarket[- ]leading\b|\boutperforms?\b",
        r"\b\w+er als (?:die |der |alle |jede[rs]? )?(?:konkurrenz|wettbewerb\w*|anderen?)\b|\bkonkurrenzprodukt\w*"
        r"|\bwettbewerber[ns]?\b|\bmarktführer\w*|\bnummer (?:1|eins)\b|\bkonkurrent(?:en)?\b",
    )),
    Cue(("campaign_new",), "a new campaign", _re(
        r"\b(?:new|first|upcoming) (?:\w+ )?campaigns?\b|\bcampaign (?:starts|begins|launch\w*)\b"
        r"|\bneue[nr]? kampagne\b",
        r"\bkampagnenstart\b|\bnueva campaña\b|\bnouvelle campagne\b|\bnova campanha\b",
    )),
    Cue(("product_launch",), "the launch of a product", _re(
        r"\bour (?:brand[- ])?new(?:est)? (?!colleagues?|team|office|home|website|site|page|campaign|year|policy"
        r"|manager"
        r"|neighbou?rs?|friends?|apprentices?|boss|building|address|blog|job|series|\w+ (?:colleague|manager"
        r"|office))\w+",
        r"\bbrand[- ]new\b|\bnew product\b|\bnow (?:available|in (?:the )?shops|in stores)\b|\bavailable from\b"
        r"|\bwe(?: are|['’]re)? "
        r"(?:now )?launch(?:ing)?\b|\blaunches (?:today|tomorrow|in|on)\b|\bintroducing (?:our|the|a)\b",
        r"\bjetzt neu\b|\bab sofort (?:erhältlich|verfügbar|im handel)\b|\bunsere? neue[rns]? (?!kolleg|team|büro"
        r"|seite"
        r"|website|kampagne|mitarbeit|chef|nachbar|azubi)\w+|\bneu im (?:sortiment|handel)\b|\bprodukteinführung\w*",
    )),
)  # fmt: skip


def cues_in(text: str) -> list[Found]:
    """Places in the order of the text; the same text always gives the same. Within one family they do not overlap."""
    found = [
        Found(match.start(), match.end(), match.group(), cue) for cue in CUES for match in cue.looks_for.finditer(text)
    ]
    return sorted(found, key=lambda one: (one.start, one.end))
