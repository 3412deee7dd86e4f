"""How quick review is, by tier."""

from __future__ import annotations

from typing import Any

from fourleaf.review import services
from fourleaf.review.selectors.pace import Pace, pace
from fourleaf.review.services import Verdict

YES = Verdict(True)


def test_time_to_the_verdict_counts_working_hours_and_needs_five(house: Any, time: Any, query_budget: Any) -> None:
    for hours in (1, 2, 3, 6):
        item = house.submit()
        time.move(hours=hours)
        services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
        time.move(hours=24 - hours)
    waits = house.submit(["price"])
    with query_budget(3):
        assert pace() == [Pace("R3", 0, None, None, 1, 0.0), Pace("R1", 4, None, None, 0, None)]
    item = house.submit()
    # From Friday eleven o'clock to Monday ten o'clock: six working hours on Friday, one on Monday.
    time.move(days=2, hours=23)
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    assert pace()[1] == Pace("R1", 5, 180.0, 0.6, 0, None)
    assert pace()[0].oldest_minutes == 7 * 60
    services.withdraw(actor=house.author.actor, item_id=waits.pk)
    time.move(days=40)
    assert pace() == []


def test_the_page_says_how_quick_review_is(house: Any, client_for: Any, query_budget: Any) -> None:
    from django.urls import reverse

    for _ in range(5):
        services.decide(actor=house.lead.actor, item_id=house.submit().pk, verdict=YES)
    client = client_for(house.author)
    client.get(reverse("review:routes"))
    with query_budget(28):
        page = client.get(reverse("review:routes")).content.decode()
    assert '<th scope="row">R1</th><td>5</td><td>0 min</td><td>100' in page
