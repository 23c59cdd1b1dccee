"""Mutated frames never crash the receiver and never cost an honest frame its ACK."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarms.gateways.dc09 import cipher
from alarms.gateways.dc09.decide import Decision, Outcome, decide
from alarms.gateways.dc09.frame import Splitter
from alarms.incoming import Channel
from tests.alarms.dc09.support import FRAMES, K128, NOW, REPLIES, framed, known, open_house

SEEDS = sorted(FRAMES.values())
MARKS = [b"\n", b"\r", b"\0", b"|", b"[", b"]", b"^", b"/", b"_", b'"', b"*", b"#", b"\xff"]
HONEST = FRAMES["V03"]


def mutated(chance: random.Random) -> bytes:
    """A worked frame with a few bytes changed, dropped, doubled or put in; half get a right CRC."""
    body = bytearray(chance.choice(SEEDS))
    if chance.random() < 0.5:
        del body[:9]
        del body[-1]
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(body) + 1)
        match chance.randrange(5):
            case 0:
                body[place : place + 1] = chance.choice(MARKS)
            case 1:
                del body[place : place + chance.randint(1, 8)]
            case 2:
                body[place:place] = chance.randbytes(chance.randint(1, 4))
            case 3:
                body[place:place] = body[: chance.randint(0, 20)]
            case _:
                body[place:place] = chance.choice(MARKS) * chance.randint(1, 30)
    raw = bytes(body)
    return raw if raw[:1] == b"\n" else framed(raw)


def settle(frame: bytes) -> Decision:
    return decide(frame, channel=Channel.DC09_TCP, directory=known(), now=NOW)


def check(count: int, seed: int) -> None:
    chance = random.Random(seed)
    directory = known()
    for _ in range(count):
        splitter = Splitter()
        stream = mutated(chance)
        frames = splitter.feed(stream)
        frames += splitter.feed(b"\r" + HONEST)
        answers = [
            decide(frame, channel=Channel.DC09_TCP, directory=directory, now=NOW).reply
            for frame in frames
        ]
        assert answers
        assert answers[-1] == REPLIES["V03"], stream


def test_2000_mutations() -> None:
    check(2_000, seed=20_261_120)


@pytest.mark.proof
def test_100000_mutations() -> None:
    check(100_000, seed=51_203)


async def test_mutations_over_one_line() -> None:
    chance = random.Random(7)
    async with open_house() as house:
        sender = await house.connect()
        for _ in range(300):
            await sender.send(mutated(chance) + b"\r" + HONEST)
            while await sender.answer() != REPLIES["V03"]:
                pass
        assert house.counters.counts["internal_error"] == 0


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    settle(raw)
    settle(framed(raw))


@settings(max_examples=300)
@given(
    token=st.sampled_from(["SIA-DCS", "ADM-CID", "NULL", "XNM"]),
    content=st.lists(
        st.one_of(
            st.sampled_from(["#1234|", "Nri1/", "BA12", "^", "]", "[X13.1]", "[Y55", "_10:15:30,"]),
            st.text(alphabet=st.characters(max_codepoint=255), max_size=12),
        ),
        max_size=8,
    ),
)
def test_any_content_with_a_right_frame_is_answered(token: str, content: list[str]) -> None:
    text = "".join(content).replace("\r", "")
    decision = settle(framed(f'"{token}"0001L0#1234[{text}'))
    assert decision.reply is not None
    if "]" in text:
        assert decision.outcome in (Outcome.ACCEPTED, Outcome.HEARTBEAT)
        assert decision.reply == framed('"ACK"0001L0#1234[]')


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=200))
def test_any_clear_text_under_the_right_key(clear: bytes) -> None:
    padded = clear + bytes(-len(clear) % 16)
    body = b'"*SIA-DCS"0001L0#1234[' + cipher.encrypt(K128, padded)
    decision = settle(framed(body))
    assert decision.outcome in (Outcome.UNDECIPHERABLE, Outcome.CLOCK, Outcome.ACCEPTED)
    assert decision.reply is not None
