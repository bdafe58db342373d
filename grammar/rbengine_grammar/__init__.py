"""The one formal definition of the language: `rbengine.lark`, its table, and the word for every terminal."""
