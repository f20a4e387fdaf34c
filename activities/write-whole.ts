/** Files that are there whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';

/** A reader sees the old file or the new one, never a part; and a power cut leaves one of them. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  const file = await open(aside, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}
