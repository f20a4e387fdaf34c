/** What the workflow bundle exports: one function per workflow type, under the type's name. */
export { kommunInvoice } from './kommun-invoice.js';
export { startCorrections, watchMonth } from './month-checks.js';
export { monthlyBilling, startMonthlyBilling } from './monthly-billing.js';
export { stay } from './stay.js';
