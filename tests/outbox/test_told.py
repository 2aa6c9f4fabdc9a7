"""Nobody is told that a mail is on its way where none can leave."""

from portal.config import Settings
from portal.outbox.told import on_its_way


def test_a_mail_is_said_to_wait_where_no_server_is_set():
    said = on_its_way("The mail", settings=Settings(organisation="Example Tutoring"))

    assert "waits, because no mail server is set" in said
    assert "on its way" not in said


def test_a_mail_is_on_its_way_where_one_is_set_or_the_demonstration_shows_it():
    set_up = Settings(organisation="Example Tutoring", smtp_url="smtp://localhost:25")
    shown = Settings(organisation="Example Tutoring", demonstration=True)

    assert {on_its_way("It", settings=each) for each in (set_up, shown)} == {"It is on its way."}
