import type { KqlNode, KqlValue } from '../../../kql/node.ts';
import { parseKql } from '../../../kql/parse.ts';
import { kqlToPredicate } from '../../../kql/to-predicate.ts';
import type { Event } from '../../../model/event.ts';
import { fieldType } from '../../../model/field-type.ts';
import { optionFault } from '../../stage.ts';

/** Compiles a pipeline condition. Throws LogmillError for bad KQL, and for `now`: a stage has no clock. */
export function compileCondition(kql: string, key = 'when'): (event: Event) => boolean {
  const node = parseKql(kql);
  if (namesNow(node))
    throw optionFault(key, 'must not name now: the same line has to give the same document at any time');
  return kqlToPredicate(node, fieldType);
}

/** Date math against a range or a date field; elsewhere `now` is only a word. */
function namesNow(node: KqlNode): boolean {
  switch (node.type) {
    case 'and':
    case 'or':
      return node.children.some(namesNow);
    case 'not':
      return namesNow(node.child);
    case 'range':
      return isNow(node.value);
    case 'is':
      return node.field !== undefined && isNow(node.value) && fieldType(node.field.pieces.join('*')) === 'date';
    default:
      return false;
  }
}

function isNow(value: KqlValue): boolean {
  return value.kind !== 'wildcard' && /^now($|[+\-/|])/.test(value.text);
}
