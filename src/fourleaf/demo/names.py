"""First names, surnames and titles from which employees are drawn. Ordinary names, nobody in particular."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["FIRST_NAMES", "LAST_NAMES", "TITLES", "mail_name"]

_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae"})


def mail_name(first: str, last: str) -> str:
    """The part before "@": "first.last" in plain lower-case letters, digits, dots and hyphens."""
    spelled = f"{first}.{last}".lower().translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "".join(c for c in plain if c.isalnum() or c in ".-")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


FIRST_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "DE": _words(
        "Anja Annika Antje Barbara Bernd Birgit Carsten Christa Christian Claudia Daniel Dennis Dilek "
        "Dirk Doris Elif Elke Emre Esra Eva Fabian Frank Gabriele Georg Greta Hannah Heike Heiko Helge "
        "Holger Ida Ines Ingo Jan Jana Janine Jens Joachim Jörg Julia Jürgen Karin Katja Kevin Kirsten "
        "Klaus Lars Lea Lena Levin Lisa Luisa Lukas Maik Manuel Marek Maren Marie Mario Markus Marlene "
        "Mehmet Michael Mirko Monika Nadine Nico Nina Olaf Oliver Patrick Paula Petra Ralf Rita Robin "
        "Sabine Sandra Sebastian Silke Simon Sonja Stefan Sven Tanja Theo Thomas Tim Tobias Torsten "
        "Ulrike Ute Vanessa Vera Viktor Werner Yasemin Zofia"
    ),
    "UK": _words(
        "Abigail Adam Aisha Alan Alice Amelia Andrew Angus Arjun Ben Beth Bryony Carys Charlotte Chloe "
        "Connor Craig Dafydd Daisy Daniel Eleanor Ellie Emily Esme Ewan Fiona Freya Gareth George Georgia "
        "Grace Graham Hamza Hannah Harry Heather Hugh Isla Jack Jamie Jasmine Joanna Josh Kate Keira "
        "Kieran Laura Leah Lewis Liam Lily Lorna Lucy Maisie Megan Mohan Molly Nadia Natalie Neil Niamh "
        "Nigel Oliver Owen Paige Pauline Phoebe Rajesh Rhys Robert Rory Rosie Ruth Sam Sian Sophie Stuart "
        "Tariq Tom Victoria Will Zara"
    ),
    "ND": _words(
        "Agnes Aksel Alma Anders Anette Anna Annika Arvid Axel Berit Birgitta Bjørn Camilla Carina Dag "
        "Ebba Einar Elin Elsa Emil Erik Erika Filip Freja Frida Gunnar Hanna Hedda Helena Henrik Håkon "
        "Ida Inger Ingrid Jakob Jesper Johan Johanna Jonas Kaisa Karin Katrine Kjell Klara Kristina Lars "
        "Lena Linnea Lotta Magnus Maja Malin Maria Marte Mats Mattias Mikkel Mona Nils Nora Ola Oskar Per "
        "Petra Rasmus Sara Signe Silje Sofie Stina Sven Tilda Tone Tuva Ulrika Vilde Åsa Øyvind"
    ),
    "NA": _words(
        "Aaron Alicia Allison Amber Andre Angela Anthony Ashley Austin Brandon Brenda Brian Brianna Caleb "
        "Carlos Carmen Cassandra Chad Cheryl Chris Cody Crystal Dana Darnell Dave Deborah Derek Diego "
        "Donna Dustin Elena Eric Erin Ethan Gabriel Gina Greg Hailey Heather Ivan Jamal Janet Jason Jenna "
        "Jeremy Jesse Jill Joel Jordan Jorge Kayla Keith Kelsey Kim Kyle Latoya Leah Linda Logan Luis "
        "Mackenzie Maria Marissa Matt Mei Melissa Monique Nate Nicole Omar Paige Pam Quinn Rachel Rebecca "
        "Ricardo Riley Ronnie Rosa Sean Shane Shelby Sierra Stacy Steven Tamara Tanner Teresa Trevor "
        "Tyler Vanessa Veronica Wes Xavier"
    ),
    "IB": _words(
        "Adela Adrián Aina Ainhoa Alba Alejandro Álvaro Amparo Ana Andrés Ângela Antonio Beatriz Bruno "
        "Carla Carmen Catarina Clara Cristina Daniel Diana Diogo Duarte Elena Emilio Enrique Esther "
        "Fernando Filipa Francisco Gema Gonzalo Helena Hugo Inês Irene Isabel Iván Jaime Javier Joana "
        "João Jordi José Juan Julia Laia Laura Leire Lorena Luís Manuel Mar Marcos Margarida María "
        "Mariana Marta Miguel Mónica Nerea Nuno Núria Óscar Pablo Paula Pedro Pilar Rafael Raquel Raúl "
        "Rita Rocío Rui Sandra Sara Sergio Silvia Sofía Teresa Tiago Tomás Vera Víctor Xavier Yolanda"
    ),
}

LAST_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "DE": _words(
        "Achterberg Albers Arslan Auerbach Bachmann Baumeister Behrens Bergmann Bischof Blumberg Böhmer "
        "Brandt Brinkmann Buchholz Celik Clausen Dahlmann Demir Diekmann Dietz Ebeling Eckhardt Ehlers "
        "Engelke Erdmann Falkner Feldmann Fiedler Franke Freitag Gebauer Gerlach Graf Greve Grote Haase "
        "Hagedorn Hansen Hartung Heidrich Heinze Herbst Hinz Hoffmeister Holtkamp Horn Jahnke Janssen "
        "Jung Kaiser Kaya Kessler Kirchner Klein Klose Knoll Köhler Kowalski Kramer Krause Kröger Kuhn "
        "Lange Lehnert Lenz Lindner Lorenz Lüders Mahler Marten Meinhardt Mertens Moser Nagel Neuhaus "
        "Nowak Oehler Ott Özkan Peters Pohl Prinz Quandt Raabe Reimann Richter Riedel Ritter Roth Rudolph "
        "Sander Schade Scherer Schilling Schubert Seidel Sommer Stahl Steinke Stolz Thiele Timm Uhlig "
        "Vogel Voigt Wagner Walther Weiland Wendt Werner Wiese Wilke Yilmaz Ziegler"
    ),
    "UK": _words(
        "Abbott Adeyemi Ahmed Aldridge Ashworth Barlow Barraclough Bennett Blackwood Bowen Bradshaw "
        "Briggs Burgess Carver Chadwick Chaudhry Clegg Coates Cooper Crossley Dalton Davies Dawson Dixon "
        "Dunn Eastwood Ellis Evans Fairbairn Farrow Fenwick Fletcher Forsyth Gallagher Garside Gill "
        "Goddard Grainger Griffiths Hargreaves Harrop Hartley Hewitt Hirst Holroyd Hussain Ibbotson "
        "Ingham Iqbal Jarvis Jenkins Kaur Kendall Khan Kirkby Lamb Lockwood Lomas MacLeod Mather McBride "
        "Mellor Morgan Naylor Newsome Oakes Ogden Osborne Parry Patel Pickering Pritchard Quigley Ramsden "
        "Rees Rowley Rushworth Sellers Shah Shaw Sinclair Stott Sutcliffe Tattersall Thorpe Tyler "
        "Underwood Vickers Walker Whitham Wilde Womersley Yates"
    ),
    "ND": _words(
        "Aalto Ahlgren Almqvist Andersen Backlund Berglund Björk Blomberg Bremer Brekke Dahl Dahlgren "
        "Eide Ekholm Ekström Engström Eriksen Falk Forsberg Fossum Frisk Fredriksen Granqvist Grønvold "
        "Haaland Hagen Hallberg Hansson Haugen Hedlund Heikkinen Hellström Henriksen Holm Holmgren "
        "Iversen Jakobsen Jensen Johansen Kallio Karlsson Kjær Knudsen Korhonen Krogh Larsen Lindberg "
        "Lindahl Lie Lund Lundgren Madsen Mikkelsen Moen Mortensen Myhre Nieminen Nilsen Nordby Norberg "
        "Nygaard Nyström Olsen Palm Pedersen Rask Rosén Rønning Sandberg Skog Solberg Strand Sund "
        "Söderberg Tangen Thorsen Vik Wallin Wiklund Ås Öberg Østby"
    ),
    "NA": _words(
        "Abernathy Alvarado Aranda Baxter Beaumont Becerra Benson Bishop Blevins Boyd Bridges Brooks "
        "Burke Byrd Cabrera Calloway Castillo Chang Chavez Cline Coleman Conrad Cordova Crane Cruz "
        "Daugherty Dawkins Delgado Dillard Dominguez Dorsey Duran Eaton Ellison Espinoza Estrada Farley "
        "Figueroa Finley Flores Franklin Gaines Gallegos Garner Gibbs Gomez Goodwin Guerrero Haley "
        "Hampton Haynes Hendrix Hernandez Hobbs Holloway Huang Hubbard Huff Ingram Jefferson Jimenez "
        "Kaminski Kemp Kim Kowal Lambert Larkin Lee Lozano Lyons Maddox Maldonado McCall McKinney Medina "
        "Mercer Molina Monroe Nash Nguyen Norris Ochoa Osorio Park Patterson Peck Pena Phelps Pruitt "
        "Ramirez Randall Reeves Rhodes Robles Rowe Salazar Sanders Sharpe Singh Stokes Sweeney Tran "
        "Trujillo Vance Vaughn Wagoner Wang Whitaker Wilkins Wong Yoder Zamora Zimmer"
    ),
    "IB": _words(
        "Abad Acosta Aguilar Alarcón Almeida Alonso Andrade Aragón Arrieta Azevedo Ballester Barbosa "
        "Barroso Benítez Bermejo Blanco Bravo Cabral Calvo Campos Cardoso Carrasco Castaño Cerdeira "
        "Coelho Correia Cortés Costa Cuesta Delgado Díaz Domingo Duarte Echeverría Esteban Farias "
        "Ferreira Ferrer Figueira Fonseca Freitas Fuentes Gallego Garrido Gaspar Gil Gomes Guerra Herrero "
        "Hidalgo Ibáñez Iglesias Jiménez Lemos Lima Lobo Lorenzo Lozano Macedo Marín Marques Mateos "
        "Medina Melo Mendes Molina Montero Mora Moreira Moya Navarro Neves Nogueira Olmos Ortega Otero "
        "Pacheco Pascual Peña Pereira Pinto Prieto Quintana Ramos Redondo Ribeiro Rocha Roldán Rubio Sáez "
        "Salas Santos Serrano Silva Soler Soto Tavares Teixeira Torres Urrutia Valente Vargas Vaz Vega "
        "Vidal Vieira Zabala"
    ),
}

#: Titles by department: those of team members, then those of team leaders.
TITLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "MKT": (
        ("Marketing specialist", "Brand assistant", "Content producer", "Event planner", "Designer"),
        ("Marketing team lead", "Brand team lead"),
    ),
    "COM": (
        ("Communications officer", "Editor", "Communications assistant"),
        ("Communications team lead",),
    ),
    "CSV": (
        (
            "Service agent",
            "Field technician",
            "Apprentice technician",
            "Spare parts clerk",
            "Service planner",
        ),
        ("Service team lead", "Technician team lead"),
    ),
    "INS": (("Data analyst", "Market analyst", "Data engineer"), ("Insights team lead",)),
    "SAL": (
        ("Account manager", "Sales representative", "Order desk clerk", "Shop assistant", "Dealer support"),
        ("Area sales manager", "Sales team lead"),
    ),
    "PRD": (
        (
            "Development engineer",
            "Test engineer",
            "Assembly worker",
            "Tool maker",
            "Quality inspector",
            "Designer",
        ),
        ("Engineering team lead", "Shift lead", "Laboratory lead"),
    ),
    "PPL": (
        ("People partner", "Payroll clerk", "Training coordinator", "Recruiting assistant"),
        ("People team lead",),
    ),
    "LRI": (
        (
            "System administrator",
            "Software engineer",
            "Lawyer",
            "Risk analyst",
            "Accountant",
            "Service desk agent",
        ),
        ("IT team lead", "Finance team lead", "Risk team lead"),
    ),
}
