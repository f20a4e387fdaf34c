/** The kinds of values that variables of the environment have: each a text, read and judged by itself. */
import { accessSync, constants, statSync } from 'node:fs';
import { z } from 'zod';

export const text = z.string().optional();
export const host = z.string().regex(/^[A-Za-z0-9.:-]+$/, 'is not a host name or address');
export const port = z
  .string()
  .regex(/^\d+$/, 'is not a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'is not a port number');
export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `is not an address of the kind ${protocols.map((protocol) => `${protocol}//…`).join(' or ')}`,
    );
export const uris = z
  .string()
  .transform((value) => value.split(',').map((uri) => uri.trim()))
  .refine((list) => list.every((uri) => /^[^\s|]+$/.test(uri)), 'is not a list of URIs with commas between');
export const file = z.string().refine(isReadableFile, 'is not a file that can be read');
export const folder = z.string().refine(isFolder, 'is not a folder');

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
