"""The switch of the language leads back to the very page that it was on."""

from __future__ import annotations

from tests.studio.desk.conftest import HOSTILE_ID, Desk


def back_of(page: object) -> str:
    (back,) = [a["value"] for _, a in page.elements if a.get("name") == "back"]  # type: ignore[attr-defined]
    return str(back)


def test_it_leads_back_to_the_same_customer(desk: Desk) -> None:
    back = back_of(desk.see("/customer", id=HOSTILE_ID))
    page = desk.press("/language", language="zh", back=back)
    assert "客户自己的要求" in page.text
    assert HOSTILE_ID in page.text


def test_from_what_a_button_has_done_it_leads_to_the_page_of_the_button(desk: Desk) -> None:
    assert back_of(desk.press("/outbox/pause", touchpoint="greeting")) == "/outbox"
