/** Every metric of ours: its name, kind, labels and meaning. docs/metrics.md is made from it, and nothing is measured that is not here. */

interface MetricSpec {
  kind: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Upper bounds in seconds; of histograms. */
  buckets?: readonly number[];
  /** Heading in the documentation. `ledger`: read from the ledger when asked for, by every worker and API alike. */
  from: 'ledger' | 'stays' | 'doors' | 'out' | 'process';
}

const QUICK = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10] as const;
const SLOW = [0.01, 0.05, 0.25, 1, 5, 15, 60] as const;

export const METRICS = {
  hemgang_stays_open: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Stays that have not ended, by phase.',
    labels: ['region', 'phase'],
  },
  hemgang_stays_next_owner: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Stays that have not ended, by the party whose open deadline is the soonest; ingen: none is open.',
    labels: ['region', 'party'],
  },
  hemgang_stays_ready: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Patients who are utskrivningsklara and still at the hospital, by the kommun that pays.',
    labels: ['region', 'payer'],
  },
  hemgang_stays_ready_longest_seconds: {
    from: 'ledger',
    kind: 'gauge',
    help: 'For how long the one of them who has waited longest has been utskrivningsklar, in domain time.',
    labels: ['region', 'payer'],
  },
  hemgang_deadlines_open: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Open deadlines, overdue ones too.',
    labels: ['region', 'deadline', 'party'],
  },
  hemgang_deadlines_overdue: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Open deadlines whose due time has passed.',
    labels: ['region', 'deadline', 'party', 'unit'],
  },
  hemgang_deadlines_due_soon: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Open deadlines that fall due within 24 hours.',
    labels: ['region', 'deadline', 'party', 'unit'],
  },
  hemgang_hospital_messages_open: {
    from: 'ledger',
    kind: 'gauge',
    help: "Hospitals' messages that are not settled: mottagen (to be applied), vantar (for its time), parkerad (for its stay).",
    labels: ['region', 'state'],
  },
  hemgang_hospital_messages_oldest_seconds: {
    from: 'ledger',
    kind: 'gauge',
    help: 'How long ago the oldest of them was received, in domain time.',
    labels: ['region', 'state'],
  },
  hemgang_notices_undelivered: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Notices on their way to a receiver, by channel.',
    labels: ['channel'],
  },
  hemgang_notices_undelivered_oldest_seconds: {
    from: 'ledger',
    kind: 'gauge',
    help: 'For how long the oldest of them has been on its way, in real time.',
    labels: ['channel'],
  },
  hemgang_notices_failed: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Notices that were given up and not sent again, by channel; ingen: the routing had no way for the unit.',
    labels: ['channel'],
  },
  hemgang_endpoint_disabled: {
    from: 'ledger',
    kind: 'gauge',
    help: '1: the receiver has said that it wants nothing more, and nothing is sent until an operator enables it.',
    labels: ['channel'],
  },
  hemgang_endpoint_failures: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Failed tries in a row; 0: the receiver is well.',
    labels: ['channel'],
  },
  hemgang_billing_months: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Months whose basis has been sent: preliminar, last (frozen), fakturerad (invoiced).',
    labels: ['region', 'state'],
  },
  hemgang_billing_previous_month: {
    from: 'ledger',
    kind: 'gauge',
    help: '1 at the state of the month before this one: tom (nobody discharged), lopande (no basis sent yet), preliminar, last, fakturerad.',
    labels: ['region', 'state'],
  },
  hemgang_objections_open: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Objections: obesvarad (unanswered), bestridd (for the tolkningsinstans).',
    labels: ['region', 'state'],
  },
  hemgang_objections_overdue: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Unanswered objections whose time for an answer has passed.',
    labels: ['region'],
  },
  hemgang_invoices_held: {
    from: 'ledger',
    kind: 'gauge',
    help: "Kommuner's invoices that the region holds back.",
    labels: ['region'],
  },
  hemgang_erasures_unfinished: {
    from: 'ledger',
    kind: 'gauge',
    help: 'Erasures of a stay that have been begun and are not complete.',
    labels: [],
  },
  hemgang_ledger_up: {
    from: 'ledger',
    kind: 'gauge',
    help: '1: the ledger answered when it was last asked for these figures. 0: it did not, and they are absent.',
    labels: [],
  },
  hemgang_ledger_measured_seconds: {
    from: 'ledger',
    kind: 'gauge',
    help: 'How long the ledger took to answer with these figures.',
    labels: [],
  },
  hemgang_actions_total: {
    from: 'stays',
    kind: 'counter',
    help: 'Verdicts of stays on actions as the ledger records them: each once, by whatever way the action came. code: why not; none.',
    labels: ['action', 'outcome', 'code'],
  },
  hemgang_stays_begun_total: { from: 'stays', kind: 'counter', help: 'Admissions recorded.', labels: ['region'] },
  hemgang_stays_ended_total: { from: 'stays', kind: 'counter', help: 'Ends of stays recorded.', labels: ['region', 'reason'] },
  hemgang_deadlines_breached_total: {
    from: 'stays',
    kind: 'counter',
    help: 'Deadlines that were missed, as recorded.',
    labels: ['deadline', 'party'],
  },
  hemgang_deviations_total: {
    from: 'stays',
    kind: 'counter',
    help: 'Deviations recorded: id of the missed deadline, checklista, or rapporterad.',
    labels: ['type'],
  },
  hemgang_activity_seconds: {
    from: 'stays',
    kind: 'histogram',
    help: 'Tries of activities. outcome: done, failed (tried again), refused (for good).',
    labels: ['activity', 'outcome'],
    buckets: SLOW,
  },
  hemgang_activity_failures_total: {
    from: 'stays',
    kind: 'counter',
    help: 'Failed tries of activities, by the type of the failure.',
    labels: ['activity', 'type'],
  },
  hemgang_door_actions_total: {
    from: 'doors',
    kind: 'counter',
    help: 'What doors were asked to do to a stay (admit, or an action) and how it was answered, repetitions too. outcome: accepted, refused, failed.',
    labels: ['door', 'action', 'outcome', 'code'],
  },
  hemgang_door_action_seconds: {
    from: 'doors',
    kind: 'histogram',
    help: 'From the question at the door to the verdict.',
    labels: ['door', 'outcome'],
    buckets: QUICK,
  },
  hemgang_http_request_seconds: {
    from: 'doors',
    kind: 'histogram',
    help: "Requests that have been answered, by the route's template; streams of events are left out.",
    labels: ['method', 'route', 'status'],
    buckets: QUICK,
  },
  hemgang_hl7_messages_total: {
    from: 'doors',
    kind: 'counter',
    help: 'HL7 messages answered, by event and acknowledgement.',
    labels: ['trigger', 'ack'],
  },
  hemgang_hl7_message_seconds: {
    from: 'doors',
    kind: 'histogram',
    help: 'From a whole HL7 message to its acknowledgement.',
    labels: ['ack'],
    buckets: QUICK,
  },
  hemgang_hl7_connections: { from: 'doors', kind: 'gauge', help: 'Open MLLP connections.', labels: [] },
  hemgang_fhir_interactions_total: {
    from: 'doors',
    kind: 'counter',
    help: 'FHIR interactions answered. outcome: done, refused (4xx), failed (5xx).',
    labels: ['interaction', 'outcome'],
  },
  hemgang_tokens_total: {
    from: 'doors',
    kind: 'counter',
    help: 'Bearer tokens judged: accepted, or the code of the problem.',
    labels: ['outcome'],
  },
  hemgang_access_log_failures_total: {
    from: 'doors',
    kind: 'counter',
    help: 'Accesses that could not be logged, so that nothing was shown.',
    labels: [],
  },
  hemgang_codec_requests_total: {
    from: 'doors',
    kind: 'counter',
    help: 'Requests to the codec server that were judged. operation: decode, encode. outcome: done, or the code of the problem.',
    labels: ['operation', 'outcome'],
  },
  hemgang_codec_payloads_total: {
    from: 'doors',
    kind: 'counter',
    help: "Payloads answered by the codec server. shown: whole; owner (identity and text hidden); foreign (another region's, hidden); keyless (its key is not known).",
    labels: ['operation', 'shown'],
  },
  hemgang_delivery_seconds: {
    from: 'out',
    kind: 'histogram',
    help: 'Tries to deliver notices, by kind of channel. outcome: delivered, retry, refused, gone.',
    labels: ['kind', 'outcome'],
    buckets: SLOW,
  },
  hemgang_ledger_operation_seconds: {
    from: 'out',
    kind: 'histogram',
    help: 'What was asked of the ledger: transactions and queries. outcome: done, refused (for good), failed.',
    labels: ['operation', 'outcome'],
    buckets: QUICK,
  },
  hemgang_erasures_total: {
    from: 'process',
    kind: 'counter',
    help: 'What came of erasing stays: erased, refused (still needed), taken-up (just corrected), left (to be gone on with).',
    labels: ['outcome'],
  },
  hemgang_temporal_up: { from: 'process', kind: 'gauge', help: '1: Temporal answers.', labels: [] },
  hemgang_worker_running: { from: 'process', kind: 'gauge', help: '1: the worker polls; of processes with the role worker.', labels: [] },
  hemgang_domain_time_seconds: { from: 'process', kind: 'gauge', help: 'Domain time, in seconds since 1970.', labels: [] },
  hemgang_clock_scale: { from: 'process', kind: 'gauge', help: 'How many times faster than real time domain time passes.', labels: [] },
  hemgang_build_info: { from: 'process', kind: 'gauge', help: 'Always 1.', labels: ['version'] },
  hemgang_payload_key_info: {
    from: 'process',
    kind: 'gauge',
    help: 'Always 1: the id of the key with which payloads are encrypted now.',
    labels: ['key_id'],
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;
type Of<Kind extends MetricSpec['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
export type CounterName = Of<'counter'>;
export type GaugeName = Of<'gauge'>;
export type HistogramName = Of<'histogram'>;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const specOf = (name: MetricName): MetricSpec => METRICS[name];
