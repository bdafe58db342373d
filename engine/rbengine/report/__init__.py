"""What happened, for readers: the screen, the readable journal, the picture. Nothing here drives a run."""
