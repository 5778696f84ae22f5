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

// 「審査の入力へ」 moves the left pane only, so that the documents stay in sight. Without this the page scrolls too.
const pane = document.querySelector('.desk-data');
const act = document.getElementById('act');
for (const jump of document.querySelectorAll('a[href="#act"]')) {
  jump.addEventListener('click', event => {
    if (getComputedStyle(pane).overflowY === 'visible') return;
    event.preventDefault();
    pane.scrollTo({ top: act.offsetTop - pane.offsetTop - 12 });
    act.focus({ preventScroll: true });
  });
}
