"""The sixty named roles of the sample: who holds them, their belt, and what they may do in the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.demo.names import mail_name

__all__ = ["PRODUCT_ROLES", "ROLES", "Belt", "ProductRole", "Role"]

Belt = Literal["none", "white", "yellow", "orange", "green", "blue", "black"]
ProductRole = Literal["admin", "strategist", "analyst", "editor", "care", "legal", "people", "steering", "member"]


@dataclass(frozen=True, slots=True)
class Role:
    """One of the sixty roles.

    ``department`` is None for the four executives, who stand above the departments; ``payroll_department``
    is where the head count carries them. ``appointed_for_crisis``: the person belongs to the authority pool.
    ``brand`` is the brand code where the role serves one brand. Every role has a login, with a password in demo
    mode only.
    """

    id: str
    name: str
    title: str
    region: str
    department: str | None
    payroll_department: str
    belt: Belt
    appointed_for_crisis: bool
    brand: str | None
    manager: str | None  # role id; None for the chief executive
    product_role: ProductRole
    email: str
    demo_login: bool = True


_BELTS: Final[dict[str, Belt]] = {
    "0": "none",
    "W": "white",
    "Y": "yellow",
    "O": "orange",
    "G": "green",
    "B": "blue",
    "K": "black",
}

# id | name | title | region | department, payroll after a slash | belt, + for crisis | brand | manager | use
_TABLE: Final = """
R01 | Henrike Tannhof | Chief Executive Officer | DE | /LRI | W | | | steering
R02 | Joris Wendeling | Chief Digital Officer, executive sponsor | DE | /MKT | O+ | | R01 | steering
R03 | Almuth Brockfeld | Chief Operating Officer | DE | /PRD | W | | R01 | steering
R04 | Caspar Lindhoff | Chief Financial Officer | DE | /LRI | 0 | | R01 | steering
R05 | Friederike Ahlswede | Head of Communications, committee chair | DE | COM | K+ | | R01 | steering
R06 | Tilman Roggenkamp | Social strategist, lead, centre of excellence | DE | COM | K+ | | R05 | strategist
R07 | Svenja Marquering | Governance lead, centre of excellence | DE | COM | B | | R06 | strategist
R08 | Oda Pfeifenbring | Internal communications lead | DE | COM | G | | R05 | editor
R09 | Delphine Okafor-Reyes | Press officer | NA | COM | B+ | | R05 | editor
R10 | Imogen Thackerby | Content strategist, centre of excellence | UK | COM | B | | R06 | strategist
R11 | Matthis Overdiek | Trainer, centre of excellence | DE | COM | K+ | | R06 | people
R12 | Wiebke Stallhorn | Duty coordinator | DE | COM | B | | R05 | editor
R13 | Leonore Vossberg | Chief Marketing Officer | DE | MKT | Y | | R01 | steering
R14 | Jannik Rodenbusch | Brand lead Emberlyn | DE | MKT | B | EM | R13 | strategist
R15 | Beatrix Hallermann | Brand lead Quillstone | DE | MKT | O | QS | R13 | strategist
R16 | Rowan Peverley | Brand lead Loomvale | UK | MKT | B | LV | R13 | strategist
R17 | Nele Drosterkamp | Community manager Emberlyn | DE | MKT | B | EM | R14 | editor
R18 | Marcus Teller-Vance | Community manager Emberlyn | NA | MKT | G | EM | R14 | editor
R19 | Bronwen Ashdale | Community manager Loomvale | UK | MKT | K+ | LV | R16 | editor
R20 | Liv Sandmoen | Community manager Loomvale | ND | MKT | G | LV | R16 | editor
R21 | Konrad Wittelsbeck | Content editor Quillstone | DE | MKT | O | QS | R15 | editor
R22 | Priya Castleford | Paid media manager | UK | MKT | O | | R13 | editor
R23 | Noelia Bustarviejo | Influencer manager | IB | MKT | G | EM | R14 | editor
R24 | Finn Kattenstroth | Designer and video maker | DE | MKT | W | | R13 | member
R25 | Gesine Uhlenbrook | Head of Service | DE | CSV | G | | R03 | steering
R26 | Callum Wetherstone | Social care lead | UK | CSV | K+ | | R25 | care
R27 | Merle Hinrichsohn | Care agent Emberlyn | DE | CSV | G | EM | R26 | care
R28 | Tasha Lindqvist-Boone | Care agent Emberlyn | NA | CSV | G | EM | R26 | care
R29 | Gethin Marlwood | Care agent Loomvale | UK | CSV | Y | LV | R26 | care
R30 | Anselm Dückerhoff | Care agent Quillstone | DE | CSV | Y | QS | R26 | care
R31 | Wade Kowalchik | Field technician dispatcher | NA | CSV | W | QS | R25 | member
R32 | Iker Mendialdea | Care agent | IB | CSV | O | EM | R26 | care
R33 | Astrid Fallgren | Knowledge editor | ND | CSV | G | | R26 | editor
R34 | Renate Zumbusch-Keil | Head of Insights | DE | INS | Y | | R02 | steering
R35 | Piet Garbers | Listening analyst | DE | INS | Y | | R34 | analyst
R36 | Sanna Rautavuori | Data analyst, figures | ND | INS | O | | R34 | analyst
R37 | Harriet Pellow | Market researcher | UK | INS | W | | R34 | analyst
R38 | Dietmar Sasselbach | Head of Sales | DE | SAL | W | | R01 | member
R39 | Corinna Weddigen | Key account manager Quillstone | DE | SAL | O | QS | R38 | member
R40 | Bradley Oyelaran | Key account manager Quillstone | NA | SAL | W | QS | R38 | member
R41 | Nerys Copthorne | Webshop manager Loomvale | UK | SAL | G | LV | R38 | editor
R42 | Gonçalo Ferraria | Retail partner manager | IB | SAL | W | EM | R38 | member
R43 | Volker Amelsberg | Sales engineer Quillstone, expert blogger | DE | SAL | O | QS | R38 | editor
R44 | Torbjørn Eikmoen | Regional manager Nordics | ND | SAL | Y | | R38 | member
R45 | Ursel Kringelbach | Head of Research and Development | DE | PRD | 0 | | R03 | member
R46 | Malte Jägerswald | Product owner Emberlyn | DE | PRD | W | EM | R45 | member
R47 | Fenella Griggs | Product owner Loomvale | UK | PRD | Y | LV | R45 | member
R48 | Hartwig Osterfeld | Safety engineer, expert | DE | PRD | O | EM | R45 | editor
R49 | Lucille Marchetti-Dorn | Chef developer Quillstone, expert | NA | PRD | O | QS | R45 | editor
R50 | Ebba Klintgren | Textile engineer Loomvale, expert | ND | PRD | Y | LV | R45 | member
R51 | Swantje Bollhagen | Ideas curator | DE | PRD | Y | | R45 | analyst
R52 | Irmela Stackelbeck | Head of People | DE | PPL | W | | R01 | steering
R53 | Jonas Flechtner | Recruiter | DE | PPL | G | | R52 | people
R54 | Shawna Delacroix-Penn | Recruiter | NA | PPL | W | | R52 | people
R55 | Reinhild Quast | Works-council liaison | DE | PPL | Y | | R52 | people
R56 | Eckart von Lauenfels | General counsel | DE | LRI | O+ | | R01 | legal
R57 | Sibylle Morgenrath | Data protection officer | DE | LRI | Y | | R56 | legal
R58 | Arne Tietgen | IT platform owner | DE | LRI | W | | R02 | admin
R59 | Desmond Arkwell | Security lead | UK | LRI | W | | R58 | member
R60 | Gloria Templeton-Ruiz | US employment counsel | NA | LRI | 0 | | R56 | legal
"""


def _address(name: str) -> str:
    first, _, last = name.partition(" ")
    return f"{mail_name(first, last)}@tarnbeck.example"


def _read(line: str) -> Role:
    cells = [cell.strip() for cell in line.split("|")]
    role_id, name, title, region, departments, belt, brand, manager, product_role = cells
    department, _, payroll = departments.partition("/")
    allowed: dict[str, ProductRole] = {
        "admin": "admin",
        "strategist": "strategist",
        "analyst": "analyst",
        "editor": "editor",
        "care": "care",
        "legal": "legal",
        "people": "people",
        "steering": "steering",
        "member": "member",
    }
    return Role(
        id=role_id,
        name=name,
        title=title,
        region=region,
        department=department or None,
        payroll_department=payroll or department,
        belt=_BELTS[belt[0]],
        appointed_for_crisis=belt.endswith("+"),
        brand=brand or None,
        manager=manager or None,
        product_role=allowed[product_role],
        email=_address(name),
    )


ROLES: Final[tuple[Role, ...]] = tuple(_read(line) for line in _TABLE.strip().splitlines())

#: What each role may do in the product. R56 sits on the committee too, but gives legal decisions first.
PRODUCT_ROLES: Final[dict[str, ProductRole]] = {each.id: each.product_role for each in ROLES}
