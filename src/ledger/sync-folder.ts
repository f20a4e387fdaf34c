/** Forces the files of a folder onto the disk: PGlite writes them, but never asks the system to. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Calls fsync on every file and folder below `folder`; those that are gone meanwhile are skipped. Clean files cost next to nothing. */
export async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncFolder(path);
    else if (entry.isFile()) await sync(path);
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(path, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
