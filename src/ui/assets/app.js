// Makes the page live and local. Without it everything works: times stay in UTC, and reloading shows what is new.

const REFRESH_MS = 5000;
const LIVE_KEY = 'logmill-live';

const FORMS = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' },
  moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
};

/** Shows times in the reader's zone. */
function localise(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    element.textContent = date.toLocaleString('en-GB', FORMS[element.dataset.form]).replace(',', '');
    element.title = date.toISOString();
  }
}

/** Opened lines stay open, and what somebody reads or uses right now stays as it is. */
function isInUse(section) {
  const focused = document.activeElement;
  return (
    section.querySelector('details[open]') !== null || (section.contains(focused) && focused?.tagName === 'BUTTON')
  );
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const section of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(section.id);
    if (next === null || isInUse(section)) continue;
    localise(next);
    section.replaceChildren(...next.childNodes);
  }
}

function startLive() {
  const toggle = document.getElementById('live');
  const address = new URLSearchParams(location.search);
  // A page back in time does not change.
  if (address.has('cursor') || address.get('range') === 'custom') return;
  toggle.closest('label').hidden = false;
  toggle.checked = sessionStorage.getItem(LIVE_KEY) !== 'off';
  toggle.addEventListener('change', () => sessionStorage.setItem(LIVE_KEY, toggle.checked ? 'on' : 'off'));
  let running = false;
  setInterval(async () => {
    if (!toggle.checked || document.hidden || running) return;
    running = true;
    try {
      await refresh();
    } catch {
      // The server is away for a moment; the next turn tries again.
    } finally {
      running = false;
    }
  }, REFRESH_MS);
}

localise(document);
document.getElementById('zone').textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
document.getElementById('range')?.addEventListener('change', (event) => event.target.form.requestSubmit());
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.closest('input, textarea, select') !== null) return;
  event.preventDefault();
  document.getElementById('q')?.focus();
});
if (document.querySelector('[data-live]') !== null) startLive();
