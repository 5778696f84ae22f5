// The queue's selection: one box for the whole page, and how many are chosen. Without this each case has its own box.
const form = document.getElementById('selection');
const head = form?.querySelector('[data-pick-all]');
const boxes = form ? [...form.querySelectorAll('input[name="ids"]')] : [];

if (head && boxes.length > 0) {
  const all = document.createElement('input');
  all.type = 'checkbox';
  all.setAttribute('aria-label', 'この一覧の案件をすべて選ぶ');
  head.replaceChildren(all);
  const told = form.querySelector('[data-selected]');

  function tell() {
    const chosen = boxes.filter(box => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    told.textContent = chosen > 0 ? `${chosen}件を選択中` : '';
  }

  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener('change', tell);
  tell();
}
