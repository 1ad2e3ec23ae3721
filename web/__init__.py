"""The few plain HTTP routes (sign-in and -out, first run, invitation, health), and the door before them."""
