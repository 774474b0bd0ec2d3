"""How results are shown: pictures for screen and print, tables and pages. Nothing is worked out here that a result does not hold."""
