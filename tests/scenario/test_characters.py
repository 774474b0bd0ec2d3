"""What a name and a text to be shown may hold."""

from typing import Annotated

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from simulator.scenario.reading import NAME_LENGTH, NAME_PATTERN, check_display_text, display_text, is_name

NAME_IN_A_SCHEMA = TypeAdapter(Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=NAME_LENGTH)])


@pytest.mark.parametrize("name", ["a", "9", "us-east-1/zone-1/dc-2", "A_b.c", "x" * 128])
def test_names(name: str) -> None:
    assert is_name(name)
    assert NAME_IN_A_SCHEMA.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "-a", "/a", ".a", "_a", "a b", "a\n", "é", "a\x1b", "a\u202eb", "[/b]", "x" * 129])
def test_what_is_no_name(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(ValidationError):
        NAME_IN_A_SCHEMA.validate_python(name)


@pytest.mark.parametrize("text", ["", "Köln, 停电\nsecond line", "[link=x] $\\frac{$ <script> =cmd()", "👩\u200d🚒"])
def test_display_texts(text: str) -> None:
    assert display_text(text)
    assert check_display_text(text) == text


@pytest.mark.parametrize(
    "code", [0x00, 0x07, 0x09, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x061C, 0x200E, 0x2028, 0x202A, 0x202E, 0x2066, 0x2069, 0xD800, 0xFEFF]
)
def test_what_is_no_display_text(code: int) -> None:
    text = f"a{chr(code)}b"
    assert not display_text(text)
    with pytest.raises(ValueError, match=rf"^the text holds the character U\+{code:04X}, which cannot be shown$"):
        check_display_text(text)
