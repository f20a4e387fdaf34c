/** What a person must put right about the namespace before the service can work in it, in plain words. */

/** Each line is a sentence of its own. */
export class NamespaceProblem extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('; '));
  }
}

/** For how long Temporal keeps what it knows of a stay after its end; the ledger keeps the rest. */
export const RETENTION_DAYS = 90;

export const noNamespace = (namespace: string): NamespaceProblem =>
  new NamespaceProblem([
    `there is no namespace ${namespace}; make it with: temporal operator namespace create --namespace ${namespace} --retention ${RETENTION_DAYS * 24}h`,
  ]);

/** gRPC status codes with which a server answers here. */
export const CODES = { invalid: 3, notFound: 5, exists: 6, denied: 7, unimplemented: 12 } as const;

/** Of an error of gRPC's; undefined of any other. */
export const codeOf = (error: unknown): number | undefined => (error as { code?: number }).code;

/** A server keeps what it knows of a namespace for some seconds: tries until it has learnt what was changed. */
export async function onceKnown(what: () => Promise<unknown>, unknownCode: number): Promise<void> {
  for (const until = Date.now() + KNOWN_WITHIN_MS; ; await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))) {
    try {
      await what();
      return;
    } catch (error) {
      if (codeOf(error) === CODES.unimplemented) return;
      if (codeOf(error) !== unknownCode || Date.now() > until) throw error;
    }
  }
}

const KNOWN_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 250;
