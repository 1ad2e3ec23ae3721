"""What claims about speed are measured with: `python3 start.py bench`."""
