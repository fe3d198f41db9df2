import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errors } from '@elastic/elasticsearch';
import { readAnswer } from '../../src/delivery/bulk.ts';
import { type ItemAnswer, judgeFailure, judgeItem, judgeStatus } from '../../src/delivery/judge.ts';

/** Short form of a verdict: its kind, and why. */
function verdict(answer: ItemAnswer): string {
  const judged = judgeItem(answer);
  if (judged.kind === 'retry') return `retry ${judged.reason}`;
  if (judged.kind !== 'dead_letter') return judged.kind;
  const { reason, field } = judged.rejected;
  return field === undefined ? `dead_letter ${reason}` : `dead_letter ${reason} ${field}`;
}

const bad = (type: string, reason: string, cause?: string): ItemAnswer => ({
  status: 400,
  error: { type, reason, ...(cause === undefined ? {} : { caused_by: { reason: cause } }) },
});

describe('the judgement of an item', () => {
  const cases: [string, ItemAnswer, string][] = [
    ['a new document is indexed', { status: 201 }, 'indexed'],
    [
      'a conflict means it is there already',
      {
        status: 409,
        error: {
          type: 'version_conflict_engine_exception',
          reason: '[x]: version conflict, document already exists (current version [1])',
        },
      },
      'already_there',
    ],
    [
      'a conflict of another kind says nothing of our document',
      { status: 409, error: { type: 'snapshot_in_progress_exception', reason: 'cannot delete indices' } },
      'retry conflict',
    ],
    ['429 is sent again', { status: 429, error: { type: 'es_rejected_execution_exception' } }, 'retry overloaded'],
    [
      'a disk above the flood stage is waited for',
      { status: 429, error: { type: 'cluster_block_exception', reason: 'disk usage exceeded flood-stage watermark' } },
      'retry blocked',
    ],
    [
      'a read-only index is waited for',
      {
        status: 403,
        error: {
          type: 'cluster_block_exception',
          reason: 'index [x] blocked by: [FORBIDDEN/5/index read-only (api)];',
        },
      },
      'retry blocked',
    ],
    ['a missing right is waited for', { status: 403, error: { type: 'security_exception' } }, 'retry forbidden'],
    ['503 is sent again', { status: 503, error: { type: 'unavailable_shards_exception' } }, 'retry unavailable'],
    [
      '500 is sent again: a full disk answers it',
      { status: 500, error: { type: 'i_o_exception' } },
      'retry server_error',
    ],
    ['a missing index is waited for', { status: 404, error: { type: 'index_not_found_exception' } }, 'retry no_index'],
    [
      'a cluster out of shards is waited for',
      bad(
        'validation_exception',
        'Validation Failed: 1: this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum normal shards open;',
      ),
      'retry shard_limit',
    ],
    ['a closed index is waited for', bad('index_closed_exception', 'closed'), 'retry blocked'],
    ['413 is too large', { status: 413 }, 'dead_letter too_large'],
    ['another 4xx is refused', { status: 405 }, 'dead_letter refused'],
    [
      'a value of the wrong type names its field',
      bad(
        'document_parsing_exception',
        "[1:31] failed to parse field [http.response.status_code] of type [long] in document with id 'a'. Preview of field's value: 'x'",
        'For input string: "x"',
      ),
      'dead_letter mapping http.response.status_code',
    ],
    [
      'text where an object is mapped names its field',
      bad(
        'document_parsing_exception',
        '[1:10] object mapping for [host] tried to parse field [host] as object, but found a concrete value',
      ),
      'dead_letter mapping host',
    ],
    [
      'an object where text is mapped names its field',
      bad(
        'document_parsing_exception',
        "[1:40] failed to parse field [user] of type [keyword] in document with id 'b'",
        "Can't get text on a START_OBJECT at 1:9",
      ),
      'dead_letter mapping user',
    ],
    [
      'an unknown field under a strict mapping is named',
      bad(
        'strict_dynamic_mapping_exception',
        '[1:2] mapping set to strict, dynamic introduction of [foo] within [_doc] is not allowed',
      ),
      'dead_letter mapping foo',
    ],
    [
      'a term too long for the index names its field',
      bad(
        'illegal_argument_exception',
        'Document contains at least one immense term in field="labels.x" (whose UTF8 encoding is longer than the max length 32766)',
      ),
      'dead_letter mapping labels.x',
    ],
    [
      'too many fields are a matter of the mapping',
      bad('illegal_argument_exception', 'Limit of total fields [1000] has been exceeded while adding new fields [1]'),
      'dead_letter mapping',
    ],
    [
      'an unusable index name is refused',
      bad('invalid_index_name_exception', 'Invalid index name [A]'),
      'dead_letter refused',
    ],
  ];
  for (const [title, answer, expected] of cases) {
    it(title, () => assert.equal(verdict(answer), expected));
  }

  it('keeps the cause in the detail', () => {
    const judged = judgeItem(
      bad('document_parsing_exception', 'failed to parse field [a] of type [long]', 'For input string: "x"'),
    );
    assert.equal(
      judged.kind === 'dead_letter' && judged.rejected.detail,
      'document_parsing_exception: failed to parse field [a] of type [long]: For input string: "x"',
    );
  });
});

describe('the judgement of a whole answer', () => {
  const rows: [number, string][] = [
    [400, 'unavailable, outcome unknown'],
    [401, 'unauthorized, not taken'],
    [403, 'unauthorized, not taken'],
    [404, 'unavailable, outcome unknown'],
    [408, 'timeout, outcome unknown'],
    [413, 'too_large'],
    [429, 'overloaded, not taken'],
    [500, 'server_error, outcome unknown'],
    [502, 'unavailable, outcome unknown'],
    [503, 'unavailable, outcome unknown'],
    [504, 'unavailable, outcome unknown'],
  ];
  for (const [status, expected] of rows) {
    it(`takes ${status} for ${expected}`, () => {
      const fault = judgeStatus(status, '');
      const outcome = fault.kind === 'wait' && fault.unknown ? 'outcome unknown' : 'not taken';
      assert.equal(fault.kind === 'wait' ? `${fault.reason}, ${outcome}` : fault.kind, expected);
    });
  }

  it('shortens a proxy’s error page to its beginning', () => {
    const fault = judgeStatus(502, `<html>\n  <h1>Bad gateway</h1>${'x'.repeat(5000)}`);
    assert.ok(fault.detail.startsWith('answers 502 (<html> <h1>Bad gateway</h1>xxx') && fault.detail.length < 160);
  });

  it('knows that a refused connection sent nothing, and does not know it of a broken one', () => {
    const refused = judgeFailure(new errors.ConnectionError('connect ECONNREFUSED 127.0.0.1:9200'));
    const broken = judgeFailure(new errors.ConnectionError('other side closed'));
    assert.deepEqual([refused.unknown, broken.unknown], [false, true]);
    const unreachable = ['connect EHOSTUNREACH 10.0.0.1:9200', 'read EHOSTUNREACH'];
    const outcomes = unreachable.map((message) => judgeFailure(new errors.ConnectionError(message)).unknown);
    assert.deepEqual(outcomes, [false, true]);
  });

  it('takes only Elasticsearch’s own 400 for the fault of what was sent', () => {
    const own =
      '{"error":{"type":"illegal_argument_exception","reason":"Malformed action/metadata line"},"status":400}';
    assert.equal(judgeStatus(400, own).kind, 'refused');
    for (const text of ['<html>400 Bad Request</html>', '{"error":{"code":400}}', '{"error":null}', 'null']) {
      assert.equal(judgeStatus(400, text).kind, 'wait', text);
    }
  });

  it('waits whatever a request fails with, and takes its outcome for unknown', () => {
    const failures = [
      new TypeError('terminated'),
      Object.assign(new Error('x'), { code: 'ENETDOWN' }),
      undefined,
      'no',
    ];
    for (const failure of failures) {
      const { kind, unknown } = judgeFailure(failure);
      assert.deepEqual([kind, unknown], ['wait', true], String(failure));
    }
  });
});

describe('the reading of an answer that says nothing failed', () => {
  const taken = (count: number) => Array.from({ length: count }, () => ({ create: { status: 201 } }));
  const readOf = (answer: object, count: number) => readAnswer(Buffer.from(JSON.stringify(answer)), count).kind;

  it('holds for as many documents as it lists, however it is laid out', () => {
    for (const count of [1, 2, 100]) {
      assert.equal(readOf({ errors: false, items: taken(count) }, count), 'all_indexed');
      assert.equal(readOf({ took: 3, errors: false, items: taken(count) }, count), 'all_indexed');
      const items = taken(count).map(({ create }) => ({ create: { _index: 'x', ...create } }));
      assert.equal(readOf({ items, errors: false, took: 3 }, count), 'all_indexed');
    }
    assert.equal(readOf({ took: 3, errors: false, items: [] }, 2), 'all_indexed', 'of those that list none');
  });

  it('is one whose outcome is unknown where it lists others', () => {
    for (const [listed, sent] of [
      [1, 2],
      [3, 2],
    ] as const) {
      assert.equal(readOf({ errors: false, items: taken(listed) }, sent), 'fault');
      assert.equal(readOf({ took: 3, errors: false, items: taken(listed) }, sent), 'fault');
    }
  });

  it('goes by the items where these say otherwise', () => {
    assert.equal(readOf({ errors: false, items: [{ create: { status: 429, error: { type: 'x' } } }] }, 1), 'items');
  });
});
