// They signed out by the button: nothing needs saying.
location.replace('/login');
