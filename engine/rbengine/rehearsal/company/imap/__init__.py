"""Mail servers as a company meets them: inboxes behind IMAP."""
