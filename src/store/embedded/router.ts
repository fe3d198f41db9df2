import { EsError, type Route } from './route.ts';

type Branch<Context> = {
  readonly literals: Map<string, Branch<Context>>;
  /** Branch of a `:name` part. */
  any: Branch<Context> | undefined;
  readonly routes: { readonly names: readonly string[]; readonly route: Route<Context> }[];
};

export type Matched<Context> = { readonly route: Route<Context>; readonly params: Readonly<Record<string, string>> };

/** Finds the route of a request; literal parts win over `:name` parts, left to right. */
export class Router<Context> {
  readonly #root: Branch<Context> = newBranch();

  constructor(routes: readonly Route<Context>[]) {
    for (const route of routes) this.#add(route);
  }

  /** Throws EsError 400 when no route has the path, 405 when one has but not with this method. */
  match(method: string, path: string): Matched<Context> {
    const parts = partsOf(path);
    const allowed = new Set<string>();
    for (const { branch, values } of walk(this.#root, parts, 0, [])) {
      for (const { names, route } of branch.routes) {
        const params = Object.fromEntries(names.map((name, at) => [name, values[at]!]));
        // Index names never begin with an underscore: such a path is an endpoint that is not there.
        if (params['index']?.startsWith('_') === true && params['index'] !== '_all') continue;
        const { methods } = route;
        if (methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))) return { route, params };
        for (const each of methods) allowed.add(each);
      }
    }
    if (allowed.size === 0) {
      const reason = `no handler found for uri [${path}] and method [${method}]`;
      throw new EsError(400, 'illegal_argument_exception', reason);
    }
    const reason = `Incorrect HTTP method for uri [${path}] and method [${method}], allowed: [${[...allowed].join(', ')}]`;
    throw new EsError(405, 'method_not_allowed_exception', reason);
  }

  #add(route: Route<Context>): void {
    const names: string[] = [];
    let branch = this.#root;
    for (const part of route.pattern.split('/').filter((each) => each !== '')) {
      if (part.startsWith(':')) {
        names.push(part.slice(1));
        branch.any ??= newBranch();
        branch = branch.any;
      } else {
        const next = branch.literals.get(part) ?? newBranch();
        branch.literals.set(part, next);
        branch = next;
      }
    }
    branch.routes.push({ names, route });
  }
}

function newBranch<Context>(): Branch<Context> {
  return { literals: new Map(), any: undefined, routes: [] };
}

function partsOf(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw new EsError(400, 'illegal_argument_exception', `failed to decode the path [${path}]`);
  }
}

function* walk<Context>(
  branch: Branch<Context>,
  parts: readonly string[],
  depth: number,
  values: readonly string[],
): Generator<{ branch: Branch<Context>; values: readonly string[] }> {
  const part = parts[depth];
  if (part === undefined) {
    yield { branch, values };
    return;
  }
  const literal = branch.literals.get(part);
  if (literal !== undefined) yield* walk(literal, parts, depth + 1, values);
  if (branch.any !== undefined) yield* walk(branch.any, parts, depth + 1, [...values, part]);
}
