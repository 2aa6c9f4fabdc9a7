"""From text to law: who adopts a version, who approves a scenario, and whom it hits."""
