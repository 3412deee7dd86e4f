"""The families of wording: what each looks for, what takes it back, why it matters and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["BANS", "DEFINES", "EXAMPLE", "FREES", "HARMLESS", "LANGUAGES", "ONLY", "PURPOSE", "RULES", "STATUS", "Rule"]

#: Languages whose texts are read; the decision concerns rules for employees in the United States.
LANGUAGES: Final = ("en",)
STATUS: Final = (
    "Hint for counsel. Verify status: NLRB, Stericycle (2 August 2023); whether that standard stands has been "
    "contested since 2025."
)


def _re(pattern: str) -> re.Pattern[str]:
    # Spaces in the patterns stand for any white space, since texts are wrapped.
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


#: A prohibition, or a command that amounts to one.
BANS: Final = _re(
    r"\b(?:must|may|should|shall|can|do|does) (?:not|never)\b|\bcannot\b|\b(?:must|should|ca|can|do|does|wo)n?['’]t\b"
    r"|\bnever\b|\bno (?:employee|one|member of staff|member|staff|person)\b|\bnobody\b"
    r"|\b(?:prohibited|forbidden|banned|barred|disallowed|off[- ]limits)\b"
    r"|\bnot (?:be )?(?:allowed|permitted|acceptable|tolerated|authori[sz]ed)\b|\bzero[- ]tolerance\b"
    r"|\b(?:avoid|refrain|abstain)\b|\bnot to\b"
    r"|\bwithout (?:\w+ ){0,3}(?:approval|permission|consent|authori[sz]ation)\b"
    # What is threatened with consequences is forbidden too.
    r"|\b(?:will|may|can|shall|could) (?:\w+ )?(?:be|get|become) (?:\w+ )?"
    r"(?:disciplined|dismissed|fired|sanctioned|punished|terminated|suspended|reprimanded)\b"
    r"|\b(?:lead|leads|result|results|end|ends) (?:to|in|with) (?:\w+ ){0,4}?"
    r"(?:dismissal|termination|disciplin\w+|sanctions?|(?:a |written )warnings?|suspension)\b"
    r"|\b(?:subject to|grounds? for|cause for|face|faces|risk|risks) (?:\w+ ){0,3}?"
    r"(?:dismissal|termination|disciplin\w+|sanctions?|suspension)\b"
    r"|\b(?:must|have to|has to|need to|needs to|shall|should|are to|is to) be (?:\w+ )?"
    r"(?:referred|directed|forwarded|passed on|passed|sent|approved|cleared|authori[sz]ed|signed off)\b"
    r"|\b(?:keep|keeping|kept) (?:[\w'’]+ ){0,6}?(?:confidential|secret|private"
    r"|to (?:yourself|yourselves|themselves))\b"
    r"|(?:^|[:(])\W*no (?:photo\w*|pictures?|record\w+|film\w*|videos?|logos?|interviews?|posts?|posting|comments?"
    r"|criticism|discussions?|talk|talking|uniforms?)\b"
)
#: What only some may do: forbidden to the rest, whatever freedom the words give to the few.
ONLY: Final = _re(
    r"\bonly (?:[\w'’]+ ){1,6}?(?:may|can|is|are) (?:allowed |permitted |authori[sz]ed )?(?:to )?"
    r"(?:speak|talk|answer|respond|reply|comment|contact|post|publish|use|record|film|photograph|take)\b"
)
#: Negations that forbid nothing: what a document leaves open, and what somebody does not know or cannot find.
HARMLESS: Final = _re(
    r"\b(?:polic(?:y|ies)|guides?|guidelines?|rules?|documents?|texts?|sections?|pages?|answers?|it|they|these|this)"
    r" (?:do|does|did|can|could)(?: not|n['’]t|not) (?:yet |clearly |really )?"
    r"(?:say|cover|answer|mention|explain|fit|help|settle|foresee|know|name|decide|speak)\b"
    r"|\b(?:you|we|i|somebody|someone|people|employees|nobody|who) (?:still )?"
    r"(?:do not|don['’]t|does not|doesn['’]t|cannot|can['’]t|can not|could not|couldn['’]t|can) "
    r"(?:find|know|understand|remember)\b"
    r"|\bif (?:the |this |these )?[^.;,]{0,40}?(?:do|does)(?: not|n['’]t) (?:say|cover|answer|help)\b"
)
#: Words by which a sentence gives freedom, or by which the company binds itself and not the employee.
FREES: Final = _re(
    r"\b(?:nothing|no part|none|no rule|no section)\b[^.;]{0,160}?"
    r"\b(?:limit|restrict|prevent|prohibit|forbid|stop|keep|bar|interfere|stand|discourage)"
    r"|\b(?:do|does|will|shall|is|are) not (?:meant to |intended to |mean to )?"
    r"(?:limit|restrict|prevent|prohibit|forbid|stop|ban|bar|interfere|apply|cover|concern|need|require|have to)"
    r"|\b(?:you|employees|everyone|everybody|staff|people|anyone|we all) (?:may|can)\b(?! (?:not|only|never))"
    r"|\b(?:is|are|be|remain) (?:always |entirely )?(?:free|welcome|entitled|allowed|permitted) to\b|\bright to\b"
    r"|\b(?:we|the company|the firm|managers|moderators|nobody|no manager|no one) "
    r"(?:do not|does not|will not|shall not|must not|may not|will never|never|will|may) "
    r"(?:punish|delete|remove|hide|block|limit|restrict|ask|stop|sanction|discipline|be punished|read|treat"
    r"|suffer|forbid)"
    r"|\b(?:is|are|be) (?:not|never) (?:deleted|removed|punished|hidden|blocked|limited|restricted|forbidden"
    r"|prohibited|banned|sanctioned|a reason|grounds|disciplined)\b"
    r"|\b(?:is|are) (?:protected|welcome)\b"
    r"|\b(?:nobody|no one|no employee) (?:is|gets|will be|may be|can be) (?:\w+ )?"
    r"(?:disciplined|dismissed|fired|sanctioned|punished|blamed)\b"
    r"|\b(?:we|the company|the firm) (?:\w+ )?keeps? "
    r"|\b(?:will|do|does|can|may|shall) (?:not|never) (?:lead|result|end) (?:to|in|with)\b"
)
PURPOSE: Final = _re(
    r"\bbecause\b|\bso that\b|\bin order to\b|\b(?:the )?(?:reason|purpose|aim)\b|\bthis (?:protects|keeps"
    r"|helps|lets)\b"
    r"|\bto (?:protect|keep|avoid|prevent|comply|make sure|ensure|let|spare)\b|\bsince\b|\bwhy\b|\bprotects?\b"
    r"|\bthe law (?:asks|requires|demands)\b|\b(?:otherwise|or else)\b"
)
EXAMPLE: Final = _re(
    r"\bfor (?:example|instance)\b|\bsuch as\b|\be\.g\.|\bexamples?\b|\bthat (?:is|means)\b"
    r"|\bi\.e\."
)
#: "Confidential information means …", "By … we mean", "… is what".
DEFINES: Final = _re(
    r"\b(?:confidential|proprietary|sensitive|internal) information[\"'”*_]* (?:here |only )*(?:means|is|are"
    r"|covers|includes|consists)"
    r"|\b(?:by|with) [\"'“*_]*(?:confidential|proprietary|sensitive|internal) information[\"'”*_,]* (?:we"
    r"|the company) mean"
    r"|\bwe (?:call|treat as|mean by) (?:\w+ ){0,3}(?:confidential|trade secrets?)"
    r"|\bconfidential (?:are|is) (?:only |here )?(?:these|the following|this)"
)


@dataclass(frozen=True)
class Rule:
    """A family. ``looks_for`` marks the span; ``banned`` asks for a prohibition in the clause; ``unless`` mends it.

    ``example_mends`` says that an example in the sentence or the next one makes the wording narrow enough;
    ``with_words`` must also be found in the clause or in what leads into it.
    """

    code: str
    label: str
    looks_for: re.Pattern[str] | None
    why: str
    suggestion: str
    banned: bool = True
    example_mends: bool = False
    unless: re.Pattern[str] | None = None
    with_words: re.Pattern[str] | None = None


_OWN_POSTS = _re(
    r"\b(?:private|personal|own) (?:\w+ )?(?:posts?|posting|accounts?|profiles?|blogs?|pages?|channels?"
    r"|messages?|opinions?|views?|media)\b"
    r"|\b(?:posts?|postings|comments?) (?:\w+ )?about (?:your |their |the )?(?:work|job|company|employer|workplace)\b"
    r"|\b(?:free|spare|own|private) time\b|\boff[- ]duty\b|\bany (?:post|comment|message|content)\b"
    r"|\banything\b|\beverything\b"
    r"|\bbefore (?:\w+ ){0,2}(?:post|posting|publish|publishing|sharing|commenting)\b"
)
_NARROW_LOGO = _re(
    r"\b(?:commercial|to sell|selling|for sale|advert\w*|impl(?:y|ies|ying)|suggest\w*|as if|appear\w*|official"
    r"|on behalf|endors\w*|pretend\w*|confus\w*|mislead\w*|merchandise|counterfeit\w*)\b"
)
_NARROW_RECORDING = _re(
    r"\b(?:customers?|patients?|visitors?|guests?|children|minors|trade secrets?|safety|machine\w*|driving"
    r"|laborator\w*"
    r"|prototypes?|changing rooms?|toilets?|medical|unreleased|where the law|state law)\b"
)
_NAMED_RIGHTS = _re(r"\b(?:wages?|pay|salar\w+|hours|conditions|unions?|safety|bargain\w*|organi[sz]\w+)\b")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "disparagement",
        "Ban on negative speech",
        _re(
            r"\bdisparag\w*|\b(?:negative|critical|unfavou?rable) (?:comments?|remarks?|statements?|opinions?"
            r"|posts?|things)\b"
            r"|\bspeak(?:ing)? ill\b|\bcriticis(?:e|ing)\b|\bcriticiz(?:e|ing)\b|\bbad[- ]mouth\w*"
            r"|\bcomplain\w* (?:\w+ ){0,3}?(?:about|of) (?:[\w'’]+ ){1,2}?(?:manage\w+|supervisors?|boss(?:es)?"
            r"|employer|company|firm|work|job|colleagues|team lead)\b"
            r"|\b(?:damag|harm|hurt|tarnish)\w*(?: [\w'’]+){0,4}? (?:reputation|image|good name)\b"
            r"|\bembarrass\w*(?: \w+){0,2}? (?:company|firm|employer|management|us)\b"
        ),
        "Employees may complain about their employer in public; a ban on negative speech reads as if they may not.",
        "Name what is meant: threats, slurs, knowingly false statements about products; say why, with an example.",
    ),
    Rule(
        "vague_conduct",
        "Vague word for conduct",
        _re(r"\binappropriate\w*|\bunprofessional\w*|\bunbecoming\b|\bimproper (?:conduct|behaviou?r|comments?"
        r"|posts?)\b"),
        "Such a word can be read to cover protests and complaints about work.",
        "Replace the word by the acts that you mean, such as harassment or threats, with an example of each.",
        example_mends=True,
    ),
    Rule(
        "pay_and_conditions",
        "Limits talk about pay or conditions",
        _re(
            r"\b(?:discuss\w*|talk\w*|disclos\w*|shar(?:e|ing)|post\w*|reveal\w*|compar(?:e|ing)|comment\w*"
            r"|mention\w*)"
            r"(?: \w+){0,5}? (?:wages?|pay|salar(?:y|ies)|bonus(?:es)?|benefits|working conditions"
            r"|working hours|shifts?|terms of employment)\b"
            r"|\b(?:wages?|pay|salar(?:y|ies)|bonus(?:es)?|working conditions)(?: \w+){0,3}? (?:confidential|secret"
            r"|private|to (?:yourself|yourselves|themselves))\b"
        ),
        "Talk about wages, hours and conditions is the core of what the law protects.",
        "Strike it, or limit it to those who handle payroll data of others in their job, and say so.",
        unless=_re(r"\b(?:payroll|personnel files?|of others that you handle|as part of (?:your|their) job)\b"),
    ),
    Rule(
        "confidential_undefined",
        "Confidential information without a definition",
        _re(r"\b(?:confidential|proprietary|sensitive|internal|non[- ]public) (?:company "
        r"|business )?(?:information|data|matters?)\b"),
        "Undefined, the words can be read to cover wages and working conditions.",
        "Define it narrowly by examples (formulas, unreleased products, customer records), and name what it is not.",
        example_mends=True,
    ),
    Rule(
        "all_matters",
        "Covers all matters of employees",
        _re(
            r"\b(?:all|any) (?:employee|employment|personnel|staff|workplace|internal|company)(?:[- ]related)? "
            r"(?:matters?|affairs|issues|topics|business)\b|\b(?:anything|everything) (?:\w+ )?(?:about"
            r"|related to|concerning)"
            r" (?:work|your job|the company|the workplace|colleagues|co-?workers|employees)\b"
        ),
        "Words for everything take in what employees may talk about with anybody: pay, hours, conditions.",
        "List the few matters that need protection, each with its reason.",
    ),
    Rule(
        "media_contact",
        "Ban on talking to the media",
        _re(
            r"\b(?:speak|talk|respond|reply|comment|contact|communicat|giv|answer)\w*(?: \w+){0,4}? (?:media"
            r"|press|journalists?|reporters?)\b"
            r"|\b(?:media|press) (?:enquir\w+|inquir\w+|requests?|calls?|questions?)\b"
            r"|\bquestions (?:of|from|by) (?:the )?(?:media|press|journalists?|reporters?)\b|\binterviews?\b"
        ),
        "Employees may speak to the press about their own conditions; only speaking in the company's name can be kept.",
        "Add “on behalf of the company”, and say that nobody needs leave to speak for themselves.",
        unless=_re(
            r"\bon (?:the company['’]s|our|its|the) behalf\b|\bon behalf of\b|\bin (?:the company['’]s|our"
            r"|its) name\b"
            r"|\bas (?:a |an |our |the )?(?:official )?spokes\w+\b|\bfor the company\b|\bsocial media\b"
        ),
    ),
    Rule(
        "private_approval",
        "Approval of private posts",
        _re(
            r"\b(?:(?:must|have to|need to|needs to|shall|should|required to) (?:first |always )?(?:obtain|get"
            r"|seek|ask for|request|have|receive)"
            r"|(?:require|requires|needs?)) (?:\w+ ){0,3}(?:approval|permission|consent|authori[sz]ation"
            r"|clearance|sign[- ]off)\b"
            r"|\bwithout (?:\w+ ){0,3}(?:approval|permission|consent|authori[sz]ation)\b"
            r"|\b(?:must|have to|need to|needs to|shall|should) (?:first |always )?be (?:\w+ )?(?:approved|cleared"
            r"|authori[sz]ed|signed off)\b"
        ),
        "Leave to post in one's own name is leave to speak about work; asking for it holds people back.",
        "Ask for approval only of posts on the company's own accounts or in its name.",
        banned=False,
        unless=_re(
            r"\bofficial\b|\bon behalf of\b|\b(?:company|corporate|brand)(?:['’]s)? (?:accounts?|channels?"
            r"|pages?|name)\b"
            r"|\bin (?:the company['’]s|our) name\b|\b(?:customer|patient|person|colleague"
            r"|child)['’]?s? (?:consent|photo)"
        ),
        with_words=_OWN_POSTS,
    ),
    Rule(
        "logo_ban",
        "Blanket ban of name or logo",
        _re(r"\b(?:logos?|trade[- ]?marks?|company name|brand names?|uniforms?)\b"),
        "Employees may show the name and logo when they protest or organise; that is no trade mark use.",
        "Limit it to commercial use, or to posts that look as if the company had made them.",
        unless=_NARROW_LOGO,
    ),
    Rule(
        "recording_ban",
        "Blanket ban of recording",
        _re(
            r"\b(?:audio |video |sound |voice )?recordings?\b(?! (?:of )?(?:time|hours))"
            r"|\b(?:record|photograph|film|filming|photographing|videotap\w+)(?: (?:any|all|a|the|your|their))*"
            r" (?:conversations?|meetings?|calls?|colleagues?|managers?|anything|workplace|premises|at work|on)\b"
            r"|\btak(?:e|ing) (?:any )?(?:photos?|photographs?|pictures?|videos?)\b|\bphotography\b"
        ),
        "Recordings can be evidence of conditions at work; a ban without limits reaches them.",
        "Name the places and people to protect (customers, prototypes, changing rooms) and the law that asks for it.",
        unless=_NARROW_RECORDING,
    ),
    Rule(
        "respect_alone",
        "Respect at all times, and nothing more",
        _re(
            r"\bbe (?:respectful|polite|courteous|civil|positive|professional"
            r"|kind)\b[^.;]{0,40}?\b(?:at all times|always|in everything)\b"
            r"|\b(?:at all times|always) be (?:respectful|polite|courteous|civil|positive|professional|kind)\b"
            r"|\b(?:treat|act|behave|speak|communicate)\b[^.;]{0,40}?\b(?:respect\w*|courte\w+"
            r"|professionally)\b[^.;]{0,30}?\bat all times\b"
        ),
        "Alone, it can be read against heated talk about conditions at work.",
        "Keep it with examples of what it rules out: slurs, threats, harassment.",
        banned=False,
        example_mends=True,
        unless=_re(r"\b(?:slurs?|threats?|harass\w*|insults?|discriminat\w*|hate)\b"),
    ),
    Rule(
        "savings_alone",
        "General saving clause",
        _re(
            r"\bnothing in (?:this|these|the)\b[^.;]{0,160}?\b(?:rights?|laws?|nlra|section 7|act)\b"
        ),
        "A general saving clause helps little: nobody learns from it what they may do.",
        "Name what stays free, in plain words: wages, hours, conditions, safety, organising, speaking to the press.",
        banned=False,
        unless=_NAMED_RIGHTS,
    ),
    Rule(
        "no_purpose",
        "Restriction without purpose or example",
        None,
        "The employer must show which interest a restriction serves and that nothing narrower would do.",
        "Add one sentence that says why, or an example of what is meant, to this section.",
    ),
)  # fmt: skip
