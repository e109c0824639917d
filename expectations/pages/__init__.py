"""Pages of docs/ that say what the rules find in what ships. Made by hand from a finished build, never in a run."""
