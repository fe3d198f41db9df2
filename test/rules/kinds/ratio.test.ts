import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ruleOf } from '../events.ts';

describe('ratio', () => {
  it('takes a percentage, nothing else', () => {
    assert.equal(ruleOf({ kind: 'ratio', match: 'log.level: error', when: '> 5%' }).when.bound, 0.05);
    assert.throws(() => ruleOf({ kind: 'ratio', match: 'log.level: error', when: '> 5' }), /when needs a percentage/);
  });

  it('cannot do without match, and says where the KQL of it is wrong', () => {
    assert.throws(() => ruleOf({ kind: 'ratio', when: '> 5%' }), /match is required/);
    assert.throws(() => ruleOf({ kind: 'ratio', match: 'log.level: (', when: '> 5%' }), /match is no valid KQL/);
  });

  it('shows as evidence only events that count towards the share', () => {
    const { observer } = ruleOf({
      kind: 'ratio',
      query: 'service.name: shop',
      match: 'log.level: error',
      when: '> 5%',
    });
    const text = JSON.stringify(observer.evidence);
    assert.ok(text.includes('shop') && text.includes('log.level'));
  });
});
