"""The press may die, hang or be asked too often: nobody waits for ever, nothing is half-signed."""

import hashlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from portal.acknowledgements import press as press_module
from portal.acknowledgements.keys import KEY, ROOT, load_root
from portal.acknowledgements.press import (
    WAITING,
    CannotPrint,
    CannotSeal,
    Press,
    PressFailed,
    TooMuch,
)
from portal.acknowledgements.seal import verify_pdf
from portal.acknowledgements.wire import POLICY
from tests.acknowledgements.samples import SIGNED, draft, named, short
from tests.factories import TEXT

SLOWLY = 60  # seconds; a busy machine may need some of them


@pytest.fixture(scope="module")
def shared(seal_keys):
    press = Press(seal_keys, seconds=SLOWLY)
    yield press
    press.close()


@pytest.fixture
def press(shared):
    """The shared press, started; a test may kill what runs in it."""
    shared._seconds = SLOWLY
    shared.make(draft(short()))
    return shared


def pid(press):
    return press._room._process.pid


def in_background(call):
    done = []
    thread = threading.Thread(target=lambda: done.append(call()))
    thread.start()
    return thread, done


def made_in_vain(press):
    try:
        press.make(draft(short()))
    except (PressFailed, CannotSeal) as refusal:
        return refusal.facts["reason"]


def until(fact):
    end = time.monotonic() + SLOWLY
    while not fact():
        assert time.monotonic() < end
        os.sched_yield()


def test_what_comes_out_is_sealed_and_named_by_its_digest(press, seal_keys):
    made = press.make(draft(short()))

    assert made.digest == hashlib.sha256(made.pdf).hexdigest()
    assert verify_pdf(made.pdf, [load_root(seal_keys / ROOT)]).sealed_at == SIGNED


def test_one_process_serves_one_tutor_after_the_other(press):
    before = pid(press)

    press.make(draft(short()))

    assert pid(press) == before


def test_nothing_starts_before_it_is_needed(seal_keys):
    assert Press(seal_keys, seconds=1)._room is None


@pytest.fixture(scope="module")
def warmed(seal_keys, tmp_path_factory):
    """A press started by warming, from a folder with a stray file, with a secret in the air."""
    folder = tmp_path_factory.mktemp("working")
    (folder / "segno.py").write_text("raise SystemExit('a stray file was loaded')")
    press = Press(seal_keys, seconds=SLOWLY)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("PORTAL_DATABASE_URL", "postgresql://portal:hunter2@db/portal")
        press.warm()
    yield press
    press.close()


def test_warming_starts_the_press_and_the_first_tutor_finds_it_running(warmed):
    before = pid(warmed)
    assert warmed._room.jobs == 0

    assert warmed.make(draft(short())).pdf.startswith(b"%PDF-1.7")

    assert pid(warmed) == before


def test_a_stray_file_in_the_working_folder_is_not_loaded(warmed):
    before = pid(warmed)
    assert (Path(f"/proc/{before}/cwd").readlink() / "segno.py").exists()

    warmed.make(draft(short()))

    assert pid(warmed) == before, "the press died and another was asked"


def test_no_secret_of_the_portal_is_in_the_press_s_environment(warmed):
    environment = Path(f"/proc/{pid(warmed)}/environ").read_bytes()

    assert b"hunter2" not in environment
    assert b"PATH=" in environment


def test_a_press_killed_while_it_works_is_asked_again_once(press):
    first = pid(press)
    os.kill(first, signal.SIGSTOP)
    thread, done = in_background(lambda: press.make(draft(short())))
    until(lambda: press._room.jobs > 1)

    os.kill(first, signal.SIGKILL)

    thread.join()
    assert done[0].pdf.startswith(b"%PDF-1.7")
    assert pid(press) != first


def test_a_press_that_dies_twice_signs_nothing(seal_keys, monkeypatch):
    monkeypatch.setattr(press_module, "START", "raise SystemExit")

    with pytest.raises(PressFailed, match=r"^Nothing was signed\. Try again\.$") as refused:
        Press(seal_keys, seconds=SLOWLY).make(draft(short()))

    assert (refused.value.status, refused.value.code) == (503, "press-failed")
    assert refused.value.facts == {"reason": "the press died twice"}


def test_a_press_that_hangs_is_killed_at_the_deadline_and_the_next_tutor_is_served(press):
    hung = pid(press)
    os.kill(hung, signal.SIGSTOP)
    press._seconds = 0.2

    assert made_in_vain(press) == "the press did not answer before the deadline"

    assert not Path(f"/proc/{hung}").exists()
    press._seconds = SLOWLY
    assert press.make(draft(short())).pdf


def test_a_crowd_is_told_at_once_instead_of_waiting(press):
    os.kill(pid(press), signal.SIGSTOP)
    press._seconds = 1
    crowd = [in_background(lambda: made_in_vain(press)) for _ in range(1 + WAITING)]
    until(lambda: press._places._value == 0)

    assert made_in_vain(press) == "too many are waiting for the press"

    for thread, _ in crowd:
        thread.join()
    reasons = [done[0] for _, done in crowd]
    # Only a press that hangs ends by its deadline; on a slow machine more than one has its turn.
    assert set(reasons) <= {
        "the press was busy until the deadline",
        "the press did not answer before the deadline",
    }


def test_whoever_stops_the_portal_does_not_stop_the_press(press):
    before = pid(press)

    os.kill(before, signal.SIGINT)
    os.kill(before, signal.SIGTERM)

    assert press.make(draft(short())).pdf
    assert pid(press) == before


def test_the_press_leaves_when_its_owner_is_gone(press):
    room = press._room

    room._socket.close()

    assert room._process.wait(SLOWLY) == 0
    press._end()


def test_a_press_inherited_by_a_fork_is_neither_used_nor_ended(press):
    theirs = press._room
    theirs._owner = -1

    press.make(draft(short()))

    assert press._room is not theirs
    assert theirs._process.poll() is None
    theirs._process.kill()
    theirs._process.wait()


def test_after_its_number_of_jobs_the_press_is_replaced(press, monkeypatch):
    monkeypatch.setattr(press_module, "JOBS", 1)
    before = pid(press)

    assert press.make(draft(short())).pdf

    assert pid(press) != before
    assert press._room.jobs == 0


@pytest.mark.long
def test_the_memory_of_the_press_stays_flat_job_after_job(press, monkeypatch):
    monkeypatch.setattr(press_module, "JOBS", 1000)
    held = []
    for number in range(41):
        press.make(draft(named(f"Tutor number {number}")))
        if number in (10, 40):
            held.append(resident(press))

    assert held[1] < 1.1 * held[0]


def resident(press):
    lines = Path(f"/proc/{pid(press)}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_a_name_no_font_can_show_is_refused_with_words(press):
    with pytest.raises(
        CannotPrint, match=r"^Nothing was signed\. No font here can show .*U\+20BB7"
    ):
        press.make(draft(named("𠮷田 太郎")))


def test_a_seal_that_cannot_be_used_signs_nothing_and_names_the_file(seal_keys, tmp_path):
    (tmp_path / KEY).write_bytes((seal_keys / KEY).read_bytes())
    (tmp_path / KEY).chmod(0o644)
    press = Press(tmp_path, seconds=SLOWLY)

    assert KEY in made_in_vain(press)

    press.close()


def test_a_text_that_eats_the_time_ends_at_the_deadline(press):
    scenario = short().attempt.scenarios[0].model_copy(update={"situation": "x" * 3_000_000})
    attempt = short().attempt.model_copy(update={"scenarios": (scenario,)})
    press._seconds = 1

    with pytest.raises(PressFailed):
        press.make(draft(short().model_copy(update={"attempt": attempt})))


def test_a_policy_is_tried_within_the_limits_of_one_pdf(press):
    assert press.find_fault(TEXT, kind=POLICY) == ""
    assert "U+20BB7" in press.find_fault(TEXT.replace("ring", "ring \U00020bb7"), kind=POLICY)
    many = "\n".join(f"- Rule {n}: ring before you act. {{#x-{n}}}" for n in range(6000))
    with pytest.raises(TooMuch):
        press.find_fault(f"{TEXT}\n{many}\n", kind=POLICY, share=2 / SLOWLY)

    assert press.find_fault(TEXT, kind=POLICY) == ""
