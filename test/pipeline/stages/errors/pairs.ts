import { readdirSync, readFileSync } from 'node:fs';
import type { Event } from '../../../../src/model/event.ts';

/**
 * The files of pairs/ are plain text, so that traces stand in them as languages print them:
 *
 *     === text            a base: the message of an error; `=== event` is followed by the event as JSON
 *     @@ gives           lines `field: value` that the base must get; `field: -` for none
 *     @@ same TITLE      what keeps the key: lines `old → new` replaced everywhere in the base (`\n` is a line break),
 *                         or, without an arrow, another text
 *     @@ different TITLE what changes it
 */
export type Pair = { readonly title: string; readonly same: boolean; readonly a: Event; readonly b: Event };
export type Given = { readonly title: string; readonly event: Event; readonly gives: ReadonlyMap<string, string> };

const FOLDER = new URL('./pairs/', import.meta.url);
const ARROW = / →(?: |$)/;

type Section = { readonly head: string; readonly body: string };
type Base = { readonly event: Event; readonly text: string; readonly isEvent: boolean; readonly sections: Section[] };

export function languages(): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
}

function basesOf(file: string): Base[] {
  const bases: Base[] = [];
  for (const part of readFileSync(new URL(file, FOLDER), 'utf8').split(/^=== /m).slice(1)) {
    const [own, ...rest] = part.split(/^@@ /m);
    const { head, body } = sectionOf(own!);
    const isEvent = head === 'event';
    const event = isEvent ? (JSON.parse(body) as Event) : ofText(body);
    bases.push({ event, text: body, isEvent, sections: rest.map(sectionOf) });
  }
  return bases;
}

function sectionOf(part: string): Section {
  const end = part.indexOf('\n');
  return { head: part.slice(0, end).trim(), body: part.slice(end + 1).trimEnd() };
}

/** A text is the message of an error. */
function ofText(message: string): Event {
  return { 'log.level': 'error', message };
}

export function pairsOf(file: string): Pair[] {
  return basesOf(file).flatMap((base) =>
    base.sections.flatMap(({ head, body }): Pair[] => {
      const [, kind, title] = /^(same|different) (.*)$/.exec(head) ?? [];
      if (kind === undefined) return [];
      const where = `${file}: ${title}`;
      return [{ title: where, same: kind === 'same', a: base.event, b: changed(base, body, where) }];
    }),
  );
}

function changed({ text, isEvent }: Base, body: string, where: string): Event {
  const changes = body.split('\n').filter((line) => ARROW.test(line));
  if (changes.length === 0) return isEvent ? (JSON.parse(body) as Event) : ofText(body);
  let result = text;
  for (const change of changes) {
    const [old, fresh] = change.split(ARROW).map((side) => (isEvent ? side : side.replaceAll('\\n', '\n')));
    if (!result.includes(old!)) throw new Error(`${where}: ${old} is not in its base`);
    result = result.replaceAll(old!, () => fresh!);
  }
  return isEvent ? (JSON.parse(result) as Event) : ofText(result);
}

export function givenOf(file: string): Given[] {
  return basesOf(file).flatMap(({ event, sections }, index) =>
    sections
      .filter(({ head }) => head === 'gives')
      .map(({ body }) => {
        const lines = body
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const);
        return { title: `${file}, base ${index + 1}`, event, gives: new Map(lines) };
      }),
  );
}

/** All bases that are texts. */
export function textsOf(file: string): string[] {
  return basesOf(file).flatMap(({ text, isEvent }) => (isEvent ? [] : [text]));
}
