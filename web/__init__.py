"""The few plain HTTP routes: sign-in and sign-out, first run, invitation, health, downloads, and the door before the screen."""
