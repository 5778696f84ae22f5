// The desk: documents one at a time, confirmed without leaving the page, and keys. Without this the documents stand below each other and
// every act is a form of its own.
import { Viewer } from './viewer.js';

const desk = document.querySelector('.desk');
const pane = desk.querySelector('.desk-data');
const frame = desk.querySelector('.desk-viewer-frame');
const tabs = [...desk.querySelectorAll('.desk-tabs a')];
const sections = new Map(tabs.map(tab => [tab, document.getElementById(tab.hash.slice(1))]));
const viewers = new Map([...sections].map(([tab, section]) => [tab, new Viewer(section)]));
let shown;

function show(tab) {
  shown = tab;
  for (const [other, section] of sections) {
    if (other === tab) other.setAttribute('aria-current', 'true');
    else other.removeAttribute('aria-current');
    section.hidden = other !== tab;
  }
  frame.scrollTop = 0;
  viewers.get(tab).open();
}

function step(by) {
  const next = tabs[tabs.indexOf(shown) + by];
  if (next) turnTo(next);
}

function turnTo(tab) {
  show(tab);
  history.replaceState(null, '', tab.hash);
}

for (const tab of tabs) {
  tab.addEventListener('click', event => {
    event.preventDefault();
    turnTo(tab);
  });
}
if (tabs.length > 0) show(tabs.find(tab => tab.hash === location.hash) ?? tabs[0]);
let resized;
addEventListener('resize', () => {
  clearTimeout(resized);
  resized = setTimeout(() => shown && viewers.get(shown).draw(), 150);
});

// 「確認しました」: the answer replaces the document's own line; the next one that nobody has confirmed is shown.
document.addEventListener('submit', async event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.confirm === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (form.dataset.sending) return;
  form.dataset.sending = '1';
  const section = form.closest('.desk-document');
  const tab = tabs.find(one => sections.get(one) === section);
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'X-Requested-With': 'fetch' } });
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    const holder = document.createElement('template');
    holder.innerHTML = await answer.text();
    section.querySelector('[data-confirmation]').replaceWith(holder.content);
  } catch {
    // The page says what is wrong better than we could.
    form.submit();
    return;
  }
  const done = section.querySelector('[data-confirmation]').classList.contains('done');
  tab.querySelector('[data-done]').hidden = !done;
  const left = tabs.filter(one => one.querySelector('[data-done]').hidden);
  const count = desk.querySelector('[data-confirmed-count]');
  if (count) count.textContent = left.length === 0 ? '書類はすべて確認済みです。' : `確認していない書類が${left.length}件あります。`;
  const next = done && (left.find(one => tabs.indexOf(one) > tabs.indexOf(tab)) ?? left[0]);
  if (next) turnTo(next);
  (next ? tabs[tabs.indexOf(next)] : tab).focus({ preventScroll: true });
}, true);

// 「審査の入力へ」 moves the left pane only, so that the documents stay in sight. Without this the page scrolls too.
function toAct(target, focused) {
  if (getComputedStyle(pane).overflowY === 'visible') target.scrollIntoView({ block: 'start' });
  else pane.scrollTo({ top: pane.scrollTop + target.getBoundingClientRect().top - pane.getBoundingClientRect().top - 12 });
  focused.focus({ preventScroll: true });
}
const act = document.getElementById('act');
for (const jump of desk.querySelectorAll('a[href="#act"]')) {
  jump.addEventListener('click', event => {
    event.preventDefault();
    toAct(act, act);
  });
}

const dialog = document.getElementById('keys');
const opener = desk.querySelector('[data-keys]');
opener.hidden = false;
opener.addEventListener('click', () => dialog.showModal());

const items = () => [...desk.querySelectorAll('.return-items input[name="Items"]')];

// x: the shown document becomes an item of the return, and its reason is asked for.
function returnShown() {
  const box = items().find(one => one.value === sections.get(shown).dataset.item);
  if (!box) return false;
  box.closest('details').open = true;
  box.checked = true;
  const reason = box.closest('.return-item').querySelector('select');
  toAct(box.closest('.return-item'), reason);
  return true;
}

const focusOn = element => {
  if (!element) return false;
  toAct(element.closest('.field, .return-item, section') ?? element, element);
  return true;
};

const doing = {
  '?': () => dialog.showModal(),
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => viewers.get(shown)?.use('on'),
  ArrowLeft: () => viewers.get(shown)?.use('back'),
  '+': () => viewers.get(shown)?.use('in'),
  '-': () => viewers.get(shown)?.use('out'),
  0: () => viewers.get(shown)?.use('fit'),
  r: () => viewers.get(shown)?.use('turn'),
  c: () => sections.get(shown)?.querySelector('form[data-confirm] [name="confirmed"][value="true"]')?.form.requestSubmit(),
  x: returnShown,
  i: () => focusOn(items()[0]),
  m: () => focusOn(document.getElementById('Note')),
};

const types = element => element.matches('textarea, select, [contenteditable]') || (element.matches('input') && !['checkbox', 'radio', 'button', 'submit'].includes(element.type));

document.addEventListener('keydown', event => {
  const at = document.activeElement;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || dialog.open || !desk.contains(at)) return;
  if (event.key === 'Escape' && types(at)) {
    pane.focus({ preventScroll: true });
    return;
  }
  // A key held down does nothing twice; while somebody types, keys are letters; with the letters switched off they are nobody's.
  if (event.repeat || types(at)) return;
  const isCharacter = event.key.length === 1;
  if (isCharacter && desk.dataset.letterKeys !== 'on') return;
  if (!isCharacter && at.matches('input')) return;
  const button = isCharacter ? desk.querySelector(`[data-key="${CSS.escape(event.key)}"]`) : null;
  const does = button ? () => button.click() : Object.hasOwn(doing, event.key) ? doing[event.key] : null;
  if (!does) return;
  event.preventDefault();
  does();
});

// The keys act from the start, unless the page has something to say first.
if (desk.dataset.letterKeys === 'on' && !document.querySelector('[data-focus], .error-summary, .question') && matchMedia('(min-width: 64rem)').matches) pane.focus({ preventScroll: true });
desk.dataset.ready = '';
