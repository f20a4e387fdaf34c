/** What is said about a request: issues, each naming its element, as an OperationOutcome. */
import type { FieldError, Problem } from '../problems.js';
import { PROBLEMS } from '../problems.js';
import { PROBLEM_SYSTEM } from './systems.js';

/** The codes of FHIR's value set issue-type that we use. */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'login'
  | 'forbidden'
  | 'not-supported'
  | 'duplicate'
  | 'not-found'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'exception'
  | 'throttled'
  | 'informational';

export interface Issue {
  severity: 'error' | 'warning' | 'information';
  code: IssueCode;
  /** FHIRPath of the element; absent when the whole request is meant. */
  expression?: string | undefined;
  diagnostics: string;
  /** The stable code of a problem of the service. */
  problem?: string | undefined;
}

export const error = (code: IssueCode, expression: string | undefined, diagnostics: string): Issue => ({
  severity: 'error',
  code,
  expression,
  diagnostics,
});
export const warning = (code: IssueCode, expression: string | undefined, diagnostics: string): Issue => ({
  ...error(code, expression, diagnostics),
  severity: 'warning',
});
export const information = (expression: string | undefined, diagnostics: string): Issue => ({
  ...error('informational', expression, diagnostics),
  severity: 'information',
});

export const hasErrors = (issues: readonly Issue[]): boolean => issues.some(({ severity }) => severity === 'error');

export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: Record<string, unknown>[];
}

/** As many as anybody reads; a client that sends more than this is not helped by more. */
const MOST_ISSUES = 200;

/** Errors first. An outcome has at least one issue, so where there is nothing to say, it says that all is well. */
export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  const rank = { error: 0, warning: 1, information: 2 };
  const all = issues.length > 0 ? issues : [information(undefined, 'All OK')];
  const sorted = [...all].sort((a, b) => rank[a.severity] - rank[b.severity]).slice(0, MOST_ISSUES);
  return {
    resourceType: 'OperationOutcome',
    issue: sorted.map(({ severity, code, expression, diagnostics, problem }) => ({
      severity,
      code,
      ...(problem === undefined ? {} : { details: { coding: [{ system: PROBLEM_SYSTEM, code: problem }] } }),
      diagnostics,
      ...(expression === undefined ? {} : { expression: [expression] }),
    })),
  };
}

/** FHIR's word for what the service says by its status. */
const CODES: Record<number, IssueCode> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  422: 'invalid',
  429: 'throttled',
  503: 'transient',
};

/** A problem of the service as issues, one for each field; `expressionOf` names the element that a field came from. */
export function issuesOf(
  { code, detail, errors = [] }: Problem,
  expressionOf: (field: FieldError) => string | undefined = () => undefined,
): Issue[] {
  const { status, title } = PROBLEMS[code];
  const whole = { ...error(CODES[status] ?? 'exception', expressionOf({ path: '', message: '' }), detail ?? title), problem: code };
  if (errors.length === 0) return [whole];
  return errors.map((field) => ({
    ...whole,
    code: status === 422 ? 'value' : whole.code,
    expression: expressionOf(field),
    diagnostics: field.path === '' ? field.message : `${field.path}: ${field.message}`,
  }));
}

/** Thrown inside a route: the error handler makes the answer of it. */
export class FhirError extends Error {
  override readonly name = 'FhirError';
  constructor(
    readonly status: number,
    readonly issues: readonly Issue[],
  ) {
    super(issues[0]?.code ?? 'invalid');
  }
}
