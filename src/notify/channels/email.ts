import { readFileSync } from 'node:fs';
import type { Transporter } from 'nodemailer';
import { Type } from 'typebox';
import { Secret } from '../../config/schema.ts';
import { readSecret } from '../../config/secret.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { channelFault, defineChannel, type Notification, type Sent } from '../channel.ts';

/** A mail by SMTP, as plain text and as small HTML. */
export const email = defineChannel({
  name: 'email',
  summary: 'Sends a mail by SMTP, as plain text and as small HTML.',
  options: {
    host: Type.String({ minLength: 1, description: 'SMTP server' }),
    port: Type.Integer({ minimum: 1, maximum: 65535, default: 587 }),
    tls: Type.Enum(['starttls', 'implicit', 'opportunistic', 'none'], {
      default: 'starttls',
      description: 'starttls refuses to send in the clear; implicit is TLS from the first byte, mostly port 465',
    }),
    ca_file: Type.Optional(Type.String({ description: 'PEM file of the certificate authority' })),
    username: Type.Optional(Type.String({ minLength: 1 })),
    password: Type.Optional(Type.Unsafe<string | { file: string }>({ ...Secret, description: 'never printed' })),
    from: Type.String({ minLength: 1, description: 'sender' }),
    to: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'receivers' }),
    timeout: Type.String({ pattern: DURATION_PATTERN, default: '30s', description: 'of each step of the dialogue' }),
  },
  examples: [
    {
      name: 'on-call',
      kind: 'email',
      host: 'smtp.example',
      username: 'logmill',
      password: 'example',
      from: 'logmill@example.org',
      to: ['on-call@example.org'],
    },
  ],
  create(options, _context) {
    const timeout = parseDuration(options.timeout);
    const { username, password } = options;
    if ((username === undefined) !== (password === undefined)) {
      throw channelFault(username === undefined ? 'password' : 'username', 'username and password go together');
    }
    const settings = {
      host: options.host,
      port: options.port,
      secure: options.tls === 'implicit',
      requireTLS: options.tls === 'starttls',
      ignoreTLS: options.tls === 'none',
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      socketTimeout: timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(username === undefined || password === undefined
        ? {}
        : { auth: { user: username, pass: readSecret(password) } }),
      ...(options.ca_file === undefined ? {} : { tls: { ca: readFileSync(options.ca_file, 'utf8') } }),
    };
    // Loaded with the first mail: most processes have none to send, and the library takes megabytes.
    let transport: Promise<Transporter> | undefined;
    const connect = () => {
      transport ??= import('nodemailer').then(({ createTransport }) => createTransport(settings));
      return transport;
    };
    return {
      async send(notification) {
        try {
          await (await connect()).sendMail({
            from: options.from,
            to: [...options.to],
            subject: notification.title,
            text: notification.text,
            html: htmlOf(notification),
            // Mail programs then show the end of an alert below its beginning.
            messageId: `<${notification.alert.id}.${notification.alert.state}@logmill>`,
            ...(notification.alert.state === 'firing'
              ? {}
              : { references: `<${notification.alert.id}.firing@logmill>` }),
          });
          return { ok: true };
        } catch (error) {
          return judge(error as { code?: string; responseCode?: number });
        }
      },
      close: async () => (await transport)?.close(),
    };
  },
});

/** Faults that no second try mends: wrong credentials, refused addresses, no TLS where it must be. */
const LASTING = new Set(['EAUTH', 'EENVELOPE', 'EMESSAGE', 'ETLS', 'ENOAUTH', 'EPROTOCOL']);

/** By the reply code (RFC 5321: 4yz may be tried again) where there is one. Only codes: a reply may repeat credentials. */
function judge({ code, responseCode }: { code?: string; responseCode?: number }): Sent {
  const reply = responseCode === undefined ? '' : ` ${responseCode}`;
  const transient = responseCode !== undefined && responseCode >= 400 && responseCode < 500;
  const lasting = responseCode === undefined ? LASTING.has(code ?? '') : !transient;
  return { ok: false, retryable: !lasting, reason: `the mail server refused: ${code ?? 'unknown fault'}${reply}` };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function htmlOf({ title, text, alert, links }: Notification): string {
  const events = links === undefined ? '' : `<p><a href="${escapeHtml(links.alert)}">Events</a></p>`;
  const link = alert.runbook !== undefined && /^https?:/.test(alert.runbook) ? alert.runbook : undefined;
  const runbook = link === undefined ? '' : `<p><a href="${escapeHtml(link)}">Runbook</a></p>`;
  return `<h2>${escapeHtml(title)}</h2><pre>${escapeHtml(text)}</pre>${events}${runbook}`;
}
