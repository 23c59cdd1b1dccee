"""What a trygghetslarm's transmitter says is not read over the programming interface."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from alarms.models import Alarm, Signal
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.models import User


def test_text_and_place_of_a_medical_signal_are_masked_and_of_others_not(
    sender: Sender, alma: User, client_of: Callable[[User], Client]
) -> None:
    sender.send(sender.message("MA", text="Hjälp Åsa"), sender.message("BA", text="Fönster"))
    medical, burglary = Signal.objects.order_by("pk")
    client = client_of(alma)
    hidden = client.get(f"/api/v1/signals/{medical.pk}/").json()
    assert (hidden["text"], hidden["area"], hidden["zone"], hidden["position"]) == (
        "",
        "",
        "",
        None,
    )
    assert client.get(f"/api/v1/signals/{burglary.pk}/").json()["text"] == "Fönster"
    assert Alarm.objects.filter(text="Hjälp Åsa").exists()


def test_who_sent_it_reads_it_back(
    sender: Sender, alma: User, bo: User, client_of: Callable[[User], Client]
) -> None:
    sender.send(sender.message("MA", text="Hjälp"))
    Signal.objects.update(api_client_id=alma.pk)
    url = f"/api/v1/signals/{Signal.objects.get().pk}/"
    assert client_of(alma).get(url).json()["text"] == "Hjälp"
    assert client_of(bo).get(url).json()["text"] == ""
