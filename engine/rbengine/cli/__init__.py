"""People at a terminal: one small module for each command. No rule of the language stands here."""
