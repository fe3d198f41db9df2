import { Type } from 'typebox';
import { isLoopbackAddress } from '../../model/ip-address.ts';
import { defineStage } from '../stage.ts';

/**
 * A line that names another host is that host's: facts of this one would be wrong there. One that came from another
 * machine and names no host has the sender's address for a name.
 */
export const enrichHost = defineStage({
  name: 'enrich-host',
  summary: 'adds name, architecture and operating system of this host to its own lines',
  form: 'map',
  options: Type.Object({}, { additionalProperties: false }),
  examples: [
    {
      title: 'a line that says nothing about its host',
      options: {},
      in: { message: 'x' },
      out: {
        message: 'x',
        'host.id': 'h1',
        'host.name': 'example-host',
        'host.hostname': 'example-host',
        'host.architecture': 'x86_64',
      },
    },
    {
      title: 'a line of another host',
      options: {},
      in: { 'host.name': 'db-2' },
      out: { 'host.name': 'db-2' },
    },
    {
      title: 'a line that another machine sent',
      options: {},
      in: { 'log.source.address': '10.0.0.7', message: 'x' },
      out: { 'log.source.address': '10.0.0.7', message: 'x', 'host.name': '10.0.0.7' },
    },
  ],
  create(_options, { host }) {
    const { id, name, fields } = host;
    const facts = Object.entries({ 'host.id': id, 'host.name': name, 'host.hostname': name, ...fields });
    return (event) => {
      const sender = event['log.source.address'];
      if (typeof sender === 'string' && !isLoopbackAddress(sender)) event['host.name'] ??= sender;
      const named = event['host.name'];
      if (named !== undefined && named !== name) return event;
      for (let index = 0; index < facts.length; index++) {
        const fact = facts[index]!;
        if (event[fact[0]] === undefined) event[fact[0]] = fact[1];
      }
      return event;
    };
  },
});
