from __future__ import annotations

import gettext
import string
import subprocess
import sys
from enum import StrEnum

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from data.errors import Code, FetchError, StoreError
from data.model import AgentState, Channel, ContactState, Freshness
from data.rules.service_level import Formula
from data.settings import Role
from data.status import ActionState
from screens import sentences, text, words
from tests import messages


@pytest.fixture(autouse=True)
def _english_again():
    yield
    text.set_language("en")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "POSIX"}, ""),
        ({"LANG": "de_DE.UTF-8"}, "de_DE"),
        ({"LANG": "de_DE", "LC_MESSAGES": "es_ES@euro"}, "es_ES"),
        ({"LANG": "de_DE", "LC_MESSAGES": "es", "LC_ALL": "ru"}, "ru"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "de_DE"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, ""),
    ],
)
def test_the_first_variable_that_is_set_decides(environ, expected):
    assert text.language_of(environ) == expected


def test_a_language_without_a_catalogue_is_english():
    assert text.set_language("xx_XX") == "en"
    assert text._("no figures yet") == "no figures yet"


def test_a_catalogue_is_spoken_even_by_what_was_imported_before(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "LOCALES", tmp_path)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n'
        'Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "no figures yet"\nmsgstr "noch keine Zahlen"\n\n'
        'msgctxt "agent state"\nmsgid "ready"\nmsgstr "bereit"\n\n'
        'msgctxt "number"\nmsgid "."\nmsgstr ","\n'
    )
    with (folder / "supervisor_tui.mo").open("wb") as file:
        write_mo(file, read_po(po.splitlines(keepends=True)))
    assert text.set_language(None, {"LANG": "de_AT.UTF-8"}) == "de"
    assert text._("no figures yet") == "noch keine Zahlen"
    assert words.agent_state(AgentState.READY) == "bereit"
    from screens.formats import format_percent

    assert format_percent(75.6) == "75,6"


TABLES: list[tuple[type[StrEnum], object]] = [
    (AgentState, words.agent_state),
    (ContactState, words.contact_state),
    (Channel, words.channel),
    (Channel, words.channel_letter),
    (Freshness, words.freshness),
    (Formula, words.formula),
    (Formula, words.formula_in_full),
    (Role, words.role),
    (ActionState, words.action_state),
    (Code, sentences.sentence),
]


@pytest.mark.parametrize(("codes", "word"), TABLES)
def test_every_code_has_words_of_its_own(codes, word):
    found = [word(code) for code in codes]
    assert all(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("word", "code", "expected"),
    [
        (words.complaint_status, "awaiting_customer", "awaiting customer"),
        (words.complaint_severity, "critical", "crit"),
        (words.activity, "on_queue", "on queue"),
        (words.direction, "inbound", "inbound"),
        (words.activity, "gardening_leave", "gardening leave"),
    ],
)
def test_codes_of_endpoints_have_words_and_unknown_ones_are_readable(word, code, expected):
    assert word(code) == expected


@pytest.mark.parametrize("code", list(Code))
def test_every_problem_is_a_whole_sentence_with_its_detail(code):
    bare = sentences.sentence(code)
    full = sentences.sentence(code, "/srv/floor/cache.db")
    assert bare[0].isupper()
    assert bare.endswith(".")
    assert "{" not in bare + full
    assert "/srv/floor/cache.db" in full


def test_detail_is_data_and_never_a_placeholder():
    assert "{0} {evil}" in sentences.sentence(Code.TIMED_OUT, "{0} {evil}")
    assert "{0} {evil}" in sentences.sentence(Code.FILE_CORRUPT, "{0} {evil}")


def test_a_code_from_the_future_is_shown():
    assert "brand_new" in sentences.sentence("brand_new")


def test_errors_word_themselves():
    assert "/x/cache.db" in sentences.error_sentence(StoreError(Code.FILE_CORRUPT, "/x/cache.db"))
    assert "503" in sentences.error_sentence(FetchError(Code.HTTP_STATUS, status=503))


def test_the_template_has_every_message_of_the_program():
    assert messages.ids(messages.read_template()) == messages.ids(messages.extract()), (
        "run `make messages`"
    )


def test_placeholders_are_named():
    for message in messages.extract():
        for form in messages.forms(message):
            fields = [name for _text, name, _spec, _conv in string.Formatter().parse(form)]
            assert all(name is None or name.isidentifier() for name in fields), form


def test_words_need_no_terminal_library():
    code = (
        "import sys, screens.words, screens.sentences, screens.presenters.queues,"
        " supervisor_tui.plain, supervisor_tui.show_json;"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " & {'textual', 'rich', 'sqlite3', 'sqlite_utils', 'httpx', 'asyncio'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_domain_is_what_the_catalogues_are_called():
    assert messages.TEMPLATE.stem == text.DOMAIN
    assert isinstance(text._Speaker.catalogue, gettext.NullTranslations)
