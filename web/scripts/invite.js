// The code of an invitation stands behind the # of its link: a browser keeps that to itself, so that no log and no proxy ever
// reads it. It goes into the form, and who is invited is asked for nothing but the password.
const given = location.hash.slice(1), key = document.getElementById('key');
if (/^[A-Za-z0-9-]{20,40}$/.test(given) && !key.value) {
  key.value = given;
  document.getElementById('code').hidden = true;
  document.getElementById('password').focus();
  for (const other of document.querySelectorAll('.switch a')) other.hash = given;
}
