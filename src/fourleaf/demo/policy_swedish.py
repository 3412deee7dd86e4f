"""The sample's social media policy for its readers in the Nordics: the same twenty sections, shorter."""

from __future__ import annotations

from typing import Final

__all__ = ["SWEDISH"]

SWEDISH: Final = """\
Den här policyn gäller alla på Tarnbeck Group som talar om företaget i sociala medier.

## 1. Syfte och uppmuntran

Vi vill att du deltar. Den som kan sitt arbete hjälper kunder bäst. Reglerna finns för att du ska våga.

## 2. Officiellt, som expert, privat

Officiella konton talar för företaget. Som expert talar du i eget namn om ditt område. Privat är privat.

## 3. Vem som får tala, och bälten

Vad du får göra följer av ditt bälte. Exempel: att svara kunder kräver grönt bälte, så att ingen lämnas ensam.

## 4. Öppenhet om anställningen

Skriv i själva inlägget att du arbetar här när du berömmer våra produkter. Exempel: ”Jag jobbar på Emberlyn, och …”

## 5. Riktighet och rättelser

Skriv det du vet. Blir något fel rättar du det öppet och tar inte bort spåren.

## 6. Sekretess och företagshemligheter

Hemligt är till exempel recept på beläggningar, opublicerade produkter och priser i pågående anbud. Syftet är att
skydda det arbete som ännu inte är klart. Din lön och dina arbetsvillkor är **inte** hemligheter.

## 7. Personuppgifter och bilder

Fråga innan du visar en person. Exempel: en kollega i bakgrunden på en film är också en person.

## 8. Respekt, diskriminering, trakasserier

Kritisera saker, inte människor. Hot, hån och trakasserier hör inte hemma här, vare sig inåt eller utåt.

## 9. Upphovsrätt och påståenden

Använd det du har rätt till. Påståenden om säkerhet och miljö behöver en källa på sidan Claims i Hearth.

## 10. Rekommendationer, omdömen, konkurrenter

Skriv inga omdömen om egna produkter och köp inga. Jämför med konkurrenter bara med fakta som går att visa.

## 11. Innehåll med hjälp av AI

Ett verktyg får hjälpa till; du svarar för varje uppgift. Läs igenom innan något publiceras.

## 12. Platstjänster och sändningar i realtid

Sänd inte från platser där andra inte väntar sig det. Exempel: verkstaden under pågående arbete.

## 13. Säkerhet, kontons ägare, när någon slutar

Officiella konton ägs av företaget och har två personer med tillgång. Den som slutar lämnar över dem.

## 14. Arkiv och lagringstid

Det officiella sparas så länge lagen kräver. Utkast tas bort efter tre månader.

## 15. I en kris

Svara inte själv, dela inga gissningar och ring jouren på anknytning 112. Kontona pausas tills någon har ansvaret.

## 16. Uppföljning

Vi läser det som är offentligt om våra varumärken. Vi följer inte enskilda medarbetare.

## 17. Dina skyddade rättigheter

Inget här hindrar dig från att tala om lön, arbetstid och arbetsmiljö, att gå med i facket eller att larma om
missförhållanden.

## 18. Frågor, luckor, överklagande

Säger reglerna inget? Anmäl luckan; den besvaras. Tycker du att ett beslut är fel kan du be om en ny prövning.

## 19. Följder

Misstag reder vi ut tillsammans. Upprepade och medvetna brott följer arbetsordningen, alltid efter samtal.

## 20. Ändringar

Vad som ändrats står vid varje version.
"""
