"""What happens during a shift, each act by keyboard and each alarm by a real frame."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import expect

from tests.callout.receivers import Mailbox
from tests.house.hands import Hands, Windows, tab_to
from tests.house.panel import Panel
from tests.house.stack import House

# Account and site. The three last stand for all that a power cut takes with it.
PANELS = {
    "burglary": ("C0001", "skolan-vast"),
    "fire": ("C0002", "stadshuset"),
    "care": ("C0003", "boendet-solrosen"),
    "cut-1": ("C0004", "skolan-masen"),
    "cut-2": ("C0005", "skolan-hasseln"),
    "cut-3": ("C0006", "skolan-lonnen"),
}
CUT_ZONES = range(1, 21)
REGISTER = "from django.core.management import call_command as c\n" + "\n".join(
    f'c("add_transmitter", account="{account}", site="{site}")' for account, site in PANELS.values()
)
# Stadshuset has no line to SOS: there the centre alarms räddningstjänsten.
WE_ALARM = """UPDATE alarms_installation AS i SET fire_call = 'centre'
FROM alarms_transmitter AS t WHERE t.installation_id = i.id AND t.account = %s"""
KEY = """SELECT 'alarm:' || public_id FROM alarms_alarm AS a
WHERE a.received_at > %s AND {where} ORDER BY a.received_at DESC LIMIT 1"""
STATE = """SELECT a.state, u.signature FROM alarms_alarm AS a
LEFT JOIN accounts_user AS u ON u.id = a.owner_id WHERE a.public_id = %s"""
NOTES = "Väktare är på väg till Skolan Väst."
LINK = re.compile(r"http://\S+/kvittera/\S+")
FIRST = "key => document.querySelector('.row')?.dataset.key === key"
BY_HAND = "SELECT count(*) FROM alarms_alarm WHERE received_at > %s AND text LIKE 'Vatten%%'"
COUNTS = """SELECT (SELECT count(*) FROM alarms_signal WHERE account = t.account),
    (SELECT count(*) FROM alarms_alarm WHERE account = t.account)
FROM (SELECT %s::text AS account) AS t"""
# Whether the call is about the alarm alone or about its desk.
TO_SEND = """SELECT count(*) FROM callout_delivery WHERE due_at IS NOT NULL AND call_id IN (
    SELECT c.id FROM callout_call AS c JOIN alarms_alarm AS a ON a.id::text = c.subject_id
    WHERE a.public_id = %s AND c.subject_type = 'alarms.alarm'
    UNION SELECT m.call_id FROM callout_callmember AS m
    JOIN alarms_alarm AS a ON a.id::text = m.subject_id WHERE a.public_id = %s)"""
MOVED_TO, WHY = "Felan", "Hör till felanmälan"


@dataclass
class Shift:
    """Who works it, and what came `since`: row ids are handed out in blocks and are no order."""

    house: House
    windows: Windows
    mailbox: Mailbox
    since: dt.datetime
    panels: dict[str, Panel] = field(default_factory=dict)

    def hands(self, username: str, signature: str, **options: object) -> Hands:
        """Somebody who has sat down and signed in."""
        made = Hands(self.house, username, signature, self.windows(**options))
        made.sign_in()
        return made

    def say(self, name: str, code: str) -> None:
        """A frame, acknowledged."""
        assert self.panels[name].say(code, until=time.monotonic() + 30)

    def newest(self, where: str, *values: object) -> str:
        """The key of the newest alarm."""
        ((key,),) = self.house.ask(KEY.format(where=where), self.since, *values)
        return str(key)

    def came(self, name: str, code: str, category: str) -> str:
        """A frame, and the key of its alarm."""
        self.say(name, code)
        return self.newest("account = %s AND category = %s", PANELS[name][0], category)

    def state(self, key: str) -> tuple[str, str | None]:
        """State and owner's signature of an alarm."""
        ((state, owner),) = self.house.ask(STATE, key.removeprefix("alarm:"))
        return str(state), owner


def accepts(hands: Hands) -> None:
    """Reads the newest handover and accepts it."""
    page = hands.turn_to("/larm/overlamning/")
    tab_to(page, "form[action$='/kvittera/'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".handover-last")).to_contain_text(f"Kvitterad av {hands.signature}")
    hands.board.bring_to_front()


def hands_over(hands: Hands, notes: str) -> None:
    """Writes a handover."""
    page = hands.turn_to("/larm/overlamning/")
    tab_to(page, "#id_notes")
    page.keyboard.type(notes)
    tab_to(page, "form[action$='/skriv/'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".handover-last")).to_contain_text(notes)


def burglary(shift: Shift, hands: Hands) -> str:
    """Taken, verified, noted, called about and closed with what was said."""
    key = shift.came("burglary", "BA1", "burglary")
    hands.take(key)
    hands.press("v")
    hands.board.wait_for_selector('#detail .detail[data-state="verifying"]')
    hands.press("a")
    hands.board.keyboard.type(NOTES)
    hands.confirm("#anteckna button")
    expect(hands.board.locator("#detail .notes")).to_contain_text(NOTES)
    hands.press("r")
    assert hands.board.evaluate("document.activeElement.matches('a[data-tel]')")
    hands.press("Enter")
    expect(hands.board.locator("#detail .call-result[open] button").first).to_be_focused()
    hands.press("1")
    expect(hands.board.locator("#detail .call-log")).to_be_visible()
    hands.close(key, "1", said="Städaren gick in på fel dörr")
    return key


def fire(shift: Shift, hands: Hands) -> str:
    """Räddningstjänsten before anything else: the first key, and the row says so."""
    key = shift.came("fire", "FA1", "fire")
    hands.take(key)
    expect(hands.board.locator("#detail .detail-acts button").first).to_have_attribute(
        "data-act", "rescue"
    )
    hands.press("b")
    expect(hands.board.locator("#detail [data-act=rescue]")).to_have_count(0)
    hands.press("g")
    hands.board.wait_for_selector('#detail .detail[data-state="in_progress"]')
    hands.close(key, "1", said="Rök från en brödrost, vädrat")
    return key


def trygghetslarm(shift: Shift, hands: Hands) -> str:
    """Answered, read, parked; pressed again while parked; spoken with and closed."""
    key = shift.came("care", "QA1", "medical")
    hands.take(key)
    expect(hands.board.locator("#care .care-name")).to_be_visible()
    park(hands, key)
    row = hands.board.locator(f'.row[data-key="{key}"]')
    assert shift.panels["care"].say_again(until=time.monotonic() + 30)
    time.sleep(1)
    assert row.get_attribute("data-state") == "parked"
    shift.say("care", "QA1")
    expect(row).to_have_attribute("data-again", "1")
    expect(row.locator(".mark-again")).to_be_visible()
    hands.take(key)
    hands.close(key, "2", voice="9")
    return key


def park(hands: Hands, key: str) -> None:
    """P, the first time, the first reason, the space bar."""
    page = hands.board
    hands.press("p")
    expect(page.locator("#parkera input[name=minutes]").first).to_be_focused()
    hands.press("Space")
    tab_to(page, "#parkera input[name=reason]")
    hands.press("Space")
    hands.confirm("[data-park-confirm]")
    page.wait_for_selector(f'.row[data-key="{key}"][data-state="parked"]')


def power_cut(shift: Shift, one: Hands, two: Hands) -> str:
    """A hold-up in the middle of sixty zones without mains is first on every board, and taken."""
    half = len(CUT_ZONES) // 2
    for zone in CUT_ZONES:
        for name in ("cut-1", "cut-2", "cut-3"):
            shift.say(name, f"AT{zone}")
        if zone == half:
            shift.say("fire", "HA7")
    key = shift.newest("category = 'holdup'")
    for hands in (one, two):
        hands.board.wait_for_function(FIRST, arg=key)
    one.take(key)
    one.press("g")  # what is taken and left alone goes back to the queue
    one.board.wait_for_selector('#detail .detail[data-state="in_progress"]')
    return key


def sent_on(shift: Shift, lead: Hands, hands: Hands) -> None:
    """Moved to a desk that nobody works: TiB is called, answers by the link, and hears no more."""
    before = len(shift.mailbox.mails)
    key = shift.came("burglary", "BA2", "burglary")
    move(lead, key, MOVED_TO)
    shift.house.wait(lambda: mails(shift, before) != [], 60, "TiB fick inget meddelande")
    page = shift.windows().page
    page.goto(LINK.findall(mails(shift, before)[0])[0])
    tab_to(page, ".answer-button")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Du har tagit det")
    page.context.close()
    sent = len(mails(shift, before))
    lead.board.bring_to_front()
    expect(lead.board.locator("#detail .call")).to_contain_text("TiB svarade")
    hands.take(key)
    hands.close(key, "1", said="Larmat av misstag")
    assert len(mails(shift, before)) == sent
    assert shift.house.ask(TO_SEND, *[key.removeprefix("alarm:")] * 2) == [(0,)]


def mails(shift: Shift, before: int) -> list[str]:
    """The texts of what was sent since then: a desk's call names no alarm."""
    return [str(mail.get_content()) for mail in list(shift.mailbox.mails)[before:]]


def move(lead: Hands, key: str, to: str) -> None:
    """F, to whom, why."""
    lead.stand(key)
    lead.press("Enter")
    lead.opened(key)
    lead.press("f")
    expect(lead.board.locator("#move-to")).to_be_focused()
    lead.board.keyboard.type(to)
    lead.write("#move-reason", WHY)
    lead.press("Enter")
    expect(lead.board.locator("#detail .notes")).to_contain_text(WHY)
    expect(lead.board.locator("#flytta")).not_to_have_attribute("open", "")


def by_hand(shift: Shift, lead: Hands, hands: Hands, colleague: Hands) -> str:
    """N: an alarm that somebody rang about; the shift lead gives it to a colleague."""
    hands.board.bring_to_front()
    hands.press("n")
    page = hands.board
    expect(page.locator("#id_type")).to_be_focused()
    page.keyboard.type("Vatten")
    hands.write("#id_text", "Vatten rinner i källaren")
    hands.write("#manual-q", "kastanjen")
    page.wait_for_selector(".manual-places")
    tab_to(page, "#manual-places input[name=site]")
    hands.press("ArrowUp")  # from "none of them", which is chosen beforehand
    hands.confirm("#manual-form button[value=take]")
    page.wait_for_selector("#manual:not([open])", state="attached")
    shift.house.wait(
        lambda: shift.house.ask(BY_HAND, shift.since) == [(1,)], 30, "larmet lades inte upp"
    )
    key = shift.newest("text LIKE 'Vatten%%'")
    hands.has(key)
    move(lead, key, colleague.signature)
    colleague.has(key)
    return key


def prov(shift: Shift, hands: Hands) -> None:
    """O: the zone is set in prov, and what it sends then is kept and stands on no board."""
    key = shift.came("burglary", "BA3", "burglary")
    hands.take(key)
    hands.press("o")
    page = hands.board
    tab_to(page, "#id_reason")
    page.keyboard.type("Larmtekniker byter givare")
    tab_to(page, ".prov-form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/prov/**")
    page.goto(f"{shift.house.base_url}/larm/")
    hands.live()
    expect(page.locator("#prov-count b")).not_to_have_text("0")
    before = shift.house.ask(COUNTS, PANELS["burglary"][0])
    time.sleep(2)  # as the page says: it holds within two seconds
    shift.say("burglary", "BA3")
    ((signals, alarms),) = shift.house.ask(COUNTS, PANELS["burglary"][0])
    assert [(signals - 1, alarms)] == before
    hands.stand(key)
    hands.press("Enter")
    hands.close(key, "1", said="Tekniker på plats")


def lock(hands: Hands) -> None:
    """Away for a moment: Shift+L, and the password."""
    page = hands.board
    page.bring_to_front()
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    page.keyboard.type(hands.house.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/")
    hands.live()


def change(hands: Hands, username: str, signature: str) -> Hands:
    """The next one takes the chair without anybody leaving the page."""
    page = hands.board
    page.bring_to_front()
    page.keyboard.press("Shift+L")
    page.wait_for_url("**/larm/las/")
    tab_to(page, "#byt_login")
    page.keyboard.type(username)
    tab_to(page, "#byt_password")
    page.keyboard.type(hands.house.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/larm/pass/")
    hands.aside.close()
    page.goto(f"{hands.house.base_url}/larm/")
    seated = Hands(hands.house, username, signature, hands.window)
    seated.live()
    return seated


def leave(hands: Hands, key: str, colleague: Hands) -> None:
    """Sign off: not while an alarm is theirs, and then it is the colleague's."""
    page = hands.turn_to("/larm/pass/")
    tab_to(page, "#avloggning button")
    page.keyboard.press("Enter")
    expect(page.locator("#avloggning select")).to_be_focused()
    page.keyboard.type(colleague.signature)
    tab_to(page, "#avloggning button")
    page.keyboard.press("Enter")
    expect(page.locator("#mine-title")).to_contain_text("Du är inte påloggad")
    colleague.has(key)
