"""What one click costs with 10,000 open alarms: every page, act and polled part of the room, as
somebody signed in who asks as the browser does."""

from __future__ import annotations

import statistics
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from benchmarks.house import House
from benchmarks.many_open import EACH, fill, give, open_now
from benchmarks.sockets import screens
from benchmarks.table import Figure, spoken
from benchmarks.visitor import Visitor

WARM_UP, ROUNDS = 2, 10
AIM_MS: Final = 300
FREE: Final = """
SELECT a.public_id, a.id, i.public_id FROM alarms_alarm AS a
JOIN alarms_installation AS i ON i.id = a.installation_id
WHERE a.state = 'new' AND a.category = 'burglary' AND i.name LIKE 'B%%'
ORDER BY a.priority, a.unanswered DESC, a.waiting_since, a.id LIMIT %s
"""
MEDICAL: Final = """
SELECT a.public_id FROM alarms_alarm AS a JOIN alarms_carerecipient AS c USING (installation_id)
WHERE a.state <> 'closed' AND a.category = 'medical' AND c.ended_at IS NULL ORDER BY a.id LIMIT 1
"""

PAST: Final = """
SELECT to_char(now() AT TIME ZONE 'Europe/Stockholm', 'YYYY-MM-DD"T"HH24:MI:SS')
"""


class Room:
    """Two operators and a shift lead with their boards open, and what each act took."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.operator = Visitor(house, "operator")
        self.other = Visitor(house, "operator2")
        self.lead = Visitor(house, "skiftledare")
        people = dict(house.ask("SELECT username, id FROM accounts_user"))
        self.me, self.colleague = people["operator"], people["operator2"]
        self.desks = [pk for (pk,) in house.ask("SELECT id FROM alarms_desk WHERE active")]
        self.site = house.ask("SELECT slug FROM places_site ORDER BY id LIMIT 1")[0][0]
        self.brukare: UUID = house.ask(MEDICAL)[0][0]
        self.took: dict[str, list[float]] = defaultdict(list)
        self.since = self.seq()
        ((self.past,),) = house.ask(PAST)

    def seq(self) -> int:
        """The ledger's newest."""
        (seq,) = self.house.ask("SELECT max(seq) FROM ledger_row")[0]
        return int(seq)

    @contextmanager
    def present(self) -> Iterator[None]:
        """Everybody's board is live."""
        port, since = self.house.port, self.seq()
        with (
            screens(1, port, self.operator.cookie, since),
            screens(1, port, self.other.cookie, since),
            screens(1, port, self.lead.cookie, since),
        ):
            yield

    def look(self, name: str, path: str, *, who: Visitor | None = None, page: bool = False) -> str:
        """Ask for a part, or a whole page."""
        visitor = who or self.operator
        text = visitor.get(path, htmx=not page)
        self.took[name].append(visitor.took)
        return text

    def act(
        self,
        name: str,
        path: str,
        *,
        who: Visitor | None = None,
        page: bool = False,
        expect: str = "",
        **fields: object,
    ) -> str:
        """Do something; `expect` is what the answer must hold."""
        visitor = who or self.operator
        text = visitor.post(path, fields, htmx=not page)
        if expect not in text:
            raise RuntimeError(f"{name}: {text[:3000]}")
        self.took[name].append(visitor.took)
        return text


def measure(house: House) -> list[Figure]:
    """The median of ten, and the worst of them, of each."""
    house.clear_board()
    fill(house)
    room = Room(house)
    with room.present():
        free = iter(house.ask(FREE, 3 * (WARM_UP + ROUNDS)))
        mine = [
            row[0] for row in house.ask(FREE.replace("waiting_since,", "waiting_since DESC,"), EACH)
        ]
        for _ in range(WARM_UP + ROUNDS):
            _work(room, next(free))
            _lead(room, next(free))
            _by_hand(room)
            _shift(room, mine)
            _parts(room)
    head = Figure(f"Med {spoken(open_now(house))} öppna larm, median och sämst av {ROUNDS}", "")
    return [head, *(_figure(name, waits[-ROUNDS:]) for name, waits in room.took.items())]


def _figure(name: str, waits: list[float]) -> Figure:
    middle = statistics.median(waits)
    shown = f"{middle:.0f} / {max(waits):.0f} ms"
    return Figure(f"  {name}", shown, f"högst {AIM_MS}", middle <= AIM_MS)


def _work(room: Room, alarm: tuple[Any, ...]) -> None:
    """One alarm from the board to its close."""
    one, pk, installation = f"/larm/{alarm[0]}/", alarm[1], alarm[2]
    room.look("Larmlistan", "/larm/", page=True)
    room.look("Larmet", one)
    room.look("Samtal till jour om larmet", f"/larm/jour/for/alarms.alarm/{pk}/")
    room.act("Ta", f"{one}ta/", expect="lamna")
    room.act("Lämna tillbaka", f"{one}lamna/")
    room.operator.post(f"{one}ta/")
    room.act("Verifierar", f"{one}lage/", state="verifying")
    room.act("Anteckna", f"{one}anteckna/", text="Mätning", expect="Mätning")
    room.act("Samtal", f"{one}samtal/", whom="guard", direction="out", result="answered")
    room.act("Utskick", f"{one}utskick/", whom="guard")
    room.act("Parkera", f"{one}parkera/", minutes="15", reason="guard")
    room.act("Avsluta parkering", f"{one}avsluta-parkering/")
    room.act(
        "Sätt i prov",
        f"/larm/anlaggningar/{installation}/prov/nytt/",
        page=True,
        kind="test",
        place="other",
        area="99",
        zone=str(uuid.uuid4().int)[:9],
        minutes="15",
        reason="Mätning",
    )
    room.act(
        "Avsluta",
        f"{one}avsluta/",
        code="unfounded_technical",
        said_by="Vakthavande",
        said="Inget hade hänt.",
    )


def _lead(room: Room, alarm: tuple[Any, ...]) -> None:
    one, lead = f"/larm/{alarm[0]}/", room.lead
    room.look("Larmet, som skiftledare", one, who=lead)
    room.act("Ändra prioritet", f"{one}prioritet/", who=lead, priority="4", reason="Mätning")
    room.act("Flytta", f"{one}flytta/", who=lead, to=f"user:{room.colleague}", reason="Mätning")
    room.look("Belastning", "/larm/belastning/", who=lead)
    room.look(
        "Statistik, månad",
        f"/larm/statistik/?period=manad&datum={room.past[:10]}",
        who=lead,
        page=True,
    )


def _by_hand(room: Room) -> None:
    form_id = str(uuid.uuid4())
    room.look("Nytt larm, formuläret", "/larm/nytt/")
    room.act("Nytt larm, sökning", "/larm/nytt/platser/", q="sko")
    room.act("Nytt larm, öppna på platsen", "/larm/nytt/oppna/", site=room.site)
    room.act(
        "Nytt larm, upplagt och taget",
        "/larm/nytt/",
        expect="manual-done",
        form_id=form_id,
        type="AL-INB",
        address=f"Påhittade gatan {form_id[:8]}",
        text="Mätning",
        attach="new",
        how="take",
    )
    give(room.house, room.me, [room.brukare])
    room.act("Brukarens uppgifter", f"/larm/{room.brukare}/brukare/", expect="BR-")


def _shift(room: Room, mine: list[UUID]) -> None:
    """A shift of twenty open alarms, and what else the operator has taken by hand."""
    give(room.house, room.me, mine)
    owned = [
        pk
        for (pk,) in room.house.ask(
            "SELECT public_id FROM alarms_alarm WHERE owner_id = %s AND state <> 'closed'", room.me
        )
    ]
    room.act("Logga på", "/larm/pass/logga-pa/", page=True, desk=room.desks)
    room.act("Borta", "/larm/pass/borta/", page=True, away="1")
    room.act("Tillbaka", "/larm/pass/borta/", page=True, away="0")
    room.look(f"Passet, {EACH} egna larm", "/larm/pass/", page=True)
    takers = {f"till-{pk}": room.colleague for pk in owned}
    room.act(f"Logga av, {EACH} larm till kollega", "/larm/pass/logga-av/", page=True, **takers)
    room.look("Överlämning", "/larm/overlamning/", page=True)
    room.act("Lämna över", "/larm/overlamning/skriv/", page=True, notes="Mätning")
    (newest,) = room.house.ask("SELECT max(id) FROM alarms_handover")[0]
    room.act("Ta över passet", f"/larm/overlamning/{newest}/kvittera/", who=room.lead, page=True)


def _parts(room: Room) -> None:
    """Other screens, and what a page asks for by itself."""
    room.look("Väggen", "/larm/vagg/", page=True)
    room.look("Kartans larm", "/larm/karta/larm.json")
    room.look("Larmlistan vid en tidpunkt", f"/larm/da/?tid={room.past}", page=True)
    room.look("Missade rader, inget nytt", f"/larm/rader/?since={room.seq()}")
    room.look("Missade rader, ett varv", f"/larm/rader/?since={room.since}")
    room.since = room.seq()
    room.look("Del: larmplatser", "/larm/pass/rad/")
    room.look("Del: prov", "/larm/prov/antal/")
    room.look("Del: jour", "/larm/jour/laget/")
    room.look("Prov och ur drift", "/larm/prov/")
