import { isArrayField } from './field-type.ts';

/**
 * Where one value goes: the text before it, the text around a string that needs no escape, the position of its key in the
 * event, and what it was in the line before.
 */
export type Step = {
  readonly prefix: string;
  readonly before: string;
  readonly after: string;
  readonly slot: number;
  readonly array: boolean;
  readonly memo: Memo;
};
/** The text of a value that mostly is the same in line after line, like that of `host.name`. `trust` 0: it is not. */
type Memo = { value: string | undefined; text: string; trust: number };
/** The layout of all events with the same keys in the same order. */
export type Plan = { readonly steps: readonly Step[]; readonly tail: string };
type Branch = Map<string, Branch | number>;

/** Levels of names; what is deeper stays in one name with dots. Stores refuse half as many. */
const DEEPEST = 50;

/**
 * Works out the layout of events with these keys, in this order (see createDocumentWriter).
 * @param trust of values, to begin with; 0 where the plan is used only once.
 */
export function compilePlan(keys: readonly string[], trust: number): Plan {
  const tree: Branch = new Map();
  for (const [slot, path] of resolvePaths(keys).entries()) plant(tree, levels(path), slot);
  const last = (tree.get('event') as Branch | undefined) ?? new Map();
  tree.delete('event');
  const arrays = keys.map(isArrayField);
  const steps: Step[] = [];
  let pending = '{';
  const emit = (branch: Branch) => {
    let comma = '';
    for (const [name, child] of branch) {
      pending += `${comma}${JSON.stringify(name)}:`;
      comma = ',';
      if (typeof child === 'number') {
        steps.push(stepOf(pending, child, arrays[child]!, { value: undefined, text: '', trust }));
        pending = '';
      } else {
        pending += '{';
        emit(child);
        pending += '}';
      }
    }
  };
  emit(tree);
  pending += tree.size === 0 ? '"event":{' : ',"event":{';
  if (last.size === 0) pending += '"kind":"event"';
  else emit(last);
  return { steps, tail: pending };
}

function stepOf(prefix: string, slot: number, array: boolean, memo: Memo): Step {
  const [before, after] = array ? [`${prefix}["`, '"]'] : [`${prefix}"`, '"'];
  return { prefix, before, after, slot, array, memo };
}

function plant(tree: Branch, path: readonly string[], slot: number): void {
  let branch = tree;
  for (const name of path.slice(0, -1)) {
    let child = branch.get(name);
    if (child === undefined || typeof child === 'number') {
      child = new Map();
      branch.set(name, child);
    }
    branch = child;
  }
  branch.set(path.at(-1)!, slot);
}

function levels(path: string): string[] {
  const names = path.split('.');
  return names.length <= DEEPEST ? names : [...names.splice(0, DEEPEST - 1), names.join('.')];
}

/** A path for every key such that none equals another or lies on the way to another. */
function resolvePaths(keys: readonly string[]): string[] {
  const wanted = keys.map((key) => (/^\.|\.\.|\.$|^$/.test(key) ? key.replace(/(?<=^|\.)(?=\.|$)/g, '_') : key));
  const onTheWay = new Set(['event']);
  for (const path of wanted) {
    let dot = path.indexOf('.');
    for (let level = 1; dot !== -1 && level < DEEPEST; level++) {
      onTheWay.add(path.slice(0, dot));
      dot = path.indexOf('.', dot + 1);
    }
  }
  const taken = new Set(wanted.filter((path) => !onTheWay.has(path)));
  const given = new Set<string>();
  return wanted.map((path) => {
    let free = path;
    const moved = onTheWay.has(path) ? `${path}.value` : path;
    for (let n = 1; onTheWay.has(free) || given.has(free) || (free !== path && taken.has(free)); n++) {
      free = n === 1 ? moved : `${moved}_${n}`;
    }
    given.add(free);
    return free;
  });
}
