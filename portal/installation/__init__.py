"""What a company does around the portal: set it up, start it, try the demonstration."""
