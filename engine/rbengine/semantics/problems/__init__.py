"""The problems that passes find: facts in frozen classes, and beside them the words that `describe` puts them in."""
