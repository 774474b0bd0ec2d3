"""What a batch can be: it serves; something holds it down; nothing does and it is on its way back; it never comes back."""

UP, HELD, RETURNING, LOST = range(4)
