// Makes the page local, live and quick by keyboard. Without it everything works: times stay in UTC, and reloading
// shows what is new.
import { startLive } from './live.js';
import { localise, localTime } from './local-time.js';

localise(document);
document.getElementById('zone').textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (document.querySelector('[data-live]') !== null) startLive();

const box = document.getElementById('q');
if (box?.dataset.column !== undefined) box.setSelectionRange(box.dataset.column - 1, box.dataset.column - 1);

const range = document.getElementById('range');
range?.addEventListener('change', () => {
  if (range.value === 'custom') document.getElementById('from').select();
  else range.form.requestSubmit();
});
// The times that belong to another choice would only make the address long.
range?.form.addEventListener('formdata', ({ formData }) => {
  if (range.value !== 'custom') for (const name of ['from', 'to']) formData.delete(name);
});

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select') !== null;
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    box?.focus();
  }
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') moveAlongBars(event);
});

/** The bars are one stop for the tab key; arrows go from one to the next. */
function moveAlongBars(event) {
  const bar = event.target.closest('.plot a');
  if (bar === null) return;
  const bars = [...bar.parentNode.querySelectorAll('a')];
  const next = bars[bars.indexOf(bar) + (event.key === 'ArrowRight' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  bar.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
}

// What a bar stands for is said at once, in the reader's time.
for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, (event) => tell(event.target));
for (const kind of ['pointerout', 'focusout']) document.addEventListener(kind, () => tell(null));
let before;

function tell(target) {
  const bar = target instanceof Element ? target.closest('.plot a') : null;
  const readout = document.getElementById('readout');
  if (readout === null) return;
  if (before !== undefined && before.readout === readout) readout.replaceChildren(...before.nodes);
  before = undefined;
  if (bar === null) return;
  before = { readout, nodes: [...readout.childNodes] };
  readout.replaceChildren(`${localTime(bar.dataset.at, 'moment')}: ${bar.dataset.what}`);
}
