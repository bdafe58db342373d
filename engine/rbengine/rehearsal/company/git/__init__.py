"""Repositories as a company has them: real ones, made by the real program in a folder of the rehearsal's own."""
