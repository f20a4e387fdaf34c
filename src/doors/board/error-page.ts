/** What the board says when a page cannot be shown. */
import type { BoardDeps } from './deps.js';
import { html } from './html.js';
import { page } from './page.js';
import { BOARD } from './places.js';

export type ErrorKind = 'inloggning' | 'behorighet' | 'saknas' | 'annanstans' | 'formular' | 'upptagen' | 'fel';

const ERRORS: Record<ErrorKind, { status: number; heading: string; text: string }> = {
  inloggning: {
    status: 401,
    heading: 'Logga in först',
    text: 'Tavlan visas för den som är inloggad. Öppna den genom inloggningen på din arbetsplats; har du gjort det kan inloggningen ha gått ut.',
  },
  behorighet: {
    status: 403,
    heading: 'Inte för din roll',
    text: 'Sidan eller åtgärden hör till en annan region, kommun eller roll än den du är inloggad med.',
  },
  saknas: {
    status: 404,
    heading: 'Sidan finns inte',
    text: 'Regionen, månaden, kommunen eller vårdtillfället finns inte, eller hör inte ihop. Har ett vårdtillfälle rättats kan det ha flyttat till en annan kommun eller månad.',
  },
  annanstans: {
    status: 403,
    heading: 'Formuläret togs inte emot',
    text: 'Det skickades inte från tavlan. Öppna sidan här och gör om det.',
  },
  formular: { status: 400, heading: 'Formuläret gick inte att läsa', text: 'Gå tillbaka till sidan, ladda om den och gör om det.' },
  upptagen: { status: 503, heading: 'Tavlan kan inte svara just nu', text: 'Försök igen om en liten stund. Inget har gått förlorat.' },
  fel: {
    status: 500,
    heading: 'Något gick fel',
    text: 'Felet är antecknat. Försök igen om en stund; säg till den som driver tjänsten om det händer igen.',
  },
};

export function errorPage({ clock }: Pick<BoardDeps, 'clock'>, kind: ErrorKind): { status: number; text: string } {
  const { status, heading, text } = ERRORS[kind];
  const main = html`<p class="lead">${text}</p><p><a href="${BOARD}">Till tavlan</a></p>`;
  return { status, text: page({ heading, crumbs: [{ text: 'Tavlan', href: BOARD }], main, now: clock.now(), scale: clock.scale }) };
}
