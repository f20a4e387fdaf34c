/** Pages for those who write a program against the API: how to begin, and every problem by its code. */
import type { FastifyInstance } from 'fastify';
import { STYLES_PATH } from '../board/styles.js';
import { GUIDE, PROBLEM_LIST } from './guide-pages.gen.js';

const PAGES = { '/docs/guide': GUIDE, '/docs/problems': PROBLEM_LIST };

export function guideRoutes(app: FastifyInstance): void {
  for (const [path, { heading, body }] of Object.entries(PAGES)) {
    const text = pageOf(path, heading, body);
    app.get(path, { schema: { hide: true } as never }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').serializer(String).send(text),
    );
  }
}

const STYLE = `
pre { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .9rem 1rem; line-height: 1.5; max-width: 60rem; }
pre code { overflow-wrap: normal; }
.table { overflow-x: auto; max-width: 60rem; margin-block: 1rem; }
.table table { border-collapse: collapse; width: 100%; background: var(--paper); }
.table th, .table td { text-align: left; vertical-align: top; padding: .5rem .75rem; border: 1px solid var(--line); font-weight: 400; }
.table thead th { font-weight: 650; background: var(--soft); }
.table tr:target { background: var(--near-soft); }
main > h2 { margin-top: 2.4rem; }
`;

function pageOf(path: string, heading: string, body: string): string {
  const links = [
    ['/docs/guide', 'Guide'],
    ['/docs/problems', 'Problems'],
    ['/docs', 'All routes'],
    ['/docs/fragor', 'Lists in the Temporal UI (Swedish)'],
    ['/openapi.json', 'OpenAPI document'],
  ].map(([href, text]) => (href === path ? `<li aria-current="page">${text}</li>` : `<li><a href="${href}">${text}</a></li>`));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading} – Hemgång</title>
<link rel="stylesheet" href="${STYLES_PATH}">
<style>${STYLE}</style>
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="top"><div class="frame"><a class="brand" href="/docs/guide"><span aria-hidden="true" class="mark"></span>Hemgång</a><p>The API for other systems</p></div></header>
<div class="frame">
<nav class="crumbs" aria-label="Pages"><ol>${links.join('')}</ol></nav>
<main id="content" tabindex="-1">
<header class="title"><h1>${heading}</h1></header>
${body}
</main>
</div>
</body>
</html>
`;
}
