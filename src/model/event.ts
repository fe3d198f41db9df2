/** Any plain JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * One event in memory: a flat object whose keys are full dotted ECS names (`event['http.response.status_code']`) and
 * whose values are plain JSON values. It becomes nested JSON in one place only, the document writer.
 */
export type Event = Record<string, JsonValue>;

/** Version of the Elastic Common Schema that events follow; every document carries it as `ecs.version`. */
export const ECS_VERSION = '9.5.0';

/**
 * Takes a field off. The key stays, without a value: `delete` would turn the object into a slow dictionary. Everything
 * that reads events takes an undefined value for an absent one, the document writer leaves it out.
 */
export function removeField(event: Event, name: string): void {
  if (event[name] !== undefined) (event as Record<string, JsonValue | undefined>)[name] = undefined;
}
