import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide } from '../../src/notify/dedupe.ts';
import { alertOf, resolvedOf } from './alert.ts';

const told = (alert = alertOf()) => ({ alert: alert.id, state: alert.state, at: alert.updated_at });
const NEXT_HOUR = '2026-11-21T11:00:00.000Z';

describe('what a channel has to hear', () => {
  it('is every alert it never heard of, also one that came and went', () => {
    assert.equal(decide(undefined, alertOf()), 'first');
    assert.equal(decide(undefined, resolvedOf()), 'first');
  });

  it('is the end of what it heard of, once', () => {
    assert.equal(decide(told(), resolvedOf()), 'changed');
    assert.equal(decide(told(resolvedOf()), resolvedOf()), 'already_told');
  });

  it('is not the same state again', () => {
    assert.equal(decide(told(), alertOf()), 'already_told');
  });

  it('is not what was true before what it heard last', () => {
    assert.equal(decide(told(resolvedOf()), alertOf()), 'outdated');
  });

  it('is what goes on now, whatever was told of an earlier one; not what was over by then', () => {
    const earlier = { id: 'a0', started_at: '2026-11-21T09:00:00.000Z', updated_at: '2026-11-21T09:05:00.000Z' };
    assert.equal(decide(told(resolvedOf()), alertOf(earlier)), 'changed');
    assert.equal(decide(told(resolvedOf()), resolvedOf(earlier)), 'outdated');
  });

  it('is not the end of what it could not be told of, but the end of what it was told before', () => {
    assert.equal(decide(undefined, resolvedOf(), 'a1'), 'never_told');
    assert.equal(decide(undefined, resolvedOf(), 'a0'), 'first');
    assert.equal(decide(told(), resolvedOf(), 'a1'), 'changed');
    assert.equal(decide(undefined, alertOf(), 'a1'), 'first');
  });

  it('is not the same incident under another start', () => {
    assert.equal(decide(told(), alertOf({ id: 'a0', started_at: '2026-11-21T09:58:00.000Z' })), 'same_incident');
  });

  it('is the next incident of the same group', () => {
    const next = alertOf({ id: 'a2', started_at: NEXT_HOUR, updated_at: NEXT_HOUR });
    assert.equal(decide(told(resolvedOf()), next), 'changed');
    assert.equal(decide(told(), next), 'changed');
  });

  it('is an alert that late events opened again', () => {
    assert.equal(decide(told(resolvedOf()), alertOf({ updated_at: NEXT_HOUR })), 'changed');
  });
});
