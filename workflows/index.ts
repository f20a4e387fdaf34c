/** What the workflow bundle exports: one function per workflow type, under the type's name. */
export { monthlyBilling, startMonthlyBilling } from './monthly-billing.js';
export { stay } from './stay.js';
