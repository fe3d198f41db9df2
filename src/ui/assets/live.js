import { localise } from './local-time.js';

const REFRESH_MS = 5000;
const LIVE_KEY = 'logmill-live';
/** What the server sent last for each section, to leave alone what has not changed. */
const shown = new Map();

/** Renews the sections every few seconds, unless the page looks at a fixed time. */
export function startLive() {
  const toggle = document.getElementById('live');
  const address = new URLSearchParams(location.search);
  if (address.has('cursor') || address.get('range') === 'custom') return;
  toggle.closest('label').hidden = false;
  toggle.checked = sessionStorage.getItem(LIVE_KEY) !== 'off';
  let running = false;
  const turn = async () => {
    if (!toggle.checked || document.hidden || running) return;
    running = true;
    try {
      say(await refresh());
    } catch {
      // The next turn tries again.
      say('no answer from the server');
    } finally {
      running = false;
    }
  };
  toggle.addEventListener('change', () => {
    sessionStorage.setItem(LIVE_KEY, toggle.checked ? 'on' : 'off');
    say('');
    turn();
  });
  document.addEventListener('visibilitychange', turn);
  setInterval(turn, REFRESH_MS);
}

/** Says only what is new, so that nothing is read out every few seconds. */
function say(text) {
  const state = document.getElementById('live-state');
  if (state.textContent !== text) state.textContent = text;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const sections = fresh.querySelectorAll('[data-live]');
  if (sections.length === 0) return 'no answer from the server';
  if (sections.length !== document.querySelectorAll('[data-live]').length) {
    if (answer.ok) location.reload();
    return 'the store does not answer';
  }
  document.title = fresh.title;
  let paused = '';
  for (const next of sections) {
    const section = document.getElementById(next.id);
    if (shown.get(next.id) === next.innerHTML) continue;
    if (isInUse(section)) {
      if (next.id === 'lines') paused = 'lines paused while you read one';
      continue;
    }
    shown.set(next.id, next.innerHTML);
    localise(next);
    keepOpen(section, next);
    section.replaceChildren(...next.childNodes);
  }
  return paused;
}

/** What somebody reads, marks or is about to press stays as it is. */
function isInUse(section) {
  const selection = getSelection();
  return (
    section.contains(document.activeElement) ||
    section.querySelector('.lines details[open]') !== null ||
    (selection !== null && !selection.isCollapsed && section.contains(selection.anchorNode))
  );
}

function keepOpen(section, next) {
  for (const opened of section.querySelectorAll('details[open]'))
    next.querySelector(`details[data-key="${CSS.escape(opened.dataset.key)}"]`)?.setAttribute('open', '');
}
