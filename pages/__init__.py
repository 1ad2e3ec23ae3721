"""The screens; the list of them is main.py."""
