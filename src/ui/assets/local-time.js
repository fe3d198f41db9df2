const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const DATE = { day: 'numeric', month: 'short' };
const FORMS = {
  clock: { ...CLOCK, fractionalSecondDigits: 3 },
  dated: { ...DATE, ...CLOCK, fractionalSecondDigits: 3 },
  moment: { ...DATE, ...CLOCK },
  day: { ...DATE, year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: DATE,
};

/** A time in the reader's zone, in the form the server shows it in UTC. */
export function localTime(iso, form) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString('en-GB', FORMS[form]).replace(',', '');
}

/** Shows a part of the page in the reader's zone, and makes its bars one stop for the tab key. */
export function localise(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    element.textContent = localTime(element.dateTime, element.dataset.form);
    element.title = element.dateTime;
  }
  for (const tick of root.querySelectorAll('text[data-time]'))
    tick.textContent = localTime(tick.dataset.time, tick.dataset.form).replace('.000', '');
  for (const [at, bar] of root.querySelectorAll('.plot a').entries()) {
    bar.setAttribute('tabindex', at === 0 ? '0' : '-1');
    bar.setAttribute('aria-label', `${localTime(bar.dataset.at, 'moment')}: ${bar.dataset.what}`);
    // The page says it faster than the browser's own box.
    bar.querySelector('title')?.remove();
  }
}
