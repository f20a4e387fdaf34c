/** Notices by e-mail: which stay it is about and where to read, nothing else. What comes close together goes in one mail. */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { toIso } from '../../domain/calendar.js';
import type { OutgoingNotice } from '../../ledger/deliveries/delivery-ledger.js';
import { referenceOf } from './payload.js';
import { REASON_MAX, type Sender, type Sent } from './sent.js';
import { typeInWords } from './type-words.js';

export interface MailOptions {
  smtpUrl: string;
  from: string;
  publicUrl: string;
  /** Real time. */
  now(): number;
}

export interface Mail {
  subject: string;
  text: string;
  messageId: string;
}

/** While the mail server does not answer, no address is tried: it is one server for all of them. */
const SERVER_DOWN_MS = 15_000;

export function mailSender({ smtpUrl, from, publicUrl, now }: MailOptions): Sender & { close(): void } {
  const transports = new Map<number, ReturnType<typeof createTransport>>();
  const transportOf = (timeoutMs: number) => {
    const known = transports.get(timeoutMs);
    if (known !== undefined) return known;
    const made = createTransport(smtpUrl, {
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as never);
    transports.set(timeoutMs, made);
    return made;
  };
  let downUntil = 0;
  return {
    async send(endpoint, notices, timeoutMs) {
      if (endpoint.kind !== 'epost') throw new Error('mail goes to an address');
      if (now() < downUntil) return { outcome: 'retry', reason: 'e-postservern svarade inte nyss', answered: false };
      const { subject, text, messageId } = mailOf(notices, publicUrl, from);
      const mail = {
        from,
        to: endpoint.address,
        subject,
        text,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      };
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), timeoutMs * 2);
        });
        await Promise.race([transportOf(timeoutMs).sendMail(mail), late]);
        return { outcome: 'delivered' };
      } catch (error) {
        const sent = outcomeOfMail(error);
        if (sent.outcome === 'retry' && !sent.answered) downUntil = now() + SERVER_DOWN_MS;
        return sent;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => {
      for (const transport of transports.values()) transport.close();
    },
  };
}

/** 5xx of a server that has been asked to take it is final; 4xx, and whatever keeps it from being asked, is not. @source RFC 5321 4.2.1 */
export function outcomeOfMail(error: unknown): Sent {
  const { responseCode, code, command } = (error ?? {}) as { responseCode?: unknown; code?: unknown; command?: unknown };
  if (typeof responseCode === 'number') {
    const reason = `e-postservern svarade ${responseCode}`;
    // Refused log-ins and greetings are about us, not about the mail.
    const isAboutMail =
      command === 'RCPT TO' || command === 'DATA' || command === 'MAIL FROM' || code === 'EENVELOPE' || code === 'EMESSAGE';
    if (responseCode >= 500 && isAboutMail) return { outcome: 'refused', reason };
    return { outcome: 'retry', reason, answered: isAboutMail };
  }
  const reason = `e-postservern kunde inte nås: ${typeof code === 'string' ? code : 'okänt fel'}`;
  return { outcome: 'retry', reason: reason.slice(0, REASON_MAX), answered: false };
}

/** One mail about some notices, for people: what has happened in plain words, which stay, and where to read. */
export function mailOf(notices: readonly OutgoingNotice[], publicUrl: string, from: string): Mail {
  const [first] = notices;
  if (first === undefined) throw new Error('a mail without notices');
  const about = (notice: OutgoingNotice): string => (notice.stayId === null ? '' : ` – vårdtillfälle ${notice.stayId}`);
  const subject = notices.length === 1 ? `${typeInWords(first.type)}${about(first)}` : `${notices.length} meddelanden om vårdtillfällen`;
  const lines = notices.map((notice) =>
    [`${typeInWords(notice.type)}${about(notice)}`, `Till: ${notice.to.unit}`, referenceOf(notice, publicUrl)].join('\n'),
  );
  const text = `${lines.join('\n\n')}\n\n-- \nHemgång. Det här är ett automatiskt meddelande; logga in för att läsa mer. Svar på det läses inte.\n`;
  return { subject, text, messageId: messageIdOf(notices, from) };
}

/** The same notices make the same id, so that a mail that was sent twice can be known for one. */
function messageIdOf(notices: readonly OutgoingNotice[], from: string): string {
  const digest = createHash('sha256');
  for (const { noticeId, to, occurredAt } of notices) digest.update(`${noticeId}\n${to.unit}\n${toIso(occurredAt)}\n`);
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'hemgang.invalid';
  return `<${digest.digest('hex').slice(0, 40)}@${domain}>`;
}
