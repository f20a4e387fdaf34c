/** Gives every entry of a ZIP archive the same time, so that the same content is the same bytes whenever it was packed. */

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
/** 1 January 1980, 00.00: the first that the format can say. */
const NO_TIME = 0x0000;
const NO_DATE = 0x0021;

/** The archive, changed in place. An archive of more than one part, or with a comment, crashes: ours has neither. */
export function withFixedTimes(archive: Buffer): Buffer {
  const end = archive.length - 22;
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('not the ZIP archive that was expected');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the ZIP directory is broken');
    setTime(archive, at + 12);
    const local = archive.readUInt32LE(at + 42);
    if (archive.readUInt32LE(local) !== LOCAL_HEADER) throw new Error('the ZIP directory points beside its entry');
    setTime(archive, local + 10);
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return archive;
}

function setTime(archive: Buffer, at: number): void {
  archive.writeUInt16LE(NO_TIME, at);
  archive.writeUInt16LE(NO_DATE, at + 2);
}
