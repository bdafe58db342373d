"""What adapters that speak HTTP have in common: the time a call has, how it ended, what the settings say."""
