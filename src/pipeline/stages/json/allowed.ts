import type { JsonValue } from '../../../model/event.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Values that ECS 9 allows in the fields that say what an event is; rules and dashboards count on them. */
const ALLOWED: Readonly<Record<string, ReadonlySet<string>>> = {
  'event.kind': words('alert asset enrichment event metric state pipeline_error signal'),
  'event.category': words(
    'api authentication configuration database driver email file host iam intrusion_detection library malware network package process registry session threat vulnerability web',
  ),
  'event.type': words(
    'access admin allowed change connection creation deletion denied device end error group indicator info installation protocol start user',
  ),
  'event.outcome': words('failure success unknown'),
};

/** The values a field may have; undefined for one that may have any. */
export function allowedValues(field: string): ReadonlySet<string> | undefined {
  return Object.hasOwn(ALLOWED, field) ? ALLOWED[field] : undefined;
}

/** Whether all values are among the allowed ones. */
export function isAllowed(value: JsonValue, allowed: ReadonlySet<string>): boolean {
  return Array.isArray(value) ? value.every((one) => allowed.has(String(one))) : allowed.has(String(value));
}
