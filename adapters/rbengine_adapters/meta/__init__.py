"""The WhatsApp adapter's live code."""
