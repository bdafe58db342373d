"""Meta's WhatsApp Cloud API as a company meets it: ids and states of messages."""
