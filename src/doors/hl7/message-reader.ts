/** Reads a message that was kept, for sealing it anew: what tells it from another, and whom it is about. */
import type { MessageReader } from '../../ledger/keys/reseal.js';
import { parseHl7 } from './parse.js';
import { contentOf } from './receive.js';
import { numbersOf, saidOf } from './said.js';
import { personsOf } from './stay-claim.js';

export const hl7MessageReader: MessageReader = {
  contentOf(raw) {
    const read = parseHl7(raw);
    return 'error' in read ? undefined : contentOf(read.message);
  },
  personsOf(said) {
    const what = saidOf(said);
    return what.kind === 'merge' ? [...what.merge.prior, ...numbersOf(what.merge.patient)] : personsOf(what.message);
  },
};
