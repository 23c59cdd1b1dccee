"""A rule in words, for its row on the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import Desk, RoutingRule
from alarms.words import CATEGORIES, WEEKDAYS

# SS-EN 50518 category I: security alarms (domain.md R21).
CATEGORY_ONE = frozenset({Category.BURGLARY, Category.HOLDUP, Category.TAMPER, Category.ACCESS})

_CATEGORY_WORDS = dict(CATEGORIES)
_DAY_WORDS = dict(WEEKDAYS)


def conditions_of(rule: RoutingRule) -> list[str]:
    """What has to hold, one phrase each; empty when the rule fits every alarm. No query for a
    rule loaded by `selectors.routing.all_rules`."""
    phrases = []
    if rule.categories:
        phrases.append(", ".join(str(_CATEGORY_WORDS.get(one, one)) for one in rule.categories))
    for label, rows in (
        (_("objekt"), rule.sites.all()),
        (_("område"), rule.areas.all()),
        (_("ansvarig"), rule.controllers.all()),
    ):
        names = [row.name for row in rows]
        if names:
            phrases.append(f"{label}: {', '.join(names)}")
    if rule.from_time and rule.to_time:
        phrases.append(
            _("kl. %(start)s–%(end)s")
            % {"start": f"{rule.from_time:%H:%M}", "end": f"{rule.to_time:%H:%M}"}
        )
    if rule.weekdays:
        phrases.append(", ".join(str(_DAY_WORDS[str(day)]) for day in rule.weekdays))
    if rule.days != RoutingRule.Days.ANY:
        phrases.append(str(RoutingRule.Days(rule.days).label))
    return phrases


def warnings_of(rule: RoutingRule) -> list[str]:
    """What is doubtful about where the rule leads; no query, as above."""
    found = []
    if not rule.desk.active:
        found.append(_("Larmplatsen är inte i bruk, så regeln gäller inte."))
    fits_one = not rule.categories or CATEGORY_ONE & set(rule.categories)
    if rule.desk.arc_category == Desk.ArcCategory.TWO and fits_one:
        found.append(_("Inbrott och överfall är kategori I, och larmplatsen är kategori II."))
    return found
