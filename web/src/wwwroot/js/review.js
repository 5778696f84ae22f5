// The desk's documents: one at a time instead of below each other. Without this the tabs lead down the list.
const tabs = [...document.querySelectorAll('.desk-tabs a')];
const frame = document.querySelector('.desk-viewer-frame');

function show(tab) {
  for (const other of tabs) {
    const current = other === tab;
    if (current) other.setAttribute('aria-current', 'true');
    else other.removeAttribute('aria-current');
    document.getElementById(other.hash.slice(1)).hidden = !current;
  }
  frame.scrollTop = 0;
}

for (const tab of tabs) {
  tab.addEventListener('click', event => {
    event.preventDefault();
    show(tab);
    history.replaceState(null, '', tab.hash);
  });
}
if (tabs.length > 0) show(tabs.find(tab => tab.hash === location.hash) ?? tabs[0]);
