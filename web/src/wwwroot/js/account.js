// 「口座番号を表示する」 without leaving the page, so that what was typed stays. Without this the same form leads to the same page.
const form = document.querySelector('[data-show-account]');
form?.addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  const shown = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#account-facts') : null;
  if (!shown) {
    form.submit();
    return;
  }
  const facts = document.querySelector('#account-facts');
  facts.replaceWith(shown);
  form.remove();
  shown.tabIndex = -1;
  shown.focus();
});
