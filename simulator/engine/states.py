"""What a batch can be: it serves; something holds it down; nothing does and it is on its way back; it never comes back."""

from typing import Final

UP: Final = 0
HELD: Final = 1
RETURNING: Final = 2
LOST: Final = 3
