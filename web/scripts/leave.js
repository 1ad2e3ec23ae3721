// The session ran out, or ended elsewhere: the form says so, and leads back here.
location.replace('/login?ended=1&next=' + encodeURIComponent(location.pathname + location.search));
