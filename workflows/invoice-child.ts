/** A kommun's invoice is started from another workflow, or told when it runs already. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, ParentClosePolicy, sleep, startChild, TemporalFailure } from '@temporalio/workflow';
import { invoiceStart, type KommunInvoiceInput } from './invoice-start.js';

/** `last`: the month has been frozen. `andrad`: its facts have changed. */
export type InvoiceSignal = 'last' | 'andrad';

const TRIES = 5;
const BETWEEN_TRIES = '2s';

/** Starts a kommun's invoice; one that runs already is told instead, when there is something to tell. */
export async function startOrTell(input: KommunInvoiceInput, signal: InvoiceSignal | null): Promise<void> {
  const options = { ...invoiceStart(input), parentClosePolicy: ParentClosePolicy.ABANDON };
  for (let tries = 1; ; tries++) {
    try {
      await startChild('kommunInvoice', options);
      return;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    if (signal === null) return;
    try {
      await getExternalWorkflowHandle(options.workflowId).signal(signal);
      return;
    } catch (error) {
      // It ended between the two: then it is started again.
      if (!(error instanceof TemporalFailure) || tries >= TRIES) throw error;
    }
    await sleep(BETWEEN_TRIES, { summary: `Kommun ${input.payer}: försöker igen` });
  }
}
