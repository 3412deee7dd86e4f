"""The texts of the standard questionnaire: (id, vein, reversed, English, German)."""

from __future__ import annotations

from typing import Final

__all__ = ["ITEM_ROWS", "VEIN_NAMES", "WILLINGNESS_ROWS"]

VEIN_NAMES: Final = {
    "open": "openness",
    "trust": "trust",
    "collab": "collaboration",
    "inv": "involved",
    "pass": "passionate",
    "buy": "bought in",
    "cross": "cross-functional",
    "exp": "expertise integrated",
    "hr": "HR policy",
    "simple": "simple",
    "cost": "inexpensive",
    "inter": "made for interaction",
}

# One row an item, so that wording is compared across languages at a glance.
# fmt: off
ITEM_ROWS: Final = (
    ("C1", "open", False, "People here talk about work in progress, not only about finished results.",
     "Bei uns spricht man auch über Unfertiges, nicht nur über fertige Ergebnisse."),
    ("C2", "open", False, "When something goes wrong, we learn it from colleagues before we read it elsewhere.",
     "Wenn etwas schiefgeht, erfahren wir es von Kolleginnen und Kollegen, bevor wir es anderswo lesen."),
    ("C3", "open", True, "Information is mostly passed on to those who strictly need it.",
     "Informationen bekommen meist nur diejenigen, die sie unbedingt brauchen."),
    ("C4", "trust", False,
     "I can give a professional view in my own words and under my own name without fearing consequences.",
     "Ich kann meine fachliche Meinung in eigenen Worten und unter meinem Namen sagen, ohne Folgen zu fürchten."),
    ("C5", "trust", False, "Specialists may speak about their subject without someone rewriting them.",
     "Fachleute dürfen über ihr Gebiet sprechen, ohne dass jemand ihre Worte umschreibt."),
    ("C6", "trust", True, "If I share what I know, somebody else is likely to take the credit.",
     "Wenn ich mein Wissen teile, erntet wahrscheinlich jemand anderes die Anerkennung."),
    ("C7", "collab", False, "I get useful help from other departments within a day or two.",
     "Aus anderen Abteilungen bekomme ich innerhalb von ein bis zwei Tagen brauchbare Hilfe."),
    ("C8", "collab", False, "Helping a colleague in another team counts when my work is appraised.",
     "Wenn ich jemandem in einem anderen Team helfe, zählt das bei meiner Beurteilung."),
    ("L1", "inv", False, "In the last month I saw a senior leader answer a colleague's question in an open channel.",
     "Im letzten Monat habe ich gesehen, dass eine obere Führungskraft eine Frage offen im Kanal beantwortet hat."),
    ("L2", "inv", True, "Our leaders read along internally but leave the talking to others.",
     "Unsere Führungskräfte lesen intern mit, überlassen das Reden aber anderen."),
    ("L3", "inv", False, "My manager keeps working time free for taking part in these channels.",
     "Meine Führungskraft hält mir Arbeitszeit frei, damit ich mich in diesen Kanälen beteiligen kann."),
    ("L4", "pass", False,
     "Leaders explain with conviction why customers and colleagues should be able to talk with us directly.",
     "Führungskräfte erklären überzeugend, warum man direkt mit uns sprechen können soll, von innen wie von außen."),
    ("L5", "pass", False, "A leader would back me if a well-meant public reply of mine turned out badly.",
     "Eine Führungskraft stünde hinter mir, wenn eine gut gemeinte öffentliche Antwort von mir danebenginge."),
    ("L6", "buy", False, "Leaders tie our social activities to goals the business already has.",
     "Führungskräfte verknüpfen unsere Social-Media-Arbeit mit Zielen, die das Unternehmen ohnehin hat."),
    ("L7", "buy", False, "People and money promised for this work really arrive.",
     "Zugesagtes Personal und Geld für diese Arbeit kommen auch wirklich an."),
    ("L8", "buy", True, "Our leaders would drop this work after the first unpleasant comments.",
     "Nach den ersten unangenehmen Kommentaren würde unsere Führung diese Arbeit fallen lassen."),
    ("G1", "cross", False, "Decisions about our channels are taken with several departments at the table.",
     "Über unsere Kanäle entscheiden mehrere Abteilungen an einem Tisch."),
    ("G2", "cross", False, "I know who may decide when a reply is urgent, also on a Saturday evening.",
     "Ich weiß, wer entscheiden darf, wenn eine Antwort eilt, auch am Samstagabend."),
    ("G3", "cross", True, "One department has to sign off practically everything.",
     "Eine einzige Abteilung muss praktisch alles freigeben."),
    ("G4", "exp", False, "There is somebody I can reach who will coach me through a tricky reply.",
     "Es gibt jemanden, den ich erreiche und der mir bei einer heiklen Antwort zur Seite steht."),
    ("G5", "exp", False, "What one brand or region learns reaches the others.",
     "Was eine Marke oder Region lernt, kommt bei den anderen an."),
    ("G6", "hr", False, "I understand what I may say about the company as a private person.",
     "Ich weiß, was ich als Privatperson über das Unternehmen sagen darf."),
    ("G7", "hr", False, "Our rules keep pace with the channels we really use.",
     "Unsere Regeln halten mit den Kanälen Schritt, die wir wirklich nutzen."),
    ("G8", "hr", True, "Time spent on this stays invisible in job descriptions and appraisals.",
     "Die Zeit dafür taucht weder in Stellenbeschreibungen noch in Beurteilungen auf."),
    ("T1", "simple", False, "I could post or answer on our internal platform without asking how.",
     "Auf unserer internen Plattform könnte ich schreiben oder antworten, ohne zu fragen, wie das geht."),
    ("T2", "simple", False, "I can take part with the device I actually have at work.",
     "Ich kann mit dem Gerät mitmachen, das ich bei der Arbeit tatsächlich habe."),
    ("T3", "simple", True, "I need several tools to follow a single conversation.",
     "Um einem einzigen Gespräch zu folgen, brauche ich mehrere Werkzeuge."),
    ("T4", "cost", False, "Tools are chosen after the need is agreed, not before.",
     "Werkzeuge werden ausgesucht, wenn der Bedarf geklärt ist, nicht vorher."),
    ("T5", "cost", False,
     "What we spend on tools is in sensible proportion to what we spend on people and training.",
     "Unsere Ausgaben für Werkzeuge stehen in vernünftigem Verhältnis zu denen für Menschen und Schulung."),
    ("T6", "inter", False, "The platform helps me find out who knows what.",
     "Die Plattform hilft mir herauszufinden, wer was weiß."),
    ("T7", "inter", False, "Conversations live there, not only files.",
     "Dort finden Gespräche statt, es liegen nicht nur Dateien."),
    ("T8", "inter", True, "What I post there rarely gets an answer.",
     "Was ich dort schreibe, bekommt selten eine Antwort."),
)

# Reported, never scored: many people rightly prefer their work without publicity, which is no lack of culture.
WILLINGNESS_ROWS: Final = (
    ("W1", "I would like to take part in public on the company's behalf.",
     "Ich würde gern öffentlich im Namen des Unternehmens mitwirken."),
    ("W2", "I would rather keep my job free of public communication.",
     "Ich möchte meine Arbeit lieber frei von öffentlicher Kommunikation halten."),
)
# fmt: on
