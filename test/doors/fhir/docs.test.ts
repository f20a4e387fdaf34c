/** The examples of docs/fhir.md are sent, one after the other, and answered as the page says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorsOf, scene } from './scene.js';

const text = readFileSync(new URL('../../../docs/fhir.md', import.meta.url), 'utf8');
const EXAMPLE = /`(POST|PUT) (\/fhir\/R4[^`]*)`[^\n]*\((\d{3})\):\n\n```json\n([\s\S]*?)```/g;

test('the examples are answered as the page says', async () => {
  const s = await scene();
  const examples = [...text.matchAll(EXAMPLE)];
  expect(examples).toHaveLength(3);
  for (const [, method, url = '', status, body] of examples) {
    const path = url.replace('/fhir/R4', '');
    const answer = method === 'PUT' ? await s.put(path.replace('/Encounter/', ''), body) : await s.post(body, path);
    expect([url, answer.status], JSON.stringify(answer.body)).toEqual([url, Number(status)]);
    if (answer.status === 422) expect(errorsOf(answer)).toContain('value Encounter.period.start');
  }
  const stay = await s.stay('VT-2019-1');
  expect(stay).toMatchObject({ phase: 'avslutad', ward: { hsaId: 'SE2321000057-AVD2' } });
  expect(stay.log.map(({ action }) => action).sort()).toEqual(['flytta', 'permission', 'skriv-ut']);
  await s.app.close();
});
