/** How errors become failures: message and stack trace travel as a payload, so that the codec encrypts them. */
import { DefaultFailureConverter, type FailureConverter } from '@temporalio/common';

export const failureConverter: FailureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
