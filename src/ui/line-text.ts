import { type FlatField, firstOf } from './document.ts';
import { bytes, duration } from './format.ts';

/** Address, identity, user and time, with which every line of an access log begins: all of it is shown elsewhere. */
const ACCESS_LOG_HEAD = /^\S+ \S+ \S+ \[[^\]]{1,60}\] (?=")/;

/** A message without what only repeats the columns beside it. */
export function shortMessage(message: string): string {
  return message.replace(ACCESS_LOG_HEAD, '');
}

/** What a line says at a glance: its message, then what the message leaves out. */
export function lineText(fields: readonly FlatField[]): { message: string; context: string; fault: string } {
  const value = (name: string) => firstOf(fields, name);
  const message = value('message') ?? value('error.message') ?? '';
  const path = value('url.path');
  const status = value('http.response.status_code');
  const context =
    path === undefined || message.includes(path)
      ? ''
      : [
          value('http.request.method'),
          path,
          value('log.level') === undefined ? '' : status,
          took(value('event.duration')),
        ];
  const fault = value('error.message') ?? '';
  return {
    message: shortMessage(message),
    context:
      typeof context === 'string' ? context : context.filter((part) => part !== undefined && part !== '').join(' '),
    fault: fault === '' || message.includes(fault) ? '' : [value('error.type'), fault].filter(Boolean).join(': '),
  };
}

/** What a bare number of a field means to people, where ECS fixes its unit. */
export function meaning({ name, value }: FlatField): string | undefined {
  if (name === 'event.duration') return took(String(value));
  if (name.endsWith('.bytes') && Number(value) >= 1024) return bytes(Number(value));
  return undefined;
}

/** ECS keeps durations in nanoseconds. */
function took(nanoseconds: string | undefined): string | undefined {
  const value = Number(nanoseconds ?? Number.NaN);
  return Number.isFinite(value) ? duration(value / 1e6) : undefined;
}
