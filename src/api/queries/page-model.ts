import type { LogmillError } from '../../errors.ts';
import type { PageForm, PageModel } from '../contract/page.ts';
import { catalogued, faultBody } from '../faults.ts';
import type { ServerOptions } from '../options.ts';
import { stepsOf } from './aggregate.ts';
import { openAlerts } from './alerts.ts';
import { errorGroups } from './error-groups.ts';
import { ledgerAnswer } from './ledger.ts';
import { levelHistogram } from './level-histogram.ts';
import { chooseRange, newestEvent, readForm, scopeOf } from './page-form.ts';
import { servicesOf } from './page-services.ts';
import type { Reading } from './read-store.ts';
import { iso, resolveScope } from './scope.ts';
import { searchEvents } from './search.ts';

const LINES = 50;
const GROUPS = 8;

type Findings = Pick<PageModel, 'span' | 'histogram' | 'lines' | 'errors' | 'services'>;
const NOTHING: Findings = {
  span: null,
  histogram: undefined,
  lines: undefined,
  errors: undefined,
  services: undefined,
};

/** Reads all the page shows. Never rejects for bad input or an absent store: the page then says what is wrong. */
export async function pageModel(reading: Reading, options: ServerOptions, search: URLSearchParams): Promise<PageModel> {
  const asked = readForm(search);
  let fault: LogmillError | undefined;
  const attempt = async <Value>(work: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work;
    } catch (error) {
      const known = catalogued(error);
      if (known.status >= 500) options.log.error({ err: error }, 'the page could not be read');
      fault ??= known;
      return undefined;
    }
  };
  const newest = await attempt(newestEvent(reading, asked.index).then((time) => ({ time })));
  const form: PageForm = { ...asked, range: asked.range ?? chooseRange(newest?.time, reading.now) };
  const [findings, alerts] = await Promise.all([
    newest === undefined ? undefined : attempt(find(reading, form)),
    attempt(openAlerts(reading)),
  ]);
  return {
    version: options.version,
    place: options.store.place,
    now: iso(reading.now),
    form,
    fault: fault === undefined ? undefined : faultBody(fault).error,
    newest: newest === undefined ? undefined : newest.time === undefined ? null : iso(newest.time),
    ...(findings ?? NOTHING),
    alerts,
    ledger: ledgerAnswer(options.agent?.files(), undefined),
  };
}

async function find(reading: Reading, form: PageForm): Promise<Findings> {
  const request = scopeOf(form, reading.now);
  const scope = resolveScope(request, reading.now);
  const steps = await stepsOf(reading, scope, 'auto');
  const [histogram, lines, errors, services] = await Promise.all([
    levelHistogram(reading, scope, steps),
    searchEvents(reading, { ...request, size: LINES, sort: '@timestamp:desc', cursor: form.cursor }),
    errorGroups(reading, { ...request, size: GROUPS }),
    servicesOf(reading, scope),
  ]);
  const none = lines.total === 0 && scope.range.from === undefined;
  const end = Math.min(steps.first + steps.count * steps.step, scope.range.to ?? Number.POSITIVE_INFINITY);
  const span = none ? null : { from: iso(scope.range.from ?? steps.first), to: iso(end) };
  const empty = lines.total === 0 && form.cursor === undefined;
  return { span, histogram: empty ? undefined : histogram, lines, errors, services };
}
