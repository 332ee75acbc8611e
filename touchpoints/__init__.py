"""Decides who gets a message, when, through which channel and how often, and can say why."""
