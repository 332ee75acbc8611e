"""What the daemon says about itself: health, metrics, logs and its supervisor; never who is who."""
