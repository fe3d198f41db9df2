import { Type } from 'typebox';
import { defineStage } from '../stage.ts';
import { windowsMeaning } from './windows/event-ids.ts';
import { fillData } from './windows/fill.ts';
import { outcomeOf } from './windows/outcome.ts';

/** Reads what parse-json in mode `windows` has put under the dataset. */
export const classifyWindows = defineStage({
  name: 'classify-windows',
  summary: 'says by channel and event id what an event of Windows means, and gives its data their ECS names',
  form: 'map',
  options: Type.Object({}, { additionalProperties: false }),
  examples: [
    {
      title: 'a logon that failed',
      options: {},
      in: {
        'event.code': '4625',
        'example.log.channel': 'Security',
        'example.log.event_data.TargetUserName': 'bob',
        'example.log.event_data.TargetDomainName': 'CORP',
        'example.log.event_data.LogonType': '3',
        'example.log.event_data.SubStatus': '0xC000006A',
        'example.log.event_data.IpAddress': '203.0.113.9',
      },
      out: {
        'event.code': '4625',
        'example.log.channel': 'Security',
        'example.log.event_data.TargetUserName': 'bob',
        'example.log.event_data.TargetDomainName': 'CORP',
        'example.log.event_data.LogonType': '3',
        'example.log.event_data.SubStatus': '0xC000006A',
        'example.log.event_data.IpAddress': '203.0.113.9',
        'event.kind': 'event',
        'event.action': 'logon-failed',
        'event.category': ['authentication'],
        'event.type': ['start'],
        'event.outcome': 'failure',
        'event.reason': 'wrong password',
        'user.name': 'bob',
        'user.domain': 'CORP',
        'source.ip': '203.0.113.9',
        'source.address': '203.0.113.9',
        'example.log.logon.type': 'Network',
      },
    },
    {
      title: 'an event that nothing is known of',
      options: {},
      in: { 'event.code': '1', 'example.log.channel': 'Application' },
      out: { 'event.code': '1', 'example.log.channel': 'Application', 'event.kind': 'event' },
    },
  ],
  create(_options, { dataset }) {
    const channelField = `${dataset}.channel`;
    return (event) => {
      const channel = event[channelField];
      const code = event['event.code'];
      event['event.kind'] = 'event';
      const meaning =
        typeof channel === 'string' && typeof code === 'string' ? windowsMeaning(channel, code) : undefined;
      if (meaning !== undefined) {
        event['event.action'] = meaning.action;
        event['event.category'] = [...meaning.category];
        event['event.type'] = [...meaning.type];
      }
      const outcome = outcomeOf(event, dataset, meaning?.outcome);
      if (outcome !== undefined) event['event.outcome'] = outcome;
      fillData(event, dataset, meaning?.actor ?? 'subject');
      return event;
    };
  },
});
