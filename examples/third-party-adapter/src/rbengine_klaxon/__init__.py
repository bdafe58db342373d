"""Klaxon, an imaginary paging service: what playbooks may ask of it, the code that asks, and a simulator."""
