import type { Event } from '../../../model/event.ts';
import { type Answer, putAnswers, putFlags, putOpCode } from './fill.ts';

/** Zeek's dns.log: `answers` and `TTLs` beside each other, flags as truth values. Format: its reference of DNS::Info. */
export function fillZeek(event: Event, prefix: string): void {
  const list = event[`${prefix}.answers`];
  const times = event[`${prefix}.TTLs`];
  const answers = Array.isArray(list)
    ? list.flatMap((data, index): Answer[] => {
        if (typeof data !== 'string') return [];
        const ttl = Array.isArray(times) ? times[index] : undefined;
        return [{ data, ...(typeof ttl === 'number' ? { ttl: Math.round(ttl) } : {}) }];
      })
    : [];
  putAnswers(event, answers);
  putFlags(event, (name) => event[`${prefix}.${name}`] === true);
  putOpCode(event, event[`${prefix}.opcode`]);
  const isAnswer = answers.length > 0 || event['dns.response_code'] !== undefined;
  event['dns.type'] ??= isAnswer ? 'answer' : 'query';
}
